"""Levers over a grid, from Python: every point against the plan as it is, pair by pair.

python docs/examples/sweep.py --pairs 10 --months 12
"""

import argparse

from experiments import sweep


def main() -> None:
    """Vary money and counsellors together, and print how clients ever served came out at each point."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pairs", type=int, default=10)
    options.add_argument("--months", type=int, default=12)
    options.add_argument("--clients", type=int, default=200)
    asked = options.parse_args()

    answer = sweep(
        "wonosari",
        {
            "levers.funding.annual_budget_idr": [100_000_000, 400_000_000],
            "levers.human_resources.counsellors": [14, 28],
        },
        pairs=asked.pairs,
        months=asked.months,
        overrides={"setting.clients": asked.clients},
    )
    reached = answer.summary[answer.summary["indicator"] == "coverage_ever"]
    print(reached.drop(columns="indicator").to_string(index=False))


if __name__ == "__main__":
    main()
