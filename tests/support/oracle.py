"""What botocore itself documents about every operation of a service model.

docgen's ``syntax`` module has its own implementation of the documented request and response format, and is tested
against this one. It drives ``botocore.docs.docstring.ClientMethodDocstring`` with an emitter that has no listeners, or
with that of a session, whose handlers change the documentation. It reads the result from botocore's own section tree.
So it need not guess at indentation, and loses nothing to the limit above which botocore prints "This section is too
large to render".
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.docs.bcdoc.docstringparser import DocStringParser
from botocore.docs.bcdoc.restdoc import DocumentStructure
from botocore.docs.docstring import ClientMethodDocstring
from botocore.hooks import HierarchicalEmitter
from botocore.model import ServiceModel

#: The sections that together contain the documentation of a row.
_DOCUMENTATION = ("param-documentation", "param-tagged-union-docs", "param-unknown-example")

#: The sections of a row that are not rows.
_FURNITURE = frozenset(
    (
        *_DOCUMENTATION,
        "param-name",
        "param-type",
        "is-required",
        "end-param",
        "end-structure",
        "end-list",
        "end-map",
    )
)


@dataclass(frozen=True, slots=True)
class OracleRow:
    """One line of the parameter list or of the response structure list.

    ``path`` is ``A.B`` for a member, ``A[]`` for a list item, ``A{key}`` and ``A{value}`` for a map; the response's
    root has the empty path and no name. ``documentation`` is the reStructuredText that botocore wrote.
    """

    path: str
    name: str | None
    type: str
    required: bool
    depth: int
    documentation: str


@dataclass(frozen=True, slots=True)
class OracleOperation:
    """Everything that botocore documents about one operation."""

    operation: str
    method: str
    request_syntax: str
    response_syntax: str | None
    parameters: tuple[OracleRow, ...]
    response: tuple[OracleRow, ...]
    event_stream: bool
    intro: str


def operations(
    model: Mapping[str, Any], service: str, names: Iterable[str] | None = None, emitter: Any = None
) -> Iterator[OracleOperation]:
    """Yield what botocore documents about each operation of a model, or about the named ones, one at a time."""
    for name in model["operations"] if names is None else names:
        # A ServiceModel keeps every shape it has expanded; with one per operation, the large ones are freed.
        yield _operation(ServiceModel(model, service).operation_model(name), emitter or HierarchicalEmitter())


def visible_words(rst: str, *, opens_block: bool = False) -> str:
    """Return the words that a reader sees in a row's documentation, separated by single spaces.

    On the page, the documentation continues the line of the row's name and type, where "- x" is not a bullet. It starts
    a block of its own in the intro and after ``:param X:``, that is, in an optional parameter.
    """
    from docutils.core import publish_doctree

    head, _, rest = rst.partition("\n")  # botocore indents every line but the first
    text = f"{head}\n{textwrap.dedent(rest)}"
    document = publish_doctree(text if opens_block else f"{_STAND_IN} {text}", settings_overrides=_DOCUTILS)
    return " ".join(" ".join(_texts(document)).replace(_STAND_IN, "", 1).split())


#: A stand-in for the row's name and type.
_STAND_IN = "\N{REPLACEMENT CHARACTER}"

_DOCUTILS: dict[str, Any] = {
    "_disable_config": True,
    "doctitle_xform": False,
    "file_insertion_enabled": False,
    "halt_level": 5,
    "line_length_limit": 10**9,  # docutils rejects a text if one line has more than 10,000 characters
    "raw_enabled": False,
    "report_level": 5,
}


def _texts(node: Any) -> Iterator[str]:
    from docutils import nodes

    match node:
        case nodes.Text():
            yield node.astext()
        case nodes.system_message() | nodes.comment() | nodes.target() | nodes.substitution_definition():
            return
        case nodes.TextElement():  # one piece: inline markup inside a word does not split the word
            yield "".join(text for child in node.children for text in _texts(child))
        case nodes.Admonition():
            yield {"danger": "!DANGER!"}.get(node.tagname, node.tagname.capitalize())
            for child in node.children:
                yield from _texts(child)
        case _:
            for child in node.children:
                yield from _texts(child)


class _Section(DocumentStructure):  # type: ignore[misc]
    """A section that creates no parser until one is needed.

    The trees of the largest operations have half a million sections; few of them parse anything.
    """

    _parser: Any = None

    @property
    def parser(self) -> Any:
        if self._parser is None:
            self._parser = DocStringParser(self)
        return self._parser

    @parser.setter
    def parser(self, parser: Any) -> None:
        """Drop the parser that the constructor of every section creates."""


def _operation(operation: Any, emitter: Any) -> OracleOperation:
    method = xform_name(operation.name)
    root = _Section("docstring", target="html")
    ClientMethodDocstring()._write_docstring(
        root,
        operation_model=operation,
        method_name=operation.name,
        event_emitter=emitter,
        method_description=operation.documentation,
        example_prefix=f"client.{method}",
        include_signature=False,
    )
    returns = root.get_section("return")
    answers = returns.has_section("description")
    return OracleOperation(
        operation=operation.name,
        method=method,
        request_syntax=_code_block(root.get_section("request-example")),
        response_syntax=_code_block(returns.get_section("response-example")) if answers else None,
        parameters=tuple(
            row
            for _, section in _rows_of(root.get_section("request-params"))
            for name in (_parameter_name(_own_text(section.get_section("param-name"))),)
            for row in _rows(section, path=name, name=name, depth=0)
        ),
        response=tuple(_rows(returns.get_section("description"), path="", name=None, depth=0)) if answers else (),
        event_stream=returns.has_section("event-stream"),
        intro=_own_text(root.get_section("method-intro")),
    )


def _rows(section: Any, *, path: str, name: str | None, depth: int) -> Iterator[OracleRow]:
    """Yield the row of a section and the rows of its members, item, or key and value."""
    yield OracleRow(
        path=path,
        name=name,
        type=_type(_own_text(section.get_section("param-type"))),
        required=section.has_section("is-required"),
        depth=depth,
        documentation="".join(
            _all_text(section.get_section(part)) for part in _DOCUMENTATION if section.has_section(part)
        ),
    )
    below = _rows_of(section)
    written = [each for _, each in below if not each.has_section("param-type")]
    below = [each for each in below if each[1] not in written]
    if section.has_section("end-list"):
        for _, item in below:
            yield from _rows(item, path=f"{path}[]", name=None, depth=depth + 1)
    elif section.has_section("end-map"):
        *key, (_, value) = below
        for _, each in key:
            yield from _rows(each, path=f"{path}{{key}}", name=None, depth=depth + 1)
        yield from _rows(value, path=f"{path}{{value}}", name=None, depth=depth + 2)
    else:
        for member, each in below:
            yield from _rows(each, path=f"{path}.{member}" if path else member, name=member, depth=depth + 1)
    for each in written:
        yield _written_row(_own_text(each), path.removesuffix(f"{name}"), depth)


def _written_row(text: str, parent: str, depth: int) -> OracleRow:
    """Read a row that a handler wrote as text below a row of the same level."""
    head, _, documentation = text.strip().partition("--*")
    name, _, type_ = head.removeprefix("- **").partition("** *(")
    return OracleRow(f"{parent}{name}", name, type_.removesuffix(") "), False, depth, documentation)


def _rows_of(section: Any) -> list[tuple[str, Any]]:
    return [(name, section.get_section(name)) for name in section.available_sections if name not in _FURNITURE]


def _parameter_name(written: str) -> str:
    """Read the name from ``:param Name: ``, which a handler may have written, or from ``- **Name**``."""
    return written.strip("-* ").removeprefix(":param ").removesuffix(":").removesuffix("** ")


def _type(written: str) -> str:
    """Read the type from ``:type Name: T``, ``*(T) --* `` or, for a type that is a link, ``(T) -- ``."""
    if written.startswith(":type "):
        return written.split(": ", 1)[1]
    return written.strip("* ").removeprefix("(").removesuffix(") --").strip("*")


def _code_block(section: Any) -> str:
    """Return the literal block of a section, without its indentation and trailing blank lines."""
    _, _, block = _all_text(section).partition("::\n")
    lines = block.lstrip("\n").split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    indentation = lines[0][: len(lines[0]) - len(lines[0].lstrip(" "))]
    return "\n".join(line.removeprefix(indentation) for line in lines).rstrip()


def _own_text(section: Any) -> str:
    text: str = section.getvalue().decode("utf-8")
    return text


def _all_text(section: Any) -> str:
    below = (_all_text(section.get_section(name)) for name in section.available_sections)
    return _own_text(section) + "".join(below)
