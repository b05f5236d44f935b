"""The table of what botocore does to its models in code: names, parameters and types that differ for callers.

`customizations.toml` is the table, and says what its columns mean. `docgen.model.python_view` applies it to a model.

The rows hold for models of botocore, from the release of botocore that a row names. A model in the format of botocore
that belongs to no package counts as one of the newest botocore, because boto3 treats it so when it loads it. Models of
other packages and Smithy models have no customizations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pkgutil import get_data
from typing import Any, NamedTuple

from docgen.model.paths import MemberPath

BOTOCORE = "botocore"
"""The package whose code the table describes."""

_KINDS: Mapping[str, tuple[str, ...]] = {
    "renamed": ("parameter", "name"),
    "unwritten": ("parameter", "note"),
    "hidden": ("parameter", "note"),
    "described": ("type", "value", "note"),
    "added": ("parameter", "name", "note"),
    "noted": ("note",),
    "method": ("operation", "alias"),
    "missing-method": ("operation",),
    "renamed-service": ("old",),
}
"""The kinds of rows, each with the columns that it must have besides `service`, `since` and `handlers`."""

_DIRECTIONS = ("request", "response")
_RELEASE = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}")


class CustomizationError(ValueError):
    """A row of the table is invalid."""


class Customization(NamedTuple):
    """A row of the table.

    Attributes:
        kind: What botocore does, one of the kinds that the table explains.
        service: SDK name of the service.
        since: The first release of botocore that does so.
        until: The first that no longer does, or empty.
        handlers: The entries of `botocore.handlers.BUILTIN_HANDLERS` that do so.
        operations: Names of the operations; empty for all.
        direction: `request` or `response`.
        parameter: Name of the parameter of the request, or of the member of the response, in the model.
        shapes: In place of a parameter: names of shapes that parameters or members target.
        name: What Python calls the parameter, or the name of the member that botocore adds.
        type: The type that botocore documents.
        value: The value that a syntax block shows.
        note: What pages say, in the HTML of models.
        alias: Another name of the method of an operation.
        old: The earlier name of a service.
    """

    kind: str
    service: str
    since: str
    handlers: tuple[str, ...]
    until: str = ""
    operations: frozenset[str] = frozenset()
    direction: str = "request"
    parameter: str = ""
    shapes: frozenset[str] = frozenset()
    name: str = ""
    type: str = ""
    value: str = ""
    note: str = ""
    alias: str = ""
    old: str = ""

    def concerns(self, operation: str) -> bool:
        """Return whether the customization is about an operation."""
        return not self.operations or operation in self.operations

    def holds_in(self, release: str) -> bool:
        """Return whether a release of botocore does so; a name that is not a version is the newest."""
        if _RELEASE.fullmatch(release) is None:
            return not self.until
        key = release_key(release)
        return release_key(self.since) <= key and (not self.until or key < release_key(self.until))

    def holds_in_package(self, package: str, release: str) -> bool:
        """Return whether calls behave so with the models of a release; without a package, of botocore's newest.

        Other packages than botocore have no customizations.
        """
        return package in ("", BOTOCORE) and self.holds_in(release if package else "")


_LIST_COLUMNS = ("operations", "shapes")
_COLUMNS = {*Customization._fields} - {"kind"}


def customizations(service: str, package: str, release: str) -> tuple[Customization, ...]:
    """Return the rows about a service in a release of a package, as the module explains; empty for other packages."""
    return tuple(row for row in _rows_of(service) if row.holds_in_package(package, release))


def renamed_parameters(service: str, operation: str) -> Mapping[str, Customization]:
    """Return the parameters of an operation that botocore renames, by their names in Python."""
    return {row.name: row for row in _rows_of(service) if row.kind == "renamed" and row.concerns(operation)}


def python_path(service: str, operation: str, path: str) -> str:
    """Return the path of a request as Python writes it; empty if that is the path in the model."""
    first, *rest = MemberPath.parse(path) or ("",)
    rows = parameter_rows(service, operation, "request", first)
    name = next((row.name for row in rows if row.kind == "renamed"), "")
    return str(MemberPath((name, *rest))) if name else ""


@cache
def parameters_called(name: str) -> tuple[Customization, ...]:
    """Return the rows of the parameters that have a name in Python."""
    return tuple(row for row in table() if row.kind == "renamed" and row.name == name)


def parameter_rows(service: str, operation: str, direction: str, parameter: str) -> Iterator[Customization]:
    """Yield the rows about a parameter of a request or a top-level member of a response, by its name in the model."""
    for row in _rows_of(service):
        if row.parameter == parameter and row.direction == direction and row.concerns(operation):
            yield row


@cache
def method_aliases() -> Mapping[str, Customization]:
    """Return the other names of methods, each with the row that has service and operation. No two are the same."""
    return {row.alias: row for row in table() if row.kind == "method"}


def method_row(service: str, operation: str, kind: str = "method") -> Customization | None:
    """Return the row about the method of an operation: its other name, or that there is none (`missing-method`)."""
    return next((row for row in _rows_of(service) if row.kind == kind and operation in row.operations), None)


@cache
def old_service_names() -> Mapping[str, Customization]:
    """Return the earlier names of services, each with the row that has the new one."""
    return {row.old: row for row in table() if row.kind == "renamed-service"}


@cache
def service_aliases() -> Mapping[str, str]:
    """Return the earlier names of services that botocore still accepts, each with the new one."""
    return {old: row.service for old, row in old_service_names().items() if row.handlers}


@cache
def table() -> tuple[Customization, ...]:
    """Return the whole table; raise `CustomizationError` if it is invalid."""
    return tuple(read_table(_table_text()))


def read_table(text: str) -> Iterator[Customization]:
    """Parse a table in TOML; raise `CustomizationError`, which names the row."""
    import tomllib  # only commands that need the table pay for it

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CustomizationError(f"customizations.toml: {error}") from None
    for kind, rows in content.items():
        if kind not in _KINDS or not isinstance(rows, list):
            raise CustomizationError(f"customizations.toml: no kind {kind!r} (kinds: {', '.join(_KINDS)})")
        for number, row in enumerate(rows, 1):
            try:
                yield _parse_customization(kind, row)
            except (TypeError, ValueError) as error:
                raise CustomizationError(f"customizations.toml: {kind} {number}: {error}") from None


def release_key(release: str) -> tuple[int, ...]:
    """Return the numbers of a release of botocore, to compare it with others; raise `ValueError`."""
    if _RELEASE.fullmatch(release) is None:
        raise ValueError(f"{release!r} is not a release of botocore")
    return tuple(map(int, release.split(".")))


@cache
def _table_text() -> str:
    return (get_data(__package__, "customizations.toml") or b"").decode()


def _rows_of(service: str) -> tuple[Customization, ...]:
    """Return the rows about a service. Most have none, which is seen without parsing the table."""
    return _rows_by_service().get(service, ()) if f'service = "{service}"' in _table_text() else ()


@cache
def _rows_by_service() -> Mapping[str, tuple[Customization, ...]]:
    found: dict[str, tuple[Customization, ...]] = {}
    for row in table():
        found[row.service] = (*found.get(row.service, ()), row)
    return found


def _parse_customization(kind: str, row: Mapping[str, Any]) -> Customization:
    columns = {**row, "operations": [row["operation"]]} if "operation" in row else dict(row)
    needed = {"service", "since", "handlers", *_KINDS[kind]}
    missing = sorted(needed - row.keys())
    unknown = sorted(columns.keys() - _COLUMNS - {"operation"})
    if missing or unknown:
        raise ValueError(f"unknown column {unknown[0]!r}" if unknown else f"needs {missing[0]!r}")
    columns.pop("operation", None)
    for name, value in columns.items():
        is_list = name in (*_LIST_COLUMNS, "handlers")
        if not (isinstance(value, list) and all(isinstance(each, str) for each in value) if is_list else value):
            raise ValueError(f"{name} is empty, or of the wrong type")
        if not is_list and not isinstance(value, str):
            raise TypeError(f"{name} is not a string")
    values: dict[str, Any] = {
        name: frozenset(value) if name in _LIST_COLUMNS else value for name, value in columns.items()
    }
    found = Customization(**{**values, "kind": kind, "handlers": tuple(columns["handlers"])})
    if found.direction not in _DIRECTIONS:
        raise ValueError(f"direction is {' or '.join(_DIRECTIONS)}")
    if kind in ("described", "noted") and bool(found.parameter) == bool(found.shapes):
        raise ValueError("needs either 'parameter' or 'shapes'")
    release_key(found.since)
    if found.until and release_key(found.until) <= release_key(found.since):
        raise ValueError("ends before it begins")
    return found
