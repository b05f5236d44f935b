"""Values that an enum does not have, refused by a service or by a tool with a list of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from docgen.history.explain.candidates import ServiceOperation, follow_message_path, model_spelling
from docgen.history.explain.lookup import (
    enums_sharing_values,
    operations_by_name,
    service_by_alias,
    shape_enum_values,
)
from docgen.history.explain.messages import SdkProblem
from docgen.history.explain.parameters import RequestExplainer, subject_terms
from docgen.history.explain.spelling import known_or_closest
from docgen.history.explain.verdicts import MAX_ANSWERS, Explanation, answers_or_none, with_verdict
from docgen.history.path_history import PathHistory
from docgen.history.since import Answer
from docgen.history.since_output import release_label
from docgen.model.paths import MemberPath
from docgen.wording import listed, normalize_name

_NAMED_VALUES = 6
"""The newest values that a note names if the message does not name the refused one."""


class ValueExplainer:
    """Explains values that an enum does not have.

    Args:
        requests: Explains requests; knows the history, the text and the services that it names.
    """

    def __init__(self, requests: RequestExplainer) -> None:
        self.requests = requests
        self.history = requests.history

    def explain(self, problem: SdkProblem) -> Explanation:
        """Explain a value, by the operation if the message names it, else by the values that it lists."""
        operations = self.requests.operations
        if operations is None and problem.owner:
            operations = operations_by_name(self.history, (problem.owner,), self.requests.services)
        best: list[tuple[int, ServiceOperation, str, set[str]]] = []
        for service_operation in operations or ():
            path, values = self.enum_values_at(service_operation, problem.path)
            if values:
                best.append((len(values & set(problem.known_names)), service_operation, path, values))
        if not best or not problem.name:
            return self.explain_by_enums(problem)
        most = max(shared for shared, *_ in best)
        best = [enum for enum in best if enum[0] == most]
        spelling = known_or_closest(problem.name, {value for *_, values in best for value in values})
        _, (service, operation), path, _ = best[0]
        subject = subject_terms(service, operation, "request", path)
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
        """Return a path of a message in the model's spelling, and the values that any release allows there."""
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

    def explain_by_enums(self, problem: SdkProblem) -> Explanation:
        """Explain a value of an unknown operation by the enums that share most of the allowed values."""
        enums = self.likely_enums(problem)
        if not enums:
            return Explanation(problem, "no-match")
        name = problem.name or self.word_of_text(problem, enums)
        if not name:
            return self.explain_list(problem, *enums[0])
        problem = replace(problem, name=name)
        spelling = known_or_closest(name, {value for *_, values in enums for value in values})
        enums = [enum for enum in enums if spelling in enum[2]] or enums
        first_service, first_shape, _ = enums[0]
        answers = [
            answer
            for service, shape, values in enums[:MAX_ANSWERS]
            if spelling in values
            for answer in self.value_answers(service, shape, spelling)
        ]
        base = Explanation(problem, "absent", (first_service, first_shape), candidate_count=len(enums))
        return with_verdict(self.history, base, spelling, answers)

    def likely_enums(self, problem: SdkProblem) -> list[tuple[str, str, set[str]]]:
        """Return the enums that share most of the allowed values: service, shape and all values that it ever had."""
        wanted = {*problem.known_names, problem.name} - {""}
        enums = [
            (service, shape, shape_enum_values(self.history, service, shape))
            for service, shape, shared in enums_sharing_values(self.history, wanted, self.services_of_text())
            if shared * 2 >= len(problem.known_names)
        ]
        last = {normalize_name(step) for step in problem.path[-1:]}
        last |= {step.removesuffix("s") for step in last}
        return [enum for enum in enums if normalize_name(enum[1]) in last] or enums

    def services_of_text(self) -> tuple[str, ...]:
        """Return the services that the user named, or those of resource types of CloudFormation in the text."""
        aliases = (service_by_alias(self.history, name) for name in sorted(self.requests.report.resource_types))
        return self.requests.services or tuple(dict.fromkeys(filter(None, aliases)))

    def word_of_text(self, problem: SdkProblem, enums: Sequence[tuple[str, str, set[str]]]) -> str:
        """Return the refused value if only the text sets it, not the message: `runtime: python3.12`."""
        values = {value for *_, values in enums for value in values} - set(problem.known_names)
        return min(values & self.requests.report.words, default="")

    def value_answers(self, service: str, shape: str, value: str) -> tuple[Answer, ...]:
        """Return the releases in which a shape has a value."""
        return answers_or_none(self.history, service, [f"{shape}${value}"])

    def explain_list(self, problem: SdkProblem, service: str, shape: str, values: Collection[str]) -> Explanation:
        """Explain a list of allowed values: which newer values it does not have."""
        missing = [
            answer
            for value in sorted(set(values) - set(problem.known_names))
            for answer in self.value_answers(service, shape, value)
            if answer.until(self.history) is None
        ]
        missing.sort(key=lambda answer: -answer.since)
        newest = [
            f"{answer.path.partition('$')[2]} since {release_label(self.history, answer.since)}"
            for answer in missing[:_NAMED_VALUES]
        ]
        rest = len(missing) - len(newest)
        notes = (f"the list has no {listed(newest, rest)}",) if missing else ("the list has every value",)
        return Explanation(problem, "listed", (service, shape), notes=notes)
