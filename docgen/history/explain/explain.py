"""What an error message means: which release has the missing element, or how it is spelled, or that none has it.

    explain_report(history, parse_report(text)) -> Explanations       one for each problem in the text

The answers come from `since`; this module decides what to look for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from docgen.errors import UsageError
from docgen.history.database import reporting_corruption
from docgen.history.explain import lookup
from docgen.history.explain.candidates import (
    ServiceOperation,
    releases_with_exact_services,
)
from docgen.history.explain.clients import ClientExplainer
from docgen.history.explain.commands import COMMAND_SERVICES, CommandExplainer
from docgen.history.explain.constraints import ConstraintExplainer
from docgen.history.explain.messages import ErrorReport, SdkProblem
from docgen.history.explain.parameters import RequestExplainer
from docgen.history.explain.renamed import explain_alias_conflict, in_model_names
from docgen.history.explain.spelling import closest_spelling
from docgen.history.explain.values import ValueExplainer
from docgen.history.explain.verdicts import Explanation, answers_or_none, with_verdict
from docgen.history.history import History
from docgen.history.release_sets import ReleaseSet, union
from docgen.model.customizations import old_service_names, service_aliases
from docgen.model.names import find_operation
from docgen.wording import first_listed, with_suggestions

_CLIENT_KINDS = ("attribute", "exception", "resource")
"""Problems of clients. Other Python objects cause the same messages."""

_MAX_NAMED = 3
"""Names without a match that are listed; the others are counted."""


def explain_report(
    history: History, report: ErrorReport, service: str = "", operation: str = ""
) -> tuple[Explanation, ...]:
    """Explain the problems of an error message.

    Args:
        history: The history file.
        report: The parsed message.
        service: The service that was called, if the message does not tell.
        operation: The operation that was called, if the message does not tell.

    Returns:
        One explanation for each problem. Missing attributes of objects that are not clients are omitted.

    Raises:
        UsageError: No release has the service or the operation, or nothing in the history matches the message.
        SourceError: The file is damaged.

    """
    with reporting_corruption(history.reader.path):
        explainer = _Explainer(history, report, service, operation)
        explanations = [
            explanation
            for _, problems in groupby(report.problems, key=lambda problem: problem.group)
            for explanation in explainer.explain_group(list(problems))
        ]
    if explanations and all(explanation.verdict == "no-match" for explanation in explanations):
        raise UsageError(_no_match_message([explanation.problem for explanation in explanations]))
    return tuple(
        explanation
        for explanation in explanations
        if explanation.verdict != "no-match" or explanation.problem.kind not in _CLIENT_KINDS
    )


def _no_match_message(problems: Sequence[SdkProblem]) -> str:
    """Return the message if no problem matches anything: it names the first problems and counts the others."""
    if all(problem.kind in _CLIENT_KINDS for problem in problems):
        classes = _first_names(problem.owner for problem in problems)
        return f"no service has a client of class {classes} in any release (name the service with --service)"
    names = _first_names(problem.name or problem.owner for problem in problems)
    message = "the message" if len(problems) == 1 else "the messages"
    return f"{names}: nothing in this history matches {message} (narrow it with --service, --operation)"


def _first_names(names: Iterable[str]) -> str:
    distinct = [repr(name) for name in dict.fromkeys(names)]
    return first_listed(distinct, _MAX_NAMED)


class _Explainer:
    """Explains the problems of one error message."""

    def __init__(self, history: History, report: ErrorReport, service: str, operation: str) -> None:
        self.history = history
        self.services = (history.find_service(service),) if service else ()
        self.request_explainer = RequestExplainer(
            history, report, self.services, self.find_operations(operation) if operation else None
        )

    def find_operations(self, operation: str) -> list[ServiceOperation]:
        """Return the operations that a user means. Raises `UsageError` if no release has them."""
        if not self.services:
            operations = lookup.operations_by_name(self.history, (operation,), ())
            if not operations:
                raise UsageError(f"no operation {operation!r} in any release of any service")
            return operations
        (service,) = self.services
        known = self.history.operations(service)
        name = find_operation(operation, known)
        if name is None:
            raise UsageError(
                with_suggestions(operation, known, f"{service}: no operation {operation!r} in any release")
            )
        return [(service, name)]

    def explain_group(self, problems: Sequence[SdkProblem]) -> Iterator[Explanation]:
        """Explain the problems of one call. Each narrows the operations that the others may be about."""
        candidates = {
            problem: self.request_explainer.candidates(problem) for problem in problems if problem.kind == "parameter"
        }
        operations = [{candidate.service_operation for candidate in found} for found in candidates.values() if found]
        common = set.intersection(*operations) if operations else set()
        for problem, found in candidates.items():
            possible = [candidate for candidate in found if not common or candidate.service_operation in common]
            candidates[problem] = self.request_explainer.most_likely(problem.name, possible)
        likely = list(dict.fromkeys(each.service_operation for found in candidates.values() for each in found))
        for problem in problems:
            if problem in candidates:
                yield self.request_explainer.explain_parameter(problem, candidates[problem])
            else:
                yield self.explain_other(problem, likely)

    def explain_other(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> Explanation:
        """Explain a problem that is no unknown parameter. A message may have the name that Python gives a parameter."""
        explanation = self.explain_as_written(problem, likely_operations)
        for renamed in in_model_names(problem) if explanation.verdict == "no-match" else ():
            found = self.explain_as_written(renamed, likely_operations)
            if found.verdict != "no-match":
                return found
        return explanation

    def explain_as_written(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> Explanation:
        match problem.kind:
            case "required":
                return self.request_explainer.explain_required(problem, likely_operations)
            case "type" | "length" | "range" | "union" | "json":
                return ConstraintExplainer(self.request_explainer).explain(problem, likely_operations)
            case "other":
                return Explanation(problem, "unrelated", notes=(f"not about the version of the API: {problem.about}",))
            case "alias":
                return explain_alias_conflict(self.history, problem)
            case "value":
                return ValueExplainer(self.request_explainer).explain(problem)
            case "service":
                return self.explain_service(problem)
            case "command":
                return CommandExplainer(self.request_explainer).explain_command(problem)
            case "key":
                return CommandExplainer(self.request_explainer).explain_key(problem)
            case "option":
                return CommandExplainer(self.request_explainer).explain_option(problem)
            case _:
                return self.explain_client(problem)

    def explain_client(self, problem: SdkProblem) -> Explanation:
        """Explain a problem with a client or a resource."""
        clients = ClientExplainer(self.request_explainer)
        match problem.kind:
            case "attribute":
                return clients.explain_attribute(problem)
            case "exception":
                return clients.explain_exception(problem)
            case "resource":
                return clients.explain_resource(problem)
            case _:
                return clients.explain_waiter_or_paginator(problem)

    def explain_service(self, problem: SdkProblem) -> Explanation:
        """Explain an unknown service."""
        spelling = COMMAND_SERVICES.get(problem.name, problem.name) if problem.tool else problem.name
        if spelling not in self.history.services:
            spelling = lookup.service_by_alias(self.history, spelling) or closest_spelling(
                spelling, self.history.services
            )
        base = Explanation(problem, "absent")
        renamed = old_service_names().get(spelling)
        if renamed and not renamed.handlers and renamed.service in self.history.services:
            base = replace(base, notes=(f"{spelling} is called {renamed.service} since botocore {renamed.since}",))
            return with_verdict(self.history, base, problem.name, answers_or_none(self.history, renamed.service))
        if problem.is_complete:
            base = replace(base, possible_releases=releases_with_exact_services(self.history, problem.known_names))
        answers = answers_or_none(self.history, spelling) if spelling else ()
        target = service_aliases().get(spelling, "")
        if target in self.history.services and answers:
            # botocore accepts the old name of a renamed service, so no release is too new for it.
            spans = union(span for name in (spelling, target) for span in self.service_spans(name))
            answers = (answers[0]._replace(spans=spans),)
            base = replace(base, notes=(f"{spelling} is another name of {target} in newer releases",))
        return with_verdict(self.history, base, spelling, answers)

    def service_spans(self, service: str) -> ReleaseSet:
        """Return the releases that have a service."""
        return union(span for answer in answers_or_none(self.history, service) for span in answer.spans)
