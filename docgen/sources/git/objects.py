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
from docgen.sources.git.program import SAFE_OPTIONS, git_environment
from docgen.sources.limits import MAX_JSON_BYTES, check_json_size, unpack_json
from docgen.sources.release import File, git_blob_id, is_valid_name

REQUEST_WINDOW = 256
"""Objects that are asked for before the first is read: their names fit into a pipe, so that neither side waits."""
MAX_TREE_BYTES = 16 << 20
"""One folder of a repository. The largest of botocore's has 0.2 MB."""

TREE_MODES, FILE_MODES = (b"40000",), (b"100644", b"100755")

TreeEntry = tuple[bytes, bytes]
"""An entry of a folder in a repository: its name and its id, as git keeps them."""


@dataclass(frozen=True, slots=True)
class GitBlob(File):
    """A JSON file in a repository, perhaps packed. It can be sent to another process, which asks a git of its own."""

    git_dir: str
    oid: str
    revision_path: str

    @property
    def location(self) -> str:
        """Repository, release and path, such as `botocore@1.12.83:botocore/data/sqs/2012-11-05/service-2.json`."""
        return self.revision_path

    def read(self) -> bytes:
        """The JSON bytes; raises `SourceError`."""
        return unpack_json(object_reader(self.git_dir).read_object(self.oid, self.revision_path), self.revision_path)

    def digest(self) -> str:
        """The content name: the object's id where that is it, without reading."""
        return git_blob_id(self.read()) if self.revision_path.endswith(".gz") or len(self.oid) != 40 else self.oid


class ObjectReader:
    """One `git cat-file --batch`: asked for objects, by one thread at a time."""

    def __init__(self, git_dir: str) -> None:
        self.git_dir = git_dir
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.cached_trees: dict[str, bytes] = {}
        self.interned_entries: dict[TreeEntry, TreeEntry] = {}
        self.oid_size = 20

    def find_entry(self, tree_oid: str, name: str, modes: tuple[bytes, ...]) -> str | None:
        """The id of an entry of a folder, if it is there and of one of these kinds."""
        raw = self.read_tree(tree_oid)
        for mode in modes:
            # An id cannot be made to hold these: it is a hash. A name can; what comes before an entry is an id.
            head = b"%s %s\0" % (mode, name.encode())
            at = raw.find(head)
            while at > 0 and raw[at - self.oid_size - 1 : at - self.oid_size] != b"\0":
                at = raw.find(head, at + 1)
            if at >= 0:
                at += len(head)
                return raw[at : at + self.oid_size].hex()
        return None

    def parse_tree(self, raw: bytes) -> list[tuple[bytes, bytes, bytes]]:
        """The entries of a folder: kind, name, id."""
        return re.findall(rb"([0-7]+) ([^\0]+)\0(.{%d})" % self.oid_size, raw, re.DOTALL)

    def folder_entries(self, raw: bytes) -> list[TreeEntry]:
        """The folders in a folder that can be a service's or an API version's; equal entries are the same object."""
        known = self.interned_entries
        return [
            known.setdefault((name, oid), (name, oid))
            for mode, name, oid in self.parse_tree(raw)
            if mode in TREE_MODES and _is_valid_entry_name(name)
        ]

    def json_file_entries(self, raw: bytes) -> list[TreeEntry]:
        """The JSON files in a folder."""
        return [
            (name, oid)
            for mode, name, oid in self.parse_tree(raw)
            if mode in FILE_MODES and name.removesuffix(b".gz").endswith(b".json") and _is_valid_entry_name(name)
        ]

    def resolve_commit(self, rev: str) -> tuple[str, str, str] | None:
        """Id, tree and committer's second of the commit that a revision names; None if it names none."""
        if not rev or "\n" in rev or "\0" in rev or not _is_encodable(rev):
            return None
        (found,) = self.request([f"{rev}^{{commit}}"], "commit", MAX_TREE_BYTES, rev)
        if found is None:
            return None
        oid, raw = found
        tree = re.match(rb"tree ([0-9a-f]+)\n", raw)
        when = re.search(rb"^committer .*> ([0-9]+) [-+0-9]+$", raw.partition(b"\n\n")[0], re.MULTILINE)
        return (oid, tree[1].decode(), when[1].decode() if when else "") if tree else None

    def read_tree(self, oid: str) -> bytes:
        """A folder as git keeps it; small ones are kept."""
        if oid not in self.cached_trees:
            self.prefetch_trees([oid])
        return self.cached_trees[oid]

    def prefetch_trees(self, oids: Iterable[str]) -> None:
        """Read folders that will be asked for."""
        for oid, raw in self.read_trees(dict.fromkeys(oid for oid in oids if oid not in self.cached_trees)):
            self.cached_trees[oid] = raw

    def read_trees(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Folders as git keeps them, with their ids."""
        names = sorted(oids)
        if names:
            self.oid_size = len(names[0]) // 2
        for name, found in zip(names, self.request(names, "tree", MAX_TREE_BYTES, "a folder"), strict=True):
            yield name, self.require_content(found, name)

    def read_object(self, oid: str, label: str, object_type: str = "blob") -> bytes:
        """The content of a file, or of an object of another kind, which `where` says the place of."""
        (found,) = self.request([oid], object_type, MAX_JSON_BYTES, label)
        return self.require_content(found, label)

    def require_content(self, found: tuple[str, bytes] | None, label: str) -> bytes:
        """The content that was found; raises `SourceError` where there is none."""
        if found is None:
            raise self.unreadable_error(label)
        return found[1]

    def unreadable_error(self, label: str) -> SourceError:
        """What to say where git has no such object, or ends in the middle of it."""
        return SourceError(f"{self.git_dir}: git cannot read {label} (a partial or damaged copy: clone it again)")

    def request(
        self, names: Sequence[str], object_type: str, max_bytes: int, label: str
    ) -> Iterator[tuple[str, bytes] | None]:
        """Id and content of objects, None for one that is not there. The next ones are asked for before one is read."""
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
                self.close()  # answers that nobody reads would come before the next one
                if isinstance(error, OSError):
                    raise SourceError(f"{self.git_dir}: git ended unexpectedly: {error}") from None
                raise

    def read_response(
        self, stream: IO[bytes], object_type: str, max_bytes: int, label: str
    ) -> tuple[str, bytes] | None:
        """Read one answer."""
        header = stream.readline()
        if header.endswith((b" missing\n", b" ambiguous\n")):
            return None
        fields = header.split()
        if len(fields) != 3 or not fields[2].isdigit():
            raise self.unreadable_error(label)
        oid, found, size = fields[0].decode(), fields[1].decode(), int(fields[2])
        if found != object_type:
            raise SourceError(f"{self.git_dir}: {label} is a {found}, not a {object_type}")
        check_json_size(size, size, label)
        if size > max_bytes:
            raise SourceError(f"{self.git_dir}: {label} has {size:,} bytes, more than any real one")
        content = stream.read(size + 1)
        if len(content) != size + 1 or not _matches_oid(oid, object_type, content[:-1]):
            raise self.unreadable_error(label)
        return oid, content[:-1]

    def ensure_process(self) -> subprocess.Popen[bytes]:
        """The process, started if it is not there."""
        if self.process is None:
            command = ["git", *SAFE_OPTIONS, "--git-dir", self.git_dir, "cat-file", "--batch"]
            try:
                self.process = subprocess.Popen(  # noqa: S603 - fixed words and a folder
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
        """End the process."""
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
    """The objects of a repository, for this process: one that was forked must not read its parent's answers."""
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


def _matches_oid(oid: str, object_type: str, content: bytes) -> bool:
    """Whether an object is what its id says. Git looks at that when it copies a repository, not when it reads one."""
    digest = hashlib.sha256() if len(oid) == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"%s %d\0" % (object_type.encode(), len(content)))
    digest.update(content)
    return digest.hexdigest() == oid


@cache
def _is_valid_entry_name(name: bytes) -> bool:
    """Whether a name can be a service's, an API version's or a file's."""
    return name.isascii() and is_valid_name(name.decode())


def _is_encodable(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False
