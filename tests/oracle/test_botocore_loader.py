"""Models compared with those from botocore's own loader: every file that extras extend, and a sample of the others.

`DOCGEN_FULL=1` compares every model, paginator and waiter file of the installed botocore.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from botocore.loaders import Loader
from conftest import FULL

from docgen.locate import open_source
from docgen.sources.sdk_extras import REPLACED, MergedFile


def without_replaced(value: Any) -> Any:
    """Return the value without the keys that docgen adds for what extras replace."""
    if isinstance(value, dict):
        return {key: without_replaced(inner) for key, inner in value.items() if key != REPLACED}
    return [without_replaced(inner) for inner in value] if isinstance(value, list) else value


def test_models_have_the_content_that_botocore_loads() -> None:
    loader = Loader()
    compared = extended = 0
    for model in open_source("package:botocore").releases()[-1].files:
        for name, file in {"service-2.json": model.file, **model.siblings}.items():
            if not name.startswith(("service-2.json", "paginators-1.json", "waiters-2.json")):
                continue
            is_extended = isinstance(file, MergedFile)
            if not (FULL or is_extended or zlib.crc32(model.service.encode()) % 40 == 0):
                continue
            theirs = loader.load_service_model(model.service, name.removesuffix(".json"), model.api_version)
            assert without_replaced(json.loads(file.read())) == theirs, file.location
            compared, extended = compared + 1, extended + is_extended
    print(f"\n{compared:,} files equal, {extended} of them with extras")
    assert extended == 59
