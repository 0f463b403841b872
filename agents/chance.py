"""Chance belongs to the person, not to the run.

Every draw is a pure function of *who* (a 64-bit key made from seed, replicate, office and identity), *what* (a declared
stream) and *when* (the month). Think of a cube of person x decision x month, filled with numbers before the model
starts: a policy can decide which cells are looked at, never what stands in them. So a newcomer, a new process or a
skipped draw changes nobody else's luck, and two policies with one seed meet the same people with the same luck.

The cells are filled by a counter-based hash: the person's key is combined with two hashed words of (stream, month) in
the two rounds of the SplitMix64 finaliser (Steele, Lea & Flood 2014, doi 10.1145/2660193.2660195; constants of
Stafford's variant 13). ``tests/agents/test_chance.py`` holds the statistical battery.
"""

from __future__ import annotations

import hashlib
from enum import Enum, auto, unique
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, pdtr, pdtrik

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

#: the first month ever lived: a year passes before month 0, the first month of the run
FIRST_MONTH = -12
#: the month of what is drawn once in a life, and of who is there from the start: far below any month lived
BORN = -6000

_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
_MULTIPLY_1, _MULTIPLY_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_TO_53_BITS, _STEP = np.uint64(11), 2.0**-53


@unique
class Stream(Enum):
    """What a draw decides. A stream's words come from its name, so adding one moves no other."""

    # who a person, family, employer, member, village is, drawn once
    AGE = auto()
    SEX = auto()
    OFFENCE = auto()
    PRIORS = auto()
    RELEASE_TYPE = auto()
    TERM = auto()
    TIME_SERVED = auto()
    VILLAGE = auto()
    STABILITY = auto()
    SKILL = auto()
    DISTRESS = auto()
    CONFIDENCE = auto()
    CERTIFICATE = auto()
    DOCUMENTS = auto()
    FAMILY_IN_REACH = auto()
    FAMILY_ACCEPTANCE = auto()
    FAMILY_MEANS = auto()
    WILLINGNESS = auto()
    IMAGE_CONCERN = auto()
    SECTOR = auto()
    PARTNER = auto()
    COMPETENCE = auto()
    MOTIVATION = auto()
    DISTANCE = auto()
    STIGMA = auto()
    FIRST_WORK = auto()
    TENURE = auto()
    PEER = auto()
    ACQUAINTANCE = auto()
    PARAMETER = auto()
    # what a month brings
    ARRIVALS = auto()
    IRREGULAR_MONEY = auto()
    OUTSIDE_MONEY = auto()
    MEMBER_EXIT = auto()
    MEMBER_ORDER = auto()
    WANT = auto()
    FORUM = auto()
    AGENCY_PLACES = auto()
    NO_SHOW = auto()
    OVERLAP = auto()
    REFERRAL = auto()
    OFFER_ORDER = auto()
    NEEDS_KNOWN = auto()
    ATTENDANCE = auto()
    JOB_LOSS = auto()
    JOB_LEAD = auto()
    JOB_ROUTE = auto()
    JOB_EMPLOYER = auto()
    HIRE = auto()
    BUSINESS = auto()
    OFFENCE_EVENT = auto()
    DETECTION = auto()
    CUSTODY_LENGTH = auto()
    REPORTING = auto()
    FAR_WORK = auto()
    REVOCATION = auto()
    COURSE = auto()
    RECORDING = auto()
    NEWS = auto()
    # field trials
    TRIAL_ARM = auto()
    TRIAL_LOSS = auto()


def word(*parts: object) -> int:
    """A 64-bit word hashed from the text of ``parts`` (BLAKE2b), the same on every machine and Python."""
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


@lru_cache(maxsize=65536)
def _words(stream: Stream, month: int, part: int) -> tuple[np.uint64, np.uint64]:
    return np.uint64(word("first", stream.name, month, part)), np.uint64(word("second", stream.name, month, part))


def _scramble(keys: Keys, first: np.uint64, second: np.uint64) -> Keys:
    x = keys ^ first
    x ^= x >> _SHIFT_1
    x *= _MULTIPLY_1
    x ^= x >> _SHIFT_2
    x += second
    x *= _MULTIPLY_2
    x ^= x >> _SHIFT_3
    return x


def bits(stream: Stream, month: int, keys: Keys, part: int = 0) -> Keys:
    """64 random bits for each key.

    Args:
        stream: what the draw decides.
        month: month lived, or :data:`BORN` for what is drawn once in a life.
        keys: who draws, shape (n,), one 64-bit key each.
        part: which of several draws of one kind in one month (0, 1, ...).

    Returns:
        Shape (n,), every bit equally likely, independent over streams, months, parts and keys.
    """
    return _scramble(keys, *_words(stream, month, part))


def uniform(stream: Stream, month: int, keys: Keys, part: int = 0) -> Floats:
    """One uniform number in the open interval (0, 1) for each key; arguments as for :func:`bits`.

    Returns:
        Shape (n,), float64, the middle of one of 2**53 equal cells: 2**-54 to 1 - 2**-53, never 0 and never 1, so that
        every inverse CDF is finite.
    """
    draws: Floats = (bits(stream, month, keys, part) >> _TO_53_BITS).astype(np.float64)
    draws += 0.5
    draws *= _STEP
    # the one grid point that rounds up to 1
    return np.minimum(draws, 1.0 - _STEP, out=draws)


def normal(u: Floats) -> Floats:
    """Standard normal by the inverse CDF of ``u``, shape kept."""
    return np.asarray(ndtri(u), dtype=np.float64)


def pick(u: Floats, shares: Floats) -> NDArray[np.int64]:
    """Category by the inverse CDF: index of the first cumulative share above ``u``.

    Args:
        u: shape (n,), in (0, 1).
        shares: shape (k,) or (n, k), non-negative, summing to 1 along the last axis.

    Returns:
        Shape (n,), 0..k-1.
    """
    edges = np.cumsum(shares, axis=-1)[..., :-1]
    return np.asarray((u[:, None] >= edges).sum(axis=1), dtype=np.int64)


def whole(u: Floats, mean: Floats) -> Floats:
    """Whole numbers with these means, by systematic sampling (Madow & Madow 1944).

    Each is its mean rounded down or up, and their sum is that of the means rounded down or up.

    Args:
        u: shape (n,), in (0, 1).
        mean: shape (n, k), non-negative.

    Returns:
        Shape (n, k).
    """
    return np.diff(np.floor(np.cumsum(mean, axis=1) + u[:, None]), axis=1, prepend=0.0)


def poisson(u: Floats, mean: Floats) -> NDArray[np.int64]:
    """Poisson count by the inverse CDF of ``u`` (shape (n,)) with ``mean`` (shape (n,)), exact at any mean."""
    guess = np.ceil(np.maximum(pdtrik(u, mean), 0.0))
    lower = np.maximum(guess - 1.0, 0.0)
    count = np.where(pdtr(lower, mean) >= u, lower, guess)
    return np.asarray(np.where(mean > 0.0, count, 0.0), dtype=np.int64)


def world_key(seed: int, replicate: int, office: str) -> np.uint64:
    """The key of one office in one replicate: everybody who lives there derives theirs from it."""
    return np.uint64(word("world", seed, replicate, office))


def derive(parents: Keys, kind: str, numbers: NDArray[np.int64]) -> Keys:
    """Keys of newcomers from the key of their office, their kind and their number in it.

    Args:
        parents: shape (n,), key of each newcomer's office.
        kind: table name, so that client 3 and family 3 of one office are different chances.
        numbers: shape (n,), identity within office and kind (see :func:`identity`).

    Returns:
        Shape (n,), 64-bit keys.
    """
    child = _scramble(numbers.astype(np.uint64), np.uint64(word("kind", kind)), np.uint64(word("number", kind)))
    return _scramble(parents ^ child, np.uint64(word("derive")), np.uint64(word(kind)))


_MOST_A_MONTH = 10_000_000


def identity(month: NDArray[np.int64] | int, k: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the ``k``-th newcomer of ``month`` in an office.

    Whoever else comes, it stays the same. Numbers are never negative: those :data:`BORN` into the model have the first
    block of ten million, each month from :data:`FIRST_MONTH` on has the next.

    Args:
        month: months lived from :data:`FIRST_MONTH` on, or :data:`BORN`.
        k: place among the newcomers of the month, shape (n,), below ten million.
    """
    months = np.asarray(month, dtype=np.int64)
    block = np.where(months == BORN, 0, months - FIRST_MONTH + 1)
    return np.asarray(block * _MOST_A_MONTH + k, dtype=np.int64)


def month_of(number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Month in which the newcomer of this :func:`identity` came (:data:`BORN`: there from the start), shape kept."""
    block = number // _MOST_A_MONTH
    return np.asarray(np.where(block == 0, BORN, block - 1 + FIRST_MONTH), dtype=np.int64)
