"""Field trials: what a client's place in one changes for her or him, and who is drawn into which arm or lost.

A trial offers something to some clients and not to others. The column ``trial`` says what that changes for a client;
the one rule that decides on the thing reads it, and nothing else does. Outside a trial it is ``NONE`` for everybody.
"""

from __future__ import annotations

import numpy as np

from agents.chance import BORN, Floats, Keys, Stream, uniform
from agents.rules import Mask
from agents.tables import Code


class Trial(Code):
    """What a field trial changes for a client."""

    NONE = 0
    REFERRED_AT_ONCE = 1
    FIRST_IN_LINE = 2
    WITHOUT_GUIDANCE = 3
    WITHOUT_COURSE = 4
    WITHOUT_SUBSIDY = 5


def drawn_for_offer(keys: Keys, share: float) -> Mask:
    """Who is drawn for the offer, shape (n,): each with chance ``share``, by a draw of her or his own."""
    return np.asarray(uniform(Stream.TRIAL_ARM, BORN, keys) < share)


def lost_after(keys: Keys, share: float, months: int) -> Floats:
    """Months since release after which a client is lost to follow-up, shape (n,).

    The same chance in every month, so that ``share`` are lost within ``months``: log(u) / log(1 - share) * months.
    """
    luck = uniform(Stream.TRIAL_LOSS, BORN, keys)
    return np.asarray(np.log(luck) / np.log1p(-share) * months if share > 0.0 else np.full(len(keys), np.inf))
