"""Releases in a git repository: its tags, read from the object store, never from a checkout.

One `git cat-file --batch` in each process answers for all objects; many are asked for before the first answer is read.
All 2,481 tags of botocore's repository (13,135 folders of services, 13,445 of API versions) are listed in 2 s so, and
in 9 s if each answer is waited for. Git itself reads the 11,424 models (5 GB) in 17 s of CPU time.

A repository is data here, whoever made it: of git's commands only those run that read refs and objects, without hooks,
filters, replacements or fetching what is missing, and no name in it becomes an argument.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import parse_qsl

from docgen.errors import SourceError
from docgen.sources.cache import cache_folder
from docgen.sources.limits import MAX_JSON_BYTES, check_size, check_spec, unpack
from docgen.sources.notes import changes_summaries
from docgen.sources.release import (
    MODEL,
    File,
    Later,
    LaterSummaries,
    ModelFile,
    Release,
    blob_id,
    collect,
    in_order,
    is_name,
    is_release,
)

PREFIX = "git:"
WINDOW = 256
"""Objects that are asked for before the first is read: their names fit into a pipe, so that neither side waits."""
MAX_TREE_BYTES = 16 << 20
"""One folder of a repository. The largest of botocore's has 0.2 MB."""

_LOG = logging.getLogger(__name__)
_USUAL = (("botocore", "data"), ("awscli", "botocore", "data"))
_VERSION = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*(?:[A-Za-z0-9.+-]*))")
_URL = re.compile(r"[a-z][a-z0-9+]*://[^/]*/.+|[^/@:]+@[^/:]+:.+", re.DOTALL)
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never")
TREE, FILE = (b"40000",), (b"100644", b"100755")
_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(tree)%00%(committerdate:unix)"
_PEELED = "%(*objecttype)%00%(*objectname)%00%(*tree)%00%(*committerdate:unix)"


Entry = tuple[bytes, bytes]
"""An entry of a folder in a repository: its name and its id, as git keeps them."""


class Tag(NamedTuple):
    """A commit that is a release: its name, what the user calls it, its id, its tree, its day."""

    release: str
    rev: str
    commit: str
    tree: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Spec:
    """What a user's words name: a repository, perhaps one revision of it, where models lie in it, which tags count."""

    place: str
    repository: str
    rev: str = ""
    folder: str = ""
    tags: str = ""


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


def parse_spec(spec: str) -> Spec:
    """Take `git:PATH[@REV][#subdirectory=FOLDER&tags=PATTERN]` apart; raises `SourceError`."""
    check_spec(spec)
    text = spec.removeprefix(PREFIX)
    text, _, fragment = (text, "", "") if os.path.isdir(text) else text.partition("#")
    options = dict(parse_qsl(fragment, keep_blank_values=True))
    for name in options.keys() - {"subdirectory", "tags"}:
        raise SourceError(f"{spec}: unknown option {name!r} (there are subdirectory=FOLDER and tags=PATTERN)")
    repository, rev = _split_rev(text)
    folder = options.get("subdirectory", "").strip("/")
    return Spec(f"{PREFIX}{text}", repository, rev, folder, options.get("tags", ""))


def _split_rev(text: str) -> tuple[str, str]:
    if os.path.isdir(text):
        return text, ""
    at = text.rfind("@")
    while at > 0:
        front, rev = text[:at], text[at + 1 :]
        # `git@host:path` is no revision of `git`: what stands before the @ must be a place by itself.
        if rev and (os.path.isdir(front) or _URL.fullmatch(front)):
            return front, rev
        at = text.rfind("@", 0, at)
    return text, ""


def is_remote(spec: Spec) -> bool:
    """Whether the repository is somewhere else, and a copy of it in the cache folder is read."""
    return _URL.fullmatch(spec.repository) is not None and not os.path.isdir(spec.repository)


def git_releases(spec: Spec) -> tuple[Release, ...]:
    """The releases that `spec` names, oldest first: tags with models, or one revision; raises `SourceError`."""
    directory = _directory(spec)
    listing = _Listing(spec, directory)
    if spec.rev:
        return (listing.release(listing.revision(spec.rev)),)
    found = listing.tags()
    listing.warm(found)
    releases = in_order(map(listing.release, found))
    releases = listing.with_models(releases)
    if not releases:
        what = f"{len(found)} tags, none with" if found else "no tag that is a version"
        raise SourceError(f"{spec.place}: {what} */<service>/<API version>/{MODEL} (name a revision: @REV)")
    return releases


def _directory(spec: Spec) -> str:
    """Git's own folder of the repository, which an address has in our cache; raises `SourceError`."""
    if is_remote(spec):
        return str(_fetched(spec))
    if not os.path.isdir(spec.repository):
        raise SourceError(f"{spec.place}: no such folder (git:PATH, git:PATH@REV, or git:URL)")
    return run_git(spec.place, "-C", spec.repository, "rev-parse", "--absolute-git-dir").decode().strip()


def _fetched(spec: Spec) -> Path:
    """Our own copy of a repository that lies elsewhere, brought up to date."""
    name = hashlib.sha256(spec.repository.encode()).hexdigest()[:16]
    folder = cache_folder("git") / name
    if folder.is_dir():
        refs = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        run_git(spec.place, "-C", str(folder), "fetch", "--quiet", "--prune", "origin", *refs, network=True)
        return folder
    part = cache_folder("git") / f"{name}.{os.getpid()}.part"
    try:
        run_git(spec.place, "clone", "--bare", "--quiet", "--", spec.repository, str(part), network=True)
        with suppress(OSError):  # another process was faster: its copy is as good
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


class _Listing:
    """The tags of a repository, and the model files below each; what is the same in two of them is found once."""

    def __init__(self, spec: Spec, directory: str) -> None:
        self.spec = spec
        self.directory = directory
        self.objects = objects_of(directory)
        self.order: list[tuple[str, str, str]] = []
        self.files: dict[str, tuple[ModelFile, ...]] = {}
        self.folders: dict[str, tuple[str, str] | None] = {}
        self.seen: dict[bytes, list[Entry]] = {}
        self.inside: dict[bytes, list[Entry]] = {}
        self.model_files: dict[Entry, tuple[ModelFile, ...]] = {}
        self.ahead = 1

    # --- releases ---

    def tags(self) -> list[Tag]:
        """The tags that are releases: versions, or what the user's pattern chooses."""
        wanted = "for-each-ref", f"--format={_FORMAT}%00{_PEELED}", "refs/tags"
        lines = run_git(self.spec.place, "--git-dir", self.directory, *wanted)
        found: dict[str, Tag] = {}
        for line in lines.decode("utf-8", "surrogateescape").split("\n")[:-1]:  # a name may hold other line ends
            name, *fields = line.split("\0")
            kind, *said = fields[:4] if fields[0] == "commit" else fields[4:8]
            rev = name.removeprefix("refs/tags/")
            release = self.called(rev)
            if kind not in ("commit", "tag") or not release or (release in found and rev != release):
                continue
            commit = self.objects.commit(name) if kind == "tag" else said  # some gits look only behind one tag
            if commit is not None:
                oid, tree, seconds = commit
                found[release] = Tag(release, rev, oid, tree, _day(seconds))
        return list(found.values())

    def called(self, rev: str) -> str:
        """The release that a tag names; empty if none."""
        match = _VERSION.fullmatch(rev)
        if self.spec.tags and not fnmatchcase(rev, self.spec.tags):
            return ""
        if match and is_release(match[1]) and (self.spec.tags or _is_version(match[1])):
            return match[1]
        return rev if self.spec.tags and is_release(rev) else ""

    def revision(self, rev: str) -> Tag:
        """One revision, by any name that git knows."""
        for tag in (f"refs/tags/{rev}", f"refs/tags/v{rev}", rev):
            if rev.startswith("-"):
                break
            found = self.objects.commit(tag)
            if found is not None:
                commit, tree, seconds = found
                name = self.called(rev) or (rev if is_release(rev) else commit[:12])
                return Tag(name, rev, commit, tree, _day(seconds))
        newest = in_order(Release(tag.release, "") for tag in self.tags())[-1:]
        hint = f" (newest tag: {newest[0].name}; `git fetch --tags` brings those of elsewhere)" if newest else ""
        raise SourceError(f"{self.spec.place}: no revision {rev!r}{hint}")

    def release(self, tag: Tag) -> Release:
        """A release; its files are looked up when they are asked for."""
        place = f"{self.spec.repository}@{tag.rev}"
        path, tree = self.data(tag.tree) or ("", "")
        if tree:
            self.order.append((tree, place, path))
        parent = path.rpartition("/")[0].rpartition("/")[2] if path.endswith("data") else ""
        return Release(
            name=tag.release,
            place=f"{PREFIX}{place}",
            date=tag.date,
            package=parent if is_name(parent) else "",
            summaries=self.summaries(tag, place),
            files=Later(partial(self.files_of, tree, place, path)) if tree else (),
            identity=tag.commit,
        )

    def summaries(self, tag: Tag, place: str) -> LaterSummaries | None:
        """What `.changes/<release>.json` says, read when it is asked for; None where there is no such folder.

        A file that is not as it should be is told of, and then nobody knows: what lies in a repository stays there.
        """
        changes = self.objects.find(tag.tree, ".changes", TREE)
        if changes is None:
            return None

        def look() -> dict[str, str] | None:
            oid = self.objects.find(changes, f"{tag.release}.json", FILE)
            where = f"{place}:.changes/{tag.release}.json"
            data = self.objects.blob(oid, where) if oid else b"[]"
            try:
                return changes_summaries(data, where)
            except SourceError as error:
                _LOG.warning("%s (the release is taken without its own words)", error)
                return None

        return LaterSummaries(look)

    # --- where models lie ---

    def warm(self, tags: Sequence[Tag]) -> None:
        """Read the folders in which all tags are looked at first, many at a time."""
        self.objects.warm(tag.tree for tag in tags)
        for parts in (tuple(filter(None, self.spec.folder.split("/"))),) if self.spec.folder else _USUAL:
            level = [tag.tree for tag in tags]
            for name in parts[:-1]:
                inner = (self.objects.find(oid, name, TREE) for oid in level)
                level = [oid for oid in inner if oid is not None]
                self.objects.warm(level)

    def data(self, root: str) -> tuple[str, str] | None:
        """The folder with the services below a commit's tree: its path and its id; None if there is none."""
        if root not in self.folders:
            self.folders[root] = self.find_data(root)
        return self.folders[root]

    def find_data(self, root: str) -> tuple[str, str] | None:
        if self.spec.folder:
            oid = self.walk(root, self.spec.folder.split("/"))
            return None if oid is None else (self.spec.folder, oid)
        for parts in _USUAL:
            oid = self.walk(root, parts)
            if oid is not None:
                return "/".join(parts), oid
        found = [(path, oid) for path, oid in self.candidates(root) if self.has_models(oid)]
        if len(found) > 1:
            names = " and ".join(path or "the root" for path, _ in found[:2])
            raise SourceError(f"{self.spec.place}: models in {names} (choose: {self.spec.place}#subdirectory=FOLDER)")
        return found[0] if found else None

    def walk(self, oid: str | None, parts: Iterable[str]) -> str | None:
        for name in parts:
            oid = None if oid is None else self.objects.find(oid, name, TREE)
        return oid

    def candidates(self, root: str) -> Iterator[tuple[str, str]]:
        """Where models may lie: the root, and folders called data or models up to three levels down."""
        yield "", root
        level = [("", root)]
        for _ in range(3):
            inner = [
                (f"{path}/{name.decode()}".lstrip("/"), inside.hex())
                for path, oid in level
                for name, inside in self.objects.folders(self.objects.tree(oid))
            ]
            yield from ((path, oid) for path, oid in inner if path.rpartition("/")[2] in ("data", "models"))
            level = inner[:1000]

    def has_models(self, data: str) -> bool:
        """Whether any `<service>/<API version>/` in a folder has a model; looks no further than it must."""
        for _, service in self.objects.folders(self.objects.tree(data)):
            for _, version in self.objects.folders(self.objects.tree(service.hex())):
                if any(self.objects.find(version.hex(), name, FILE) for name in (MODEL, f"{MODEL}.gz")):
                    return True
        return False

    def with_models(self, releases: Sequence[Release]) -> tuple[Release, ...]:
        """The releases from the first one with models on: the oldest of botocore keep theirs in another layout."""
        start = next((at for at, release in enumerate(releases) if release.files), len(releases))
        self.ahead = 1
        return tuple(releases[start:])

    # --- model files ---

    def files_of(self, data: str, place: str, path: str) -> tuple[ModelFile, ...]:
        """The model files of a release. Who asks for many is served ahead: each time twice as many, at once."""
        if data not in self.files:
            at = self.order.index((data, place, path))
            wanted = [each for each in self.order[at : at + self.ahead] if each[0] not in self.files]
            self.ahead *= 2
            self.look(wanted)
        return self.files[data]

    def look(self, wanted: Sequence[tuple[str, str, str]]) -> None:
        """Find the model files of several releases: level by level, each folder once."""
        trees: dict[str, tuple[str, str]] = {}
        for data, place, path in wanted:
            trees.setdefault(data, (place, path))
        services = {data: self.objects.folders(raw) for data, raw in self.objects.trees(trees)}
        missing = {oid for found in services.values() for _, oid in found} - self.seen.keys()
        for oid, raw in self.objects.trees(each.hex() for each in missing):
            self.seen[bytes.fromhex(oid)] = self.objects.folders(raw)
        inner = {oid for each in missing for _, oid in self.seen[each]} - self.inside.keys()
        for oid, raw in self.objects.trees(each.hex() for each in inner):
            self.inside[bytes.fromhex(oid)] = self.objects.files(raw)
        for data, found in services.items():
            place, path = trees[data]
            where = f"{place}:{path}/" if path else f"{place}:"
            self.files[data] = tuple(file for service in sorted(found) for file in self.of_service(service, where))

    def of_service(self, service: Entry, where: str) -> tuple[ModelFile, ...]:
        """The model files of one service's folder, sorted by API version."""
        if service not in self.model_files:
            name, folder = service[0].decode(), service[1]
            self.model_files[service] = collect(
                (name, version.decode(), file.decode(), self.file(oid, where, name, version.decode(), file.decode()))
                for version, inside in self.seen[folder]
                for file, oid in self.inside[inside]
            )
        return self.model_files[service]

    def file(self, oid: bytes, where: str, *names: str) -> GitBlob:
        return GitBlob(self.directory, oid.hex(), where + "/".join(names))


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

    def blob(self, oid: str, where: str) -> bytes:
        """The content of a file, which `where` says the place of."""
        (found,) = self.ask([oid], "blob", MAX_JSON_BYTES, where)
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
        if len(content) != size + 1:
            raise self.unreadable(where)
        return oid, content[:-1]

    def running(self) -> subprocess.Popen[bytes]:
        """The process, started if it is not there."""
        if self.process is None:
            command = ["git", *_QUIET, "--git-dir", self.directory, "cat-file", "--batch"]
            try:
                self.process = subprocess.Popen(  # noqa: S603 - fixed words and a folder
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(network=False),
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


def run_git(place: str, *arguments: str, network: bool = False) -> bytes:
    """What git prints; raises `SourceError` with what it complains of."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, a folder, an address behind `--`
            ["git", *_QUIET, *arguments],  # noqa: S607 - the user's git, wherever it is
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=_environment(network=network),
        )
    except OSError as error:
        raise SourceError(f"git: {error.strerror} (install git)") from None
    except ValueError:
        raise SourceError(f"{place}: not a path") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["failed without a word"]
        last = next((line for line in said if line.startswith("fatal: ")), said[0])
        raise SourceError(f"{place}: git: {last.removeprefix('fatal: ')}")
    return done.stdout


def _environment(*, network: bool) -> dict[str, str]:
    """Git's environment: no questions, no replaced objects, nothing fetched by a program that the repository names."""
    kept = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        **({} if network else {"GIT_ALLOW_PROTOCOL": "none"}),
    }


_LOCAL = frozenset(
    ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")
)
"""What a hook's environment says of another repository than ours."""


@cache
def _can_name(name: bytes) -> bool:
    """Whether a name can be a service's, an API version's or a file's."""
    return name.isascii() and is_name(name.decode())


def _is_version(name: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return not Version(name).is_prerelease
    except InvalidVersion:
        return False


def _encodable(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _day(seconds: str) -> str | None:
    """The day of a moment in UTC; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
