"""The models in ``models/`` state botocore's facts in docgen's own words.

Both claims are checked against the wheels themselves, from the ``botocore_wheel`` fixture.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

MODELS = Path(__file__).parent.parent.parent / "models"
MODEL = "appstream/2016-12-01/service-2.json"
RELEASES = ("1.12.82", "1.12.83")
OPERATIONS = ("CreateFleet", "CreateImageBuilder", "CreateStack")
LONGEST_SHARED_RUN = 8

Wheel = Callable[[str], Path]
Json = Any
Place = tuple[str | int, ...]


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ours(release: str) -> Json:
    return embedded(release)


@pytest.fixture
def real(release: str, botocore_wheel: Wheel) -> Json:
    return published(botocore_wheel(release))


def embedded(release: str) -> Json:
    return json.loads((MODELS / release / MODEL).read_text(encoding="utf-8"))


def published(path: Path) -> Json:
    with zipfile.ZipFile(path) as wheel:
        return reachable(json.loads(wheel.read(f"botocore/data/{MODEL}")))


def reachable(model: Json) -> Json:
    """Reduce a model to the example operations and the shapes that they reach, in the order of the file."""
    operations = {name: value for name, value in model["operations"].items() if name in OPERATIONS}
    found: set[str] = set()
    waiting = list(targets(operations))
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(targets(model["shapes"][name]))
    shapes = {name: value for name, value in model["shapes"].items() if name in found}
    return {**model, "operations": operations, "shapes": shapes}


def targets(value: Json) -> Iterator[str]:
    """Yield the name of every shape that a piece of a model refers to."""
    match value:
        case {"shape": str(name)}:
            yield name
        case dict():
            for each in value.values():
                yield from targets(each)
        case list():
            for each in value:
                yield from targets(each)


def without_documentation(value: Json) -> Json:
    """Drop every documentation string. A member that is named ``documentation`` is not a string, and stays."""
    match value:
        case dict():
            return {
                name: without_documentation(each)
                for name, each in value.items()
                if not (name == "documentation" and isinstance(each, str))
            }
        case list():
            return [without_documentation(each) for each in value]
        case _:
            return value


def documentation(value: Json, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield every documentation string and its place."""
    match value:
        case dict():
            for name, each in value.items():
                if name == "documentation" and isinstance(each, str):
                    yield place, each
                else:
                    yield from documentation(each, (*place, name))
        case list():
            for index, each in enumerate(value):
                yield from documentation(each, (*place, index))


def words(text: str) -> list[str]:
    """Return the words of a text without tags, instance types and punctuation."""
    prose = re.sub(r"<[^>]*>|\bstream\.[\w.-]+", " ", text)
    return re.findall(r"\w+(?:['’]\w+)?", prose.lower())


def longest_shared_run(one: list[str], other: list[str]) -> list[str]:
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size]


def tags(text: str) -> list[str]:
    return re.findall(r"</?\w+", text)


def edited(old: Json, new: Json) -> set[Place]:
    """Return the places at which both models have documentation with different words."""
    before = dict(documentation(old))
    return {place for place, text in documentation(new) if before.get(place, text) != text}


def test_facts_and_their_order_are_botocores(ours: Json, real: Json) -> None:
    assert json.dumps(without_documentation(ours)) == json.dumps(without_documentation(real))


def test_documentation_stands_where_botocore_has_it(ours: Json, real: Json) -> None:
    assert [place for place, _ in documentation(ours)] == [place for place, _ in documentation(real)]


def test_documentation_has_the_tags_of_botocores(ours: Json, real: Json) -> None:
    theirs = dict(documentation(real))
    assert {place: tags(text) for place, text in documentation(ours)} == {
        place: tags(text) for place, text in theirs.items()
    }


def test_the_words_are_ours(ours: Json, real: Json) -> None:
    theirs = dict(documentation(real))
    for place, text in documentation(ours):
        shared = longest_shared_run(words(text), words(theirs[place]))
        assert len(shared) <= LONGEST_SHARED_RUN, (place, shared)


def test_no_description_of_six_words_is_one_of_botocores(ours: Json, real: Json) -> None:
    theirs = {" ".join(words(text)) for _, text in documentation(real)}
    mine = (words(text) for _, text in documentation(ours))
    assert [text for text in mine if len(text) >= 6 and " ".join(text) in theirs] == []


def test_a_description_changes_where_botocores_changes(botocore_wheel: Wheel) -> None:
    theirs = edited(*(published(botocore_wheel(release)) for release in RELEASES))
    assert len(theirs) == 28
    assert edited(*map(embedded, RELEASES)) == theirs


def test_the_release_adds_tags_to_the_three_inputs_and_nothing_else() -> None:
    old, new = (without_documentation(embedded(release)) for release in RELEASES)
    for operation in OPERATIONS:
        tagged = new["shapes"][f"{operation}Request"]["members"].pop("Tags")
        assert tagged == {"shape": "Tags"}
    added = [new["shapes"].pop(name) for name in ("Tags", "TagKey", "TagValue")]
    assert [shape["type"] for shape in added] == ["map", "string", "string"]
    assert json.dumps(new) == json.dumps(old)


def test_a_release_says_what_it_is(release: str) -> None:
    assert (
        json.loads((MODELS / release / "release.json").read_text(encoding="utf-8"))
        == {
            "1.12.82": {"package": "botocore", "release": "1.12.82", "date": "2019-01-18", "summaries": {}},
            "1.12.83": {
                "package": "botocore",
                "release": "1.12.83",
                "date": "2019-01-21",
                "summaries": {"appstream": "Update appstream client to latest version"},
            },
        }[release]
    )


def test_the_date_of_a_release_is_that_of_its_wheel(release: str, botocore_wheel: Wheel) -> None:
    date = json.loads((MODELS / release / "release.json").read_text(encoding="utf-8"))["date"]
    with zipfile.ZipFile(botocore_wheel(release)) as wheel:
        year, month, day, *_ = wheel.getinfo(f"botocore-{release}.dist-info/METADATA").date_time
    assert date == f"{year:04}-{month:02}-{day:02}"


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.json")), ids=lambda path: path.relative_to(MODELS).as_posix())
def test_a_file_is_written_as_the_readme_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
