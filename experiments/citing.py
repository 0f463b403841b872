"""How a result is named and made again: its run id, the command that gives the same numbers, and who computed it."""

from __future__ import annotations

import hashlib
import json
import shlex
from typing import TYPE_CHECKING, Any

from experiments.measures import letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.comparing import Comparison
    from scenarios import Specification

DIGITS = 12
"""Hexadecimal digits of a run id, and decimals to which the smallest difference of a question is told."""

A_SHARE = "employed_share"
"""An indicator whose smallest difference is the one that was asked for: that of shares."""


def run_id(
    hashes: Sequence[str], *, pairs: int, months: int, seed: int, smallest_difference: float | None, assumptions: str
) -> str:
    """Return a short name of a comparison: 12 hexadecimal digits, equal for equal scenarios and settings.

    Args:
        hashes: Hash of each resolved scenario, the baseline first.
        pairs: Pairs of runs.
        months: Months stepped.
        seed: Seed of the comparison.
        smallest_difference: The difference that matters for every share; None where each indicator kept its own.
        assumptions: ``"drawn"`` or ``"fixed"``.
    """
    least = None if smallest_difference is None else round(float(smallest_difference), DIGITS)
    asked = [list(hashes), int(pairs), int(months), int(seed), least, assumptions]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:DIGITS]


def command_line(
    verb: str,
    plans: Sequence[str],
    *,
    pairs: int,
    months: int,
    seed: int,
    smallest_difference: float | None,
    assumptions: str = "drawn",
    more: Sequence[str] = (),
) -> str:
    """Return the command that gives the same numbers; ``plans`` are names or files, ``more`` goes at the end."""
    words = ["pokmas", verb, *plans, "--pairs", pairs, "--months", months, "--seed", seed]
    if smallest_difference is not None:
        words += ["--smallest-difference", f"{smallest_difference:.{DIGITS}g}"]
    words += ["--assumptions", assumptions] * (assumptions != "drawn")
    return shlex.join(map(str, [*words, *more]))


def plan_file(plan: int) -> str:
    """File name of a plan that is no shipped scenario."""
    return f"plan-{letter(plan).lower()}.yaml"


def called(spec: Specification, plan: int, overrides: Mapping[str, object]) -> str:
    """What a command calls a plan: its name when it ships with Pokmas, but for the overrides, else a file."""
    from scenarios import ScenarioError, load

    try:
        ships = load(spec.name, overrides=overrides).hash == spec.hash
    except ScenarioError:
        ships = False
    return spec.name if ships else plan_file(plan)


def plans(comparison: Comparison) -> list[str]:
    """What a command calls the plans of a comparison, the baseline first."""
    names = (comparison.baseline, *comparison.scenarios)
    specs = [comparison.specifications[name] for name in names]
    return [called(spec, plan, comparison.overrides) for plan, spec in enumerate(specs)]


def asked(comparison: Comparison) -> dict[str, Any]:
    """The settings of a comparison, as `run_id` and `command_line` take them."""
    from experiments.pairing import smallest_differences

    own = comparison.smallest_difference == smallest_differences(None)
    return {
        "pairs": comparison.pairs,
        "months": comparison.months,
        "seed": comparison.seed,
        "smallest_difference": None if own else comparison.smallest_difference[A_SHARE],
        "assumptions": comparison.assumptions,
    }
