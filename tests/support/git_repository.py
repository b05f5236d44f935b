"""A git repository for tests, made by git itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from docgen.locate import open_source
from docgen.sources.release import ModelFile, Release

MODEL = b'{"metadata": {}, "operations": {}, "shapes": {}}'


SQS = "botocore/data/sqs/2012-11-05/service-2.json"


AUTHOR = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "t@e.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Repository:
    """A repository for tests. Every command runs git itself."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--initial-branch=main", *options)

    def __call__(self, *arguments: str | bytes, data: bytes = b"", when: str = "2019-01-21T12:00:00Z") -> str:
        environment = {**os.environ, **AUTHOR, "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
        done = subprocess.run(
            ["git", "-C", self.path, *arguments], input=data, capture_output=True, check=True, env=environment
        )
        return done.stdout.decode("utf-8", "replace").strip()

    def put(self, **files: bytes) -> None:
        """Write files. `__` in a name stands for `/`; the name `sqs` stands for the path `SQS`."""
        for name, content in files.items():
            self.write({"sqs": SQS}.get(name, name.replace("__", "/")), content)

    def write(self, name: str, content: bytes = MODEL) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def commit(self, tag: str = "", *, when: str = "2019-01-21T12:00:00Z", annotated: bool = False) -> str:
        self("add", "--all")
        self("commit", "--quiet", "--allow-empty", "-m", tag or "work", when=when)
        if tag:
            self("tag", *(("-a", "-m", "released") if annotated else ()), tag, when="2030-01-01T00:00:00Z")
        return self("rev-parse", "HEAD")

    def blob(self, content: bytes) -> str:
        return self("hash-object", "-w", "--stdin", data=content)

    def tree(self, *entries: tuple[str, str, str, bytes | str]) -> str:
        """Write a tree with any entries (mode, type, id, name) and return its id. git does not check them."""
        raw = b"".join(
            f"{int(mode, 8):o} ".encode()
            + (name.encode() if isinstance(name, str) else name)
            + b"\0"
            + bytes.fromhex(oid)
            for mode, _, oid, name in entries
        )
        return self("hash-object", "-w", "-t", "tree", "--literally", "--stdin", data=raw)

    def release(self, tag: str, tree: str) -> str:
        """Commit a tree and tag it; return the id of the commit."""
        commit = self("commit-tree", "-m", tag, tree)
        self("update-ref", f"refs/tags/{tag}", commit)
        return commit

    def nested(self, path: str, tree: str) -> str:
        """Return the id of a tree that contains another one at `path`."""
        for name in reversed(path.split("/")):
            tree = self.tree(("40000", "tree", tree, name))
        return tree

    @property
    def spec(self) -> str:
        return f"git:{self.path}"


def releases(spec: str) -> tuple[Release, ...]:
    return open_source(spec).releases()


def files(spec: str) -> list[ModelFile]:
    return [file for release in releases(spec) for file in release.files]
