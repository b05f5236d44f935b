"""Tells whether an SVG is only a picture.

Browsers run the scripts of an SVG that is opened by itself, in the site that has it. The picture is read as browsers
read it, because a script has many spellings: any prefix of its namespace, encodings with shifts between its letters,
entities, and style sheets that make it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

_SVG, _XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
_ACTIVE = frozenset(("script", "foreignobject", "handler", "listener", "iframe", "embed", "object"))
_ENCODINGS = (None, "utf-8", "us-ascii")
_IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20]+")
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?\s*(?!#|data:)|\\", re.IGNORECASE)
"""What may load other files from a style; a backslash counts too, because it can hide such a rule."""


class _ProblemError(Exception):
    """The SVG is not only a picture; the message names the reason."""


def svg_problem(content: bytes) -> str:
    """Return what a file does that no picture needs, after the words "the logo", or an empty text."""
    try:
        _check(content)
    except _ProblemError as error:
        return str(error)
    except (expat.ExpatError, UnicodeDecodeError, ValueError, LookupError):
        return "is not a well-formed SVG in UTF-8"
    return ""


def _check(content: bytes) -> None:
    content.decode("utf-8")
    parser = expat.ParserCreate(namespace_separator=" ")
    depth, texts = 0, list[str]()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        namespace, _, local = name.rpartition(" ")
        if depth == 0 and (namespace, local) != (_SVG, "svg"):
            _refuse("is not an SVG")
        depth += 1
        if namespace == _XHTML or local.lower() in _ACTIVE:
            _refuse("has a script or a page in it")
        for key, value in attributes.items():
            _check_attribute(key.rpartition(" ")[2].lower(), value)

    def doctype(_name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            _refuse("has an entity")

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding.lower() if encoding else None) not in _ENCODINGS:
            _refuse("is not in UTF-8")

    parser.StartElementHandler = start
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    parser.ProcessingInstructionHandler = lambda _target, _data: _refuse("has a processing instruction")
    parser.Parse(content, True)
    if _OUTSIDE.search("".join(texts)):  # a browser joins the parts of a style, too
        _refuse("loads other files")


def _check_attribute(name: str, value: str) -> None:
    address = _IGNORED_IN_ADDRESSES.sub("", value).lower()
    if name.startswith("on") or "javascript:" in address:
        _refuse("has a script or a page in it")
    if name in ("href", "src") and not address.startswith(("#", "data:image/")):
        _refuse("loads other files")
    if name in ("href", "src") and address.startswith("data:image/svg"):
        _refuse("has a picture in it that may have a script")
    if _OUTSIDE.search(value):
        _refuse("loads other files")


def _refuse(problem: str) -> NoReturn:
    raise _ProblemError(problem)
