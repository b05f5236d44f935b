"""The official notes of a release: summaries of services, and notes on the SDK itself.

Both are in one mapping from topics to texts. A topic is a service, such as `s3`, or anything else, such as `Python
(feature)`. In botocore's notes, entries of type `api-change` describe models. Entries of other types describe code;
their topic ends with the type in parentheses, even if it is a service: `s3 (bugfix)`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

CODE_ENTRY_TYPES = ("feature", "enhancement", "bugfix", "change")
"""The types of entries that describe code, in reading order. Any unknown type is a `change`."""

_TYPED_TOPIC = re.compile(rf"(?P<name>.+) \((?P<type>{'|'.join(CODE_ENTRY_TYPES)})\)")
_GENERIC_SUMMARY = re.compile(
    r"update \S+ (client|models?|command)?\s*to latest( version)?\.?|update model to latest version\.?", re.IGNORECASE
)
_RST_LINK = re.compile(r"`([^`<>]+?)\s*<[^`<>]+>`__?")
_SDK_WORDS = frozenset({"config", "events", "sso"})
"""Categories that name a part of the SDK, unless they are marked as a service with two backticks.

Services have the same names. These are all such categories in botocore's 2,306 files.
"""


class SdkNote(NamedTuple):
    """A note on the SDK itself: its topic, the type of the entry or "", and the text."""

    topic: str
    type: str
    text: str

    @property
    def label(self) -> str:
        """Topic and type: `Python (feature)`."""
        return f"{self.topic} ({self.type})" if self.type else self.topic


def summaries_from_entries(entries: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return texts by topic from entries with `category`, `description` and `type`; those of a topic are joined."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        topic, text = entry["category"].strip("` "), entry["description"].strip()
        if entry["type"] != "api-change":
            is_sdk = entry["category"].strip().lower() in _SDK_WORDS
            topic = f"{'SDK ' if is_sdk else ''}{topic or 'SDK'} ({_code_entry_type(entry['type'])})"
            text = _RST_LINK.sub(r"\1", text)
        found.setdefault(topic, []).append(text)
    return {topic: _joined(texts) for topic, texts in sorted(found.items())}


def find_summary(summaries: Mapping[str, str], service: str) -> str:
    """Return everything that `summaries` say about a service, starting with its model; "" if they say nothing.

    Topics may spell the service differently, such as `ElasticBeanstalk`. A note that lists removed clients counts for
    each of them.
    """
    texts = [summaries[service]] if service in summaries else []
    wanted = _normalized(service)
    for topic, text in summaries.items():
        name, _ = _split_topic(topic)
        if topic != service and _normalized(name) == wanted:
            texts.append(text)
    if not texts and re.search(rf"(?<![\w-]){re.escape(service)}(?![\w-])", summaries.get("clients", "")):
        texts.append(summaries["clients"])
    return _joined(texts)


def sdk_notes(
    summaries: Mapping[str, str], services: Iterable[str], shown_services: Collection[str]
) -> tuple[SdkNote, ...]:
    """Return the notes that are shown with no service, in reading order.

    Args:
        summaries: Texts by topic.
        services: The services of the release.
        shown_services: The services whose summary is shown elsewhere.
    """
    known = {_normalized(service): service for service in services}
    notes = []
    for topic, text in summaries.items():
        name, type_ = _split_topic(topic)
        service = known.get(_normalized(name))
        is_shown = service is not None and (not type_ or service in shown_services)
        if not is_shown and not is_generic_summary(text):
            notes.append((service is not None, SdkNote(name, type_, text)))
    order = ("", *CODE_ENTRY_TYPES)
    return tuple(note for _, note in sorted(notes, key=lambda each: (each[0], order.index(each[1].type), each[1])))


def is_generic_summary(summary: str) -> bool:
    """Return whether a summary says only that something was updated."""
    return _GENERIC_SUMMARY.fullmatch(" ".join(summary.split())) is not None


def is_change_entry(entry: Any) -> bool:
    """Return whether a value from a `.changes` file has the three strings of an entry."""
    return isinstance(entry, dict) and all(
        isinstance(entry.get(key), str) for key in ("category", "description", "type")
    )


def keep_topics(summaries: Mapping[str, str], services: Collection[str], kept: Collection[str]) -> Iterator[str]:
    """Yield the topics of `kept` services and of the SDK itself, but no other of the `services`."""
    known, wanted = ({_normalized(name) for name in names} for names in (services, kept))
    for topic in summaries:
        name, type_ = _split_topic(topic)
        if _normalized(name) in wanted or (type_ and _normalized(name) not in known):
            yield topic


def _split_topic(topic: str) -> tuple[str, str]:
    match = _TYPED_TOPIC.fullmatch(topic)
    return (match["name"], match["type"]) if match else (topic, "")


def _code_entry_type(type_: str) -> str:
    """Return the type, with botocore's misspellings of `enhancement` corrected."""
    word = type_.lower()
    if word.startswith(("enhanc", "enchanc")):
        return "enhancement"
    return word if word in CODE_ENTRY_TYPES else "change"


def _joined(texts: Iterable[str]) -> str:
    """Return texts as sentences of one text, with a full stop after each that lacks one, except the last."""
    present = [text for text in dict.fromkeys(texts) if text]
    return " ".join(
        text if index == len(present) - 1 or text.endswith((".", "!", "?", ">")) else f"{text}."
        for index, text in enumerate(present)
    )


@lru_cache(maxsize=10_000)  # the same services in every release
def _normalized(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
