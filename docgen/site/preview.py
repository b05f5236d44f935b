"""A preview of a site on this machine: an HTTP server, with pages that reload when the site changes.

It is for the user who runs it only. It listens on the loopback address, answers only requests whose Host header names
that address (which prevents DNS rebinding), and serves only regular files that resolve to paths below its root.
"""

from __future__ import annotations

import mimetypes
import os
import time
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR
from threading import BoundedSemaphore, Event, Timer
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from docgen.errors import OutputError, SourceError, error_reason
from docgen.files import open_regular, real_path
from docgen.render.addresses import location_header

HOST = "127.0.0.1"
REQUEST_TIMEOUT = 10.0
"""Seconds to wait for a request to arrive, and for a client to take the response."""
MAX_REQUESTS = 64
"""Requests that are answered at the same time. A browser opens six connections to a host, one of them for reloading."""
POLL_INTERVAL = 0.3
"""Seconds between checks whether the site has changed."""
_WRITE_BUFFER_BYTES = 1 << 16
_RELOAD_PATH = "/.docgen-reload"
_RELOAD_SCRIPT = f"""new EventSource("{_RELOAD_PATH}" + new URL(document.currentScript.src).search).onmessage = \
() => location.reload();"""
"""The query of the script's address is the generation of its page. It is passed on with the request."""


class PreviewServer(ThreadingHTTPServer):
    """The server. `reload_pages` makes all open pages reload. Port 0 picks a free port."""

    daemon_threads = True
    disable_nagle_algorithm = True

    def __init__(self, root: Path, port: int = 0) -> None:
        self.root = real_path(root)
        if not self.root.is_dir():
            raise OutputError(f"{root}: no such folder (build the site first: `docgen build`)")
        self.request_slots = BoundedSemaphore(MAX_REQUESTS)
        self.generation = time.time_ns()  # differs from that of pages of an earlier run
        self.stopped = Event()
        try:
            super().__init__((HOST, port), _PreviewHandler)
        except (OSError, OverflowError) as error:
            raise OutputError(
                f"port {port}: {error_reason(error)} (use --port for another one; 0 picks a free one)"
            ) from None
        self.port = int(self.server_address[1])
        self.allowed_hosts = {f"{name}:{self.port}" for name in (HOST, "localhost")}

    @property
    def url(self) -> str:
        """The address of the site for a browser."""
        return f"http://{HOST}:{self.port}/"

    def reload_pages(self) -> None:
        """Make all open pages reload."""
        self.generation += 1

    def server_close(self) -> None:
        """Stop listening, and release the pages that wait for changes."""
        self.stopped.set()
        super().server_close()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer a request in its own thread, unless too many are being answered."""
        if not self.request_slots.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.request_slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect."""


class _PreviewHandler(BaseHTTPRequestHandler):
    server: PreviewServer
    timeout = REQUEST_TIMEOUT
    protocol_version = "HTTP/1.1"
    wbufsize = _WRITE_BUFFER_BYTES
    server_version = "docgen"
    sys_version = ""

    def handle_one_request(self) -> None:
        """Answer one request of a connection. The timer bounds the total time, `timeout` only each read."""
        self.timeout_timer = Timer(REQUEST_TIMEOUT, self.abort_connection)
        self.timeout_timer.daemon = True
        self.timeout_timer.start()
        try:
            super().handle_one_request()
        finally:
            self.timeout_timer.cancel()

    def finish(self) -> None:
        with suppress(OSError):  # the client disconnected
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
        try:
            asked = urlsplit(self.path)
        except ValueError:  # such as `http://[/`
            self.send_refusal(HTTPStatus.BAD_REQUEST)
            return
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
        """Send a file. A folder redirects to its address with a slash, which shows its `index.html`."""
        path = self.resolve_path(url_path)
        if path is not None and path.is_dir() and not url_path.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", location_header(path.relative_to(self.server.root)))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif not self.send_file(HTTPStatus.OK, path) and not self.send_file(
            HTTPStatus.NOT_FOUND, self.resolve_path("/404.html")
        ):
            self.send_content(HTTPStatus.NOT_FOUND, "text/plain", b"Not found.\n")

    def send_file(self, status: HTTPStatus, path: Path | None) -> bool:
        """Send a regular file in pieces; return False, and send nothing, if there is no such file."""
        generation = self.server.generation  # read before the page, which may change right after
        try:
            stream = open_regular(path, "") if path is not None else None
        except SourceError:
            return False
        if stream is None or path is None:
            return False
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        is_text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
        # A script after the end of the document runs like one in its body, so the file need not be searched.
        script = f'<script src="{_RELOAD_PATH}.js?{generation}"></script>\n' if kind == "text/html" else ""
        with stream:
            size = os.fstat(stream.fileno()).st_size
            self.send_headers(status, f"{kind}; charset=utf-8" if is_text else kind, size + len(script))
            if self.command != "HEAD":
                self.send_bytes(stream, size)
                self.wfile.write(script.encode())
        return True

    def send_bytes(self, stream: BinaryIO, size: int) -> None:
        """Send exactly `size` bytes; close the connection if the file has become shorter."""
        while size and (chunk := stream.read(min(size, _WRITE_BUFFER_BYTES))):
            self.wfile.write(chunk)
            size -= len(chunk)
        if size:
            self.close_connection = True
            raise ConnectionAbortedError

    def resolve_path(self, url_path: str) -> Path | None:
        """Return the file or folder at an address, below the root once links are followed, or None.

        Hidden names are not served. The address of a folder with a slash at its end is that of its `index.html`.
        """
        names = [name for name in unquote(url_path).split("/") if name]
        if any(name.startswith(".") or "\\" in name or "\0" in name for name in names):
            return None
        if url_path.endswith("/"):
            names.append("index.html")
        try:
            path = self.server.root.joinpath(*names).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):  # RuntimeError: links form a loop (before Python 3.13)
            return None
        if not path.is_relative_to(self.server.root):
            return None
        is_hidden = any(name.startswith(".") for name in path.relative_to(self.server.root).parts)  # behind a link
        return None if is_hidden else path

    def send_headers(self, status: HTTPStatus, content_type: str, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def send_content(self, status: HTTPStatus, content_type: str, content: bytes) -> None:
        self.send_headers(status, content_type, len(content))
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request for a page. The answer quotes nothing of the request, as that of the base does."""
        self.request_version = self.protocol_version  # also for a line without a version, which would get no headers
        self.send_refusal(HTTPStatus(code))

    def send_refusal(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self.send_content(status, "text/plain", f"{status.phrase}\n".encode())

    def stream_reload_event(self, page_generation: str) -> None:
        """Keep the response open, and send an event when the generation has changed (server-sent events)."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.flush()
        while str(self.server.generation) == page_generation:
            self.wfile.write(b":\n")  # fails if the client disconnected
            self.wfile.flush()
            if self.server.stopped.wait(POLL_INTERVAL):
                return
        self.wfile.write(b"data: changed\n\n")

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the terminal is for the messages of builds."""
