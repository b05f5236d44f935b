"""Small repositories whose folders contain each other so often that listing them would never end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from git_repository import MODEL, Repository

from docgen.errors import SourceError
from docgen.locate import open_source


@pytest.mark.parametrize("with_model", [True, False])
def test_folders_that_contain_each_other_often_are_one_line(tmp_path: Path, *, with_model: bool) -> None:
    repository = Repository(tmp_path / "repository")
    blob = repository("hash-object", "-w", "--stdin", data=MODEL)
    name = "service-2.json" if with_model else "other.json"
    tree = repository("mktree", data=f"100644 blob {blob}\t{name}\n".encode())
    for _ in range(2):
        lines = sorted(f"040000 tree {tree}\tf{number}\n" for number in range(2000))
        tree = repository("mktree", data="".join(lines).encode())
    tree = repository("mktree", data=f"040000 tree {tree}\tdata\n".encode())
    commit = repository("commit-tree", tree, "-m", "bomb")
    repository("tag", "1.0", commit)
    started = time.process_time()
    with pytest.raises(SourceError) as error:
        [len(release.files) for release in open_source(f"git:{repository.path}@1.0").releases()]
    assert "too many for a release" in str(error.value)
    assert time.process_time() - started < 5


def test_a_folder_of_files_without_end_is_one_line(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    blob = repository("hash-object", "-w", "--stdin", data=MODEL)
    lines = sorted(f"100644 blob {blob}\tf{number}.json\n" for number in range(50_001))
    tree = repository("mktree", data="".join(lines).encode())
    commit = repository("commit-tree", tree, "-m", "bomb")
    repository("tag", "1.0", commit)
    started = time.process_time()
    with pytest.raises(SourceError, match="too many for a release"):
        [len(release.files) for release in open_source(f"git:{repository.path}@1.0").releases()]
    assert time.process_time() - started < 5
