"""Time syntax, rows and text of every operation of a release, relative to botocore's own generator on a sample.

    python benchmarks/reference.py [SOURCE] [--every N]

SOURCE is anything that docgen reads (default: package:botocore). Both sides work from JSON in memory, in this process,
and are timed in CPU seconds. botocore stops at reStructuredText; docgen ends with the plain text of every row.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable
from functools import partial

from botocore import xform_name
from botocore.docs.docstring import ClientMethodDocstring
from botocore.hooks import HierarchicalEmitter
from botocore.model import ServiceModel

from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.model.service import Operation, Service
from docgen.model.syntax import operation_syntax
from docgen.render.markup.text import to_text


def read_with_docgen(service: Service, operations: Iterable[Operation]) -> int:
    """Build syntax, rows and text with docgen; return the number of rows."""
    rows = 0
    for operation in operations:
        to_text(operation.documentation)
        syntax = operation_syntax(service, operation)
        for side in (syntax.parameters, syntax.response):
            for row in side:
                to_text(row.documentation)
            rows += len(side)
    return rows


def read_with_botocore(data: bytes, name: str, operations: Iterable[str]) -> None:
    """Build the reStructuredText of the same pages with botocore."""
    model = ServiceModel(json.loads(data), name)
    for operation in operations:
        read = model.operation_model(operation)
        str(
            ClientMethodDocstring(
                operation_model=read,
                method_name=read.name,
                event_emitter=HierarchicalEmitter(),
                method_description=read.documentation,
                example_prefix=f"client.{xform_name(read.name)}",
                include_signature=False,
            )
        )


def main() -> None:
    """Run the benchmark and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="package:botocore")
    parser.add_argument("--every", type=int, default=40, help="botocore documents every Nth operation (default: 40)")
    options = parser.parse_args()

    release = open_source(options.source).releases()[-1]
    models = [(file.service, file.read()) for file in release.latest_models()]
    floor = cpu(lambda: [json.loads(data) for _, data in models])
    started = time.process_time()
    services = {name: parse(data, name) for name, data in models}
    parsing = time.process_time() - started
    operations = rows = 0
    started = time.process_time()
    for service in services.values():
        rows += read_with_docgen(service, service.operations.values())
        operations += len(service.operations)
    documenting = time.process_time() - started

    everything = [(name, data, operation) for name, data in models for operation in services[name].operations]
    sample = everything[:: options.every]
    mine = theirs = 0.0
    for name, data, operation in sample:
        service = services[name]
        mine += cpu(partial(read_with_docgen, service, [service.operations[operation]]))
        theirs += cpu(partial(read_with_botocore, data, name, [operation])) - cpu(partial(json.loads, data))

    print(f"{release.name}: {operations:,} operations, {rows:,} rows")
    print(f"reading the JSON           {floor:7.1f} s  1.0 (the floor)")
    print(f"parsing                    {parsing:7.1f} s  {parsing / floor:.1f}")
    print(f"syntax, rows and text      {documenting:7.1f} s  {documenting / floor:.1f}")
    each, row = 1e3 * documenting / operations, 1e6 * documenting / rows
    print(f"per operation              {each:7.2f} ms, per row {row:.1f} us")
    print(f"sample of {len(sample):,} operations: ours {1e3 * mine / len(sample):.2f} ms each, ", end="")
    print(f"botocore's reStructuredText {1e3 * theirs / len(sample):.2f} ms each: {theirs / mine:.0f} times as long")


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a call."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
