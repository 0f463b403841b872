"""The answer to a comparison as a page holds it: the outcome, and the question it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.measures import MILLION, PER, Measure, Tally, amount, decimals, digits, quantity
from experiments.outcomes import Outcome, recorded

if TYPE_CHECKING:
    from viz.state import Question

__all__ = [
    "MILLION",
    "PER",
    "Answer",
    "Measure",
    "Tally",
    "amount",
    "decimals",
    "digits",
    "quantity",
    "recorded",
]


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer(Outcome):
    """What a finished comparison gives a page.

    Attributes:
        question: What was asked.
    """

    question: Question
