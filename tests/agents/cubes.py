"""Ways to fill the cube of person x decision x month, and ways through it: the sequences that the battery looks at.

A :class:`Cube` is a generator. The :data:`SEQUENCES` walk through it in the directions that a model takes (along
identities, months, streams, seeds, replicates, offices ...), always so that neighbours in the sequence are neighbours
in the cube. :data:`PROJECT` is the project's own chance; the :data:`POOR` cubes are made to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from agents import chance
from agents.chance import Stream

Words = NDArray[np.uint64]

#: words in every sequence
LENGTH = 2**16


@dataclass(frozen=True)
class Cube:
    """A way to fill the cube of person x decision x month.

    Attributes:
        world_key: key of an office from (seed, replicate, office).
        derive: keys of people from (keys of their offices, kind, numbers).
        bits: words from (stream, month, keys, part).
    """

    world_key: Callable[[int, int, str], np.uint64]
    derive: Callable[[Words, str, NDArray[np.int64]], Words]
    bits: Callable[[Stream, int, Words, int], Words]

    def people(self, count: int, seed: int = 1, replicate: int = 0, office: str = "wonosari") -> Words:
        """Keys of the first ``count`` clients of an office."""
        parents = np.full(count, self.world_key(seed, replicate, office), dtype=np.uint64)
        return self.derive(parents, "clients", chance.identity(chance.BORN, np.arange(count)))


PROJECT = Cube(chance.world_key, chance.derive, chance.bits)


# sequences: neighbours in the sequence are neighbours in the cube


def _interleaved(columns: Iterable[Words]) -> Words:
    """Words of the first person from every column, then of the second, and so on, ``LENGTH`` in all."""
    words = np.column_stack(list(columns)).ravel()
    assert len(words) == LENGTH, len(words)
    return words


def _newcomers(cube: Cube) -> Words:
    """Keys of 512 newcomers in each of 128 months."""
    month, k = np.divmod(np.arange(LENGTH), 512)
    return cube.derive(np.full(LENGTH, cube.world_key(1, 0, "wonosari")), "clients", chance.identity(month, k))


def _streams(cube: Cube) -> Words:
    people, cells = cube.people(512), product((7, 8, 19), Stream)
    return _interleaved(cube.bits(stream, month, people, 0) for month, stream in islice(cells, 128))


def _kinds(cube: Cube) -> Words:
    world = np.full(LENGTH // 4, cube.world_key(1, 0, "wonosari"))
    numbers = chance.identity(chance.BORN, np.arange(LENGTH // 4))
    kinds = ("clients", "families", "members", "employers")
    return _interleaved(cube.bits(Stream.VILLAGE, chance.BORN, cube.derive(world, kind, numbers), 0) for kind in kinds)


#: name: from a cube to ``LENGTH`` words
SEQUENCES: dict[str, Callable[[Cube], Words]] = {
    "identities": lambda cube: cube.bits(Stream.HIRE, 3, cube.people(LENGTH), 0),
    "months": lambda cube: _interleaved(
        cube.bits(Stream.OFFENCE_EVENT, month, cube.people(512), 0) for month in range(128)
    ),
    "the same month of each year": lambda cube: _interleaved(
        cube.bits(Stream.JOB_LOSS, 12 * year, cube.people(512), 0) for year in range(128)
    ),
    "parts": lambda cube: _interleaved(
        cube.bits(Stream.FIRST_WORK, chance.BORN, cube.people(512), part) for part in range(128)
    ),
    "streams": _streams,
    "kinds": _kinds,
    "seeds": lambda cube: _interleaved(
        cube.bits(Stream.HIRE, 3, cube.people(1024, seed=seed), 0) for seed in range(64)
    ),
    "replicates": lambda cube: _interleaved(
        cube.bits(Stream.HIRE, 3, cube.people(1024, replicate=number), 0) for number in range(64)
    ),
    "offices": lambda cube: _interleaved(
        cube.bits(Stream.HIRE, 3, cube.people(1024, office=f"bapas-{number:02}"), 0) for number in range(64)
    ),
    "newcomers": lambda cube: cube.bits(Stream.AGE, chance.BORN, _newcomers(cube), 0),
    "keys": _newcomers,
}


# generators made to fail


def _plain_key(seed: int, replicate: int, office: str) -> np.uint64:
    return np.uint64(seed * 10**9 + replicate * 10**7 + sum(map(ord, office)) * 10**5)


def _plain_derive(parents: Words, kind: str, numbers: NDArray[np.int64]) -> Words:
    return parents + numbers.astype(np.uint64)


def _times_a_constant(stream: Stream, month: int, keys: Words, part: int) -> Words:
    where = list(Stream).index(stream) * 1000 + month * 10 + part
    return (keys + np.uint64(where + 10)) * np.uint64(0x9E3779B97F4A7C15)


def _shifted(stream: Stream, month: int, keys: Words, part: int) -> Words:
    """One round of Marsaglia's xorshift: linear over single bits, whatever the key."""
    x = keys + np.uint64(list(Stream).index(stream) * 1000 + month * 10 + part + 10)
    for shift in (13, 29, 11, 17, 37):
        x = x ^ (x << np.uint64(shift)) if shift % 2 else x ^ (x >> np.uint64(shift))
        x = x ^ (x >> np.uint64(shift + 2))
    return x


def _quiet_bits(stream: Stream, month: int, keys: Words, part: int) -> Words:
    """The project's words with every bit set only half as often as it should be."""
    return chance.bits(stream, month, keys, part) & chance.bits(stream, month + 10**6, keys, part)


def _sluggish(stream: Stream, month: int, keys: Words, part: int) -> Words:
    """The project's words, but a month, a part and a neighbour that come second repeat what the first had."""
    words = chance.bits(stream, month // 2 * 2, keys, part // 2 * 2)
    return np.repeat(words[::2], 2)


#: name: generator and what is wrong with it
POOR: dict[str, Cube] = {
    "key times a constant": Cube(_plain_key, _plain_derive, _times_a_constant),
    "xorshift of a counter": Cube(_plain_key, _plain_derive, _shifted),
    "too few ones": Cube(chance.world_key, chance.derive, _quiet_bits),
    "everything twice": Cube(chance.world_key, chance.derive, _sluggish),
}
