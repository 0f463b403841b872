"""What happens in a month: the model, its plan and its indicators."""

from model.indicators import INDICATORS, Indicator
from model.month import MONTH, Phase
from model.reintegration import ReintegrationModel

__all__ = ["INDICATORS", "MONTH", "Indicator", "Phase", "ReintegrationModel"]
