"""The changelogs of many elements, replayed at once, equal those of each element alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from history_support import put, random_releases, small_model, structure, write
from rule_support import model, op, struct

from docgen.cli import main
from docgen.errors import UsageError
from docgen.history import release_steps
from docgen.history.changelog import element_changelogs, service_changelog
from docgen.history.elements import encode_json
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.release_step import ReleaseStep, target_names
from docgen.history.since import since
from docgen.history.snapshots import ModelSnapshots, _references_in
from docgen.locate import open_source
from docgen.pages.notes.change_data import change_data
from docgen.rules.service_changes import ServiceChanges
from docgen.workers import gc_paused


@pytest.fixture(scope="module", params=[3, 4])
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("releases")
    for name, files in random_releases(request.param, 25):
        write(folder / "models", name, files)
    update_history(open_source(str(folder / "models")), folder / "h.db")
    return History(folder / "h.db")


def facts(changes: ServiceChanges) -> tuple[object, ...]:
    return changes.release, changes.documentation_change_count, list(map(change_data, changes.changes))


@pytest.mark.parametrize("words", [["*"], ["Get*", "*"]])
@pytest.mark.parametrize("with_documentation", [False, True])
def test_elements_compared_together_have_the_same_changes_as_alone(
    history: History, words: list[str], *, with_documentation: bool
) -> None:
    compared = 0
    for service in history.services:
        try:
            answers = since(history, service, words)
        except UsageError:
            continue
        together = element_changelogs(history, answers, with_documentation=with_documentation)
        for answer, changelog in zip(answers, together, strict=True):
            (alone,) = element_changelogs(history, [answer], with_documentation=with_documentation)
            assert list(map(facts, changelog)) == list(map(facts, alone)), answer
            compared += len(alone)
    assert compared


def test_operations_are_not_compared_one_by_one(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    compare = ReleaseStep.compare_operation

    def counted(step: ReleaseStep, service: str, name: str, *, with_siblings: bool = True) -> object:
        compared.append((step.number, name))
        return compare(step, service, name, with_siblings=with_siblings)

    monkeypatch.setattr(ReleaseStep, "compare_operation", counted)
    service = max(history.services, key=lambda name: len(history.operations(name)))
    found = element_changelogs(history, since(history, service, ["*"]))
    assert len(compared) < sum(map(len, found)) / 2


def test_the_life_of_a_service_is_replayed_once(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    replays = []
    load_referrers = release_steps._StepBuilder.load_referrers

    def counted(builder: release_steps._StepBuilder, number: int) -> None:
        replays.append(number)
        load_referrers(builder, number)

    monkeypatch.setattr(release_steps._StepBuilder, "load_referrers", counted)
    service = max(history.services, key=lambda name: len(history.operations(name)))
    element_changelogs(history, since(history, service, []))
    once = len(replays)
    element_changelogs(history, since(history, service, ["*"]))
    assert len(replays) <= 2 * once


def test_the_models_of_a_service_go_when_its_change_log_is_made(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: WeakSet[ModelSnapshots] = WeakSet()
    load = ModelSnapshots._load

    def noted(snapshots: ModelSnapshots) -> None:
        alive.add(snapshots)
        load(snapshots)

    monkeypatch.setattr(ModelSnapshots, "_load", noted)
    with gc_paused():
        for service in history.services:
            changes = service_changelog(history, service)
            assert next(changes, None) is None or len(alive) == 1
            changes.close()  # type: ignore[attr-defined]
            assert not alive, service


def test_references_are_found_without_building_elements(history: History) -> None:
    compared = 0
    for api in history.reader.apis():
        snapshots = ModelSnapshots(history, api.id)
        for kind, build in (("shape", snapshots.shape), ("operation", snapshots.operation)):
            for name in snapshots.element_names(kind):
                for number in range(1, history.end):
                    element = build(name, number)
                    assert (element is not None) == snapshots.has_element((kind, name), number)
                    targets = set(target_names(element)) if element else set()
                    assert set(snapshots.target_names((kind, name), number)) == targets, (name, number)
                    compared += len(targets)
        for number in range(1, history.end):
            for key, names in snapshots.references(number):
                assert set(names) == set(snapshots.target_names(key, number)), (key, number)
    assert compared


def test_references_are_found_whatever_their_names() -> None:
    names = ['quoted "shape":"X"', "back\\slash\\", "ünïcode", "", "line\nbreak"]
    content = {"members": {"shape": {"shape": names[0]}}, "errors": [{"shape": n} for n in names]}
    content["enum"] = ['"shape":"Not"', '\\"shape":"Not"']
    for huge in ({}, {"max": 1 << 80}):
        assert set(_references_in(encode_json({**content, **huge}))) == set(names)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "timestamp"}, {"type": "string"}),  # the message names where the shape is used
        ({"type": "string", "max": 5}, {"type": "string", "max": 9}),
        ({"type": "string", "sensitive": False}, {"type": "string", "sensitive": True}),  # one rule for both directions
        ({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", "b"]}),  # in errors, too
        ({"type": "list", "member": {"shape": "String", "locationName": "a"}},) * 2,
    ],
)
def test_a_shape_of_several_operations_is_judged_for_each(before: Any, after: Any, tmp_path: Path) -> None:
    for release, shape in (("1.0", before), ("1.1", after), ("1.2", before)):
        raw = model(
            {"T": shape, "E": struct({"T": "T"}, exception=True), "R": struct({"T": "T"})},
            Get=op({"A": "T"}, {"B": "T"}, ["E"]),
            List=op({}, {"B": "R"}, ["E"]),
            Put=op({"R": "R", "A": "T"}, {}),
            Try=op({}, {}, ["E"]),
        )
        put(tmp_path / "models", release, raw)
    update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    answers = since(history, "svc", ["*"])
    together = element_changelogs(history, answers)
    alone = [element_changelogs(history, [answer])[0] for answer in answers]
    assert [list(map(facts, each)) for each in together] == [list(map(facts, each)) for each in alone]
    assert any(together) == (before != after)


def test_the_text_lists_the_worst_of_each_release_and_counts_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models"
    put(folder, "1.0.0", small_model(Request=structure(Name="String")))
    members = {f"M{number}": "String" for number in range(30)}
    put(folder, "1.1.0", small_model(Request=structure(**members)))
    update_history(open_source(str(folder)), tmp_path / "h.db")
    run = ["history", "svc", "--history", str(tmp_path / "h.db")]
    assert main(run) == 0
    text = capsys.readouterr().out
    assert text.count("•") == 20
    assert "breaking: " in text
    assert "  and 11 more (--releases 1.1.0 lists all)" in text
    assert main([*run, "--releases", "1.1.0"]) == 0
    assert capsys.readouterr().out.count("•") == 31
