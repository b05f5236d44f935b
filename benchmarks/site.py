"""Measure a site with the reference of a whole release: CPU, memory, bytes, and where the time goes.

    python benchmarks/site.py [SOURCE] [--service NAME ...] [--formats html,markdown]

SOURCE is anything that docgen reads (default: package:botocore). One process builds everything, so CPU seconds include
no overhead of processes. The floor is joining the same pages from their lines and writing them to another folder, in
the same run. At the end, one service's model changes, and the site is built again.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.render.templates import render_page_file
from docgen.site import jobs, output_options
from docgen.site.build import build_site
from docgen.site.publish.staging import Stage
from docgen.sources.release import Release, Source


@dataclass
class StepTimer:
    """CPU seconds by step; a step does not include the time of steps inside it."""

    by: dict[str, float] = field(default_factory=dict)
    stack: list[float] = field(default_factory=list)

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function`, with its time added to `name`."""

        def call(*arguments: Any, **options: Any) -> Any:
            with self.under(name):
                return function(*arguments, **options)

        return call

    @contextmanager
    def under(self, name: str) -> Iterator[None]:
        """Add the time of the block to `name`."""
        started = time.process_time()
        self.stack.append(0.0)
        try:
            yield
        finally:
            taken = time.process_time() - started
            self.by[name] = self.by.get(name, 0.0) + taken - self.stack.pop()
            if self.stack:
                self.stack[-1] += taken


class ChangedSource:
    """A source with one byte changed in the model of one service."""

    def __init__(self, source: Source, service: str) -> None:
        self.source = source
        self.service = service
        self.location = source.location

    def releases(self) -> tuple[Release, ...]:
        """Return the newest release, with the change."""
        from dataclasses import replace

        newest = self.source.releases()[-1]
        files = tuple(
            replace(file, file=_ChangedFile(file.file)) if file.service == self.service else file
            for file in newest.files
        )
        return (replace(newest, files=files),)


@dataclass(frozen=True)
class _ChangedFile:
    file: Any

    @property
    def location(self) -> str:
        """Return the location of the file."""
        return str(self.file.location)

    def read(self) -> bytes:
        """Return the content, with one sentence changed."""
        return bytes(self.file.read()).replace(b'"documentation":"<p>', b'"documentation":"<p>Changed. ', 1) + b"\n"

    def digest(self) -> str:
        """Return a digest that differs from the original."""
        return f"changed-{self.file.digest()}"


def main() -> None:
    """Run the benchmark and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="package:botocore")
    parser.add_argument("--service", action="append", default=[])
    parser.add_argument("--formats", default="html,markdown")
    options = parser.parse_args()
    timer = StepTimer()
    with tempfile.TemporaryDirectory() as folder:
        site, formats = Path(folder, "site"), options.formats.split(",")
        source = _NewestOnly(open_source(options.source))
        whole = timer.timed("text, rows, search", build_site)
        with (
            patch.object(jobs, "parse", timer.timed("model", parse)),
            patch.object(output_options, "render_page_file", timer.timed("templates", render_page_file)),
            patch.object(Stage, "write", timer.timed("writing", Stage.write)),
        ):
            print(whole(source, site, formats, services=options.service))
        print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
        total = sum(timer.by.values())
        for name, seconds in sorted(timer.by.items(), key=lambda each: -each[1]):
            print(f"{name:<20} {seconds:7.1f} s of CPU, {seconds / total:4.0%}")
        rows = _rows(source, options.service)
        print(f"{'all':<20} {total:7.1f} s of CPU, {total / rows * 1000:.3f} s per 1,000 of {rows:,} rows")
        _sizes(site)
        floor = _seconds_to_join(site, Path(folder, "floor"))
        print(f"joining and writing  {floor:7.1f} s of CPU; the site takes {total / floor:.1f} times as long")
        started, cpu = time.perf_counter(), time.process_time()
        service = options.service[0] if options.service else "sqs"
        build_site(ChangedSource(source, service), site, formats, services=options.service)
        print(f"{service} changed: {time.perf_counter() - started:.1f} s, {time.process_time() - cpu:.1f} s of CPU")


class _NewestOnly:
    """A source with only the newest release of another one, so that there are no change notes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.location = source.location

    def releases(self) -> tuple[Release, ...]:
        """Return the newest release."""
        return self.source.releases()[-1:]


def _rows(source: Source, services: list[str]) -> int:
    from docgen.model.syntax import operation_syntax

    found = 0
    for file in source.releases()[-1].latest_models():
        if not services or file.service in services:
            service = parse(file.read(), file.location)
            for operation in service.operations.values():
                syntax = operation_syntax(service, operation)
                found += len(syntax.parameters) + len(syntax.response)
    return found


def _sizes(site: Path) -> None:
    for extension in (".html", ".md", ".js"):
        sizes = sorted(path.stat().st_size for path in site.rglob(f"*{extension}"))
        if sizes:
            median, most = sizes[len(sizes) // 2], sizes[-1]
            print(
                f"{extension:<6} {len(sizes):,} files, {sum(sizes) / 1e6:,.0f} MB; median {median / 1000:.1f} KB, "
                f"95 % {sizes[len(sizes) * 95 // 100] / 1000:.1f} KB, largest {most / 1000:.0f} KB"
            )


def _seconds_to_join(site: Path, floor: Path) -> float:
    """Return the CPU seconds for joining and writing the same bytes: the floor."""
    seconds = 0.0
    for path in site.rglob("*"):
        if path.is_file():
            lines = path.read_text(encoding="utf-8").split("\n")
            started = time.process_time()
            target = floor / path.relative_to(site)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes("\n".join(lines).encode())
            seconds += time.process_time() - started
    return seconds


if __name__ == "__main__":
    main()
