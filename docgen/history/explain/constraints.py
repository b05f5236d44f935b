"""Parameters that a validator refuses for their type, length or value, or because a union has too many members.

The rules come from the model, so the history knows whether they ever changed: most never did, and then no other release
accepts the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from docgen.history.explain.candidates import Candidate, ServiceOperation, follow_message_path
from docgen.history.explain.messages import SdkProblem
from docgen.history.explain.parameters import RequestExplainer, subject_terms
from docgen.history.explain.renamed import name_notes
from docgen.history.explain.verdicts import Explanation
from docgen.history.path_history import PathHistory
from docgen.history.since_output import release_label
from docgen.model.paths import MemberPath, is_index

CONSTRAINT_KINDS = ("type", "length", "range", "union", "json")

_MAX_CANDIDATES = 300
"""Elements whose rules are compared. Names such as `Name` are in nearly every service."""

_PYTHON_TYPES = {
    "bigdecimal": "float",
    "biginteger": "int",
    "blob": "bytes",
    "boolean": "bool",
    "character": "str",
    "double": "float",
    "float": "float",
    "integer": "int",
    "list": "list",
    "long": "int",
    "map": "dict",
    "string": "str",
    "structure": "dict",
    "timestamp": "datetime",
}

Rule = tuple[int, int, Any]
"""A rule of a parameter: first release, first release without it, and its value."""


class ConstraintExplainer:
    """Explains parameters that a validator refuses.

    Args:
        requests: Explains requests; knows the history, the text and the services that it names.
    """

    def __init__(self, requests: RequestExplainer) -> None:
        self.requests = requests
        self.history = requests.history

    def explain(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> Explanation:
        """Explain the problem: whether the rule is the same in every release, or since when it is another."""
        found = self.explain_rule(problem, likely_operations)
        names = tuple(name_notes(self.history, found.subject)) if found.candidate_count == 1 else ()
        return replace(found, notes=(*names, *found.notes))

    def explain_rule(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> Explanation:
        """Explain the problem, without the names of the parameter."""
        candidates = self.candidates(problem, likely_operations)
        if not candidates:
            return Explanation(problem, "no-match")
        first = candidates[0]
        path = first.path if problem.kind == "union" else (*first.path, *problem.path[len(first.path) :])
        base = Explanation(
            problem,
            "unchanged",
            subject_terms(first.service, first.operation, "request", str(MemberPath(path))),
            candidate_count=len(candidates),
        )
        if problem.kind == "json":
            return replace(base, notes=("the value must be JSON in every release", _NO_HELP))
        histories = [self.rules(problem, candidate) for candidate in candidates[:_MAX_CANDIDATES]]
        if not any(histories):
            return Explanation(problem, "no-match")
        if problem.limit and not any(value is not None for rules in histories for _, _, value in rules):
            noun = "least length" if problem.kind == "length" else "least value"
            return replace(base, notes=(f"its {noun} is {problem.limit}, as the message says: change the call",))
        fitting = [rules for rules in histories if any(_fits(problem, value) for _, _, value in rules)]
        return self.with_rules(base, fitting or [rules for rules in histories if rules])

    def candidates(self, problem: SdkProblem, likely_operations: Sequence[ServiceOperation]) -> list[Candidate]:
        """Return the requests that have the parameter: of other errors of the call, of calls in the text, or of all."""
        operations = likely_operations or self.requests.called_operations()
        for wanted in _wanted_parameters(problem):
            found = self.requests.candidates(wanted, None, operations) if operations else []
            found = found or self.requests.candidates(wanted)
            if found:
                return found
        return []

    def rules(self, problem: SdkProblem, candidate: Candidate) -> list[Rule]:
        """Return the rule of a parameter in each release, oldest first."""
        found: list[Rule] = []
        for api, spans in self.history.apis.default_spans(candidate.service):
            paths = PathHistory(self.history, api, spans)
            _, references = follow_message_path(paths, candidate.operation, problem.path)
            if problem.kind == "type":
                for reference in references:
                    for start, end, shape in self.history.apis.element_versions(api, "shape", reference.target):
                        start, end = reference.clamp(start, end)
                        found += [(start, end, _python_type(shape))] if start < end else []
            else:
                trait = "union" if problem.kind == "union" else "min"
                found += paths.effective_trait(references, trait)
        return _joined(found)

    def with_rules(self, base: Explanation, histories: Sequence[Sequence[Rule]]) -> Explanation:
        """Complete an explanation with what the rules were in all releases."""
        last = {rules[-1][2] for rules in histories}
        constant = all(len(rules) == 1 for rules in histories)
        if not histories or (len(last) > 1 and base.problem.kind != "union"):
            subject = "the parameter that is meant is unclear (narrow it with --service, --operation)"
            return replace(base, notes=(subject,))
        if constant:
            return replace(base, notes=(f"{self.rule_text(base.problem, last.pop())} in every release", _NO_HELP))
        if len(histories) > 1:
            same = [rules[-1][2] for rules in histories if len(rules) == 1]
            count = f"in {len(same):,} of {len(histories):,} elements that match"
            text = f"{self.rule_text(base.problem, histories[0][-1][2])} in every release {count}"
            return replace(base, notes=(text, "name the operation for the rest (--service, --operation)"))
        (rules,) = histories
        notes = [self.dated_text(base.problem, rule) for rule in rules]
        is_looser = _accepts_more(base.problem, rules[-1][2])
        if not is_looser:
            notes.append(_NO_HELP)
        return replace(base, verdict="changed", notes=tuple(notes), solved_since=rules[-1][0] if is_looser else 0)

    def dated_text(self, problem: SdkProblem, rule: Rule) -> str:
        """Return a rule with the releases in which it was valid."""
        start, end, value = rule
        text = self.rule_text(problem, value)
        if end == self.history.end:
            return f"{text} since {release_label(self.history, start)}"
        return f"{text} until {release_label(self.history, end - 1)}"

    def rule_text(self, problem: SdkProblem, value: Any) -> str:
        """Return a rule as the beginning of a sentence."""
        match problem.kind:
            case "type":
                return f"{problem.name} is {value}"
            case "length":
                if value is None:
                    return f"{problem.name} has no least length"
                noun = "character or item" if value == 1 else "characters or items"
                return f"{problem.name} has at least {value:,} {noun}"
            case "range":
                return f"{problem.name} has no least value" if value is None else f"{problem.name} is at least {value}"
            case _:
                name = str(MemberPath(problem.path)) or "the request"
                return f"{name} takes only one key" if value else f"{name} takes several keys"


_NO_HELP = "upgrading does not help: change the call"


def _wanted_parameters(problem: SdkProblem) -> Iterator[SdkProblem]:
    """Yield what to search for: the parameter, then those before it, because its name may be the key of a map."""
    if problem.kind == "union":
        yield problem
        return
    for at in range(_last_name(problem.path), -1, -1):
        if problem.path[at:] and not is_index(problem.path[at]):
            yield replace(problem, path=problem.path[:at], known_names=problem.path[at : at + 1])


def _last_name(path: Sequence[str]) -> int:
    """Return the index of the last segment that is a name: items of lists have none."""
    return next((at for at in range(len(path) - 1, -1, -1) if not is_index(path[at])), 0)


def _python_type(shape: Any) -> str:
    type_ = str(shape.get("type", ""))
    python = _PYTHON_TYPES.get(type_, type_)
    return f"{type_} ({python})" if python != type_ else type_


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules with neighbours of the same value joined."""
    joined: list[Rule] = []
    for start, end, value in sorted(rules, key=lambda rule: rule[:2]):
        if joined and joined[-1][2] == value:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), value)
        elif not joined or start >= joined[-1][1]:
            joined.append((start, end, value))
    return joined


def _accepts_more(problem: SdkProblem, value: Any) -> bool:
    """Return whether the newest rule accepts what the message refuses."""
    if problem.kind == "type":
        return bool(problem.owner_type) and f"({problem.owner_type})" in str(value)
    if problem.kind in ("length", "range"):
        given = _number(problem.owner_type)
        return value is None or (given is not None and given >= value)
    return not value


def _fits(problem: SdkProblem, value: Any) -> bool:
    """Return whether a rule is the one that the message gives."""
    if problem.kind == "type":
        return any(f"({name})" in str(value) or name == value for name in problem.limit.split(", "))
    if problem.kind in ("length", "range"):
        return value is not None and _number(problem.limit) == value
    return bool(value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
