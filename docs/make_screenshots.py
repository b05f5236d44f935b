"""Take the pictures in `docs/images`: pages of the site of the example models, in the system's headless Chromium.

    .venv/bin/python docs/make_screenshots.py

Needs Chromium and chromedriver on the path, and the package selenium (`pip install --group browser`).
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docgen

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
DRIVER = ("chromedriver", "chromium.chromedriver")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")


QUALITY = 78
"""Of WebP, which takes a third of the bytes of PNG here."""


@dataclass(frozen=True)
class Picture:
    """A page of the site, how large its window is in CSS pixels, and what to do before the picture is taken."""

    name: str
    page: str
    width: int = 1280
    height: int = 800
    dark: bool = False
    script: str = ""


SEARCH = """
const done = arguments[0], input = document.querySelector("#q");
input.focus();
input.value = "create tags";
input.dispatchEvent(new Event("input"));
const wait = () => document.querySelector("#hits li") ? setTimeout(done, 300) : setTimeout(wait, 20);
wait();
"""

PICTURES = (
    Picture("home.webp", "index.html"),
    Picture("notes.webp", "releases/1.12.83/appstream/index.html"),
    Picture("reference.webp", "services/appstream/CreateFleet/index.html", dark=True),
    Picture("service.webp", "services/appstream/index.html"),
    Picture("changed-syntax.webp", "releases/1.12.83/appstream/index.html#CreateStack", height=700),
    Picture("search.webp", "index.html", height=600, script=SEARCH),
    Picture("rule.webp", "rules/response-member-removed/index.html", height=600, dark=True),
    Picture("phone.webp", "services/appstream/CreateFleet/index.html", 390, 800),
)


def main() -> None:
    """Build the site in a temporary folder and write every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        docgen.build_site(docgen.open_source(str(ROOT / "models")), site, ["html"])
        with _started(Path(folder) / "profile") as chrome:
            for picture in PICTURES:
                content = _taken(chrome, site, picture)
                (IMAGES / picture.name).write_bytes(content)
                print(f"docs/images/{picture.name}: {len(content):,} bytes")


def _taken(chrome: Any, site: Path, picture: Picture) -> bytes:
    theme = {"name": "prefers-color-scheme", "value": "dark" if picture.dark else "light"}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [theme]})
    chrome.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": picture.width, "height": picture.height, "deviceScaleFactor": 1.25, "mobile": False},
    )
    page, _, fragment = picture.page.partition("#")
    chrome.get("about:blank")
    chrome.get((site / page).as_uri() + (f"#{fragment}" if fragment else ""))
    chrome.execute_async_script(picture.script or "setTimeout(arguments[0], 300);")  # the left pane is a frame
    options = {"format": "webp", "quality": QUALITY}
    return base64.b64decode(chrome.execute_cdp_cmd("Page.captureScreenshot", options)["data"])


@contextmanager
def _started(profile: Path) -> Iterator[Any]:
    """Start a browser with a fresh profile. Selenium gets both programs by path, so it downloads nothing."""
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = _program(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    chrome = Chrome(options=options, service=ChromeService(_program(DRIVER)))
    try:
        yield chrome
    finally:
        chrome.quit()


def _program(names: tuple[str, ...]) -> str:
    path = next(filter(None, map(shutil.which, names)), None)
    return path or sys.exit(f"make_screenshots: no {names[0]} on the path")


if __name__ == "__main__":
    main()
