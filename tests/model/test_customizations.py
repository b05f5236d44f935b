"""The table of what botocore does in code: its rows are valid, true, and apply to the right operations."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import botocore.handlers
import pytest
from handler_spans import handler_spans, handlers_in

from docgen.model.customizations import (
    Customization,
    CustomizationError,
    customizations,
    read_table,
    release_key,
    table,
)
from docgen.model.parse import parse
from docgen.model.python_view import python_view
from docgen.model.service import Service
from docgen.model.syntax import operation_syntax

CLONE = os.environ.get("DOCGEN_BOTOCORE", "")
"""A clone of botocore's repository, to check the releases from which rows hold."""

MODEL = b"""{
  "metadata": {"protocol": "json"},
  "operations": {"CreateExportTask": {"name": "CreateExportTask", "input": {"shape": "Request"}}},
  "shapes": {
    "Request": {
      "type": "structure", "required": ["from"], "members": {"from": {"shape": "Long"}, "to": {"shape": "Long"}}
    },
    "Long": {"type": "long"}
  }
}"""

ROW = 'service = "s"\nsince = "1.2.3"\nhandlers = ["a b"]\n'


def request(service: Service) -> str:
    return operation_syntax(service, service.operations["CreateExportTask"]).request_syntax


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[renamed]]\n" + ROW + 'parameter = "a"', "renamed 1: needs 'name'"),
        ("[[renamed]]\n" + ROW + 'parameter = "a"\nname = "b"\nnme = "c"', "renamed 1: unknown column 'nme'"),
        ("[[noted]]\n" + ROW + 'note = "n"', "noted 1: needs either 'parameter' or 'shapes'"),
        ("[[noted]]\n" + ROW + 'note = ""\nparameter = "a"', "noted 1: note is empty"),
        ("[[noted]]\n" + ROW + 'note = "n"\nparameter = "a"\noperations = "X"', "operations is empty, or of the wrong"),
        ("[[noted]]\n" + ROW + 'note = "n"\nparameter = "a"\ndirection = "both"', "direction is request or response"),
        ("[[noted]]\n" + ROW.replace("1.2.3", "1.2") + 'note = "n"\nparameter = "a"', "'1.2' is not a release of"),
        ("[[noted]]\n" + ROW + 'until = "1.2.3"\nnote = "n"\nparameter = "a"', "ends before it begins"),
        ("[[other]]\n" + ROW, "no kind 'other'"),
        ("[[", "customizations.toml: "),
    ],
)
def test_an_invalid_row_is_named(text: str, problem: str) -> None:
    with pytest.raises(CustomizationError) as caught:
        tuple(read_table(text))
    assert problem in str(caught.value)


def test_rows_hold_from_a_release_on_and_until_another() -> None:
    row = Customization("missing-method", "s", "1.10.69", (), "1.12.87")
    assert [row.holds_in(each) for each in ("1.9.70", "1.10.68", "1.10.69", "1.12.86", "1.12.87")] == [
        *(False, False, True, True, False)
    ]
    assert not row.holds_in("my-folder")
    assert row._replace(until="").holds_in("my-folder")


def test_only_models_of_botocore_and_of_no_package_are_customized() -> None:
    model = parse(MODEL, "logs")
    assert "fromTime=123" in request(python_view(model, "logs", "botocore", "1.4.7"))
    assert "fromTime=123" in request(python_view(model, "logs", "", "any-folder"))
    for package, release in (("botocore", "1.4.6"), ("ibm-cos-sdk-core", "2.0.0"), ("aws-cli", "2.15.0")):
        assert python_view(model, "logs", package, release) is model
    assert python_view(model, "other", "botocore", "1.44.5") is model
    smithy = replace(model, traits={"smithy": True})
    assert python_view(smithy, "logs", "", "any-folder") is smithy


def test_a_name_that_is_a_keyword_of_python_is_written_as_python_can_read_it() -> None:
    model = parse(MODEL, "logs")
    assert request(model) == "client.create_export_task(\n    **{'from': 123},\n    to=123\n)"
    data = MODEL.replace(b'"CreateExportTask"', b'"Import"').replace(b'"from"', b'"a-b"')
    service = parse(data, "x")
    syntax = operation_syntax(service, service.operations["Import"])
    assert syntax.request_syntax == "getattr(client, 'import')(\n    **{'a-b': 123},\n    to=123\n)"
    compile(syntax.request_syntax, "x", "eval")


def test_a_shared_request_is_customized_for_one_operation_only() -> None:
    data = MODEL.replace(
        b'"operations": {', b'"operations": {"Other": {"name": "Other", "input": {"shape": "Request"}},'
    )
    shown = python_view(parse(data, "logs"), "logs", "botocore", "1.44.5")
    assert "**{'from': 123}" in operation_syntax(shown, shown.operations["Other"]).request_syntax
    assert "fromTime=123" in request(shown)


def test_rows_keep_the_name_of_the_model_and_say_both() -> None:
    shown = python_view(parse(MODEL, "logs"), "logs", "botocore", "1.44.5")
    row = operation_syntax(shown, shown.operations["CreateExportTask"]).parameters[0]
    assert (row.name, row.path, row.model_name, row.required) == ("fromTime", "fromTime", "from", True)
    assert "boto3 calls this <code>fromTime</code>; the model and the wire say <code>from</code>" in row.documentation


def test_every_handler_that_botocore_documents_is_in_the_table() -> None:
    rows = [handler for row in table() for handler in row.handlers]
    events = {handler.split(" ")[0] for handler in rows}
    source = Path(botocore.handlers.__file__).read_text(encoding="utf-8")
    for handler in handlers_in(source):
        event, _, function = handler.partition(" ")
        if event == "alias" or event.startswith("getattr.") or (function.startswith("remove_") and "class" in event):
            assert handler in rows
        elif event.startswith("docs."):
            service, operation = event.split(".")[2:4]
            has_row = event in events or any(
                row.service == service and (operation == "*" or row.concerns(operation)) for row in table()
            )
            assert has_row, handler


def test_the_installed_botocore_has_the_handlers_of_rows_that_hold() -> None:
    present = handlers_in(Path(botocore.handlers.__file__).read_text(encoding="utf-8"))
    for row in table():
        if row in customizations(row.service, "botocore", botocore.__version__) and row.handlers:
            assert any(each.startswith(handler) for handler in row.handlers for each in present), row


@pytest.mark.parametrize("version", ["1.12.83", "1.44.5"])
def test_wheels_have_the_handlers_of_rows_that_hold(version: str, botocore_wheel: Callable[[str], Path]) -> None:
    import zipfile

    with zipfile.ZipFile(botocore_wheel(version)) as archive:
        present = handlers_in(archive.read("botocore/handlers.py").decode())
    for row in table():
        if row.handlers:
            has_one = any(each.startswith(handler) for handler in row.handlers for each in present)
            assert has_one == row.holds_in(version), row


@pytest.mark.skipif(not CLONE, reason="needs DOCGEN_BOTOCORE, a clone of botocore's repository")
def test_rows_begin_and_end_with_their_handlers() -> None:
    spans, releases = handler_spans(Path(CLONE))
    newest = release_key(releases[-1])
    compared = 0
    for row in table():
        if not row.handlers or release_key(row.since) > newest:
            continue
        found = sorted(
            (release_key(since), release_key(until) if until else (10**9,))
            for handler, times in spans.items()
            if any(handler.startswith(each) for each in row.handlers)
            for since, until in times
        )
        assert found, row
        since, end = found[0]
        for start, until in found:
            assert start <= end, row  # without a gap
            end = max(end, until)
        assert since == release_key(row.since), row
        assert end == (release_key(row.until) if row.until else (10**9,)), row
        compared += 1
    assert compared > 40
