"""The change logs of many elements, replayed at once, are those of each element alone."""

from __future__ import annotations

import pytest
from history_support import scripted, write

from docgen.errors import UsageError
from docgen.history import release_steps
from docgen.history.changelog import element_changelogs
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import since
from docgen.locate import open_source
from docgen.rules.service_changes import ServiceChanges


@pytest.fixture(scope="module", params=[3, 4])
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> History:
    folder = tmp_path_factory.mktemp("releases")
    for name, files in scripted(request.param, 25):
        write(folder / "models", name, files)
    update_history(open_source(str(folder / "models")), folder / "h.db")
    return History(folder / "h.db")


def facts(changes: ServiceChanges) -> tuple[object, ...]:
    said = [(change.delta.id, change.rule.id, change.message, change.all_operations) for change in changes.changes]
    return changes.release, changes.documentation_change_count, said


@pytest.mark.parametrize("words", [["*"], ["Get*", "*"]])
@pytest.mark.parametrize("with_documentation", [False, True])
def test_together_is_as_alone(history: History, words: list[str], *, with_documentation: bool) -> None:
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


def test_the_life_of_a_service_is_replayed_once(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    replays = []
    load_elements = release_steps._StepBuilder.load_elements

    def counted(builder: release_steps._StepBuilder, number: int) -> None:
        replays.append(number)
        load_elements(builder, number)

    monkeypatch.setattr(release_steps._StepBuilder, "load_elements", counted)
    service = max(history.services, key=lambda name: len(history.operations(name)))
    element_changelogs(history, since(history, service, []))
    once = len(replays)
    element_changelogs(history, since(history, service, ["*"]))
    assert len(replays) <= 2 * once
