"""What people read is plain English: without misspellings that codespell knows, and without the idioms below.

codespell has few false alarms, a release every few months, and no dependencies. It uses a list of known misspellings,
so it never guesses. The other candidates fell short: proselint wants curly quotes in code and needs a compiled regular
expression engine, and the package of vale downloads a program when it first runs.

A linter cannot see sentences that are correct and old-fashioned, such as "of which no more is told" or "whoever asks".
The list has the phrases that readers of docgen stumbled over, each with what to write instead. Add to it what you have
to explain twice in a review.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

IDIOMS = {
    "of which": "start a new sentence, or write 'that' or 'whose'",
    "whoever|whomever": "anyone who",
    "(?:as|for) who": "name the person: readers, callers, users",
    "who (?:waits|asks)": "name the person: readers, callers, users",
    "(?:is|are|was|were|be|been|being) told": "is reported, is listed, is printed",
    "(?:is|are|was|were|be|been|being) said": "is described, is given; or say who says it",
    "has a say": "counts",
    "anew|afresh": "again, or rebuild",
    r"(?<!here\s)(?:is|are) none": "is missing, is absent, there is none",
    "(?:stand|stands|stood)(?! for\\b)(?!-)": "is, appears, has",
    "(?:lie|lies) (?:under|below|beside|beneath)": "is under, is next to",
    "(?:goes|go|went) by": "follows, uses, depends on",
    "no more(?! than\\b)": "no longer",
    "that (?:is|are) there": "existing",
    "(?:which|that) alone": "only",
    "(?:came|comes|come) (?:and|or) (?:went|goes|go)": "was added or removed",
    "felt": "affects, notices",
    "of ours|of yours": "our, your",
    "on its way": "on the path, meanwhile",
    "for want of": "without, because there is no",
    "tells? of": "reports, describes, lists",
    "(?:take|takes|took|taken) away": "remove",
    "is to have": "needs, must have",
    "hands? to": "passes to",
    "all else": "everything else",
    "not got": "lacks, does not have",
    "by chance": "at random",
    "the way (?:back|there)": "the reverse, the forward direction",
}
"""Phrases as case-sensitive regular expressions between word boundaries, and what to write instead."""

PAGES = (
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "models/README.md", "docgen/history/HISTORY.md"),
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    *("action.yml", ".pre-commit-hooks.yaml"),
)
ROOMS = (*sorted(f"docgen/{path.name}" for path in (ROOT / "docgen").iterdir() if path.name[0] != "_"), "templates")
TESTS = ("tests/conftest.py", *sorted(f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir()))
READ = (".py", ".toml", ".json", ".sql", ".md", ".j2", ".css", ".js")
"""The suffixes of files that are checked. In tests, only Python: other files contain input and expected output."""

SPELLED = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "models", "docs", "docgen", "templates")


def test_there_is_no_misspelling() -> None:
    pytest.importorskip("codespell_lib")
    found = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *SPELLED], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert (found.returncode, found.stdout) == (0, ""), found.stdout + found.stderr


@pytest.mark.parametrize("place", [*PAGES, *ROOMS, *TESTS])
def test_there_is_no_worn_idiom(place: str) -> None:
    found = [line for path in _files(ROOT / place) for line in _idioms(path)]
    assert not found, "\n".join([f"{len(found)} worn idioms:", *found])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""A release of\n    which nothing is\n    told."""', ["of which", "is told"]),
        ("# A page\n# goes\n# by its name.", ["goes by"]),
        ('message = f"{name} has it no "\n    "more"', ["no more"]),
        ("stands = felt  # It stands for one.", []),
        ("if page is None:\n    pass", []),
        ('"""Returns None if there is none."""', []),
    ],
)
def test_the_list_sees_strings_and_comments_of_python_over_the_ends_of_lines(text: str, found: list[str]) -> None:
    assert [" ".join(re.findall(r"\w+", match[0])) for match in _matches(_words_of_python(text))] == found


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    else:
        suffixes = (".py",) if place.relative_to(ROOT).parts[0] == "tests" else READ
        yield from sorted(
            path for path in place.rglob("*") if path.suffix in suffixes and path != Path(__file__).resolve()
        )


def _idioms(path: Path) -> Iterator[str]:
    """Yield a line for each idiom in a file: its location, the idiom, and what to write instead."""
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".py":
            words = _words_of_python(text)
        case ".md":
            words = re.sub(r"^ *```.*?^ *```$|`[^`\n]*`", _blank, text, flags=re.MULTILINE | re.DOTALL)
        case ".j2":
            words = re.sub(r"\{[%{].*?[%}]\}", _blank, text, flags=re.DOTALL)
        case _:
            words = text
    for match in _matches(words):
        line = words.count("\n", 0, match.start()) + 1
        instead = next(better for idiom, better in IDIOMS.items() if _compiled(idiom).match(words, match.start()))
        yield f"{path.relative_to(ROOT)}:{line}: {' '.join(match[0].split())} -> {instead}"


def _matches(words: str) -> list[re.Match[str]]:
    return list(_compiled("|".join(f"(?:{idiom})" for idiom in IDIOMS)).finditer(words))


def _compiled(idiom: str) -> re.Pattern[str]:
    """Compile an idiom whose words may be on two lines, in two comments or in two strings that Python joins."""
    return re.compile(r"\b(?:" + idiom.replace(" ", r"[\s#\"']+") + r")\b")


def _words_of_python(text: str) -> str:
    """Return the text with spaces in place of everything except comments and strings."""
    lines = [" " * len(line) for line in text.splitlines()]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or tokenize.tok_name[token.type] in ("STRING", "FSTRING_MIDDLE"):
            row, start = token.start
            for at, part in enumerate(token.string.splitlines(), row - 1):
                first = start if at == row - 1 else 0
                lines[at] = lines[at][:first] + part + lines[at][first + len(part) :]
    return "\n".join(lines)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
