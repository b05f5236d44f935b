"""What is said of one problem of an error message, and how that is come to from the answers of `since`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from docgen.errors import UsageError
from docgen.history.explain.messages import SdkProblem
from docgen.history.history import History
from docgen.history.release_sets import ReleaseSet
from docgen.history.since import Answer, since
from docgen.wording import normalize_name

MAX_ANSWERS = 5
"""Places that are told of, where several fit."""

_SIMILARITY_CUTOFF = 0.8
"""How alike names are of which one may be a slip of the other, from 0 to 1, as `difflib` measures it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is to be said of one problem.

    `verdict` is added (some releases have it), gone (the newest has it no more), misspelt (`spelling` is right), absent
    (no release has it), required (what is missing must be there) or unclear (the message fits nothing). `about` says in
    words what was looked at, the first of `places` that fit. `answers` say which releases have what was asked for or
    meant. `fits` are the releases that the message can come from, as far as it tells.
    """

    problem: SdkProblem
    verdict: str
    subject: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    spelling: str = ""
    possible_releases: ReleaseSet = ()
    candidate_count: int = 1

    def install_range(self, history: History) -> tuple[int, int | None] | None:
        """The releases to install: from which on, and before which; None if that would not help."""
        if not self.answers or self.problem.kind in ("value", "required"):
            return None
        known = self.problem.known_names
        if self.verdict == "misspelt" and (not known or self.spelling in known):
            return None
        found = {(answer.since, answer.until(history)) for answer in self.answers}
        if len(found) > 1 or self.candidate_count > len(self.answers):
            return None  # which of the places is meant is not known
        since, until = found.pop()
        return None if since == 1 and until is None else (since, until)


def with_verdict(history: History, base: Explanation, spelling: str, answers: Iterable[Answer]) -> Explanation:
    """An explanation with its verdict: `answers` are of what is spelt so. What is gone gives way to what is there."""
    found = tuple(answers)
    if not found:
        return base
    there = tuple(answer for answer in found if answer.until(history) is None)
    verdict = "misspelt" if spelling != base.problem.name else "added" if there else "gone"
    return replace(
        base,
        verdict=verdict,
        subject=base.subject or _common_service(found),
        answers=(there or found)[:MAX_ANSWERS],
        spelling=spelling if verdict == "misspelt" else "",
        candidate_count=max(base.candidate_count - len(found) + len(there or found), 1),
    )


def _common_service(answers: Sequence[Answer]) -> tuple[str, ...]:
    """The service, if all answers are of one."""
    services = {answer.service for answer in answers if answer.kind != "service"}
    return tuple(services) if len(services) == 1 else ()


def answers_or_none(history: History, service: str, terms: Sequence[str] = ()) -> tuple[Answer, ...]:
    """The answers of `since`; none where a hostile name means something else to it."""
    try:
        return since(history, service, terms)
    except UsageError:
        return ()


def closest_spelling(name: str, known_names: Collection[str]) -> str:
    """The known name that a person may have meant; empty if none is like it."""
    same = sorted(each for each in known_names if normalize_name(each) == normalize_name(name))
    if same or not name:
        return same[0] if same else ""
    from difflib import get_close_matches

    folded = {each.lower(): each for each in sorted(known_names)}
    close = get_close_matches(name.lower(), folded, n=1, cutoff=_SIMILARITY_CUTOFF)
    return folded[close[0]] if close else ""


def non_empty(*parts: str) -> tuple[str, ...]:
    """Those of the words that are not empty."""
    return tuple(word for word in parts if word)
