"""Where something fails, in at most three conditions, and whether that holds where it was not looked for.

A box is peeled as in the patient rule induction method (Friedman & Fisher 1999) for scenario discovery (Bryant &
Lempert 2010): one face after the other is moved inwards, over the input and to the place that leave most failures
beyond what the same number of futures would hold by chance. A face stays only when it does better than the same search
on shuffled failures; then the earlier faces are set anew. Coverage and density are counted on held-back futures too,
and the rule holds when the box there keeps more failures than chance would put into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.chance import word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Inputs = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MOST_FACES = 3
"""Conditions of a rule: what a person can keep in mind."""

SHUFFLES = 199
"""Searches on shuffled failures against which a face is judged."""

CHANCE = 0.05
"""How often chance alone may do as well: for each face where it was found, and for the rule on held-back futures."""

SUPPORT = 0.05
"""Part of the futures that a box must hold, so that it stays a region and no single case."""

FEWEST = 5
"""Futures that fail, and that do not, below which no rule is looked for."""


@dataclass(frozen=True)
class Face:
    """One condition.

    Attributes:
        column: Place of the input.
        above: True where the input must lie above the cut, False where below.
        cut: The bound, between two values that were seen.
    """

    column: int
    above: bool
    cut: float

    def holds(self, inputs: Inputs) -> Mask:
        """Where the condition is met, shape (n,)."""
        values = inputs[:, self.column]
        return np.asarray(values > self.cut if self.above else values < self.cut)


@dataclass(frozen=True)
class Fit:
    """How a box fits some futures.

    Attributes:
        futures: Futures in all.
        fails: Of these, how many fail.
        inside: How many futures lie in the box.
        caught: Of these, how many fail.
    """

    futures: int
    fails: int
    inside: int
    caught: int

    @property
    def coverage(self) -> float:
        """Share of the failing futures that lie in the box."""
        return self.caught / self.fails if self.fails else float("nan")

    @property
    def density(self) -> float:
        """Share of the futures in the box that fail."""
        return self.caught / self.inside if self.inside else float("nan")

    @property
    def by_chance(self) -> float:
        """Probability that a box of this size, laid anywhere, would catch as many failures or more (hypergeometric)."""
        from scipy.stats import hypergeom

        return float(hypergeom.sf(self.caught - 1, self.futures, self.fails, self.inside))


@dataclass(frozen=True)
class Rule:
    """A box and how it fits.

    Attributes:
        faces: The conditions, the first found first; none when nothing was found.
        found_on: Fit on the futures in which it was found.
        held_back: Fit on the others.
    """

    faces: tuple[Face, ...]
    found_on: Fit
    held_back: Fit

    @property
    def holds(self) -> bool:
        """Whether there is a box, and the held-back futures bear it out."""
        return bool(self.faces) and self.held_back.inside > 0 and self.held_back.by_chance <= CHANCE


def enough(fails: Mask) -> bool:
    """Whether there are futures enough that fail, and that do not, to look for a rule."""
    return min(int(fails.sum()), int((~fails).sum())) >= FEWEST


def search(inputs: Inputs, fails: Mask, held_back: Mask, seed: int) -> Rule:
    """Look for a box in which futures fail, without looking at the held-back ones, then judge it on these.

    Args:
        inputs: Shape (n, p), one row a future.
        fails: Shape (n,).
        held_back: Shape (n,), which futures are not looked at.
        seed: Seed of the shuffles.
    """
    found = _peel(inputs[~held_back], fails[~held_back], seed)
    return Rule(
        found, _fit(found, inputs[~held_back], fails[~held_back]), _fit(found, inputs[held_back], fails[held_back])
    )


def _peel(inputs: Inputs, fails: Mask, seed: int) -> tuple[Face, ...]:
    excess = fails - fails.mean()
    fewest = max(FEWEST, int(np.ceil(SUPPORT * len(fails))))
    faces: tuple[Face, ...] = ()
    while len(faces) < MOST_FACES and inputs.shape[1]:
        box = np.flatnonzero(_inside(faces, inputs))
        taken = {(face.column, face.above) for face in faces}
        cuts = _Cuts(inputs[box], fewest, taken)
        value, face = cuts.best(excess[box])
        if face is None or value <= excess[box].sum() or not _beats_chance(cuts, excess[box], value, seed, len(faces)):
            break
        faces = _set_anew((*faces, face), inputs, excess, fewest)
    return faces


def _beats_chance(cuts: _Cuts, excess: Inputs, value: float, seed: int, turn: int) -> bool:
    """Whether the same search does as well on shuffled failures no more often than chance allows."""
    as_well = 1
    for shuffle in range(SHUFFLES):
        order = np.argsort([word("shuffle", seed, turn, shuffle, row) for row in range(len(excess))])
        as_well += cuts.best(excess[order])[0] >= value
        if as_well > CHANCE * (SHUFFLES + 1):
            return False
    return True


def _set_anew(faces: tuple[Face, ...], inputs: Inputs, excess: Inputs, fewest: int) -> tuple[Face, ...]:
    """Move each face to its best place given the others, until none moves."""
    for _ in range(MOST_FACES * MOST_FACES):
        before = faces
        for place, face in enumerate(faces):
            others = faces[:place] + faces[place + 1 :]
            box = np.flatnonzero(_inside(others, inputs))
            only = _Cuts(inputs[box][:, [face.column]], fewest, {(0, not face.above)})
            _, moved = only.best(excess[box])
            if moved is not None:
                faces = (*faces[:place], Face(face.column, face.above, moved.cut), *faces[place + 1 :])
        if faces == before:
            break
    return faces


class _Cuts:
    """Every place where one face can cut a box, in the order of each input."""

    def __init__(self, inputs: Inputs, fewest: int, taken: set[tuple[int, bool]]) -> None:
        self.order = np.argsort(inputs, axis=0, kind="stable")
        self.values = np.take_along_axis(inputs, self.order, axis=0)
        rows = len(inputs)
        gaps = self.values[1:] > self.values[:-1]
        kept = np.arange(1, rows)[:, None]
        self.allowed = {
            above: gaps & ((rows - kept if above else kept) >= fewest)
            & ~np.array([(column, above) in taken for column in range(inputs.shape[1])])
            for above in (True, False)
        }  # fmt: skip

    def best(self, excess: Inputs) -> tuple[float, Face | None]:
        """The largest excess that one face can leave in the box, and that face."""
        below = np.cumsum(excess[self.order], axis=0)
        left = {False: below[:-1], True: below[-1] - below[:-1]}
        top, found = -np.inf, None
        for above, sums in left.items():
            if not self.allowed[above].any():
                continue
            worth = np.where(self.allowed[above], sums, -np.inf)
            row, column = map(int, np.unravel_index(int(worth.argmax()), worth.shape))
            if worth[row, column] > top:
                top, found = float(worth[row, column]), (row, column, above)
        if found is None:
            return top, None
        row, column, above = found
        return top, Face(column, above, between(self.values[row, column], self.values[row + 1, column]))


def between(low: float, high: float) -> float:
    """The number with fewest digits strictly between two others, near their middle; the middle when there is none."""
    middle = low + (high - low) / 2
    shorter = (float(f"{middle:.{digits}g}") for digits in range(2, 17))
    return next((each for each in shorter if low < each < high), float(middle))


def _inside(faces: tuple[Face, ...], inputs: Inputs) -> Mask:
    met: Mask = np.logical_and.reduce([np.ones(len(inputs), dtype=bool), *(face.holds(inputs) for face in faces)])
    return met


def _fit(faces: tuple[Face, ...], inputs: Inputs, fails: Mask) -> Fit:
    inside = _inside(faces, inputs)
    return Fit(len(fails), int(fails.sum()), int(inside.sum()), int((inside & fails).sum()))
