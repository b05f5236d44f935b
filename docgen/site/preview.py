"""A preview of a site on this machine: its files over HTTP, and pages that load again when the site has changed.

Only for the one who runs it. It listens on the loopback address, answers only requests that name that address (a page
of elsewhere whose host name was made to point here is refused: DNS rebinding), and serves regular files below its root
that no link leads out of.
"""

from __future__ import annotations

import mimetypes
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR
from threading import BoundedSemaphore, Event, Timer
from typing import Any
from urllib.parse import unquote, urlsplit

from docgen.errors import OutputError
from docgen.site.publish.manifest import MANIFEST_FILENAME

HOST = "127.0.0.1"
REQUEST_TIMEOUT = 10.0
"""How long a request may take to arrive, and an answer to be taken."""
MAX_REQUESTS = 64
"""Requests that are answered at a time; a browser has six connections to a host, and a page that waits to be told."""
POLL_INTERVAL = 0.3
"""Seconds between two looks at what is watched."""
_WRITE_BUFFER_BYTES = 1 << 16
_RELOAD_PATH = "/.docgen-reload"
_RELOAD_SCRIPT = f"""new EventSource("{_RELOAD_PATH}" + new URL(document.currentScript.src).search).onmessage = \
() => location.reload();"""
"""What follows `?` in the address of the script is the generation of its page, and goes into the question."""


class PreviewServer(ThreadingHTTPServer):
    """The server; `reload` makes every page that is open load again. Port 0 takes any that is free."""

    daemon_threads = True
    disable_nagle_algorithm = True

    def __init__(self, root: Path, port: int = 0) -> None:
        self.root = root.resolve()
        if not self.root.is_dir():
            raise OutputError(f"{root}: no such folder (make the site first: `docgen build`)")
        self.request_slots = BoundedSemaphore(MAX_REQUESTS)
        self.generation = time.time_ns()  # another one than that of pages which an earlier run has shown
        self.stopped = Event()
        try:
            super().__init__((HOST, port), _PreviewHandler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(f"port {port}: {reason} (--port names another, 0 any)") from None
        self.port = int(self.server_address[1])
        self.allowed_hosts = {f"{name}:{self.port}" for name in (HOST, "localhost")}

    @property
    def url(self) -> str:
        """Where a browser finds the site."""
        return f"http://{HOST}:{self.port}/"

    def reload_pages(self) -> None:
        """Have every open page loaded again."""
        self.generation += 1

    def server_close(self) -> None:
        """Stop listening, and let go of pages that wait."""
        self.stopped.set()
        super().server_close()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own, if there is room."""
        if not self.request_slots.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.request_slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of who went away in the middle of an answer."""


class _PreviewHandler(BaseHTTPRequestHandler):
    server: PreviewServer
    timeout = REQUEST_TIMEOUT
    protocol_version = "HTTP/1.1"
    wbufsize = _WRITE_BUFFER_BYTES
    server_version = "docgen"
    sys_version = ""

    def handle_one_request(self) -> None:
        """Answer one request of a connection, if it is there in time: the time-out alone allows a byte every while."""
        self.timeout_timer = Timer(REQUEST_TIMEOUT, self.abort_connection)
        self.timeout_timer.daemon = True
        self.timeout_timer.start()
        try:
            super().handle_one_request()
        finally:
            self.timeout_timer.cancel()

    def finish(self) -> None:
        with suppress(OSError):  # who asked has gone
            super().finish()
        self.rfile.close()

    def abort_connection(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(SHUT_RDWR)

    def do_GET(self) -> None:
        self.respond()

    def do_HEAD(self) -> None:
        self.respond()

    def respond(self) -> None:
        self.timeout_timer.cancel()
        asked = urlsplit(self.path)
        if self.headers.get("Host") not in self.server.allowed_hosts:
            self.send_refusal(HTTPStatus.MISDIRECTED_REQUEST)
        elif self.headers.get("Transfer-Encoding") or self.headers.get("Content-Length", "0") != "0":
            self.send_refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif asked.path == _RELOAD_PATH:
            self.stream_reload_event(asked.query or str(self.server.generation))
        elif asked.path == f"{_RELOAD_PATH}.js":
            self.send_content(HTTPStatus.OK, "text/javascript; charset=utf-8", _RELOAD_SCRIPT.encode())
        else:
            self.send_page(asked.path)

    def send_page(self, url_path: str) -> None:
        """A file of the site; a folder is its `index.html`, at an address that ends with a slash."""
        path = self.resolve_file(url_path)
        if path is None:
            missing = self.resolve_file("/404.html")
            page = missing.read_bytes() if missing and missing.is_file() else b"Not found.\n"
            self.send_content(HTTPStatus.NOT_FOUND, "text/html; charset=utf-8" if missing else "text/plain", page)
        elif path.is_dir():
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"/{path.relative_to(self.server.root).as_posix()}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
            generation = self.server.generation  # before the page is read, which may be another one a moment later
            content = path.read_bytes()
            if kind == "text/html":
                script = f'<script src="{_RELOAD_PATH}.js?{generation}"></script>'
                content = content.replace(b"</body>", f"{script}</body>".encode(), 1)
            self.send_content(HTTPStatus.OK, f"{kind}; charset=utf-8" if text else kind, content)

    def resolve_file(self, url_path: str) -> Path | None:
        """What an address names: a regular file or a folder below the root, reached without a hidden name."""
        names = [name for name in unquote(url_path).split("/") if name]
        if any(name.startswith(".") or "\\" in name or "\0" in name for name in names):
            return None
        try:
            path = self.server.root.joinpath(*names).resolve(strict=True)
        except OSError:
            return None
        if not path.is_relative_to(self.server.root):
            return None
        if path.is_dir() and url_path.endswith("/"):
            path /= "index.html"
        return path if path.is_file() or path.is_dir() else None

    def send_content(self, status: HTTPStatus, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_refusal(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self.send_content(status, "text/plain", f"{status.phrase}\n".encode())

    def stream_reload_event(self, page_generation: str) -> None:
        """Keep the answer open, and say a word when the site is not of the generation `seen` (server-sent events)."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.flush()
        while str(self.server.generation) == page_generation:
            self.wfile.write(b":\n")  # who has gone is noticed
            self.wfile.flush()
            if self.server.stopped.wait(POLL_INTERVAL):
                return
        self.wfile.write(b"data: changed\n\n")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a terminal tells of builds, and the browser knows what it asked for."""


FileStates = Mapping[str, tuple[int, int]]
"""Files by path, with when they were written and how many bytes they have."""


def watch_files(
    paths: Iterable[Path], known_states: FileStates, on_change: Callable[[], object], stopped: Event
) -> None:
    """Call `changed` whenever a file in one of the paths is another than `before`, until `stopped` is set."""
    watched = tuple(paths)
    while not stopped.wait(POLL_INTERVAL):
        now = file_states(watched)
        if now != known_states:
            known_states = now
            on_change()


def manifest_path(root: Path) -> Path:
    """What is written last when a site has changed."""
    return root / MANIFEST_FILENAME


def file_states(paths: Iterable[Path]) -> FileStates:
    """How the files in some paths are now."""
    found = {}
    for path in paths:
        for each in _iter_files(path):
            try:
                status = os.stat(each)
            except OSError:
                continue
            found[each] = status.st_mtime_ns, status.st_size
    return found


def _iter_files(path: Path) -> Iterator[str]:
    if not path.is_dir():
        yield str(path)
    for where, _, names in os.walk(path):
        for name in names:
            yield os.path.join(where, name)
