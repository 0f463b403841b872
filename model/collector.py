"""Mesa's data collector over the record that a run keeps anyway: nothing is measured twice, nor when nobody asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import mesa

from model.indicators import INDICATORS

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel


class RecordCollector(mesa.DataCollector):  # type: ignore[misc]
    """Every indicator as a reporter of the model, month by month; values are copied from the record when asked for."""

    def __init__(self) -> None:
        super().__init__(model_reporters={name: partial(_latest, name) for name in INDICATORS})

    def collect(self, model: ReintegrationModel) -> None:
        """Take what the record holds and this collector does not: a number, or one for each office where several."""
        numbers = {name: number for number, name in enumerate(INDICATORS)}
        for values in model.record.values[len(next(iter(self.model_vars.values()))) :]:
            for name, number in numbers.items():
                self.model_vars[name].append(_plain(values[:, number]))
        # Mesa from 3.5 on looks here for the steps that were collected
        self._collection_steps = list(range(1, len(model.record.values) + 1))


def _latest(name: str, model: ReintegrationModel) -> Any:
    return _plain(model.record.values[-1][:, list(INDICATORS).index(name)])


def _plain(values: Any) -> Any:
    return float(values[0]) if len(values) == 1 else values.copy()
