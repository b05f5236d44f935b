"""What stands on each page: all choosing, sorting and counting. Templates only lay out what they are given.

A page is the same in every format: its view holds documentation in the model's own HTML dialect, and the format turns
that into HTML, Markdown or text. `data` is the page's JSON twin.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from docgen import markup
from docgen.changes import Arranged, Cause, Wording, arrange, counts, silence, wording
from docgen.diff import Delta, ServiceDelta
from docgen.literal import Additions, additions, literal
from docgen.model import Operation, Service
from docgen.names import method_name
from docgen.rules import PROFILES, RULESET, Change, Rule, as_data, classify, example
from docgen.syntax import OperationSyntax, Row, operation_syntax, see_also

LONG = 60
"""Lines of a block, or entries of a list, from which HTML folds it."""

HUGE = 2_000
"""Rows from which a list for people says a shape's members once and refers to them later (9 operations have 54,000)."""

_LEVELS = re.compile(r"\[\]|\{key\}|\{value\}")


@dataclass(frozen=True, slots=True)
class Page:
    """A file to write, in whatever formats: `path` has no extension, `template` no folder.

    `data` makes the JSON twin; it is called only when that is wanted.
    """

    path: str
    template: str
    view: Any
    data: Callable[[], Mapping[str, Any]]


class Entry(NamedTuple):
    """A row as people read it; `same_as` is the row that has the members which are not said again here."""

    row: Row
    same_as: Row | None


@dataclass(frozen=True, slots=True)
class Node:
    """An entry with the entries below it: the list as a tree. `anchor` and `same_as` are ids on the page, or empty."""

    row: Row
    anchor: str
    same_as: str
    nodes: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class ChangeBlock:
    """The documented `Changes (request|response|both)` block: what each side gained, as printed Python values."""

    sides: str
    literals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation: what it gained (None when nothing is compared), its description, syntax and lists.

    `causes` are the changes that affect it alone, `shared` those that it shares with others and that stand elsewhere.
    """

    name: str
    status: str
    changes: ChangeBlock | None
    documentation: str
    deprecated: bool
    see_also: str | None
    syntax: OperationSyntax
    causes: tuple[Cause, ...] = ()
    shared: tuple[Cause, ...] = ()

    @property
    def parameters(self) -> tuple[Node, ...]:
        """The parameter list as a tree."""
        return tree(entries(self.syntax.parameters), "request")

    @property
    def response(self) -> tuple[Node, ...]:
        """The response structure as a tree, without its root, which is no member."""
        return tree(entries(self.syntax.response[1:]), "response", depth=1)

    @property
    def parameter_entries(self) -> list[Entry]:
        """The parameter list."""
        return entries(self.syntax.parameters)

    @property
    def response_entries(self) -> list[Entry]:
        """The response structure, its root first."""
        return entries(self.syntax.response)


@dataclass(frozen=True, slots=True)
class ServiceNotes:
    """The change notes of one service in one release. `date` is `2019-01-21`, or empty where nobody knows it."""

    package: str
    release: str
    previous: str
    date: str
    service: str
    api_version: str
    title: str
    summary: str
    summaries_known: bool
    is_new: bool
    operations: tuple[OperationView, ...]
    removed: tuple[tuple[str, tuple[Cause, ...]], ...]
    arranged: Arranged
    changes: tuple[Change, ...]
    with_wordings: bool = False
    root: str = ""
    reference: frozenset[str] = frozenset()

    @property
    def new(self) -> int:
        """How many operations are new."""
        return sum(o.status == "new" for o in self.operations)

    @property
    def updated(self) -> int:
        """How many operations were updated."""
        return len(self.operations) - self.new

    @property
    def counts(self) -> str:
        """`1 new 2 updated api methods`, as the documented heading has it, and how many were removed."""
        numbers = {"new": self.new, "updated": self.updated, "removed": len(self.removed)}
        parts = [f"{number} {word}" for word, number in numbers.items() if number]
        return " ".join([*parts, "api methods"]) if parts else "no api methods"

    @property
    def is_told(self) -> bool:
        """Whether there is anything to tell but documentation and noise."""
        return bool(self.operations or self.removed or self.arranged.service or self.arranged.shared)

    @property
    def severities(self) -> dict[str, int]:
        """How many changes there are of each severity, worst first; noise is not counted."""
        return counts(self.changes)

    @property
    def silence(self) -> str:
        """What to say where the release keeps quiet about a breaking change; else nothing."""
        return silence(self.summary if self.summaries_known else None, self.changes)

    @property
    def wordings(self) -> Iterator[Wording]:
        """Documentation that changed, word by word; worked out when asked for."""
        return map(wording, self.arranged.wordings)

    @property
    def heading(self) -> str:
        """The documented heading: `2019/01/21 - Amazon AppStream - 3 updated api methods`."""
        return f"{self.date.replace('-', '/') or self.release} - {self.title} - {self.counts}"

    def link(self, operation: str) -> str | None:
        """Where a mention of an operation leads: to its place on this page, else to its reference."""
        if any(o.name == operation for o in self.operations):
            return f"#{operation}"
        return f"{self.root}services/{self.service}/{operation}/index.html" if operation in self.reference else None


@dataclass(frozen=True, slots=True)
class OperationPage:
    """The reference of one operation, with the releases of the source that changed it."""

    service: str
    api_version: str
    title: str
    operation: OperationView
    http: str
    errors: tuple[tuple[str, str], ...]
    siblings: frozenset[str]
    history: tuple[Mention, ...] = ()
    root: str = ""

    def link(self, operation: str) -> str | None:
        """Where a mention of another operation of the service leads, on a site; nowhere in a single page."""
        known = self.root and operation in self.siblings and operation != self.operation.name
        return f"../{operation}/index.html" if known else None


@dataclass(frozen=True, slots=True)
class Mention:
    """A line of an index: a service in a release, with the counts of its notes."""

    release: str
    date: str
    service: str
    title: str
    counts: str
    summary: str
    path: str


@dataclass(frozen=True, slots=True)
class ReleaseIndex:
    """All notes of one release, and the services and API versions that came or went with it."""

    package: str
    release: str
    previous: str
    date: str
    notes: tuple[Mention, ...]
    changes: tuple[Change, ...] = ()
    root: str = ""

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What happened to whole services, worst first."""
        return tuple(Cause((change,)) for change in self.changes if not change.rule.suppressed)


@dataclass(frozen=True, slots=True)
class ServiceIndex:
    """A service's operations, A to Z, and the releases of the source that changed it."""

    service: str
    api_version: str
    title: str
    documentation: str
    operations: tuple[tuple[str, str], ...]
    history: tuple[Mention, ...]
    root: str = ""

    def link(self, operation: str) -> str | None:
        """Where a mention of an operation leads."""
        return f"{operation}/index.html" if any(operation == name for name, _ in self.operations) else None


@dataclass(frozen=True, slots=True)
class SiteIndex:
    """The first page: releases, newest first, and the services of the reference."""

    package: str
    newest: str
    releases: tuple[ReleaseIndex, ...]
    services: tuple[ServiceIndex, ...]
    root: str = ""


@dataclass(frozen=True, slots=True)
class RulesIndex:
    """The table of rules, in the order in which they are tried."""

    rules: tuple[Rule, ...]
    root: str = "../"


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule: what it catches, how much that hurts whom, why, and what to do."""

    rule: Rule
    root: str = "../../"

    @property
    def feels(self) -> tuple[tuple[str, str], ...]:
        """How it feels to each kind of reader: (`a deployed client`, `breaking`)."""
        return tuple((READERS[profile], self.rule.severity_in(profile).word) for profile in PROFILES)

    @property
    def example(self) -> tuple[tuple[str, str], ...]:
        """A change that the rule catches: (`before`, JSON) and (`after`, JSON)."""
        return tuple(
            (side, json.dumps(value, indent=2, ensure_ascii=False)) for side, value in example(self.rule).items()
        )


READERS = {"wire": "a deployed client", "typed": "typed code", "boto3": "boto3"}
"""Who stands behind each profile, in words."""

# --- views ---


def service_notes(
    delta: ServiceDelta,
    *,
    release: str,
    previous: str,
    package: str = "",
    date: str = "",
    summary: str = "",
    summaries_known: bool = False,
    is_new: bool = False,
) -> ServiceNotes:
    """The notes of one service: new operations first, then updated ones, both in model order."""
    gained = additions(delta)
    changes = classify(delta)
    arranged = arrange(changes)
    return ServiceNotes(
        package=package,
        release=release,
        previous=previous,
        date=date,
        service=delta.service,
        api_version=delta.new.api_version,
        title=delta.new.full_name or delta.service,
        summary=summary,
        summaries_known=summaries_known,
        is_new=is_new,
        operations=tuple(_operations(delta, gained, arranged)),
        removed=tuple(
            (name, arranged.of_operation.get(name, ()))
            for name in delta.old.operations
            if name not in delta.new.operations
        ),
        arranged=arranged,
        changes=changes,
    )


def _operations(delta: ServiceDelta, gained: Mapping[str, Additions], arranged: Arranged) -> Iterator[OperationView]:
    """New operations, then those that gained something or that something happened to, both in model order."""
    new = delta.new
    for name, operation in new.operations.items():
        if name not in delta.old.operations:
            yield operation_view(new, operation, status="new")
    for name, operation in new.operations.items():
        causes = arranged.of_operation.get(name, ())
        if name in delta.old.operations and (name in gained or causes):
            view = operation_view(new, operation, status="updated", gained=gained.get(name))
            yield replace(view, causes=causes, shared=arranged.links(name))


def operation_view(
    service: Service, operation: Operation, *, status: str = "", gained: Additions | None = None
) -> OperationView:
    """One operation as the documented page shows it."""
    return OperationView(
        name=operation.name,
        status=status,
        changes=change_block(gained) if gained else None,
        documentation=operation.documentation,
        deprecated=operation.deprecated,
        see_also=see_also(service, operation),
        syntax=operation_syntax(service, operation),
    )


def change_block(gained: Additions) -> ChangeBlock:
    """The documented block: `both` where request and response gained the same."""
    if gained.request is not None and gained.request == gained.response:
        return ChangeBlock("both", (("", literal(gained.request)),))
    sides = {"request": gained.request, "response": gained.response}
    present = {side: literal(value) for side, value in sides.items() if value is not None}
    titles = [side.capitalize() if len(present) > 1 else "" for side in present]
    return ChangeBlock(", ".join(present), tuple(zip(titles, present.values(), strict=True)))


def operation_page(service: Service, operation: Operation, name: str, history: Iterable[Mention] = ()) -> OperationPage:
    """The reference of one operation; `name` is the service's SDK name."""
    http = operation.traits.get("http")
    http = http if isinstance(http, Mapping) else {}
    return OperationPage(
        service=name,
        api_version=service.api_version,
        title=service.full_name or name,
        operation=operation_view(service, operation),
        http=f"{http.get('method', '')} {http.get('requestUri', '')}".strip(),
        errors=tuple((e.target, service.documentation_of(e)) for e in operation.errors),
        siblings=frozenset(service.operations),
        history=tuple(history),
    )


def service_index(service: Service, name: str, history: Iterable[Mention] = ()) -> ServiceIndex:
    """The page of one service."""
    return ServiceIndex(
        service=name,
        api_version=service.api_version,
        title=service.full_name or name,
        documentation=service.documentation,
        operations=tuple((o, method_name(o)) for o in sorted(service.operations)),
        history=tuple(history),
    )


def mention(notes: ServiceNotes, path: str) -> Mention:
    """The line of an index that leads to `notes`."""
    return Mention(notes.release, notes.date, notes.service, notes.title, notes.counts, notes.summary, path)


def entries(rows: Sequence[Row]) -> list[Entry]:
    """Rows for people: each with all its members, or in a huge list only where its shape comes first."""
    if len(rows) < HUGE:
        return [Entry(row, None) for row in rows]
    found: list[Entry] = []
    first: dict[str, Row] = {}
    hidden = len(rows)  # the depth below which rows are left out
    for row, after in zip(rows, (*rows[1:], None), strict=True):
        if row.depth > hidden:
            continue
        hidden = len(rows)
        said = None
        if after is not None and after.depth > row.depth and not row.path.endswith("{key}"):
            said = first.setdefault(row.shape, row)
        if said is None or said is row:
            found.append(Entry(row, None))
        else:
            found.append(Entry(row, said))
            hidden = row.depth
    return found


def tree(listed: Sequence[Entry], side: str, depth: int = 0) -> tuple[Node, ...]:
    """Entries, depth first, as a tree whose top level has `depth`; anchors are `request.VpcConfig.SubnetIds`."""
    level: list[list[Node]] = [[]]
    # From the last entry to the first: all that lies below an entry is complete when the entry comes.
    for entry in reversed(listed):
        row = entry.row
        at = row.depth - depth
        while len(level) <= at + 1:
            level.append([])
        below = tuple(reversed(level[at + 1]))
        level[at + 1] = []
        anchor = _anchor(side, row) if row.name is not None else ""
        same_as = _anchor(side, entry.same_as) if entry.same_as else ""
        level[at].append(Node(row, anchor, same_as, below, len(below) + sum(node.size for node in below)))
    return tuple(reversed(level[0]))


def _anchor(side: str, row: Row) -> str:
    """The id of a row. List and map levels add nothing: an item shares the id of the list that holds it."""
    return f"{side}.{_LEVELS.sub('', row.path)}"


# --- pages ---


def notes_page(notes: ServiceNotes, path: str) -> Page:
    """The change notes of a service in a release."""
    return Page(path, "notes", notes, lambda: notes_data(notes))


def reference_page(page: OperationPage, path: str) -> Page:
    """The reference of an operation."""
    return Page(path, "operation", page, lambda: operation_data(page))


def release_page(index: ReleaseIndex, path: str) -> Page:
    """The page of a release."""
    return Page(path, "release", index, lambda: release_data(index))


def rules_page(index: RulesIndex, path: str) -> Page:
    """The table of rules."""
    return Page(path, "rules", index, lambda: {"ruleset": RULESET, "rules": [as_data(rule) for rule in index.rules]})


def rule_page(page: RulePage, path: str) -> Page:
    """One rule."""
    return Page(path, "rule", page, lambda: as_data(page.rule))


def services_page(index: ReleaseIndex, path: str) -> Page:
    """The services and API versions that came or went, alone."""
    return Page(path, "services", index, lambda: release_data(index))


def service_page(index: ServiceIndex, path: str) -> Page:
    """The page of a service."""
    return Page(path, "service", index, lambda: service_data(index))


def site_page(index: SiteIndex, path: str) -> Page:
    """The first page."""
    return Page(path, "index", index, lambda: site_data(index))


# --- JSON twins ---


def operation_data(page: OperationPage) -> dict[str, Any]:
    """An operation as JSON: rows in the order of the page, documentation as plain text."""
    return {
        "service": page.service,
        "api_version": page.api_version,
        **_operation_data(page.operation),
    }


def _operation_data(view: OperationView) -> dict[str, Any]:
    syntax = view.syntax
    return {
        "operation": view.name,
        "method": syntax.method,
        "documentation": markup.to_text(view.documentation),
        "deprecated": view.deprecated,
        "see_also": view.see_also,
        "request_syntax": syntax.request_syntax,
        "response_syntax": syntax.response_syntax,
        "parameters": list(_rows_data(syntax.parameters)),
        "response": list(_rows_data(syntax.response)),
    }


def _rows_data(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "path": row.path,
            "name": row.name,
            "type": row.type,
            "required": row.required,
            "documentation": markup.to_text(row.documentation),
        }


def notes_data(notes: ServiceNotes) -> dict[str, Any]:
    """The notes of a service as JSON."""
    return {
        "package": notes.package,
        "release": notes.release,
        "previous": notes.previous,
        "date": notes.date or None,
        "service": notes.service,
        "api_version": notes.api_version,
        "title": notes.title,
        "heading": notes.heading,
        "summary": notes.summary or None,
        "new": notes.new,
        "updated": notes.updated,
        "operations": [
            {"status": view.status, "changes": _changes_data(view.changes), **_operation_data(view)}
            for view in notes.operations
        ],
        "removed": [name for name, _ in notes.removed],
        "severities": notes.severities,
        "silence": notes.silence or None,
        "changes": [change_data(change) for change in notes.changes],
    }


def change_data(change: Change) -> dict[str, Any]:
    """A change as JSON, with the fact behind it."""
    rule, delta = change.rule, change.delta
    return {
        "rule": rule.id,
        "severity": rule.severity.word,
        "profiles": {profile: rule.severity_in(profile).word for profile in PROFILES},
        "suppressed": rule.suppressed,
        "direction": change.direction.value,
        "message": change.message,
        "why": rule.why,
        "fix": rule.fix,
        "operations": [
            {"operation": name, "method": method_name(name), "path": change.paths.get(name)}
            for name in change.operations
        ],
        "confidence": change.confidence,
        "fingerprint": change.fingerprint,
        "facts": [_delta_data(each) for each in (delta, *change.also)],
    }


def _delta_data(delta: Delta) -> dict[str, Any]:
    return {
        "id": delta.id,
        "kind": delta.kind.value,
        "trait": delta.trait or None,
        "old": delta.old,
        "new": delta.new,
        "old_pointer": delta.old_pointer,
        "new_pointer": delta.new_pointer,
    }


def _changes_data(changes: ChangeBlock | None) -> dict[str, str] | None:
    if changes is None:
        return None
    return {side: text for side, (_, text) in zip(changes.sides.split(", "), changes.literals, strict=True)}


def _mention_data(mention: Mention) -> dict[str, Any]:
    return {
        "release": mention.release,
        "date": mention.date or None,
        "service": mention.service,
        "title": mention.title,
        "counts": mention.counts,
        "summary": mention.summary or None,
        "path": mention.path,
    }


def release_data(index: ReleaseIndex) -> dict[str, Any]:
    """A release as JSON."""
    return {
        "package": index.package,
        "release": index.release,
        "previous": index.previous,
        "date": index.date or None,
        "changes": [change_data(change) for change in index.changes],
        "notes": [_mention_data(mention) for mention in index.notes],
    }


def service_data(index: ServiceIndex) -> dict[str, Any]:
    """A service as JSON."""
    return {
        "service": index.service,
        "api_version": index.api_version,
        "title": index.title,
        "documentation": markup.to_text(index.documentation),
        "operations": [{"operation": name, "method": method} for name, method in index.operations],
        "history": [_mention_data(mention) for mention in index.history],
    }


def site_data(index: SiteIndex) -> dict[str, Any]:
    """The first page as JSON."""
    return {
        "package": index.package,
        "newest": index.newest,
        "releases": [release_data(release) for release in index.releases],
        "services": [
            {"service": s.service, "api_version": s.api_version, "title": s.title, "operations": len(s.operations)}
            for s in index.services
        ],
    }
