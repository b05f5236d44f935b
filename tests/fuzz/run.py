"""The runner: `python tests/fuzz/run.py TARGET|all [--runs N] [--seed S]`, or with inputs that failed before: `FILE …`.

Coverage guides the search if atheris is installed (`pip install atheris`); otherwise, or with `--chance`, inputs are
random. A failing input is saved as `fuzz-TARGET-….bin` in the current folder, and the runner exits with 1.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import importlib
import os
import random
import resource
import signal
import sys
import time
import tomllib
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
NAMES = tuple(sorted(path.stem.removeprefix("target_") for path in HERE.glob("target_*.py")))
MAX_SECONDS = 1.0
"""CPU seconds for one input."""
MAX_BYTES = 500 << 20
"""Additional memory since the first input."""
_POOL = 200

Target = Callable[[bytes], None]


class TooSlowError(BaseException):
    """An input takes too long. It is not an `Exception`, so that the code under test cannot catch it."""


class Found(NamedTuple):
    """The result of a run: executions, seconds, seconds of the slowest input, and the failing input with its error."""

    runs: int
    seconds: float
    slowest: float
    failed: bytes | None = None
    why: str = ""


def load(name: str) -> tuple[Target, list[bytes]]:
    """Return a target and its seeds."""
    module = importlib.import_module(f"fuzz.target_{name}")
    return module.target, module.seeds()


def guarded(target: Target, data: bytes, seconds: float = MAX_SECONDS) -> None:
    """Run a target on one input. If it takes too long, print a traceback and raise `TooSlowError`."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        target(data)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@contextmanager
def limits(seconds: float = MAX_SECONDS, size: int = MAX_BYTES) -> Iterator[None]:
    """Limit the memory and the CPU time of the block, even if it runs no line of Python for a minute."""

    def stop(*_: object) -> None:
        raise TooSlowError(f"more than {seconds} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_mapped() + size, hard))
    faulthandler.register(signal.SIGVTALRM, chain=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()  # otherwise it would end the process later
        faulthandler.unregister(signal.SIGVTALRM)
        signal.signal(signal.SIGVTALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _mapped() -> int:
    """Return the size of this process's address space in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # not Linux: the limit is then that much lower
        return 1 << 30


def by_chance(name: str, runs: int, seed: int, seconds: float = MAX_SECONDS) -> Found:
    """Run a target on `runs` inputs, derived from its seeds and from earlier inputs."""
    from fuzz.mutate import mutated

    target, pool = load(name)
    dice = random.Random(f"{name} {seed}")  # noqa: S311 - the same inputs each time, which is the point
    started, slowest, done = time.monotonic(), 0.0, 0
    first, watched = list(pool), -60.0
    with limits(seconds):
        for done in range(1, runs + 1):
            data = first[done - 1] if done <= len(first) else mutated(pool, dice)
            if time.monotonic() - watched > 5:  # one for each input would start as many threads
                faulthandler.dump_traceback_later(60, exit=True)
                watched = time.monotonic()
            at = time.process_time()
            try:
                guarded(target, data, seconds)
            except (Exception, TooSlowError):
                return Found(done, time.monotonic() - started, slowest, data, traceback.format_exc())
            slowest = max(slowest, time.process_time() - at)
            if done % 50 == 0:  # so that damage adds up
                pool.insert(len(first), data)
                del pool[_POOL:]
    return Found(done, time.monotonic() - started, slowest)


def by_coverage(name: str, runs: int, seed: int) -> None:
    """Hand a target to atheris, which ends this process."""
    import atheris

    with atheris.instrument_imports(include=["docgen"]):
        target, pool = load(name)
    from fuzz.scratch import folder

    corpus = folder() / "corpus"
    corpus.mkdir()
    for number, seed_input in enumerate(pool):
        (corpus / str(number)).write_bytes(seed_input)
    options = [f"-runs={runs}", f"-seed={seed}", "-timeout=10", "-max_len=65536", "-print_final_stats=1"]
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix=fuzz-{name}-", str(corpus)], lambda data: guarded(target, data)
    )
    with limits():
        atheris.Fuzz()


def _report(name: str, found: Found) -> bool:
    rate = found.runs / max(found.seconds, 1e-9)
    print(f"{name}: {found.runs:,} runs, {rate:,.0f} a second, slowest {found.slowest:.3f} s", flush=True)
    if found.failed is None:
        return True
    path = Path(f"fuzz-{name}-{hashlib.sha256(found.failed).hexdigest()[:12]}.bin")
    path.write_bytes(found.failed)
    print(f"{name}: failed, input kept as {path}\n{found.why}", flush=True)
    return False


def _again(name: str, files: Sequence[str]) -> None:
    target, _ = load(name)
    with limits():
        for file in files:
            guarded(target, Path(file).read_bytes())
            print(f"{name}: {file}: well")


def main(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Feed docgen with anything.")
    parser.add_argument("target", choices=(*NAMES, "all"))
    parser.add_argument("files", nargs="*", metavar="FILE", help="inputs that failed before")
    parser.add_argument("--runs", type=int, default=10_000, help="of each target (default: 10000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chance", action="store_true", help="at random, even with atheris")
    options = parser.parse_args(arguments)
    if options.files:
        _again(options.target, options.files)
        return 0
    names = NAMES if options.target == "all" else (options.target,)
    if find_spec("atheris") and not options.chance:
        if len(names) == 1:
            by_coverage(names[0], options.runs, options.seed)
        own = [sys.executable, __file__]
        ends = ["--runs", str(options.runs), "--seed", str(options.seed)]
        return max([os.spawnv(os.P_WAIT, own[0], [*own, name, *ends]) for name in names])  # noqa: S606 - this file
    well = [_report(name, by_chance(name, options.runs, options.seed)) for name in names]
    return 0 if all(well) else 1


if __name__ == "__main__":
    root = HERE.parent.parent
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    sys.path[:] = [
        *(str(root / folder) for folder in settings["pythonpath"]),  # targets import what tests import
        *(entry for entry in sys.path if Path(entry or ".").resolve() != HERE),
    ]
    from fuzz.run import main as run  # under its own name, so that targets and the runner share modules

    sys.exit(run(sys.argv[1:]))
