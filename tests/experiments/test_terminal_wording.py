"""Numbers and units as people read them on the terminal, in both languages."""

import pytest

from experiments.printing import clock
from experiments.texts import Language, texts
from experiments.wording import aligned, quantity, say
from model.indicators import INDICATORS


def test_every_unit_of_an_indicator_has_an_indonesian_name() -> None:
    units = {each.unit for each in INDICATORS.values()} - {"IDR"}
    assert [unit for unit in sorted(units) if f"terminal.units.{unit}" not in texts("id")] == []


def test_a_number_under_the_name_of_what_it_counts_is_written_with_that_word() -> None:
    one, two = (say("country_title", "en", offices=n, months=n, seed=n) for n in (1, 2))
    assert (one, two) == (
        "National table, 1 office, 1 month, seed 1",
        "National table, 2 offices, 2 months, seed 2",
    )


@pytest.mark.parametrize(
    ("value", "unit", "lang", "words"),
    [
        (0.31249, "share", "en", "31.2 %"),
        (0.31249, "share", "id", "31,2 %"),
        (0.0, "share", "en", "0 %"),
        (240_000_000.0, "IDR", "en", "240 million IDR"),
        (1_234_000.0, "IDR/month", "id", "1,23 juta IDR/bulan"),
        (999.0, "IDR", "en", "999 IDR"),
        (850.0, "clients", "en", "850 clients"),
        (12_345.6, "persons", "id", "12.346 orang"),
        (0.01789, "per client-year", "en", "1.79 per 100 client-years"),
        (3.5349, "MSPSS 1-7", "en", "3.53 (MSPSS 1 to 7)"),
        (float("nan"), "share", "en", "nobody at risk"),
        (float("nan"), "share", "id", "tidak ada yang berisiko"),
    ],
)
def test_values_have_units_and_few_digits(value: float, unit: str, lang: Language, words: str) -> None:
    assert quantity(value, unit, lang) == words


def test_differences_share_a_scale_and_show_their_sign() -> None:
    assert aligned([12_000_000.0, -500_000.0, 0.0], "IDR", "en") == (["+12", "-0.5", "0"], "million IDR")
    assert aligned([-0.06, -0.13, 0.02], "share", "en") == (["-6", "-13", "+2"], "per 100")
    assert aligned([float("nan")] * 3, "share", "en") == (["-"] * 3, "per 100")


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "00:01"), (89, "01:29"), (600, "10:00"), (7325, "2:02:05")])
def test_a_time_is_told_as_by_a_clock(seconds: float, words: str) -> None:
    assert clock(seconds) == words
