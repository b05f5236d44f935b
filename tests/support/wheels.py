"""Small wheels, written by tests."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

MODEL = json.dumps({"metadata": {"apiVersion": "2016-12-01", "serviceId": "App Stream"}, "shapes": {}}).encode()


MODEL_PATH = "botocore/data/appstream/2016-12-01/service-2.json"


WHEEL_NAME = "botocore-1.12.83-py2.py3-none-any.whl"


METADATA = ("botocore-1.12.83.dist-info/METADATA", b"Metadata-Version: 2.1\nName: botocore\nVersion: 1.12.83\n\nText")


Members = Iterable[tuple[str, bytes]]


def write_wheel(folder: Path, members: Members = ((MODEL_PATH, MODEL), METADATA), name: str = WHEEL_NAME) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            info = zipfile.ZipInfo(member, (2019, 1, 21, 14, 49, 54))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path
