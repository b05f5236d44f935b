"""The files of the search: the entries of all services, merged and split into files that load quickly.

Each file is a script that hands one JSON value to the function `docgenSearch`, because a page that was opened from a
folder may load scripts but not read files. No name is the key of an object: a member may be called `__proto__`.

| file          | what it has                                                                     | loaded           |
|---------------|---------------------------------------------------------------------------------|------------------|
| `names.js`    | every service and operation                                                     | on first focus   |
| `shards.js`   | which of the following there are                                                | with the first   |
| `n-<key>.js`  | members, enum values and errors whose name opens with the key, in lower case    | for a word       |
| `w-<key>.js`  | words of documentation that open with the key                                   | for a word       |
| `s-<name>.js` | a service's graph, from which the script works out all places                   | for two words    |
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple, TypedDict

import orjson

from docgen.pages.search.entries import SearchEntries
from docgen.printable import json_utf8
from docgen.render.addresses import service_folder

SEARCH_FOLDER = "static/search/"

_COMPRESSION_LEVEL = 3  # of zlib

MAX_SHARD_SIZE = 100_000
"""Bytes above which a shard is split by one more letter."""

MAX_KEY_LENGTH = 12
"""Longest key."""

MAX_ABBREVIATED_VERBS = 26
"""Most verbs that have a letter in `names.js`."""

_VERB_AND_NOUN = re.compile(r"([A-Z][a-z]+)([A-Z][A-Za-z0-9]*)")
_UNSAFE_IN_KEY = re.compile(r"[^a-z0-9]")


class PackedEntries(TypedDict):
    """What the shared files have of a service, as plain JSON.

    Names and words are in groups by the first character of their keys, so that a change of one service only concerns
    the groups that it changes. `groups` has their records, compressed, and `digests` tells whether two are the same.
    `least_sizes` has the fewest bytes that the records of names and of words take.
    """

    service: str
    title: str
    operations: list[str]
    folders: dict[str, str]
    groups: dict[str, str]
    digests: dict[str, str]
    least_sizes: list[int]


RecordTexts = dict[str, str]
"""The records of names or words: JSON, each without `[`, the number and `,` at its begin, with NUL between them."""

SHARD_KINDS = "nw"
"""What the names of shards begin with: those of names, and those of words."""


def search_files(entries: Iterable[SearchEntries], change_counts: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the search over some services, as path and content.

    `entries` are sorted by service, and needed one at a time. `change_counts` has the number of releases that changed a
    service, if known. It breaks ties.
    """
    packed = []
    for each in entries:
        yield graph_file(each)
        packed.append(pack_entries(each))
    shards: list[str] = []
    for group in search_groups(packed):
        files = dict(shard_files(packed, group))
        shards += files
        yield from files.values()
    yield from list_files(packed, change_counts, shards)


def graph_file(entries: SearchEntries) -> tuple[str, bytes]:
    """Return the file with the graph of one service, which depends on no other service."""
    return _search_script(f"s-{service_folder(entries['service'])}", [entries["roots"], entries["nodes"]])


def list_files(
    entries: Sequence[PackedEntries], change_counts: Mapping[str, int], shards: Iterable[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files that list all services and all shards."""
    services = [_ListedService(each["service"], each["title"], each["operations"], each["folders"]) for each in entries]
    yield _search_script("names", _names_data(services, change_counts))
    yield _search_script("shards", sorted(shards))


def search_groups(entries: Sequence[PackedEntries]) -> list[str]:
    """Return the groups for `shard_files`. If they are few, that is one empty group, which stands for all."""
    sizes = [sum(each["least_sizes"][kind] for each in entries) for kind in range(len(SHARD_KINDS))]
    if min(sizes) <= MAX_SHARD_SIZE:
        return [""]
    return sorted({group for each in entries for group in each["groups"]})


def shard_files(entries: Sequence[PackedEntries], group: str) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Yield the shards of a group, each with its file; those of all groups if the group is empty."""
    records: tuple[dict[str, bytearray], ...] = tuple({} for _ in SHARD_KINDS)
    for number, each in enumerate(entries):
        for name in [group] if group else sorted(each["groups"]):
            texts = _unpacked(each["groups"][name]) if name in each["groups"] else ()
            for listed, found in zip(records, texts, strict=False):
                _add_records(listed, found, number)
    for kind, listed in zip(SHARD_KINDS, records, strict=True):
        texts_by_key = [
            (_shard_key(name), b"[%b,[%b]]" % (orjson.dumps(name), bytes(listed.pop(name)))) for name in sorted(listed)
        ]
        for key, shard in _split_into_shards(texts_by_key, len(group)):
            yield f"{kind}-{key}", _script_of_json(f"{kind}-{key}", b"[%b]" % b",".join(shard))


def pack_entries(entries: SearchEntries) -> PackedEntries:
    """Return what the shared files have of a service."""
    names: dict[str, list[tuple[int | str, ...]]] = {}
    for kind, name, operation, anchor, operations in entries["names"]:
        names.setdefault(name, []).append((operation, anchor, kind, operations))
    words = {
        word: [*((operation,) for operation in described), *((operation, anchor) for operation, anchor in members)]
        for word, (described, members) in entries["words"].items()
    }
    groups: dict[str, tuple[RecordTexts, ...]] = {}
    sizes = [0] * len(SHARD_KINDS)
    for index, listed in enumerate((names, words)):
        for name, records in listed.items():
            text = "\0".join([orjson.dumps(record)[1:].decode() for record in records])
            group = groups.setdefault(_shard_key(name)[:1], tuple({} for _ in SHARD_KINDS))
            group[index][name] = text
            sizes[index] += len(text)
    documents = {name: orjson.dumps(group) for name, group in groups.items()}
    return PackedEntries(
        service=entries["service"],
        title=entries["title"],
        operations=list(entries["operations"]),
        folders=dict(entries["folders"]),
        groups={name: b64encode(zlib.compress(text, _COMPRESSION_LEVEL)).decode() for name, text in documents.items()},
        digests={name: sha256(text).hexdigest()[:32] for name, text in documents.items()},
        least_sizes=sizes,
    )


def _unpacked(group: str) -> list[RecordTexts]:
    """Return the records of names and of words in a group."""
    found: list[RecordTexts] = orjson.loads(zlib.decompress(b64decode(group)))
    return found


def _add_records(listed: dict[str, bytearray], records: RecordTexts, number: int) -> None:
    """Add the records of a service, as JSON: as Python values, those of all services take half a gigabyte."""
    start = f"[{number},"
    next_start = f",{start}"
    for name, texts in records.items():
        text = (start + texts.replace("\0", next_start)).encode()
        found = listed.get(name)
        if found is None:
            listed[name] = bytearray(text)
        else:
            found += b","
            found += text


class _ListedService(NamedTuple):
    """What `names.js` says of a service."""

    service: str
    title: str
    operations: list[str]
    folders: Mapping[str, str]


def _names_data(services: Sequence[_ListedService], change_counts: Mapping[str, int]) -> list[Any]:
    """Return verbs, odd folders, then each service: name, title, changes, operations.

    Odd folders are those of services and operations that have other names: `service/` or `service/operation`, folder.
    `bcFleet` stands for the operations of a noun: b and c are the letters of their verbs. Other operations follow
    one by one.
    """
    verbs = Counter(
        match[1] for each in services for name in each.operations if (match := _VERB_AND_NOUN.fullmatch(name))
    )
    common = sorted(sorted(verbs), key=lambda verb: -verbs[verb])[:MAX_ABBREVIATED_VERBS]
    letters = {verb: chr(ord("a") + index) for index, verb in enumerate(common)}
    listed_services = []
    for each in services:
        nouns: dict[str, str] = {}
        others = []
        for name in each.operations:
            match = _VERB_AND_NOUN.fullmatch(name)
            if match and match[1] in letters:
                nouns[match[2]] = nouns.get(match[2], "") + letters[match[1]]
            else:
                others.append(name)
        joined = " ".join(nouns[noun] + noun for noun in sorted(nouns))
        listed_services.append([each.service, each.title, change_counts.get(each.service, 0), joined, *others])
    odd = [
        [f"{each.service}/{name}", folder]
        for each in services
        for name, folder in {"": service_folder(each.service), **each.folders}.items()
        if name or folder != each.service
    ]
    return [common, odd, *listed_services]


def _shard_key(name: str) -> str:
    """Return the characters by which a shard is found. They are safe in file names."""
    return _UNSAFE_IN_KEY.sub("_", name.lower())[:MAX_KEY_LENGTH].ljust(MAX_KEY_LENGTH, "_")


def _split_into_shards(entries: Sequence[tuple[str, bytes]], key_length: int) -> Iterator[tuple[str, list[bytes]]]:
    """Yield entries by the first letters of their keys, with as few letters as keep the files small."""
    groups: dict[str, list[tuple[str, bytes]]] = {}
    for key, text in entries:
        groups.setdefault(key[:key_length], []).append((key, text))
    for key, group in groups.items():
        if key_length < MAX_KEY_LENGTH and sum(len(text) for _, text in group) > MAX_SHARD_SIZE:
            yield from _split_into_shards(group, key_length + 1)
        else:
            yield key, [text for _, text in group]


def _search_script(name: str, value: Any) -> tuple[str, bytes]:
    return _script_of_json(name, orjson.dumps(value))


def _script_of_json(name: str, value: bytes) -> tuple[str, bytes]:
    script = b"docgenSearch(%b,%b)\n" % (orjson.dumps(name), value)
    return f"{SEARCH_FOLDER}{name}.js", json_utf8(script)
