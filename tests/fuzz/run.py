"""The runner: `python tests/fuzz/run.py TARGET|all [--runs N] [--seed S]`, or with inputs that failed before: `FILE …`.

By coverage where atheris is installed (`pip install atheris`), else by chance; `--chance` forces that. An input that
fails is kept as `fuzz-TARGET-….bin` where the runner was started, and the runner ends with 1.
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
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
NAMES = tuple(sorted(path.stem.removeprefix("target_") for path in HERE.glob("target_*.py")))
MAX_SECONDS = 1.0
"""Of CPU, for one input."""
MAX_BYTES = 500 << 20
"""More memory than before the first input."""
_POOL = 200

Target = Callable[[bytes], None]


class TooSlowError(BaseException):
    """An input takes too long; no `except Exception` of what is tested may keep it."""


class Found(NamedTuple):
    """What a run came to: executions, seconds, the slowest input's seconds, and the input that failed with why."""

    runs: int
    seconds: float
    slowest: float
    failed: bytes | None = None
    why: str = ""


def load(name: str) -> tuple[Target, list[bytes]]:
    """A target and its seeds."""
    module = importlib.import_module(f"fuzz.target_{name}")
    return module.target, module.seeds()


def guarded(target: Target, data: bytes, seconds: float = MAX_SECONDS) -> None:
    """Run a target on one input; raises `TooSlowError`, with a traceback printed, where that takes too long."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        target(data)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@contextmanager
def limits(seconds: float = MAX_SECONDS, size: int = MAX_BYTES) -> Iterator[None]:
    """Watch over time, also where no line of Python is reached for a minute, and over memory."""

    def stop(*_: object) -> None:
        raise TooSlowError(f"more than {seconds} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_mapped() + size, hard))
    faulthandler.register(signal.SIGVTALRM, chain=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()  # it would end whoever goes on after this
        faulthandler.unregister(signal.SIGVTALRM)
        signal.signal(signal.SIGVTALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _mapped() -> int:
    """Bytes of address space that this process has."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # no Linux: the limit is then that much lower
        return 1 << 30


def by_chance(name: str, runs: int, seed: int, seconds: float = MAX_SECONDS) -> Found:
    """So many runs with inputs made from the seeds of a target, and from what came of them."""
    from fuzz.mutate import mutated

    target, pool = load(name)
    dice = random.Random(f"{name} {seed}")  # noqa: S311 - the same inputs each time, which is the point
    started, slowest, done = time.monotonic(), 0.0, 0
    first = list(pool)
    with limits(seconds):
        for done in range(1, runs + 1):
            data = first[done - 1] if done <= len(first) else mutated(pool, dice)
            if done % 1000 == 1:
                faulthandler.dump_traceback_later(60, exit=True)
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
    """Hand a target over to atheris, which ends this process."""
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
    """What the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description="Feed docgen with anything.")
    parser.add_argument("target", choices=(*NAMES, "all"))
    parser.add_argument("files", nargs="*", metavar="FILE", help="inputs that failed before")
    parser.add_argument("--runs", type=int, default=10_000, help="of each target (default: 10000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chance", action="store_true", help="by chance, even with atheris")
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
    sys.path.insert(0, str(HERE.parent))
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]
    from fuzz.run import main as run  # under its own name, so that targets and runner share modules

    sys.exit(run(sys.argv[1:]))
