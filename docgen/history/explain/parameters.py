"""Problems with what a request holds: parameters that are not known or missing, values that an enum does not have.

A message says where in the request, rarely of which operation. So everything that its text tells is used: the names
it lists, the errors beside it, the calls and the services that it mentions.
"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.history.explain import candidates
from docgen.history.explain.candidates import Candidate, ServiceOperation
from docgen.history.explain.messages import ErrorReport, SdkProblem
from docgen.history.explain.verdicts import (
    MAX_ANSWERS,
    Explanation,
    answers_or_none,
    closest_spelling,
    non_empty,
    with_verdict,
)
from docgen.history.history import History
from docgen.history.path_history import PathHistory
from docgen.history.since import Answer
from docgen.model.names import method_name
from docgen.model.paths import MemberPath
from docgen.wording import normalize_name


class RequestExplainer:
    """Explains problems of requests: of `services` only if there are any, of `calls` only if they are not None."""

    def __init__(
        self,
        history: History,
        report: ErrorReport,
        services: tuple[str, ...],
        operations: Sequence[ServiceOperation] | None,
    ) -> None:
        self.history = history
        self.report = report
        self.services = services
        self.operations = operations

    def mentioned_services(self) -> tuple[str, ...]:
        """The services to think of first: those that the user named, or else those that the text names."""
        return self.services or tuple(name for name in self.history.services if name in self.report.quoted_names)

    def called_operations(self) -> list[ServiceOperation]:
        """The operations that are called in the text, of services that it names."""
        services = self.mentioned_services()
        return candidates.operations_by_name(self.history, self.report.called_names, services) if services else []

    # --- parameters ---

    def candidates(self, problem: SdkProblem) -> list[Candidate]:
        """The places that an unknown parameter can be of."""
        found: list[Candidate] = []
        calls = self.operations
        if problem.known_names:
            found = candidates.find_candidates(
                self.history,
                problem.path,
                problem.known_names,
                is_complete=problem.is_complete,
                services=self.services,
                operations=calls,
            )
        if found:
            return found
        # Someone has changed the list, or there is none.
        calls = self.called_operations() if calls is None else calls
        return candidates.find_candidates(self.history, problem.path, (), is_complete=False, operations=calls)

    def most_likely(self, name: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those with most in their favour: called in the text, has the name in some release, service mentioned."""

        def rank(fit: Candidate) -> tuple[bool, bool, bool]:
            called = method_name(fit.operation) in self.report.called_names
            return called, name in fit.member_names, fit.service in self.report.quoted_names

        best = max(map(rank, candidates), default=None)
        return [fit for fit in candidates if rank(fit) == best]

    def explain_parameter(self, problem: SdkProblem, candidates: Sequence[Candidate]) -> Explanation:
        """A parameter that is not known, at the places that it can be of."""
        if not candidates:
            return Explanation(problem, "unclear")
        spelling = problem.name
        if spelling not in candidates[0].member_names:
            spelling = closest_spelling(spelling, {name for fit in candidates for name in fit.member_names})
        meant = [fit for fit in candidates if spelling in fit.member_names] or candidates
        exact = {fit.exact_releases for fit in meant} if problem.is_complete else set()
        base = Explanation(
            problem,
            "absent",
            non_empty(meant[0].service, meant[0].operation, "request", str(MemberPath(meant[0].path))),
            possible_releases=exact.pop() if len(exact) == 1 else (),
            candidate_count=len(meant),
        )
        answers = [answer for fit in meant[:MAX_ANSWERS] for answer in self.parameter_answers(fit, spelling)]
        return with_verdict(self.history, base, spelling, answers)

    def parameter_answers(self, candidate: Candidate, name: str) -> tuple[Answer, ...]:
        """When a parameter was at a place."""
        if name not in candidate.member_names:
            return ()
        return answers_or_none(
            self.history, candidate.service, [candidate.operation, "request", str(MemberPath((*candidate.path, name)))]
        )[:1]

    def explain_required(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> Explanation:
        """A parameter that is missing; `likely` are the calls that the errors beside it are of."""
        calls = likely_operations or (self.called_operations() if self.operations is None else self.operations)
        fits = candidates.find_candidates(
            self.history, problem.path, (problem.name,), is_complete=False, operations=calls
        )
        answers = [
            answer for fit in fits for answer in self.parameter_answers(fit, problem.name) if answer.required.spans
        ]
        if not answers:
            return Explanation(problem, "unclear")
        about = answers[0].qualified_name
        return Explanation(problem, "required", about, tuple(answers[:MAX_ANSWERS]), candidate_count=len(answers))

    # --- values ---

    def explain_value(self, problem: SdkProblem) -> Explanation:
        """A value that an enum does not have."""
        calls = self.operations
        if calls is None and problem.owner:
            calls = candidates.operations_by_name(self.history, (problem.owner,), self.services)
        best: list[tuple[int, ServiceOperation, str, set[str]]] = []
        for call in calls or ():
            path, values = self.enum_values_at(call, problem.path)
            if values:
                best.append((len(values & set(problem.known_names)), call, path, values))
        if not best:
            return self.explain_value_by_enums(problem)
        most = max(shared for shared, *_ in best)
        best = [each for each in best if each[0] == most]
        spelling = self.closest_value(problem, [values for *_, values in best])
        _, call, path, _ = best[0]
        base = Explanation(problem, "absent", non_empty(*call, "request", path), candidate_count=len(best))
        answers = [
            answer
            for _, (service, operation), path, values in best
            if spelling in values
            for answer in answers_or_none(self.history, service, [operation, "request", path, spelling])
            if answer.value == spelling
        ]
        return with_verdict(self.history, base, spelling, answers)

    @staticmethod
    def closest_value(problem: SdkProblem, enums: Sequence[set[str]]) -> str:
        """The value itself where an enum has it in some release; else the one that may be meant."""
        values = set().union(*enums)
        return problem.name if problem.name in values else closest_spelling(problem.name, values)

    def enum_values_at(self, service_operation: ServiceOperation, path: Sequence[str]) -> tuple[str, set[str]]:
        """A path in the model's words, and the values that ever were allowed there."""
        service, operation = service_operation
        written = ""
        found: set[str] = set()
        for api, spans in self.history.apis.default_spans(service):
            places = PathHistory(self.history, api, spans)
            steps, slots = candidates.follow_message_path(
                places, operation, candidates.model_spelling(places, operation, path)
            )
            values = places.enum_values(slots)
            if values:
                written = str(MemberPath(steps))
                found |= values.keys()
        return written, found

    def explain_value_by_enums(self, problem: SdkProblem) -> Explanation:
        """A value where nothing is told but what else is allowed: the shapes with most of that."""
        wanted = {*problem.known_names, problem.name}
        holders = [
            (service, shape, candidates.shape_enum_values(self.history, service, shape))
            for service, shape, shared in candidates.enums_sharing_values(self.history, wanted, self.services)
            if shared * 2 >= len(problem.known_names)
        ]
        last = {normalize_name(step) for step in problem.path[-1:]}
        holders = [each for each in holders if normalize_name(each[1]) in last] or holders
        if not holders:
            return Explanation(problem, "unclear")
        spelling = self.closest_value(problem, [values for *_, values in holders])
        holders = [each for each in holders if spelling in each[2]] or holders
        service, shape, _ = holders[0]
        answers = [
            answer
            for service, shape, values in holders[:MAX_ANSWERS]
            if spelling in values
            for answer in answers_or_none(self.history, service, [f"{shape}${spelling}"])
        ]
        base = Explanation(problem, "absent", non_empty(service, shape), candidate_count=len(holders))
        return with_verdict(self.history, base, spelling, answers)
