"""The colours of the light and the dark page; the report prints on the light one."""

from experiments.palette import DARK, DASHES, LIGHT, MARKERS, Look, contrast

__all__ = ["DARK", "DASHES", "LIGHT", "MARKERS", "Look", "contrast", "look"]


def look(dark: bool) -> Look:
    """The colours for a light or a dark page."""
    return DARK if dark else LIGHT
