"""Merges `*.sdk-extras.json` files into the files that they extend, as botocore's loader does.

botocore ships `service-2.sdk-extras.json` and `paginators-1.sdk-extras.json` with some models. Its loader merges their
`merge` object into the file without `.sdk-extras` in its name, so SDK users only see the merged result. docgen does the
same: `ModelFile.file` and `ModelFile.siblings` are merged, and nothing else needs to know about extras.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docgen.model.strict_json import MAX_SIBLING_NESTING, load_json
from docgen.sources.release import MODEL_FILENAME, File, ModelFile, git_blob_id
from docgen.sources.sdk_layouts import DocumentedFile

EXTRAS_SUFFIX = ".sdk-extras.json"
"""The end of the name of a file that is merged into another one."""

REPLACED = "replacedBySdkExtras"
"""The key under which an element of a merged model keeps the values that extras replace.

A model file can change a value that SDKs never see. This key preserves the value, so that a comparison reports the
change with a rule of its own, instead of nothing or a break.
"""


_DIGITS = bytes(ord("0") if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
_INEXACT_NUMBER = b"0" * 19
"""What may be an integer beyond 64 bits, which orjson rounds, if all digits are 0. In a text it only costs time."""


@dataclass(frozen=True, slots=True)
class MergedFile(File):
    """A JSON file with its extras merged into it."""

    base: File
    extras: File
    is_model: bool

    @property
    def location(self) -> str:
        """The location of the file without its extras, for messages."""
        return self.base.location

    def read(self) -> bytes:
        """Return the merged JSON bytes; raise `SourceError`, or `ModelError` if the extras are not JSON.

        If the base is not a JSON object, it is returned as it is, and its parser reports the problem.
        """
        data = self.base.read()
        additions = _merge_object(load_json(self.extras.read(), self.extras.location, MAX_SIBLING_NESTING))
        quick = self._merge_quickly(data, additions)
        if quick is not None:
            return quick
        try:
            value = json.loads(data)
            if isinstance(value, dict):
                merged = _merged(value, additions, keep_replaced=self.is_model)
                return json.dumps(merged, ensure_ascii=False, separators=(",", ":")).encode()
        except (ValueError, RecursionError):
            pass
        return data

    def _merge_quickly(self, data: bytes, additions: Mapping[str, Any]) -> bytes | None:
        """Return the merged bytes as orjson makes them, in a fifth of the time; None where Python's json may differ.

        Only how floating-point numbers are written can differ, not their values.
        """
        import orjson  # takes longer to import than a short command to run

        if _INEXACT_NUMBER in data.translate(_DIGITS):  # a regular expression would take longer than decoding
            return None
        try:
            value = orjson.loads(data)
            if isinstance(value, dict):
                return orjson.dumps(_merged(value, additions, keep_replaced=self.is_model))
        except (TypeError, ValueError):  # not UTF-8, nested deeply, or numbers such as NaN
            pass
        return None

    def digest(self) -> str:
        """Return a digest of both contents, which is the same in every source; raise `SourceError`."""
        return git_blob_id(f"{self.base.digest()} {self.extras.digest()}".encode())


def merge_extras(files: Mapping[str, File]) -> dict[str, File]:
    """Return the files of a model's folder, each merged with its extras. The extras stay in the result."""
    merged = dict(files)
    for name, extras in files.items():
        base = name.removesuffix(EXTRAS_SUFFIX) + ".json"
        if name.endswith(EXTRAS_SUFFIX) and base in files:
            merged[base] = MergedFile(files[base], extras, base == MODEL_FILENAME)
    return merged


def base_file(file: File) -> File:
    """Return the file that `file` is read from, without its extras and its documentation."""
    if isinstance(file, MergedFile):
        return base_file(file.base)
    return file.api if isinstance(file, DocumentedFile) else file


class ExtrasPointers:
    """Finds the file that a JSON pointer into a merged model or sibling file leads to."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._contents = {
            name: (_merge_object(json.loads(file.extras.read())), json.loads(file.base.read()))
            for name, file in files.items()
            if isinstance(file, MergedFile)
        }

    @classmethod
    def of(cls, model: ModelFile | None) -> ExtrasPointers:
        """Return the pointers of a model and its sibling files; for None, pointers without extras."""
        return cls({} if model is None else {MODEL_FILENAME: model.file, **model.siblings})

    def __bool__(self) -> bool:
        """Return whether the model or a sibling file has extras."""
        return bool(self._contents)

    def translate(self, pointer: str | None) -> str | None:
        """Return the pointer into the file that contains the value, such as `service-2.sdk-extras.json#/merge/…`."""
        if pointer is None:
            return None
        is_sibling = "#" in pointer and not pointer.startswith("/")
        name, inside = pointer.split("#", 1) if is_sibling else (MODEL_FILENAME, pointer)
        if name not in self._contents:
            return pointer
        additions, base = self._contents[name]
        head, is_replaced, tail = inside.partition(f"/{REPLACED}")
        if is_replaced:
            return f"{name}#{head}{tail}" if is_sibling else head + tail
        keys = [key.replace("~1", "/").replace("~0", "~") for key in inside.split("/")[1:]]
        added = _value_at(additions, keys)
        if added is None or (isinstance(added, dict) and isinstance(_value_at(base, keys), dict)):
            return pointer
        return f"{name.removesuffix('.json')}{EXTRAS_SUFFIX}#/merge{inside}"


def _merge_object(extras: Any) -> dict[str, Any]:
    found = extras.get("merge") if isinstance(extras, dict) else None
    return found if isinstance(found, dict) else {}


def _merged(base: dict[str, Any], additions: Mapping[str, Any], *, keep_replaced: bool) -> dict[str, Any]:
    """Merge objects deeply; any other value replaces that of the base (`botocore.utils.deep_merge`)."""
    for key, value in additions.items():
        known = base.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            _merged(known, value, keep_replaced=keep_replaced)
            continue
        if keep_replaced and key in base and not isinstance(known, dict) and key != "documentation":
            base[REPLACED] = {**base.get(REPLACED, {}), key: known}
        base[key] = value
    return base


def _value_at(value: Any, keys: list[str]) -> Any:
    """Return the value at the keys, or None."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
