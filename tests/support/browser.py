"""A real browser for tests: the system's Chromium, led by selenium, and a server on this machine for what it opens.

Nothing is fetched: selenium gets both programs by path, so that it does not look for them. Where one is missing the
test is skipped, but fails under CI, which is to have it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
DRIVER = ("chromedriver", "chromium.chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "ArrowUp": (38, ""),
    "ArrowDown": (40, ""),
    "/": (191, "/"),
    "[": (219, "["),
    "]": (221, "]"),
}

_SETTLED = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));"


class Browser:
    """A window: what tests ask of a page, in few words."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver
        self._scripts = True

    def open(self, address: str) -> None:
        """Load a page anew, and wait until it is laid out; what was logged before is forgotten."""
        self._driver.get("about:blank")
        self.requests()
        self.console()
        self._driver.get(address)
        self.settle()

    def settle(self) -> None:
        """Wait until what was done is drawn; where scripts are off nothing tells, and only loading is waited for."""
        if self._scripts:
            self._driver.execute_async_script(_SETTLED)

    def script(self, text: str, *arguments: object) -> Any:
        """What a script that is put into the page returns; the page's own policy does not bind it."""
        return self._driver.execute_script(text, *arguments)

    def answer(self, text: str, *arguments: object) -> Any:
        """What a script hands to the function that it gets as its last argument."""
        return self._driver.execute_async_script(text, *arguments)

    def command(self, name: str, **parameters: object) -> dict[str, Any]:
        """What a command of the DevTools protocol returns."""
        answer: dict[str, Any] = self._driver.execute_cdp_cmd(name, parameters)
        return answer

    def size(self, width: int, height: int = 900) -> None:
        """Make the window as wide as a phone, or as a screen."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def media(self, kind: str = "", **features: str) -> None:
        """Show the page as on another medium (`print`), or with features (`prefers_color_scheme="dark"`)."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.command("Emulation.setEmulatedMedia", media=kind, features=named)

    def scripts(self, allowed: bool) -> None:
        """Let pages run scripts, or not."""
        self._scripts = allowed
        self.command("Emulation.setScriptExecutionDisabled", value=not allowed)

    def press(self, key: str) -> None:
        """Press a key of `KEYS`, as a person would: what has the focus gets it."""
        code, text = KEYS[key]
        event = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.command("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **event)
        self.command("Input.dispatchKeyEvent", type="keyUp", **event)
        self.settle()

    def type(self, text: str) -> None:
        """Put text in where the focus is."""
        self.command("Input.insertText", text=text)
        self.settle()

    def until(self, text: str, wanted: object) -> None:
        """Wait for a script to return what is wanted; five seconds are too long."""
        last = monotonic() + 5
        while (found := self.script(text)) != wanted:
            assert monotonic() < last, f"{text}: {found!r}, not {wanted!r}"
            sleep(0.02)

    def requests(self) -> list[str]:
        """The addresses that were asked for since the last time.

        What a policy refused was not asked for, and the browser's own wish for an icon does not count.
        """
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        failed = [message["params"] for message in messages if message["method"] == "Network.loadingFailed"]
        refused = {parameters["requestId"] for parameters in failed if parameters.get("blockedReason") == "csp"}
        asked: list[str] = [each["request"]["url"] for each in sent if each["requestId"] not in refused]
        return [address for address in asked if not address.endswith("/favicon.ico")]

    def console(self) -> list[str]:
        """What the console said since the last time: errors, and what a policy refused."""
        said: list[str] = [entry["message"] for entry in self._log("browser")]
        return [line for line in said if "/favicon.ico" not in line]

    def reset(self) -> None:
        """A window as it was at the start."""
        self.scripts(True)
        self.media()
        self.size(1280)

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._driver.get_log(kind)  # type: ignore[no-untyped-call]
        return entries


@contextmanager
def started(profile: Path) -> Iterator[Browser]:
    """A browser with a fresh profile."""
    chromium, driver = _program(CHROMIUM), _program(DRIVER)
    try:
        from selenium.webdriver import Chrome, ChromeOptions, ChromeService
    except ImportError:
        absent("selenium")
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    window = Chrome(options=options, service=ChromeService(driver))
    try:
        yield Browser(window)
    finally:
        window.quit()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server on this machine that shows a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _program(names: tuple[str, ...]) -> str:
    return next(filter(None, map(shutil.which, names)), None) or absent(names[0])


def absent(what: str) -> NoReturn:
    """Skip the test for want of a program or package, which on CI is a failure."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {what} found")
