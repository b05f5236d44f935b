"""Which files in a folder are models, and of what: the layouts of botocore and of Smithy models.

| layout                                               | read as                                      |
|------------------------------------------------------|----------------------------------------------|
| `<service>/<API version>/service-2.json`             | botocore's model, with the files beside it    |
| `<service>/<API version>/model.json`                 | a Smithy model, unless a `service-2.json` is there |
| `<id>/service/<API version>/<id>-<API version>.json` | a Smithy model, as in aws/api-models-aws     |
| `*.json` in one folder, without any of the above     | every service of every Smithy model there     |

A `service-2.json` is taken before a Smithy model of the same service and version: botocore's names on the wire, its
signing and its waiters' limits are in no Smithy model. `sdk_extras` merges the files beside it that extend others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from docgen.errors import SourceError
from docgen.model.smithy import service_name
from docgen.sources.names import is_valid_name
from docgen.sources.release import MODEL_FILENAME, File, ModelFile
from docgen.sources.sdk_extras import merge_extras
from docgen.sources.smithy_files import find_services, smithy_model, smithy_models

SMITHY_FILENAME = "model.json"
"""What a Smithy model is called where it lies in the place of a `service-2.json`."""

FLAT_FOLDERS = ("aws-models", "models", "smithy")
"""Folders in archives and repositories in which Smithy models may lie side by side."""

VERSIONS_FOLDER = "service"
"""The folder between a service and its versions in the layout of aws/api-models-aws."""

_VERSIONED = "<id>-<version>.json"
"""Stands for the name of a model in that layout, which says by itself that it is one; no file can be called so."""

_EARLIER = re.compile(r"(?P<api_version>[0-9]{4}-[0-9]{2}-[0-9]{2})\.(?P<what>api|normal|paginators|waiters)\.json")
_WAITERS_2 = re.compile(rb'"version"\s*:\s*2')

MODEL_FILENAMES = tuple(name + packed for name in (MODEL_FILENAME, SMITHY_FILENAME) for packed in ("", ".gz"))
"""What models are called where their folders name the service and the version."""

LayoutEntry = tuple[str, str, str, File]
"""A file with the names of its folders and its own: service, API version, name, file."""


def collect_model_files(found: Iterable[LayoutEntry], flat: Mapping[str, File] | None = None) -> tuple[ModelFile, ...]:
    """Model files from files in folders, in any order; where there is no model, those among `flat` files. Sorted.

    Folders without a model are left out, and so are files whose names are not plain. Files laid out as botocore's were
    before 0.107.0 are found where they would lie now (`_to_current_layout`). Raises `SourceError` where a service or
    an API version has a name that is not plain, or a file is there twice, such as once packed.
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
    """Whether a file is a model by its name and those of its folders, packed or not, in whatever layout."""
    name = name.removesuffix(".gz")
    match = _EARLIER.fullmatch(name)
    is_earlier = match is not None and match["what"] in ("api", "normal")
    return name in (MODEL_FILENAME, SMITHY_FILENAME) or is_earlier or name == versioned_filename(service, api_version)


def versioned_filename(service: str, api_version: str) -> str:
    """What a model is called in the layout of aws/api-models-aws."""
    return f"{service}-{api_version}.json"


def _of_flat_folder(files: Mapping[str, File]) -> dict[tuple[str, str], ModelFile]:
    """The services of the Smithy models among files that lie side by side."""
    found: dict[tuple[str, str], ModelFile] = {}
    for name, file in files.items():
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
    """The services in a file; none where it is no Smithy model, or cannot be read: it may be any file at all."""
    try:
        return smithy_models(file, stem) or ()
    except SourceError:
        return ()


def _to_current_layout(service: str, api_version: str, name: str, file: File) -> LayoutEntry:
    """Where a file lies in botocore's layout since 0.107.0: service, API version, canonical name; and the file.

    From 0.64.0 on models have the form that they have today, but `aws/sqs/2012-11-05.normal.json` is what
    `sqs/2012-11-05/service-2.json` is now (102 files moved without a byte changed); up to 0.80.0 `.api.json`. Files of
    waiters do not tell in their names that their form changed in between. Before 0.64.0 models had no shapes.
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
    """The model in a folder with the files beside it; None if there is none."""
    laid_out, beside = files.pop(_VERSIONED, None), files.pop(SMITHY_FILENAME, None)
    files = merge_extras(files)
    model = files.pop(MODEL_FILENAME, None)
    smithy = laid_out or (beside if model is None and beside is not None and _is_smithy(beside) else None)
    file = model or smithy
    if file is None:
        return None
    return ModelFile(service, api_version, file, files) if file is model else smithy_model(service, api_version, file)


def _is_smithy(file: File) -> bool:
    return find_services(file.read(), "") is not None
