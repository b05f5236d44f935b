"""Questions in a user's words: every spelling, every kind of element, close matches, and the wording of answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from history_support import Model, put, small_model, structure

from docgen.cli import main
from docgen.errors import DocgenError, UsageError
from docgen.history.history import History
from docgen.history.index import update_history
from docgen.history.since import Answer, since
from docgen.history.since_output import answer_data, answer_text
from docgen.locate import open_source
from docgen.schema import load_schema

SCHEMA = jsonschema.Draft202012Validator(load_schema("since-answers"))


def model() -> Model:
    """Return an API with a list, a map, a recursive shape, an enum, an error, and an operation without input."""
    operations = {
        "CreateFleet": ("CreateFleetRequest", "CreateFleetResult"),
        "DescribeFleets": ("DescribeFleetsRequest", "CreateFleetResult"),
        "Ping": ("", ""),
    }
    return {
        "metadata": {"apiVersion": "2020-01-01", "serviceFullName": "Fleets"},
        "operations": {
            name: {
                "name": name,
                **({"input": {"shape": request}} if request else {}),
                **({"output": {"shape": response}} if response else {}),
                "errors": [{"shape": "LimitExceeded"}] if request else [],
            }
            for name, (request, response) in operations.items()
        },
        "shapes": {
            "String": {"type": "string"},
            "CreateFleetRequest": structure("Name", Name="String", State="State", Filters="Filters"),
            "DescribeFleetsRequest": structure(NextToken="String"),
            "CreateFleetResult": structure(Fleets="Fleets"),
            "Fleets": {"type": "list", "member": {"shape": "Fleet"}},
            "Fleet": structure(State="State", Parent="Fleet", Name="String"),
            "State": {"type": "string", "enum": ["RUNNING", "python3.11", "a=b"]},
            "Filters": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Fleets"}},
            "LimitExceeded": {**structure(Limit="String"), "exception": True},
        },
    }


def write(folder: Path, number: int, given: Model, **beside: Any) -> None:
    put(folder, f"1.{number}.0", given, "fleets", **beside)
    notes = {"release": f"1.{number}.0", "package": "botocore", "date": f"2020-01-0{number + 1}"}
    summaries = {"summaries": {"fleets": f"Release\n  {number}."}}
    (folder / f"1.{number}.0" / "release.json").write_text(json.dumps({**notes, **summaries}))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Index six releases: Tags is removed, then restored with a renamed shape; Name is deprecated for a while."""
    folder = tmp_path_factory.mktemp("since")
    models, given = folder / "models", model()
    shapes, request = given["shapes"], given["shapes"]["CreateFleetRequest"]
    pages: Model = {"pagination": {"DescribeFleets": {}}}
    waits: Model = {"version": 2, "waiters": {"FleetRunning": {}}}
    write(models, 0, given)
    shapes["Tags"] = {"type": "list", "member": {"shape": "Tag"}}
    shapes["Tag"] = structure("Key", Key="String")
    request["members"]["Tags"] = {"shape": "Tags"}
    request["required"] = []
    write(models, 1, given, paginators=pages)
    del request["members"]["Tags"], shapes["Tags"], shapes["Tag"]
    write(models, 2, given, paginators=pages, waiters=waits)
    shapes["TagList"] = {"type": "list", "member": {"shape": "Label"}}
    shapes["Label"] = structure("Key", Key="String", Value="String")
    request["members"]["Tags"] = {"shape": "TagList"}
    request["required"] = ["Name"]
    write(models, 3, given, paginators=pages, waiters=waits)
    request["members"]["Tags"] = {"shape": "TagList", "deprecated": True, "deprecatedMessage": "Use\n TagResource."}
    shapes["State"]["enum"].append("STOPPED")
    given["operations"]["Ping"]["deprecated"] = True
    write(models, 4, given, paginators=pages, waiters=waits)
    shapes["State"]["enum"].remove("RUNNING")
    del given["operations"]["DescribeFleets"]
    given["operations"]["CreateFleet"]["errors"] = []
    write(models, 5, given, waiters=waits)
    update_history(open_source(str(models)), folder / "h.db")
    return folder / "h.db"


@pytest.fixture(scope="module")
def history(path: Path) -> History:
    return History(path)


def only(history: History, *words: str) -> Answer:
    (answer,) = since(history, "fleets", words)
    return answer


# -- what a question may name


def test_a_service_may_be_written_in_one_word_with_what_it_has(history: History) -> None:
    for words in (("fleets.create_fleet",), ("fleets:CreateFleet",), ("Fleets.create_fleet",)):
        assert since(history, *words) == since(history, "fleets", ["CreateFleet"])
    assert since(history, "fleets.create_fleet.Tags") == since(history, "fleets", ["CreateFleet", "Tags"])
    assert since(history, "fleets.create_fleet", ["Tags"]) == since(history, "fleets", ["CreateFleet", "Tags"])
    with pytest.raises(UsageError, match="no service 'flets' in any release \\(did you mean fleets"):
        since(history, "flets.create_fleet")


@pytest.mark.parametrize(
    ("words", "kind", "spans"),
    [
        ("", "service", [(1, 7)]),
        ("CreateFleet", "operation", [(1, 7)]),
        ("DescribeFleets", "operation", [(1, 6)]),
        ("CreateFleet request", "input", [(1, 7)]),
        ("CreateFleet response", "output", [(1, 7)]),
        ("CreateFleet Tags", "member", [(2, 3), (4, 7)]),
        ("CreateFleet Tags.Key", "member", [(2, 3), (4, 7)]),
        ("CreateFleet Tags[].Value", "member", [(4, 7)]),
        ("CreateFleet Tags[]", "member", [(2, 3), (4, 7)]),
        ("CreateFleet Filters{key}", "member", [(1, 7)]),
        ("CreateFleet Filters{value}[].Parent.Parent.Name", "member", [(1, 7)]),
        ("CreateFleet Filters.Parent.Parent.Name", "member", [(1, 7)]),
        ("CreateFleet Fleets.State", "member", [(1, 7)]),
        ("CreateFleet State STOPPED", "enum-value", [(5, 7)]),
        ("CreateFleet State=STOPPED", "enum-value", [(5, 7)]),
        ("CreateFleet State RUNNING", "enum-value", [(1, 6)]),
        ("CreateFleet State python3.11", "enum-value", [(1, 7)]),
        ("CreateFleet State a=b", "enum-value", [(1, 7)]),
        ("CreateFleet response Fleets[].Parent.State STOPPED", "enum-value", [(5, 7)]),
        ("CreateFleet error LimitExceeded", "error", [(1, 6)]),
        ("CreateFleet LimitExceeded", "error", [(1, 6)]),
        ("CreateFleet exception LimitExceeded.Limit", "member", [(1, 6)]),
        ("error LimitExceeded", "error", [(1, 6)]),
        ("STOPPED", "enum-value", [(5, 7)]),
        ("python3.11", "enum-value", [(1, 7)]),
        ("create-fleet", "operation", [(1, 7)]),
        ("paginator DescribeFleets", "paginator", [(2, 6)]),
        ("paginators describe_fleets", "paginator", [(2, 6)]),
        ("waiter FleetRunning", "waiter", [(3, 7)]),
        ("waiter fleet_running", "waiter", [(3, 7)]),
        ("Tag$Key", "member", [(2, 3)]),
        ("fleets#State$STOPPED", "enum-value", [(5, 7)]),
        ("CreateFleet()", "operation", [(1, 7)]),
        ("CreateFleet()$LimitExceeded", "error", [(1, 6)]),
        ("fleets#Label", "shape", [(4, 7)]),
    ],
)
def test_every_kind_of_element_is_found(history: History, words: str, kind: str, spans: list[tuple[int, int]]) -> None:
    answer = only(history, *words.split())
    assert (answer.kind, list(answer.spans)) == (kind, spans)
    assert answer.since == spans[-1][0]
    assert answer.until(history) == (None if spans[-1][1] == 7 else spans[-1][1])


@pytest.mark.parametrize(
    "words",
    [
        ("CreateFleet", "Tags.Key"),
        ("create_fleet", "Tags.Key"),
        ("createfleet", "tags", "key"),
        ("CreateFleet.Tags.Key",),
        ("create_fleet.tags[].key",),
        ("CreateFleet", "request", "Tags[].Key"),
        ("CREATE_FLEET", "request", "TAGS", "KEY"),
        ("create_fleet", "", "Tags.Key"),
    ],
)
def test_all_spellings_of_a_question_have_one_answer(history: History, words: tuple[str, ...]) -> None:
    answer = only(history, *words)
    assert (answer.operation, answer.direction, answer.spans) == ("CreateFleet", "request", ((2, 3), (4, 7)))
    assert answer.required.spans == ((2, 3), (4, 7))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("*Fleet*", ["CreateFleet", "DescribeFleets"]),
        ("create_*", ["CreateFleet"]),
        ("CreateFleet *", ["CreateFleet request Name", "State", "Filters", "Tags"]),
        ("* N*", ["CreateFleet request Name", "DescribeFleets request NextToken"]),
        ("CreateFleet response Fleets.?a*", ["CreateFleet response Fleets.Parent", "Fleets.Name"]),
        ("CreateFleet State *", ["CreateFleet request State RUNNING", "python3.11", "a=b", "STOPPED"]),
        ("paginator *", ["paginator DescribeFleets"]),
    ],
)
def test_wildcards_find_all_that_fit(history: History, words: str, found: list[str]) -> None:
    names = [" ".join(answer.qualified_name[1:]) for answer in since(history, "fleets", words.split())]
    assert len(names) == len(found)
    assert all(line.endswith(end) for line, end in zip(names, found, strict=True)), names


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Tags", {"CreateFleet request Tags": []}),
        ("tags", {"CreateFleet request Tags": []}),
        ("NextToken", {"DescribeFleets request NextToken": []}),
        ("CreateFleet request Key", {"CreateFleet request Tags[].Key": []}),
        ("Key", {"CreateFleet request Tags[].Key": []}),
        ("Key*", {"CreateFleet request Tags[].Key": []}),
        ("CreateFleet Value", {"CreateFleet request Tags[].Value": []}),
        (
            "Parent.Name",
            {
                "CreateFleet response Fleets[].Parent.Name": [
                    "fleets CreateFleet request Filters{value}[].Parent.Name"
                ],
                "DescribeFleets response Fleets[].Parent.Name": [],
            },
        ),
        ("CreateFleet response STOPPED", {"CreateFleet response Fleets[].State STOPPED": []}),
        ("STOP*", {"State$STOPPED": None}),
        ("python3*", {"State$python3.11": None}),
    ],
)
def test_a_name_is_found_at_any_depth(history: History, words: str, found: dict[str, list[str] | None]) -> None:
    answers = since(history, "fleets", words.split())
    names = {
        " ".join(answer.qualified_name[1:]): None if answer.same_at is None else [" ".join(n) for n in answer.same_at]
        for answer in answers
    }
    assert names == found


def test_a_path_is_taken_as_it_is_if_something_is_there(history: History) -> None:
    assert only(history, "CreateFleet", "Name").path == "Name"
    with pytest.raises(UsageError, match="no 'Key' in any release"):
        since(history, "fleets", ["CreateFleet", "Key"], needs_path=True)
    with pytest.raises(UsageError, match="it is a member of CreateFleetRequest; give the operation first"):
        since(history, "fleets", ["Tags"], needs_path=True)


@pytest.mark.parametrize("name", ["fleets", "Fleets", "FLEETS"])
def test_a_service_may_be_spelt_in_any_case(history: History, name: str) -> None:
    assert since(history, name)[0].service == "fleets"


# -- what does not exist


@pytest.mark.parametrize(
    ("service", "words", "message"),
    [
        ("fleet", "", "no service 'fleet' in any release (did you mean fleets?)"),
        ("fleets", "CreateFlet", "fleets: no operation 'CreateFlet' in any release (did you mean CreateFleet?)"),
        ("fleets", "create_flet", "no operation 'create_flet' in any release (did you mean create_fleet?)"),
        ("fleets", "NextTokn", "no operation 'NextTokn' in any release (did you mean the member NextToken?)"),
        ("CreateFleet", "", "no service 'CreateFleet' in any release (it is an operation of fleets: name both, "),
        ("create_fleet", "", "name both, fleets create_fleet)"),
        ("fleets", "CreateFleet Tag", "fleets CreateFleet: no 'Tag' in any release (did you mean Tags?)"),
        ("fleets", "CreateFleet Tags.Kay", "no 'Tags.Kay' in any release (did you mean Key?)"),
        ("fleets", "CreateFleet State RUNING", "(did you mean RUNNING?)"),
        ("fleets", "CreateFleet response Tags", "no 'Tags' in any release (there is Fleets)"),
        ("fleets", "Ping request", "fleets Ping: no request in any release"),
        ("fleets", "Ping response", "fleets Ping: no response in any release"),
        ("fleets", "* Nothing*", "fleets 3 operations: no 'Nothing*' in any release"),
        ("fleets", "x*", "no operation 'x*'"),
        ("fleets", "waiter FleetRuning", "no waiter 'FleetRuning' (did you mean FleetRunning?)"),
        ("fleets", "error Limit", "fleets: no error 'Limit'"),
        ("fleets", "Fleet$Nam", "no release has 'Fleet$Nam'"),
        ("fleets", "CreateFleet [] {x} ..", "in any release"),
        ("fleets", "CreateFleet %_!", "in any release"),
    ],
)
def test_an_unknown_name_is_reported_with_close_names(history: History, service: str, words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        since(history, service, words.split())
    line = str(caught.value)
    assert message in line
    assert "\n" not in line


def test_a_history_without_releases_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocgenError, match="no such file"):
        History(tmp_path / "nothing.db")


# -- the API version that SDKs use by default


def test_the_greatest_api_version_counts_at_each_release(tmp_path: Path) -> None:
    folder, old, new = tmp_path / "models", model(), model()
    new["shapes"]["CreateFleetRequest"]["members"]["Color"] = {"shape": "String"}
    put(folder, "1.0", old, "fleets", "2020-01-01")
    put(folder, "1.1", old, "fleets", "2020-01-01")
    put(folder, "1.1", new, "fleets", "2021-01-01")
    old = json.loads(json.dumps(old))
    old["operations"]["OnlyOld"] = {"name": "OnlyOld", "input": {"shape": "CreateFleetRequest"}}
    old["shapes"]["CreateFleetRequest"]["members"]["Late"] = {"shape": "String"}
    old["metadata"]["deprecated"] = True
    put(folder, "1.2", old, "fleets", "2020-01-01")
    put(folder, "1.2", new, "fleets", "2021-01-01")
    put(folder, "1.3", old, "fleets", "2020-01-01")
    update_history(open_source(str(folder)), tmp_path / "a.db")
    history = History(tmp_path / "a.db")
    assert only(history, "CreateFleet").spans == ((1, 5),)
    assert only(history, "CreateFleet", "Color").spans == ((2, 4),)
    assert only(history, "CreateFleet", "Late").spans == ((4, 5),)
    assert only(history, "OnlyOld").spans == ((4, 5),)
    assert only(history).deprecated.spans == ((4, 5),)


def test_an_api_version_that_was_never_the_default_is_no_answer(tmp_path: Path) -> None:
    folder, old = tmp_path / "models", model()
    put(folder, "1.0", old, "fleets", "2020-01-01")
    old["operations"]["OnlyOld"] = {"name": "OnlyOld"}
    put(folder, "1.1", old, "fleets", "2020-01-01")
    put(folder, "1.1", model(), "fleets", "2021-01-01")
    update_history(open_source(str(folder)), tmp_path / "a.db")
    history = History(tmp_path / "a.db")
    with pytest.raises(UsageError, match="OnlyOld is only in API versions that SDKs never use by default"):
        since(history, "fleets", ["OnlyOld"])
    assert "OnlyOld" not in [answer.operation for answer in since(history, "fleets", ["*"])]


# -- the wording of answers


def test_the_text_of_an_answer_has_the_release_and_all_details(history: History) -> None:
    assert answer_text(history, only(history, "CreateFleet", "Tags")) == (
        "fleets CreateFleet request Tags\n"
        "  since botocore 1.3.0 (2020-01-04), boto3 1.2.0\n"
        "  earlier: botocore 1.1.0 (2020-01-02) to botocore 1.1.0 (2020-01-02), removed in 1.2.0\n"
        "  deprecated since botocore 1.4.0 (2020-01-05): Use TagResource.\n"
        "  1.3.0 says: Release 3.\n"
    )
    assert answer_text(history, only(history, "CreateFleet", "Name")) == (
        "fleets CreateFleet request Name\n"
        "  since botocore 1.0.0 (2020-01-01) or earlier, where this history starts\n"
        "  required from the start, until botocore 1.1.0 (2020-01-02)\n"
        "  required since botocore 1.3.0 (2020-01-04)\n"
    )
    assert answer_text(history, only(history, "DescribeFleets")) == (
        "fleets DescribeFleets\n"
        "  since botocore 1.0.0 (2020-01-01) or earlier, where this history starts\n"
        "  removed in botocore 1.5.0 (2020-01-06), last present in botocore 1.4.0 (2020-01-05)\n"
    )
    assert "deprecated since botocore 1.4.0" in answer_text(history, only(history, "Ping"))


def test_the_json_of_an_answer_has_the_same_details(history: History) -> None:
    assert answer_data(history, only(history, "CreateFleet", "Tags")) == {
        "service": "fleets",
        "operation": "CreateFleet",
        "kind": "member",
        "direction": "request",
        "path": "Tags",
        "value": None,
        "since": "1.3.0",
        "since_date": "2020-01-04",
        "until": None,
        "until_date": None,
        "since_boto3": "1.2.0",
        "is_first_release": False,
        "earlier": [{"since": "1.1.0", "since_date": "2020-01-02", "until": "1.2.0", "until_date": "2020-01-03"}],
        "summary": "Release\n  3.",
        "deprecated": [{"since": "1.4.0", "since_date": "2020-01-05", "until": None, "until_date": None}],
        "deprecated_message": "Use\n TagResource.",
        "required": [],
    }


@pytest.mark.parametrize(
    "words", ["", "*", "* *", "* response *", "CreateFleet State *", "CreateFleet error *", "waiter *", "Tag$Key"]
)
def test_the_command_prints_json_that_obeys_the_schema(
    path: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["since", "fleets", *words.split(), "--history", str(path), "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    SCHEMA.validate(printed)
    assert printed["answers"]


def test_the_schema_refuses_what_is_no_answer(history: History) -> None:
    answer = answer_data(history, only(history))
    SCHEMA.validate({"answers": [answer]})
    for broken in ({**answer, "kind": "thing"}, {**answer, "more": 1}, {**answer, "since": None}, {}):
        assert not SCHEMA.is_valid({"answers": [broken]})


def test_the_command_prints_text_and_its_exit_code_tells_success(
    path: Path, history: History, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["since", "fleets", "CreateFleet", "N*", "--history", str(path)]) == 0
    assert capsys.readouterr().out == answer_text(history, only(history, "CreateFleet", "Name"))
    assert main(["since", "fleets", "CreateFlet", "--history", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("docgen: fleets: no operation 'CreateFlet'")
    assert main(["since", "fleets", "--history", str(path.with_name("nothing.db"))]) == 2
    assert "no such file (create one with `docgen index SOURCE -o nothing.db`)" in capsys.readouterr().err


def test_the_history_may_be_named_once_for_all(path: Path) -> None:
    command = [sys.executable, "-m", "docgen", "since", "fleets", "waiter", "FleetRunning"]
    environment = {"DOCGEN_HISTORY": str(path), "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("fleets waiter FleetRunning\n  since botocore 1.2.0 (2020-01-03), boto3 1.1.3\n")


def test_an_operation_of_a_sibling_service_is_named(tmp_path: Path) -> None:
    model = small_model()
    put(tmp_path / "models", "1.0.0", {**model, "operations": {}}, "brain")
    put(tmp_path / "models", "1.0.0", model, "brain-runtime")
    put(tmp_path / "models", "1.0.0", model, "other")
    update_history(open_source(str(tmp_path / "models")), tmp_path / "h.db")
    message = r"brain: no operation 'call' in any release \(it is an operation of brain-runtime\)"
    with pytest.raises(UsageError, match=message):
        since(History(tmp_path / "h.db"), "brain", ["call"])
