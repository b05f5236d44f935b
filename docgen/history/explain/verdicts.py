"""The explanation of one problem in an error message, and how it follows from the answers of `since`."""

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
"""The most answers of one explanation, if several elements match."""

_SIMILARITY_CUTOFF = 0.8
"""The least similarity of a name and its likely correct spelling, from 0 to 1, as `difflib` measures it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one problem of an error message means.

    Attributes:
        problem: The problem.
        verdict: added (some releases have the element), removed (the newest no longer has it), misspelled (`spelling`
            is right), absent (no release has it), required (the missing parameter is required) or no-match (nothing in
            the history matches the message).
        subject: The terms that name what was searched, the first of the candidates: (`ec2`, `RunInstances`, `request`).
        answers: The releases that have the element, or the one that `spelling` names.
        spelling: The correct spelling, if the name is misspelled.
        possible_releases: The releases that the message can come from; empty if it does not tell.
        candidate_count: How many elements match the message.

    """

    problem: SdkProblem
    verdict: str
    subject: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    spelling: str = ""
    possible_releases: ReleaseSet = ()
    candidate_count: int = 1

    def install_range(self, history: History) -> tuple[int, int | None] | None:
        """The releases that solve the problem: from a number up to another (None: no limit).

        None if no release solves it, or if it is unclear which element is meant.
        """
        if not self.answers or self.problem.kind in ("value", "required"):
            return None
        known = self.problem.known_names
        if self.verdict == "misspelled" and (not known or self.spelling in known):
            return None
        ranges = {(answer.since, answer.until(history)) for answer in self.answers}
        if len(ranges) > 1 or self.candidate_count > len(self.answers):
            return None
        since, until = ranges.pop()
        return None if since == 1 and until is None else (since, until)


def with_verdict(history: History, base: Explanation, spelling: str, answers: Iterable[Answer]) -> Explanation:
    """Complete an explanation with a verdict and answers.

    Args:
        history: The history file.
        base: The explanation, which stays as it is if there are no answers.
        spelling: The name that the answers are about: that of the problem, or its likely correct spelling.
        answers: The answers of `since`. If the newest release has some of the elements, the removed ones are dropped.

    """
    found = tuple(answers)
    if not found:
        return base
    present = tuple(answer for answer in found if answer.until(history) is None)
    verdict = "misspelled" if spelling != base.problem.name else "added" if present else "removed"
    return replace(
        base,
        verdict=verdict,
        subject=base.subject or _common_service(found),
        answers=(present or found)[:MAX_ANSWERS],
        spelling=spelling if verdict == "misspelled" else "",
        candidate_count=max(base.candidate_count - len(found) + len(present or found), 1),
    )


def _common_service(answers: Sequence[Answer]) -> tuple[str, ...]:
    """The service, if all answers are about the same one."""
    services = {answer.service for answer in answers if answer.kind != "service"}
    return tuple(services) if len(services) == 1 else ()


def answers_or_none(history: History, service: str, terms: Sequence[str] = ()) -> tuple[Answer, ...]:
    """The answers of `since`; none if an unusual name in the message has another meaning there."""
    try:
        return since(history, service, terms)
    except UsageError:
        return ()


def known_or_closest(name: str, known_names: Collection[str]) -> str:
    """The name itself if it is known, else the known name that was probably meant; empty if none is similar."""
    return name if name in known_names else closest_spelling(name, known_names)


def closest_spelling(name: str, known_names: Collection[str]) -> str:
    """The known name that was probably meant by an unknown one; empty if none is similar."""
    normalized = normalize_name(name)
    equal = sorted(known for known in known_names if normalize_name(known) == normalized)
    if equal or not name:
        return equal[0] if equal else ""
    from difflib import get_close_matches

    by_lower_case = {known.lower(): known for known in sorted(known_names)}
    close = get_close_matches(name.lower(), by_lower_case, n=1, cutoff=_SIMILARITY_CUTOFF)
    return by_lower_case[close[0]] if close else ""
