"""Method names compared with botocore's own function, over every available operation name."""

from __future__ import annotations

import botocore
import pytest
from botocore import xform_name
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.names import find_operation, method_name


def test_every_name_in_botocores_table_of_exceptions_is_converted_as_there() -> None:
    table = {name: method for (name, separator), method in botocore._xform_cache.items() if separator == "_"}
    assert len(table) > 50
    assert {name: method_name(name) for name in table} == table


def test_every_operation_of_the_installed_botocore_has_botocores_method_name() -> None:
    loader = Session().get_component("data_loader")
    names = {
        name
        for service in loader.list_available_services("service-2")
        for name in loader.load_service_model(service, "service-2")["operations"]
    }
    assert len(names) > 15_000
    assert [name for name in names if method_name(name) != xform_name(name)] == []


@given(st.from_regex(r"\A[A-Za-z][A-Za-z0-9_]{0,30}\Z"))
def test_any_name_is_converted_as_botocore_does(name: str) -> None:
    assert method_name(name) == xform_name(name)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CreateFleet", "CreateFleet"),
        ("create_fleet", "CreateFleet"),
        ("createfleet", "CreateFleet"),
        ("CREATE_FLEET", "CreateFleet"),
        ("listwebacls", "ListWebACLs"),
        ("list_web_acls", "ListWebACLs"),
        ("ping", "ping"),
        ("Ping", "Ping"),
        ("fleet", None),
        ("", None),
    ],
)
def test_operations_are_found_by_either_spelling(typed: str, meant: str | None) -> None:
    assert find_operation(typed, ["Ping", "ping", "CreateFleet", "ListWebACLs"]) == meant
