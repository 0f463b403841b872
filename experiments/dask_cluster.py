"""A Dask cluster that somebody has started: reached through ``Client.get_executor``, once it is sure to be the same.

Workers that hold another version of the code, of Python or of the libraries would give other numbers under the same
name, so nothing runs before every worker has said what it is.
"""

from __future__ import annotations

import logging
import platform
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from experiments.errors import ExperimentError
from experiments.jobs import code_version
from experiments.store import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Executor

PATIENCE = 5
"""Seconds to wait for a scheduler, and for its first worker."""

ADDRESS = re.compile(r"((tcp|tls|wss?)://)?[^/\s]+:\d+")
"""What may be the address of a scheduler; on others Dask waits long and ends with a traceback."""

COMPARED = ("numpy", "scipy", "pandas", "mesa")
"""Libraries that decide numbers."""

LOGGERS = ("distributed", "tornado", "asyncio")

NAMES = {"code": "Pokmas code", "python": "Python"}


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Give an executor over the workers of the Dask scheduler at ``address``.

    Args:
        address: For instance ``tcp://10.0.0.5:8786``.

    Raises:
        ExperimentError: Dask is not installed, nobody answers there, no worker is there, or one of them differs from
            this process in its code, Python or libraries.
    """
    nobody = f"--scheduler {address}: no Dask scheduler answers there; give for instance tcp://127.0.0.1:8786"
    if not ADDRESS.fullmatch(address):
        raise ExperimentError(nobody)
    try:
        from distributed import Client
    except ImportError as error:
        raise ExperimentError("--scheduler needs Dask: install it with  pip install 'pokmas[cluster]'") from error
    _quiet()
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (TimeoutError, OSError, ValueError, TypeError) as error:
        raise ExperimentError(nobody) from error
    try:
        workers = _checked(client, address)
        executor: Executor = client.get_executor(pure=False)
        executor.workers = workers  # type: ignore[attr-defined]
        yield executor
    finally:
        client.close(timeout=PATIENCE)


@contextmanager
def engine(scheduler: str | None) -> Iterator[Executor | None]:
    """Give the cluster at an address, or None (this machine) where there is no address."""
    if scheduler is None:
        yield None
        return
    with cluster(scheduler) as executor:
        yield executor


def _checked(client: Any, address: str) -> int:
    """Return the number of jobs the workers take at one time, once each of them is known to be like this process."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise ExperimentError(
            f"--scheduler {address}: it has no workers; start one with  dask worker {address} --nthreads 1"
        ) from error
    native = client.get_versions()["workers"]
    for worker, told in native.items():
        _same(worker, {"python": _minor(told["host"]["python"]), "numpy": told["packages"]["numpy"]})
    for worker, told in client.run(identity, on_error="return").items():
        if isinstance(told, BaseException):
            why = " ".join(str(told).split()) or type(told).__name__
            raise ExperimentError(f"worker {worker} cannot use Pokmas ({why}); start it where Pokmas is installed")
        _same(worker, told)
    return int(sum(client.nthreads().values()))


def identity() -> dict[str, str]:
    """Return what decides the numbers here: code, Python and libraries, by name."""
    found = {name: versions()[name] for name in COMPARED}
    return {"code": code_version(), "python": _minor(platform.python_version()), **found}


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _same(worker: str, told: Mapping[str, str]) -> None:
    here = identity()
    for name, theirs in told.items():
        if theirs != here[name]:
            raise ExperimentError(
                f"worker {worker} has {NAMES.get(name, name)} {theirs}, but {here[name]} is here; "
                "nothing was run: give both the same version"
            )


def _quiet() -> None:
    """What Dask logs about lost connections is told in one line here; some of its loggers have levels of their own."""
    for name in (*LOGGERS, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
