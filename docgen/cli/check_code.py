"""`docgen check --used-by`: the verdict on changes that reach code, between two releases or states of a lock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.arguments import open_source_or_examples
from docgen.cli.used_by import read_used_elements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.check.verdict import CheckReport
    from docgen.sources.release import Release
    from docgen.upgrades.judge import CodeJudge
    from docgen.upgrades.locks import Upgrade

DEFAULT_SOURCE = "pypi:botocore"
"""Where the releases of a lock are found."""


def make_judge(used_by: Sequence[Path], profile: str, *, with_capabilities: bool) -> CodeJudge:
    """Read the code; raises `SourceError` and `UsageError`."""
    from docgen.upgrades.judge import CodeJudge

    return CodeJudge(read_used_elements(used_by), profile, with_capabilities)


def locked_upgrade(lock: Path | None, used_by: Sequence[Path], revision: str) -> Upgrade:
    """Return the upgrade of a lock or requirements file, which is searched for if none is given."""
    from docgen.upgrades.locks import find_upgrade, upgrade_of_lock

    return find_upgrade(used_by, revision) if lock is None else upgrade_of_lock(lock, revision)


def locked_releases(upgrade: Upgrade, source: str | None) -> list[tuple[Release | None, Release]]:
    """Return the two releases of an upgrade, from a source or else from the package index; none without a change."""
    if not upgrade.is_change:
        return []
    old, new = (_find_release(side.release, source) for side in (upgrade.old, upgrade.new))
    return [(old, new)]


def _find_release(name: str, source: str | None) -> Release:
    from docgen.locate import open_source, release_of

    if source is None:
        return open_source(f"{DEFAULT_SOURCE}=={name}").releases()[-1]
    return release_of(open_source_or_examples(source), name)  # a change may have added a file of this name


def with_code_summary(
    report: CheckReport, judge: CodeJudge, upgrade: Upgrade | None, pairs: Sequence[tuple[Release | None, Release]]
) -> CheckReport:
    """Return the report with a summary of what reaches the code.

    Args:
        report: The report, whose findings are the changes that reach the code.
        judge: What compared the releases.
        upgrade: The upgrade of a lock, if one was judged.
        pairs: The compared releases.
    """
    if upgrade is not None:
        title, notes = upgrade.title, [upgrade.note] if upgrade.note and upgrade.is_change else []
    else:
        package = pairs[0][1].package
        title, notes = f"{package} {report.old} → {report.new}".strip(), []
    return replace(report, code=judge.summary(title, notes))
