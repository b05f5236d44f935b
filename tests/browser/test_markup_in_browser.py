"""A real browser finds nothing to run or to load in the HTML and Markdown of hostile strings.

Every string of `data/hostile.txt` is a page of its own in a frame: raw, as docgen's HTML, and as docgen's Markdown,
rendered by markdown-it. A script in the page clicks every link and fires the events that attacks wait for. A script
that runs requests `/marked/…` from the server; a resource that loads requests any other unknown path. The raw strings
must do both, or the test would prove nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from markdown_it import MarkdownIt
from markup_support import hostile

from docgen.render.markup.html import to_html
from docgen.render.markup.markdown import to_markdown

COMMONMARK = MarkdownIt("commonmark", {"html": False})
KINDS: dict[str, Callable[[str], str]] = {
    "raw": lambda string: string,
    "html": to_html,
    "markdown": lambda string: COMMONMARK.render(to_markdown(string)),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=20000",
    "--dump-dom",
)
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>x</title><script>
const here = "{kind}/{number}", origin = location.origin;
window.MARK = () => fetch(origin + "/marked/" + here, {{keepalive: true}});
addEventListener("click", event => {{
  const link = event.target.closest && event.target.closest("a[href]");
  if (!link || link.protocol === "javascript:") return;
  event.preventDefault();
  if (link.origin === origin) fetch(link.href);
}}, true);
addEventListener("load", () => {{
  for (const element of document.querySelectorAll("body, body *")) {{
    for (const name of ["mouseover", "mouseenter", "focus", "error", "load", "toggle", "start", "begin", "pointerdown"])
      element.dispatchEvent(new Event(name));
    if (element.click) element.click();
  }}
  setTimeout(() => fetch(origin + "/ran/" + here), 500);
}});
</script></head><body><main>
{body}
</main></body></html>
"""


class Handler(BaseHTTPRequestHandler):
    """Serves the frames, and records the requests."""

    asked: set[str]

    def do_GET(self) -> None:
        self.asked.add(self.path)
        body = self._page(*self.path.strip("/").split("/")).encode("utf-8", "replace")
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _page(self, *path: str) -> str:
        match path:
            case ("frames", kind):
                return "".join(f'<iframe src="/page/{kind}/{number}"></iframe>' for number in range(len(hostile())))
            case ("page", kind, number) if number.isdigit():
                return PAGE.format(kind=kind, number=number, body=KINDS[kind](hostile()[int(number)]))
        return ""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def serve() -> Iterator[tuple[str, set[str]]]:
    """Start a server on this machine; yield its address and the set of paths requested so far."""
    asked: set[str] = set()
    handler = type("Asking", (Handler,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def visited(kind: str, profile: Path) -> set[str]:
    """Return every path that a browser requests when it opens all strings of one kind."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium found")
    with serve() as (address, asked):
        subprocess.run(
            [browser, *FLAGS, f"--user-data-dir={profile}", f"{address}/frames/{kind}"],
            check=True,
            capture_output=True,
            timeout=300,
        )
        return set(asked)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_nothing_runs_and_nothing_loads(kind: str, tmp_path: Path) -> None:
    asked = visited(kind, tmp_path)
    numbers = range(len(hostile()))
    assert {f"/ran/{kind}/{number}" for number in numbers} <= asked
    ours = {f"/frames/{kind}", "/favicon.ico"}
    ours |= {f"/{what}/{kind}/{number}" for what in ("page", "ran") for number in numbers}
    assert asked <= ours


@pytest.mark.slow
def test_the_unescaped_strings_run_and_load(tmp_path: Path) -> None:
    asked = visited("raw", tmp_path)
    assert len([path for path in asked if path.startswith("/marked/raw/")]) > 50
    assert len([path for path in asked if "/load/" in path]) > 30
