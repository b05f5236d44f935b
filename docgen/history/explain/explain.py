"""What an error message means: which release has what was missing, or that nothing ever had it, or how it is spelt.

    explain(history, parse(text)) -> Explanations       one for each problem of the text

The answers are those of `since`; here is what to ask it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from docgen.errors import UsageError
from docgen.history.database import reporting_corruption
from docgen.history.explain import candidates, lookup, possible_releases
from docgen.history.explain.candidates import ServiceOperation
from docgen.history.explain.messages import ErrorReport, SdkProblem
from docgen.history.explain.parameters import RequestExplainer
from docgen.history.explain.verdicts import Explanation, answers_or_none, closest_spelling, with_verdict
from docgen.history.history import History
from docgen.model.names import find_operation, method_name
from docgen.wording import with_suggestions

_CLIENT_KINDS = ("attribute", "exception")


def explain_report(
    history: History, report: ErrorReport, service: str = "", operation: str = ""
) -> tuple[Explanation, ...]:
    """What the problems of a text mean. `service` and `operation` say of which call, where the text does not.

    Objects that are no clients lack attributes too; those are left out beside anything that is known. Raises
    `UsageError` if no release has such a service or operation, or if nothing in the history fits any problem.
    """
    with reporting_corruption(history.reader.path):
        explainer = _Explainer(history, report, service, operation)
        found = [
            explanation
            for _, problems in groupby(report.problems, key=lambda problem: problem.group)
            for explanation in explainer.explain_group(list(problems))
        ]
    if found and all(each.verdict == "unclear" for each in found):
        raise UsageError(_no_match_message(found[0].problem))
    return tuple(each for each in found if each.verdict != "unclear" or each.problem.kind not in _CLIENT_KINDS)


def _no_match_message(problem: SdkProblem) -> str:
    if problem.kind in _CLIENT_KINDS:
        return f"no service has a client of class {problem.owner!r} in any release (say which is meant: --service)"
    return f"{problem.name!r}: nothing in this history fits the message (say where it is from: --service, --operation)"


class _Explainer:
    def __init__(self, history: History, report: ErrorReport, service: str, operation: str) -> None:
        self.history = history
        self.services = (history.find_service(service),) if service else ()
        self.request_explainer = RequestExplainer(
            history, report, self.services, self.find_operations(operation) if operation else None
        )

    def find_operations(self, operation: str) -> list[ServiceOperation]:
        """The calls that a user means by an operation."""
        if not self.services:
            calls = candidates.operations_by_name(self.history, (operation,), ())
            if not calls:
                raise UsageError(f"no operation {operation!r} in any release of any service")
            return calls
        (service,) = self.services
        known = self.history.operations(service)
        name = find_operation(operation, known)
        if name is None:
            raise UsageError(
                with_suggestions(operation, known, f"{service}: no operation {operation!r} in any release")
            )
        return [(service, name)]

    def explain_group(self, problems: Sequence[SdkProblem]) -> Iterator[Explanation]:
        """The problems of one call: where one of them can only be of some calls, so can the others."""
        fits = {
            problem: self.request_explainer.candidates(problem) for problem in problems if problem.kind == "parameter"
        }
        calls = [{fit.service_operation for fit in found} for found in fits.values() if found]
        common = set.intersection(*calls) if calls else set()
        for problem, found in fits.items():
            possible = [fit for fit in found if not common or fit.service_operation in common]
            fits[problem] = self.request_explainer.most_likely(problem.name, possible)
        likely = list(dict.fromkeys(fit.service_operation for found in fits.values() for fit in found))
        for problem in problems:
            if problem in fits:
                yield self.request_explainer.explain_parameter(problem, fits[problem])
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
        """A method that a client does not have."""
        services = self.services or lookup.services_by_client_class(self.history, problem.owner)
        if not services:
            return Explanation(problem, "unclear")
        methods = {
            (service, method_name(operation)): operation
            for service in services
            for operation in self.history.operations(service)
        }
        names = {name for _, name in methods}
        spelling = problem.name if problem.name in names else closest_spelling(problem.name, names)
        answers = [
            answer
            for (service, name), operation in methods.items()
            if name == spelling
            for answer in answers_or_none(self.history, service, [operation])
        ]
        base = Explanation(problem, "absent", () if answers else services[:1], candidate_count=len(answers) or 1)
        return with_verdict(self.history, base, spelling, answers)

    def explain_exception(self, problem: SdkProblem) -> Explanation:
        """An exception that a client does not have."""
        services = self.services or lookup.services_by_client_class(self.history, problem.owner)
        if not services:
            return Explanation(problem, "unclear")
        errors = {service: lookup.exception_names(self.history, service) for service in services}
        names = set().union(*errors.values())
        spelling = problem.name if problem.name in names else closest_spelling(problem.name, names)
        service = next((service for service in services if spelling in errors[service]), services[0])
        base = Explanation(problem, "absent", (service,))
        if problem.is_complete:
            base = replace(
                base,
                possible_releases=possible_releases.releases_with_exact_exceptions(
                    self.history, service, problem.known_names
                ),
            )
        return with_verdict(
            self.history,
            base,
            spelling,
            answers_or_none(self.history, service, ["error", spelling]) if spelling else (),
        )

    def explain_service(self, problem: SdkProblem) -> Explanation:
        """A service that is not known."""
        spelling = problem.name
        if spelling not in self.history.services:
            spelling = lookup.service_by_alias(self.history, spelling) or closest_spelling(
                spelling, self.history.services
            )
        base = Explanation(problem, "absent")
        if problem.is_complete:
            base = replace(
                base,
                possible_releases=possible_releases.releases_with_exact_services(self.history, problem.known_names),
            )
        return with_verdict(self.history, base, spelling, answers_or_none(self.history, spelling) if spelling else ())

    def explain_waiter_or_paginator(self, problem: SdkProblem) -> Explanation:
        """A waiter or a paginator that is not there."""
        found = lookup.waiters_or_paginators(self.history, problem.kind)
        wanted = self.request_explainer.mentioned_services()
        found = [each for each in found if each[0] in wanted] or found
        called = {method_name(name) for _, name in found}
        spelling = problem.name if problem.name in called else closest_spelling(problem.name, called)
        answers = [
            answer
            for service, name in found
            if method_name(name) == spelling
            for answer in answers_or_none(self.history, service, [problem.kind, name])
        ]
        base = Explanation(problem, "absent", candidate_count=len(answers) or 1)
        return with_verdict(self.history, base, spelling, answers)
