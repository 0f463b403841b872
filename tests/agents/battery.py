"""A statistical battery for 64-bit words: every check turns a sequence of words into a p-value.

The same checks are used on the project's own chance and on generators made to fail (see :mod:`tests.agents.cubes`), so
that they are known to bite. Most p-values are two-sided: numbers that are too even are as bad as numbers that are too
uneven. The tests are those of Knuth (The Art of Computer Programming 2, 3.3.2), Marsaglia (Diehard) and L'Ecuyer &
Simard (TestU01, doi 10.1145/1268776.1268777). What they expect is stated for ``LENGTH`` = 65,536 words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tests.agents.cubes import SEQUENCES, Cube, Words

Floats = NDArray[np.float64]
Check = Callable[[Words], float]


# helpers


def uniforms(words: Words) -> Floats:
    """The upper 53 bits as numbers in (0, 1)."""
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def low_uniforms(words: Words) -> Floats:
    """The lower 32 bits as numbers in (0, 1)."""
    return ((words & np.uint64(2**32 - 1)).astype(np.float64) + 0.5) * 2.0**-32


def ones(words: Words) -> NDArray[np.int64]:
    """How many words have each bit set, lowest bit first, shape (64,); a byte of a word keeps each count."""
    padded = np.append(words, np.zeros(-len(words) % 128, dtype=np.uint64)).reshape(-1, 128)
    every_eighth = np.uint64(0x0101010101010101)
    counts = [
        ((padded >> np.uint64(k)) & every_eighth).sum(axis=1).astype("<u8").view(np.uint8).reshape(-1, 8).sum(axis=0)
        for k in range(8)
    ]
    return np.stack(counts, axis=1).ravel().astype(np.int64)


def rotated(words: Words, places: int) -> Words:
    """Words with their bits turned round by 0 < ``places`` < 64."""
    return (words << np.uint64(places)) | (words >> np.uint64(64 - places))


def disagreement(left: Words, right: Words) -> Floats:
    """Standard normal deviate, shape (64,), of how often each bit of ``left`` differs from that of ``right``."""
    return (ones(left ^ right) - len(left) / 2) / math.sqrt(len(left) / 4)


def two_sided(upper_tail: float) -> float:
    """Two-sided p-value from the chance of a statistic at least as large."""
    return min(1.0, 2.0 * min(upper_tail, 1.0 - upper_tail))


def normal_p(value: float, mean: float, variance: float) -> float:
    """Two-sided p-value of a normal statistic."""
    return float(2.0 * stats.norm.sf(abs(value - mean) / math.sqrt(variance)))


def chi_square(observed: NDArray[np.integer], expected: Floats | float) -> float:
    """Two-sided p-value of Pearson's chi-square over cells that sum to the same total."""
    statistic = float(((observed - expected) ** 2 / expected).sum())
    return two_sided(float(stats.chi2.sf(statistic, observed.size - 1)))


def poisson_p(count: int, mean: float) -> float:
    """Two-sided p-value of a Poisson count."""
    return float(min(1.0, 2.0 * min(stats.poisson.cdf(count, mean), stats.poisson.sf(count - 1, mean))))


def standardised(rows: Floats) -> Floats:
    """Uniform numbers with mean 0 and variance 1 (the exact ones, not those of the sample)."""
    return (rows - 0.5) * math.sqrt(12.0)


def squares(z: Floats) -> float:
    """Two-sided p-value of the sum of squares of independent standard normal deviates."""
    return two_sided(float(stats.chi2.sf(float((np.asarray(z, dtype=np.float64) ** 2).sum()), np.size(z))))


def correlations(rows: Floats) -> float:
    """Every pair of rows, shape (k, n), of mean 0 and variance 1 is uncorrelated: sum of squares and largest of all.

    Under independence sqrt(n) * r is standard normal for each of the k (k - 1) / 2 pairs; the largest is judged with
    Bonferroni's correction over the pairs, and the smaller p-value of the two looks counts double.
    """
    k, n = rows.shape
    z = np.einsum("ik,jk->ij", rows, rows)[np.triu_indices(k, 1)] / math.sqrt(n)
    return min(1.0, 2.0 * min(squares(z), float(2.0 * len(z) * stats.norm.sf(np.abs(z).max()))))


def lagged(rows: Floats, lag: int) -> float:
    """Rows ``k`` and ``k + lag`` of (rows, n), mean 0 and variance 1, are uncorrelated: sum of squares over all k."""
    return squares((rows[lag:] * rows[:-lag]).sum(axis=1) / math.sqrt(rows.shape[1]))


# checks of one sequence


def cells_of_top_bits(words: Words) -> float:
    """Uniformity: chi-square over 1000 equal cells of (0, 1), 65 words expected in each."""
    return chi_square(np.bincount((uniforms(words) * 1000).astype(np.intp), minlength=1000), len(words) / 1000)


def cells_of_low_bits(words: Words) -> float:
    """Uniformity of the low end: chi-square over the 1024 values of the lowest ten bits."""
    return chi_square(np.bincount((words & np.uint64(1023)).astype(np.intp), minlength=1024), len(words) / 1024)


def kolmogorov_smirnov(words: Words) -> float:
    """The largest distance of the empirical distribution function from the uniform one."""
    return two_sided(float(stats.kstest(uniforms(words), "uniform").pvalue))


def anderson_darling(words: Words) -> float:
    """The squared distance of the distribution functions, weighed towards both ends of (0, 1)."""
    return two_sided(anderson_darling_p(uniforms(words)))


def anderson_darling_p(u: Floats) -> float:
    """Upper tail of the Anderson-Darling statistic of fully specified uniform numbers.

    Asymptotic distribution of Marsaglia & Marsaglia 2004 (doi 10.18637/jss.v009.i02), good to about 1e-6.
    """
    n, ordered = len(u), np.sort(u)
    weights = 2.0 * np.arange(1, n + 1) - 1.0
    z = -n - float((weights * (np.log(ordered) + np.log1p(-ordered[::-1]))).mean())
    if z < 2.0:
        series = np.polyval([-0.00168691, 0.011672, -0.0347962, 0.0649821, 0.247105, 2.00012], z)
        below = math.exp(-1.2337141 / z) / math.sqrt(z) * series
    else:
        below = math.exp(-math.exp(np.polyval([-0.0003146, 0.008056, -0.082433, 0.43424, -2.30695, 1.0776], z)))
    return 1.0 - below


def bit_balance(words: Words) -> float:
    """Each of the 64 bits is one in half of the words: sum of 64 squared normal deviates."""
    return squares(disagreement(words, np.zeros_like(words)))


def bit_pairs(words: Words) -> float:
    """No two of the 64 bits of a word go together: all 2016 pairs of bits."""
    halfway = disagreement(words, rotated(words, 32))[:32]
    return squares(np.append([disagreement(words, rotated(words, k)) for k in range(1, 32)], halfway))


def bits_of_neighbours(words: Words) -> float:
    """No bit of a word goes with any bit of the next: all 4096 pairs of bits."""
    following = [words[1:], *(rotated(words[1:], places) for places in range(1, 64))]
    return squares(np.array([disagreement(words[:-1], each) for each in following]))


def pairs_on_a_grid(words: Words) -> float:
    """Serial test in two dimensions: pairs of successive numbers on a 32 x 32 grid, 32 pairs expected in each cell."""
    return _grid(uniforms(words), 2, 32)


def triples_on_a_grid(words: Words) -> float:
    """Serial test in three dimensions: triples of successive numbers on a 10 x 10 x 10 grid, 22 expected in each."""
    return _grid(uniforms(words), 3, 10)


def triples_of_low_bits(words: Words) -> float:
    """Serial test in three dimensions of the lowest three bits: 512 cells, 43 triples expected in each."""
    return _grid((words & np.uint64(7)).astype(np.float64) / 8.0, 3, 8)


def _grid(u: Floats, dimensions: int, cells: int) -> float:
    tuples = len(u) // dimensions
    places = (u[: tuples * dimensions] * cells).astype(np.intp).reshape(tuples, dimensions)
    index = places @ cells ** np.arange(dimensions)
    return chi_square(np.bincount(index, minlength=cells**dimensions), tuples / cells**dimensions)


def lag_correlations(words: Words) -> float:
    """No correlation with the number 1, 2, ..., 48 places before: sum of 48 squared normal deviates."""
    x = standardised(uniforms(words))
    return squares(np.array([(x[lag:] * x[:-lag]).sum() / math.sqrt(len(x) - lag) for lag in range(1, 49)]))


def spectrum(words: Words) -> float:
    """No period: the largest of 32767 ordinates of the periodogram, each exponential under independence."""
    x = standardised(uniforms(words))
    power = np.abs(np.fft.rfft(x)[1:-1]) ** 2 / len(x)
    return two_sided(float(-np.expm1(len(power) * np.log1p(-np.exp(-power.max())))))


def runs_about_the_middle(words: Words) -> float:
    """Runs of numbers on one side of 1/2: each of the n - 1 steps changes sides with chance 1/2."""
    high = uniforms(words) > 0.5
    changes = int((high[1:] != high[:-1]).sum())
    return normal_p(changes, (len(high) - 1) / 2, (len(high) - 1) / 4)


def runs_up_and_down(words: Words) -> float:
    """Rising and falling runs: (2 n - 1) / 3 in the mean with variance (16 n - 29) / 90."""
    rising = np.diff(uniforms(words)) > 0
    runs = 1 + int((rising[1:] != rising[:-1]).sum())
    n = len(words)
    return normal_p(runs, (2 * n - 1) / 3, (16 * n - 29) / 90)


def gaps(words: Words) -> float:
    """Gaps between visits to (0, 0.1) are geometric: chi-square over lengths 0..39 and longer."""
    visits = np.flatnonzero(uniforms(words) < 0.1)
    lengths = np.minimum(np.diff(visits) - 1, 40)
    if not len(lengths):
        return 0.0
    chances = 0.1 * 0.9 ** np.arange(41)
    chances[-1] = 0.9**40
    return chi_square(np.bincount(lengths, minlength=41), len(lengths) * chances)


def orders_of_five(words: Words) -> float:
    """Permutation test: the 120 orders of five successive numbers are equally likely, 109 expected of each."""
    groups = uniforms(words)[: len(words) // 5 * 5].reshape(-1, 5)
    smaller_later = (groups[:, :, None] > groups[:, None, :]) & np.triu(np.ones((5, 5), dtype=bool), 1)
    index = smaller_later.sum(axis=2) @ np.array([24, 6, 2, 1, 0])
    return chi_square(np.bincount(index, minlength=120), len(groups) / 120)


def largest_of_eight(words: Words) -> float:
    """Maximum of eight: its eighth power is uniform (Kolmogorov-Smirnov on 8192 groups)."""
    largest = uniforms(words).reshape(-1, 8).max(axis=1)
    return two_sided(float(stats.kstest(largest**8, "uniform").pvalue))


def birthday_spacings(words: Words) -> float:
    """Equal spacings between 4096 sorted birthdays in a year of 2**32 days, 16 years: Poisson with mean 64.

    Taken from the lower 32 bits, where weak multipliers show first.
    """
    days = np.sort((words & np.uint64(2**32 - 1)).reshape(-1, 4096), axis=1)
    spacings = np.sort(np.diff(days, axis=1), axis=1)
    return poisson_p(int((np.diff(spacings, axis=1) == 0).sum()), len(days) * 4096**3 / 2**34)


def collisions(words: Words) -> float:
    """16,384 balls thrown into 2**22 urns by the top bits, four times: about 128 collisions, close to Poisson."""
    urns = np.sort((words >> np.uint64(42)).reshape(-1, 2**14), axis=1)
    occupied = 2**22 * -math.expm1(2**14 * math.log1p(-(2.0**-22)))
    return poisson_p(int((np.diff(urns, axis=1) == 0).sum()), len(urns) * (2**14 - occupied))


def matrix_rank(words: Words) -> float:
    """Ranks over GF(2) of 512 matrices of 64 x 64 bits: chi-square over full rank, one less and below."""
    lost = np.minimum(64 - binary_rank(words[: 2**15].reshape(-1, 64)), 2)
    full = math.prod(1.0 - 2.0**-k for k in range(1, 65))
    # chance that a random square matrix lacks r ranks, in the limit of large matrices
    chances = [full * 2.0 ** -(r * r) / math.prod((1.0 - 2.0**-k) ** 2 for k in range(1, r + 1)) for r in range(2)]
    chances.append(1.0 - sum(chances))
    return chi_square(np.bincount(lost, minlength=3), len(lost) * np.array(chances))


def binary_rank(rows: Words) -> NDArray[np.intp]:
    """Rank over GF(2) of each matrix; ``rows`` has shape (matrices, rows), a word being a row of 64 bits."""
    rows = rows.copy()
    matrices, everyone = len(rows), np.arange(len(rows))
    rank = np.zeros(matrices, dtype=np.intp)
    for bit in range(64):
        has = (rows >> np.uint64(bit)) & np.uint64(1) == 1
        candidate = has & (np.arange(rows.shape[1]) >= rank[:, None])
        pivot = candidate.argmax(axis=1)
        found = candidate[everyone, pivot]
        at, to = everyone[found], rank[found]
        chosen = rows[at, pivot[found]]
        rows[at, pivot[found]] = rows[at, to]
        rows[at, to] = 0
        clear = (rows[at] >> np.uint64(bit)) & np.uint64(1) == 1
        rows[at] ^= np.where(clear, chosen[:, None], np.uint64(0))
        rows[at, to] = chosen
        rank += found
    return rank


def weights(words: Words) -> float:
    """The number of ones in a word is binomial (64, 1/2): chi-square over 21 classes."""
    return _binomial(np.bitwise_count(words))


def weights_of_differences(words: Words) -> float:
    """Two neighbours differ in half of their bits, as if unrelated: the same for the exclusive or of pairs."""
    return _binomial(np.bitwise_count(words[0::2] ^ words[1::2]))


def _binomial(counts: NDArray[np.integer]) -> float:
    clipped = np.clip(counts.astype(np.intp), 22, 42) - 22
    chances = stats.binom.pmf(np.arange(22, 43), 64, 0.5)
    chances[0], chances[-1] = stats.binom.cdf(22, 64, 0.5), stats.binom.sf(41, 64, 0.5)
    return chi_square(np.bincount(clipped, minlength=21), len(clipped) * chances)


def weights_of_neighbours(words: Words) -> float:
    """A word with many ones is not followed by one with many or few: correlation of the counts."""
    counts = (np.bitwise_count(words).astype(np.float64) - 32.0) / 4.0
    return normal_p(float((counts[:-1] * counts[1:]).sum()), 0.0, len(counts) - 1)


def parity(words: Words) -> float:
    """Even and odd words come as eight coin flips do: chi-square over the 256 patterns of eight parities."""
    odd = (np.bitwise_count(words) & 1).astype(np.intp).reshape(-1, 8)
    return chi_square(np.bincount(odd @ 2 ** np.arange(8), minlength=256), len(odd) / 256)


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        cells_of_top_bits,
        cells_of_low_bits,
        kolmogorov_smirnov,
        anderson_darling,
        bit_balance,
        bit_pairs,
        bits_of_neighbours,
        pairs_on_a_grid,
        triples_on_a_grid,
        triples_of_low_bits,
        lag_correlations,
        spectrum,
        runs_about_the_middle,
        runs_up_and_down,
        gaps,
        orders_of_five,
        largest_of_eight,
        birthday_spacings,
        collisions,
        matrix_rank,
        weights,
        weights_of_differences,
        weights_of_neighbours,
        parity,
    )
}


def p_values(cube: Cube, along: Iterable[str] = SEQUENCES) -> dict[tuple[str, str], float]:
    """p-value of every check on every sequence named, by (sequence, check)."""
    found = {}
    for name in along:
        words = SEQUENCES[name](cube)
        found |= {(name, check): test(words) for check, test in CHECKS.items()}
    return found
