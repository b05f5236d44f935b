"""`--executor dask://HOST:PORT` on a real local cluster: the same bytes, whichever process dies."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import distributed
import pytest
from history_support import random_releases, write
from waiting import PATIENCE, wait_until

from docgen import cluster as module
from docgen.cluster import dask_executor
from docgen.compare.model_reader import ModelReader
from docgen.errors import DocgenError, SourceError, UsageError
from docgen.history.index import update_history as update_history
from docgen.locate import absolute_spec, open_source

ROOT = Path(__file__).parent.parent.parent
SCALE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
ADDRESS = "10.0.0.1:8786"
ENVIRONMENT = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
OPTIONS = ("--formats", "html,json", "--jobs", "2")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a scheduler on a busy machine time to answer."""
    monkeypatch.setattr(module, "CONNECT_TIMEOUT", PATIENCE)


def docgen(*arguments: object, cwd: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "docgen", *map(str, arguments)]
    environment = {**os.environ, "DOCGEN_TIMEOUT": str(PATIENCE)}
    return subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    return out


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def started(name: str, folder: Path, *more: object) -> subprocess.Popen[bytes]:
    """Start a command of `docs/scale.md` on a local address, in a folder of its own."""
    (line,) = re.findall(rf"^dask {name}.*$", SCALE, re.MULTILINE)
    words = [word for word in line.split()[1:] if word != ADDRESS]
    command = [Path(sys.executable).with_name("dask"), *words, "--host", "127.0.0.1", "--no-dashboard", *more]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            list(map(str, command)), cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log, start_new_session=True
        )


def address_in(scheduler_file: Path) -> str | None:
    """Return the HOST:PORT of a scheduler, or None while it has not written its file."""
    try:
        return str(json.loads(scheduler_file.read_text())["address"]).removeprefix("tcp://")
    except (FileNotFoundError, ValueError):
        return None


def kill(*processes: subprocess.Popen[bytes]) -> None:
    """End commands and all processes that they started."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass
class Running:
    """A scheduler with two workers, and a client that observes them."""

    address: str
    client: Any

    def workers(self) -> dict[str, int]:
        """Return the process id of each worker."""
        found: dict[str, int] = self.client.run(os.getpid)
        return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("cluster")
    scheduler_file = folder / "scheduler.json"
    processes = [started("scheduler", folder, "--port", 0, "--scheduler-file", scheduler_file)]
    try:
        place = wait_until(lambda: address_in(scheduler_file))
        processes.append(started("worker", folder, place, "--nworkers", 2))
        with distributed.Client(place, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            yield Running(f"dask://{place}", client)
    finally:
        kill(*processes)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a folder with releases, and with a history and a site that were built without a cluster."""
    folder = tmp_path_factory.mktemp("world")
    for release, files in random_releases(5, 20):
        write(folder / "releases", release, files)
    print(finished(docgen("update", "releases", "--output", "alone", *OPTIONS, cwd=folder)))
    return folder


def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(running: Running, world: Path) -> None:
    where, pid = next(iter(running.workers().items()))
    os.kill(pid, signal.SIGSTOP)  # so that it is busy when it dies
    (line,) = re.findall(r"^docgen (build .* --executor .*)$", SCALE, re.MULTILINE)
    words = line.replace(f"dask://{ADDRESS}", running.address).replace("--output site", "--output cluster").split()
    process = docgen(*words, "--last", 100, *OPTIONS, cwd=world)  # as `update` selects by default
    wait_until(lambda: running.client.processing()[where])
    assert process.poll() is None
    os.kill(pid, signal.SIGKILL)
    assert finished(process).startswith("cluster: 20 releases, ")
    assert tree(world / "cluster") == tree(world / "alone")
    assert pid not in running.workers().values()


def test_a_history_and_a_site_are_made_on_a_cluster_as_on_one_machine(running: Running, world: Path) -> None:
    command = ("update", "releases", "--history", "cluster.db", "--output", "updated", *OPTIONS)
    finished(docgen(*command, "--executor", running.address, cwd=world))
    assert (world / "cluster.db").read_bytes() == (world / "history.db").read_bytes()
    assert tree(world / "updated") == tree(world / "alone")


def test_workers_see_templates_as_they_are_in_each_run(running: Running, world: Path) -> None:
    templates = world / "mine/html"
    templates.mkdir(parents=True)
    command = (
        "build",
        "--source",
        "history.db",
        "--last",
        1,
        "--templates",
        "mine",
        "--output",
        "mine-built",
        *OPTIONS,
    )
    for text in ("One", "Another", "A third"):
        for name in ("operation", "removed"):
            (templates / f"{name}.html.j2").write_text(text)
        finished(docgen(*command, "--executor", running.address, cwd=world))
        pages = {path.read_text().strip() for path in (world / "mine-built/services").glob("*/Get/index.html")}
        assert pages == {text}


def test_a_worker_that_lacks_a_file_says_so(running: Running, world: Path) -> None:
    file = open_source(str(world / "releases")).releases()[0].files[0].file
    with dask_executor(running.address) as executor:
        assert executor.submit(file.read).result() == file.read()
        (world / "releases").rename(world / "elsewhere")
        try:
            with pytest.raises(
                SourceError, match=r"at worker tcp://127\.0\.0\.1:\d+, which needs the same files at the same paths"
            ):
                executor.submit(file.read).result()
        finally:
            (world / "elsewhere").rename(world / "releases")


def test_a_worker_with_another_copy_of_a_history_says_so(world: Path, tmp_path: Path) -> None:
    shutil.copyfile(world / "history.db", tmp_path / "history.db")
    files = open_source(str(tmp_path / "history.db")).releases()[-1].files
    assert ModelReader().read_service(files[0]).operations
    for release, content in random_releases(6, 20):
        write(tmp_path / "others", release, content)
    update_history(open_source(str(tmp_path / "others")), tmp_path / "other.db")
    (tmp_path / "other.db").replace(tmp_path / "history.db")
    with pytest.raises(SourceError, match=r"history\.db@.*: changed while docgen was reading it"):
        list(map(ModelReader().read_service, files))


def test_a_worker_with_another_docgen_says_so(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "program_digest", lambda: "another")
    with dask_executor(running.address) as executor, pytest.raises(DocgenError, match="this worker has another docgen"):
        executor.submit(int).result()


def local_job() -> None:
    """Do nothing, in a module that workers do not have."""


def test_a_worker_without_docgen_says_so(running: Running) -> None:
    with (
        pytest.raises(DocgenError, match=r"a worker has no module test_cluster \(install docgen everywhere\)"),
        dask_executor(running.address) as executor,
    ):
        executor.submit(local_job).result()


def test_work_that_kills_every_worker_ends_the_run(running: Running) -> None:
    with (
        pytest.raises(DocgenError, match="2 workers died over the same work"),
        dask_executor(running.address) as executor,
    ):
        executor.submit(os._exit, 1).result()
    running.client.wait_for_workers(2, timeout=PATIENCE)


def test_a_cluster_without_workers_is_not_waited_for_and_one_that_ends_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_WORKER_TIMEOUT", 0.2)
    scheduler_file = tmp_path / "scheduler.json"
    scheduler = started("scheduler", tmp_path, "--port", 0, "--scheduler-file", scheduler_file)
    place = wait_until(lambda: address_in(scheduler_file))
    with (
        pytest.raises(UsageError, match=f"no workers there .start some: dask worker {place}."),
        dask_executor(f"dask://{place}"),
    ):
        pass
    monkeypatch.setattr(module, "FIRST_WORKER_TIMEOUT", PATIENCE)
    worker = started("worker", tmp_path, place, "--nworkers", 1, "--no-nanny")
    wait_until(lambda: "Registered to" in (tmp_path / "worker.log").read_text())

    def lose_cluster(executor: Executor) -> None:
        future = executor.submit(subprocess.call, ["sh", "-c", f"touch '{tmp_path}/begun'; sleep 600"])
        wait_until((tmp_path / "begun").exists)
        kill(scheduler, worker)
        future.result()

    with pytest.raises(DocgenError, match="the scheduler stopped"), dask_executor(f"dask://{place}") as executor:
        lose_cluster(executor)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("10.0.0.1:8786", "not an address (such as dask://10.0.0.1:8786)"),
        ("ray://10.0.0.1:8786", "unknown executor 'ray' (use dask://HOST:PORT)"),
        ("dask://10.0.0.1", "not HOST:PORT after dask://"),
        ("dask://10.0.0.1:port", "not HOST:PORT after dask://"),
        ("dask://10.0.0.1:99999", "not HOST:PORT after dask://"),
        ("dask://:8786", "not HOST:PORT after dask://"),
        ("dask://me@10.0.0.1:8786", "not HOST:PORT after dask://"),
        ("dask://10.0.0.1:8786/path", "not HOST:PORT after dask://"),
        ("dask://10.0.0.1:8786?a=b", "not HOST:PORT after dask://"),
    ],
)
def test_an_invalid_address_is_refused(address: str, problem: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"--executor {address}: {problem}")), dask_executor(address):
        pass


def test_a_scheduler_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_TIMEOUT", 1)
    with (
        pytest.raises(UsageError, match=r"dask://127\.0\.0\.1:9: no scheduler answers in 1 s"),
        dask_executor("dask://127.0.0.1:9"),
    ):
        pass


def test_without_dask_one_line_names_the_extra(tmp_path: Path) -> None:
    program = "import sys; sys.modules['distributed'] = None; from docgen.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "build", "--executor", "dask://127.0.0.1:8786"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "docgen: dask://127.0.0.1:8786: dask is not installed (install the extra docgen[dask])\n"
    assert not list(tmp_path.iterdir())


def test_sources_and_paths_are_made_absolute_for_programs_in_other_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for same in ("-", "pypi:botocore", "package:botocore", "git:https://example.com/a.git@v1", str(tmp_path / "a.db")):
        assert absolute_spec(same) == same
    assert absolute_spec("history.db@1.2") == f"{tmp_path}/history.db@1.2"
    assert absolute_spec("git:botocore@1.2#tags=v*") == f"git:{tmp_path}/botocore@1.2#tags=v*"
