"""A comparison by group of clients, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.wording import aligned, quantity, say

if TYPE_CHECKING:
    from experiments.comparing import Comparison
    from experiments.texts import Language

SHOWN = ("employed_share", "coverage_current", "coverage_ever")
"""Indicators of each group on the terminal, after the headline."""

HEADS = ("group", "at_baseline", "better", "same", "worse", "middle", "from", "to", "unit")

By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="GROUPING",
        help="Compare groups of clients, too: offence, sex, age or distance (to the nearest group); may be repeated.",
    ),
]


def print_groups(answer: Comparison, lang: Language) -> None:
    """Write, for each scenario and grouping, how each group fares."""
    from experiments.printing import print_rows, print_text
    from model.groups import GROUPINGS
    from model.indicators import INDICATORS

    names = [name for name in (answer.headline, *SHOWN) if name is not None]
    told = answer.groups[answer.groups["indicator"].isin(names)]
    for (scenario, grouping), part in told.groupby(["scenario", "grouping"], sort=False):
        declared = GROUPINGS[str(grouping)]
        print_text(say("groups_title", lang, scenario=scenario, baseline=answer.baseline, by=declared.meaning[lang]))
        for name in names:
            rows = []
            for row in part[part["indicator"] == name].to_dict("records"):
                values, unit = aligned([row[key] for key in ("median_difference", "low", "high")], row["unit"], lang)
                before = quantity(row["baseline"], row["unit"], lang)
                counts = [str(row[key]) for key in ("better", "same", "worse")]
                rows.append([declared.groups[row["group"]][lang], before, *counts, *values, unit])
            print_text(INDICATORS[name].meaning[lang] + ":")
            print_rows([say(head, lang) for head in HEADS], rows, units=True)
    print_text(say("groups_note", lang))
