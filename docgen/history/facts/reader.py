"""The queries of a history, answered from a facts file. `HistoryReader` answers them from a database.

Every service is read when a question first needs it. A question about all services reads the overview, or searches the
bytes of each document for the names before it decodes any.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from docgen.errors import SourceError
from docgen.history.elements import encode_json
from docgen.history.facts.archive import OVERVIEW_NAME, service_filename
from docgen.history.facts.document import ELEMENT_KINDS, ENTRY_KINDS, Document
from docgen.history.facts.elements import element_ids
from docgen.history.facts.installed import facts_with_installed
from docgen.history.queries import INSTALLED, Api, Span, StoredRelease
from docgen.history.reader import DocumentationByElement, HistoryReader
from docgen.sources.names import check_date, check_name

_NO_DIGEST = "0" * 40
_FEW_SEARCHES = 16
"""Names that are searched for one by one, at most: each takes 25 ms, and to split all documents into words 400 ms."""
_ENTRY_FILES = {"paginators-1.json": ("paginator", "pagination"), "waiters-2.json": ("waiter", "waiters")}


class FactsReader(HistoryReader):
    """A facts file, opened for reading.

    Methods that need documentation, limits or judged changes raise `SourceError`, which says that a history has them.
    Official notes are empty.

    Args:
        path: The facts file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = facts_with_installed(path)
        self._services: dict[str, Document] = {}
        self._texts: dict[str, bytes] = {}
        self._words: dict[str, frozenset[bytes]] = {}
        self._searched = 0
        self._ids: dict[tuple[int, bool], dict[str, dict[str, list[Span]]]] = {}

    def query(self, statement: str, *values: object, columns: Any = ()) -> list[tuple[Any, ...]]:
        """Raise `SourceError`: there is no database."""
        del statement, values, columns
        raise SourceError(
            f"{self.path}: facts have names and versions only (for more, make a history: `docgen index SOURCE`)"
        )

    def close(self) -> None:
        """Forget everything that was read."""
        self._services.clear()
        self._texts.clear()
        self._words.clear()

    # --- releases ---

    def releases(self) -> tuple[StoredRelease, ...]:
        """Return all releases, oldest first."""
        return tuple(map(self.release, range(1, self.release_count() + 1)))

    def release(self, number: int) -> StoredRelease:
        """Return the release with this number."""
        package, location = self.archive.index["package"], str(self.path)
        name, date = self.archive.index["releases"][number - 1]
        check_name("package", package, location)
        check_name("release", name, location)
        check_date(date, location)
        identity = INSTALLED if number == self.archive.installed_number else ""
        return StoredRelease(number, name, package, date, identity, 0)

    def release_count(self) -> int:
        """Return the number of releases, which is the number of the newest one."""
        return len(self.archive.index["releases"])

    def summaries(self, number: int) -> dict[str, str]:
        """Return no official notes: facts have none."""
        return {}

    def introductions(self) -> dict[int, str]:
        """Return no introductions: facts have none."""
        return {}

    # --- API versions ---

    @cached_property
    def _apis(self) -> tuple[Api, ...]:
        services = self.archive.index["services"]
        names = [(service, version) for service in sorted(services) for version in sorted(services[service])]
        for service, version in names:
            check_name("service", service, str(self.path))
            check_name("API version", version, str(self.path))
        return tuple(Api(number, *each) for number, each in enumerate(names, start=1))

    @cached_property
    def _apis_by_service(self) -> Mapping[str, tuple[Api, ...]]:
        found: dict[str, tuple[Api, ...]] = {}
        for api in self._apis:
            found[api.service] = (*found.get(api.service, ()), api)
        return found

    def apis(self, service: str | None = None) -> tuple[Api, ...]:
        """Return the API versions of all services, or of one, sorted by service and API version."""
        return self._apis if service is None else self._apis_by_service.get(service, ())

    def revisions(self, api_id: int | None = None) -> list[tuple[int, Span, str]]:
        """Return the spans of all APIs, or of one, with a digest that means nothing."""
        return [
            (api.id, Span(*span), _NO_DIGEST)
            for api in (self._apis if api_id is None else (self._apis[api_id - 1],))
            for span in self.archive.index["services"][api.service][api.api_version]
        ]

    def _document(self, api_id: int) -> Document:
        api = self._apis[api_id - 1]
        if api.service not in self._services:
            self._services[api.service] = self.archive.service(api.service)
        document: Document = self._services[api.service][api.api_version]
        return document

    # --- questions about all services ---

    @cached_property
    def _overview(self) -> Document:
        overview: Document = self.archive.document(OVERVIEW_NAME)
        return overview

    def service_metadata(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield every service with every state of its metadata, oldest first."""
        for _, service, metadata in self._overview["metadata"]:
            yield service, metadata

    def operations(self) -> list[tuple[str, str]]:
        """Return all operations that any service ever had: service and name, sorted."""
        return [(service, name) for service, names in self._overview["operations"].items() for name in names]

    def waiters_or_paginators(self, kind: str) -> list[tuple[str, str]]:
        """Return all waiters or all paginators (`kind`) that any service ever had: service and id, sorted."""
        return [(service, f"{kind}:{name}") for service, names in self._overview[kind].items() for name in names]

    def shapes_with_members(self, names: Collection[str], api_ids: Collection[int]) -> list[tuple[int, str]]:
        """Return the shapes that once had all of the members: API id and shape name. Without `api_ids`, of all APIs."""
        wanted = frozenset(names)
        found = []
        for api_id in self._apis_mentioning(names, all, api_ids):
            members: dict[str, set[str]] = {}
            for name, versions in self._document(api_id)["shape"].items():
                for _, _, content in versions:
                    members.setdefault(name, set()).update(content.get("members", ()))
            found += [(api_id, name) for name in sorted(members) if wanted <= members[name]]
        return found

    def members_in_any_case(self, name: str) -> list[tuple[int, str, str]]:
        """Return the members of any shape whose name in lower case is `name`: API id, shape and member."""
        found = []
        for service, apis in self._apis_by_service.items():
            if name.encode() not in self._text(service).lower():
                continue
            for api in apis:
                ids = (id.partition("$") for id in sorted(self.ids(api.id, "member")))
                found += [(api.id, shape, member) for shape, _, member in ids if member.lower() == name]
        return found

    def enum_value_ids(self, values: Collection[str]) -> list[tuple[str, str]]:
        """Return the enum values, of any service, that are among `values`: service and id."""
        found: dict[tuple[str, str], None] = {}
        for api_id in self._apis_mentioning(values, any, ()):
            for id in self._ids_of(api_id, "enum-value"):
                if id.partition("$")[2] in values:
                    found[self._apis[api_id - 1].service, id] = None
        return list(found)

    def _apis_mentioning(
        self, names: Collection[str], are_enough: Callable[[Iterator[bool]], bool], api_ids: Collection[int]
    ) -> Iterator[int]:
        """Yield the APIs whose service's document contains all, or any, of the names."""
        import orjson

        quoted = [orjson.dumps(name) for name in names]
        self._searched += len(quoted)
        for service, apis in self._apis_by_service.items():
            chosen = [api.id for api in apis if not api_ids or api.id in api_ids]
            if chosen and are_enough(self._mentions(service, name) for name in quoted):
                yield from chosen

    def _mentions(self, service: str, quoted: bytes) -> bool:
        """Return whether a JSON string may be in the document of a service.

        The text is split into words once enough names have been searched for.
        """
        if self._searched <= _FEW_SEARCHES or b"\\" in quoted:
            return quoted in self._text(service)
        if service not in self._words:
            self._words[service] = frozenset(self._text(service).split(b'"'))
        return quoted[1:-1] in self._words[service]

    def _text(self, service: str) -> bytes:
        """Return the bytes of a document, inflated once: a text with many messages searches all services for each."""
        if service not in self._texts:
            self._texts[service] = self.archive.data(service_filename(service))
        return self._texts[service]

    # --- elements ---

    def elements(
        self, api_id: int, first: int = 1, last: int | None = None
    ) -> list[tuple[str, str, int, int | None, str]]:
        """Return the versions of all elements that any release from `first` to `last` has, as a history file does."""
        document = self._document(api_id)
        rows = [
            (kind, name, since, until, encode_json(self._with_name(kind, name, content)))
            for kind in ELEMENT_KINDS
            for name, versions in document[kind].items()
            for since, until, content in versions
            if (until is None or until > first) and (last is None or since <= last)
        ]
        return sorted(rows, key=lambda row: row[2])

    @staticmethod
    def _with_name(kind: str, name: str, content: Document) -> Document:
        return {"name": name, **content} if kind == "operation" else content

    def elements_at(self, api_id: int, number: int) -> list[tuple[str, str, str]]:
        """Return the elements that a release has: kind, name, JSON."""
        return [
            (kind, name, content)
            for kind, name, since, until, content in self.elements(api_id)
            if since <= number and (until is None or until > number)
        ]

    def element_versions(self, api_id: int, kind: str, name: str) -> Iterator[tuple[Span, Any]]:
        """Yield the versions of one element, oldest first, decoded."""
        for since, until, content in self._document(api_id)[kind].get(name, ()):
            yield Span(since, until), content

    def versions_of_kind(self, api_id: int, kind: str, up_to: int | None = None) -> Iterator[tuple[str, Span, Any]]:
        """Yield the versions of all operations or shapes, by name and oldest first, decoded; up to a release."""
        for name, versions in sorted(self._document(api_id)[kind].items()):
            for since, until, content in versions:
                if up_to is None or since <= up_to:
                    yield name, Span(since, until), content

    def element_names(self, api_id: int, kind: str) -> tuple[str, ...]:
        """Return the names of all operations or shapes that an API ever had, sorted."""
        return tuple(sorted(self._document(api_id)[kind]))

    def exception_shapes(self, api_id: int) -> Iterator[tuple[str, Span]]:
        """Yield the shapes that are exceptions, with the releases in which they are."""
        for name, span, content in self.versions_of_kind(api_id, "shape"):
            if content.get("exception"):
                yield name, span

    # --- lifetimes of names ---

    def _ids_of(self, api_id: int, kind: str) -> dict[str, list[Span]]:
        """Return the spans of all ids of a kind that an API has, by id. Spans of successive versions are joined."""
        key = api_id, kind in ENTRY_KINDS
        if key not in self._ids:
            self._ids[key] = self._entry_ids(api_id) if key[1] else self._element_ids(api_id)
        return self._ids[key].get(kind, {})

    def _entry_ids(self, api_id: int) -> dict[str, dict[str, list[Span]]]:
        """Return the ids of paginators and waiters, for which no element is decoded."""
        document = self._document(api_id)
        return {
            kind: {f"{kind}:{name}": [Span(*each) for each in spans] for name, spans in document[kind].items()}
            for kind in ENTRY_KINDS
        }

    def _element_ids(self, api_id: int) -> dict[str, dict[str, list[Span]]]:
        document = self._document(api_id)
        ids: dict[str, dict[str, list[Span]]] = {}
        for kind in ("operation", "shape"):
            for name, versions in document[kind].items():
                for since, until, content in versions:
                    for id, id_kind in element_ids(kind, name, content):
                        _extend(ids.setdefault(id_kind, {}).setdefault(id, []), Span(since, until))
        return ids

    def lifetimes(self, api_id: int, id: str, kind: str) -> tuple[Span, ...]:
        """Return the spans in which an API has a name, oldest first. `id` has no service, such as `Fleet$Tags`."""
        return tuple(self._ids_of(api_id, kind).get(id, ()))

    def lifetimes_of_kind(self, api_id: int, kind: str) -> list[tuple[str, int, int | None]]:
        """Return the names of one kind that an API ever had, sorted, each with its spans: id, since, until."""
        return [(id, *span) for id, spans in sorted(self._ids_of(api_id, kind).items()) for span in spans]

    def ids(self, api_id: int, kind: str) -> tuple[str, ...]:
        """Return the ids of one kind that an API ever had, sorted."""
        return tuple(sorted(self._ids_of(api_id, kind)))

    def shapes_with_member(self, api_id: int, member: str) -> dict[str, None]:
        """Return the shapes that ever had a member of this name, in any case."""
        wanted = member.lower()
        return {
            id.partition("$")[0]: None for id in self.ids(api_id, "member") if id.partition("$")[2].lower() == wanted
        }

    # --- paginators and waiters, in the form of the files that define them ---

    def sibling_files(self, api_id: int | None = None) -> list[tuple[int, str, Span, str]]:
        """Return the states of the paginators and waiters of all APIs, or of one: API id, file name, span, digest."""
        return [
            (each, name, span, _NO_DIGEST)
            for each in ([api.id for api in self._apis] if api_id is None else [api_id])
            for name, (kind, _) in _ENTRY_FILES.items()
            for span in _states(self._document(each)[kind])
        ]

    def sibling_file(self, api_id: int, name: str, since: int) -> bytes:
        """Return the paginators or the waiters of a release, as the file of that name would list them."""
        import orjson

        kind, key = _ENTRY_FILES[name]
        document = self._document(api_id)
        entries = {
            entry: {"operation": document["waits_for"].get(entry, "")} if kind == "waiter" else {}
            for entry, spans in document[kind].items()
            if any(start <= since and (end is None or since < end) for start, end in spans)
        }
        return orjson.dumps({key: entries})

    # --- what facts do not have ---

    def verify_elements(self, api_id: int) -> None:
        """Do nothing: the archive has its own checksums."""

    def verified_elements(
        self, api_id: int, first: int = 1, last: int | None = None
    ) -> list[tuple[str, str, int, int | None, str]]:
        """Return the versions of all elements that any release from `first` to `last` has, as `elements` does."""
        return self.elements(api_id, first, last)

    def ordering(self, api_id: int, number: int) -> list[list[str]] | None:
        """Return None: the order of names in the model is unknown."""
        return None

    def documentation_changes(
        self, api_id: int, number: int | None = None
    ) -> Iterator[tuple[int, DocumentationByElement]]:
        """Return no documentation: facts have none."""
        return iter(())

    def releases_with_facts(self, api_id: int, after: int, before: int) -> Collection[int]:
        """Return all releases in between: which of them changed something is unknown."""
        return range(after + 1, before)

    def documentation_change_counts(self, api_id: int, after: int, before: int) -> list[tuple[int, int]]:
        """Return no documentation: facts have none."""
        return []


def _extend(spans: list[Span], span: Span) -> None:
    """Add a span after others. It is joined to the last one if it begins where that ends."""
    if spans and spans[-1].until == span.since:
        spans[-1] = Span(spans[-1].since, span.until)
    else:
        spans.append(span)


def _states(entries: Mapping[str, list[list[int | None]]]) -> Iterator[Span]:
    """Yield the spans between two changes of a set of entries in which there are any."""
    spans = [span for each in entries.values() for span in each]
    bounds: list[Any] = sorted({bound for span in spans for bound in span if bound is not None})
    for since, until in pairwise([*bounds, None]):
        if any(start <= since and (end is None or since < end) for start, end in spans):
            yield Span(since, until)
