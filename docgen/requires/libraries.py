"""The meaning of imported names: the AWS SDKs for Python, and their type stubs."""

from __future__ import annotations

import re
import sys

from docgen.requires.values import (
    Bound,
    Client,
    Factory,
    Foreign,
    Literal,
    PackageVersion,
    PaginatorValue,
    Resource,
    Session,
    Value,
    WaiterValue,
)

SDKS = ("boto3", "botocore", "aioboto3", "aiobotocore")

_SESSIONS = re.compile(
    r"(?:boto3|aioboto3)\.(?:session\.)?Session|boto3\.DEFAULT_SESSION|boto3\._get_default_session"
    r"|(?:botocore|aiobotocore)\.(?:session\.)?(?:get_session|Session|AioSession)"
)
_FACTORY = re.compile(r"(?:boto3|aioboto3)\.(client|resource)")
_VERSION = re.compile(r"(boto3|botocore)\.__version__(?:\.(\w+))?")
_STUBS = re.compile(
    r"(?:mypy_boto3|types_boto3|types_aiobotocore|types_aioboto3|mypy_boto3_builder)_(\w+)((?:\.\w+)*)\.(\w+)"
)
_AWS = re.compile(r"aws|boto|amazon", re.IGNORECASE)
_NEVER_AWS = frozenset(
    {*sys.stdlib_module_names, "requests", "google", "googleapiclient", "azure", "pymongo", "httpx", "redis", "docker",
     "kubernetes", "flask", "django", "fastapi", "sqlalchemy", "pytest", "numpy", "pandas", "urllib3", "builtins",
     "elasticsearch", "opensearchpy", "openai", "anthropic", "hvac", "consul", "oci", "ibm_boto3"}
)  # fmt: skip

VERSION_PARSERS = frozenset(
    {
        "parse",
        "Version",
        "LooseVersion",
        "StrictVersion",
        "parse_version",
        "tuple",
        "list",
        "map",
        "int",
        "str",
        "split",
    }
)
"""Functions that turn the text of a version into a comparable object."""


def meaning(name: str) -> Value:
    """Return the meaning of an imported name."""
    if name.partition(".")[0] in SDKS:
        return _of_sdk(name)
    return of_stub(name) or Foreign(name)


def _of_sdk(name: str) -> Value:
    if version := _VERSION.fullmatch(name):
        package = PackageVersion(version[1])
        return Bound(package, version[2]) if version[2] else package
    if factory := _FACTORY.fullmatch(name):
        return Factory(factory[1], is_sdk=True)
    if name in ("boto3.session", "boto3", "botocore.session", "aioboto3", "aiobotocore.session"):
        return Foreign(name)
    return Session() if _SESSIONS.fullmatch(name) else Foreign(name)


def of_stub(name: str) -> Value | None:
    """Return an instance of a type in the stubs, or None for other names."""
    found = _STUBS.fullmatch(name)
    if found is None:
        return None
    service, kind = found[1].rstrip("_").replace("_", "-"), found[3]
    if kind.endswith("Client"):
        return Client(service)
    if kind.endswith("ServiceResource"):
        return Resource(service)
    if kind.endswith("Paginator"):
        return PaginatorValue(service, kind.removesuffix("Paginator"), True)
    if kind.endswith("Waiter"):
        return WaiterValue(service, kind.removesuffix("Waiter"), True)
    return Literal(None) if "type_defs" in found[2] or "literals" in found[2] else None


def may_be_aws(foreign: Foreign) -> bool:
    """Return whether a library may create sessions of AWS, judging by its name."""
    return bool(_AWS.search(foreign.name))


def is_never_aws(foreign: Foreign) -> bool:
    """Return whether a library is known to have nothing to do with AWS."""
    return foreign.name.partition(".")[0] in _NEVER_AWS
