"""Reads the objects of a git repository by id or name, through one `git cat-file --batch` per process.

Requests are sent in batches, before the first response is read. git does not verify that an object matches its id when
it reads one, so that is done here: if the copy is damaged, that is an error, and wrong data is never taken for a model.
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
from docgen.sources.git.program import SAFE_OPTIONS, git_environment
from docgen.sources.limits import MAX_JSON_BYTES, check_json_size, unpack_json
from docgen.sources.names import is_valid_name
from docgen.sources.release import File, git_blob_id

REQUEST_WINDOW = 256
"""Requests sent before the first response is read. Their names fit into a pipe buffer, so neither side blocks."""
MAX_TREE_BYTES = 16 << 20
"""The largest folder in a repository. botocore's largest has 0.2 MB."""

TREE_MODES, FILE_MODES = (b"40000",), (b"100644", b"100755")

TreeEntry = tuple[bytes, bytes]
"""An entry of a folder in a repository: its name and its id, as git stores them."""


@dataclass(frozen=True, slots=True)
class GitBlob(File):
    """A JSON file in a repository, perhaps compressed. Another process that receives it starts its own git."""

    git_dir: str
    oid: str
    revision_path: str

    @property
    def location(self) -> str:
        """The location of the file, such as `botocore@1.12.83:botocore/data/sqs/2012-11-05/service-2.json`."""
        return self.revision_path

    def read(self) -> bytes:
        """Return the JSON bytes; raise `SourceError`."""
        return unpack_json(object_reader(self.git_dir).read_object(self.oid, self.revision_path), self.revision_path)

    def digest(self) -> str:
        """Return the content digest. It is the id of the object unless the file is compressed or ids are SHA-256."""
        return git_blob_id(self.read()) if self.revision_path.endswith(".gz") or len(self.oid) != 40 else self.oid


class ObjectReader:
    """One `git cat-file --batch`, used by one thread at a time."""

    def __init__(self, git_dir: str) -> None:
        self.git_dir = git_dir
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.cached_trees: dict[str, bytes] = {}
        self.interned_entries: dict[TreeEntry, TreeEntry] = {}
        self.oid_size = 20

    def find_entry(self, tree_oid: str, name: str, modes: tuple[bytes, ...]) -> str | None:
        """Return the id of an entry of a folder if it exists and has one of these modes, or None."""
        raw = self.read_tree(tree_oid)
        for mode in modes:
            # An id is a hash, so nobody can forge these bytes in an id, but in a name they can. An entry follows an id.
            prefix = b"%s %s\0" % (mode, name.encode())
            position = raw.find(prefix)
            while position > 0 and raw[position - self.oid_size - 1 : position - self.oid_size] != b"\0":
                position = raw.find(prefix, position + 1)
            if position >= 0:
                position += len(prefix)
                return raw[position : position + self.oid_size].hex()
        return None

    def parse_tree(self, raw: bytes) -> list[tuple[bytes, bytes, bytes]]:
        """Return the entries of a folder: mode, name and id of each."""
        return re.findall(rb"([0-7]+) ([^\0]+)\0(.{%d})" % self.oid_size, raw, re.DOTALL)

    def folder_entries(self, raw: bytes) -> list[TreeEntry]:
        """Return the subfolders whose names may be of a service or an API version. Equal entries are one object."""
        known = self.interned_entries
        return [
            known.setdefault((name, oid), (name, oid))
            for mode, name, oid in self.parse_tree(raw)
            if mode in TREE_MODES and _is_valid_entry_name(name)
        ]

    def json_file_entries(self, raw: bytes) -> list[TreeEntry]:
        """Return the JSON files in a folder."""
        return [
            (name, oid)
            for mode, name, oid in self.parse_tree(raw)
            if mode in FILE_MODES and name.removesuffix(b".gz").endswith(b".json") and _is_valid_entry_name(name)
        ]

    def resolve_commit(self, rev: str) -> tuple[str, str, str] | None:
        """Return the id, the tree and the time of the commit that a revision names, or None.

        The time is that of the committer, in seconds since 1970, as text.
        """
        if not rev or "\n" in rev or "\0" in rev or not _is_encodable(rev):
            return None
        (response,) = self.request([f"{rev}^{{commit}}"], "commit", MAX_TREE_BYTES, rev)
        if response is None:
            return None
        oid, raw = response
        tree = re.match(rb"tree ([0-9a-f]+)\n", raw)
        time = re.search(rb"^committer .*> ([0-9]+) [-+0-9]+$", raw.partition(b"\n\n")[0], re.MULTILINE)
        return (oid, tree[1].decode(), time[1].decode() if time else "") if tree else None

    def read_tree(self, oid: str) -> bytes:
        """Return the content of a folder as git stores it. It is cached."""
        if oid not in self.cached_trees:
            self.prefetch_trees([oid])
        return self.cached_trees[oid]

    def prefetch_trees(self, oids: Iterable[str]) -> None:
        """Read folders that will be needed into the cache."""
        for oid, raw in self.read_trees(dict.fromkeys(oid for oid in oids if oid not in self.cached_trees)):
            self.cached_trees[oid] = raw

    def read_trees(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the ids and contents of folders, as git stores them."""
        names = sorted(oids)
        if names:
            self.oid_size = len(names[0]) // 2
        for name, response in zip(names, self.request(names, "tree", MAX_TREE_BYTES, "a folder"), strict=True):
            yield name, self.require_content(response, name)

    def read_object(self, oid: str, label: str, object_type: str = "blob") -> bytes:
        """Return the content of a file, or of an object of another type. `label` names it in messages."""
        (found,) = self.request([oid], object_type, MAX_JSON_BYTES, label)
        return self.require_content(found, label)

    def require_content(self, response: tuple[str, bytes] | None, label: str) -> bytes:
        """Return the content of a response; raise `SourceError` if the object does not exist."""
        if response is None:
            raise self.unreadable_error(label)
        return response[1]

    def unreadable_error(self, label: str) -> SourceError:
        """Return the error for an object that git does not have, or cannot read to its end."""
        return SourceError(f"{self.git_dir}: git cannot read {label} (a partial or damaged copy: clone it again)")

    def request(
        self, names: Sequence[str], object_type: str, max_bytes: int, label: str
    ) -> Iterator[tuple[str, bytes] | None]:
        """Yield the id and the content of each object, or None for one that does not exist.

        Args:
            names: Ids, or other names that git resolves, without line breaks.
            object_type: The type that they must have, such as `blob`.
            max_bytes: How large they may be.
            label: Names them in messages.
        """
        with self.lock:
            process = self.ensure_process()
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes, for mypy
            try:
                for start in range(0, len(names), REQUEST_WINDOW):
                    window = names[start : start + REQUEST_WINDOW]
                    process.stdin.write("".join(f"{name}\n" for name in window).encode())
                    process.stdin.flush()
                    for _ in window:
                        yield self.read_response(process.stdout, object_type, max_bytes, label)
            except BaseException as error:
                self.close()  # or unread responses would precede the next one
                if isinstance(error, OSError):
                    raise SourceError(f"{self.git_dir}: git ended unexpectedly: {error}") from None
                raise

    def read_response(
        self, stream: IO[bytes], object_type: str, max_bytes: int, label: str
    ) -> tuple[str, bytes] | None:
        """Read one response; raise `SourceError` if it has another type, is too large or does not match its id."""
        header = stream.readline()
        if header.endswith((b" missing\n", b" ambiguous\n")):
            return None
        fields = header.split()
        if len(fields) != 3 or not fields[2].isdigit():
            raise self.unreadable_error(label)
        oid, actual_type, size = fields[0].decode(), fields[1].decode(), int(fields[2])
        if actual_type != object_type:
            raise SourceError(f"{self.git_dir}: {label} is a {actual_type}, not a {object_type}")
        check_json_size(size, size, label)
        if size > max_bytes:
            raise SourceError(f"{self.git_dir}: {label} has {size:,} bytes, which is too large")
        content = stream.read(size + 1)
        if len(content) != size + 1 or not _matches_oid(oid, object_type, content[:-1]):
            raise self.unreadable_error(label)
        return oid, content[:-1]

    def ensure_process(self) -> subprocess.Popen[bytes]:
        """Return the git process; start it if it is not running."""
        if self.process is None:
            command = ["git", *SAFE_OPTIONS, "--git-dir", self.git_dir, "cat-file", "--batch"]
            try:
                self.process = subprocess.Popen(  # noqa: S603 - fixed arguments and a folder
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=git_environment(network=False),
                )
            except OSError as error:
                raise SourceError(f"git: {error.strerror} (install git)") from None
        return self.process

    def close(self) -> None:
        """Stop the git process."""
        process, self.process = self.process, None
        if process is not None:
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):
                    if stream is not None:
                        stream.close()
            process.kill()
            process.wait()


_OBJECT_READERS: dict[tuple[int, str], ObjectReader] = {}


def object_reader(git_dir: str) -> ObjectReader:
    """Return the reader of a repository for this process. A forked process must not read its parent's responses."""
    key = os.getpid(), git_dir
    if key not in _OBJECT_READERS:
        if not _OBJECT_READERS:
            atexit.register(_close_object_readers)
        _OBJECT_READERS[key] = ObjectReader(git_dir)
    return _OBJECT_READERS[key]


def _close_object_readers() -> None:
    for (process, _), objects in _OBJECT_READERS.items():
        if process == os.getpid():
            objects.close()


def null_hint(rev: str) -> str:
    """Return what to do about a revision of zeros, which git passes to hooks for a missing branch; "" for others."""
    if len(rev) not in (40, 64) or rev.strip("0"):
        return ""
    return "git writes zeros for a branch that is new or deleted: compare a new one with another branch, such as main"


def _matches_oid(oid: str, object_type: str, content: bytes) -> bool:
    """Return whether an object matches its id. git verifies this when it copies a repository, not when it reads one."""
    digest = hashlib.sha256() if len(oid) == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"%s %d\0" % (object_type.encode(), len(content)))
    digest.update(content)
    return digest.hexdigest() == oid


@cache
def _is_valid_entry_name(name: bytes) -> bool:
    """Return whether a name can be that of a service, an API version or a file."""
    return name.isascii() and is_valid_name(name.decode())


def _is_encodable(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False
