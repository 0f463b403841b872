"""Every word the app shows: what the report says too, and in `texts` what only the app says."""

from functools import cache

from experiments.texts import LANGUAGES, MINUS, SHARED, Texts

__all__ = ["LANGUAGES", "MINUS", "Texts", "texts"]


@cache
def texts(language: str) -> Texts:
    """The texts of a language, read once."""
    return Texts(language, SHARED, ("viz", "texts"))
