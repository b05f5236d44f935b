"""Problems with commands of the AWS CLI: unknown services, operations and options, all spelled with hyphens."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from docgen.history.explain import lookup
from docgen.history.explain.messages import SdkProblem
from docgen.history.explain.parameters import RequestExplainer
from docgen.history.explain.spelling import known_or_closest_method
from docgen.history.explain.verdicts import MAX_ANSWERS, Explanation, answers_or_none, with_verdict
from docgen.model.names import method_name
from docgen.model.paths import ITEM
from docgen.wording import normalize_name

COMMAND_SERVICES = {"configservice": "config", "deploy": "codedeploy", "s3api": "s3"}
"""Commands that are called differently from the service (`awscli.customizations`)."""


class CommandExplainer:
    """Explains problems with commands.

    Args:
        requests: Explains requests; knows the history, the text and the services that it names.
    """

    def __init__(self, requests: RequestExplainer) -> None:
        self.requests = requests
        self.history = requests.history
        self.services = requests.services

    def explain_command(self, problem: SdkProblem) -> Explanation:
        """Explain an operation that the AWS CLI does not have."""
        name = problem.name or next(
            (operation for _, operation in self.requests.report.commands if operation not in problem.known_names), ""
        )
        problem = replace(problem, name=name)
        services = self.services_of_command(problem)
        if not (name and services):
            return Explanation(problem, "no-match")
        methods = {
            (service, method_name(operation)): operation
            for service in services
            for operation in self.history.operations(service)
        }
        spelling = known_or_closest_method(name.replace("-", "_"), {method for _, method in methods})
        answers = [
            answer
            for (service, method), operation in methods.items()
            if method == spelling
            for answer in answers_or_none(self.history, service, [operation])
        ]
        base = Explanation(problem, "absent", () if answers else services[:1], candidate_count=len(answers) or 1)
        return _in_hyphens(with_verdict(self.history, base, _as_given(problem, spelling), answers))

    def services_of_command(self, problem: SdkProblem) -> tuple[str, ...]:
        """Return the services that a command is about: given, in the text, or with most of the listed operations."""
        if self.services:
            return self.services
        if named := self.named_services():
            return named
        listed = {name.replace("-", "_") for name in problem.known_names}
        shared: Counter[str] = Counter()
        for service, operation in self.history.reader.operations():
            shared[service] += method_name(operation) in listed
        most = max(shared.values(), default=0)
        best = tuple(service for service, count in shared.items() if count == most and most > 0)
        having = lookup.operations_by_name(self.history, (problem.name.replace("-", "_"),), best)
        return tuple(service for service, _ in having[:MAX_ANSWERS]) or best

    def named_services(self) -> tuple[str, ...]:
        """Return the services of the commands in the text."""
        commands = (COMMAND_SERVICES.get(service, service) for service, _ in self.requests.report.commands)
        return tuple(dict.fromkeys(service for service in commands if service in self.history.services))

    def explain_option(self, problem: SdkProblem) -> Explanation:
        """Explain an option that a command does not have: a parameter in hyphens."""
        wanted = normalize_name(problem.name)
        services = self.services or self.named_services()
        operations = lookup.operations_by_name(
            self.history, {name.replace("-", "_") for _, name in self.requests.report.commands}, services
        )
        apis = {api.id: api for api in self.history.reader.apis() if not services or api.service in services}
        names = {member for api_id, _, member in self.history.reader.members_in_any_case(wanted) if api_id in apis}
        candidates = [
            candidate
            for name in sorted(names)
            for candidate in self.requests.candidates(
                replace(problem, known_names=(name,), path=()), services, operations or None
            )
            if name in candidate.member_names
        ]
        if not candidates:
            return Explanation(problem, "no-match")
        answers = [
            answer
            for candidate in candidates[:MAX_ANSWERS]
            for name in sorted(names & candidate.member_names)
            for answer in self.requests.parameter_answers(candidate, name)
        ]
        first = candidates[0]
        base = Explanation(
            problem, "absent", (first.service, first.operation, "request"), candidate_count=len(candidates)
        )
        return with_verdict(self.history, base, problem.name, answers)

    def explain_key(self, problem: SdkProblem) -> Explanation:
        """Explain a key of a structure in an option: a parameter below the one that the option names."""
        names = {member for _, _, member in self.history.reader.members_in_any_case(normalize_name(problem.path[0]))}
        services = self.services or self.named_services()
        candidates = [
            candidate
            for name in sorted(names)
            for path in ((name,), (name, ITEM))
            for candidate in self.requests.candidates(replace(problem, path=path), services)
            if set(problem.known_names) <= candidate.member_names
        ]
        return self.requests.explain_parameter(problem, candidates)


def _as_given(problem: SdkProblem, method: str) -> str:
    """Return the name in the message if it is the method in hyphens, else the method."""
    return problem.name if problem.name.replace("-", "_") == method else method


def _in_hyphens(explanation: Explanation) -> Explanation:
    return replace(explanation, spelling=explanation.spelling.replace("_", "-"))
