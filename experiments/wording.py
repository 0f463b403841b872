"""What the terminal says: its texts by key, and numbers with few digits and their units, on one scale for a row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.texts import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.texts import Language

MONEY = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
"""Scales of an amount in rupiah, and the keys of their names."""

SIZES = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0))


def unit_name(unit: str, lang: Language) -> str:
    """Return a unit as it is written in a scenario, in the language of the reader."""
    return _unit(unit, lang) if lang == "id" else unit


def say(key: str, lang: Language, **values: object) -> str:
    """Return the text of the terminal under ``key`` with ``values`` filled in.

    A whole number by the name of what it counts, such as ``pairs`` or ``months``, is written with that word.
    """
    t = texts(lang)
    words = {
        name: t(f"count.{name}", n=value) if isinstance(value, int) and f"count.{name}" in t else value
        for name, value in values.items()
    }
    return t(f"terminal.{key}", **words)


def changed(key: str, overrides: Mapping[str, object], lang: Language) -> str:
    """Return the sentence under ``key`` on what ``--set`` changed."""
    return say(key, lang, changes=", ".join(f"{path} = {value}" for path, value in overrides.items()))


def bytes_of(size: float, lang: Language) -> str:
    """Return a size on disk as people read it."""
    unit, scale = next((each for each in SIZES if size >= each[1]), SIZES[-1])
    return f"{number(size / scale, lang)} {unit}"


def exact(value: float, lang: Language) -> str:
    """Return ``value`` with every digit that was written."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, format="#,##0.############", locale=lang))


def number(value: float, lang: Language) -> str:
    """Return ``value`` with as many digits as a person reads: three that count, whole from a thousand up."""
    from babel.numbers import format_decimal

    size = abs(value)
    digits = 0 if size >= 100 or value == 0 else min(4, 2 - math.floor(math.log10(size)))
    rounded = round(value, max(digits, 0)) + 0.0
    return str(format_decimal(rounded, format="#,##0." + "#" * max(digits, 0), locale=lang))


def quantity(value: float, unit: str, lang: Language) -> str:
    """Return ``value`` with its unit: shares in per cent, rupiah in millions, the rest as it is."""
    if not math.isfinite(value):
        return say("unknown", lang)
    if unit == "share":
        return f"{number(round(100 * value, 1), lang)} %"
    (text,), unit = aligned([value], unit, lang, signed=False)
    return f"{text} {unit}"


def aligned(values: Sequence[float], unit: str, lang: Language, *, signed: bool = True) -> tuple[list[str], str]:
    """Return several values of one unit on one scale, and the unit of that scale: differences of an indicator."""
    scale, name = _scale(max((abs(value) for value in values if math.isfinite(value)), default=0.0), unit, lang)
    shown = []
    for value in values:
        scaled = round(value / scale, 1) if unit == "share" else value / scale
        text = number(scaled, lang) if math.isfinite(value) else "-"
        shown.append(f"+{text}" if signed and value > 0 and text != "0" else text)
    return shown, name


def _scale(largest: float, unit: str, lang: Language) -> tuple[float, str]:
    """Return by what to divide values as large as ``largest``, and the unit of what comes out."""
    if unit == "share":
        return 0.01, say("in_100", lang)
    if unit.startswith("per "):
        return 0.01, _unit(unit, lang)
    if unit.startswith("IDR"):
        size, word = next(((size, f"{say(key, lang)} ") for size, key in MONEY if largest >= size), (1.0, ""))
        return size, word + _unit(unit, lang)
    return 1.0, _unit(unit, lang)


def _unit(unit: str, lang: Language) -> str:
    """A unit as people read it; one without a text is written as it is declared."""
    key = f"terminal.units.{unit}"
    return texts(lang)(key) if key in texts(lang) else unit
