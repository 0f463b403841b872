"""What a comparison says on request: how sure it is, what each plan came to, and what the outcome costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from experiments.comparing import QUANTILES
from experiments.costs import COST, QUARTERS, averted, frontier
from experiments.measures import FEWEST_PAIRS
from experiments.printing import print_rows, print_text
from experiments.runs import plain_row
from experiments.wording import aligned, number, say
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from experiments.comparing import Comparison
    from experiments.texts import Language


WIDTH = 0.1
"""How narrow the range of the share of better pairs should be, unless somebody says."""


def more_json(
    answer: Comparison, width: float | None, *, outcomes: bool, costs: bool, effect: str | None
) -> dict[str, Any]:
    """Return what is added on request to the JSON object of a comparison; unknown values are None."""
    found: dict[str, Any] = {}
    if width is not None:
        found = {"width": width, "pairs_needed": {name: {} for name in answer.scenarios}}
        for row in answer.enough(width).to_dict("records"):
            needed = row["pairs_needed"]
            found["pairs_needed"][row["scenario"]][row["indicator"]] = int(needed) if row["pairs_used"] else None
    if outcomes:
        found["outcomes"] = [plain_row(row) for row in answer.outcomes.to_dict("records")]
    if costs:
        chosen = effect or answer.headline
        plans = frontier(answer, chosen).to_dict("records") if chosen else []
        found["costs"] = {
            "effect": chosen,
            "plans": [plain_row(row) for row in plans],
            "averted": [plain_row(row) for row in averted(answer).to_dict("records")],
        }
    return found


def print_more(
    answer: Comparison,
    lang: Language,
    width: float | None,
    *,
    outcomes: bool,
    costs: bool,
    effect: str | None,
    everything: bool,
) -> None:
    """Write how sure the answer is and, on request, outcomes and costs."""
    _print_sure(answer, lang, WIDTH if width is None else width)
    if outcomes:
        _print_outcomes(answer, lang, everything=everything)
    if costs:
        if chosen := effect or answer.headline:
            _print_costs(answer, lang, chosen)
        else:
            print_text("")
            print_text(say("no_effect", lang))
        _print_averted(answer, lang)


def _print_sure(answer: Comparison, lang: Language, width: float) -> None:
    table = answer.enough(width)
    for row in table[table["indicator"] == answer.headline].to_dict("records"):
        if row["pairs_used"] >= FEWEST_PAIRS:
            shares = {
                "share": row["better_share"],
                "low": row["better_low"],
                "high": row["better_high"],
                "width": width,
            }
            words = {name: number(round(100 * value, 1), lang) for name, value in shares.items()}
            print_text(say("sure", lang, scenario=row["scenario"], needed=number(row["pairs_needed"], lang), **words))


def _print_outcomes(answer: Comparison, lang: Language, *, everything: bool) -> None:
    print_text("")
    print_text(say("outcomes_title", lang))
    rows = []
    moved = answer.summary[(answer.summary["better"] > 0) | (answer.summary["worse"] > 0)]["indicator"]
    shown = set(INDICATORS) if everything else {*moved, answer.headline}
    table = answer.outcomes[answer.outcomes["indicator"].isin(shown)]
    place = {name: number for number, name in enumerate(INDICATORS)}
    for row in table.sort_values("indicator", key=lambda names: names.map(place), kind="stable").to_dict("records"):
        values, unit = aligned([row[name] for name in QUANTILES], str(row["unit"]), lang, signed=False)
        rows.append([str(row["scenario"]), INDICATORS[str(row["indicator"])].meaning[lang], *values, unit])
    shares = [f"{100 * share:g} %" for share in QUANTILES.values()]
    print_rows([say("plan", lang), say("indicator", lang), *shares, say("unit", lang)], rows)


def _print_costs(answer: Comparison, lang: Language, effect: str) -> None:
    table = frontier(answer, effect)
    gains, gain_unit = aligned(table["gain"].tolist(), INDICATORS[effect].unit, lang)
    costs, cost_unit = aligned(table["cost"].tolist(), INDICATORS[COST].unit, lang)
    per_gain = 0.01 if INDICATORS[effect].unit == "share" else 1.0
    rows = []
    for row, gain, cost in zip(table.to_dict("records"), gains, costs, strict=True):
        ratio, money = aligned([row["cost_per_gain"] * per_gain], INDICATORS[COST].unit, lang, signed=False)
        each = "-" if math.isnan(row["cost_per_gain"]) else f"{ratio[0]} {money}"
        quarters = [str(row[name]) for name in QUARTERS]
        rows.append([row["scenario"], gain, cost, each, say(str(row["status"]), lang), *quarters])
    print_text("")
    print_text(say("costs_title", lang, meaning=INDICATORS[effect].meaning[lang], baseline=answer.baseline))
    heads = [say("plan", lang), say("gain_unit", lang, unit=gain_unit), say("cost", lang, unit=cost_unit)]
    heads += [say(key, lang) for key in ("cost_per_gain", "status", *QUARTERS)]
    print_rows(heads, rows)
    print_text(say("costs_note", lang))


def _print_averted(answer: Comparison, lang: Language) -> None:
    unit = INDICATORS[COST].unit
    rows = []
    for row in averted(answer).to_dict("records"):
        money = [row["extra_cost_idr"], row["custody_saved_idr"], row["cost_per_reoffence_averted_idr"]]
        told = [aligned([value], unit, lang, signed=False) for value in money]
        amounts = [
            "-" if math.isnan(value) else f"{each[0]} {of}" for value, (each, of) in zip(money, told, strict=True)
        ]
        rows.append([str(row["scenario"]), number(row["offences_averted"], lang), *amounts])
    print_text("")
    print_text(say("averted_title", lang, baseline=answer.baseline))
    heads = ("plan", "offences_averted", "extra_cost", "custody_saved", "each_averted")
    print_rows([say(head, lang) for head in heads], rows)
    print_text(say("averted_note", lang))
