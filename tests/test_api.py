"""The public API: small, cheap to import, and as `tests/data/api.txt` says, which changes only with a word about it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import subprocess
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import docgen

DESCRIPTION = Path(__file__).parent / "data" / "api.txt"
HEAVY = (
    "typing",
    "jinja2",
    "orjson",
    "jsonschema",
    "sqlite3",
    "json",
    "pathlib",
    "dataclasses",
    "docgen.model",
    "docgen.sources",
)


def described() -> Iterator[str]:
    """A line for each public name, and for each attribute of a public class."""
    for name in sorted(docgen.__all__):
        value = getattr(docgen, name)
        if inspect.isclass(value):
            bases = [base.__name__ for base in value.__bases__ if base not in (object, enum.IntEnum)]
            yield f"class {name}({', '.join(bases)})" if bases else f"class {name}"
            yield from (f"    {line}" for line in sorted(attributes(value)))
        elif callable(value):
            yield f"def {name}{signature(value)}"
        else:
            yield f"{name}: {type(value).__name__}"


def attributes(class_: type[Any]) -> Iterator[str]:
    """What a class has of its own or from a class of docgen's."""
    fields = {field.name: field for field in dataclasses.fields(class_)} if dataclasses.is_dataclass(class_) else {}
    for field in fields.values():
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if field.init and not field.name.startswith("_"):
            yield f"{field.name}: {field.type}{' = ...' if optional else ''}"
    for owner in class_.__mro__:
        if owner.__module__.startswith("docgen."):
            for name, value in vars(owner).items():
                if name.startswith("_") or name in fields:
                    continue
                if isinstance(value, enum.Enum):
                    yield f"{name} = {value.value!r}"
                elif inspect.isfunction(value):
                    yield f"def {name}{signature(value)}"
                elif hasattr(value, "fget") or hasattr(value, "func"):
                    function = getattr(value, "fget", None) or value.func
                    yield f"{name}: {function.__annotations__['return']}"


def signature(function: Any) -> str:
    """Parameters and result as they are written, without what the defaults are."""
    found = inspect.signature(function)
    parameters = [
        each.replace(default=inspect.Parameter.empty if each.default is each.empty else _Default())
        for each in found.parameters.values()
    ]
    return str(found.replace(parameters=parameters)).replace("'", "")


class _Default:
    def __repr__(self) -> str:
        return "..."


def test_the_public_api_is_as_described(update_golden: bool) -> None:
    now = "\n".join(described()) + "\n"
    if update_golden:
        DESCRIPTION.write_text(now, encoding="utf-8")
    before = DESCRIPTION.read_text(encoding="utf-8")
    changed = "\n".join(unified_diff(before.splitlines(), now.splitlines(), "described", "is", n=0, lineterm=""))
    assert now == before, (
        f"the public API changed: say so in CHANGELOG.md, then `tests/run tests/test_api.py --update-golden`\n{changed}"
    )


def test_every_public_name_says_what_it_is_and_where_else_it_is_used_it_is_the_same() -> None:
    from docgen.diff import diff
    from docgen.site.build import build

    for name in docgen.__all__:
        value = getattr(docgen, name)
        assert inspect.getdoc(value), name
        assert name in dir(docgen)
    assert docgen.find_deltas is diff
    assert docgen.build_site is build
    assert not hasattr(docgen, "nothing")


def test_no_public_name_is_that_of_a_module_which_would_take_its_place() -> None:
    package = Path(docgen.__file__).parent
    inside = {path.stem for path in package.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert not inside & set(docgen.__all__)


def test_importing_docgen_imports_nothing_else_and_takes_no_time() -> None:
    code = (
        "import sys, time; before = set(sys.modules); start = time.process_time(); import docgen\n"
        "print(time.process_time() - start, *sorted(set(sys.modules) - before))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
        for _ in range(5)
    ]
    assert not set(HEAVY) & set(runs[0][1:]), runs[0]
    assert min(float(seconds) for seconds, *_ in runs) < 0.020
