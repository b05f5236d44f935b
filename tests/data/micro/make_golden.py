"""Write ``golden.jsonl``: what botocore documents about each operation of the model in this folder.

Run ``python tests/data/micro/make_golden.py`` after an edit of ``service-2.json``, with botocore and docutils
installed, and review the difference. Each operation has one line, so a difference shows its name.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from oracle import OracleOperation, OracleRow, operations, visible_words  # noqa: E402


def golden(model: dict[str, Any]) -> str:
    """Return the golden file of a model, one JSON line per operation."""
    lines = (json.dumps(_operation(each), ensure_ascii=False) for each in operations(model, "micro"))
    return "".join(f"{line}\n" for line in lines)


def _operation(operation: OracleOperation) -> dict[str, Any]:
    return {
        "operation": operation.operation,
        "method": operation.method,
        "intro": visible_words(operation.intro, opens_block=True),
        "event_stream": operation.event_stream,
        "request_syntax": operation.request_syntax,
        "response_syntax": operation.response_syntax,
        "parameters": [_row(row, opens_block=row.depth == 0 and not row.required) for row in operation.parameters],
        "response": [_row(row) for row in operation.response],
    }


def _row(row: OracleRow, *, opens_block: bool = False) -> dict[str, Any]:
    return {
        "path": row.path,
        "name": row.name,
        "type": row.type,
        "required": row.required,
        "depth": row.depth,
        "documentation": visible_words(row.documentation, opens_block=opens_block),
    }


if __name__ == "__main__":
    model = json.loads((HERE / "service-2.json").read_text(encoding="utf-8"))
    (HERE / "golden.jsonl").write_text(golden(model), encoding="utf-8")
