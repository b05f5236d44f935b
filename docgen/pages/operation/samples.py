"""Code to paste: a call with what is required, a loop over pages, a waiter, and the errors of an operation.

All of it is made from the model, so that it is right for every operation. Values are the placeholders of the documented
syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docgen.model.names import client_call, keyword_argument
from docgen.model.operation_walk import RECURSIVE_PLACEHOLDER
from docgen.model.rows import BRACKETS, Row
from docgen.pages.operation.extras import Paginator, Waiter

MAX_SAMPLE_ERRORS = 4
"""Most errors in the sample; the list below it has all."""

MAX_SAMPLE_ROWS = 60
"""Most lines of arguments in a sample; more are left to the reader."""

_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


def required_arguments(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the required arguments of a call, a line each, indented for a call that spans lines."""
    lines = tuple(_required_lines(rows))
    return lines if len(lines) <= MAX_SAMPLE_ROWS else ("    ...,",)


def call(callee: str, arguments: Sequence[str], indent: str = "") -> str:
    """Return a call; short arguments are on one line."""
    if len(arguments) == 1 and len(arguments[0]) < 50:
        return f"{callee}({arguments[0].strip().rstrip(',')})"
    if not arguments:
        return f"{callee}()"
    return "\n".join([f"{callee}(", *(indent + line for line in arguments), f"{indent})"])


def page_loop(paginator: Paginator, arguments: Sequence[str]) -> str:
    """Return a loop over all results of a paginator."""
    paginate = call("paginator.paginate", arguments)
    lines = [f"paginator = {paginator.code}"]
    key = paginator.result_key
    if _PLAIN_KEY.fullmatch(key):
        lines += [f"for page in {paginate}:", f"    for item in page.get({key!r}, []):", "        print(item)"]
    elif key:
        lines += [f"for item in {paginate}.search({key!r}):", "    print(item)"]
    else:
        lines += [f"for page in {paginate}:", "    print(page)"]
    return "\n".join(lines)


def wait_call(waiter: Waiter, arguments: Sequence[str]) -> str:
    """Return code that waits."""
    return f"waiter = {waiter.code}\n" + call("waiter.wait", arguments)


def error_handling(method: str, errors: Sequence[str], arguments: Sequence[str]) -> str:
    """Return a call that catches the errors of an operation; empty if no error has a name in Python."""
    names = [name for name in errors if _IDENTIFIER.fullmatch(name)][:MAX_SAMPLE_ERRORS]
    if not names:
        return ""
    lines = ["try:", "    " + call(f"response = {client_call(method)}", arguments, "    ")]
    for name in names:
        lines += [f"except client.exceptions.{name} as error:", "    print(error.response['Error']['Message'])"]
    return "\n".join(lines)


def lacks_required_rows(rows: Sequence[Row]) -> bool:
    """Tell whether `required_arguments` needs rows that are left out because an earlier row has the same ones."""
    return any(row.omits_children for row in _required_rows(rows))


def _required_rows(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the required rows.

    Of a structure these are its required members, of a union its first member, of a list one item, of a map one entry.
    """
    skipped = -1  # depth of a row that is left out, with all below it
    first_member = -1  # depth of the member of a union that is due
    for row in rows:
        if 0 <= skipped < row.depth:
            continue
        skipped = -1
        is_due, first_member = row.depth == first_member, -1
        if row.name is not None and not row.required and not is_due:
            skipped = row.depth
            continue
        if row.placeholder in BRACKETS and not row.recursive and row.details is not None and row.details.is_union:
            first_member = row.depth + 1
        yield row


def _required_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of required rows."""
    closing: list[tuple[int, str]] = []  # depth of an open row, and the line that ends it
    for row in _required_rows(rows):
        while closing and closing[-1][0] >= row.depth:
            yield closing.pop()[1]
        if row.name is None and row.path.endswith("{key}"):
            continue
        indent = "    " * (len(closing) + 1)
        key, after = _key_of(row)
        end = BRACKETS.get(row.placeholder)
        if end is None or row.recursive:
            yield f"{indent}{key}{_one_value(row)}{after},"
        else:
            yield f"{indent}{key}{row.placeholder}"
            closing.append((row.depth, f"{indent}{end}{after},"))
    while closing:
        yield closing.pop()[1]


def _key_of(row: Row) -> tuple[str, str]:
    """Return the code before and after the value of a row."""
    if row.name is not None:
        return keyword_argument(row.name) if row.depth == 0 else (f"{row.name!r}: ", "")
    return ("'string': " if row.path.endswith("{value}") else ""), ""


def _one_value(row: Row) -> str:
    """Return one of the values that a placeholder offers."""
    if row.placeholder == RECURSIVE_PLACEHOLDER or row.placeholder.startswith("{...}"):
        return "[]" if row.type == "list" else "{}"
    if row.details is not None and row.details.values:
        return repr(row.details.values[0])
    return row.placeholder.partition("|")[0].partition(" or ")[0]
