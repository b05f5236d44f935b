"""The releases in which the names work that botocore gives parameters and methods in code.

The elements of a history have the names of their models. `docgen.model.customizations` is the table of the others.
"""

from __future__ import annotations

from docgen.history.history import History
from docgen.history.release_sets import ReleaseSet, union
from docgen.model.customizations import Customization, method_row
from docgen.model.names import method_name

CLIENT_ATTRIBUTES = frozenset(
    ("can_paginate", "exceptions", "generate_presigned_url", "get_paginator", "get_waiter", "meta")
)
"""What every client has without an operation (botocore/client.py)."""

TRANSFER_METHODS = frozenset(("copy", "download_file", "download_fileobj", "upload_file", "upload_fileobj"))
"""What boto3 adds to its clients of s3 (boto3/s3/inject.py)."""


def releases_with(history: History, row: Customization) -> ReleaseSet:
    """Return the releases in which botocore does what a row says."""
    return union(
        (release.number, release.number + 1)
        for release in history.releases
        if row.holds_in_package(release.package, release.name)
    )


def method_names(service: str, operation: str) -> tuple[str, ...]:
    """Return the names of a method, the earlier one last."""
    row = method_row(service, operation)
    return (method_name(operation), row.alias) if row else (method_name(operation),)


def method_name_row(service: str, operation: str, written: str) -> Customization | None:
    """Return the row of a method whose name is newer than its operation; None if it is written otherwise."""
    is_method = written == method_name(operation) != operation
    return method_row(service, operation) if is_method else None
