"""How long one Bapas takes: 1,000 clients over 36 months, every mechanism on, under both drivers in one process.

Prints milliseconds a run of the columns driver alone and with ten replicates side by side, of the agents driver over a
few months of the same run, the ratio of the two over those months, and where the time goes phase by phase. Machines are
noisy: read the ratios, and the least of several rounds.
"""

from __future__ import annotations

import argparse
from time import perf_counter

from model import ReintegrationModel
from scenarios import load

MONTHS = 36


def seconds(model: ReintegrationModel, months: int) -> float:
    """Time to live ``months``."""
    begun = perf_counter()
    for _ in range(months):
        model.step()
    return perf_counter() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the columns driver; the least counts")
    parser.add_argument("--agent-months", type=int, default=2, help="months the agents driver lives")
    asked = parser.parse_args()
    spec = load("wonosari", overrides={"setting.clients": asked.clients})

    alone = min(seconds(ReintegrationModel(spec, seed=seed), MONTHS) for seed in range(asked.rounds))
    print(f"columns driver, one world:    {1000 * alone:8.0f} ms a run of {asked.clients} clients x {MONTHS} months")
    worlds = 10
    many = ReintegrationModel(spec, seed=1, replicates=range(worlds))
    together = seconds(many, MONTHS) / worlds
    print(f"columns driver, {worlds} together:  {1000 * together:8.0f} ms a run")

    few = asked.agent_months
    fast = min(seconds(ReintegrationModel(spec, seed=seed), few) for seed in range(asked.rounds))
    slow = seconds(ReintegrationModel(spec, seed=0, driver="agents"), few)
    print(f"agents driver, {few} months:      {1000 * slow:8.0f} ms; columns driver {1000 * fast:.0f} ms")
    print(f"ratio over those {few} months:    {slow / fast:8.0f}")

    print("phases of the run of ten worlds together:")
    total = sum(many.phase_seconds.values())
    for phase, spent in many.phase_seconds.items():
        print(f"  {phase:10s} {100 * spent / total:5.1f} %")


if __name__ == "__main__":
    main()
