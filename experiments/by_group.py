"""A comparison by group of clients: who gains, and who does not."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.errors import ExperimentError, hint, several
from experiments.jobs import at_the_end, last_month
from experiments.pairing import DECIMALS, counted
from model.groups import GROUPED, GROUPINGS, column
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def known_groupings(names: Sequence[str]) -> tuple[str, ...]:
    """Return groupings in the order of their declaration, each once.

    Raises:
        ExperimentError: There is no such grouping.
    """
    for name in several("by", names, "['sex', 'age']"):
        if name not in GROUPINGS:
            allowed = f"{', '.join(GROUPINGS)}{hint(name, GROUPINGS)}"
            raise ExperimentError(f"by: '{name}' is not known; allowed: {allowed}")
    return tuple(name for name in GROUPINGS if name in names)


def by_group(
    names: Sequence[str],
    worlds: Mapping[str, pd.DataFrame],
    groupings: Sequence[str],
    smallest: Mapping[str, float],
) -> pd.DataFrame:
    """Compare scenarios pair by pair within each group.

    Args:
        names: Scenarios, the baseline first.
        worlds: Their tables, from jobs told by these groupings.
        groupings: Names in :data:`model.groups.GROUPINGS`.
        smallest: By indicator, the difference that matters.

    Returns:
        One row per scenario, group and indicator, see :attr:`experiments.Comparison.groups`.
    """
    last = {name: last_month(worlds[name]) for name in names} if groupings else {}
    rows: list[dict[str, Any]] = []
    for name, grouping in product(names[1:], groupings):
        for group, indicator in product(GROUPINGS[grouping].groups, GROUPED):
            where = at_the_end(column(indicator, grouping, group))
            sides = {"baseline": last[names[0]][where], "value": last[name][where]}
            pairs = pd.concat(sides, axis=1, join="inner")
            gaps = (pairs["value"] - pairs["baseline"]).round(DECIMALS)
            middle = pairs[gaps.notna()].median()
            rows.append(
                {"scenario": name, "grouping": grouping, "group": group, "indicator": indicator}
                | {side: float(middle[side]) for side in ("baseline", "value")}
                | counted(gaps, INDICATORS[indicator], smallest[indicator])
            )
    return pd.DataFrame(rows)
