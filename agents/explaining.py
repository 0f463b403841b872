"""Why one client's hazard stands where it stands: the factors of the rule itself, told in words.

Factors, never a chance: what is shown is how far each pushes against the reference client, and only of people that the
model made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.offending import face_hazard, hazard_factors
from agents.words import sentence, words

if TYPE_CHECKING:
    from typing import Any

    from agents.rules import Rows

#: the factor that is a level and not a ratio to the reference client; it is never put into words
LEVEL = "baseline"
DIGITS = 2


@dataclass(frozen=True)
class Explanation:
    """The hazard of one client taken apart.

    Attributes:
        hazard: hazard of a new offence in the month to come as things stand, per month; inside the model, not for show.
        factors: name to factor in the order of the rule: multiplied in that order they are the hazard, bit for bit.
            Empty for a client who is not at liberty and followed, whose hazard is 0.
    """

    hazard: float
    factors: dict[str, float]

    def lines(self, language: str = "id") -> list[str]:
        """The factors in words: a heading, then one line each, what pushes up most first and what holds back most last.

        Args:
            language: ``"id"`` or ``"en"``.

        Raises:
            ValueError: there is no such language.
        """
        say = words(language)
        if not self.factors:
            return [say("explain.not_free")]
        told = sorted(
            ((ratio, name) for name, ratio in self.factors.items() if name != LEVEL), key=lambda each: -each[0]
        )
        return [
            say("explain.heading"),
            *(
                sentence(
                    say(
                        f"explain.{_direction(ratio)}", factor=say.name("factor", name), ratio=say.number(ratio, DIGITS)
                    )
                )
                for ratio, name in told
            ),
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _direction(ratio: float) -> str:
    shown = round(ratio, DIGITS)
    return "same" if shown == 1.0 else "up" if shown > 1.0 else "down"


def explain(c: Rows, p: Any) -> Explanation:
    """Take the hazard of one client apart.

    Args:
        c: one row of clients, or none when the client takes no part in the month.
        p: the parameters aligned with it.
    """
    if not len(c) or (face_hazard.who is not None and not face_hazard.who(c)[0]):
        return Explanation(0.0, {})
    factors = {name: float(values[0]) for name, values in hazard_factors(c, p).items()}
    hazard = 1.0
    for factor in factors.values():
        hazard *= factor
    return Explanation(hazard, factors)
