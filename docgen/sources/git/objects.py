"""The objects of a git repository, asked for by id or name from one `git cat-file --batch` in each process.

Many are asked for before the first answer is read. Whether each is what its id says is looked at here, since git does
not: where the copy is damaged, that is told, and nothing that is wrong is taken for a model.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import IO

from docgen.errors import SourceError
from docgen.sources.git.program import QUIET, environment
from docgen.sources.limits import MAX_JSON_BYTES, check_size, unpack
from docgen.sources.release import File, blob_id, is_name

WINDOW = 256
"""Objects that are asked for before the first is read: their names fit into a pipe, so that neither side waits."""
MAX_TREE_BYTES = 16 << 20
"""One folder of a repository. The largest of botocore's has 0.2 MB."""

TREE, FILE = (b"40000",), (b"100644", b"100755")

Entry = tuple[bytes, bytes]
"""An entry of a folder in a repository: its name and its id, as git keeps them."""


@dataclass(frozen=True, slots=True)
class GitBlob(File):
    """A JSON file in a repository, perhaps packed. It can be sent to another process, which asks a git of its own."""

    repository: str
    oid: str
    where: str

    @property
    def place(self) -> str:
        """Repository, release and path, such as `botocore@1.12.83:botocore/data/sqs/2012-11-05/service-2.json`."""
        return self.where

    def read(self) -> bytes:
        """The JSON bytes; raises `SourceError`."""
        return unpack(objects_of(self.repository).blob(self.oid, self.where), self.where)

    def digest(self) -> str:
        """The content name: the object's id where that is it, without reading."""
        return blob_id(self.read()) if self.where.endswith(".gz") or len(self.oid) != 40 else self.oid


class Objects:
    """One `git cat-file --batch`: asked for objects, by one thread at a time."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.known: dict[str, bytes] = {}
        self.interned: dict[Entry, Entry] = {}
        self.size = 20

    def find(self, tree: str, name: str, modes: tuple[bytes, ...]) -> str | None:
        """The id of an entry of a folder, if it is there and of one of these kinds."""
        raw = self.tree(tree)
        for mode in modes:
            # An id cannot be made to hold these: it is a hash. A name can; what comes before an entry is an id.
            head = b"%s %s\0" % (mode, name.encode())
            at = raw.find(head)
            while at > 0 and raw[at - self.size - 1 : at - self.size] != b"\0":
                at = raw.find(head, at + 1)
            if at >= 0:
                at += len(head)
                return raw[at : at + self.size].hex()
        return None

    def entries(self, raw: bytes) -> list[tuple[bytes, bytes, bytes]]:
        """The entries of a folder: kind, name, id."""
        return re.findall(rb"([0-7]+) ([^\0]+)\0(.{%d})" % self.size, raw, re.DOTALL)

    def folders(self, raw: bytes) -> list[Entry]:
        """The folders in a folder that can be a service's or an API version's; equal entries are the same object."""
        known = self.interned
        return [
            known.setdefault((name, oid), (name, oid))
            for mode, name, oid in self.entries(raw)
            if mode in TREE and _can_name(name)
        ]

    def files(self, raw: bytes) -> list[Entry]:
        """The JSON files in a folder."""
        return [
            (name, oid)
            for mode, name, oid in self.entries(raw)
            if mode in FILE and name.removesuffix(b".gz").endswith(b".json") and _can_name(name)
        ]

    def commit(self, rev: str) -> tuple[str, str, str] | None:
        """Id, tree and committer's second of the commit that a revision names; None if it names none."""
        if not rev or "\n" in rev or "\0" in rev or not _encodable(rev):
            return None
        (found,) = self.ask([f"{rev}^{{commit}}"], "commit", MAX_TREE_BYTES, rev)
        if found is None:
            return None
        oid, raw = found
        tree = re.match(rb"tree ([0-9a-f]+)\n", raw)
        when = re.search(rb"^committer .*> ([0-9]+) [-+0-9]+$", raw.partition(b"\n\n")[0], re.MULTILINE)
        return (oid, tree[1].decode(), when[1].decode() if when else "") if tree else None

    def tree(self, oid: str) -> bytes:
        """A folder as git keeps it; small ones are kept."""
        if oid not in self.known:
            self.warm([oid])
        return self.known[oid]

    def warm(self, oids: Iterable[str]) -> None:
        """Read folders that will be asked for."""
        for oid, raw in self.trees(dict.fromkeys(oid for oid in oids if oid not in self.known)):
            self.known[oid] = raw

    def trees(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Folders as git keeps them, with their ids."""
        names = sorted(oids)
        if names:
            self.size = len(names[0]) // 2
        for name, found in zip(names, self.ask(names, "tree", MAX_TREE_BYTES, "a folder"), strict=True):
            yield name, self.there(found, name)

    def blob(self, oid: str, where: str, kind: str = "blob") -> bytes:
        """The content of a file, or of an object of another kind, which `where` says the place of."""
        (found,) = self.ask([oid], kind, MAX_JSON_BYTES, where)
        return self.there(found, where)

    def there(self, found: tuple[str, bytes] | None, what: str) -> bytes:
        """The content that was found; raises `SourceError` where there is none."""
        if found is None:
            raise self.unreadable(what)
        return found[1]

    def unreadable(self, what: str) -> SourceError:
        """What to say where git has no such object, or ends in the middle of it."""
        return SourceError(f"{self.directory}: git cannot read {what} (a partial or damaged copy: clone it again)")

    def ask(self, names: Sequence[str], kind: str, limit: int, where: str) -> Iterator[tuple[str, bytes] | None]:
        """Id and content of objects, None for one that is not there. The next ones are asked for before one is read."""
        with self.lock:
            process = self.running()
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes, for mypy
            try:
                for start in range(0, len(names), WINDOW):
                    window = names[start : start + WINDOW]
                    process.stdin.write("".join(f"{name}\n" for name in window).encode())
                    process.stdin.flush()
                    for _ in window:
                        yield self.answer(process.stdout, kind, limit, where)
            except BaseException as error:
                self.close()  # answers that nobody reads would come before the next one
                if isinstance(error, OSError):
                    raise SourceError(f"{self.directory}: git ended unexpectedly: {error}") from None
                raise

    def answer(self, stream: IO[bytes], kind: str, limit: int, where: str) -> tuple[str, bytes] | None:
        """Read one answer."""
        header = stream.readline()
        if header.endswith((b" missing\n", b" ambiguous\n")):
            return None
        fields = header.split()
        if len(fields) != 3 or not fields[2].isdigit():
            raise self.unreadable(where)
        oid, found, size = fields[0].decode(), fields[1].decode(), int(fields[2])
        if found != kind:
            raise SourceError(f"{self.directory}: {where} is a {found}, not a {kind}")
        check_size(size, size, where)
        if size > limit:
            raise SourceError(f"{self.directory}: {where} has {size:,} bytes, more than any real one")
        content = stream.read(size + 1)
        if len(content) != size + 1 or not _is_called(oid, kind, content[:-1]):
            raise self.unreadable(where)
        return oid, content[:-1]

    def running(self) -> subprocess.Popen[bytes]:
        """The process, started if it is not there."""
        if self.process is None:
            command = ["git", *QUIET, "--git-dir", self.directory, "cat-file", "--batch"]
            try:
                self.process = subprocess.Popen(  # noqa: S603 - fixed words and a folder
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environment(network=False),
                )
            except OSError as error:
                raise SourceError(f"git: {error.strerror} (install git)") from None
        return self.process

    def close(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is not None:
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):
                    if stream is not None:
                        stream.close()
            process.kill()
            process.wait()


_OPEN: dict[tuple[int, str], Objects] = {}


def objects_of(directory: str) -> Objects:
    """The objects of a repository, for this process: one that was forked must not read its parent's answers."""
    key = os.getpid(), directory
    if key not in _OPEN:
        if not _OPEN:
            atexit.register(_close_all)
        _OPEN[key] = Objects(directory)
    return _OPEN[key]


def _close_all() -> None:
    for (process, _), objects in _OPEN.items():
        if process == os.getpid():
            objects.close()


def _is_called(oid: str, kind: str, content: bytes) -> bool:
    """Whether an object is what its id says. Git looks at that when it copies a repository, not when it reads one."""
    digest = hashlib.sha256() if len(oid) == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"%s %d\0" % (kind.encode(), len(content)))
    digest.update(content)
    return digest.hexdigest() == oid


@cache
def _can_name(name: bytes) -> bool:
    """Whether a name can be a service's, an API version's or a file's."""
    return name.isascii() and is_name(name.decode())


def _encodable(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False
