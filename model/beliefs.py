"""Parameters as rules read them: one number for all, or one for each row when offices believe differently.

A parameter that is uncertain is drawn once per replicate from its plausible range, by name, so every scenario of a
comparison shares it. Where all offices of a model hold the same value a rule gets a plain number, else an array aligned
with the rows it works on: the same arithmetic either way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from agents.activities import ACTIVITIES
from agents.chance import BORN, Floats, Stream, uniform, word
from agents.rules import Rows
from agents.tables import Array
from scenarios import Specification, parameters


def draw(spec: Specification, seed: int, replicate: int, assumptions: str) -> dict[str, float]:
    """Parameter values of one replicate.

    Args:
        spec: whose pinned values hold as they are.
        seed: seed of the run.
        replicate: number of the replicate.
        assumptions: ``"fixed"`` for the central values, ``"drawn"`` for one draw each from the plausible range.

    Raises:
        ValueError: ``assumptions`` is neither.
    """
    if assumptions not in ("fixed", "drawn"):
        raise ValueError(f"assumptions = {assumptions!r}: allowed are 'fixed' and 'drawn'")
    values = dict(spec.parameters)
    if assumptions == "drawn":
        free = [each for name, each in parameters().items() if each.uncertain and name not in spec.pinned]
        keys = np.array([word("parameter", seed, replicate, parameter.name) for parameter in free], dtype=np.uint64)
        for parameter, u in zip(free, uniform(Stream.PARAMETER, BORN, keys), strict=True):
            values[parameter.name] = parameter.quantile(float(u))
    return values


class Beliefs:
    """Parameters of every office of a model.

    Args:
        by_office: values by name, one mapping for each row of the table of offices.
    """

    def __init__(self, by_office: Sequence[Mapping[str, float]]) -> None:
        self._values: dict[str, float | Floats] = {}
        for name in by_office[0] if by_office else ():
            values = np.array([each[name] for each in by_office])
            self._values[name] = float(values[0]) if (values == values[0]).all() else values

    def at(self, c: Rows) -> Aligned:
        """The parameters aligned with rows ``c``."""
        return Aligned(self._values, lambda: c.rows if c.table.name == "offices" else c.office.index)

    def of(self, office: Array) -> Aligned:
        """The parameters aligned with row numbers of offices, shape (n,)."""
        return Aligned(self._values, lambda: office)


class Aligned:
    """Parameters for some rows: ``p.name`` is a number or shape (n,), ``p.wide.name`` a number or shape (n, 1)."""

    def __init__(
        self, values: Mapping[str, float | Floats], office: Callable[[], Array], shape: tuple[int, ...] = (-1,)
    ) -> None:
        self._values, self._office, self._shape = values, office, shape

    @property
    def wide(self) -> Aligned:
        """The same parameters to meet columns of shape (n, width)."""
        return Aligned(self._values, self._office, (-1, 1))

    def __getattr__(self, name: str) -> Any:
        try:
            value = self._values[name]
        except KeyError:
            raise AttributeError(f"no parameter {name!r} in parameters.yaml") from None
        return value if isinstance(value, float) else value[self._office()].reshape(self._shape)

    def by_activity(self, what: str) -> Any:
        """The nine parameters ``<activity>_<what>``, shape (9,) or (n, 9)."""
        values = [getattr(self, f"{name}_{what}") for name in ACTIVITIES]
        if all(isinstance(value, float) for value in values):
            return np.array(values)
        return np.stack(np.broadcast_arrays(*values), axis=-1)
