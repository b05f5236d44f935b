"""What is said of one problem of an error message, and how that is come to from the answers of `since`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from docgen.errors import UsageError
from docgen.history.explain.candidates import fold
from docgen.history.explain.messages import Problem
from docgen.history.history import History
from docgen.history.release_sets import Spans
from docgen.history.since import Answer, since

MAX_PLACES = 5
"""Places that are told of, where several fit."""

_CLOSE = 0.8
"""How alike names are of which one may be a slip of the other, from 0 to 1, as `difflib` measures it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is to be said of one problem.

    `verdict` is added (some releases have it), gone (the newest has it no more), misspelt (`spelling` is right), absent
    (no release has it), required (what is missing must be there) or unclear (the message fits nothing). `about` says in
    words what was looked at, the first of `places` that fit. `answers` say which releases have what was asked for or
    meant. `fits` are the releases that the message can come from, as far as it tells.
    """

    problem: Problem
    verdict: str
    about: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    spelling: str = ""
    fits: Spans = ()
    places: int = 1

    def bounds(self, history: History) -> tuple[int, int | None] | None:
        """The releases to install: from which on, and before which; None if that would not help."""
        if not self.answers or self.problem.kind in ("value", "required"):
            return None
        known = self.problem.known
        if self.verdict == "misspelt" and (not known or self.spelling in known):
            return None
        found = {(answer.since, answer.until(history)) for answer in self.answers}
        if len(found) > 1 or self.places > len(self.answers):
            return None  # which of the places is meant is not known
        since, until = found.pop()
        return None if since == 1 and until is None else (since, until)


def judge(history: History, base: Explanation, spelling: str, answers: Iterable[Answer]) -> Explanation:
    """An explanation with its verdict: `answers` are of what is spelt so. What is gone gives way to what is there."""
    found = tuple(answers)
    if not found:
        return base
    there = tuple(answer for answer in found if answer.until(history) is None)
    verdict = "misspelt" if spelling != base.problem.name else "added" if there else "gone"
    return replace(
        base,
        verdict=verdict,
        about=base.about or _service(found),
        answers=(there or found)[:MAX_PLACES],
        spelling=spelling if verdict == "misspelt" else "",
        places=max(base.places - len(found) + len(there or found), 1),
    )


def _service(answers: Sequence[Answer]) -> tuple[str, ...]:
    """The service, if all answers are of one."""
    services = {answer.service for answer in answers if answer.kind != "service"}
    return tuple(services) if len(services) == 1 else ()


def ask(history: History, service: str, elements: Sequence[str] = ()) -> tuple[Answer, ...]:
    """The answers of `since`; none where a hostile name means something else to it."""
    try:
        return since(history, service, elements)
    except UsageError:
        return ()


def alike(name: str, known: Collection[str]) -> str:
    """The known name that a person may have meant; empty if none is like it."""
    same = sorted(each for each in known if fold(each) == fold(name))
    if same or not name:
        return same[0] if same else ""
    from difflib import get_close_matches

    folded = {each.lower(): each for each in sorted(known)}
    close = get_close_matches(name.lower(), folded, n=1, cutoff=_CLOSE)
    return folded[close[0]] if close else ""


def path_of(steps: Iterable[str]) -> str:
    """Steps as a path: `NetworkInterfaces`, `[]`, `Groups` are `NetworkInterfaces[].Groups`."""
    return "".join(step if step[0] in "[{" else f".{step}" for step in steps).removeprefix(".")


def words(*said: str) -> tuple[str, ...]:
    """Those of the words that are not empty."""
    return tuple(word for word in said if word)
