"""How time and memory grow: offices of 1,000 clients side by side, and the 94 offices of the country in one process.

Every size lives in a process of its own, so that its peak memory is its own. Building the people and their network and
the year before the first month count; what a process pays once, reading scenarios and first calls, does not. A
client-month is one client under supervision for one month; the followed are three to four times as many, because
clients are followed for 36 months since release. Batches step small offices side by side, some 20,000 clients in a
model: that row is what a client-month of theirs costs.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from time import perf_counter

A_THOUSAND = 1000


def measure(clients: int, months: int) -> dict[str, float]:
    """Live ``months`` with that many clients, or with the country (0), in this process."""
    from model import ReintegrationModel
    from scenarios import load
    from scenarios.nation import national

    scenarios = [load("wonosari", {"setting.clients": A_THOUSAND})] if clients else list(national())
    ReintegrationModel(load("wonosari", {"setting.clients": 50})).step()
    begun = perf_counter()
    model = ReintegrationModel(scenarios, seed=1, replicates=range(max(clients // A_THOUSAND, 1)))
    built = perf_counter()
    followed = 0
    for _ in range(months):
        model.step()
        followed += len(model.active_rows("clients"))
    lived = perf_counter()
    return {
        "build": built - begun,
        "live": lived - built,
        "client_months": float(model.record.sums["client_months"].sum()),
        "followed_months": float(followed),
        "megabytes": _peak(),
    }


def _peak() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1024.0 if sys.platform != "darwin" else used / 1024.0**2


def in_its_own_process(clients: int, months: int) -> dict[str, float]:
    """:func:`measure` where nothing else has used memory before."""
    command = [sys.executable, __file__, "--one", str(clients), "--months", str(months)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--months", type=int, default=12, help="months lived at every size")
    parser.add_argument("--largest", type=int, default=100_000, help="clients of the largest size, say 1000000")
    parser.add_argument("--country-months", type=int, default=36, help="months the country lives; 0: not at all")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        print(json.dumps(measure(asked.one, asked.months)))
        return
    print("clients    months  build s   live s  ns/client-month  ns/followed-month   peak MB  against 1,000 clients")
    first = None
    sizes = [size for size in (1_000, 10_000, 20_000, 100_000, 1_000_000) if size <= asked.largest]
    for clients in [*sizes, *([0] if asked.country_months else [])]:
        months = asked.months if clients else asked.country_months
        told = in_its_own_process(clients, months)
        each = 1e9 * (told["build"] + told["live"]) / told["client_months"]
        followed = 1e9 * (told["build"] + told["live"]) / told["followed_months"]
        first = first or each
        name = f"{clients:,}" if clients else "country"
        ratio = f"{each / first:.2f}" if clients else ""
        print(
            f"{name:10s} {months:6d} {told['build']:8.2f} {told['live']:8.2f} {each:16,.0f} {followed:18,.0f} "
            f"{told['megabytes']:9,.0f}  {ratio}",
            flush=True,
        )


if __name__ == "__main__":
    main()
