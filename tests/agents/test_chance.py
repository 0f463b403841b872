"""Chance belongs to the person: the words that draws are made of stand up to a statistical battery.

Every test is deterministic (the seeds are written here). A statistical check that is made ``m`` times asks each p-value
to be above 0.01 / m (Bonferroni), so that a sound generator fails the whole family with a chance below 1 in 100 when
something innocent, such as a new stream, changes the numbers looked at. Generators made to fail show p-values below
1e-12.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from agents.chance import BORN, FIRST_MONTH, Stream, bits, derive, identity, world_key
from tests.agents import battery
from tests.agents.battery import CHECKS
from tests.agents.cubes import LENGTH, POOR, PROJECT, SEQUENCES

FAMILY = 0.01


# the battery


@cache
def _project() -> dict[tuple[str, str], float]:
    return battery.p_values(PROJECT)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_every_check_accepts_the_words_along(sequence: str) -> None:
    """24 checks of 65,536 words along each of 11 directions of the cube: each of the 264 p-values is above 4e-5."""
    found = _project()
    low = FAMILY / len(found)
    assert {check: p for (name, check), p in found.items() if name == sequence and p < low} == {}


def test_the_p_values_are_not_too_small_together() -> None:
    """Of all p-values about 1 in 100 lies below 0.01: the number below is plausible for independent checks."""
    found = np.array(list(_project().values()))
    assert stats.binom.sf((found < 0.01).sum() - 1, len(found), 0.01) > FAMILY


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_accepts_a_well_known_generator(check: str) -> None:
    """Each check accepts two sequences of NumPy's Philox, so it does not cry wolf."""
    source = np.random.Generator(np.random.Philox(20_240_401))
    found = [CHECKS[check](source.integers(0, 2**64, LENGTH, dtype=np.uint64)) for _ in range(2)]
    assert min(found) > FAMILY / (2 * len(CHECKS))


@cache
def _poor(name: str) -> dict[tuple[str, str], float]:
    return battery.p_values(POOR[name], ("identities", "months"))


@pytest.mark.parametrize("name", POOR)
def test_the_battery_rejects_a_poor_generator(name: str) -> None:
    """Along every direction looked at, at least eight checks reject each generator made to fail."""
    rejections = {}
    for (sequence, _), p in _poor(name).items():
        rejections[sequence] = rejections.get(sequence, 0) + (p < 1e-12)
    assert min(rejections.values()) >= 8, rejections


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_rejects_some_poor_generator(check: str) -> None:
    """No check is there for show: each rejects at least one of the generators made to fail."""
    assert min(p for name in POOR for (_, made), p in _poor(name).items() if made == check) < 1e-12


# one bit changed


@pytest.mark.parametrize("what", ["key", "parent", "number"])
def test_one_bit_of_the_input_changes_half_of_the_output(what: str) -> None:
    """Avalanche: flipping any of 64 input bits flips each of 64 output bits in half of 4,096 cases.

    All 4,096 frequencies together: sum of squared normal deviates.
    """
    people = PROJECT.people(4096)
    same = {
        "key": lambda x: bits(Stream.HIRE, 5, x),
        "parent": lambda x: derive(x, "clients", np.arange(len(x))),
        "number": lambda x: derive(np.full(len(x), world_key(1, 0, "wonosari")), "clients", x.astype(np.int64)),
    }[what]
    before = same(people)
    flipped = [battery.disagreement(before, same(people ^ np.uint64(1 << bit))) for bit in range(64)]
    assert battery.squares(np.array(flipped)) > FAMILY / 5


@pytest.mark.parametrize("what", ["month", "seed", "replicate"])
def test_one_bit_of_the_month_or_seed_changes_half_of_the_output(what: str) -> None:
    """Avalanche of the hashed words: each of 10 (month), 31 (seed) or 16 (replicate) bits, over 4,096 people."""

    def drawn(month: int = 5, seed: int = 1, replicate: int = 0) -> np.ndarray:
        return bits(Stream.HIRE, month, PROJECT.people(4096, seed, replicate))

    start, width = {"month": (5, 10), "seed": (1, 31), "replicate": (0, 16)}[what]
    flipped = [battery.disagreement(drawn(), drawn(**{what: start ^ (1 << bit)})) for bit in range(width)]
    assert battery.squares(np.array(flipped)) > FAMILY / 5


# neighbours in every direction


def _rows_of(direction: str) -> np.ndarray:
    """Words of 4,096 people, one row for each step in a direction, shape (steps, 4096)."""
    people = PROJECT.people(4096)
    rows = {
        "streams": lambda: [bits(stream, 7, people) for stream in Stream],
        "streams at birth": lambda: [bits(stream, BORN, people) for stream in Stream],
        "months": lambda: [bits(Stream.OFFENCE_EVENT, month, people) for month in range(60)],
        "parts": lambda: [bits(Stream.FIRST_WORK, BORN, people, part) for part in range(16)],
        "seeds": lambda: [bits(Stream.HIRE, 3, PROJECT.people(4096, seed=seed)) for seed in range(64)],
        "replicates": lambda: [bits(Stream.HIRE, 3, PROJECT.people(4096, replicate=each)) for each in range(64)],
        "offices": lambda: [bits(Stream.HIRE, 3, PROJECT.people(4096, office=f"bapas-{k}")) for k in range(94)],
        "newcomers": lambda: [
            bits(
                Stream.AGE,
                BORN,
                derive(np.full(4096, world_key(1, 0, "a")), "clients", identity(month, np.arange(4096))),
            )
            for month in range(FIRST_MONTH, 36)
        ],
        "kinds": lambda: [
            bits(Stream.VILLAGE, BORN, derive(np.full(4096, world_key(1, 0, "a")), kind, np.arange(4096)))
            for kind in ("offices", "villages", "employers", "groups", "members", "clients", "families")
        ],
    }[direction]()
    return np.stack(rows)


DIRECTIONS = ["streams", "streams at birth", "months", "parts", "seeds", "replicates", "offices", "newcomers", "kinds"]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_no_two_steps_in_a_direction_are_related(direction: str) -> None:
    """Every pair of steps (all pairs of streams, say) over 4,096 people, judged in four ways.

    The numbers are uncorrelated, their distances from the middle are, their lower 32 bits are, and the words differ in
    half of their bits; each is a matrix of correlations with Bonferroni over its pairs.
    """
    words = _rows_of(direction)
    u = battery.uniforms(words)
    agreement = np.bitwise_count(words[:, None, ::4] ^ words[None, :, ::4]).sum(axis=2, dtype=np.int64)
    people = words[0, ::4].size
    z = (agreement[np.triu_indices(len(words), 1)] - 32.0 * people) / np.sqrt(16.0 * people)
    found = {
        "numbers": battery.correlations(battery.standardised(u)),
        "distance from the middle": battery.correlations(battery.standardised(np.abs(2.0 * u - 1.0))),
        "low bits": battery.correlations(battery.standardised(battery.low_uniforms(words))),
        "agreement of bits": battery.squares(z),
    }
    assert {name: p for name, p in found.items() if p < FAMILY / (4 * len(DIRECTIONS))} == {}


@pytest.mark.parametrize("lag", [1, 2, 3, 6, 12, 24])
def test_a_month_says_nothing_of_a_later_one(lag: int) -> None:
    """Month m against m + 1, 2, 3, 6, 12 and 24 over 600 months and 1,000 people, in the upper and the lower bits."""
    words = _months()
    for numbers in (battery.uniforms(words), battery.low_uniforms(words)):
        assert battery.lagged(battery.standardised(numbers), lag) > FAMILY / 12


@cache
def _months() -> np.ndarray:
    people = PROJECT.people(1000)
    return np.stack([bits(Stream.REPORTING, month, people) for month in range(600)])


def test_the_luck_of_a_person_is_as_spread_as_independence_says() -> None:
    """The number of months below 0.05 among 600 is binomial over 1,000 people: nobody is born lucky."""
    below = (battery.uniforms(_months()) < 0.05).sum(axis=0)
    edges = np.array([21, 24, 26, 28, 30, 32, 34, 36, 39])
    chances = np.diff(np.concatenate([[0.0], stats.binom.cdf(edges, 600, 0.05), [1.0]]))
    observed = np.bincount(np.searchsorted(edges, below), minlength=len(chances))
    assert battery.chi_square(observed, 1000 * chances) > FAMILY
