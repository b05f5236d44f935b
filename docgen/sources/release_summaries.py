"""The official notes of one release or of a range: on a service, and on the SDK itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from docgen.sources.official_notes import SdkNote, is_generic_summary, keep_topics, sdk_notes
from docgen.sources.release import Release, has_summaries, service_summary

MAX_RANGE_SUMMARIES = 10
"""The most releases of a range whose summaries are shown; the others are counted."""


class OfficialSummary(NamedTuple):
    """The official notes on a service.

    Attributes:
        shown: The text for readers.
        full: The whole text, which is searched for announcements.
        is_known: Whether the notes of all releases are known, so that a missing one means something.
    """

    shown: str
    full: str
    is_known: bool


def official_summary(releases: Sequence[Release], service: str) -> OfficialSummary:
    """Return what the notes of all `releases`, oldest first, say about `service`; several notes name their releases."""
    texts = {release.name: service_summary(release, service) for release in releases}
    is_known = all(texts[release.name] or has_summaries(release) for release in releases)
    present = {name: text for name, text in texts.items() if text}
    if len(releases) == 1:
        text = texts[releases[0].name]
        return OfficialSummary(text, text, is_known)
    specific = [f"{name}: {_sentence(text)}" for name, text in present.items() if not is_generic_summary(text)][::-1]
    shown = specific[:MAX_RANGE_SUMMARIES]
    if len(specific) > len(shown):
        shown.append(f"And {len(specific) - len(shown)} older.")
    return OfficialSummary(" ".join(shown), " ".join(map(_sentence, present.values())), is_known)


def release_sdk_notes(
    release: Release, shown_services: Collection[str] = (), only_services: Collection[str] = ()
) -> tuple[SdkNote, ...]:
    """Return the official notes of `release` that are shown with no service.

    Args:
        release: The release.
        shown_services: The services whose summary is shown elsewhere.
        only_services: The services that the reader asked for. Then notes on the code of other services, and on removed
            ones, are left out.
    """
    if release.summaries is None or not has_summaries(release) or not release.summaries:
        return ()
    services = release.services()
    summaries: Mapping[str, str] = release.summaries
    if only_services:
        summaries = {topic: summaries[topic] for topic in keep_topics(summaries, services, only_services)}
    return sdk_notes(summaries, services, shown_services)


def range_sdk_notes(
    releases: Sequence[Release],
    shown_services: Collection[str] | Mapping[str, Collection[str]] = (),
    only_services: Collection[str] = (),
) -> tuple[SdkNote, ...]:
    """Return the notes of several releases on the SDK itself, newest first; topics begin with their release.

    Args:
        releases: The releases, oldest first.
        shown_services: The services whose summary is shown elsewhere, perhaps by release.
        only_services: The services that the reader asked for; empty for all.
    """

    def shown(release: Release) -> Collection[str]:
        return shown_services.get(release.name, ()) if isinstance(shown_services, Mapping) else shown_services

    if len(releases) == 1:
        return release_sdk_notes(releases[0], shown(releases[0]), only_services)
    return tuple(
        note._replace(topic=f"{release.name}: {note.topic}")
        for release in reversed(releases)
        for note in release_sdk_notes(release, shown(release), only_services)
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
