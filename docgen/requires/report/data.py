"""For programs: JSON that obeys `docgen/schema/requires.schema.json`."""

from __future__ import annotations

import json
from typing import Any

from docgen.printable import json_text
from docgen.requires.declared import Declaration
from docgen.requires.report.wording import newest
from docgen.requires.result import Result
from docgen.requires.uses import Unresolved, Use


def document(result: Result) -> str:
    """Return the result as JSON."""
    return json_text(json.dumps(data(result), ensure_ascii=False, indent=2)) + "\n"


def data(result: Result) -> dict[str, Any]:
    """Return the result as plain values."""
    requirement = result.requirement
    floor = requirement.floor
    return {
        "botocore": floor.name if floor else None,
        "boto3": floor.boto3 or None if floor else None,
        "facts": newest(result),
        "forced_by": [_use_data(result, use) for use in requirement.forced_by],
        "conflict": [_use_data(result, use) for use in requirement.conflict or ()],
        "uses": [_use_data(result, use) for use in requirement.uses],
        "declared": [_declaration_data(result, each) for each in result.declared],
        "unresolved": [_unresolved_data(each) for each in requirement.unresolved],
        "warnings": list(requirement.warnings),
    }


def _use_data(result: Result, use: Use) -> dict[str, Any]:
    since = result.since(use)
    return {
        "file": use.file,
        "line": use.line,
        "column": use.column,
        "cell": use.cell or None,
        "service": use.service,
        "operation": use.operation,
        "path": use.path,
        "value": use.value or None,
        "kind": use.kind,
        "written": use.written or None,
        "since": since.name if since else None,
        "since_date": since.date or None if since else None,
        "until": result.facts.release(use.until).name if use.until else None,
        "certain": use.certain,
        "guarded": use.guarded,
    }


def _declaration_data(result: Result, declaration: Declaration) -> dict[str, Any]:
    version = result.needed[declaration]
    return {
        "file": declaration.file,
        "line": declaration.line,
        "package": declaration.package,
        "declared": declaration.text,
        "lowest": declaration.lowest or None,
        "locked": declaration.locked,
        "too_low": result.is_too_low(declaration),
        "needed": f"{declaration.package}>={version}" if version else None,
    }


def _unresolved_data(unresolved: Unresolved) -> dict[str, Any]:
    return {
        "file": unresolved.file,
        "line": unresolved.line,
        "column": unresolved.column,
        "cell": unresolved.cell or None,
        "method": unresolved.method,
        "services": list(unresolved.services),
    }
