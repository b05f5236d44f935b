"""Finds the changes between two releases that reach code, counts all changes, and lists new capabilities."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from docgen.check.run import compare_default_models
from docgen.check.verdict import CheckedService, CheckPolicy, CodeSummary, evaluate
from docgen.diff.delta import Kind, ServiceDelta
from docgen.rules.change import Change
from docgen.rules.rule import Severity
from docgen.sources.release import Release
from docgen.upgrades.used import UsedElements


@dataclass(slots=True)
class CodeJudge:
    """Compares releases, and collects what reaches code.

    Attributes:
        elements: What the code uses.
        profile: The profile whose severities count.
        with_capabilities: Whether to collect what is new in the operations that the code calls.
        total: The number of changes, without those of documentation.
        new: What is new in the operations that the code calls, by service.
    """

    elements: UsedElements
    profile: str = "boto3"
    with_capabilities: bool = False
    total: int = 0
    new: list[CheckedService] = field(default_factory=list)

    def compare(self, old: Release, new: Release, services: Collection[str] = ()) -> tuple[CheckedService, ...]:
        """Return the changes between two releases that reach the code.

        Args:
            old: The older release.
            new: The newer release.
            services: The services to compare; empty for all.

        Raises:
            ModelError: If a model is not valid.
            SourceError: If a file cannot be read.
            UsageError: If the releases have nothing in common.
        """
        return compare_default_models(old, new, services, self.select)

    def select(self, delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Count the changes of a service, and return those that reach the code."""
        described = tuple(change for change in changes if change.delta.kind is not Kind.DOCUMENTATION)
        shown = tuple(change for change in described if not change.rule.suppressed)
        self.total += len(shown)
        if not self.elements.of_service(delta.service):
            return ()
        if self.with_capabilities:
            self.new.append(CheckedService(delta.service, "", self.elements.new_capabilities(delta, shown)))
        judged = (
            change
            for change in described
            if not change.rule.suppressed or change.severity_in(self.profile) > Severity.SAFE
        )
        return self.elements.select(delta, tuple(judged))

    def summary(self, title: str, notes: Sequence[str] = ()) -> CodeSummary:
        """Return the summary of everything that was compared."""
        policy = CheckPolicy(profile=self.profile, fail_on=None, min_severity=Severity.DOCS)
        return CodeSummary(title, self.total, evaluate(self.new, policy).findings, tuple(notes))
