"""Models of the SDK for Go with their documentation added, compared with those of botocore of the same day.

Set `DOCGEN_GO_SDK` and `DOCGEN_HISTORY_REPO` to clones of both repositories to run it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import pytest

from docgen.locate import open_source
from docgen.sources.sdk_extras import MergedFile

GO, BOTOCORE = os.environ.get("DOCGEN_GO_SDK", ""), os.environ.get("DOCGEN_HISTORY_REPO", "")
RELEASED_ON_ONE_DAY = ("v1.55.5", "1.34.151")


def contents(spec: str) -> Mapping[tuple[str, str], Any]:
    """Return decoded models by uid and API version, without the extras that only botocore merges."""
    [release] = open_source(f"git:{spec}").releases()
    files = (file.file.base if isinstance(file.file, MergedFile) else file.file for file in release.files)
    models = [json.loads(file.read()) for file in files]
    return {(model["metadata"].get("uid", ""), model["metadata"].get("apiVersion", "")): model for model in models}


@pytest.mark.skipif(not (GO and BOTOCORE), reason="needs clones of two SDKs")
def test_models_with_their_documentation_equal_those_of_botocore() -> None:
    go, botocore = (contents(f"{at}@{tag}") for at, tag in zip((GO, BOTOCORE), RELEASED_ON_ONE_DAY, strict=True))
    common = [key for key in go if key[0] and key in botocore]
    equal = [key for key in common if go[key] == botocore[key]]
    assert (len(common), len(equal)) == (380, 342)
