"""What can go wrong for the person who asked, and the limits within which a question can be answered.

Every limit lives here once, so that the command line and the library refuse the same values with the same words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from operator import index
from typing import SupportsIndex, TypeVar

Many = TypeVar("Many")

MONTHS = (1, 600)
PAIRS = (1, 100_000)
SEEDS = (0, 2**63 - 1)
WORKERS = (1, 1024)
PORTS = (0, 65_535)
MOST_PLANS = 4
"""Plans that a person can read side by side, and that two pages hold."""

MOST_RUNS = 200_000
"""Runs that an experiment may take unless somebody raises the limit."""

TWO_PLANS = "['wonosari', 'wonosari-steady-budget']"
"""A list of scenarios, as an example."""

RUNS = (0, 10**12)
"""What that limit may be: more than the largest plan with the most pairs."""

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


class ExperimentError(ValueError):
    """A question that cannot be answered as asked; the message is one line that says what to change."""


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked to stop
    """The work was stopped on request; what was finished is kept.

    Attributes:
        done: Runs that are in the store.
        total: Runs that were asked for.
    """

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"stopped after {done} of {total} runs; the finished ones are kept")
        self.done = done
        self.total = total


def whole(name: str, value: object, limits: tuple[int, int]) -> int:
    """Return ``value`` as an integer when it is a whole number within ``limits``.

    Raises:
        ExperimentError: It is not; the message names the value and what is allowed.
    """
    low, high = limits
    if isinstance(value, SupportsIndex) and not isinstance(value, bool) and low <= index(value) <= high:
        return index(value)
    raise ExperimentError(f"{name}: {value} is not allowed; give a whole number from {low} to {high}")


def several(name: str, given: Many, such_as: str = TWO_PLANS) -> Many:
    """Return ``given`` when it is a list of things and not one of them: of a plain text, letters would be counted.

    Raises:
        ExperimentError: It is not; the message names what was given and shows a list.
    """
    if isinstance(given, Iterable) and not isinstance(given, str):
        return given
    shown = repr(given) if isinstance(given, str | int | float) else f"one {type(given).__name__}"
    raise ExperimentError(f"{name}: {shown} stands alone; give a list, such as {such_as}")


def processes(workers: int | None) -> int | None:
    """Return how many local processes are wanted, None for one per processor.

    Raises:
        ExperimentError: It is no whole number that is allowed.
    """
    return None if workers is None else whole("workers", workers, WORKERS)


def hint(word: str, known: Iterable[str]) -> str:
    """Return the end of a message that names the nearest known word; empty when nothing is near."""
    from scenarios.errors import nearest

    near = nearest(word, known)
    return f"; nearest: {near}" if near else ""


def finite(value: object) -> bool:
    """Whether ``value`` is a number, and neither infinite nor unknown."""
    return isinstance(value, Real) and math.isfinite(value)


def shown(value: object) -> str:
    """Return ``value`` as a message names it: a number with few digits, anything else as Python writes it."""
    return f"{value:g}" if isinstance(value, Real) else repr(value)


def share(name: str, value: float) -> float:
    """Return ``value`` when it is a share from 0 to 1.

    Raises:
        ExperimentError: It is not; the message names the value and what is allowed.
    """
    if not finite(value) or not 0 <= value <= 1:
        raise ExperimentError(
            f"{name}: {shown(value)} is not allowed; give a share from 0 to 1 (0.03 is 3 clients in 100)"
        )
    return float(value)
