"""The laws of facts: equal models have none, order does not count, reversal mirrors, and no difference is missed.

They hold on real models with their sibling files, on generated models, and on hostile graphs.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import brute_force
import pytest
from brute_force import ABSENT, path_of, resolve
from conftest import FULL, wheel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from releases import as_loaded

from docgen.diff.compare import find_deltas
from docgen.diff.delta import Delta, Kind, ServiceDelta, ShapePair
from docgen.errors import ModelError
from docgen.model.parse import parse
from docgen.model.service import Service
from docgen.model.usage import ShapeUsage

MODEL = "service-2.json"
Files = dict[str, Any]
"""The decoded files of one service, including the model."""

# --- the laws ---


def compare(old: Files, new: Files, name: str = "x") -> ServiceDelta:
    """Return the facts between two versions of a service with all its files."""
    before, after = (parse(json.dumps(files[MODEL]).encode(), name) for files in (old, new))
    beside = [{file: value for file, value in files.items() if file != MODEL} for files in (old, new)]
    return find_deltas(before, after, name, old_siblings=beside[0], new_siblings=beside[1])


def grouped(delta: ServiceDelta) -> Iterator[tuple[ShapePair | None, Delta]]:
    """Yield every fact with the pair of shapes that it belongs to, if their names differ."""
    paired = {id(each): pair for pair, deltas in delta.pair_deltas.items() for each in deltas if pair[0] != pair[1]}
    for each in delta:
        yield paired.get(id(each)), each


def check_nothing_is_silent(old: Files, new: Files, delta: ServiceDelta) -> int:
    """Check that each differing leaf is under the pointer of some fact; return the number of leaves."""
    claimed: set[tuple[int, str, brute_force.Path]] = set()
    for each in delta:
        if each.kind is not Kind.ORDER:
            for side, pointer in enumerate((each.old_pointer, each.new_pointer)):
                if pointer is not None:
                    claimed.add((side, *located(pointer)))
    count = 0
    for file in {**old, **new}:
        for side, path in brute_force.leaves(old.get(file, ABSENT), new.get(file, ABSENT)):
            texts = tuple(map(str, path))
            assert any((side, file, texts[:length]) in claimed for length in range(len(texts) + 1)), (side, file, path)
            count += 1
    return count


def located(pointer: str) -> tuple[str, brute_force.Path]:
    """Return the file and the path of a pointer."""
    file, mark, inner = pointer.rpartition("#") if not pointer.startswith("/") else (MODEL, "", pointer)
    assert not mark or file, pointer
    return file, path_of(inner)


def check_each_fact_is_real(old: Files, new: Files, delta: ServiceDelta) -> None:
    """Check that each pointer leads to a value that differs from the one at the same path of the other file."""
    for pair, each in grouped(delta):
        values: list[Any] = []
        for files, pointer in ((old, each.old_pointer), (new, each.new_pointer)):
            if pointer is None:
                values.append(ABSENT)
                continue
            file, path = located(pointer)
            values.append(resolve(files[file], path))
            assert values[-1] is not ABSENT, each
        assert values != [ABSENT, ABSENT]
        if ABSENT in values:
            check_one_sided(old, new, pair, each)
        elif each.kind is Kind.ORDER:
            assert list(values[0]) != list(values[1]), each
        elif each.kind is Kind.SHAPE:
            assert each.old not in new[MODEL]["shapes"], each
            assert each.new not in old[MODEL]["shapes"], each
        else:
            assert brute_force.differ(*values), each
        check_values(each, values)


def check_one_sided(old: Files, new: Files, pair: ShapePair | None, each: Delta) -> None:
    """Check that what was added is not in the old file, and what was removed is not in the new one."""
    here, there = (new, old) if each.old_pointer is None else (old, new)
    file, path = located(each.old_pointer or each.new_pointer or "")
    twin = path
    if pair is not None and path[:2] == ("shapes", pair[each.old_pointer is None]):
        twin = ("shapes", pair[each.old_pointer is not None], *path[2:])
    other = resolve(there.get(file, ABSENT), twin)
    value = resolve(here[file], path)
    if brute_force.is_set(path[:-1]):
        lists = resolve(here[file], path[:-1]), resolve(there.get(file, ABSENT), twin[:-1])
        key = (lambda entry: entry["shape"]) if path[-2] == "errors" else (lambda entry: json.dumps(entry))
        counts = [sum(key(entry) == key(value) for entry in found) if found is not ABSENT else 0 for found in lists]
        moved = each.kind is Kind.ENUM_VALUE and each.carrier != "shape"
        assert counts[0] > counts[1] or moved, each
    else:
        assert other is ABSENT, each


NAMED = {Kind.OPERATION, Kind.MEMBER, Kind.SHAPE}
TOLD = {Kind.SERVICE, Kind.TRAIT, Kind.TARGET, Kind.DOCUMENTATION, Kind.ENUM, Kind.ENUM_VALUE, Kind.PAGINATOR}


def check_values(each: Delta, values: list[Any]) -> None:
    """Check that a fact has the values that its pointers lead to, or their names."""
    for reported, value, pointer in zip(
        (each.old, each.new), values, (each.old_pointer, each.new_pointer), strict=True
    ):
        if pointer is None:
            assert reported is None, each
        elif each.kind in NAMED:
            assert reported == located(pointer)[1][-1], each
        elif each.kind in (Kind.INPUT, Kind.OUTPUT, Kind.ERROR):
            assert reported == value["shape"], each
        elif each.kind in TOLD and (each.trait or each.carrier not in ("paginator", "waiter")):
            assert reported == value, each
        elif each.kind is Kind.TYPE:
            assert reported == (value["type"] if isinstance(value, dict) else value), each


def check_mirrored(delta: ServiceDelta, mirror: ServiceDelta) -> None:
    """Check that the reverse comparison has the same facts with sides exchanged."""
    assert sides(delta) == Counter(
        (id, kind, new, old, after, before, *rest)
        for id, kind, old, new, before, after, *rest in sides(mirror).elements()
    )


def sides(delta: ServiceDelta) -> Counter[Any]:
    """Return every fact as a value, with ids only if no shape has another name."""
    found: Counter[Any] = Counter()
    for pair, each in grouped(delta):
        id = "" if pair or (each.kind is Kind.SHAPE and each.old and each.new) else each.id
        values = (json.dumps(value, sort_keys=True) for value in (each.old, each.new))
        found[
            (id, each.kind, *values, each.old_pointer, each.new_pointer, each.trait, each.effective, each.carrier)
        ] += 1
    return found


def check_laws(old: Files, new: Files, name: str = "x") -> tuple[ServiceDelta, int]:
    """Check all laws for one pair; return the facts and the number of leaves that they explain."""
    delta = compare(old, new, name)
    explained = check_nothing_is_silent(old, new, delta)
    check_each_fact_is_real(old, new, delta)
    check_mirrored(delta, compare(new, old, name))
    return delta, explained


# --- real models ---

RELEASES = """
1.0.0 1.5.0 1.8.0 1.12.82 1.12.83 1.13.45 1.16.0 1.20.0 1.23.0 1.27.0 1.31.0 1.34.90 1.38.0 1.43.67 1.44.5
""".split()
PER_STEP = 5


@lru_cache(maxsize=2)
def files_of(release: str) -> Mapping[str, Mapping[str, bytes]]:
    """Return the files of each service of a botocore release at its newest API version."""
    found: dict[str, dict[str, dict[str, bytes]]] = {}
    with zipfile.ZipFile(wheel(release)) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if parts[:2] == ["botocore", "data"] and len(parts) == 5 and ".json" in parts[4]:
                data = archive.read(name)
                file = parts[4].removesuffix(".gz")
                content = data if file == parts[4] else gzip.decompress(data)
                found.setdefault(parts[2], {}).setdefault(parts[3], {})[file] = content
    newest = ((service, versions[max(versions)]) for service, versions in sorted(found.items()))
    return {service: as_loaded(files) for service, files in newest if MODEL in files}


def decoded(files: Mapping[str, bytes]) -> Files:
    return {file: json.loads(data) for file, data in files.items()}


def changed_pairs(before: str, after: str) -> list[str]:
    """Return the services that differ between two releases: all, or a few from all over the alphabet."""
    old, new = files_of(before), files_of(after)
    changed = [service for service in new if service in old and old[service] != new[service]]
    if FULL:
        return changed
    models = [service for service in changed if old[service][MODEL] != new[service][MODEL]]
    largest = max(models, key=lambda service: len(new[service][MODEL]))
    return sorted({*models[:: max(1, -(-len(models) // PER_STEP))], largest})


@pytest.mark.parametrize(("before", "after"), list(pairwise(RELEASES)))
def test_the_laws_hold_between_real_releases(
    before: str, after: str, botocore_wheel: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    botocore_wheel(before), botocore_wheel(after)
    kinds: Counter[str] = Counter()
    explained = 0
    services = changed_pairs(before, after)
    assert len(services) >= 4
    for service in services:
        old, new = decoded(files_of(before)[service]), decoded(files_of(after)[service])
        delta, leaves = check_laws(old, new, service)
        kinds.update(each.kind.value for each in delta)
        explained += leaves
    record_property("pairs", len(services))
    record_property("leaves", explained)
    record_property("facts", json.dumps(kinds))


def test_at_least_sixty_pairs_of_ten_releases_are_compared(botocore_wheel: Callable[[str], Path]) -> None:
    assert sum(len(changed_pairs(before, after)) for before, after in pairwise(RELEASES)) >= 60
    assert len(RELEASES) >= 10


def test_no_real_model_differs_from_itself(botocore_wheel: Callable[[str], Path]) -> None:
    botocore_wheel(RELEASES[-1])
    seen = 0
    for service, files in files_of(RELEASES[-1]).items():
        if FULL:
            delta = compare(decoded(files), decoded(files), service)
        else:
            delta = find_deltas(parse(files[MODEL], service), parse(files[MODEL], service), service)
        assert not list(delta), service
        seen += 1
    assert seen > 400


def test_the_order_of_keys_and_of_sets_in_real_models_is_only_order(botocore_wheel: Callable[[str], Path]) -> None:
    botocore_wheel("1.44.5")
    names = ["ec2", "s3", "sqs", "lambda", "kms", "appstream"]
    dice = random.Random(3)  # noqa: S311 - the same shuffle every time
    for name in names:
        old = decoded(files_of("1.44.5")[name])
        new = {file: shuffled(value, dice, file != MODEL) for file, value in old.items()}
        kinds = Counter((each.kind, each.trait) for each in compare(old, new, name))
        assert {kind for kind, _ in kinds} == {Kind.ORDER}, name
        assert {trait for _, trait in kinds} <= {
            "members", "enum", "required", "errors", "operations", "shapes", "acceptors"
        }  # fmt: skip


def shuffled(value: Any, dice: random.Random, sibling: bool = False, path: brute_force.Path = ()) -> Any:
    """Return the same JSON with all keys, and all entries of lists that are sets, in random order."""
    if isinstance(value, dict):
        keys = list(value)
        dice.shuffle(keys)
        return {key: shuffled(value[key], dice, sibling, (*path, key)) for key in keys}
    if isinstance(value, list):
        found = [shuffled(each, dice, sibling, (*path, index)) for index, each in enumerate(value)]
        if brute_force.is_set(path):
            dice.shuffle(found)
        return found
    return value


# --- hostile graphs ---


def graph(shapes: dict[str, Any]) -> Files:
    operation = {"input": {"shape": "In"}, "output": {"shape": "In"}}
    return {MODEL: {"metadata": {}, "operations": {"Ping": operation}, "shapes": {**shapes, "S": {"type": "string"}}}}


def structure(targets: Mapping[str, str], **traits: Any) -> dict[str, Any]:
    return {"type": "structure", "members": {name: {"shape": target} for name, target in targets.items()}, **traits}


def cycle(size: int, last: str) -> Files:
    """Return shapes in a ring, each inside the one before, and in lists of themselves."""
    ring = {f"R{i}": structure({"Next": f"R{(i + 1) % size}", "Self": "L", last: "S"}) for i in range(size)}
    return graph({"In": structure({"R": "R0"}), **ring, "L": {"type": "list", "member": {"shape": "L"}}})


def layers(size: int, last: str) -> Files:
    """Return a graph in which 20 ** size paths lead to the innermost shape."""
    inner = {f"L{i}": structure({f"M{j}": f"L{i + 1}" for j in range(20)}) for i in range(size)}
    return graph({"In": structure({"A": "L0"}), **inner, f"L{size}": structure({last: "S"})})


def shared(size: int, last: str) -> Files:
    """Return shapes with a thousand members each that target the same shape and override its traits."""
    wide = {f"W{i}": structure({f"M{j}": f"W{i + 1}" for j in range(1000)}) for i in range(size)}
    for shape in wide.values():
        for member in shape["members"].values():
            member["pattern"] = "x"
    return graph({"In": structure({"A": "W0"}), **wide, f"W{size}": structure({last: "S"}, pattern=last)})


def random_graph(size: int, last: str) -> Files:
    """Return shapes with ten members each, which target random shapes."""
    dice = random.Random(size)  # noqa: S311 - the same graph every time
    shapes = {
        f"G{i}": structure({**{f"M{j}": f"G{dice.randrange(size)}" for j in range(10)}, f"{last}{i % 7}": "S"})
        for i in range(size)
    }
    return graph({"In": structure({"A": "G0"}), **shapes})


@pytest.mark.parametrize(
    ("build", "size"),
    [(cycle, 3000), (layers, 60), (shared, 30), (random_graph, 3000)],
    ids=["cycle", "layers", "shared", "random graph"],
)
def test_the_cost_is_that_of_the_models(build: Callable[[int, str], Files], size: int) -> None:
    """Twice the graph takes about twice the calls, whatever the number of paths."""
    counts = []
    for each in (size // 2, size):
        old, new = build(each, "X"), build(each, "Y")
        before, after = (parse(json.dumps(files[MODEL]).encode()) for files in (old, new))
        counts.append(calls(lambda b=before, a=after: find_deltas(b, a)))  # type: ignore[misc]
        counts.append(calls(lambda a=after: used(a)))  # type: ignore[misc]
    assert counts[2] < 2.3 * counts[0] + 1000
    assert counts[3] < 2.3 * counts[1] + 1000
    if build in (layers, cycle):
        check_laws(build(size // 10, "X"), build(size // 10, "Y"))


def used(service: Service) -> None:
    found = ShapeUsage(service)
    for name in service.shapes:
        found.directions(name)
    assert found.path("Ping", "S")


def calls(function: Callable[[], object]) -> int:
    """Return how many functions run, including Python's own: a measure of time that does not depend on the machine."""
    count = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(count_call)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


# --- generated models ---

SCALARS = ["string", "integer", "long", "boolean", "timestamp", "blob"]
NAMES = ["A", "B", "C", "a/b", "x~y"]
SHAPES = ["In", "Out", "Err", "S0", "S1", "S2", "S3", "T/U"]
VALUES = st.one_of(
    st.sampled_from([0, 1, True, False, "", "x", "y", None, 1.5]),
    st.lists(st.sampled_from(["p", "q", 1, True]), max_size=2),
    st.dictionaries(st.sampled_from(["k", "l"]), st.sampled_from([1, True, "v", {}, {"m": 1}]), max_size=2),
)
TRAITS = ["locationName", "min", "pattern", "xmlNamespace", "flattened", "location", "documentation", "enum", "odd"]
LISTS = st.lists(st.sampled_from([*NAMES, "gone"]), max_size=3)


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """Return an object with a few traits."""
    found: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(TRAITS), max_size=2, unique=True)):
        match key:
            case "documentation":
                found[key] = draw(st.sampled_from(["", "text", "other"]))
            case "enum":
                found[key] = draw(LISTS)
            case "locationName":
                found[key] = draw(st.sampled_from(NAMES))
            case _:
                found[key] = draw(VALUES)
    return found


@st.composite
def references(draw: st.DrawFn) -> dict[str, Any]:
    return {"shape": draw(st.sampled_from(SHAPES)), **draw(objects())}


@st.composite
def shapes(draw: st.DrawFn, structure: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "structure" if structure else draw(st.sampled_from([*SCALARS, "list", "map", "structure"]))
    }
    match found["type"]:
        case "structure":
            found["members"] = draw(st.dictionaries(st.sampled_from(NAMES), references(), max_size=3))
            if draw(st.booleans()):
                found["required"] = draw(LISTS)
        case "list":
            found["member"] = draw(references())
        case "map":
            found["key"], found["value"] = draw(references()), draw(references())
    return {**found, **draw(objects())}


@st.composite
def models(draw: st.DrawFn) -> Files:
    """Return a small model with its siblings. It is valid except for lists that contain only each other."""
    operations = {}
    for name in draw(st.lists(st.sampled_from(["Ping", "Pong"]), unique=True)):
        operation: dict[str, Any] = {**draw(objects())}
        operation.pop("enum", None)
        for slot, target in (("input", "In"), ("output", "Out")):
            if draw(st.booleans()):
                operation[slot] = {**draw(references()), "shape": target}
        if draw(st.booleans()):
            operation["errors"] = [
                {"shape": each} for each in draw(st.lists(st.sampled_from(["Err", "S0", "S1"]), max_size=3))
            ]
        operations[name] = operation
    found = {name: draw(shapes(structure=name in ("In", "Out"))) for name in SHAPES}
    model = {"metadata": draw(objects()), "operations": operations, "shapes": found}
    waiter = st.fixed_dictionaries({"delay": st.integers(1, 3), "acceptors": st.lists(VALUES, max_size=3)})
    return {
        MODEL: model,
        "waiters-2.json": {"version": 2, "waiters": draw(st.dictionaries(st.sampled_from("WX"), waiter, max_size=2))},
        "paginators-1.json": {"pagination": draw(st.dictionaries(st.sampled_from("PQ"), objects(), max_size=2))},
    }


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container and key in a JSON value, including siblings."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from places(inner)


@st.composite
def mutated(draw: st.DrawFn, original: Files) -> Files:
    """Return the files with a few things removed, replaced, added, renamed or reversed."""
    files: Files = json.loads(json.dumps(original))
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(list(places(files))))
        if container is files:
            continue
        match draw(st.sampled_from(["remove", "replace", "add", "turn", "retarget", "rename", "object"])):
            case "remove":
                del container[key]
            case "replace":
                container[key] = draw(VALUES)
            case "add" if isinstance(container, dict):
                container[draw(st.sampled_from([*NAMES, *TRAITS]))] = draw(st.one_of(VALUES, references(), shapes()))
            case "turn" if isinstance(container, list):
                container.reverse()
            case "turn":
                turned = dict(reversed(container.items()))
                container.clear()
                container.update(turned)
            case "retarget" if isinstance(container, dict) and "shape" in container:
                container["shape"] = draw(st.sampled_from(SHAPES))
            case "rename":
                files = json.loads(json.dumps(files).replace('"S0"', '"Renamed"'))
            case _ if isinstance(container, dict):
                container.setdefault("members", {})
    return files


def valid(files: Files) -> bool:
    try:
        parse(json.dumps(files.get(MODEL, {})).encode())
    except ModelError:
        return False
    return True


@settings(
    max_examples=5000 if FULL else 250,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_the_laws_hold_on_generated_models(data: st.DataObject) -> None:
    old = data.draw(models().filter(valid))
    new = data.draw(st.one_of(mutated(old), mutated(old), models()).filter(valid))
    check_laws(old, new)
    assert not list(compare(old, json.loads(json.dumps(old))))
    turned = {file: shuffled(value, random.Random(1), file != MODEL) for file, value in old.items()}  # noqa: S311
    assert all(each.kind is Kind.ORDER for each in compare(old, turned))
