"""What a megabyte costs: user CPU seconds and memory of each command for 1 MB of each kind of input, beside its floor.

    python benchmarks/megabyte.py [--size BYTES] [--only TEXT ...] [--growth] [--json FILE]

The floor is what Python's own parser of the format takes for the same bytes (`json.loads`, `ast.parse`, `tomllib`), or
the time to read its lines if Python has no parser for it. The start of the process, measured with an empty input, is
subtracted.
`--growth` measures each input at half its size too: 2 is linear, 4 is quadratic.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

CPU_LIMIT = 20
"""CPU seconds after which a command is stopped."""

SLOW_SECONDS, MANY_MEGABYTES = 1.0, 500
"""What a megabyte may cost where Python's own parser takes little; beyond that, a row is marked."""

Raw = dict[str, Any]
Files = dict[str, bytes]


class Input(NamedTuple):
    """One kind of input: the files that it consists of, the command that reads them, and its floor.

    `make` takes a number of bytes and returns the files by path, the first of which is measured. The commands of
    `prepare` run before, and do not count: those of git, and all others are docgen's.
    """

    name: str
    make: Callable[[int], Files]
    command: tuple[str, ...]
    parse: Callable[[str], object] = json.loads
    stdin: bool = False
    prepare: tuple[tuple[str, ...], ...] = ()


class Used(NamedTuple):
    """What a process used: user CPU seconds, and the most megabytes at one time; and how it ended."""

    seconds: float
    megabytes: float
    ending: str = ""


# --- models ---


def model(shapes: Raw, operations: Raw | None = None) -> Raw:
    """Return a valid model. Without operations it has one, `Ping`, whose request is `Top`, if there is such a shape."""
    ping: Raw = {"name": "Ping", "http": {"method": "POST", "requestUri": "/"}}
    if "Top" in shapes:
        ping["input"] = {"shape": "Top"}
    metadata = {"apiVersion": "2020-01-01", "endpointPrefix": "zoo", "protocol": "json", "serviceId": "Zoo"}
    return {
        "version": "2.0",
        "metadata": {**metadata, "serviceFullName": "Zoo", "signatureVersion": "v4", "jsonVersion": "1.1"},
        "operations": operations or {"Ping": ping},
        "shapes": {"String": {"type": "string"}, **shapes},
    }


OLD_MODEL = json.dumps(model({"Top": {"type": "structure", "members": {}}})).encode()


def grown(size: int, build: Callable[[int], Any]) -> bytes:
    """Return the JSON of what `build` makes of a number that gives it about `size` bytes."""
    probe = len(json.dumps(build(2000))) - len(json.dumps(build(1000)))
    return json.dumps(build(max(1, size * 1000 // max(1, probe)))).encode()


def of_model(build: Callable[[int], Raw]) -> Callable[[int], Files]:
    """Return what makes a model, and the small one that it is compared with."""
    return lambda size: {"new.json": grown(size, build), "old.json": OLD_MODEL}


def structure(members: Raw, **more: Any) -> Raw:
    """Return a structure."""
    return {"type": "structure", "members": members, **more}


def new_operations(count: int) -> Raw:
    """Return operations that share their shapes."""
    http = {"method": "POST", "requestUri": "/"}
    operations = {f"Op{n}": {"name": f"Op{n}", "http": http, "input": {"shape": "Top"}} for n in range(count)}
    return model({"Top": structure({"A": {"shape": "String"}})}, operations)


def chain(count: int) -> Raw:
    """Return structures in each other."""
    shapes = {f"C{n}": structure({"A": {"shape": f"C{n + 1}"}}) for n in range(count)}
    return model({"Top": structure({"A": {"shape": "C0"}}), **shapes, f"C{count}": structure({})})


def operations_with_shapes(count: int) -> Raw:
    """Return operations each with a request, a response and an error of its own."""
    http = {"method": "POST", "requestUri": "/"}
    shapes: Raw = {}
    operations: Raw = {}
    for n in range(count):
        shapes[f"Op{n}Request"] = structure({"A": {"shape": "String"}}, required=["A"])
        shapes[f"Op{n}Response"] = structure({"B": {"shape": "String"}})
        shapes[f"E{n}"] = structure({}, exception=True)
        parts = {"input": {"shape": f"Op{n}Request"}, "output": {"shape": f"Op{n}Response"}}
        operations[f"Op{n}"] = {"name": f"Op{n}", "http": http, **parts, "errors": [{"shape": f"E{n}"}]}
    return model(shapes, operations)


def lists(count: int) -> Raw:
    """Return lists in each other."""
    shapes = {f"L{n}": {"type": "list", "member": {"shape": f"L{n + 1}"}} for n in range(count)}
    return model({"Top": structure({"A": {"shape": "L0"}}), **shapes, f"L{count}": structure({})})


def top(members: Raw, **shapes: Any) -> Raw:
    """Return a model whose one request has these members."""
    return model({"Top": structure(members), **shapes})


def enum(values: list[str]) -> Raw:
    """Return a model whose request has one member with these values."""
    return top({"E": {"shape": "E"}}, E={"type": "string", "enum": values})


MODELS: dict[str, Callable[[int], Raw]] = {
    "new shapes": lambda n: model({f"Shape{i}": {"type": "string"} for i in range(n)}),
    "new shapes, in use": lambda n: top(
        {f"M{i}": {"shape": f"S{i}"} for i in range(n)}, **{f"S{i}": {"type": "string"} for i in range(n)}
    ),
    "new structures": lambda n: model({f"S{i}": structure({"A": {"shape": "String"}}) for i in range(n)}),
    "new operations": new_operations,
    "new operations, own shapes": operations_with_shapes,
    "new members": lambda n: top({f"Member{i}": {"shape": "String"} for i in range(n)}),
    "required members": lambda n: model(
        {"Top": structure({f"M{i}": {"shape": "String"} for i in range(n)}, required=[f"M{i}" for i in range(n)])}
    ),
    "structures in each other": chain,
    "lists in each other": lists,
    "values of an enum": lambda n: top(
        {"E": {"shape": "E"}}, E={"type": "string", "enum": [f"v{i}" for i in range(n)]}
    ),
    "equal values of an enum": lambda n: enum(["v"] * n),
    "errors": lambda n: model(
        {f"E{i}": structure({}, exception=True) for i in range(n)},
        {
            "Ping": {
                "name": "Ping",
                "http": {"method": "POST", "requestUri": "/"},
                "errors": [{"shape": f"E{i}"} for i in range(n)],
            }
        },
    ),
    "a long documentation": lambda n: top({"A": {"shape": "String", "documentation": "<p>Some words." * n}}),
    "documentation of every member": lambda n: top(
        {f"M{i}": {"shape": "String", "documentation": f"<p>Words of {i}.</p>"} for i in range(n)}
    ),
    "unclosed tags": lambda n: top({"A": {"shape": "String", "documentation": "<b>" * n}}),
    "less-than signs": lambda n: top({"A": {"shape": "String", "documentation": "<" * n}}),
    "asterisks": lambda n: top({"A": {"shape": "String", "documentation": "*" * n}}),
    "ampersands": lambda n: top({"A": {"shape": "String", "documentation": "&" * n}}),
    "a long pattern": lambda n: top({"A": {"shape": "P"}}, P={"type": "string", "pattern": "[a-z]" * n}),
    "unknown traits": lambda n: top({"A": {"shape": "String", **{f"trait{i}": i for i in range(n)}}}),
    "a trait of lists in lists": lambda n: top({"A": {"shape": "String", "trait": nested(n)}}),
    "a long list as a trait": lambda n: top({"A": {"shape": "String", "trait": list(range(n))}}),
    "metadata": lambda n: {**model({}), "metadata": {**model({})["metadata"], **{f"k{i}": i for i in range(n)}}},
    "keys at the top": lambda n: {**model({}), **{f"k{i}": i for i in range(n)}},
}


def nested(count: int) -> Any:
    """Return lists in lists, as deep as a parser accepts, beside each other."""
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    return [deep] * max(1, count // 200)


def smithy(size: int) -> Files:
    """Return a Smithy model of one service with many operations."""

    def build(count: int) -> Raw:
        shapes: Raw = {
            "com.zoo#Zoo": {
                "type": "service",
                "version": "2020-01-01",
                "operations": [{"target": f"com.zoo#Op{n}"} for n in range(count)],
                "traits": {"aws.api#service": {"sdkId": "Zoo"}, "aws.protocols#awsJson1_1": {}},
            }
        }
        for n in range(count):
            shapes[f"com.zoo#Op{n}"] = {"type": "operation", "input": {"target": f"com.zoo#In{n}"}}
            members = {"A": {"target": "smithy.api#String", "traits": {"smithy.api#required": {}}}}
            shapes[f"com.zoo#In{n}"] = {"type": "structure", "members": members}
        return {"smithy": "2.0", "shapes": shapes}

    return {"new.json": grown(size, build), "old.json": grown(1000, build)}


def mixins(size: int) -> Files:
    """Return a Smithy model of structures that each take in the one before."""

    def build(count: int) -> Raw:
        shapes: Raw = {
            "com.zoo#Zoo": {"type": "service", "version": "1", "operations": [{"target": "com.zoo#Op"}]},
            "com.zoo#Op": {"type": "operation", "input": {"target": f"com.zoo#M{count - 1}"}},
        }
        for n in range(count):
            shape: Raw = {"type": "structure", "members": {f"A{n}": {"target": "smithy.api#String"}}}
            shape["traits"] = {"smithy.api#mixin": {}}
            if n:
                shape["mixins"] = [{"target": f"com.zoo#M{n - 1}"}]
            shapes[f"com.zoo#M{n}"] = shape
        return {"smithy": "2.0", "shapes": shapes}

    return {"new.json": grown(size, build), "old.json": grown(1000, lambda _: build(1))}


# --- lines ---


def lines(
    one: str, *, before: str = "", after: str = "", name: str, beside: Files | None = None
) -> Callable[[int], Files]:
    """Return what makes a file of one line again and again; `{n}` in the line is its number."""

    def make(size: int) -> Files:
        is_numbered = "{n}" in one
        count = size // (len(one) + 3 * is_numbered)
        repeated = "".join(one.replace("{n}", str(n)) for n in range(count)) if is_numbered else one * count
        return {name: (before + repeated + after).encode(), **(beside or {})}

    return make


def split(text: str) -> list[str]:
    """Return the lines of a text: the least work for a format that is read line by line."""
    return text.split("\n")


PAIR = {"old.json": OLD_MODEL, "new.json": json.dumps(new_operations(50)).encode()}
RELEASES = {f"releases/{n}/zoo/2020-01-01/service-2.json": model for n, model in enumerate(PAIR.values(), start=1)}
CODE = {"a.py": b"import boto3\nboto3.client('s3').put_object(Bucket='b')\n"}

PYTHON = {
    "one name": "a=1\n",
    "names": "a{n}=1\n",
    "calls": "f(a)\n",
    "calls of operations": "c.put_object(Bucket='b', Key='k{n}')\n",
    "responses": "x = c.get_object(Bucket='b')['Body']\n",
    "imports": "import a{n}\n",
    "classes": "class A{n}: x = 1\n",
    "functions": "def f{n}(a, b=1): return a\n",
    "functions that call each other": "def f{n}(a): return f(a)\n",
    "equal functions": "def f(a): return g(a)\n",
    "lambdas": "f(lambda x: x)\n",
    "strings": "'a text of some length'\n",
    "keys of a dict": "d['k{n}'] = {n}\n",
    "equal keys of a dict": "d['k'] = 1\n",
    "any key of a dict": "d[k] = 1\n",
    "keys that are read": "x = d['k']\n",
    "keys that are taken out": "del d['k{n}']\n",
    "updates of a dict": "d.update(k{n}=1)\n",
    "items of a list": "l.append({n})\n",
    "branches": "if a: d['k{n}'] = {n}\n",
    "loops": "for i in a: d['k{n}'] = i\n",
    "matches of a try": "try: d['k{n}'] = 1\nexcept KeyError: x{n} = 1\n",
    "a name in branches": "if a: x = {n}\n",
    "a client that is bound again": "c = c.put_object(Bucket='b')\n",
    "a name that is bound to calls": "x = f(x)\nx.put_object(Bucket='b')\n",
    "parameters of operations": "d['k{n}'] = 1\nc.put_object(**d)\n",
    "functions of one client": "def f{n}(c): c.put_object(Bucket='b')\nf{n}(c)\n",
    "functions that pass a client on": "def f{n}(c, n): f{n}1(c, n); f{n}2(c, n)\n",
    "one function of many callers": "def g(c, **k): c.put_object(**k)\ng(c, k{n}=1)\n",
    "branches with keys on both sides": "if a: d['k{n}'] = 1\nelse: d['l{n}'] = 1\n",
    "copies of a dict that grows": "d['k{n}'] = dict(d)\n",
    "methods of a class": "class A(A): x = 1\n",
    "guards": "if 'a' not in d: raise E\n",
    "guards that leave": "if hasattr(c, 'f{n}'): return\n",
    "attributes": "a.b{n} = 1\n",
    "deletions": "del d['k']\n",
    "sums": "x = x + 'a'\n",
    "sums of dicts": "d = d | e\n",
    "spreads": "d = {{**d}}\n".replace("{{", "{").replace("}}", "}"),
    "copies": "d = d.copy()\n",
    "annotations": "x: list[int] = []\n",
    "comprehensions": "x = [i for i in x]\n",
    "returns": "if a: return x\n",
    "with": "with a as b: pass\n",
}


def python(one: str, *, inside: bool) -> Callable[[int], Files]:
    """Return what makes a Python file of one statement again and again, at its top or in a function."""
    start = "import boto3\nc = boto3.client('s3')\nd = {}\nl = []\nx = 1\n"
    if not inside:
        return lines(one, before=start, name="code.py")
    indented = "".join(f" {line}\n" for line in one.splitlines())
    return lines(
        indented,
        before="import boto3\ndef main(a, e, k):\n " + start[13:].replace("\n", "\n ").rstrip() + "\n",
        name="code.py",
    )


def one_expression(start: str, one: str, end: str) -> Callable[[int], Files]:
    """Return what makes a Python file of one long expression."""
    return lines(one, before=start, after=end, name="code.py")


def notebook(size: int) -> Files:
    """Return a notebook of many cells."""
    cell = {"cell_type": "code", "source": ["import boto3\n", "c = boto3.client('s3')\n", "c.list_buckets()\n"]}
    return {"code.ipynb": grown(size, lambda count: {"cells": [cell] * count})}


def changes(size: int) -> Files:
    """Return a file of botocore's `.changes`, beside the models of a release."""
    entry = {"category": "``zoo``", "description": "Adds animals.", "type": "api-change"}
    model_path = "botocore/data/zoo/2020-01-01/service-2.json"
    return {".changes/1.0.1.json": grown(size, lambda count: [entry] * count), model_path: PAIR["new.json"]}


def release_json(size: int) -> Files:
    """Return the description of a release with a sentence for each of many services."""

    def build(count: int) -> Raw:
        return {"release": "2", "summaries": {f"service{n}": f"Adds {n}." for n in range(count)}}

    return {"releases/2/release.json": grown(size, build), **RELEASES}


def two_releases(build: Callable[[int], Raw]) -> Callable[[int], Files]:
    """Return what makes a folder of two releases, the second with a large model."""
    path = "zoo/2020-01-01/service-2.json"
    return lambda size: {f"releases/2/{path}": grown(size, build), f"releases/1/{path}": OLD_MODEL}


def baseline(size: int) -> Files:
    """Return a baseline of many changes."""

    def build(count: int) -> Raw:
        changes = [{"fingerprint": f"{n:064x}", "rule": "r", "id": "zoo#A"} for n in range(count)]
        return {"baseline": 1, "changes": changes}

    return {"baseline.json": grown(size, build), **PAIR}


def pipfile_lock(size: int) -> Files:
    """Return a lock of many packages."""

    def build(count: int) -> Raw:
        packages = {f"package-{n}": {"version": f"==1.{n}", "hashes": []} for n in range(count)}
        return {"_meta": {}, "default": {**packages, "boto3": {"version": "==1.34.0"}}, "develop": {}}

    return {"Pipfile.lock": grown(size, build), **CODE}


def sections_of_pipfile_lock(size: int) -> Files:
    """Return a lock in which every section has the package."""
    one = {"boto3": {"version": "==1.34.0"}}
    return {"Pipfile.lock": grown(size, lambda count: {f"s{n}": one for n in range(count)}), **CODE}


def requirement_chain(size: int) -> Files:
    """Return requirements that include each other, all of one size."""
    files = {
        f"requirements-{n}.txt": (f"-r requirements-{n + 1}.txt\n" + "boto3>=1.26\n" * (size // 600)).encode()
        for n in range(49)
    }
    return {"requirements.txt": b"-r requirements-0.txt\n", **files, "requirements-49.txt": b"boto3\n", **CODE}


def inputs() -> Iterator[Input]:
    """Yield every kind of input."""
    for name, build in MODELS.items():
        yield Input(f"model: {name}", of_model(build), ("check", "old.json", "new.json", "--severity", "docs"))
    for name, build in MODELS.items():
        yield Input(f"diff: {name}", of_model(build), ("diff", "old.json", "new.json", "--format", "markdown"))
    for name, build in MODELS.items():
        yield Input(f"validate: {name}", of_model(build), ("validate", "new.json"))
    for name in ("new members", "structures in each other", "a long documentation"):
        yield Input(f"show: {name}", of_model(MODELS[name]), ("show", "zoo", "Ping", "--source", "new.json"))
    for name in ("new operations", "new operations, own shapes"):
        yield Input(f"show: {name}", of_model(MODELS[name]), ("show", "zoo", "--source", "new.json"))
    yield Input("Smithy model", smithy, ("check", "old.json", "new.json", "--severity", "docs"))
    yield Input("Smithy mixins", mixins, ("check", "old.json", "new.json", "--severity", "docs"))
    yield Input("validate: Smithy model", smithy, ("validate", "new.json"))
    indexed = (("index", "releases", "-o", "history.db"),)
    for name in ("new members", "new operations", "required members", "documentation of every member"):
        made = two_releases(MODELS[name])
        yield Input(f"index: {name}", made, ("index", "releases", "-o", "history.db"))
        yield Input(f"history: {name}", made, ("history", "zoo", "--history", "history.db"), prepare=indexed)
        yield Input(f"notes: {name}", made, ("notes", "--source", "releases", "--last", "1"))
    for name in ("new operations", "new operations, own shapes"):
        site = ("build", "--source", "new.json", "--output", "site", "--formats", "html", "--jobs", "1")
        yield Input(f"site with its search: {name}", of_model(MODELS[name]), site)

    watch = ("diff", "old.json", "new.json", "--watchlist", "watchlist")
    for name, one in {
        "equal lines": "zoo Ping\n",
        "operations": "zoo Op1*{n}\n",
        "services": "*{n}\n",
        "paths": "zoo Ping A.B{n}\n",
        "comments": "# {n}\n",
        "values": "zoo Ping A = {n}\n",
        "wildcards": "z* * A*{n}\n",
    }.items():
        yield Input(f"watch file: {name}", lines(one, before="zoo\n", name="watchlist", beside=PAIR), watch, split)
    entry = '[[ignore]]\nrule = "*"\nid = "zoo#A{n}"\nreason = "x"\n'
    ignores = ("check", "old.json", "new.json", "--ignore-file", "ignores.toml")
    yield Input("ignore file", lines(entry, name="ignores.toml", beside=PAIR), ignores, tomllib.loads)
    wild = entry.replace("zoo#A{n}", "*" * 20 + "{n}")
    yield Input("ignore file: wildcards", lines(wild, name="ignores.toml", beside=PAIR), ignores, tomllib.loads)
    yield Input("baseline", baseline, ("check", "old.json", "new.json", "--baseline", "baseline.json"))
    notes = ("notes", "--source", "releases", "--last", "1")
    yield Input("release.json", release_json, notes)
    introduction = lines("* api-change:``zoo``: Adds {n}.\n", name="releases/2/notes.md", beside=RELEASES)
    yield Input("notes.md", introduction, notes, split)
    commit = ("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "1.0.1")
    repository = (
        ("git", "init", "-q"),
        ("git", "add", "."),
        ("git", *commit),
        ("git", "tag", "1.0.0"),
        ("git", "tag", "1.0.1"),
    )
    yield Input(".changes", changes, ("notes", "--source", "git:.", "--last", "1"), prepare=repository)

    for name, one in PYTHON.items():
        for inside in (False, True):
            where = "in a function" if inside else "at the top"
            if not (one.lstrip().startswith(("return", "if a: return", "if hasattr")) and not inside):
                yield Input(f"Python: {name} {where}", python(one, inside=inside), ("requires", "code.py"), ast.parse)
    for name, parts in {
        "a dict": ("d = {", "'k{n}': {n},\n", "}\n"),
        "a list": ("d = [", "{n},\n", "]\n"),
        "a sum": ("d = 0", "\\\n+{n}", "\n"),
        "a chain of calls": ("d = (a", ".f({n})\n", ")\n"),
        "a call": ("d = f(", "k{n}={n},\n", ")\n"),
        "arguments": ("d = f(", "{n},\n", ")\n"),
        "alternatives": ("d = (a", " or b{n}\n", ")\n"),
        "elif": ("if a: pass\n", "elif b{n}: d = {n}\n", ""),
        "one line": ("", "a={n};", "\n"),
        "one line that is not ASCII": ("'é';", "a={n};", "\n"),
        "targets": ("", "a{n} = ", "1\n"),
    }.items():
        yield Input(f"Python: {name}", one_expression(*parts), ("requires", "code.py"), ast.parse)
    yield Input("notebook", notebook, ("requires", "code.ipynb"))

    requires = ("requires", ".")
    for name, one in {
        "boto3": "boto3>=1.26.{n}\n",
        "packages": "package-{n}==1.0\n",
        "options": "--hash=sha256:{n}\n",
    }.items():
        yield Input(f"requirements: {name}", lines(one, name="requirements.txt", beside=CODE), requires, split)
    yield Input("requirements: included", requirement_chain, requires, split)
    table = '[project]\nname = "x"\ndependencies = [\n'
    for name, one in {"boto3": '"boto3>=1.26.{n}",\n', "packages": '"package-{n}",\n'}.items():
        made = lines(one, before=table, after="]\n", name="pyproject.toml", beside=CODE)
        yield Input(f"pyproject.toml: {name}", made, requires, tomllib.loads)
    groups = lines('g{n} = ["boto3>=1.26.{n}"]\n', before="[dependency-groups]\n", name="pyproject.toml", beside=CODE)
    yield Input("pyproject.toml: groups", groups, requires, tomllib.loads)
    poetry = lines('[tool.poetry.group.g{n}.dependencies]\nboto3 = "^1.26"\n', name="pyproject.toml", beside=CODE)
    yield Input("pyproject.toml: tables", poetry, requires, tomllib.loads)
    cfg = lines(" boto3>=1.26.{n}\n", before="[options]\ninstall_requires =\n", name="setup.cfg", beside=CODE)
    yield Input("setup.cfg", cfg, requires, split)
    setup = lines(" 'boto3>=1.26.{n}',\n", before="x = [\n", after="]\n", name="setup.py", beside=CODE)
    yield Input("setup.py", setup, requires, ast.parse)
    lock = lines('[[package]]\nname = "boto3"\nversion = "1.26.{n}"\n', name="uv.lock", beside=CODE)
    yield Input("uv.lock", lock, requires, tomllib.loads)
    yield Input("Pipfile.lock: packages", pipfile_lock, requires)
    yield Input("Pipfile.lock: sections", sections_of_pipfile_lock, requires)
    conda = lines("- boto3=1.26.{n}\n", before="dependencies:\n", name="environment.yml", beside=CODE)
    yield Input("environment.yml", conda, requires, split)

    site = ("build", "--source", "new.json", "--output", "site", "--formats", "json", "--config", "docgen.toml")
    looks = lines("word {n} ", before='[site]\nhome = """', after='"""\n', name="docgen.toml", beside=PAIR)
    yield Input("docgen.toml", looks, site, tomllib.loads)

    explain = ("explain",)
    for name, one in {
        "words": "words\n",
        "unknown parameters": 'Unknown parameter in input: "A{n}", must be one of: B, C\n',
        "parameters to choose from": "B{n}, ",
        "frames": '  File "a.py", line {n}, in f\n    x\n',
        "quotes": '"',
        "brackets": "[",
        "colons": "a: ",
    }.items():
        start = 'Unknown parameter in input: "A", must be one of: '
        yield Input(f"explain: {name}", lines(one, before=start, name="message"), explain, split, stdin=True)


# --- measuring ---


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000, help="bytes of each input (default: %(default)s)")
    parser.add_argument("--only", action="append", default=[], metavar="TEXT", help="inputs with this in their name")
    parser.add_argument("--growth", action="store_true", help="measure half the size, too")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args()
    start = min(run(("--version",), Path.cwd()).seconds for _ in range(3))
    print(f"start of docgen: {start:.2f} s, subtracted below")
    print(f"{'input':<50} {'bytes':>9} {'floor':>7} {'docgen':>8} {'ratio':>6} {'MB':>6}", flush=True)
    figures = []
    for each in inputs():
        if options.only and not any(text in each.name for text in options.only):
            continue
        size, floor, used = measure(each, options.size)
        seconds = used.seconds - start
        growth = ""
        if options.growth:
            half = measure(each, options.size // 2)[2].seconds - start
            growth = f" {seconds / max(half, 0.02):5.1f} x"
        mark = "  !" if seconds > max(SLOW_SECONDS, 3 * floor) or used.megabytes > MANY_MEGABYTES else ""
        print(
            f"{each.name:<50} {size:>9,} {floor:7.2f} {seconds:8.2f} {seconds / max(floor, 0.001):6.1f} "
            f"{used.megabytes:6.0f}{growth}{mark} {used.ending}",
            flush=True,
        )
        figures.append({"input": each.name, "bytes": size, "floor": floor, **used._asdict(), "seconds": seconds})
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measure(each: Input, size: int) -> tuple[int, float, Used]:
    """Return the bytes of an input, the seconds of its floor, and what docgen used."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = each.make(size)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        for command in each.prepare:
            program = () if command[0] == "git" else (sys.executable, "-m", "docgen")
            subprocess.run((*program, *command), cwd=folder, check=True, stdout=subprocess.DEVNULL)
        main_file, data = next(iter(files.items()))
        used = run(each.command, folder, folder / main_file if each.stdin else None)
        return len(data), floor_seconds(each.parse, data.decode()), used


def floor_seconds(parse: Callable[[str], object], text: str) -> float:
    """Return the CPU seconds of a parser."""
    started = time.process_time()
    with suppress(RecursionError, MemoryError):
        parse(text)
    return time.process_time() - started


def run(arguments: tuple[str, ...], folder: Path, stdin: Path | None = None) -> Used:
    """Run docgen with some arguments in a folder and measure it; what it prints is thrown away."""
    errors = folder / "stderr" if stdin or (folder / "code.py").exists() or len(arguments) > 1 else Path(os.devnull)
    with (
        open(stdin or os.devnull, "rb") as source,
        open(errors, "wb") as complaints,
        subprocess.Popen(
            [sys.executable, "-m", "docgen", *arguments],
            cwd=folder,
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT + 1)),
        ) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    code = process.returncode
    ending = f"exit {code}" if code else ""
    if code == 2:
        ending = errors.read_text(errors="replace")[:90].strip()
    return Used(usage.ru_utime, usage.ru_maxrss / 1024, ending)


if __name__ == "__main__":
    main()
