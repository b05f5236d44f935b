"""Problems with what a request holds: parameters that are not known or missing, values that an enum does not have.

A message says where in the request, rarely of which operation. So everything that its text tells is used: the names
it lists, the errors beside it, the calls and the services that it mentions.
"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.history.explain import candidates
from docgen.history.explain.candidates import Call, Fit, fold
from docgen.history.explain.messages import Problem, Report
from docgen.history.explain.verdicts import MAX_PLACES, Explanation, alike, ask, judge, path_of, words
from docgen.history.history import History
from docgen.history.path_history import Places
from docgen.history.since import Answer
from docgen.model.names import method_name


class Requests:
    """Explains problems of requests: of `services` only if there are any, of `calls` only if they are not None."""

    def __init__(
        self, history: History, report: Report, services: tuple[str, ...], calls: Sequence[Call] | None
    ) -> None:
        self.history = history
        self.report = report
        self.services = services
        self.calls = calls

    def mentioned(self) -> tuple[str, ...]:
        """The services to think of first: those that the user named, or else those that the text names."""
        return self.services or tuple(name for name in self.history.services if name in self.report.quoted)

    def called(self) -> list[Call]:
        """The operations that are called in the text, of services that it names."""
        services = self.mentioned()
        return candidates.operations_called(self.history, self.report.calls, services) if services else []

    # --- parameters ---

    def fits(self, problem: Problem) -> list[Fit]:
        """The places that an unknown parameter can be of."""
        found: list[Fit] = []
        calls = self.calls
        if problem.known:
            found = candidates.fits(
                self.history, problem.path, problem.known, whole=problem.whole, services=self.services, calls=calls
            )
        if found:
            return found
        # Someone has changed the list, or there is none.
        calls = self.called() if calls is None else calls
        return candidates.fits(self.history, problem.path, (), whole=False, calls=calls)

    def likeliest(self, name: str, fits: Sequence[Fit]) -> list[Fit]:
        """Those with most in their favour: called in the text, has the name in some release, service mentioned."""

        def rank(fit: Fit) -> tuple[bool, bool, bool]:
            called = method_name(fit.operation) in self.report.calls
            return called, name in fit.names, fit.service in self.report.quoted

        best = max(map(rank, fits), default=None)
        return [fit for fit in fits if rank(fit) == best]

    def parameter(self, problem: Problem, fits: Sequence[Fit]) -> Explanation:
        """A parameter that is not known, at the places that it can be of."""
        if not fits:
            return Explanation(problem, "unclear")
        spelling = problem.name
        if spelling not in fits[0].names:
            spelling = alike(spelling, {name for fit in fits for name in fit.names})
        meant = [fit for fit in fits if spelling in fit.names] or fits
        exact = {fit.exact for fit in meant} if problem.whole else set()
        base = Explanation(
            problem,
            "absent",
            words(meant[0].service, meant[0].operation, "request", path_of(meant[0].steps)),
            fits=exact.pop() if len(exact) == 1 else (),
            places=len(meant),
        )
        answers = [answer for fit in meant[:MAX_PLACES] for answer in self.at(fit, spelling)]
        return judge(self.history, base, spelling, answers)

    def at(self, fit: Fit, name: str) -> tuple[Answer, ...]:
        """When a parameter was at a place."""
        if name not in fit.names:
            return ()
        return ask(self.history, fit.service, [fit.operation, "request", path_of((*fit.steps, name))])[:1]

    def required(self, problem: Problem, likely: Sequence[Call]) -> Explanation:
        """A parameter that is missing; `likely` are the calls that the errors beside it are of."""
        calls = likely or (self.called() if self.calls is None else self.calls)
        fits = candidates.fits(self.history, problem.path, (problem.name,), whole=False, calls=calls)
        answers = [answer for fit in fits for answer in self.at(fit, problem.name) if answer.required.spans]
        if not answers:
            return Explanation(problem, "unclear")
        about = answers[0].words
        return Explanation(problem, "required", about, tuple(answers[:MAX_PLACES]), places=len(answers))

    # --- values ---

    def value(self, problem: Problem) -> Explanation:
        """A value that an enum does not have."""
        calls = self.calls
        if calls is None and problem.of:
            calls = candidates.operations_called(self.history, (problem.of,), self.services)
        best: list[tuple[int, Call, str, set[str]]] = []
        for call in calls or ():
            path, values = self.values_at(call, problem.path)
            if values:
                best.append((len(values & set(problem.known)), call, path, values))
        if not best:
            return self.enum(problem)
        most = max(shared for shared, *_ in best)
        best = [each for each in best if each[0] == most]
        spelling = self.spelling(problem, [values for *_, values in best])
        _, call, path, _ = best[0]
        base = Explanation(problem, "absent", words(*call, "request", path), places=len(best))
        answers = [
            answer
            for _, (service, operation), path, values in best
            if spelling in values
            for answer in ask(self.history, service, [operation, "request", path, spelling])
            if answer.value == spelling
        ]
        return judge(self.history, base, spelling, answers)

    @staticmethod
    def spelling(problem: Problem, enums: Sequence[set[str]]) -> str:
        """The value itself where an enum has it in some release; else the one that may be meant."""
        values = set().union(*enums)
        return problem.name if problem.name in values else alike(problem.name, values)

    def values_at(self, call: Call, path: Sequence[str]) -> tuple[str, set[str]]:
        """A path in the model's words, and the values that ever were allowed there."""
        service, operation = call
        written = ""
        found: set[str] = set()
        for api, spans in self.history.apis.of(service):
            places = Places(self.history, api, spans)
            steps, slots = candidates.follow(places, operation, candidates.spelt(places, operation, path))
            values = places.values(slots)
            if values:
                written = path_of(steps)
                found |= values.keys()
        return written, found

    def enum(self, problem: Problem) -> Explanation:
        """A value where nothing is told but what else is allowed: the shapes with most of that."""
        wanted = {*problem.known, problem.name}
        holders = [
            (service, shape, candidates.enum_values(self.history, service, shape))
            for service, shape, shared in candidates.enum_holders(self.history, wanted, self.services)
            if shared * 2 >= len(problem.known)
        ]
        last = {fold(step) for step in problem.path[-1:]}
        holders = [each for each in holders if fold(each[1]) in last] or holders
        if not holders:
            return Explanation(problem, "unclear")
        spelling = self.spelling(problem, [values for *_, values in holders])
        holders = [each for each in holders if spelling in each[2]] or holders
        service, shape, _ = holders[0]
        answers = [
            answer
            for service, shape, values in holders[:MAX_PLACES]
            if spelling in values
            for answer in ask(self.history, service, [f"{shape}${spelling}"])
        ]
        base = Explanation(problem, "absent", words(service, shape), places=len(holders))
        return judge(self.history, base, spelling, answers)
