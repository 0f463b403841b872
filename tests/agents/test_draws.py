"""Who draws what: keys that nobody shares, luck that nothing can move, and numbers made of words by the inverse CDF.

Statistical checks here ask a p-value above 0.01 over the number of times a check is made; the battery proper is in
``test_chance.py``.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from agents import chance
from agents.chance import (
    BORN,
    FIRST_MONTH,
    Stream,
    bits,
    derive,
    identity,
    month_of,
    normal,
    pick,
    poisson,
    uniform,
    whole,
    word,
    world_key,
)
from tests.agents import battery
from tests.agents.cubes import PROJECT

FAMILY = 0.01
ROUNDING = 2.0**-53

streams = st.sampled_from(list(Stream))
months = st.just(BORN) | st.integers(FIRST_MONTH, 1200)
keys_ = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40).map(lambda k: np.array(k, dtype=np.uint64))


# keys


def test_no_two_of_a_million_people_share_a_key() -> None:
    """1.5 million people, 2 kinds, of 60 offices in 2 seeds and 2 replicates, there at first or arriving later."""
    numbers = np.concatenate(
        [identity(BORN, np.arange(1740))] + [identity(m, np.arange(16)) for m in range(FIRST_MONTH, 588, 7)]
    )
    worlds = [world_key(s, r, f"bapas-{k}") for s in (1, 2) for r in (0, 1) for k in range(60)]
    parents = np.repeat(np.array(worlds, dtype=np.uint64), len(numbers))
    everyone = [derive(parents, kind, np.tile(numbers, len(worlds))) for kind in ("clients", "families")]
    keys = np.concatenate(everyone)
    assert len(keys) > 1_000_000
    assert np.diff(np.sort(keys)).min() > 0


def test_one_office_can_never_give_two_people_one_key() -> None:
    """Within an office and kind the key is a bijection of the number: undone step by step, it gives the number back."""
    parent = world_key(1, 0, "wonosari")
    numbers = identity(7, np.arange(1000))
    keys = derive(np.full(1000, parent), "clients", numbers)
    child = _unscrambled(keys, word("derive"), word("clients")) ^ parent
    assert (_unscrambled(child, word("kind", "clients"), word("number", "clients")) == numbers.astype(np.uint64)).all()


def _unscrambled(x: np.ndarray, first: int, second: int) -> np.ndarray:
    """The word that was scrambled into ``x``."""
    one, other = (pow(multiplier, -1, 2**64) for multiplier in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
    x = _unshifted(x, 31) * np.uint64(other) - np.uint64(second)
    return _unshifted(_unshifted(x, 27) * np.uint64(one), 30) ^ np.uint64(first)


def _unshifted(x: np.ndarray, shift: int) -> np.ndarray:
    """Undo ``x ^= x >> shift``."""
    y = x
    for _ in range(64 // shift + 1):
        y = x ^ (y >> np.uint64(shift))
    return y


def _scrambled_by_hand(key: int, first: int, second: int) -> int:
    """The documented hash in plain Python integers."""
    x = key ^ first
    x ^= x >> 30
    x = x * 0xBF58476D1CE4E5B9 % 2**64
    x ^= x >> 27
    x = (x + second) * 0x94D049BB133111EB % 2**64
    return x ^ x >> 31


@given(streams, months, keys_, st.integers(0, 5))
def test_the_words_are_those_of_the_documented_hash(stream: Stream, month: int, keys: np.ndarray, part: int) -> None:
    """Plain Python integers give the same words, so they are the same on any machine."""
    first, second = (word(which, stream.name, month, part) for which in ("first", "second"))
    expected = [_scrambled_by_hand(key, first, second) for key in keys.tolist()]
    assert bits(stream, month, keys, part).tolist() == expected


@given(months, st.lists(st.integers(0, 9_999_999), min_size=1, max_size=20))
def test_identity_keeps_the_month(month: int, k: list[int]) -> None:
    """month_of(identity(month, k)) is month, and no two newcomers share an identity."""
    numbers = identity(month, np.array(k))
    assert (month_of(numbers) == month).all()
    assert len(set(numbers.tolist())) == len(set(k))
    assert numbers.dtype == np.int64
    assert numbers.min() >= 0


def test_identities_of_different_months_never_meet() -> None:
    """The last of one month comes before the first of the next."""
    for before, after in ((BORN, FIRST_MONTH), (-1, 0), (3, 4)):
        assert identity(before, np.array([9_999_999]))[0] + 1 == identity(after, np.array([0]))[0]


def test_who_was_there_from_the_start_came_before_any_month_lived() -> None:
    """One number for what is drawn once in a life, far from every month in which something else is drawn."""
    assert BORN < FIRST_MONTH - 1000
    assert month_of(identity(np.array([BORN, FIRST_MONTH, -1, 0]), np.arange(4))).tolist() == [BORN, FIRST_MONTH, -1, 0]
    assert identity(BORN, np.arange(3)).tolist() == [0, 1, 2]


# paired promises


@given(streams, months, keys_, st.data())
def test_a_draw_does_not_depend_on_who_else_draws(
    stream: Stream, month: int, keys: np.ndarray, data: st.DataObject
) -> None:
    """Any order and any part of the people, asked together or alone, gives each the same draw."""
    everyone = uniform(stream, month, keys)
    some = np.array(data.draw(st.lists(st.integers(0, len(keys) - 1), max_size=20)), dtype=np.intp)
    assert uniform(stream, month, keys[some]).tobytes() == everyone[some].tobytes()


@given(streams, streams, months, keys_)
def test_a_draw_made_or_skipped_moves_no_other(stream: Stream, other: Stream, month: int, keys: np.ndarray) -> None:
    """A stream gives the same numbers whether or not another is asked in between; nothing is used up, keys stay."""
    given_keys = keys.copy()
    before = uniform(stream, month, keys)
    uniform(other, month, keys)
    bits(other, month + 1, keys, 3)
    assert uniform(stream, month, keys).tobytes() == before.tobytes()
    assert (keys == given_keys).all()


def test_a_new_stream_moves_no_other() -> None:
    """The words of a stream come from its name, not from its place in the list or from what else is listed."""
    longer = Enum("Longer", ["SOMETHING_NEW", *reversed([stream.name for stream in Stream])])
    people = PROJECT.people(50)
    for stream in Stream:
        assert (bits(longer[stream.name], 4, people) == bits(stream, 4, people)).all()


def test_every_stream_month_and_part_has_words_of_its_own() -> None:
    """No two of all streams x 73 months x 3 parts share either of their two hashed words."""
    cells = [chance._words(stream, month, part) for stream in Stream for month in range(-1, 72) for part in range(3)]
    for words in zip(*cells, strict=True):
        assert len(set(map(int, words))) == len(cells)


@given(st.integers(1, 50), st.integers(0, 50), st.integers(FIRST_MONTH, 600))
def test_a_newcomer_changes_nobodys_key(there: int, more: int, month: int) -> None:
    """Keys of those who are there stay as they are, however many come in this month, another month or elsewhere."""
    parent, other = world_key(1, 0, "wonosari"), world_key(1, 0, "purwokerto")
    before = derive(np.full(there, parent), "clients", identity(month, np.arange(there)))
    offices = np.concatenate([np.full(there + more, parent), np.full(more, parent), np.full(more, other)])
    numbers = [identity(month, np.arange(there + more)), identity(month + 1, np.arange(more)), np.arange(more)]
    after = derive(offices, "clients", np.concatenate(numbers))
    assert (after[:there] == before).all()
    assert len(np.unique(after)) == len(after)


@given(st.integers(0, 2**31), st.integers(0, 2**31), st.sampled_from(["wonosari", "purwokerto"]))
def test_worlds_are_told_apart_by_seed_replicate_and_office(seed: int, replicate: int, office: str) -> None:
    """Changing any one of the three changes the key of the world; (1, 12) and (11, 2) are different worlds."""
    key = world_key(seed, replicate, office)
    changed = [(seed + 1, replicate, office), (seed, replicate + 1, office), (seed, replicate, office + "2")]
    assert key == world_key(seed, replicate, office)
    assert all(world_key(*other) != key for other in changed)
    assert world_key(1, 12, office) != world_key(11, 2, office)


# numbers from the words


def test_uniform_numbers_stay_inside_the_open_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extreme words give the extreme numbers 2**-54 and 1 - 2**-53: never 0, never 1, every inverse is finite."""
    extremes = np.array([0, 2**11 - 1, 2**11, 2**63 - 1, 2**63, 2**64 - 2**11 - 1, 2**64 - 1], dtype=np.uint64)
    monkeypatch.setattr(chance, "bits", lambda *_: extremes)
    u = uniform(Stream.HIRE, 0, extremes)
    assert (u[0], u[1], u[-1]) == (2.0**-54, 2.0**-54, 1.0 - 2.0**-53)
    assert ((u > 0.0) & (u < 1.0)).all()
    assert (np.diff(u) >= 0.0).all()
    assert u[3] < 0.5 < u[4] + ROUNDING
    assert np.isfinite([normal(u), np.log(u), np.log1p(-u), stats.expon.ppf(u)]).all()
    assert normal(u)[0] == pytest.approx(-8.2924, abs=1e-3)


@given(streams, months, keys_)
def test_uniform_numbers_are_the_upper_53_bits(stream: Stream, month: int, keys: np.ndarray) -> None:
    """Each number is the middle of the 2**-53 wide cell that its upper 53 bits name, rounded to float64."""
    cell = bits(stream, month, keys) >> np.uint64(11)
    u = uniform(stream, month, keys)
    assert (np.abs(u - cell.astype(np.float64) * ROUNDING) <= ROUNDING).all()


def test_an_empty_table_draws_nothing() -> None:
    """Shape (0,) in, shape (0,) out, for draws and for what is made of them."""
    nobody = np.empty(0, dtype=np.uint64)
    u = uniform(Stream.HIRE, 0, nobody)
    sizes = [len(u), len(normal(u)), len(pick(u, np.array([0.5, 0.5]))), len(poisson(u, u))]
    assert sizes == [0, 0, 0, 0]
    assert len(derive(nobody, "clients", np.empty(0, dtype=np.int64))) == 0


U = np.concatenate(
    [
        2.0 ** -np.arange(1.0, 55.0),
        1.0 - 2.0 ** -np.arange(1.0, 54.0),
        np.linspace(0.0005, 0.9995, 1999),
    ]
)
MEANS = [0.0, 1e-12, 1e-3, 0.1, 0.7, 1.0, 5.0, 20.0, 116.0, 717.3, 5000.0, 50_000.0]


@given(st.lists(st.floats(0.0, 50.0), min_size=1, max_size=9))
def test_whole_numbers_have_the_means_that_were_asked_for(means: list[float]) -> None:
    """Each is its mean rounded down or up, so is their sum, and over all luck the means come out."""
    u = (np.arange(2000) + 0.5) / 2000
    counts = whole(u, np.tile(means, (len(u), 1)))
    assert ((counts >= np.floor(means)) & (counts <= np.ceil(np.array(means) + 1e-9))).all()
    assert np.ptp(counts.sum(axis=1)) <= 1.0
    assert counts.mean(axis=0) == pytest.approx(means, abs=0.002)


@pytest.mark.parametrize("mean", MEANS)
def test_poisson_is_scipys_to_the_last_count(mean: float) -> None:
    """Exactly scipy.stats.poisson.ppf on 2,106 values of u, from 2**-54 to 1 - 2**-53."""
    counts = poisson(U, np.full(len(U), mean))
    assert counts.dtype == np.int64
    assert (counts == stats.poisson.ppf(U, mean).astype(np.int64)).all()


@pytest.mark.parametrize("mean", MEANS[1:])
def test_poisson_is_the_smallest_count_whose_cumulative_chance_reaches_u(mean: float) -> None:
    """The definition of the inverse, on u at, just below and just above every step of the distribution function.

    Steps where the function is within rounding of 0 or 1 are left out.
    """
    cumulative = special.pdtr(np.arange(int(mean + 12 * np.sqrt(mean) + 12)), mean)
    steps = cumulative[(cumulative > 1e-12) & (cumulative < 1 - 1e-12)][:400]
    u = np.concatenate([steps - 1e-13, steps, steps + 1e-13, U[(U > 1e-12) & (U < 1 - 1e-12)]])
    assert (poisson(u, np.full(len(u), mean)) == np.searchsorted(cumulative, u, side="left")).all()


@given(st.lists(st.tuples(st.floats(2.0**-54, 1.0 - 2.0**-53), st.floats(0.0, 1e4)), min_size=1, max_size=30))
def test_poisson_of_each_row_is_its_own(rows: list[tuple[float, float]]) -> None:
    """A row's count does not depend on the rows beside it, rises with u and with the mean, and is never negative."""
    u, mean = (np.array(column) for column in zip(*rows, strict=True))
    together = poisson(u, mean)
    assert [int(poisson(u[k : k + 1], mean[k : k + 1])[0]) for k in range(len(u))] == together.tolist()
    assert (together >= 0).all()
    assert (poisson(u, mean + 1.0) >= together).all()
    assert (poisson(np.minimum(u * 1.01, 1.0 - ROUNDING), mean) >= together).all()


@pytest.mark.parametrize("mean", [0.1, 5.0, 116.0])
def test_poisson_draws_have_the_poisson_distribution(mean: float) -> None:
    """Chi-square of 50,000 counts against scipy.stats.poisson, cells of at least 25."""
    counts = poisson(uniform(Stream.ARRIVALS, 3, PROJECT.people(50_000)), np.full(50_000, mean))
    low, high = stats.poisson.ppf([0.002, 0.998], mean).astype(int)
    chances = stats.poisson.pmf(np.arange(low, high + 1), mean)
    chances[0], chances[-1] = stats.poisson.cdf(low, mean), stats.poisson.sf(high - 1, mean)
    observed = np.bincount(np.clip(counts, low, high) - low, minlength=len(chances))
    assert battery.chi_square(observed, 50_000 * chances) > FAMILY / 3


def test_normal_is_scipys() -> None:
    """Exactly scipy.stats.norm.ppf, symmetric about u = 1/2."""
    assert (normal(U) == stats.norm.ppf(U)).all()
    assert normal(np.array([0.5]))[0] == 0.0


def test_normal_draws_have_the_normal_distribution() -> None:
    """Kolmogorov-Smirnov and Anderson-Darling of 50,000 draws against the standard normal."""
    z = normal(uniform(Stream.STABILITY, BORN, PROJECT.people(50_000)))
    assert stats.kstest(z, "norm").pvalue > FAMILY / 2
    assert battery.two_sided(battery.anderson_darling_p(stats.norm.cdf(z))) > FAMILY / 2


shares_ = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8).filter(lambda s: sum(s) > 0.1)


@given(shares_, st.lists(st.floats(2.0**-54, 1.0 - 2.0**-53), min_size=1, max_size=30))
def test_pick_is_the_inverse_of_the_cumulative_shares(weights: list[float], u: list[float]) -> None:
    """pick agrees with a plain loop over cumulative shares, one row of shares or one for each."""
    shares = np.array(weights) / sum(weights)
    expected = [_picked(each, shares.tolist()) for each in u]
    assert pick(np.array(u), shares).tolist() == expected
    assert pick(np.array(u), np.tile(shares, (len(u), 1))).tolist() == expected


def _picked(u: float, shares: list[float]) -> int:
    reached = 0.0
    for category, share in enumerate(shares[:-1]):
        reached += share
        if u < reached:
            return category
    return len(shares) - 1


def test_pick_draws_as_often_as_the_shares_say() -> None:
    """Chi-square of 50,000 picks against shares of 0.418, 0.571 and 0.011; a share of 0 is never picked."""
    shares = np.array([0.418, 0.0, 0.571, 0.011])
    picked = np.bincount(pick(uniform(Stream.RELEASE_TYPE, BORN, PROJECT.people(50_000)), shares), minlength=4)
    assert picked[1] == 0
    assert battery.chi_square(picked[[0, 2, 3]], 50_000 * shares[[0, 2, 3]]) > FAMILY


def test_pick_at_the_edges() -> None:
    """A number on an edge belongs to the category above it; nothing below 0 or above the last is ever picked."""
    shares = np.array([0.25, 0.25, 0.5])
    assert pick(np.array([2.0**-54, 0.25, 0.5 - ROUNDING, 0.5, 1.0 - ROUNDING]), shares).tolist() == [0, 1, 1, 2, 2]
    assert pick(np.array([2.0**-54, 1.0 - ROUNDING]), np.array([1.0])).tolist() == [0, 0]
