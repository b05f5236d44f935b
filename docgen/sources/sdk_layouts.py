"""The layouts of other AWS SDKs than botocore: `api-2.json` with `docs-2.json`, and `*.normal.json`.

The SDKs for Go, Ruby and PHP keep the documentation of `api-2.json` in a separate file. The SDK for JavaScript (version
2) and that for C++ keep all files in one folder and name each after its service and API version. Both are read as a
`service-2.json` with sibling files, as in botocore.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.errors import ModelError, SourceError
from docgen.model.minified import MINIFIED
from docgen.model.strict_json import MAX_SIBLING_NESTING, json_pointer, json_type_name, load_json
from docgen.sources.release import MODEL_FILENAME, File, git_blob_id

API_FILENAME = "api-2.json"
"""A model without documentation, in the SDKs for Go, Ruby and PHP."""

DOCS_FILENAME = "docs-2.json"
"""The documentation of an `api-2.json` in the same folder."""

_FLAT_NAME = re.compile(
    r"(?P<service>.+)-(?P<version>[0-9]{4}-[0-9]{2}-[0-9]{2})\."
    r"(?P<what>normal|min|paginators|waiters2|examples)\.json(?:\.gz)?"
)
_CANONICAL_NAMES = {
    "normal": MODEL_FILENAME,
    "paginators": "paginators-1.json",
    "waiters2": "waiters-2.json",
    "examples": "examples-1.json",
}


@dataclass(frozen=True, slots=True)
class DocumentedFile(File):
    """An `api-2.json` with the documentation of a `docs-2.json`."""

    api: File
    docs: File

    @property
    def location(self) -> str:
        """The location of the `api-2.json`, for messages."""
        return self.api.location

    def read(self) -> bytes:
        """Return the JSON bytes of both; raise `SourceError`, or `ModelError` if the documentation is malformed.

        If the model is not a JSON object, it is returned as it is, and its parser reports the problem.
        """
        data = self.api.read()
        docs = load_json(self.docs.read(), self.docs.location, MAX_SIBLING_NESTING)
        for pointer, message in docs_problems(docs):
            raise ModelError(f"{self.docs.location}: {pointer}: {message}")
        try:
            model = json.loads(data)
        except (ValueError, RecursionError):
            return data
        if not isinstance(model, dict):
            return data
        _add_documentation(model, docs)
        return json.dumps(model, ensure_ascii=False, separators=(",", ":")).encode()

    def digest(self) -> str:
        """Return a digest of both contents, which is the same in every source; raise `SourceError`."""
        return git_blob_id(f"{self.api.digest()} {self.docs.digest()}".encode())


def merge_docs_file(files: dict[str, File]) -> None:
    """Replace an `api-2.json` in the folder of a model, and its `docs-2.json`, by one `service-2.json`.

    An existing `service-2.json` is kept.
    """
    api, docs = files.pop(API_FILENAME, None), files.pop(DOCS_FILENAME, None)
    if api is not None:
        files.setdefault(MODEL_FILENAME, api if docs is None else DocumentedFile(api, docs))


def is_normal_file(name: str) -> bool:
    """Return whether a file is a model of the SDK for JavaScript or C++, by its name."""
    match = _FLAT_NAME.fullmatch(name)
    return match is not None and match["what"] == "normal"


def flat_service(name: str) -> str:
    """Return the service that the name of such a file begins with; empty if it is no such file."""
    match = _FLAT_NAME.fullmatch(name)
    return "" if match is None else match["service"]


def is_flat_name(name: str) -> bool:
    """Return whether a file is named after a service, an API version and its kind, as in the SDK for JavaScript."""
    return _FLAT_NAME.fullmatch(name) is not None


def iter_flat_files(files: Mapping[str, File]) -> Iterator[tuple[str, str, str, File]]:
    """Yield service, API version, canonical name and file of the files that `is_flat_name` accepts.

    Raises:
        SourceError: There are only minified models, which lack the names of shapes and many other facts.
    """
    matches = [(match, file) for name, file in files.items() if (match := _FLAT_NAME.fullmatch(name))]
    kinds = {match["what"] for match, _ in matches}
    if "min" in kinds and "normal" not in kinds:
        location = next(file.location for match, file in matches if match["what"] == "min")
        raise SourceError(f"{location}: {MINIFIED}")
    for match, file in matches:
        if name := _CANONICAL_NAMES.get(match["what"]):
            yield match["service"], match["version"], name, file


def docs_problems(docs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield pointers to values in a `docs-2.json` with another type than in SDKs, each with its problem.

    SDKs have null if there is no text.
    """
    yield from _type_problems(docs.get("service"), str, "service")
    for key in ("operations", "shapes"):
        yield from _type_problems(docs.get(key), dict, key)
    for name, text in _objects(docs, "operations").items():
        yield from _type_problems(text, str, "operations", name)
    for name, texts in _objects(docs, "shapes").items():
        yield from _type_problems(texts, dict, "shapes", name)
        if not isinstance(texts, dict):
            continue
        yield from _type_problems(texts.get("base"), str, "shapes", name, "base")
        yield from _type_problems(texts.get("refs"), dict, "shapes", name, "refs")
        for reference, text in _objects(texts, "refs").items():
            yield from _type_problems(text, str, "shapes", name, "refs", reference)


def _type_problems(value: Any, type_: type[str] | type[dict[str, Any]], *keys: str) -> Iterator[tuple[str, str]]:
    if value is not None and not isinstance(value, type_):
        expected = json_type_name(type_())
        yield json_pointer(*keys), f"expected {expected}, found {json_type_name(value)}"


def _add_documentation(model: dict[str, Any], docs: Mapping[str, Any]) -> None:
    """Put each text where botocore's models have it. Texts for missing elements are left out."""
    _set_documentation(model, docs.get("service"))
    operations, shapes = _objects(model, "operations"), _objects(model, "shapes")
    for name, text in _objects(docs, "operations").items():
        _set_documentation(operations.get(name), text)
    for name, texts in _objects(docs, "shapes").items():
        if texts is None:
            continue
        _set_documentation(shapes.get(name), texts.get("base"))
        for reference, text in _objects(texts, "refs").items():
            shape_name, _, member_name = reference.partition("$")
            shape = shapes.get(shape_name)
            if isinstance(shape, dict):
                _set_documentation(_objects(shape, "members").get(member_name, shape.get(member_name)), text)


def _set_documentation(element: Any, text: Any) -> None:
    if isinstance(element, dict) and isinstance(text, str) and text:
        element.setdefault("documentation", text)


def _objects(parent: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}
