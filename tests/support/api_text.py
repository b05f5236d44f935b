"""The public API as text: a line for each name and each attribute of a class, the same in every version of Python."""

from __future__ import annotations

import dataclasses
import enum
import inspect
from collections.abc import Iterator
from typing import Any

import docgen


def api_lines() -> Iterator[str]:
    """Yield a line for each public name and for each attribute of a public class."""
    for name in sorted(docgen.__all__):
        yield heading(name)
        value = getattr(docgen, name)
        if inspect.isclass(value):
            yield from (f"    {line}" for line in sorted(attributes(value)))


def heading(name: str) -> str:
    """Return the line of a public name: the signature of a function, the bases of a class, or the type of a value."""
    value = getattr(docgen, name)
    if inspect.isclass(value):
        bases = [base.__name__ for base in value.__bases__ if base not in (object, enum.IntEnum, tuple)]
        return f"class {name}({', '.join(bases)})" if bases else f"class {name}"
    return f"def {name}{signature(value)}" if callable(value) else f"{name}: {type(value).__name__}"


def attributes(class_: type[Any]) -> Iterator[str]:
    """Yield a line for each public attribute that a class defines or inherits from another class of docgen."""
    fields: dict[str, Any] = (
        {field.name: field for field in dataclasses.fields(class_)} if dataclasses.is_dataclass(class_) else {}
    )
    for field in fields.values():
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if field.init and not field.name.startswith("_"):
            yield f"{field.name}: {field.type}{' = ...' if optional else ''}"
    if issubclass(class_, tuple):
        fields = dict.fromkeys(class_._fields)  # type: ignore[attr-defined]
        for name in fields:
            default = " = ..." if name in class_._field_defaults else ""  # type: ignore[attr-defined]
            annotation = class_.__annotations__[name]
            yield f"{name}: {getattr(annotation, '__forward_arg__', annotation)}{default}"
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
    """Return the signature of a function, with `...` for each default."""
    found = inspect.signature(function)
    parameters = [
        each.replace(default=inspect.Parameter.empty if each.default is each.empty else _Default())
        for each in found.parameters.values()
    ]
    return str(found.replace(parameters=parameters)).replace("'", "")


class _Default:
    def __repr__(self) -> str:
        return "..."
