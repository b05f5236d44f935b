"""Templates of users: each replaces or extends one of docgen's, and an error is reported in one line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from markupsafe import Markup, escape

from docgen.cli import main
from docgen.render.escaping import MAX_CACHED_NAME, escape_output
from docgen.render.filters import quote_url
from docgen.render.templates import page_environment

ROOT = Path(__file__).parent.parent.parent


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def built(tmp_path: Path, templates: Path) -> Path:
    output = tmp_path / "out"
    assert main(["build", "--output", str(output), "--templates", str(templates), "--formats", "html,markdown"]) == 0
    return output


def test_the_example_of_the_documentation_changes_one_block(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "write-a-template.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```jinja\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    put(tmp_path / "t", "html/notes.html.j2", example)
    output = built(tmp_path, tmp_path / "t")
    notes = (output / "releases/1.12.83/appstream/index.html").read_text(encoding="utf-8")
    assert "<p>Ask the platform team before you upgrade.</p>\n" in notes
    assert "CreateFleet" in notes
    assert "Ask the platform team" not in (output / "index.html").read_text(encoding="utf-8")


def test_a_file_stands_in_for_the_one_of_its_name_wherever_that_is_used(tmp_path: Path) -> None:
    put(tmp_path / "t", "static/site.css", "body{color:red}")
    macros = (ROOT / "templates/markdown/operation-macros.md.j2").read_text()
    put(tmp_path / "t", "markdown/operation-macros.md.j2", macros + "\n")
    base = '{% extends "docgen/base.html.j2" %}{% block breadcrumbs %}HERE{% endblock %}'
    put(tmp_path / "t", "html/base.html.j2", base)
    output = built(tmp_path, tmp_path / "t")
    assert (output / "static/site.css").read_text() == "body{color:red}"
    assert "HERE" in (output / "404.html").read_text() or "HERE" in (output / "index.html").read_text()


def test_a_changed_template_makes_its_pages_anew_and_another_build_without_it_ours(tmp_path: Path) -> None:
    put(tmp_path / "t", "html/rule.html.j2", "one")
    page = built(tmp_path, tmp_path / "t") / "rules/response-member-removed/index.html"
    assert page.read_text() == "one"
    put(tmp_path / "t", "html/rule.html.j2", "two")
    built(tmp_path, tmp_path / "t")
    assert page.read_text() == "two"
    assert main(["build", "--output", str(tmp_path / "out"), "--formats", "html,markdown"]) == 0
    assert "response-member-removed" in page.read_text()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("html/notes.html.j2", "{% block main %}\n{{ page. }}\n", "notes.html.j2, line 2: "),
        ("html/notes.html.j2", "\n\n{{ page.nothing }}", ": notes.html.j2, line 3: "),
        ("html/notes.html.j2", "{% extends 'missing.j2' %}", "no template 'missing.j2', neither here nor in docgen"),
        ("html/notes.html.j2", "{% extends '../../secret' %}", "no template '../../secret'"),
        ("html/notes.html.j2", "{{ page.title | shout }}", "No filter named 'shout'"),
        ("feed/entry.html.j2", "{{ entry.nothing }}", ": entry.html.j2, line 1: "),
    ],
)
def test_what_is_wrong_with_a_template_is_one_line_and_leaves_the_site(
    name: str, text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "t", name, text)
    (tmp_path / "secret").write_text("secret")
    assert main(["build", "--output", str(tmp_path / "out"), "--templates", str(tmp_path / "t")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith(f"docgen: {tmp_path / 't'}")
    assert message in error
    assert not list((tmp_path / "out").glob("*.html"))


def test_a_folder_without_templates_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--output", str(tmp_path / "out"), "--templates", str(tmp_path)]) == 2
    assert "no templates here" in capsys.readouterr().err


def test_a_template_that_nothing_uses_is_refused_with_the_name_that_comes_close(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "t", "html/nottes.html.j2", "")
    command = ["build", "--output", str(tmp_path / "out"), "--templates", str(tmp_path / "t"), "--formats", "html"]
    assert main(command) == 2
    error = capsys.readouterr().err
    assert error.startswith(
        f"docgen: {tmp_path / 't' / 'html'}: no page uses 'nottes.html.j2' (did you mean notes.html.j2"
    )
    put(tmp_path / "t", "html/notes.html.j2", '{% include "nottes.html.j2" %}')
    assert main(command) == 0


def test_a_template_that_is_not_text_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "t", "html/notes.html.j2", "")
    (tmp_path / "t/html/notes.html.j2").write_bytes(b"\xff\xfe")
    assert main(["build", "--output", str(tmp_path / "out"), "--templates", str(tmp_path / "t")]) == 2
    assert "not UTF-8" in capsys.readouterr().err


def test_our_templates_bind_macros_once_for_all_pages() -> None:
    """An import with context creates the macros again for each page, and a reference cycle that only `gc` frees."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.j2")}
    assert len(sources) > 50
    assert [name for name, text in sources.items() if "with context" in text] == []


def test_a_macro_that_is_imported_with_context_knows_the_root_of_the_site(tmp_path: Path) -> None:
    put(
        tmp_path / "t",
        "html/rule.html.j2",
        '{% import "layout-macros.html.j2" as layout with context %}{{ layout.severity_badge("breaking") }}',
    )
    page = built(tmp_path, tmp_path / "t") / "rules/response-member-removed/index.html"
    assert page.read_text() == '<a class="b s-breaking" href="../../severities/index.html#breaking">breaking</a>'


def test_a_built_part_leaves_nothing_to_the_collector_of_cycles(tmp_path: Path) -> None:
    """Workers run without the cyclic garbage collector, so cycles stay in memory until the end."""
    program = """
import gc, json, sys
from markupsafe import Markup, escape

from docgen.cli import main
from docgen.render.escaping import MAX_CACHED_NAME, escape_output
from docgen.render.filters import quote_url
from docgen.render.templates import page_environment
from docgen.site import jobs
built = jobs.run_site_job
def watched(job):
    gc.collect()
    gc.freeze()
    parts = built(job)
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    found = [str(type(each)) for each in gc.garbage if type(each).__module__.startswith(("docgen.", "jinja2."))]
    gc.set_debug(0)
    gc.garbage.clear()
    left.append((type(job).__name__, found))
    return parts
left = []
import docgen.site.build
docgen.site.build.run_site_job = watched
main(["build", "--jobs", "1", "--output", sys.argv[1]])
print(json.dumps(left))
"""
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "out"], capture_output=True, check=True, text=True)
    left = json.loads(done.stdout.splitlines()[-1])
    assert {kind for kind, _ in left} == {"NotesJob", "ReferenceJob", "IndexJob"}
    assert [each for each in left if each[1]] == []


@pytest.mark.parametrize(
    "value", ["EC2", "a <b> & 'c' \"d\"", "<" * (MAX_CACHED_NAME + 1), "é<", "", 7, None, Markup("<b>&amp;</b>")]
)
def test_what_a_template_prints_is_escaped_as_jinja_does(value: object) -> None:
    assert escape_output(value) == escape(value)
    assert page_environment("html").from_string("{{ value }}").render(value=value) == escape(value)


def test_a_url_is_quoted_as_urllib_does() -> None:
    for character in map(chr, range(0x250)):
        url = f"https://example.com/{character}"
        assert quote_url(url) == quote(url, safe=":/%?#=&~+@,;!$'*")


def test_a_macro_gets_names_and_defaults_as_ever() -> None:
    text = """{% macro m(a, b="<", c=none) %}[{{ a }}{{ b }}{{ c }}
{%- if caller is defined %}{{ caller() }}{% endif %}]{% endmacro %}
{{- m("&") }}{{ m(b=1, a=2) }}{% for x in (1, 2) %}{{ m(x, c=loop.index) }}{% endfor -%}
{% call m(0) %}<i>{% endcall %}"""
    found = page_environment("html").from_string(text).render()
    assert found == "[&amp;&lt;None][21None][1&lt;1][2&lt;2][0&lt;None<i>]"
