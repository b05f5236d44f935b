"""The unit of work: the revisions of one API, one after the other, as rows for the history file.

Nothing here touches the file or the clock; a job can run in any process, and its rows come back as plain values.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from docgen.diff.compare import diff
from docgen.diff.facts import Delta, Kind
from docgen.history.elements import decode, encode, split_documentation
from docgen.history.writer import Rows
from docgen.model.incremental import Key, Revision, read_next
from docgen.model.service import MAX_NESTING_BESIDE, Operation, Shape, load_json
from docgen.sources.release import ModelFile

_LEVEL = 4  # of zlib: 7 % larger than its best, in half the time
_NAMED = {
    "paginators-1.json": ("paginator", "pagination"),
    "waiters-1.json": ("waiter", "waiters"),
    "waiters-2.json": ("waiter", "waiters"),
}


@dataclass(frozen=True, slots=True)
class Job:
    """Revisions of one API, each with the number of its release (None: the API went), and the one before them."""

    service: str
    api_version: str
    revisions: tuple[tuple[int, ModelFile | None], ...]
    before: ModelFile | None = None


def follow(job: Job) -> Rows:
    """Read the revisions of a job and tell what each brought. Raises `ModelError` and `SourceError`."""
    chain = _Chain(job)
    for number, file in job.revisions:
        chain.step(number, file)
    return chain.rows


class _Chain:
    """Knows the revision before, and which spans began within the job."""

    def __init__(self, job: Job) -> None:
        self.service = job.service
        self.rows = Rows()
        self.begun: dict[tuple[str, ...], int] = {}
        self.structure: dict[Key, str] = {}
        self.file = job.before
        self.revision: Revision | None = None
        if job.before is not None:
            self.revision = read_next(job.before.read(), job.before.place)

    def step(self, number: int, file: ModelFile | None) -> None:
        """Take the next revision."""
        if self.file is not None:
            self.end("revision", (), number)
        if file is None:
            self.vanish(number)
        else:
            before, had = self.revision, self.file
            revision = before
            if had is None or file.digest() != had.digest():
                revision = read_next(file.read(), file.place, before)
            assert revision is not None  # noqa: S101 - for the type checker: without a file before, it was read
            self.begin("revision", (), (number, None, file.digest(), _ordering(revision)))
            self.elements(number, before.content if before else {}, revision)
            siblings = self.siblings(number, had, file)
            if before is not None:
                self.facts(number, before, revision, siblings)
            self.revision = revision
        self.file = file

    def vanish(self, number: int) -> None:
        """End everything: the API is gone."""
        assert self.revision is not None  # noqa: S101 - what was not there cannot go
        assert self.file is not None  # noqa: S101
        self.elements(number, self.revision.content, None)
        self.siblings(number, self.file, None)
        self.revision = None

    # --- spans ---

    def begin(self, table: str, name: tuple[str, ...], row: tuple[Any, ...]) -> None:
        found = getattr(self.rows, table)
        self.begun[table, *name] = len(found)
        found.append(row)

    def end(self, table: str, name: tuple[str, ...], number: int) -> None:
        at = self.begun.pop((table, *name), None)
        if at is None:
            self.rows.ended[table].append((*name, number))
            return
        found = getattr(self.rows, table)
        where = len(name) + 1  # after the name and `since`
        found[at] = (*found[at][:where], number, *found[at][where + 1 :])

    def names(self, number: int, old: Mapping[tuple[str, str], None], new: Mapping[tuple[str, str], None]) -> None:
        """Begin and end the lifetimes of the names in which two versions of one thing differ."""
        for name in new:
            if name not in old:
                self.begin("lifetime", name, (*name, number, None))
        for name in old:
            if name not in new:
                self.end("lifetime", name, number)

    # --- elements ---

    def elements(self, number: int, old: Mapping[Key, bytes], revision: Revision | None) -> None:
        """Take the elements that differ."""
        new = revision.content if revision else {}
        words: dict[str, dict[str, Any]] = {}
        for key in self.fresh(old, revision):
            before = old.get(key)
            value = decode(new[key].decode())
            said = split_documentation(value)
            if self.element(number, key, before, encode(value)):
                self.names(number, self.names_of(key, self.revision), self.names_of(key, revision))
            elif before is not None and said == split_documentation(decode(before.decode())):
                continue  # only the keys have another order, as where the file of a history stands for the first one
            words.setdefault(key[0], {})[key[1]] = said
        for key in () if old.keys() <= new.keys() else old:
            if key not in new:
                self.end("element", key, number)
                self.names(number, self.names_of(key, self.revision), {})
        if words:
            self.rows.documentation.append((number, zlib.compress(orjson.dumps(words), _LEVEL)))

    def fresh(self, old: Mapping[Key, bytes], revision: Revision | None) -> tuple[Key, ...]:
        """The elements that are not as before; none where the model is the same file as before."""
        if revision is None or (self.revision is revision and old is revision.content):
            return ()
        return revision.fresh if old else tuple(revision.content)

    def element(self, number: int, key: Key, before: bytes | None, content: str) -> bool:
        """Take one element; False if only its words differ."""
        if before is not None:
            if self.structure_of(key, before) == content:
                return False
            self.end("element", key, number)
        self.structure[key] = content
        self.begin("element", key, (*key, number, None, content))
        return True

    def structure_of(self, key: Key, content: bytes) -> str:
        """An element of the revision before, without its words."""
        if key not in self.structure:
            value = decode(content.decode())
            split_documentation(value)
            self.structure[key] = encode(value)
        return self.structure[key]

    def names_of(self, key: Key, revision: Revision | None) -> dict[tuple[str, str], None]:
        """The names that one element has in a revision: its own and those inside."""
        kind, name = key
        if revision is None:
            return {}
        if kind == "shape":
            shape = revision.service.shapes.get(name)
            return {} if shape is None else dict.fromkeys(_of_shape(shape))
        operation = revision.service.operations.get(name) if kind == "operation" else None
        return {} if operation is None else dict.fromkeys(_of_operation(operation))

    # --- files beside the model ---

    def siblings(self, number: int, old: ModelFile | None, new: ModelFile | None) -> tuple[dict[str, Any], ...]:
        """Take the files that differ; returns them decoded, as they were and as they are."""
        before = dict(old.siblings) if old else {}
        after = dict(new.siblings) if new else {}
        decoded: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        for name in sorted({*before, *after}):
            was, now = before.get(name), after.get(name)
            if was is not None and now is not None and (was is now or was.digest() == now.digest()):
                continue
            if was is not None:
                decoded[0][name] = load_json(was.read(), was.place, MAX_NESTING_BESIDE)
                self.end("file", (name,), number)
            if now is not None:
                data = now.read()
                decoded[1][name] = load_json(data, now.place, MAX_NESTING_BESIDE)
                row = name, number, None, now.digest(), zlib.compress(data, _LEVEL)
                self.begin("file", (name,), row)
            self.names(number, *(dict.fromkeys(_of_file(name, side.get(name))) for side in decoded))
        return decoded

    # --- facts ---

    def facts(self, number: int, old: Revision, new: Revision, siblings: tuple[dict[str, Any], ...]) -> None:
        delta = diff(old.service, new.service, self.service, old_siblings=siblings[0], new_siblings=siblings[1])
        prefix = len(self.service) + 1
        for position, each in enumerate(delta):
            said = (None, None) if each.kind is Kind.DOCUMENTATION else (_json(each.old), _json(each.new))
            self.rows.fact.append((number, position, *_named(each, prefix), *said))


def _named(delta: Delta, prefix: int) -> tuple[Any, ...]:
    return delta.id[prefix:], delta.kind.value, delta.at, delta.trait, int(delta.effective)


def _json(value: Any) -> str | None:
    return None if value is None else encode(value)


def _of_shape(shape: Shape) -> Iterator[tuple[str, str]]:
    """Id and kind of a shape, its members and its values."""
    yield shape.name, "shape"
    for value in _values(shape.traits.get("enum")):
        yield f"{shape.name}${value}", "enum-value"
    if shape.type == "structure":
        for member in shape.members.values():
            yield f"{shape.name}${member.name}", "member"
    for member in shape.members.values():
        for value in _values(member.traits.get("enum")):
            yield f"{shape.name}${member.name}${value}", "enum-value"


def _of_operation(operation: Operation) -> Iterator[tuple[str, str]]:
    yield f"{operation.name}()", "operation"
    for error in operation.errors:
        yield f"{operation.name}()${error.target}", "error"


def _of_file(name: str, content: Any) -> Iterator[tuple[str, str]]:
    kind, key = _NAMED.get(name, ("", ""))
    entries = content.get(key) if kind and isinstance(content, dict) else None
    if isinstance(entries, dict):
        # Waiters of the first form share what they have in common in an entry with a name like __Bucket.
        yield from ((f"{kind}:{entry}", kind) for entry in entries if not entry.startswith("__"))


def _values(enum: Any) -> list[str]:
    return enum if isinstance(enum, list) else []


def _ordering(revision: Revision) -> bytes | None:
    """The order of operations and shapes; None where it is that of the alphabet, as it nearly always is."""
    names = [list(revision.service.operations), list(revision.service.shapes)]
    if all(each == sorted(each) for each in names):
        return None
    return zlib.compress(orjson.dumps(names), _LEVEL)
