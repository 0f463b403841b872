"""The answer to a comparison as a page holds it: the outcome, and the question it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.outcomes import Outcome

if TYPE_CHECKING:
    from viz.state import Question


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer(Outcome):
    """What a finished comparison gives a page.

    Attributes:
        question: What was asked.
    """

    question: Question
