"""The files that compare versions: the syntax in every release is the one that `docgen show` prints."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from history_support import put, random_releases, small_model, structure, write
from zoo_models import build_zoo

from docgen.compare.model_reader import ModelReader
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.snapshots import ModelSnapshots
from docgen.history.syntax_lives import _Reach
from docgen.locate import open_source
from docgen.model.python_view import python_view
from docgen.model.syntax import operation_syntax
from docgen.pages.compare.version_files import OperationVersions, apply_versions, block_edits, split_into_pieces
from docgen.pages.operation.side_by_side import line_opcodes
from docgen.site.build import build_site
from docgen.site.service_versions import ServiceVersions


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a history and a site."""
    made = tmp_path_factory.mktemp("compare")
    build_zoo(made, ["html"])
    return made


def value(path: Path) -> Any:
    """Return what a file passes to the script."""
    text = path.read_text(encoding="utf-8")
    name = json.dumps(path.stem)
    assert text.startswith(f"docgenSearch({name},")
    return json.loads(text.removeprefix(f"docgenSearch({name},").removesuffix(")\n"))


def syntax(folder: Path, release: str, operation: str) -> tuple[str, str] | None:
    """Return the syntax of an operation as `docgen show` makes it from the model of the release."""
    file = next(r for r in open_source(str(folder / "history.db")).releases() if r.name == release).latest_model("zoo")
    assert file is not None
    model = python_view(ModelReader().read_service(file), "zoo", "zoos", release)
    if operation not in model.operations:
        return None
    found = operation_syntax(model, model.operations[operation])
    return found.request_syntax, found.response_syntax or ""


def test_the_files_give_the_syntax_of_every_release(folder: Path) -> None:
    compare = folder / "site" / "services" / "zoo" / "compare"
    releases, operations, _ = value(compare / "c.js")
    assert releases == [["1.1", "2020-01-01"], ["1.2", "2020-02-01"], ["1.3", "2020-03-01"]]
    assert {name: versions for name, _, *versions in operations} == {
        "Feed": [0, 1, 2],
        "List": [0, 1, 2],
        "Wash": [0, -2, 2],
        "types": [0],
    }
    for name, operation_folder, *_ in operations:
        records = value(compare / f"c-{operation_folder}.js")
        for index, (release, _) in enumerate(releases):
            assert apply_versions(records, index) == syntax(folder, release, name)


def test_verdicts_name_the_operations_and_lead_to_the_notes(folder: Path) -> None:
    _, _, verdicts = value(folder / "site" / "services" / "zoo" / "compare" / "c.js")
    removed = next(each for each in verdicts if each[2] == "Wash (wash) was removed")
    index, severity, _, link, *operations = removed
    assert (index, severity, operations) == (1, "breaking", ["Wash"])
    path, _, anchor = link.partition("#")
    assert f'id="{anchor}"' in (folder / "site" / path).read_text(encoding="utf-8")


def test_pages_lead_to_the_comparison_where_there_is_something_to_compare(folder: Path) -> None:
    services = folder / "site" / "services" / "zoo"
    link = '<a href="../compare/index.html?operation=Feed">compare versions</a>'
    assert link in (services / "Feed" / "index.html").read_text(encoding="utf-8")
    assert "compare versions" not in (services / "operation.types" / "index.html").read_text(encoding="utf-8")
    page = (services / "compare" / "index.html").read_text(encoding="utf-8")
    assert page.index("1.3</a>") < page.index("1.2</a>")  # the content without a script
    assert '<a href="../../../releases/1.2/zoo/index.html">1.2</a>' in page


@pytest.mark.parametrize("seed", range(20))
def test_edits_lead_from_version_to_version(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    letters = ["a", "'x'|", "\n", "|", "b\n", ""]
    texts: list[tuple[str, str] | None] = [
        None
        if chance.random() < 0.2
        else ("".join(chance.choices(letters, k=12)), "".join(chance.choices(letters, k=4)))
        for _ in range(12)
    ]
    versions = OperationVersions()
    for index, blocks in enumerate(texts):
        versions.add(index, blocks)
    assert [apply_versions(versions.records, index) for index in range(len(texts))] == texts
    assert all(
        "".join(split_into_pieces(text)) == (f"{text}\n" if text else "") for each in texts if each for text in each
    )


def edits_of_all_pieces(old: str, new: str) -> list[int | str]:
    """Return what `block_edits` returns, from all pieces of both texts."""
    before, after = split_into_pieces(old), split_into_pieces(new)
    return [
        part
        for kind, start, end, new_start, new_end in reversed(list(line_opcodes(before, after)))
        if kind != "equal"
        for part in (start, end - start, "".join(after[new_start:new_end]))
    ]


@pytest.mark.parametrize("seed", range(20))
def test_edits_are_those_of_all_pieces(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    for size in range(40):
        old, new = ("".join(chance.choices(["a", "b", "ab", "|", "\n"], k=size // 4)) for _ in range(2))
        around = "".join(chance.choices(["a|", "b\n", "a"], k=4)), "".join(chance.choices(["|a", "\nb", "b"], k=4))
        for texts in ((old, new), (around[0] + old + around[1], around[0] + new + around[1]), (old, old + new)):
            assert block_edits(*texts) == edits_of_all_pieces(*texts), texts


@pytest.mark.parametrize("seed", [3, 4])
def test_versions_are_those_of_looking_at_every_operation(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, files in random_releases(seed, 25):
        write(tmp_path / "models", name, files)
    update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    look_at, affected, looks = _Reach.look_at, _Reach.affected, []

    def versions() -> dict[tuple[str, str], list[tuple[Any, list[Any]]]]:
        looks.append(0)
        found = {}
        for service in history.services:
            of_service = ServiceVersions(history, service, "botocore", history.end - 1, {}, ())
            for name, each in of_service.operations.items():
                found[service, name] = [(of_service.releases[index], edits) for index, *edits in each.records]
        return found

    def counted(reach: _Reach, name: str, snapshots: ModelSnapshots, number: int) -> None:
        looks[-1] += 1
        look_at(reach, name, snapshots, number)

    monkeypatch.setattr(_Reach, "look_at", counted)
    quick = versions()
    monkeypatch.setattr(
        _Reach, "affected", lambda reach, snapshots, number, _: affected(reach, snapshots, number, None)
    )
    assert quick == versions()
    assert looks[0] < looks[1]


def test_an_operation_that_is_too_large_has_no_syntax() -> None:
    versions = OperationVersions()
    for index, size in enumerate(["", "large", "large", "small"]):
        versions.add(index, ("a", "b") if size != "large" else None, is_large=size == "large")
    assert versions.records == [[0, [0, 0, "a\n"], [0, 0, "b\n"]], [1, 0], [3, [0, 0, "a\n"], [0, 0, "b\n"]]]
    assert [apply_versions(versions.records, index) for index in range(4)] == [("a", "b"), None, None, ("a", "b")]
    assert versions.signed_indexes == [0, 1, 3]


def test_a_release_that_changes_no_syntax_has_its_verdict(tmp_path: Path) -> None:
    for release, protocol in (("1.0", "query"), ("1.1", "json"), ("1.2", "json")):
        model = small_model(Request=structure(Name="String", **({"Age": "String"} if release == "1.2" else {})))
        put(tmp_path / "models", release, {**model, "metadata": {**model["metadata"], "protocol": protocol}})
    source = open_source(str(tmp_path / "models"))
    update_history(source, tmp_path / "history.db")
    build_site(source, tmp_path / "site", ["html"], history=History(tmp_path / "history.db"))
    releases, _, verdicts = value(tmp_path / "site" / "services" / "svc" / "compare" / "c.js")
    assert [name for name, _ in releases] == ["1.0", "1.1", "1.2"]
    assert [each[0] for each in verdicts if not each[4:]] == [1]
