"""Pages are found by the type of their view, and every kind has templates and a schema."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from docgen import schema
from docgen.pages import registry
from docgen.pages.index import site_pages as pages_of_site
from docgen.pages.index.severities import MEANINGS, PROFILE_EXAMPLES
from docgen.pages.index.site_pages import SiteRecords, all_site_pages, site_pages
from docgen.pages.registry import PAGE_KINDS, PageKind, page_of, register_page
from docgen.render.formats import FORMATS
from docgen.render.templates import render_page
from docgen.rules.classify import RULES
from docgen.rules.profiles import PROFILES

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
WITHOUT_SCHEMA = {
    "llms",
    "nav",
    "404",
    "compare",
    "services-by-changes",
    "announcement-github",
    "announcement-keep-a-changelog",
}
SITE = SiteRecords("package", "1.0", (), ())


@dataclass(frozen=True, slots=True)
class Greeting:
    """A small page."""

    name: str
    root: str = "../"


def test_a_new_page_needs_its_view_and_its_template_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(all_site_pages(SITE)), "all modules of pages are imported, and their kinds are registered"
    for module, name in ((registry, "PAGE_KINDS"), (registry, "_KIND_BY_VIEW"), (pages_of_site, "_SITE_PAGES")):
        monkeypatch.setattr(module, name, dict(getattr(module, name)))
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "greeting.txt.j2").write_text("Hello, {{ page.name }}!\n")
    register_page(PageKind("greeting", Greeting, data=asdict, description=lambda view: f"Greets {view.name}."))
    site_pages(lambda site: [("greeting/index", Greeting(site.package))])
    ((path, view),) = [each for each in all_site_pages(SITE) if isinstance(each[1], Greeting)]
    page = page_of(view, path)
    assert (page.path, page.description) == ("greeting/index", "Greets package.")
    assert render_page(page, "text", templates=tmp_path) == "Hello, package!\n"
    assert json.loads(render_page(page, "json")) == {"name": "package", "root": "../"}


def test_every_page_of_a_site_has_a_kind_with_templates_and_a_schema() -> None:
    pages = dict(all_site_pages(SITE))
    assert {"index", "releases/index", "services/index", "rules/index", "severities/index"} <= set(pages)
    for path, view in pages.items():
        assert page_of(view, path).view is view
    for kind in PAGE_KINDS.values():
        for name in kind.formats or FORMATS:
            output_format = FORMATS[name]
            if output_format.has_templates:
                assert (TEMPLATES / name / output_format.template_file(kind.template)).is_file(), (kind.template, name)
        assert (kind.schema_name in schema.PUBLISHED_SCHEMAS) != (kind.template in WITHOUT_SCHEMA), kind.template


def test_the_examples_of_severities_have_the_severity_in_their_profile() -> None:
    assert tuple(profile.name for profile in PROFILE_EXAMPLES) == PROFILES
    for profile in PROFILE_EXAMPLES:
        assert [severity for severity, _ in profile.rules] == [severity for severity, *_ in MEANINGS]
        for severity, rules in profile.rules:
            assert len({rule for rule, _ in rules}) == 3
            for rule, _ in rules:
                assert RULES[rule].severity_in(profile.name).label == severity, (profile.name, rule)
