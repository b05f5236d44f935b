"""Recognizes model files by their names and folders: the layouts of AWS SDKs and of Smithy models.

| layout                                               | read as                                      |
|------------------------------------------------------|----------------------------------------------|
| `<service>/<API version>/service-2.json`             | botocore's model with its sibling files       |
| `<service>/<API version>/api-2.json`                 | the same without documentation, which is in `docs-2.json` |
| `<service>-<API version>.normal.json` in one folder  | the same, as in the SDK for JavaScript (version 2) |
| `<service>/<API version>/model.json`                 | a Smithy model, unless a `service-2.json` is there |
| `<id>/service/<API version>/<id>-<API version>.json` | a Smithy model, as in aws/api-models-aws     |
| `*.json` in one folder, without any of the above     | every service of every Smithy model there     |

A `service-2.json` takes precedence over a Smithy model of the same service and version, because Smithy models lack
botocore's names on the wire, its signing and the limits of its waiters. `sdk_extras` merges sibling files that extend
others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from docgen.errors import SourceError
from docgen.model.smithy import service_name
from docgen.sources.names import is_valid_name
from docgen.sources.release import MODEL_FILENAME, File, ModelFile
from docgen.sources.sdk_extras import merge_extras
from docgen.sources.sdk_layouts import API_FILENAME, is_flat_name, is_normal_file, iter_flat_files, merge_docs_file
from docgen.sources.smithy_files import find_services, smithy_model, smithy_models

SMITHY_FILENAME = "model.json"
"""The name of a Smithy model in a folder that would otherwise have a `service-2.json`."""

DATA_FOLDERS = ("data", "apis")
"""Folders in which SDKs keep their models: botocore and the SDK for PHP, and those for Go, Ruby and JavaScript."""

FLAT_FOLDERS = ("aws-models", "models", "smithy", "apis", "api-descriptions")
"""Folders in archives and repositories that may contain models side by side."""

VERSIONS_FOLDER = "service"
"""The folder between a service and its versions in the layout of aws/api-models-aws."""

_VERSIONED = "<id>-<version>.json"
"""Stands for a model in that layout, whose real name includes the id and the version. No file can have this name."""

_EARLIER = re.compile(r"(?P<api_version>[0-9]{4}-[0-9]{2}-[0-9]{2})\.(?P<what>api|normal|paginators|waiters)\.json")
_WAITERS_2 = re.compile(rb'"version"\s*:\s*2')

MODEL_FILENAMES = tuple(
    name + packed for name in (MODEL_FILENAME, API_FILENAME, SMITHY_FILENAME) for packed in ("", ".gz")
)
"""The names of models in folders that name the service and the version."""

LayoutEntry = tuple[str, str, str, File]
"""A file with its folders and its name: service, API version, name, file."""


def collect_model_files(found: Iterable[LayoutEntry], flat: Mapping[str, File] | None = None) -> tuple[ModelFile, ...]:
    """Return the models among files in folders, in any order, sorted; without any, the models among the `flat` files.

    Folders without a model and files with invalid names are left out. Files in botocore's layout before 0.107.0 are
    mapped to the current layout (`_to_current_layout`). Raise `SourceError` if a service or an API version has an
    invalid name, or if a file occurs twice, for example compressed and uncompressed.
    """
    folders: dict[tuple[str, str], dict[str, File]] = {}
    for earlier in found:
        if not is_valid_name(earlier[2]):
            continue
        service, api_version, name, file = _to_current_layout(*earlier)
        files = folders.setdefault((service, api_version), {})
        if name in files:
            raise SourceError(f"{file.location}: duplicate of {files[name].location} (keep one)")
        files[name] = file
    models = {key: model for key, files in folders.items() if (model := _build_model_file(*key, files)) is not None}
    models = models or _of_flat_folder(flat or {})
    return tuple(models[key] for key in sorted(models))


def is_model_file(service: str, api_version: str, name: str) -> bool:
    """Return whether a file, compressed or not, is a model in any layout, by its name and those of its folders."""
    name = name.removesuffix(".gz")
    match = _EARLIER.fullmatch(name)
    is_earlier = match is not None and match["what"] in ("api", "normal")
    if is_earlier or is_normal_file(name):
        return True
    return name in (MODEL_FILENAME, API_FILENAME, SMITHY_FILENAME, versioned_filename(service, api_version))


def versioned_filename(service: str, api_version: str) -> str:
    """Return the name of a model in the layout of aws/api-models-aws."""
    return f"{service}-{api_version}.json"


def _of_flat_folder(files: Mapping[str, File]) -> dict[tuple[str, str], ModelFile]:
    """Return the models in a flat folder: those of the SDK for JavaScript, and every service of Smithy models."""
    found: dict[tuple[str, str], ModelFile] = {}
    of_sdk: dict[tuple[str, str], dict[str, File]] = {}
    for service, api_version, name, file in iter_flat_files(files):
        of_sdk.setdefault((service, api_version), {})[name] = file
    for key, named in of_sdk.items():
        if MODEL_FILENAME in named:
            found[key] = ModelFile(*key, named.pop(MODEL_FILENAME), named)
    for name, file in files.items():
        if is_flat_name(name):
            continue
        stem = name.removesuffix(".gz").removesuffix(".json")
        for model in _services(file, stem) if stem != name.removesuffix(".gz") else ():
            key = model.service, model.api_version
            if key in found:
                raise SourceError(
                    f"{model.location}: {' '.join(key)} is there twice, in {found[key].location} too (keep one)"
                )
            found[key] = model
    return found


def _services(file: File, stem: str) -> Iterable[ModelFile]:
    """Return the services in a file; none if it is not a Smithy model or cannot be read, because it may be any file."""
    try:
        return smithy_models(file, stem) or ()
    except SourceError:
        return ()


def _to_current_layout(service: str, api_version: str, name: str, file: File) -> LayoutEntry:
    """Return the entry of a file in botocore's layout since 0.107.0: service, API version, canonical name, file.

    Models have had their current form since 0.64.0, but `aws/sqs/2012-11-05.normal.json` is now
    `sqs/2012-11-05/service-2.json` (102 files moved without a changed byte); up to 0.80.0 the suffix was `.api.json`.
    The names of waiter files do not show that their form changed in between. Before 0.64.0, models had no shapes.
    """
    name = name.removesuffix(".gz")
    if name == versioned_filename(service, api_version):
        return service_name(service), api_version, _VERSIONED, file
    match = _EARLIER.fullmatch(name) if service == "aws" else None
    if match is None:
        return service, api_version, name, file
    now = {"paginators": "paginators-1.json", "waiters": "waiters-1.json"}.get(match["what"], MODEL_FILENAME)
    if match["what"] == "waiters" and _WAITERS_2.search(file.read()):
        now = "waiters-2.json"
    return api_version, match["api_version"], now, file


def _build_model_file(service: str, api_version: str, files: dict[str, File]) -> ModelFile | None:
    """Return the model in a folder with its sibling files, or None."""
    laid_out, beside = files.pop(_VERSIONED, None), files.pop(SMITHY_FILENAME, None)
    merge_docs_file(files)
    files = merge_extras(files)
    model = files.pop(MODEL_FILENAME, None)
    smithy = laid_out or (beside if model is None and beside is not None and _is_smithy(beside) else None)
    file = model or smithy
    if file is None:
        return None
    return ModelFile(service, api_version, file, files) if file is model else smithy_model(service, api_version, file)


def _is_smithy(file: File) -> bool:
    return find_services(file.read(), "") is not None
