"""Problems with requests: unknown or missing parameters, and values that an enum does not have.

A message gives the path in the request, but rarely the operation. It is found from everything else in the text: the
names that the message lists, other errors of the same call, and the calls and services that the text mentions.
"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.history.explain.candidates import (
    Candidate,
    ServiceOperation,
    find_candidates,
    follow_message_path,
    model_spelling,
)
from docgen.history.explain.lookup import (
    enums_sharing_values,
    operations_by_name,
    shape_enum_values,
)
from docgen.history.explain.messages import ErrorReport, SdkProblem
from docgen.history.explain.verdicts import (
    MAX_ANSWERS,
    Explanation,
    answers_or_none,
    known_or_closest,
    with_verdict,
)
from docgen.history.history import History
from docgen.history.path_history import PathHistory
from docgen.history.since import Answer
from docgen.model.names import method_name
from docgen.model.paths import MemberPath
from docgen.wording import normalize_name


class RequestExplainer:
    """Explains problems of requests.

    Args:
        history: The history file.
        report: The parsed error message.
        services: Consider only these services; all, if there are none.
        operations: Consider only these operations; None for all.

    """

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
        """The services that the user named, or else those that the text names in quotes."""
        return self.services or tuple(name for name in self.history.services if name in self.report.quoted_names)

    def called_operations(self) -> list[ServiceOperation]:
        """The operations of the mentioned services that are called in the text."""
        services = self.mentioned_services()
        return operations_by_name(self.history, self.report.called_names, services) if services else []

    # --- parameters ---

    def candidates(self, problem: SdkProblem) -> list[Candidate]:
        """The requests that an unknown parameter may belong to."""
        found: list[Candidate] = []
        if problem.known_names:
            found = find_candidates(
                self.history,
                problem.path,
                problem.known_names,
                is_complete=problem.is_complete,
                services=self.services,
                operations=self.operations,
            )
        if found:
            return found
        # The message has no list of names, or an edited one.
        operations = self.called_operations() if self.operations is None else self.operations
        return find_candidates(self.history, problem.path, (), is_complete=False, operations=operations)

    def most_likely(self, name: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates called in the text, else those that ever had the name, else those of quoted services."""

        def rank(candidate: Candidate) -> tuple[bool, bool, bool]:
            is_called = method_name(candidate.operation) in self.report.called_names
            return is_called, name in candidate.member_names, candidate.service in self.report.quoted_names

        best = max(map(rank, candidates), default=None)
        return [candidate for candidate in candidates if rank(candidate) == best]

    def explain_parameter(self, problem: SdkProblem, candidates: Sequence[Candidate]) -> Explanation:
        """Explain an unknown parameter of one of the candidates."""
        if not candidates:
            return Explanation(problem, "no-match")
        spelling = problem.name
        if spelling not in candidates[0].member_names:
            names = {name for candidate in candidates for name in candidate.member_names}
            spelling = known_or_closest(spelling, names)
        candidates = [candidate for candidate in candidates if spelling in candidate.member_names] or candidates
        exact = {candidate.exact_releases for candidate in candidates} if problem.is_complete else set()
        first = candidates[0]
        base = Explanation(
            problem,
            "absent",
            _subject(first.service, first.operation, "request", str(MemberPath(first.path))),
            possible_releases=exact.pop() if len(exact) == 1 else (),
            candidate_count=len(candidates),
        )
        answers = [
            answer for candidate in candidates[:MAX_ANSWERS] for answer in self.parameter_answers(candidate, spelling)
        ]
        return with_verdict(self.history, base, spelling, answers)

    def parameter_answers(self, candidate: Candidate, name: str) -> tuple[Answer, ...]:
        """The releases in which a candidate has a parameter; one answer or none."""
        if name not in candidate.member_names:
            return ()
        path = str(MemberPath((*candidate.path, name)))
        return answers_or_none(self.history, candidate.service, [candidate.operation, "request", path])[:1]

    def explain_required(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> Explanation:
        """Explain a missing parameter. `likely_operations` are those of the other errors of the call."""
        operations = likely_operations or (self.called_operations() if self.operations is None else self.operations)
        candidates = find_candidates(
            self.history, problem.path, (problem.name,), is_complete=False, operations=operations
        )
        answers = [
            answer
            for candidate in candidates
            for answer in self.parameter_answers(candidate, problem.name)
            if answer.required.spans
        ]
        if not answers:
            return Explanation(problem, "no-match")
        subject = answers[0].qualified_name
        return Explanation(problem, "required", subject, tuple(answers[:MAX_ANSWERS]), candidate_count=len(answers))

    # --- values ---

    def explain_value(self, problem: SdkProblem) -> Explanation:
        """Explain a value that an enum does not have."""
        operations = self.operations
        if operations is None and problem.owner:
            operations = operations_by_name(self.history, (problem.owner,), self.services)
        best: list[tuple[int, ServiceOperation, str, set[str]]] = []
        for service_operation in operations or ():
            path, values = self.enum_values_at(service_operation, problem.path)
            if values:
                best.append((len(values & set(problem.known_names)), service_operation, path, values))
        if not best:
            return self.explain_value_by_enums(problem)
        most = max(shared for shared, *_ in best)
        best = [enum for enum in best if enum[0] == most]
        spelling = known_or_closest(problem.name, {value for *_, values in best for value in values})
        _, (service, operation), path, _ = best[0]
        subject = _subject(service, operation, "request", path)
        base = Explanation(problem, "absent", subject, candidate_count=len(best))
        answers = [
            answer
            for _, (service, operation), path, values in best
            if spelling in values
            for answer in answers_or_none(self.history, service, [operation, "request", path, spelling])
            if answer.value == spelling
        ]
        return with_verdict(self.history, base, spelling, answers)

    def enum_values_at(self, service_operation: ServiceOperation, path: Sequence[str]) -> tuple[str, set[str]]:
        """A path of a message in the model's spelling, and the values that any release allows there."""
        service, operation = service_operation
        model_path = ""
        all_values: set[str] = set()
        for api, spans in self.history.apis.default_spans(service):
            paths = PathHistory(self.history, api, spans)
            steps, references = follow_message_path(paths, operation, model_spelling(paths, operation, path))
            values = paths.enum_values(references)
            if values:
                model_path = str(MemberPath(steps))
                all_values |= values.keys()
        return model_path, all_values

    def explain_value_by_enums(self, problem: SdkProblem) -> Explanation:
        """Explain a value of an unknown operation by the enums that share most of the allowed values."""
        wanted = {*problem.known_names, problem.name}
        enums = [
            (service, shape, shape_enum_values(self.history, service, shape))
            for service, shape, shared in enums_sharing_values(self.history, wanted, self.services)
            if shared * 2 >= len(problem.known_names)
        ]
        last = {normalize_name(step) for step in problem.path[-1:]}
        enums = [enum for enum in enums if normalize_name(enum[1]) in last] or enums
        if not enums:
            return Explanation(problem, "no-match")
        spelling = known_or_closest(problem.name, {value for *_, values in enums for value in values})
        enums = [enum for enum in enums if spelling in enum[2]] or enums
        first_service, first_shape, _ = enums[0]
        answers = [
            answer
            for service, shape, values in enums[:MAX_ANSWERS]
            if spelling in values
            for answer in answers_or_none(self.history, service, [f"{shape}${spelling}"])
        ]
        base = Explanation(problem, "absent", (first_service, first_shape), candidate_count=len(enums))
        return with_verdict(self.history, base, spelling, answers)


def _subject(*terms: str) -> tuple[str, ...]:
    return tuple(term for term in terms if term)
