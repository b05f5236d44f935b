"""The reference pages in `docs/`: commands, rules, formats and the API. They are generated from the program itself.

`tests/run tests/project/test_docs.py --update-golden` writes them. They must not depend on a terminal, the environment
or the version of Python, as argparse's own help does, so the lists are built from the parsers' data.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import groupby
from typing import Any

from api_text import attributes, heading

import docgen
from docgen.cli.arguments import SOURCE_HELP
from docgen.cli.parser import COMMAND_GROUPS, OUTPUT_OPTIONS, make_parser
from docgen.rules.classify import RULES
from docgen.rules.profiles import MARKED_PROFILES
from docgen.rules.rule import GROUPS, MARK_MEANINGS, RULESET_VERSION, Rule
from docgen.schema import load_schema

LONGEST = 100
"""The most characters of a line of code in the library's reference."""
SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises|Examples?):\n", re.MULTILINE)
ENTRY = re.compile(r"(\*{0,2}\w+)(?: \([^)]*\))?: (.*)")
"""An argument, attribute or exception in a section of a docstring."""
RENEW = "tests/run tests/project/test_docs.py --update-golden"
SCHEMAS = "../docgen/schema"
READ = ("service-2", "release")
"""The schemas of files that docgen reads; all others describe what it writes."""


def pages() -> dict[str, str]:
    """Return the content of each page by its name in `docs/`."""
    return {
        name: f"# {title}\n\n<!-- Made by {RENEW} -->\n\n" + "\n".join(lines) + "\n"
        for name, title, lines in (
            ("commands.md", "Commands", _commands()),
            ("rules.md", "Rules", _rules()),
            ("formats.md", "Formats", _formats()),
            ("library.md", "Library", _library()),
        )
    }


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield f"| {' | '.join(_cell(each) for each in row)} |"


def _cell(text: str) -> str:
    parts = " ".join(text.split()).replace("|", "\\|").split("`")
    return "`".join(part if at % 2 else part.replace("<", "&lt;") for at, part in enumerate(parts))


# --- commands ---


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    (commands,) = (each for each in make_parser()._actions if isinstance(each, argparse._SubParsersAction))
    return dict(commands.choices)


def _commands() -> Iterator[str]:
    yield "Every command with its arguments and options. `docgen COMMAND --help` prints the same."
    yield ""
    yield " ".join(SOURCE_HELP.split())
    yield ""
    yield "Every command also has these options:"
    yield ""
    shared = [each for each in parsers()["diff"]._actions if each.dest in OUTPUT_OPTIONS]
    yield from _table(("option", "description"), ((f"`{_call(each)}`", _help(each)) for each in shared))
    for group, commands in COMMAND_GROUPS.items():
        yield ""
        yield f"{group.capitalize()}: " + " · ".join(f"[{name}](#docgen-{name})" for name in commands)
    for name, parser in parsers().items():
        actions = [each for each in parser._actions if each.dest not in ("help", *OUTPUT_OPTIONS)]
        words = [each for each in actions if not each.option_strings]
        yield from ("", f"## docgen {name}", "", parser.description or "", "", "```text")
        yield from _usage(name, parser, words)
        yield from ("```", "")
        yield from _table(("argument", "description"), ((f"`{_call(each)}`", _help(each)) for each in actions))


def _usage(name: str, parser: argparse.ArgumentParser, words: list[argparse.Action]) -> Iterator[str]:
    if parser.usage:
        yield from (line.strip() for line in parser.usage.splitlines())
    else:
        options = ["[options]"] if len(words) < len(parser._actions) - 3 else []
        yield " ".join(["docgen", name, *options, *map(_word, words)])


def _word(action: argparse.Action) -> str:
    name = _name(action)
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} [{name} ...]"}.get(str(action.nargs), name)


def _call(action: argparse.Action) -> str:
    """Return how an option is written, such as `-o FILE, --output FILE`, or the name of a positional argument."""
    takes = "" if action.nargs == 0 else f" {_name(action)}"
    return ", ".join(f"{option}{takes}" for option in action.option_strings) or _name(action)


def _name(action: argparse.Action) -> str:
    """Return the placeholder of a value, or its choices."""
    return str(action.metavar or "|".join(action.choices or ()) or action.dest.upper())


def _help(action: argparse.Action) -> str:
    return (action.help or "") % {"default": action.default}


# --- rules ---


def _rules() -> Iterator[str]:
    yield (
        f"The {len(RULES)} rules of rule set {RULESET_VERSION}, in the order in which docgen tries them. The "
        "first rule that matches a fact judges it. [Severities](severities.md) explains severities and profiles. "
        "`docgen rules ID` prints one rule with its fix and an example; a site has a page for each rule. Marks: "
        f"{', '.join(f'`{mark}` {meaning}' for mark, meaning in MARK_MEANINGS.items())}. "
        "Pages hide rules that are noise."
    )
    yield ""
    yield " · ".join(f"[{group}](#{group})" for group in GROUPS)
    for group, rules in groupby(RULES.values(), key=lambda rule: rule.group):
        yield from ("", f"## {group}", "")
        yield from _table(("rule", "direction", "severity", *MARKED_PROFILES, "why"), map(_rule, rules))


def _rule(rule: Rule) -> Iterator[str]:
    yield f"`{rule.id}`"
    yield rule.direction.value
    yield rule.severity.label + (", noise" if rule.suppressed else "")
    yield from (f"`{rule.profiles[name]}`" for name in MARKED_PROFILES)
    yield rule.why


# --- formats ---


def _formats() -> Iterator[str]:
    names = sorted(
        each.name.partition(".")[0] for each in resources.files("docgen.schema").iterdir() if _is_schema(each)
    )
    written = [name for name in names if name not in READ]
    yield "JSON that docgen reads and writes, with JSON Schemas (draft 2020-12). A site contains the schemas it uses."
    for title, group in (("What docgen reads", READ), ("What docgen writes", written)):
        yield from ("", f"## {title}")
        for name in group:
            yield from _schema(name, load_schema(name))


def _is_schema(file: Any) -> bool:
    return str(file.name).endswith(".schema.json")


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"### {schema['title'].capitalize() if schema['title'].islower() else schema['title']}", "")
    yield f"[`{name}.schema.json`]({SCHEMAS}/{name}.schema.json). {schema.get('description', '')}".rstrip()
    if schema.get("properties"):
        required = schema.get("required", ())
        rows = (
            (f"`{key}`", _type(of) + ("" if key in required else ", optional"), of.get("description", ""))
            for key, of in schema["properties"].items()
        )
        yield ""
        yield from _table(("key", "value", "description"), rows)


def _type(schema: dict[str, Any]) -> str:
    """Return the type of a value; if it is another schema, a link to that."""
    if "$ref" in schema:
        file, _, inside = schema["$ref"].partition("#")
        name = inside.rpartition("/")[2] or file.removesuffix(".json")
        return f"[{name}]({SCHEMAS}/{file.removesuffix('.json')}.schema.json)" if file else name
    if "const" in schema or "enum" in schema:
        return " or ".join(f"`{json.dumps(each)}`" for each in schema.get("enum", [schema.get("const")]))
    types = schema.get("type", "any")
    type_name = " or ".join([types] if isinstance(types, str) else types)
    if type_name == "array" and isinstance(schema.get("items"), dict):
        return f"array of {_type(schema['items'])}"
    return type_name


# --- the library ---


def _library() -> Iterator[str]:
    yield "The public API: everything in `docgen.__all__`. The README has [an example](../README.md#as-a-library)."
    for title, chosen in (("Functions", inspect.isfunction), ("Classes", inspect.isclass)):
        yield from ("", f"## {title}")
        for name in sorted(docgen.__all__):
            value = getattr(docgen, name)
            if chosen(value):
                yield from ("", f"### {name}", "", "```python", *_wrapped(heading(name)))
                if inspect.isclass(value):
                    yield from (line for each in attributes(value) for line in _wrapped(each, "    "))
                yield from ("```", "", *_paragraphs(inspect.getdoc(value) or ""))
                if inspect.isclass(value):
                    yield from _members(value)


def _wrapped(code: str, indent: str = "") -> Iterator[str]:
    """Yield a line of code; if it is long, put each parameter on its own line."""
    if len(indent + code) <= LONGEST or "(" not in code:
        yield indent + code
        return
    start, _, rest = code.partition("(")
    inside, _, result = rest.rpartition(")")
    yield f"{indent}{start}("
    yield from (f"{indent}    {parameter}," for parameter in _parameters(inside))
    yield f"{indent}){result}"


def _parameters(text: str) -> Iterator[str]:
    """Yield the parameters of a signature. Commas inside brackets belong to types."""
    depth = start = 0
    for at, letter in enumerate(text):
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and not depth:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _paragraphs(text: str) -> Iterator[str]:
    """Yield a docstring as Markdown: its prose before the first code, then a list for each section (`Args:`)."""
    prose, *sections = SECTION.split(text)
    yield from prose.partition("\n\n    ")[0].rstrip().splitlines()
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        lines = inspect.cleandoc(f"\n{body}").split("\n\n    ")[0].splitlines()
        yield from ("", f"**{title}**", "")
        for line in lines:
            if found := ENTRY.match(line):
                yield f"- `{found[1]}`: {found[2]}".rstrip()
            else:
                yield f"  {line.strip()}" if line.startswith(" ") else line


def _members(class_: type[object]) -> Iterator[str]:
    """Yield the methods and properties of a class, each with the first paragraph of its docstring."""
    found: dict[str, str] = {}
    for owner in class_.__mro__:
        if owner.__module__.startswith("docgen."):
            for name, value in vars(owner).items():
                function = getattr(value, "fget", None) or getattr(value, "func", None) or value
                if not name.startswith("_") and inspect.isfunction(function):
                    text = " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())
                    found.setdefault(f"{name}()" if function is value else name, text)
    if found:
        yield from ("", "**Methods and properties**", "")
        yield from (f"- `{name}`: {text}" for name, text in found.items())
