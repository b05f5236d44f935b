"""What an error message means: which release has the missing element, or how it is spelled, or that none has it.

    explain_report(history, parse_report(text)) -> Explanations       one for each problem in the text

The answers come from `since`; this module decides what to look for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from docgen.errors import UsageError
from docgen.history.database import reporting_corruption
from docgen.history.explain import lookup
from docgen.history.explain.candidates import (
    ServiceOperation,
    releases_with_exact_exceptions,
    releases_with_exact_services,
)
from docgen.history.explain.messages import ErrorReport, SdkProblem
from docgen.history.explain.parameters import RequestExplainer
from docgen.history.explain.verdicts import (
    Explanation,
    answers_or_none,
    closest_spelling,
    known_or_closest,
    with_verdict,
)
from docgen.history.history import History
from docgen.model.names import find_operation, method_name
from docgen.wording import with_suggestions

_CLIENT_KINDS = ("attribute", "exception")
"""Problems of clients. Other Python objects cause the same messages."""


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
        raise UsageError(_no_match_message(explanations[0].problem))
    return tuple(
        explanation
        for explanation in explanations
        if explanation.verdict != "no-match" or explanation.problem.kind not in _CLIENT_KINDS
    )


def _no_match_message(problem: SdkProblem) -> str:
    if problem.kind in _CLIENT_KINDS:
        return f"no service has a client of class {problem.owner!r} in any release (name the service with --service)"
    return f"{problem.name!r}: nothing in this history matches the message (narrow it with --service, --operation)"


class _Explainer:
    """Explains the problems of one error message."""

    def __init__(self, history: History, report: ErrorReport, service: str, operation: str) -> None:
        self.history = history
        self.services = (history.find_service(service),) if service else ()
        self.request_explainer = RequestExplainer(
            history, report, self.services, self.find_operations(operation) if operation else None
        )

    def find_operations(self, operation: str) -> list[ServiceOperation]:
        """The operations that a user means. Raises `UsageError` if no release has them."""
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
        match problem.kind:
            case "required":
                return self.request_explainer.explain_required(problem, likely_operations)
            case "value":
                return self.request_explainer.explain_value(problem)
            case "attribute":
                return self.explain_attribute(problem)
            case "exception":
                return self.explain_exception(problem)
            case "service":
                return self.explain_service(problem)
            case _:
                return self.explain_waiter_or_paginator(problem)

    def explain_attribute(self, problem: SdkProblem) -> Explanation:
        """Explain a method that a client does not have."""
        services = self.services or lookup.services_by_client_class(self.history, problem.owner)
        if not services:
            return Explanation(problem, "no-match")
        methods = {
            (service, method_name(operation)): operation
            for service in services
            for operation in self.history.operations(service)
        }
        spelling = known_or_closest(problem.name, {name for _, name in methods})
        answers = [
            answer
            for (service, name), operation in methods.items()
            if name == spelling
            for answer in answers_or_none(self.history, service, [operation])
        ]
        base = Explanation(problem, "absent", () if answers else services[:1], candidate_count=len(answers) or 1)
        return with_verdict(self.history, base, spelling, answers)

    def explain_exception(self, problem: SdkProblem) -> Explanation:
        """Explain an exception that a client does not have."""
        services = self.services or lookup.services_by_client_class(self.history, problem.owner)
        if not services:
            return Explanation(problem, "no-match")
        errors = {service: lookup.exception_names(self.history, service) for service in services}
        spelling = known_or_closest(problem.name, set().union(*errors.values()))
        service = next((service for service in services if spelling in errors[service]), services[0])
        base = Explanation(problem, "absent", (service,))
        if problem.is_complete:
            releases = releases_with_exact_exceptions(self.history, service, problem.known_names)
            base = replace(base, possible_releases=releases)
        answers = answers_or_none(self.history, service, ["error", spelling]) if spelling else ()
        return with_verdict(self.history, base, spelling, answers)

    def explain_service(self, problem: SdkProblem) -> Explanation:
        """Explain an unknown service."""
        spelling = problem.name
        if spelling not in self.history.services:
            spelling = lookup.service_by_alias(self.history, spelling) or closest_spelling(
                spelling, self.history.services
            )
        base = Explanation(problem, "absent")
        if problem.is_complete:
            base = replace(base, possible_releases=releases_with_exact_services(self.history, problem.known_names))
        return with_verdict(self.history, base, spelling, answers_or_none(self.history, spelling) if spelling else ())

    def explain_waiter_or_paginator(self, problem: SdkProblem) -> Explanation:
        """Explain an unknown waiter or paginator."""
        names = lookup.waiters_or_paginators(self.history, problem.kind)
        mentioned = self.request_explainer.mentioned_services()
        names = [(service, name) for service, name in names if service in mentioned] or names
        spelling = known_or_closest(problem.name, {method_name(name) for _, name in names})
        answers = [
            answer
            for service, name in names
            if method_name(name) == spelling
            for answer in answers_or_none(self.history, service, [problem.kind, name])
        ]
        base = Explanation(problem, "absent", candidate_count=len(answers) or 1)
        return with_verdict(self.history, base, spelling, answers)
