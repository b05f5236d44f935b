"""The branding of a site: what the file may contain, readable colours, and pages that use them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from docgen.cli.branding_file import read_branding
from docgen.errors import DocgenError, UsageError
from docgen.locate import open_source
from docgen.render.branding import Branding
from docgen.resources import data_folder
from docgen.site.build import build_site

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
TOML = """
[site]
title = "Kettle <API>"
accent = "#ffd400"
logo = "logo.svg"
footer = "Ask [us](https://example.com) <script>alert(1)</script>"
home = "What our *API* can do."
"""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("accent", ["#ffd400", "#ffffff", "#000000", "#0b7a75", "#3a4fc4", "#ff0000"])
def test_any_accent_can_be_read(accent: str) -> None:
    colours = re.findall(r"#[0-9a-f]{6}", Branding(accent=accent).style)
    light, dark, light_ground, dark_ground = colours
    assert min(contrast(light, "#ffffff"), contrast(light, light_ground)) >= 4.5
    assert min(contrast(dark, "#0f1318"), contrast(dark, dark_ground)) >= 4.5


def test_a_site_shows_its_branding(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    (tmp_path / "docgen.toml").write_text(TOML, encoding="utf-8")
    branding = read_branding(tmp_path / "docgen.toml")
    build_site(open_source(str(data_folder("models"))), tmp_path / "out", ["html", "markdown"], branding=branding)
    assert "<title>Kettle &lt;API&gt;: API changes (botocore)</title>" in (tmp_path / "out/feed.atom").read_text()
    assert "<title>Page not found – Kettle &lt;API&gt;</title>" in (tmp_path / "out/404.html").read_text()
    home = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "<h1>Kettle &lt;API&gt;</h1>" in home
    assert "What our <em>API</em> can do." in home
    page = (tmp_path / "out/services/appstream/CreateStack/index.html").read_text(encoding="utf-8")
    assert '<img src="../../../static/logo.svg" alt=""><span>Kettle &lt;API&gt;</span>' in page
    assert '<a href="https://example.com"' in page
    assert "<script>alert" not in page
    assert (tmp_path / "out/static/logo.svg").read_text(encoding="utf-8") == LOGO
    assert ":root{--accent:light-dark(" in (tmp_path / "out/static/site.css").read_text(encoding="utf-8")
    assert "#ffd400" in (tmp_path / "out/static/icon.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[site]\ntitel = 'x'", "did you mean title"),
        ("[site]\naccent = 'red'", "is not a colour such as #3a4fc4"),
        ("[site]\naccent = '#12345g'", "is not a colour such as #3a4fc4"),
        ("[site]\ntitle = 3", "title of [site] is not a string"),
        ("[site]\nlogo = 'logo.exe'", "is not a picture (.svg, .png, .webp, .jpg)"),
        ("[site]\nlogo = 'missing.svg'", "No such file"),
        ("[site]\nnotations = 'http'", "notations of [site] is not a list of names (boto3, "),
        ("[site]\nnotations = []", "notations of [site] is not a list of names (boto3, "),
        ("[site]\nnotations = ['htpp']", "did you mean http"),
        ("site = 3", "'site' is not a table (write [site])"),
        ("[site", "docgen.toml"),
        ("a = " + "[" * 50_000, "nested too deeply"),
        ("a" + ".a" * 100_000 + " = 1", "a key with more than 32 parts"),
        ("a = " + "9" * 5_000, "4300 digits"),
        ("[site]\nlogo = 'a\0.svg'", "docgen.toml"),
        ('[site]\nlogo = "a\\u0000.svg"', "null"),
        (f"[site]\nfooter = '{'x' * 20_001}'", "footer of [site] is longer than 20,000 characters"),
    ],
)
def test_what_a_file_cannot_say_is_one_line(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(problem)) as caught:
        read_branding(tmp_path / "docgen.toml")
    assert "\n" not in str(caught.value)


def test_a_file_chooses_the_notations_of_requests(tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text('[site]\nnotations = ["http", "cli", "http"]', encoding="utf-8")
    assert read_branding(tmp_path / "docgen.toml").notations == ("http", "cli")


@pytest.mark.parametrize(
    "content",
    [
        "<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:script>alert(1)</s:script></s:svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:h='http://www.w3.org/1999/xhtml'><h:iframe/></svg>",
        "<?xml version='1.0' encoding='iso-2022-jp'?>"
        "<svg xmlns='http://www.w3.org/2000/svg'><scr\x1b(Bipt>alert(1)</scr\x1b(Bipt></svg>",
        "<?xml-stylesheet type='text/xsl' href='data:text/xml;base64,AA=='?><svg xmlns='http://www.w3.org/2000/svg'/>",
        "<svg xmlns='http://www.w3.org/2000/svg'><style>@im<!-- -->port 'https://example.com'</style></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><path style='fill:u\\72l(https://example.com)'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='//example.com/a.png'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><set attributeName='href' to=' javascript:alert(1)'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='data:image/svg+xml;base64,AA=='/></svg>",
        "<html><body>1</body></html>",
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "<svg xmlns='http://www.w3.org/2000/svg'><a href='JavaScript:alert(1)'/></svg>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><a href='java&#115;cript:alert(1)'/></svg>",
    ],
)
def test_a_logo_runs_nothing(content: str, tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text("[site]\nlogo = 'logo.svg'\n")
    (tmp_path / "logo.svg").write_text(content)
    with pytest.raises(UsageError, match="save it as a plain SVG, or as PNG"):
        read_branding(tmp_path / "docgen.toml")


@pytest.mark.parametrize(
    "content",
    [
        LOGO,
        "<?xml version='1.0' encoding='UTF-8' standalone='no'?><!-- by hand -->\n"
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n"
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><title>On &amp; off</title>"
        "<style>.a{fill:url(#a)}</style><defs><linearGradient id='a'/></defs><use xlink:href='#a' class='a'/></svg>",
    ],
)
def test_a_plain_picture_is_a_logo(content: str, tmp_path: Path) -> None:
    (tmp_path / "docgen.toml").write_text("[site]\nlogo = 'logo.svg'\n")
    (tmp_path / "logo.svg").write_text(content)
    assert read_branding(tmp_path / "docgen.toml").logo == (tmp_path / "logo.svg").resolve()


def test_a_logo_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    os.mkfifo(folder / "pipe.png")
    for name, problem in (("../secret.png", "outside"), ("link.png", "outside"), ("pipe.png", "not a regular file")):
        (folder / "docgen.toml").write_text(f"[site]\nlogo = '{name}'\n")
        with pytest.raises(DocgenError, match=problem):
            read_branding(folder / "docgen.toml")
    (folder / "docgen.toml").write_text("# " + "x" * (1 << 20))
    with pytest.raises(DocgenError, match="larger than"):
        read_branding(folder / "docgen.toml")
