"""What each tool answers: plain values, bounded, with the newest release that the facts know."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docgen.agents.bounds import MAX_ITEMS, bounded, listing
from docgen.diff.delta import ServiceDelta
from docgen.errors import SourceError, UsageError
from docgen.history.changelog import service_changelog
from docgen.history.database import is_archive
from docgen.history.explain.explain import explain_report
from docgen.history.explain.messages import parse_report
from docgen.history.explain.report import explanations_data
from docgen.history.history import History
from docgen.history.since import since
from docgen.history.since_output import answer_data
from docgen.history.snapshots import ModelSnapshots
from docgen.model.names import find_operation, method_name
from docgen.model.rows import Row
from docgen.model.service import Service
from docgen.model.syntax import operation_syntax
from docgen.requires.facts import HistoryFacts
from docgen.requires.report.data import data as requirement_data
from docgen.requires.result import examine
from docgen.rules.change import Change
from docgen.rules.grouping import group_changes
from docgen.rules.rule import Severity
from docgen.wording import normalize_name, with_suggestions

MAX_INPUT = 200_000
"""Characters of a message or of a snippet that are read."""

_MAX_SERVICES = 25
"""Services whose changes are listed together; more have to be asked for one by one."""

_SNIPPET = "snippet.py"

_FACTS_LACK = "protocols, error codes, limits, locations, documentation and official notes"
"""What facts do not have, so that no change of it is listed."""


class Answers:
    """Answers from one history or facts file. Every method raises `DocgenError` for what does not exist."""

    def __init__(self, path: Path) -> None:
        self.history = History(path)
        self._path = path

    def since(self, service: str, element: Sequence[str] = ()) -> dict[str, Any]:
        """Find the release in which an element first appeared; several elements if a name has wildcards."""
        found = since(self.history, service, [word for term in element for word in term.split()])
        return self._cited(listing("answers", [answer_data(self.history, each) for each in found]))

    def explain(self, message: str, service: str = "", operation: str = "") -> dict[str, Any]:
        """Explain the botocore error messages in a text, and find the release that has what is missing."""
        _check_length(message)
        problems = parse_report(message)
        if not problems.problems:
            raise UsageError("no error message of botocore in the text")
        found = explain_report(self.history, problems, service, operation)
        return self._cited(explanations_data(self.history, found))

    def operation(self, service: str, operation: str, release: str = "") -> dict[str, Any]:
        """Describe an operation as of a release: its signature, and a row for each parameter and response member."""
        name = self.history.find_service(service)
        number = self.history.find_release(release).number if release else self.history.end - 1
        model = self._model(name, number)
        found = find_operation(operation, model.operations)
        shown = self.history.release(number).name
        if found is None:
            problem = f"{name}: no operation {operation!r} in {shown}"
            raise UsageError(with_suggestions(operation, model.operations, problem))
        syntax = operation_syntax(model, model.operations[found])
        first = next(iter(since(self.history, name, [found])), None)
        return self._cited(
            {
                "release": shown,
                "service": name,
                "operation": found,
                "signature": _signature(found, syntax.parameters),
                "since": self.history.release(first.since).name if first else None,
                **listing("parameters", [_row(row) for row in syntax.parameters]),
                **listing("response", [_row(row) for row in syntax.response if row.path]),
            }
        )

    def search(self, query: str, limit: int = 20) -> dict[str, Any]:
        """List the services and operations whose names contain all words of a query, the closest first."""
        words = [normalize_name(word) for word in query.split()[:8]]
        matches = []
        for service, name in (*((service, "") for service in self.history.services), *self._operations):
            text = normalize_name(f"{service}{name}")
            if words and all(word in text for word in words):
                closeness = normalize_name(name or service) not in ("".join(words), *words), len(text)
                matches.append((*closeness, service, name))
        found = [
            {"service": service, "operation": name or None, "method": method_name(name) if name else None}
            for *_, service, name in sorted(matches)
        ]
        return self._cited(listing("matches", found, limit))

    def changes(self, old: str, new: str, service: str = "", severity: str = "safe") -> dict[str, Any]:
        """List what changed after one release up to another, worst first."""
        if severity.upper() not in Severity.__members__:
            labels = [each.label for each in reversed(Severity)]
            raise UsageError(with_suggestions(severity, labels, f"no severity {severity!r}"))
        first, last = (self.history.find_release(name).number for name in (old, new))
        if first >= last:
            raise UsageError(f"{old} is not older than {new}")
        services = [self.history.find_service(service)] if service else self._changed_services(first, last)
        if len(services) > _MAX_SERVICES:
            hint = "too many services changed to list their changes: ask for one of them"
            return self._cited({"old": old, "new": new, "note": hint, **listing("changed_services", services)})
        least = Severity[severity.upper()]

        def select(delta: ServiceDelta, changes: tuple[Change, ...]) -> tuple[Change, ...]:
            return tuple(change for change in changes if change.rule.severity >= least)

        lines = [
            (-group.change.rule.severity, each, group)
            for name in services
            for each in service_changelog(self.history, name, first, last + 1, select=select)
            for group in group_changes(each.changes)
        ]
        lines.sort(key=lambda line: line[0])
        found = [
            {
                "severity": group.severity,
                "service": each.service,
                "release": each.release,
                "date": each.date or None,
                "message": group.message,
                "rule": group.change.rule.id,
                **listing("operations", list(group.change.operations), 6),
            }
            for _, each, group in lines
        ]
        return self._cited({"old": old, "new": new, **listing("changes", found)})

    def requires(self, code: str) -> dict[str, Any]:
        """Find the lowest boto3 and botocore that have what Python code uses, and the uses that require them."""
        _check_length(code)
        with TemporaryDirectory(prefix="docgen-") as folder:
            path = Path(folder, _SNIPPET)
            path.write_text(code, encoding="utf-8", errors="backslashreplace")
            try:
                found = requirement_data(examine([path], self._facts))
            except SourceError as error:
                raise SourceError(str(error).replace(str(path), _SNIPPET)) from None
        uses = [_without_file(use) for use in found["uses"]]
        uses.sort(key=lambda use: (use["since"] is not None, use["since_date"] or ""), reverse=True)
        return self._cited(
            {
                "boto3": found["boto3"],
                "botocore": found["botocore"],
                **listing("forced_by", list(map(_without_file, found["forced_by"]))),
                **listing("in_no_release", [use for use in uses if use["since"] is None]),
                **listing("uses", uses, 20),
                **listing("unresolved", list(map(_without_file, found["unresolved"]))),
                "warnings": [text.replace(str(path), _SNIPPET) for text in found["warnings"]],
            }
        )

    def _changed_services(self, first: int, last: int) -> list[str]:
        if self._is_facts:
            raise UsageError("name a service: facts do not say which services a release changed, a history.db does")
        return list(self.history.changed_services(first, last))

    @property
    def _is_facts(self) -> bool:
        """Whether names and versions are all that is known."""
        return is_archive(self._path)

    @cached_property
    def _facts(self) -> HistoryFacts:
        return HistoryFacts(self._path)

    @cached_property
    def _operations(self) -> list[tuple[str, str]]:
        return self.history.reader.operations()

    def _model(self, service: str, number: int) -> Service:
        """Return the model of a service in a release."""
        for api, spans in self.history.apis.default_spans(service):
            if any(start <= number < end for start, end in spans):
                return ModelSnapshots(self.history, api.id).model_at(number)
        raise UsageError(f"no service {service!r} in {self.history.release(number).name}")

    def _cited(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return the answer within its bounds, with the release up to which the facts behind it reach."""
        newest = self.history.newest
        source = {
            "package": newest.package,
            "newest_release": newest.name,
            "date": newest.date or None,
            "without": _FACTS_LACK if self._is_facts else None,
        }
        cited: dict[str, Any] = bounded({**answer, "facts": source})
        return cited


def _check_length(text: str) -> None:
    if len(text) > MAX_INPUT:
        raise UsageError(f"{len(text):,} characters are too many (at most {MAX_INPUT:,})")


def _signature(operation: str, parameters: Sequence[Row]) -> str:
    """Return the method with its top-level parameters; those that are not required end with `?`."""
    shown = [f"{row.name}: {row.type}" if row.required else f"{row.name}?: {row.type}" for row in _top(parameters)]
    return f"{method_name(operation)}({', '.join(shown)})"


def _top(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.depth == 0][:MAX_ITEMS]


def _row(row: Row) -> dict[str, Any]:
    """Return a row without its documentation, which is long and written by strangers."""
    return {"path": row.path, "type": row.type, "required": row.required, "deprecated": row.deprecated is not None}


def _without_file(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in ("file", "cell")}
