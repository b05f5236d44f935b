"""Problems with requests: unknown or missing parameters.

A message gives the path in the request, but rarely the operation. It is found from everything else in the text: the
names that the message lists, other errors of the same call, and the calls and services that the text mentions.
"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.history.explain.candidates import (
    Candidate,
    ServiceOperation,
    find_candidates,
)
from docgen.history.explain.lookup import operations_by_name, services_by_client_class
from docgen.history.explain.messages import ErrorReport, SdkProblem
from docgen.history.explain.spelling import known_or_closest
from docgen.history.explain.verdicts import (
    MAX_ANSWERS,
    Explanation,
    answers_or_none,
    counted_services,
    likeliest_first,
    with_verdict,
)
from docgen.history.history import History
from docgen.history.since import Answer
from docgen.model.names import method_name
from docgen.model.paths import MemberPath


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
        """Return the services that the user named, or else those that the text names in quotes."""
        return self.services or tuple(name for name in self.history.services if name in self.report.quoted_names)

    def called_operations(self) -> list[ServiceOperation]:
        """Return the operations of the mentioned services that are called in the text."""
        services = self.mentioned_services()
        return operations_by_name(self.history, self.report.called_names, services) if services else []

    # --- parameters ---

    def candidates(
        self,
        problem: SdkProblem,
        services: Sequence[str] | None = None,
        operations: Sequence[ServiceOperation] | None = None,
    ) -> list[Candidate]:
        """Return the requests that an unknown parameter may belong to.

        Args:
            problem: The problem, with the names that its message lists.
            services: Consider only these services, in place of those that the user named.
            operations: Consider only these operations, in place of those that the user named.
        """
        operations = self.operations if operations is None else operations
        if problem.owner and problem.owner_type:  # a type checker names the class and the method
            owners = services_by_client_class(self.history, problem.owner)
            operations = operations_by_name(self.history, (problem.owner_type,), owners) if owners else operations
        found: list[Candidate] = []
        if problem.known_names:
            found = find_candidates(
                self.history,
                problem.path,
                problem.known_names,
                is_complete=problem.is_complete,
                services=self.services if services is None else services,
                operations=operations,
            )
        if found:
            return found
        # The message has no list of names, or an edited one.
        operations = self.called_operations() if operations is None else operations
        return find_candidates(self.history, problem.path, (), is_complete=False, operations=operations)

    def most_likely(self, name: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return the candidates called in the text, else those that ever had the name, else of quoted services."""

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
        candidates = likeliest_first(self.history, candidates, lambda candidate: candidate.service)
        exact = {candidate.exact_releases for candidate in candidates} if problem.is_complete else set()
        first = candidates[0]
        base = Explanation(
            problem,
            "absent",
            subject_terms(first.service, first.operation, "request", str(MemberPath(first.path))),
            possible_releases=exact.pop() if len(exact) == 1 else (),
            candidate_count=len(candidates),
            other_services=counted_services(candidate.service for candidate in candidates[MAX_ANSWERS:]),
        )
        answers = [
            answer for candidate in candidates[:MAX_ANSWERS] for answer in self.parameter_answers(candidate, spelling)
        ]
        return with_verdict(self.history, base, spelling, answers)

    def parameter_answers(self, candidate: Candidate, name: str) -> tuple[Answer, ...]:
        """Return the releases in which a candidate has a parameter; one answer or none."""
        if name not in candidate.member_names:
            return ()
        path = str(MemberPath((*candidate.path, name)))
        return answers_or_none(self.history, candidate.service, [candidate.operation, "request", path])[:1]

    def explain_required(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> Explanation:
        """Explain a missing parameter. `likely_operations` are those of the other errors of the call."""
        operations = likely_operations or (self.called_operations() if self.operations is None else self.operations)
        candidates = find_candidates(
            self.history,
            problem.path,
            (problem.name,),
            is_complete=False,
            services=self.mentioned_services(),
            operations=operations or None,
        )
        answers = [
            answer
            for candidate in candidates
            for answer in self.parameter_answers(candidate, problem.name)
            if answer.required.spans
        ]
        if not answers:
            return Explanation(problem, "no-match")
        answers = likeliest_first(self.history, answers, lambda answer: answer.service)
        subject = answers[0].qualified_name
        return Explanation(
            problem,
            "required",
            subject,
            tuple(answers[:MAX_ANSWERS]),
            candidate_count=len(answers),
            other_services=counted_services(answer.service for answer in answers[MAX_ANSWERS:]),
        )


def subject_terms(*terms: str) -> tuple[str, ...]:
    """Return the terms that are not empty."""
    return tuple(term for term in terms if term)
