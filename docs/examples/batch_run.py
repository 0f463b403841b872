"""Mesa's batch runner: every combination of scenarios and seeds, every indicator month by month.

python docs/examples/batch_run.py --months 12

Each run is a model of its own; `experiments.compare` steps many worlds side by side, keeps them and counts pairs.
"""

import argparse
import inspect

import mesa
import pandas as pd

from model import ReintegrationModel
from scenarios import load


def main() -> None:
    """Run two scenarios with two seeds each, and print clients in work in the last month."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--months", type=int, default=12)
    options.add_argument("--clients", type=int, default=100)
    asked = options.parse_args()

    size = {"setting.clients": asked.clients}
    parameters = {"scenario": [load("wonosari", size), load("wonosari-steady-budget", size)]}
    seeds = {"seed": [1, 2]}
    if "rng" in inspect.signature(mesa.batch_run).parameters:  # Mesa from 3.5 on
        seeds, again = {}, {"rng": [1, 2]}
    else:
        again = {}
    rows = mesa.batch_run(
        ReintegrationModel,
        {**parameters, **seeds},
        max_steps=asked.months,
        data_collection_period=1,
        display_progress=False,
        **again,
    )

    table = pd.DataFrame(rows)
    table["plan"] = [scenario.name for scenario in table["scenario"]]
    last = table[table["Step"] == asked.months]
    print(last[["plan", "seed", "employed_share", "coverage_ever"]].to_string(index=False))


if __name__ == "__main__":
    main()
