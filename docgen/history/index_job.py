"""The unit of work of an index run: successive revisions of one API become rows for the history file.

Nothing here touches the history file, so a job can run in any process. It returns plain values.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from docgen.diff.compare import find_affected_deltas, find_deltas
from docgen.diff.delta import Delta, Kind, ServiceDelta
from docgen.history.elements import decode_json, encode_json, split_documentation
from docgen.history.release_step import target_names
from docgen.history.writer import RevisionRows
from docgen.model.file_layout import ElementKey
from docgen.model.incremental import Revision, read_revision
from docgen.model.referrers import Referrers
from docgen.model.service import Operation, Service, Shape
from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.sources.release import ModelFile

_COMPRESSION_LEVEL = 4  # of zlib: 7 % larger than its best, in half the time
_ENTRY_KINDS = {
    "paginators-1.json": ("paginator", "pagination"),
    "waiters-1.json": ("waiter", "waiters"),
    "waiters-2.json": ("waiter", "waiters"),
}


@dataclass(frozen=True, slots=True)
class RevisionJob:
    """Revisions of one API to index.

    Attributes:
        service: The service.
        api_version: Its API version.
        revisions: Release numbers with the model of that release, or None if the release removes the API.
        previous: The revision before the first one, if there is one.
    """

    service: str
    api_version: str
    revisions: tuple[tuple[int, ModelFile | None], ...]
    previous: ModelFile | None = None


def index_revisions(job: RevisionJob) -> RevisionRows:
    """Read the revisions of a job and return the rows that they add. Raises `ModelError` and `SourceError`."""
    indexer = _RevisionIndexer(job)
    for number, file in job.revisions:
        indexer.add_revision(number, file)
    return indexer.rows


class _RevisionIndexer:
    """Turns revisions into rows. It keeps the previous revision, and the spans that began within the job."""

    def __init__(self, job: RevisionJob) -> None:
        self.service = job.service
        self.rows = RevisionRows()
        self.open_rows: dict[tuple[str, ...], int] = {}
        self.structures: dict[ElementKey, str] = {}
        self.previous_file = job.previous
        self.previous_revision: Revision | None = None
        self.referrers: Referrers | None = None
        self.ordering: list[list[str]] = []
        self.ordering_row: bytes | None = None
        if job.previous is not None:
            self.previous_revision = read_revision(job.previous.read(), job.previous.location)

    def add_revision(self, number: int, file: ModelFile | None) -> None:
        """Add the rows of the next revision; None removes the API."""
        if self.previous_file is not None:
            self.end_span("revision", (), number)
        if file is None:
            self.remove_api(number)
        else:
            before, had = self.previous_revision, self.previous_file
            revision = before
            if had is None or file.digest() != had.digest():
                revision = read_revision(file.read(), file.location, before)
            assert revision is not None  # noqa: S101 - without a previous file, it was read
            self.begin_span("revision", (), (number, None, file.digest(), self.compressed_ordering(revision)))
            self.update_elements(number, before.content if before else {}, revision)
            siblings = self.update_siblings(number, had, file)
            if before is not None:
                self.add_facts(number, before, revision, siblings)
            self.previous_revision = revision
        self.previous_file = file

    def remove_api(self, number: int) -> None:
        """End all spans, because a release removed the API."""
        assert self.previous_revision is not None  # noqa: S101 - only an existing API can be removed
        assert self.previous_file is not None  # noqa: S101
        self.update_elements(number, self.previous_revision.content, None)
        self.update_siblings(number, self.previous_file, None)
        self.previous_revision = None

    # --- spans ---

    def begin_span(self, table: str, key: tuple[str, ...], row: tuple[Any, ...]) -> None:
        found = getattr(self.rows, table)
        self.open_rows[table, *key] = len(found)
        found.append(row)

    def end_span(self, table: str, key: tuple[str, ...], number: int) -> None:
        at = self.open_rows.pop((table, *key), None)
        if at is None:
            self.rows.span_ends[table].append((*key, number))
            return
        found = getattr(self.rows, table)
        where = len(key) + 1  # after the name and `since`
        found[at] = (*found[at][:where], number, *found[at][where + 1 :])

    def update_lifetimes(
        self, number: int, old: Mapping[tuple[str, str], None], new: Mapping[tuple[str, str], None]
    ) -> None:
        """Begin and end the lifetimes of the names that differ between two versions of an element."""
        for name in new:
            if name not in old:
                self.begin_span("lifetime", name, (*name, number, None))
        for name in old:
            if name not in new:
                self.end_span("lifetime", name, number)

    # --- elements ---

    def update_elements(self, number: int, old: Mapping[ElementKey, bytes], revision: Revision | None) -> None:
        """Add the elements that differ, and their documentation."""
        new = revision.content if revision else {}
        words: dict[str, dict[str, Any]] = {}
        for key in self.changed_keys(old, revision):
            before = old.get(key)
            value = decode_json(new[key].decode())
            said = split_documentation(value)
            if self.update_element(number, key, before, encode_json(value)):
                self.update_lifetimes(number, self.names_in(key, self.previous_revision), self.names_in(key, revision))
            elif before is not None and said == split_documentation(decode_json(before.decode())):
                continue  # only the order of the keys differs, as in a file that was read back from a history
            words.setdefault(key[0], {})[key[1]] = said
        for key in self.removed_keys(old, revision):
            self.end_span("element", key, number)
            self.update_lifetimes(number, self.names_in(key, self.previous_revision), {})
        if words:
            self.rows.documentation.append((number, zlib.compress(orjson.dumps(words), _COMPRESSION_LEVEL)))

    def changed_keys(self, old: Mapping[ElementKey, bytes], revision: Revision | None) -> tuple[ElementKey, ...]:
        """Return the elements that differ from the previous revision."""
        if revision is None or (self.previous_revision is revision and old is revision.content):
            return ()
        return revision.changed if old else tuple(revision.content)

    def compressed_ordering(self, revision: Revision) -> bytes | None:
        """Return the order of operations and shapes, compressed; None if it is alphabetical, as it nearly always is."""
        names = [list(revision.service.operations), list(revision.service.shapes)]
        if names != self.ordering:
            self.ordering = names
            is_alphabetical = all(each == sorted(each) for each in names)
            self.ordering_row = None if is_alphabetical else zlib.compress(orjson.dumps(names), _COMPRESSION_LEVEL)
        return self.ordering_row

    def removed_keys(self, old: Mapping[ElementKey, bytes], revision: Revision | None) -> Iterable[ElementKey]:
        """Return the elements that only the previous revision has."""
        if revision is None:
            return old
        return () if not old or self.previous_revision is revision else revision.removed

    def update_element(self, number: int, key: ElementKey, previous: bytes | None, content: str) -> bool:
        """Add one element. Returns False if only its documentation differs."""
        if previous is not None:
            if self.structure_without_documentation(key, previous) == content:
                return False
            self.end_span("element", key, number)
        self.structures[key] = content
        self.begin_span("element", key, (*key, number, None, content))
        return True

    def structure_without_documentation(self, key: ElementKey, content: bytes) -> str:
        """Return an element of the previous revision as JSON, without its documentation."""
        if key not in self.structures:
            value = decode_json(content.decode())
            split_documentation(value)
            self.structures[key] = encode_json(value)
        return self.structures[key]

    def names_in(self, key: ElementKey, revision: Revision | None) -> dict[tuple[str, str], None]:
        """Return the names that an element has in a revision: its own, and those of its members, values or errors."""
        kind, name = key
        if revision is None:
            return {}
        if kind == "shape":
            shape = revision.service.shapes.get(name)
            return {} if shape is None else dict.fromkeys(_names_of_shape(shape))
        operation = revision.service.operations.get(name) if kind == "operation" else None
        return {} if operation is None else dict.fromkeys(_names_of_operation(operation))

    # --- sibling files ---

    def update_siblings(self, number: int, old: ModelFile | None, new: ModelFile | None) -> tuple[dict[str, Any], ...]:
        """Add the files that differ. Returns their decoded content by name, before and after."""
        before = dict(old.siblings) if old else {}
        after = dict(new.siblings) if new else {}
        decoded: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        for name in sorted({*before, *after}):
            was, now = before.get(name), after.get(name)
            if was is not None and now is not None and (was is now or was.digest() == now.digest()):
                continue
            if was is not None:
                decoded[0][name] = load_json(was.read(), was.location, MAX_SIBLING_NESTING)
                self.end_span("file", (name,), number)
            if now is not None:
                data = now.read()
                decoded[1][name] = load_json(data, now.location, MAX_SIBLING_NESTING)
                row = name, number, None, now.digest(), zlib.compress(data, _COMPRESSION_LEVEL)
                self.begin_span("file", (name,), row)
            self.update_lifetimes(number, *(dict.fromkeys(names_of_sibling(name, side.get(name))) for side in decoded))
        return decoded

    # --- facts ---

    def add_facts(self, number: int, old: Revision, new: Revision, siblings: tuple[dict[str, Any], ...]) -> None:
        delta = self.compare(old, new, siblings)
        prefix = len(self.service) + 1
        for position, each in enumerate(delta):
            said = (
                (None, None)
                if each.kind is Kind.DOCUMENTATION
                else (_encode_optional(each.old), _encode_optional(each.new))
            )
            self.rows.fact.append((number, position, *_fact_columns(each, prefix), *said))

    def compare(self, old: Revision, new: Revision, siblings: tuple[dict[str, Any], ...]) -> ServiceDelta:
        """Return what differs between two revisions.

        Where errors have no shape, even elements that did not change can differ, so everything is compared.
        """
        if old.service.missing_errors or new.service.missing_errors:
            self.referrers = None
            before, after = siblings
            return find_deltas(old.service, new.service, self.service, old_siblings=before, new_siblings=after)
        changed = () if new is old else (*new.changed, *new.removed)
        if self.referrers is None:
            self.referrers = Referrers()
            for key in old.content:
                self.referrers.add(key, _target_names(old.service, key))
        for key in changed:
            self.referrers.add(key, _target_names(new.service, key))
        delta = find_affected_deltas(
            old.service, new.service, self.service, self.referrers.affected_by(changed), (siblings[0], siblings[1])
        )
        for key in changed:
            targets = _target_names(new.service, key)
            self.referrers.discard(key, [name for name in _target_names(old.service, key) if name not in targets])
        return delta


def _fact_columns(delta: Delta, prefix: int) -> tuple[Any, ...]:
    return delta.id[prefix:], delta.kind.value, delta.carrier, delta.trait, int(delta.effective)


def _encode_optional(value: Any) -> str | None:
    return None if value is None else encode_json(value)


def _names_of_shape(shape: Shape) -> Iterator[tuple[str, str]]:
    """Yield the ids and kinds of a shape, its members and its enum values."""
    yield shape.name, "shape"
    for value in _enum_values(shape.traits.get("enum")):
        yield f"{shape.name}${value}", "enum-value"
    if shape.type == "structure":
        for member in shape.members.values():
            yield f"{shape.name}${member.name}", "member"
    for member in shape.members.values():
        for value in _enum_values(member.traits.get("enum")):
            yield f"{shape.name}${member.name}${value}", "enum-value"


def _names_of_operation(operation: Operation) -> Iterator[tuple[str, str]]:
    yield f"{operation.name}()", "operation"
    for error in operation.errors:
        yield f"{operation.name}()${error.target}", "error"


def _target_names(service: Service, key: ElementKey) -> tuple[str, ...]:
    """Return the shapes to which an element refers; none if the service does not have it."""
    kind, name = key
    if kind == "shape":
        shape = service.shapes.get(name)
        return () if shape is None else shape.targets
    operation = service.operations.get(name) if kind == "operation" else None
    return () if operation is None else tuple(target_names(operation))


def names_of_sibling(name: str, content: Any) -> Iterator[tuple[str, str]]:
    """Yield the ids and kinds of the paginators or waiters that a sibling file defines; none for other files."""
    kind, key = _ENTRY_KINDS.get(name, ("", ""))
    entries = content.get(key) if kind and isinstance(content, dict) else None
    if isinstance(entries, dict):
        # Waiters of the first form share what they have in common in an entry with a name like __Bucket.
        yield from ((f"{kind}:{entry}", kind) for entry in entries if not entry.startswith("__"))


def _enum_values(enum: Any) -> list[str]:
    return enum if isinstance(enum, list) else []
