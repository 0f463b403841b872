"""What the columns of the tables that experiments write mean, in both languages, from what the code declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("table", "column", "unit", "meaning")


class Entry(NamedTuple):
    """One column of a table: its unit, where it has one of its own, and its meaning in Indonesian and English."""

    name: str
    unit: str
    id: str
    en: str


_SCENARIO = Entry("scenario", "name", "skenario", "scenario")
_REPLICATE = Entry("replicate", "number", "pasangan, mulai dari 0", "pair, from 0")
_INDICATOR = Entry("indicator", "name", "indikator, lihat tabel indicators", "indicator, see the table indicators")
_MONTH = Entry("month", "month", "bulan sejak awal simulasi, mulai dari 1", "month since the start of the run, from 1")
_UNIT = Entry("unit", "name", "satuan indikator", "unit of the indicator")
_OWN = "unit of the indicator"

TABLES: dict[str, tuple[Entry, ...]] = {
    "summary": (
        _SCENARIO,
        _INDICATOR,
        Entry("better", "pairs", "pasangan yang lebih baik daripada skenario dasar", "pairs better than the baseline"),
        Entry("same", "pairs", "pasangan yang kira-kira sama", "pairs about the same"),
        Entry("worse", "pairs", "pasangan yang lebih buruk", "pairs worse than the baseline"),
        Entry("median_difference", _OWN, "selisih tengah terhadap skenario dasar", "middle difference to the baseline"),
        Entry("low", _OWN, "kuantil 5 % selisih", "5 % quantile of the differences"),
        Entry("high", _OWN, "kuantil 95 % selisih", "95 % quantile of the differences"),
        _UNIT,
        Entry("pairs_used", "pairs", "pasangan yang punya nilai", "pairs that have a value"),
        Entry("better_low", "share", "batas bawah 90 % (Wilson) bagian yang lebih baik", "low end of the 90 % range "
              "(Wilson) of the share that are better"),
        Entry("better_high", "share", "batas atas 90 % (Wilson) bagian yang lebih baik", "high end of that range"),
    ),
    "pairs": (
        _SCENARIO,
        _REPLICATE,
        _INDICATOR,
        Entry("baseline", _OWN, "nilai skenario dasar pada pasangan ini", "value of the baseline in this pair"),
        Entry("value", _OWN, "nilai skenario ini pada pasangan ini", "value of the scenario in this pair"),
        Entry("difference", _OWN, "nilai dikurangi nilai skenario dasar", "value minus baseline"),
    ),
    "bands": (
        _SCENARIO,
        _MONTH,
        _INDICATOR,
        Entry("low90", _OWN, "kuantil 5 % atas semua simulasi", "5 % quantile over runs"),
        Entry("low50", _OWN, "kuantil 25 %", "25 % quantile"),
        Entry("middle", _OWN, "nilai tengah", "middle value"),
        Entry("high50", _OWN, "kuantil 75 %", "75 % quantile"),
        Entry("high90", _OWN, "kuantil 95 %", "95 % quantile"),
    ),
    "runs": (
        _SCENARIO,
        _REPLICATE,
        _MONTH,
        Entry("(indicators)", _OWN, "setiap indikator, sekolom satu, pada bulan itu atau sampai bulan itu",
              "each indicator, a column each, in that month or up to it"),
    ),
}  # fmt: skip
"""The tables of a comparison by the name of their file, their columns in order."""


def dictionary(language: str = "en") -> pd.DataFrame:
    """Return what every column and every indicator of a comparison's tables means.

    Args:
        language: ``"id"`` or ``"en"``.

    Returns:
        Columns ``table, column, unit, meaning``; the rows of ``indicators`` name the indicators themselves.

    Raises:
        ExperimentError: There are no texts in that language.
    """
    import pandas as pd

    from experiments.reporting import known_language
    from experiments.texts import texts
    from model.indicators import INDICATORS

    known_language(language)
    t = texts(language)
    rows = [
        (table, entry.name, entry.unit, entry.id if language == "id" else entry.en)
        for table, entries in TABLES.items()
        for entry in entries
    ]
    rows += [("indicators", name, one.unit, t.own(one.meaning)) for name, one in INDICATORS.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))
