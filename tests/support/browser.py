"""A real browser for tests: the system's Chromium, driven by selenium, and a local server for the pages that it opens.

selenium gets the paths of Chromium and chromedriver, so it downloads nothing. If one is missing, tests are skipped, or
fail on CI.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from waiting import PATIENCE, wait_until

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
    "ArrowRight": (39, ""),
    "/": (191, "/"),
    "[": (219, "["),
    "]": (221, "]"),
}

_SETTLED = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));"


class Browser:
    """A browser window that tests control."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver
        self._scripts = True

    def open(self, address: str) -> None:
        """Load a page and wait until it is laid out; clear the request log and the console first."""
        self._driver.get("about:blank")
        self.command("Page.resetNavigationHistory")  # Chromium keeps 50 entries, and drops a page before its own steps
        self.requests()
        self.console()
        self._driver.get(address)
        self.settle()

    def settle(self) -> None:
        """Wait until pending changes are drawn. With scripts disabled, return at once: the page has loaded by then."""
        if self._scripts:
            wait_until(self._is_settled)

    def _is_settled(self) -> bool:
        """Wait until pending changes are drawn; return False if the page was left before."""
        from selenium.common import JavascriptException

        try:
            self._driver.execute_async_script(_SETTLED)
        except JavascriptException as error:
            if "unloaded" not in str(error):
                raise
            return False
        return True

    def script(self, text: str, *arguments: object) -> Any:
        """Run a script in the page and return its result. The page's security policy does not apply to it."""
        return self._driver.execute_script(text, *arguments)

    def async_script(self, text: str, *arguments: object) -> Any:
        """Run an asynchronous script and return what it passes to its last argument, a callback."""
        return self._driver.execute_async_script(text, *arguments)

    def command(self, name: str, **parameters: object) -> dict[str, Any]:
        """Send a command of the DevTools protocol and return its result."""
        answer: dict[str, Any] = self._driver.execute_cdp_cmd(name, parameters)
        return answer

    def resize(self, width: int, height: int = 900) -> None:
        """Set the size of the viewport in CSS pixels."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def emulate_media(self, kind: str = "", **features: str) -> None:
        """Emulate a medium (`print`) or media features (`prefers_color_scheme="dark"`)."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.command("Emulation.setEmulatedMedia", media=kind, features=named)

    def allow_scripts(self, allowed: bool) -> None:
        """Enable or disable scripts in pages."""
        self._scripts = allowed
        self.command("Emulation.setScriptExecutionDisabled", value=not allowed)

    def press(self, key: str) -> None:
        """Press and release a key of `KEYS`; the focused element receives it."""
        code, text = KEYS[key]
        event = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.command("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **event)
        self.command("Input.dispatchKeyEvent", type="keyUp", **event)
        self.settle()

    def type(self, text: str) -> None:
        """Insert text at the focused element."""
        self.command("Input.insertText", text=text)
        self.settle()

    def wait_for(self, text: str, wanted: object) -> None:
        """Wait until a script returns `wanted`."""
        from selenium.common import WebDriverException

        def is_found() -> bool:
            try:
                return bool(self.script(text) == wanted)
            except WebDriverException:  # the page is being left, or has only begun to load
                return False

        wait_until(is_found, lambda: f"{text}: {self.script(text)!r}, not {wanted!r}")

    def wait_for_search(self) -> None:
        """Wait until the results of a search are complete."""
        self.wait_for("return document.querySelector('.live').textContent.startsWith('Results: ')", True)

    def wait_for_requests(self, found: Callable[[set[str]], object]) -> set[str]:
        """Return the addresses requested since the last call of `requests`, without fragments.

        Wait until `found` is true for them: the browser requests an icon, for example, after everything else.
        """
        asked: set[str] = set()

        def is_found() -> object:
            asked.update(each.partition("#")[0] for each in self.requests())
            return found(asked)

        wait_until(is_found, lambda: f"requested: {sorted(asked)}")
        self.settle()
        is_found()
        return asked

    def step(self, by: int) -> None:
        """Go back (-1) or forward (1) in the history, like the browser's buttons.

        A page sees an entry that it added before the browser counts it. Wait for that, or the step may have no effect.
        """
        wait_until(
            lambda: self._entry(0)["url"] == self.script("return location.href"),
            lambda: f"the browser stays at {self._entry(0)['url']}",
        )
        self.command("Page.navigateToHistoryEntry", entryId=self._entry(by)["id"])

    def _entry(self, by: int) -> dict[str, Any]:
        """Return the entry of the history that is `by` steps from the current one."""
        history = self.command("Page.getNavigationHistory")
        entry: dict[str, Any] = history["entries"][history["currentIndex"] + by]
        return entry

    def requests(self) -> list[str]:
        """Return the addresses requested since the last call.

        Requests that a security policy blocked were never sent and are left out, as is the browser's own request for an
        icon.
        """
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        failed = [message["params"] for message in messages if message["method"] == "Network.loadingFailed"]
        refused = {parameters["requestId"] for parameters in failed if parameters.get("blockedReason") == "csp"}
        asked: list[str] = [each["request"]["url"] for each in sent if each["requestId"] not in refused]
        return [address for address in asked if not address.endswith("/favicon.ico")]

    def console(self) -> list[str]:
        """Return the console messages since the last call: errors, and what a security policy blocked."""
        messages: list[str] = [entry["message"] for entry in self._log("browser")]
        return [line for line in messages if "/favicon.ico" not in line]

    def reset(self) -> None:
        """Restore scripts, media and size to their initial state."""
        self.allow_scripts(True)
        self.emulate_media()
        self.resize(1280)

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._driver.get_log(kind)  # type: ignore[no-untyped-call]
        return entries


@contextmanager
def start_browser(profile: Path) -> Iterator[Browser]:
    """Start a browser with a fresh profile, and quit it when the block ends."""
    chromium, driver = _program(CHROMIUM), _program(DRIVER)
    try:
        from selenium.webdriver import Chrome, ChromeOptions, ChromeService
    except ImportError:
        skip_missing("selenium")
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    window = Chrome(options=options, service=ChromeService(driver))
    window.set_script_timeout(PATIENCE)
    try:
        yield Browser(window)
    finally:
        window.quit()


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine, and yield the address."""
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
        """Log nothing."""


def _program(names: tuple[str, ...]) -> str:
    return next(filter(None, map(shutil.which, names)), None) or skip_missing(names[0])


def skip_missing(what: str) -> NoReturn:
    """Skip the test because a program or package is missing; on CI, fail it."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {what} found")
