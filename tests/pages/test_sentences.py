"""The short texts about a page: the first sentence of documentation is prose, not the label of an admonition."""

from __future__ import annotations

import json
import os
from pathlib import Path

import botocore
import pytest

from docgen.pages.sentences import first_sentence

DATA = Path(botocore.__file__).parent / "data"
FULL = os.environ.get("DOCGEN_FULL") == "1"
SERVICES = sorted(path.name for path in DATA.iterdir() if path.is_dir()) if FULL else ["amplifyuibuilder", "s3control"]


@pytest.mark.parametrize(
    ("documentation", "sentence"),
    [
        ("<p>Copies a thing. Twice.</p>", "Copies a thing."),
        ("<note><p>Only for some.</p></note><p>Copies a thing. Twice.</p>", "Copies a thing."),
        ("<important><p>Not here.</p></important> <note><p>Nor here.</p></note> <p>Copies.</p>", "Copies."),
        ("<note><p>There is nothing else. Really.</p></note>", "There is nothing else."),
        ("<important><p> </p><p>Careful.</p></important>", "Careful."),
        ("<ul><li><p>An item.</p></li></ul>", "• An item."),
        ("<p> </p><p>Copies.</p>", "Copies."),
        ("Copies.", "Copies."),
        ("", ""),
    ],
)
def test_the_first_sentence_is_one_of_prose(documentation: str, sentence: str) -> None:
    assert first_sentence(documentation) == sentence


@pytest.mark.parametrize("service", SERVICES)
def test_no_operation_is_summed_up_by_the_label_of_a_box(service: str) -> None:
    import gzip

    for path in DATA.glob(f"{service}/*/service-2.json.gz"):
        for name, operation in json.loads(gzip.decompress(path.read_bytes()))["operations"].items():
            sentence = first_sentence(operation.get("documentation", ""))
            assert sentence not in ("Note", "Warning", "Danger"), name
