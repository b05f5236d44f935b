"""The files of the search: what can be found in each service, merged and cut into pieces that load in an instant.

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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from docgen.pages.search.entries import Entries
from docgen.render.addresses import folder_of

FOLDER = "static/search/"

LIMIT = 100_000
"""Bytes of a shard from which it is cut by one more letter."""

LONGEST = 12
"""Letters of a key at most."""

VERBS = 26
"""First words of operations that have a letter in `names.js`."""

_VERB = re.compile(r"([A-Z][a-z]+)([A-Z][A-Za-z0-9]*)")
_ODD = re.compile(r"[^a-z0-9]")


def search_files(entries: Iterable[Entries], changed: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """The files of the search over some services, as path and content.

    `changed` says in how many releases a service changed, for those of which that is known: it breaks ties.
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
        yield _file(f"s-{each['service']}", [each["roots"], each["nodes"]])
    yield _file("names", _names(services, changed))
    shards: list[str] = []
    for letter, listed in (("n", names), ("w", words)):
        for key, texts in _cut([(_key(name), orjson.dumps((name, listed[name]))) for name in sorted(listed)], 0):
            shards.append(f"{letter}-{key}")
            yield _wrapped(shards[-1], b"[%b]" % b",".join(texts))
    yield _file("shards", sorted(shards))


def _names(services: Sequence[Entries], changed: Mapping[str, int]) -> list[Any]:
    """Verbs, operations whose folder has another name with that, then each service: name, title, changes, operations.

    Operations are told as `bcFleet`: each verb that goes with the noun as its letter, b and c. Those that are not made
    of a verb and a noun follow one by one.
    """
    verbs = Counter(match[1] for each in services for name in each["operations"] if (match := _VERB.fullmatch(name)))
    common = sorted(sorted(verbs), key=lambda verb: -verbs[verb])[:VERBS]
    letters = {verb: chr(ord("a") + at) for at, verb in enumerate(common)}
    told = []
    for each in services:
        nouns: dict[str, str] = {}
        others = []
        for name in each["operations"]:
            match = _VERB.fullmatch(name)
            if match and match[1] in letters:
                nouns[match[2]] = nouns.get(match[2], "") + letters[match[1]]
            else:
                others.append(name)
        joined = " ".join(nouns[noun] + noun for noun in sorted(nouns))
        told.append([each["service"], each["title"], changed.get(each["service"], 0), joined, *others])
    odd = sorted({name for each in services for name in each["operations"] if folder_of(name) != name})
    return [common, [[name, folder_of(name)] for name in odd], *told]


def _key(name: str) -> str:
    """The letters by which a shard is found: a file may have them in its name."""
    return _ODD.sub("_", name.lower())[:LONGEST].ljust(LONGEST, "_")


def _cut(entries: Sequence[tuple[str, bytes]], length: int) -> Iterator[tuple[str, list[bytes]]]:
    """Entries by the first letters of their keys: as few letters as keep pieces small, all together if possible."""
    groups: dict[str, list[tuple[str, bytes]]] = {}
    for key, text in entries:
        groups.setdefault(key[:length], []).append((key, text))
    for key, group in groups.items():
        if length < LONGEST and sum(len(text) for _, text in group) > LIMIT:
            yield from _cut(group, length + 1)
        else:
            yield key, [text for _, text in group]


def _file(name: str, value: Any) -> tuple[str, bytes]:
    return _wrapped(name, orjson.dumps(value))


def _wrapped(name: str, value: bytes) -> tuple[str, bytes]:
    return f"{FOLDER}{name}.js", b"docgenSearch(%b,%b)\n" % (orjson.dumps(name), value)
