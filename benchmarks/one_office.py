"""How long one Bapas takes: 1,000 clients over 36 months, every mechanism on, against other ways to do the same work.

From one run of one process: the columns driver alone and with replicates side by side, the agents driver, a plain
Mesa model of the same month (one object a client), and a copy in memory of every column once a month, which is the
floor: what is read and written must at least be moved. Then where the time goes, and what imports cost. Machines are
noisy: read the ratios, and the least of several rounds.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from time import perf_counter

import mesa
import numpy as np

from benchmarks._plain_mesa import PlainModel
from model import ReintegrationModel
from scenarios import load

MONTHS = 36
TOGETHER = 20
HELP = "import sys; sys.argv = ['pokmas', '--help']; from experiments.cli import main; main()"
IMPORTS = ("scenarios", "agents.rules", "model", "experiments", "viz")


def seconds(model: mesa.Model, months: int) -> float:
    """Time to live ``months``."""
    begun = perf_counter()
    for _ in range(months):
        model.step()
    return perf_counter() - begun


def copying(model: ReintegrationModel) -> float:
    """Time to copy every column of every table of ``model`` once, the least of five."""
    columns = [table.column(name) for table in model.tables.values() for name in table.columns]
    copies = [np.empty_like(column) for column in columns]
    times = []
    for _ in range(5):
        begun = perf_counter()
        for column, copy in zip(columns, copies, strict=True):
            np.copyto(copy, column)
        times.append(perf_counter() - begun)
    return min(times)


def fresh(code: str) -> float:
    """Seconds an interpreter takes for compiled ``code``, less what it takes for nothing; the least of three."""
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def least(text: str) -> float:
        times = []
        for _ in range(3):
            begun = perf_counter()
            subprocess.run([sys.executable, "-c", text], check=True, stdout=subprocess.DEVNULL, env=compiled)
            times.append(perf_counter() - begun)
        return min(times)

    return least(code) - least("pass")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the columns driver; the least counts")
    parser.add_argument("--few", type=int, default=2, help="months the agents driver and the plain model live")
    asked = parser.parse_args()
    spec = load("wonosari", overrides={"setting.clients": asked.clients})
    print(f"{platform.platform()}, Python {platform.python_version()}, Mesa {mesa.__version__}, NumPy {np.__version__}")

    def row(name: str, spent: float, runs: int, client_months: float) -> float:
        each = 1000 * spent / runs
        print(f"{name:34s} {each:9.1f} ms a run {1e9 * spent / client_months:10,.0f} ns a client-month")
        return each

    alone, client_months = float("inf"), 0.0
    for seed in range(asked.rounds):
        model = ReintegrationModel(spec, seed=seed)
        alone = min(alone, seconds(model, MONTHS))
        client_months = model.record.sums["client_months"].sum()
    row("columns driver, one world", alone, 1, client_months)
    begun = perf_counter()
    many = ReintegrationModel(spec, seed=1, replicates=range(TOGETHER))
    building = perf_counter() - begun
    together = seconds(many, MONTHS)
    client_months = many.record.sums["client_months"].sum()
    each = row(f"columns driver, {TOGETHER} together", together, TOGETHER, client_months)
    row("  people, ties and the year before", building, TOGETHER, client_months)
    floor = row("a copy of all columns each month", MONTHS * copying(many), TOGETHER, client_months)
    print(f"columns driver, {TOGETHER} together, against the copy: {each / floor:.0f} times")

    few = asked.few
    fast = min(seconds(ReintegrationModel(spec, seed=seed), few) for seed in range(asked.rounds))
    share = seconds(ReintegrationModel(spec, seed=0, replicates=range(TOGETHER)), few) / TOGETHER
    for name, other in (
        ("agents driver", ReintegrationModel(spec, seed=0, driver="agents")),
        ("plain Mesa model", PlainModel(spec, seed=1)),
    ):
        slow = seconds(other, few)
        print(
            f"{name}, {few} months: {1000 * slow:.0f} ms, {slow / fast:.0f} times the columns driver alone "
            f"({1000 * fast:.0f} ms), {slow / share:.0f} times one of {TOGETHER} together ({1000 * share:.0f} ms)"
        )

    print(f"phases of the {TOGETHER} worlds together, and milliseconds a run:")
    total = sum(many.phase_seconds.values())
    for phase, spent in many.phase_seconds.items():
        print(f"  {phase:10s} {100 * spent / total:5.1f} %  {1000 * spent / TOGETHER:7.1f} ms")
    print("imports, seconds beyond a bare interpreter:")
    for name in IMPORTS:
        print(f"  import {name:14s} {fresh(f'import {name}'):5.2f}")
    print(f"  pokmas --help         {fresh(HELP):5.2f}")


if __name__ == "__main__":
    main()
