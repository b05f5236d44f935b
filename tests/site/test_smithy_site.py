"""The site of a Smithy service outside AWS: complete, and without text that only applies to AWS."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from site_links import check_site

from docgen.history.history import History
from docgen.history.index import update_history
from docgen.locate import open_source
from docgen.site.build import build_site

HARBOR = Path(__file__).parent.parent / "data" / "smithy" / "harbor"
OF_AWS = re.compile(r"\bAWS\b|Amazon|botocore|client\.[a-z_]+\(|get_paginator|create_booking|move_booking")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harbor")
    source = open_source(str(HARBOR))
    update_history(source, folder / "harbor.db")
    build_site(source, folder / "site", ["html", "markdown"], history=History(folder / "harbor.db"))
    return folder / "site"


def read(site: Path, path: str) -> str:
    return (site / path).read_text(encoding="utf-8")


def test_every_link_leads_somewhere(site: Path) -> None:
    assert check_site(site).wrong == []


def test_pages_say_nothing_of_clients_that_do_not_exist(site: Path) -> None:
    pages = [site / "index.html", *site.glob("services/**/*.html"), *site.glob("services/**/*.md")]
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        documented = re.sub(r'<div><div class="src".*?</div>\n</div>|```python.*?```', "", text, flags=re.DOTALL)
        assert not OF_AWS.search(documented), page


def test_change_notes_say_nothing_of_boto3(site: Path) -> None:
    pages = list(site.glob("releases/*/harbor/index.html"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "For a deployed client" in text
        assert "for boto3" not in text
        assert "SDK name" not in text


def test_an_operation_begins_with_http(site: Path) -> None:
    html = read(site, "services/harbor/CreateBooking/index.html")
    assert re.findall(r'<label for="call\.\w+">(.*?)</label>', html) == ["HTTP", "Python"]
    assert 'value="http" checked' in html
    assert "POST /bookings HTTP/1.1\nx-harbor-token: string\nContent-Type: application/json" in html
    assert '<span class="b a">since 1.1.0</span>' in html
    markdown = read(site, "services/harbor/CreateBooking/index.md")
    assert "**Request Syntax, HTTP**\n\n```http\nPOST /bookings HTTP/1.1" in markdown


def test_a_service_names_its_paginators_and_waiters_as_the_model_does(site: Path) -> None:
    html = read(site, "services/harbor/index.html")
    assert '<a href="ListBerths/index.html#paginator">ListBerths</a>' in html
    assert "<li>BerthFree <span" in html
    assert "MoveBooking was removed; it had been deprecated" in html
    assert "## Waiters\n\n- `BerthFree` calls" in read(site, "services/harbor/index.md")
