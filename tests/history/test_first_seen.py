"""The marks of a reference page: computed for all rows at once, they equal `docgen since` for each path."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from first_seen_releases import APPSTREAM, put

from docgen.history.first_seen import FirstSeenIndex, removed_services_at
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.lifespans import Deprecation
from docgen.history.since import since
from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.model.syntax import operation_syntax
from docgen.pages.index.lifecycle import service_lifecycle
from docgen.site.build import build_site

REAL = os.environ.get("DOCGEN_HISTORY_FULL", "")


def test_deprecations_and_removals_have_their_releases(releases: Path, tmp_path: Path) -> None:
    model = json.loads((releases / "1.5.0" / "appstream" / "2020-01-01" / "service-2.json").read_bytes())
    model["operations"]["CreateStack"]["deprecated"] = True
    del model["operations"]["CreateFleet"]
    put(releases, "1.6.0", model, "2020-01-01")
    other = releases / "1.0.0" / "park" / "2016-12-01" / "service-2.json"
    other.parent.mkdir(parents=True)
    other.write_text(json.dumps({**model, "operations": {}}))
    update_history(open_source(str(releases)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    lived = FirstSeenIndex(history, "appstream", history.newest.number).lifespan()
    assert {id: when.release for id, when in lived.deprecated_since.items()} == {
        "CreateStack": "1.6.0",
        "CreateFleetRequest$Tags": "1.3.0",
    }
    assert [(each.name, each.last_release.release, each.removed_in.release) for each in lived.removals] == [
        ("CreateFleet", "1.5.0", "1.6.0")
    ]
    assert [(each.name, each.last_release.release) for each in removed_services_at(history, history.newest.number)] == [
        ("park", "1.0.0")
    ]
    before = FirstSeenIndex(history, "appstream", history.newest.number - 1).lifespan()
    assert (before.removals, list(before.deprecated_since)) == ((), ["CreateFleetRequest$Tags"]), (
        "seen from the release before"
    )
    assert removed_services_at(history, 1) == ()


def test_renaming_a_shape_does_not_change_since_when_its_member_is_deprecated(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    model = json.loads(APPSTREAM.read_bytes())
    shapes = model["shapes"]
    put(folder, "1.0.0", model)
    vpc = shapes["VpcConfig"]["members"]
    vpc["SubnetIds"] |= {"deprecated": True}
    put(folder, "1.1.0", model)
    shapes["Network"] = shapes.pop("VpcConfig")
    model = json.loads(json.dumps(model).replace('"shape": "VpcConfig"', '"shape": "Network"'))
    put(folder, "1.2.0", model)
    model["shapes"]["Network"]["members"]["SecurityGroupIds"] |= {"deprecated": True}
    put(folder, "1.3.0", model)
    update_history(open_source(str(folder)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    ages = FirstSeenIndex(history, "appstream", history.newest.number)
    life = service_lifecycle(parse(json.dumps(model).encode()), "appstream", ages.lifespan())

    def marks(members: Sequence[Deprecation]) -> dict[str, str]:
        return {each.path: each.since.release for each in members if each.operation == members[0].operation}

    ids, groups = "request.VpcConfig.SubnetIds", "request.VpcConfig.SecurityGroupIds"
    assert marks(life.deprecated_members) == {ids: "1.2.0", groups: "1.3.0"}, "by the name of the shape"
    assert marks(ages.with_path_dates(life.deprecated_members)) == {ids: "1.1.0", groups: "1.3.0"}


def test_values_and_deprecations_are_dated_where_they_are_younger(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    model = json.loads(APPSTREAM.read_bytes())
    put(folder, "1.0.0", model)
    state = next(name for name, shape in model["shapes"].items() if shape.get("enum"))
    first, *_ = model["shapes"][state]["enum"]
    model["shapes"][state]["enum"].append("NEW")
    put(folder, "1.1.0", model)
    model["shapes"][state]["enum"] = ["LAST", "NEW"]
    put(folder, "1.2.0", model)
    model["shapes"][state]["enum"] = [first, "LAST", "NEW"]
    model["shapes"]["VpcConfig"]["members"]["SubnetIds"] |= {"deprecated": True}
    put(folder, "1.3.0", model)
    update_history(open_source(str(folder)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    ages = FirstSeenIndex(history, "appstream", history.newest.number)
    names = {value: history.releases[number - 1].name for value, number in ages.of_values(state).items()}
    assert names == {first: "1.3.0", "LAST": "1.2.0", "NEW": "1.1.0"}, "a value that came back is as old as that"
    assert FirstSeenIndex(history, "appstream", 2).of_values(state) == {"NEW": 2}
    parsed = parse(json.dumps(model).encode())
    operation = parsed.operations["CreateFleet"]
    syntax = operation_syntax(parsed, operation)
    age = ages.of_rows(operation.name, syntax.parameters, syntax.response)
    dated = {row.path: number for row, number in zip(syntax.parameters, age.request_deprecated, strict=True) if number}
    assert dated == {"VpcConfig.SubnetIds": 4}


def test_a_row_is_required_since_the_last_gap_ended(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    model = json.loads(APPSTREAM.read_bytes())
    vpc, fleet = model["shapes"]["VpcConfig"], model["shapes"]["CreateFleetRequest"]
    vpc["required"] = ["SubnetIds"]
    put(folder, "1.0.0", model)
    vpc["members"]["Zone"] = {"shape": "String"}
    vpc["required"] = ["SecurityGroupIds", "Zone"]
    put(folder, "1.1.0", model)
    vpc["required"] = ["SubnetIds", "Zone"]
    put(folder, "1.2.0", model)
    vpc["required"] = ["SubnetIds", "SecurityGroupIds", "Zone"]
    fleet["required"] = [*fleet["required"], "VpcConfig"]
    put(folder, "1.3.0", model)
    update_history(open_source(str(folder)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    parsed = parse(json.dumps(model).encode())
    syntax = operation_syntax(parsed, parsed.operations["CreateFleet"])
    age = FirstSeenIndex(history, "appstream", 4).of_rows("CreateFleet", syntax.parameters, syntax.response)
    dated = {row.path: number for row, number in zip(syntax.parameters, age.request_required, strict=True) if number}
    assert dated == {"VpcConfig": 4, "VpcConfig.SubnetIds": 3, "VpcConfig.SecurityGroupIds": 4}, "Zone always was"
    build_site(open_source(str(tmp_path / "h.db")), tmp_path / "site", history=history)
    page = tmp_path / "site" / "services" / "appstream" / "CreateFleet"
    badge = '<span class="b req">required since 1.2.0</span><svg class="strip"'
    assert badge in (page / "index.html").read_text()
    rows = json.loads((page / "index.json").read_text())["parameters"]
    assert {row["path"]: row["required_since"] for row in rows if "required_since" in row} == {
        "VpcConfig": "1.3.0",
        "VpcConfig.SubnetIds": "1.2.0",
        "VpcConfig.SecurityGroupIds": "1.3.0",
    }


def compare_rows(history: History, release: str, service: str, model: bytes) -> int:
    """Compare every row of every operation; return the number of rows."""
    parsed = parse(model)
    ages = FirstSeenIndex(history, service, history.find_release(release).number)
    compared = 0
    for operation in parsed.operations.values():
        syntax = operation_syntax(parsed, operation)
        age = ages.of_rows(operation.name, syntax.parameters, syntax.response)
        (answer,) = since(history, service, [operation.name])
        assert age.operation == answer.since
        for direction, rows, numbers in (
            ("request", syntax.parameters, age.request),
            ("response", syntax.response, age.response),
        ):
            for row, number in zip(rows, numbers, strict=True):
                answer, *_ = since(history, service, [operation.name, direction, *([row.path] if row.path else [])])
                assert number == answer.since, (operation.name, direction, row.path)
                compared += 1
    return compared


def test_every_row_is_as_old_as_since_says_of_its_path(releases: Path, tmp_path: Path) -> None:
    update_history(open_source(str(releases)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    model = (releases / "1.5.0" / "appstream" / "2020-01-01" / "service-2.json").read_bytes()
    assert compare_rows(history, "1.5.0", "appstream", model) > 100


@pytest.mark.skipif(not REAL, reason="needs DOCGEN_HISTORY_FULL, a history of botocore")
@pytest.mark.parametrize("service", ["appstream", "sqs", "lambda", "appmesh", "sagemaker-runtime", "kafka"])
def test_every_row_of_real_services_is_as_old_as_since_says_of_its_path(service: str) -> None:
    history = History(Path(REAL))
    file = open_source(REAL).releases()[-1].latest_model(service)
    assert file
    assert compare_rows(history, history.newest.name, service, file.read()) > 10


def test_later_releases_do_not_affect_an_older_one(releases: Path, tmp_path: Path) -> None:
    update_history(open_source(str(releases)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    model = parse((releases / "1.1.0" / "appstream" / "2016-12-01" / "service-2.json").read_bytes())
    syntax = operation_syntax(model, model.operations["CreateFleet"])
    age = FirstSeenIndex(history, "appstream", 2).of_rows("CreateFleet", syntax.parameters, syntax.response)
    of = dict(zip((row.path for row in syntax.parameters), age.request, strict=True))
    assert (of["Name"], of["Tags"], of["Tags{value}"]) == (1, 2, 2)


def test_a_page_marks_and_lists_rows_younger_than_their_parent(releases: Path, tmp_path: Path) -> None:
    update_history(open_source(str(releases)), tmp_path / "h.db")
    history = History(tmp_path / "h.db")
    build_site(open_source(str(tmp_path / "h.db")), tmp_path / "site", history=history)
    folder = tmp_path / "site" / "services" / "appstream" / "CreateFleet"
    page = json.loads((folder / "index.json").read_text())
    marked = {row["path"]: row["since"] for row in page["parameters"] if row["since"]}
    assert marked == {"Tags": "1.3.0", "Tags{value}.Text": "1.4.0", "Tags{value}.Inner": "1.4.0"}
    assert {row["path"]: row["deprecated"] for row in page["parameters"] if row["deprecated"] is not None} == {
        "Tags": "No."
    }
    assert page["since"] is None, "the operation is as old as the history"
    html = (folder / "index.html").read_text()
    assert '<span class="b a">since 1.3.0</span><svg class="strip"' in html
    assert "Deprecated: No." in html
    assert "Added over time" in html
    assert '<p><span class="t">Request:</span> <a href="#request.Tags">Tags</a>' in html
    assert "since 1.3.0" in (folder / "index.md").read_text()


def test_a_build_takes_the_releases_that_are_chosen(releases: Path, tmp_path: Path) -> None:
    from docgen.sources.selection import ReleaseSelection

    line = build_site(open_source(str(releases)), tmp_path / "a", ["json"], selection=ReleaseSelection("1.1.0..1.2.0"))
    assert "2 releases" in line
    assert sorted(path.name for path in (tmp_path / "a" / "releases").glob("1*")) == ["1.1.0", "1.2.0"]
    notes = json.loads((tmp_path / "a" / "releases" / "1.1.0" / "appstream" / "index.json").read_text())
    assert notes["previous"] == "1.0.0", "the release before the range is what its first one is compared with"
    assert "2 releases" in build_site(
        open_source(str(releases)), tmp_path / "b", ["json"], selection=ReleaseSelection(last=2)
    )


def test_a_name_that_looks_like_a_path_has_an_age_of_its_own(tmp_path: Path) -> None:
    model = json.loads(APPSTREAM.read_bytes())
    put(tmp_path / "models", "1.0.0", model)
    odd = ("..", "Name.Inner", ".x", "Odd[]", "{key}")
    model["shapes"]["CreateFleetRequest"]["members"].update({name: {"shape": "Odd"} for name in odd})
    model["shapes"]["Odd"] = {"type": "list", "member": {"shape": "String"}}
    put(tmp_path / "models", "1.1.0", model)
    update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    service = parse(json.dumps(model).encode())
    rows = operation_syntax(service, service.operations["CreateFleet"]).parameters
    age = FirstSeenIndex(History(tmp_path / "h.db"), "appstream", 2).of_rows("CreateFleet", rows, ())
    found = {row.path: number for row, number in zip(rows, age.request, strict=True)}
    assert {path: found[path] for name in odd for path in (name, f"{name}[]")} == dict.fromkeys(
        [path for name in odd for path in (name, f"{name}[]")], 2
    )
    assert found["Name"] == 1
