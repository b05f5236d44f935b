"""The preview: what it serves, what it refuses, and how open pages learn of a new build."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPMessage, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.parse import quote

import pytest
from interruptible import interruptible
from waiting import PATIENCE, wait_until

from docgen.cli import serve
from docgen.errors import OutputError
from docgen.site import preview
from docgen.site.preview import PreviewServer
from docgen.site.publish.manifest import Manifest, write_manifest


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PreviewServer]:
    """Serve a small site with a hidden file, a file outside the site, and a link to that."""
    root = tmp_path / "site"
    (root / "a").mkdir(parents=True)
    (root / "index.html").write_text("<body>home</body>")
    (root / "a" / "index.html").write_text("<body>a</body>")
    (root / "a" / "x.json").write_text("{}")
    (root / "a b.txt").write_text("blank")
    (root / ".docgen-manifest.json").write_text("hidden")
    (tmp_path / "outside.txt").write_text("outside")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    with PreviewServer(root) as made:
        thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield made
        made.shutdown()


class Answer(NamedTuple):
    """The response to a request."""

    status: int
    headers: HTTPMessage
    body: bytes


def ask(server: PreviewServer, path: str, method: str = "GET", **headers: str) -> Answer:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.request(method, path, headers=headers)
        with connection.getresponse() as answer:
            return Answer(answer.status, answer.headers, answer.read())


@contextmanager
def waiting_page(port: int, seen: str = "") -> Iterator[HTTPResponse]:
    """Yield the response that a page waits for; the page may say what it has `seen`."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", f"/.docgen-reload{seen}")
        with connection.getresponse() as answer:
            yield answer


def test_files_come_with_their_kinds_and_folders_with_their_index(server: PreviewServer) -> None:
    home = ask(server, "/")
    assert (home.status, home.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    script = f'<script src="/.docgen-reload.js?{server.generation}"></script>\n'
    assert home.body == f"<body>home</body>{script}".encode()
    assert ask(server, "/a/").status == 200
    assert ask(server, "/a/x.json?v=1").headers["Content-Type"] == "application/json; charset=utf-8"
    assert ask(server, "/a%20b.txt").body == b"blank"
    moved = ask(server, "/a")
    assert (moved.status, moved.headers["Location"]) == (301, "/a/")
    assert ask(server, "/", "HEAD").body == b""


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/nothing",
            "/../outside.txt",
            "/%2e%2e/outside.txt",
            "/a/..%2f..%2foutside.txt",
            "/link.txt",
            "//etc/passwd",
        ),
        *("/.docgen-manifest.json", "/a/%00", "/a\\..\\x", "/" + "a/" * 3000, "/%ff%fe"),
    ],
)
def test_nothing_else_is_there(server: PreviewServer, path: str) -> None:
    answer = ask(server, path)
    assert answer.status == 404
    assert b"outside" not in answer.body


def test_an_index_that_is_a_link_out_of_the_root_is_not_served(server: PreviewServer) -> None:
    (server.root / "b").mkdir()
    (server.root / "b" / "index.html").symlink_to(server.root.parent / "outside.txt")
    (server.root / "c").mkdir()
    os.mkfifo(server.root / "c" / "index.html")
    (server.root / "d").symlink_to(server.root.parent)
    (server.root / "loop").symlink_to("loop")
    for path in ("/b/", "/b/index.html", "/c/", "/d/outside.txt", "/d/", "/loop", "/loop/"):
        answer = ask(server, path)
        assert (answer.status, b"outside" in answer.body) == (404, False), path


def test_a_hidden_file_behind_a_link_is_not_served(server: PreviewServer) -> None:
    (server.root / ".git").mkdir()
    (server.root / ".git" / "config").write_text("secret")
    (server.root / "config.txt").symlink_to(".git/config")
    (server.root / "folder").symlink_to(".git")
    for path in ("config.txt", "folder/config", "folder"):
        assert ask(server, f"/{path}").status == 404


@pytest.mark.parametrize(
    ("line", "status"),
    [(b"GET http://[/ HTTP/1.1", b"400"), (b"<script>x</script> / HTTP/1.1", b"501"), (b"GET /?<script> HTTP/9", b"")],
)
def test_what_is_no_request_is_refused_without_quoting_it(server: PreviewServer, line: bytes, status: bytes) -> None:
    answer = raw_response(server, line + b"\r\nHost: 127.0.0.1:%d\r\n\r\n" % server.port)
    assert status in answer.split(b"\r\n")[0]
    assert answer.strip()
    assert b"script" not in answer


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "\u2603", "\xe9", "//evil.example", "a b%0d", "\x1b[31m"])
def test_no_header_comes_from_a_name(server: PreviewServer, name: str) -> None:
    folder = server.root / name.strip("/")
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<body>odd</body>")
    path = quote(name.strip("/"))
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode()
        )
        raw = b"".join(iter(lambda: connection.recv(65536), b""))
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    assert head[0].split()[1] == "301"
    assert f"Location: /{path}/" in head
    assert {line.partition(":")[0] for line in head[1:]} == {"Server", "Date", "Location", "Content-Length"}
    assert b"odd" in ask(server, f"/{path}/").body


def test_a_large_file_is_streamed(server: PreviewServer) -> None:
    with (server.root / "large.bin").open("wb") as stream:
        stream.truncate(300 << 20)  # a sparse file: it takes no space
    tracemalloc.start()
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/large.bin")
        answer = connection.getresponse()
        size = sum(len(chunk) for chunk in iter(lambda: answer.read(1 << 16), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answer.status, size) == (200, 300 << 20)
    assert peak < 8 << 20


def test_a_site_with_a_page_for_what_is_missing_shows_that(server: PreviewServer) -> None:
    (server.root / "404.html").write_text("<body>gone</body>")
    answer = ask(server, "/nothing")
    assert (answer.status, answer.body[:10]) == (404, b"<body>gone")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1", "[::1]:{port}", ""]
)
def test_a_request_for_another_host_is_refused(server: PreviewServer, host: str) -> None:
    assert ask(server, "/", Host=host.format(port=server.port)).status == 421


def test_a_request_for_localhost_by_name_is_answered(server: PreviewServer) -> None:
    assert ask(server, "/", Host=f"localhost:{server.port}").status == 200


def test_only_reading_is_allowed_and_nothing_is_taken(server: PreviewServer) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "CONNECT"):
        assert ask(server, "/", method).status == 501
    assert ask(server, "/", **{"Content-Length": "9999999999"}).status == 413
    assert ask(server, "/", **{"Transfer-Encoding": "chunked"}).status == 413


def test_it_listens_on_the_loopback_address_only(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def raw_response(server: PreviewServer, text: bytes) -> bytes:
    """Send raw bytes, and return the response."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        try:
            connection.sendall(text)
            return connection.recv(1 << 16)
        except OSError:
            return b""


def test_large_and_broken_requests_are_refused(server: PreviewServer) -> None:
    assert b" 414 " in raw_response(server, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n")
    many = b"".join(b"X-%d: y\r\n" % number for number in range(200))
    assert b" 431 " in raw_response(server, b"GET / HTTP/1.1\r\n" + many + b"\r\n")
    assert b" 400 " in raw_response(server, b"nonsense\r\n\r\n")
    assert ask(server, "/").status == 200


def test_a_request_that_comes_too_slowly_is_cut_off(server: PreviewServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_cut_off(connection: socket.socket) -> bool:
        try:
            connection.send(b"x")  # in time for the next read, for ever
            return connection.recv(1 << 16) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    with monkeypatch.context() as patch:
        patch.setattr(preview, "REQUEST_TIMEOUT", 0.3)
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"GET /")
            connection.setblocking(False)
            wait_until(lambda: is_cut_off(connection))
    assert ask(server, "/").status == 200


def test_more_requests_than_there_is_room_for_are_turned_away(server: PreviewServer) -> None:
    with ExitStack() as stack:
        pages = [stack.enter_context(waiting_page(server.port)) for _ in range(preview.MAX_REQUESTS)]
        with pytest.raises(OSError, match=r"without response|reset"):
            ask(server, "/")
        server.reload_pages()
        assert all(b"data: changed" in page.read() for page in pages)
    wait_until(lambda: server.request_slots._value == preview.MAX_REQUESTS)  # their threads have ended
    assert ask(server, "/").status == 200


def test_a_page_loaded_before_a_build_reloads_even_if_it_asks_after_it(
    server: PreviewServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = re.search(rb'src="(/\.docgen-reload\.js)(\?\d+)"', ask(server, "/").body)
    assert script
    assert b"new URL(document.currentScript.src).search" in ask(server, (script[1] + script[2]).decode()).body
    with waiting_page(server.port, script[2].decode()) as page:
        assert page.readline() == b":\n", "nothing has changed"
        server.reload_pages()
        assert b"data: changed\n\n" in page.read()
    monkeypatch.setattr(preview, "POLL_INTERVAL", 2 * PATIENCE)
    with waiting_page(server.port, script[2].decode()) as page:
        assert page.read() == b"data: changed\n\n", "at once"


def test_pages_do_not_reload_while_a_build_moves_them(server: PreviewServer, tmp_path: Path) -> None:
    seen = []
    for complete in (False, True):
        write_manifest(server.root, tmp_path, Manifest(complete=complete))
        serve._reload_pages(server)
        seen.append(server.generation)
    assert seen[1] - seen[0] == 1
    write_manifest(server.root, tmp_path, Manifest(complete=False))
    serve._reload_pages(server)
    assert server.generation == seen[1]


def test_a_port_that_is_taken_and_a_folder_that_is_not_there_are_one_line(
    server: PreviewServer, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match=rf"port {server.port}: .*use --port for another one"):
        PreviewServer(server.root, server.port)
    with pytest.raises(OutputError, match=r"port 99999: .*--port"):
        PreviewServer(server.root, 99_999)
    with pytest.raises(OutputError, match=r"no such folder .build the site first"):
        PreviewServer(tmp_path / "nothing")


def test_the_command_builds_again_when_a_model_changes_and_tells_open_pages(tmp_path: Path) -> None:
    models = tmp_path / "models"
    here = Path(__file__).parent.parent.parent / "models" / "1.12.82"
    for path in here.rglob("*.json"):
        copy = models / "1.12.82" / path.relative_to(here)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "docgen", "serve", "site", "--port", "0"]
    command += ["--build", "--source", "models", "--formats", "html"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline().startswith("site: 1 release")
            match = re.fullmatch(r"site: http://127\.0\.0\.1:(\d+)/ \(stop with Ctrl-C\)\n", running.stdout.readline())
            assert match
            with waiting_page(int(match[1])) as page:
                model = next(models.rglob("service-2.json"))
                model.write_text(model.read_text().replace("Amazon AppStream", "Another Name"))
                assert wait_until(lambda: page.readline().replace(b":\n", b"")) == b"data: changed\n"
            assert "Another Name" in (tmp_path / "site" / "index.html").read_text()
        finally:
            running.kill()


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    import signal

    (tmp_path / "site").mkdir()
    command = [sys.executable, "-m", "docgen", "serve", "site", "--port", "0"]
    with interruptible(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=PATIENCE)[1] == ""
        assert running.returncode == 130
