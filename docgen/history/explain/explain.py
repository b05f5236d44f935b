"""What an error message means: which release has what was missing, or that nothing ever had it, or how it is spelt.

    explain(history, parse(text)) -> Explanations       one for each problem of the text

The answers are those of `since`; here is what to ask it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from docgen.errors import UsageError
from docgen.history.database import fits_together
from docgen.history.explain import candidates, lookup, possible_releases
from docgen.history.explain.candidates import Call
from docgen.history.explain.messages import Problem, Report
from docgen.history.explain.parameters import Requests
from docgen.history.explain.verdicts import Explanation, alike, ask, judge
from docgen.history.history import History
from docgen.model.names import closest, find_operation, method_name

_OF_CLIENTS = ("attribute", "exception")


def explain(history: History, report: Report, service: str = "", operation: str = "") -> tuple[Explanation, ...]:
    """What the problems of a text mean. `service` and `operation` say of which call, where the text does not.

    Objects that are no clients lack attributes too; those are left out beside anything that is known. Raises
    `UsageError` if no release has such a service or operation, or if nothing in the history fits any problem.
    """
    with fits_together(history.reader.path):
        explainer = _Explainer(history, report, service, operation)
        found = [
            explanation
            for _, problems in groupby(report.problems, key=lambda problem: problem.block)
            for explanation in explainer.block(list(problems))
        ]
    if found and all(each.verdict == "unclear" for each in found):
        raise UsageError(_nothing_fits(found[0].problem))
    return tuple(each for each in found if each.verdict != "unclear" or each.problem.kind not in _OF_CLIENTS)


def _nothing_fits(problem: Problem) -> str:
    if problem.kind in _OF_CLIENTS:
        return f"no service has a client of class {problem.of!r} in any release (say which is meant: --service)"
    return f"{problem.name!r}: nothing in this history fits the message (say where it is from: --service, --operation)"


class _Explainer:
    def __init__(self, history: History, report: Report, service: str, operation: str) -> None:
        self.history = history
        self.services = (history.find_service(service),) if service else ()
        self.requests = Requests(history, report, self.services, self.calls(operation) if operation else None)

    def calls(self, operation: str) -> list[Call]:
        """The calls that a user means by an operation."""
        if not self.services:
            calls = candidates.operations_called(self.history, (operation,), ())
            if not calls:
                raise UsageError(f"no operation {operation!r} in any release of any service")
            return calls
        (service,) = self.services
        known = self.history.operations(service)
        name = find_operation(operation, known)
        if name is None:
            raise UsageError(closest(operation, known, f"{service}: no operation {operation!r} in any release"))
        return [(service, name)]

    def block(self, problems: Sequence[Problem]) -> Iterator[Explanation]:
        """The problems of one call: where one of them can only be of some calls, so can the others."""
        fits = {problem: self.requests.fits(problem) for problem in problems if problem.kind == "parameter"}
        calls = [{fit.call for fit in found} for found in fits.values() if found]
        common = set.intersection(*calls) if calls else set()
        for problem, found in fits.items():
            possible = [fit for fit in found if not common or fit.call in common]
            fits[problem] = self.requests.likeliest(problem.name, possible)
        likely = list(dict.fromkeys(fit.call for found in fits.values() for fit in found))
        for problem in problems:
            if problem in fits:
                yield self.requests.parameter(problem, fits[problem])
            else:
                yield self.other(problem, likely)

    def other(self, problem: Problem, likely: Sequence[Call]) -> Explanation:
        match problem.kind:
            case "required":
                return self.requests.required(problem, likely)
            case "value":
                return self.requests.value(problem)
            case "attribute":
                return self.attribute(problem)
            case "exception":
                return self.exception(problem)
            case "service":
                return self.service(problem)
            case _:
                return self.beside(problem)

    def attribute(self, problem: Problem) -> Explanation:
        """A method that a client does not have."""
        services = self.services or lookup.services_of_client(self.history, problem.of)
        if not services:
            return Explanation(problem, "unclear")
        methods = {
            (service, method_name(operation)): operation
            for service in services
            for operation in self.history.operations(service)
        }
        names = {name for _, name in methods}
        spelling = problem.name if problem.name in names else alike(problem.name, names)
        answers = [
            answer
            for (service, name), operation in methods.items()
            if name == spelling
            for answer in ask(self.history, service, [operation])
        ]
        base = Explanation(problem, "absent", () if answers else services[:1], places=len(answers) or 1)
        return judge(self.history, base, spelling, answers)

    def exception(self, problem: Problem) -> Explanation:
        """An exception that a client does not have."""
        services = self.services or lookup.services_of_client(self.history, problem.of)
        if not services:
            return Explanation(problem, "unclear")
        errors = {service: lookup.error_names(self.history, service) for service in services}
        names = set().union(*errors.values())
        spelling = problem.name if problem.name in names else alike(problem.name, names)
        service = next((service for service in services if spelling in errors[service]), services[0])
        base = Explanation(problem, "absent", (service,))
        if problem.whole:
            base = replace(base, fits=possible_releases.releases_with_errors(self.history, service, problem.known))
        return judge(self.history, base, spelling, ask(self.history, service, ["error", spelling]) if spelling else ())

    def service(self, problem: Problem) -> Explanation:
        """A service that is not known."""
        spelling = problem.name
        if spelling not in self.history.services:
            spelling = lookup.service_known_as(self.history, spelling) or alike(spelling, self.history.services)
        base = Explanation(problem, "absent")
        if problem.whole:
            base = replace(base, fits=possible_releases.releases_with_services(self.history, problem.known))
        return judge(self.history, base, spelling, ask(self.history, spelling) if spelling else ())

    def beside(self, problem: Problem) -> Explanation:
        """A waiter or a paginator that is not there."""
        found = lookup.named_beside(self.history, problem.kind)
        wanted = self.requests.mentioned()
        found = [each for each in found if each[0] in wanted] or found
        called = {method_name(name) for _, name in found}
        spelling = problem.name if problem.name in called else alike(problem.name, called)
        answers = [
            answer
            for service, name in found
            if method_name(name) == spelling
            for answer in ask(self.history, service, [problem.kind, name])
        ]
        base = Explanation(problem, "absent", places=len(answers) or 1)
        return judge(self.history, base, spelling, answers)
