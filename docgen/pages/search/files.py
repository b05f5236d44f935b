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
from typing import Any

import orjson

from docgen.pages.search.entries import SearchEntries
from docgen.printable import json_text
from docgen.render.addresses import operation_folder

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


def search_files(entries: Iterable[SearchEntries], change_counts: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """The files of the search over some services, as path and content.

    `change_counts` has the number of releases that changed a service, if known. It breaks ties.
    """
    services = sorted(entries, key=lambda each: each["service"])
    names: dict[str, list[tuple[int | str, ...]]] = {}
    words: dict[str, list[tuple[int | str, ...]]] = {}
    for number, each in enumerate(services):
        for kind, name, operation, anchor, operations in each["names"]:
            names.setdefault(name, []).append((number, operation, anchor, kind, operations))
        for word, (described, members) in each["words"].items():
            found = words.setdefault(word, [])
            found += [(number, operation) for operation in described]
            found += [(number, operation, anchor) for operation, anchor in members]
        yield _search_script(f"s-{each['service']}", [each["roots"], each["nodes"]])
    yield _search_script("names", _names_data(services, change_counts))
    shards: list[str] = []
    for letter, listed in (("n", names), ("w", words)):
        for key, texts in _split_into_shards(
            [(_shard_key(name), orjson.dumps((name, listed[name]))) for name in sorted(listed)], 0
        ):
            shards.append(f"{letter}-{key}")
            yield _script_of_json(shards[-1], b"[%b]" % b",".join(texts))
    yield _search_script("shards", sorted(shards))


def _names_data(services: Sequence[SearchEntries], change_counts: Mapping[str, int]) -> list[Any]:
    """Verbs, operations whose folder has another name with that, then each service: name, title, changes, operations.

    `bcFleet` stands for the operations of a noun: b and c are the letters of their verbs. Other operations follow
    one by one.
    """
    verbs = Counter(
        match[1] for each in services for name in each["operations"] if (match := _VERB_AND_NOUN.fullmatch(name))
    )
    common = sorted(sorted(verbs), key=lambda verb: -verbs[verb])[:MAX_ABBREVIATED_VERBS]
    letters = {verb: chr(ord("a") + index) for index, verb in enumerate(common)}
    listed_services = []
    for each in services:
        nouns: dict[str, str] = {}
        others = []
        for name in each["operations"]:
            match = _VERB_AND_NOUN.fullmatch(name)
            if match and match[1] in letters:
                nouns[match[2]] = nouns.get(match[2], "") + letters[match[1]]
            else:
                others.append(name)
        joined = " ".join(nouns[noun] + noun for noun in sorted(nouns))
        listed_services.append([each["service"], each["title"], change_counts.get(each["service"], 0), joined, *others])
    odd = sorted({name for each in services for name in each["operations"] if operation_folder(name) != name})
    return [common, [[name, operation_folder(name)] for name in odd], *listed_services]


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
    return f"{SEARCH_FOLDER}{name}.js", json_text(script.decode()).encode()


def compress_entries(entries: SearchEntries) -> str:
    """Return the search entries of a service as text, small enough to keep for every service."""
    return b64encode(zlib.compress(orjson.dumps(entries, default=list), _COMPRESSION_LEVEL)).decode()


def decompress_entries(text: str) -> SearchEntries:
    """Return the search entries that `compress_entries` was given."""
    entries: SearchEntries = orjson.loads(zlib.decompress(b64decode(text)))
    return entries
