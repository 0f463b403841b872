"""What many runs cost beyond their simulation: writing, handing out, a second process, a Dask cluster, opening again.

Every way computes the same jobs into an empty folder, on workers that hold the model already. Prints seconds and their
ratios from one run; machines are noisy, so read the ratios and the least of several rounds, taken in turn.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from experiments import compare, serial
from experiments.batch import complete
from experiments.executors import local_pool
from experiments.jobs import simulate
from experiments.pairing import blocks
from experiments.store import Store
from experiments.tasks import compute, side_by_side, tasks_for
from scenarios import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from experiments.jobs import Job

PLANS = ("wonosari", "wonosari-steady-budget")


def whole(jobs: list[Job], executor: Executor) -> float:
    """Seconds to compute and store the jobs."""
    with tempfile.TemporaryDirectory() as folder:
        begun = perf_counter()
        complete(jobs, Store(folder), executor=executor)
        return perf_counter() - begun


@contextmanager
def pool(workers: int) -> Iterator[Executor]:
    """A pool of local processes."""
    with local_pool(workers) as made:
        yield made


@contextmanager
def dask(workers: int) -> Iterator[Executor]:
    """A Dask cluster on this machine."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client.get_executor(pure=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=300)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2, help="rounds of each way; the least counts")
    asked = parser.parse_args()
    specs = [load(name, overrides={"setting.clients": asked.clients}) for name in PLANS]
    jobs = [job for spec in specs for job in blocks(spec, asked.pairs, asked.months, 1, "drawn")]
    runs = len(PLANS) * asked.pairs
    print(f"{runs} runs of {asked.clients} clients x {asked.months} months in {len(jobs)} jobs")

    simulate(jobs[0])
    tasks = side_by_side(jobs, tasks_for(jobs, 1))
    apart = min(_processor_seconds(lambda: [simulate(job) for job in jobs]) for _ in range(asked.rounds))
    bare = min(_processor_seconds(lambda: [compute(task) for task in tasks]) for _ in range(asked.rounds))
    alone = min(_processor_seconds(lambda: whole(jobs, serial())) for _ in range(asked.rounds))
    cost = 1000 * (alone - bare) / runs
    print(f"simulation job by job:             {apart:7.2f} s of the processor, {1000 * apart / runs:.1f} ms a run")
    print(f"in {len(tasks)} tasks, jobs side by side:    {bare:7.2f} s, {1000 * bare / runs:.1f} ms a run")
    print(f"and handing out, writing, reading: {cost:7.2f} ms a run more, {100 * (alone / bare - 1):.1f} %")

    with pool(1) as one, pool(2) as two, dask(2) as far:
        ways = {"one": one, "two": two, "Dask": far}
        for way in ways.values():
            whole(jobs[:4], way)
        times = {name: [] for name in ways}
        for _ in range(asked.rounds):
            for name, way in ways.items():
                times[name].append(whole(jobs, way))
    single, double, spread = (min(times[name]) for name in ways)
    print(f"pool of one, pool of two:          {single:7.2f} s, {double:.2f} s: {single / double:.2f} times")
    print(
        f"Dask with two workers:             {spread:7.2f} s: {100 * (spread / double - 1):+.1f} % to the pool of two"
    )

    with tempfile.TemporaryDirectory() as folder:
        ask = {"pairs": asked.pairs, "months": asked.months, "executor": serial(), "results": Path(folder)}
        compare(specs, **ask)
        begun = perf_counter()
        compare(specs, **ask)
        print(f"the same comparison opened:        {1000 * (perf_counter() - begun):7.0f} ms")


def _processor_seconds(work: Callable[[], object]) -> float:
    """Processor time of this process, which others on the machine disturb less than the clock."""
    begun = process_time()
    work()
    return process_time() - begun


if __name__ == "__main__":
    main()
