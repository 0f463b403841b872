"""Two plans on the same people, from Python: counts of pairs, a measure pair by pair, and the report on two pages.

python docs/examples/compare.py --pairs 20 --months 24
"""

import argparse

from experiments import compare, report


def main() -> None:
    """Compare, print, and write the report where one is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pairs", type=int, default=20)
    options.add_argument("--months", type=int, default=24)
    options.add_argument("--clients", type=int, default=200)
    options.add_argument("--report", metavar="FILE.html")
    asked = options.parse_args()

    answer = compare(
        ["wonosari", "wonosari-steady-budget"],
        pairs=asked.pairs,
        months=asked.months,
        seed=1,
        overrides={"setting.clients": asked.clients},
    )
    counts = answer.summary.set_index("indicator")[["better", "same", "worse", "median_difference", "low", "high"]]
    print(counts.loc[["coverage_ever", "employed_share", "spent_idr"]])

    pairs = answer.differences
    print(pairs[pairs["indicator"] == "coverage_ever"].head())

    if asked.report:
        report(answer, asked.report, language="en", indicator="coverage_ever")


if __name__ == "__main__":
    main()
