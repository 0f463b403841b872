"""A real scheduler with real workers on this machine gives the bytes of one process, a killed worker or not."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'pokmas[cluster]'")

from experiments import dask_cluster, serial
from experiments.batch import complete
from experiments.cli import main
from experiments.errors import ExperimentError
from experiments.jobs import Job
from experiments.store import Store
from scenarios import Specification
from tests.experiments.made_up import stored
from tests.source import ROOT

CALM = ("--no-dashboard", "--host", "127.0.0.1")


def start(*command: str, log: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "warning"}
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *command], env=environment, stdout=file, stderr=file, cwd=log.parent
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A scheduler and two workers of one thread each."""
    place = tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{free_port()}"
    processes = [start("scheduler", "--port", address.rpartition(":")[2], *CALM, log=place / "scheduler.log")]
    processes += [
        start("worker", address, "--nthreads", "1", "--no-nanny", *CALM, log=place / f"worker-{n}.log")
        for n in range(2)
    ]
    try:
        yield SimpleNamespace(address=address, workers=processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture
def both(started: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The cluster, once it is up."""
    from distributed import Client

    monkeypatch.setattr(dask_cluster, "PATIENCE", 60)
    with Client(started.address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    return started


def test_another_code_version_is_told_before_anything_runs(
    both: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, results: Path
) -> None:
    monkeypatch.setattr(dask_cluster, "code_version", lambda: "0123456789abcdef")
    words = r"worker tcp://\S+ has Pokmas code \w+, but 0123456789abcdef is here"
    with pytest.raises(ExperimentError, match=words), dask_cluster.cluster(both.address):
        pass
    assert not results.exists()


def test_the_bytes_are_those_of_one_process_though_a_worker_is_killed(
    both: SimpleNamespace, small: Specification, tmp_path: Path
) -> None:
    jobs = [Job(small, months=6, replicates=(replicate,)) for replicate in range(24)]
    killed: list[int] = []

    def kill_one(done: int, total: int, seconds_left: float | None) -> None:
        if done >= 4 and not killed:
            victim = both.workers[0]
            victim.send_signal(signal.SIGKILL)
            killed.append(victim.pid)

    complete(jobs, Store(tmp_path / "alone"), executor=serial())
    with dask_cluster.cluster(both.address) as executor:
        assert executor.workers == 2
        _, failures = complete(jobs, Store(tmp_path / "cluster"), executor=executor, progress=kill_one)
    assert (failures, len(killed)) == ([], 1)
    assert stored(tmp_path / "cluster") == stored(tmp_path / "alone")
    assert len(stored(tmp_path / "alone")) == 24


def test_a_scheduler_that_is_not_there_is_one_line_within_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    for address in (f"tcp://127.0.0.1:{free_port()}", "nonsense://here", "foo", "tcp://foo"):
        begun = time.monotonic()
        with pytest.raises(SystemExit) as end:
            main(("compare", "wonosari", "purwokerto", "--pairs", "1", "--scheduler", address))
        assert end.value.code == 2
        assert time.monotonic() - begun < dask_cluster.PATIENCE + 5
        out, err = capsys.readouterr()
        assert out == ""
        assert re.fullmatch(rf"pokmas: --scheduler {address}: no Dask scheduler answers there; .*\n", err), err


def test_no_logger_of_dask_speaks_of_a_lost_connection() -> None:
    import distributed.client  # noqa: F401 - it gives its loggers levels of their own

    logging.getLogger("distributed.client").setLevel(logging.WARNING)
    dask_cluster._quiet()
    names = [name for name in logging.root.manager.loggerDict if name.startswith(("distributed", "tornado"))]
    assert {logging.getLogger(name).getEffectiveLevel() for name in names} == {logging.CRITICAL}


class Cluster:
    """A cluster that answers as a test wants it."""

    def __init__(self, host: dict[str, Any], told: Any) -> None:
        self.host, self.told = host, told

    def wait_for_workers(self, *_: int, **__: float) -> None:
        if self.told is None:
            raise TimeoutError

    def get_versions(self) -> dict[str, Any]:
        return {"workers": {"tcp://far": self.host}}

    def run(self, *_: object, **__: str) -> dict[str, Any]:
        return {"tcp://far": self.told}

    def nthreads(self) -> dict[str, int]:
        return {"tcp://far": 3}


def test_whoever_differs_is_named() -> None:
    here = dask_cluster.identity()
    host = {"host": {"python": f"{here['python']}.7"}, "packages": {"numpy": here["numpy"]}}
    assert dask_cluster._checked(Cluster(host, here), "") == 3, "the third number of Python does not matter"
    faults = {
        "has Python 2.7, but": Cluster(host | {"host": {"python": "2.7.18"}}, here),
        "has numpy 1.0, but": Cluster(host | {"packages": {"numpy": "1.0"}}, here),
        "has Pokmas code old, but": Cluster(host, here | {"code": "old"}),
        "cannot use Pokmas .No module named": Cluster(host, ModuleNotFoundError("No module named 'experiments'")),
        "it has no workers": Cluster(host, None),
    }  # fmt: skip
    for words, client in faults.items():
        with pytest.raises(ExperimentError, match=words):
            dask_cluster._checked(client, "")
