"""Mesa's data collector: the one that the model has, and one of your own that looks at the agents.

python docs/examples/data_collector.py --months 6
"""

import argparse

import mesa

from agents.clients import Work
from agents.faces import Client
from model import ReintegrationModel
from scenarios import load


def main() -> None:
    """Step a model twice: once with its own collector, once with one that counts and lists clients."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--months", type=int, default=6)
    options.add_argument("--clients", type=int, default=100)
    asked = options.parse_args()
    scenario = load("wonosari", {"setting.clients": asked.clients})

    model = ReintegrationModel(scenario, seed=1)
    for _ in range(asked.months):
        model.step()
    indicators = model.datacollector.get_model_vars_dataframe()
    print(indicators[["employed_share", "coverage_ever", "distress"]])

    model = ReintegrationModel(scenario, seed=1)
    mine = mesa.DataCollector(
        model_reporters={"formal": lambda town: sum(one.work == Work.FORMAL for one in town.agents_by_type[Client])},
        agenttype_reporters={Client: {"confidence": "confidence", "village": "village"}},
    )
    for _ in range(asked.months):
        model.step()
        mine.collect(model)
    print(mine.get_model_vars_dataframe())
    print(mine.get_agenttype_vars_dataframe(Client).groupby(level="Step")["confidence"].describe())


if __name__ == "__main__":
    main()
