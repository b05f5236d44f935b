"""The name that was probably meant by an unknown one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from docgen.wording import normalize_name

_SIMILARITY_CUTOFF = 0.8
"""The least similarity of a name and its likely correct spelling, from 0 to 1, as `difflib` measures it."""

_VERB_GROUPS = (
    ("list", "describe", "get", "search", "query", "scan", "batch_get", "lookup", "read", "show", "fetch", "find"),
    ("create", "put", "add", "register", "start", "run", "launch", "import", "make", "insert", "new", "allocate"),
    ("delete", "remove", "terminate", "deregister", "stop", "destroy", "cancel", "drop", "release", "detach"),
    ("update", "modify", "put", "set", "change", "edit", "patch", "replace"),
    ("tag", "add_tags_to", "create_tags", "tag_resource"),
)
"""Verbs of methods that mean the same in different services, the usual ones first."""


def known_or_closest(name: str, known_names: Collection[str]) -> str:
    """Return the name if it is known, else the known name that was probably meant; empty if none is similar."""
    return name if name in known_names else closest_spelling(name, known_names)


def closest_spelling(name: str, known_names: Collection[str]) -> str:
    """Return the known name that was probably meant by an unknown one; empty if none is similar."""
    if equal := equal_spelling(name, known_names):
        return equal
    if not name:
        return ""
    from difflib import get_close_matches

    by_lower_case = {known.lower(): known for known in sorted(known_names)}
    close = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=_SIMILARITY_CUTOFF)
    return by_lower_case[close[0]] if close else ""


def close_spellings(name: str, known_names: Collection[str]) -> list[str]:
    """Return the known names that may be meant by an unknown one, the most similar first."""
    from difflib import get_close_matches

    by_lower_case: dict[str, list[str]] = {}
    for known in sorted(known_names):
        by_lower_case.setdefault(known.lower(), []).append(known)
    close = get_close_matches(name.lower(), by_lower_case, n=3, cutoff=_SIMILARITY_CUTOFF)
    return [known for lower in close for known in by_lower_case[lower]]


def equal_spelling(name: str, known_names: Collection[str]) -> str:
    """Return the known name that differs only in case and separators; empty if there is none."""
    normalized = normalize_name(name)
    return min((known for known in known_names if normalize_name(known) == normalized), default="")


def known_or_closest_method(name: str, known_methods: Collection[str]) -> str:
    """Return the method if it is known, else the one that was probably meant: `list_buckets` for `get_buckets`.

    The same thing with another verb is more likely than another thing with the same verb.
    """
    if name in known_methods:
        return name
    if equal := equal_spelling(name, known_methods):
        return equal
    return next((other for other in _with_other_verbs(name) if other in known_methods), "") or closest_spelling(
        name, known_methods
    )


def _with_other_verbs(name: str) -> Iterator[str]:
    """Yield the method names with another verb of the same meaning, the likeliest first."""
    verb, _, thing = name.partition("_")
    for group in _VERB_GROUPS:
        if verb in group and thing:
            for noun in _grammatical_numbers(thing):
                yield from (f"{other}_{noun}" for other in group)


def _grammatical_numbers(thing: str) -> tuple[str, ...]:
    """Return a noun as it is, in the plural and in the singular."""
    if thing.endswith("ies"):
        return thing, f"{thing[:-3]}y"
    if thing.endswith("s"):
        return thing, thing[:-1]
    return thing, f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
