"""Which points a sweep visits: a grid, a list, a Latin hypercube or a Sobol sequence, and the plan as a file.

A plan is a table, one row a design point and one column a key of the scenario, kept as text exactly as ``--set`` takes
it: what stands in the file is what is run.
"""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from experiments.errors import ExperimentError
from experiments.exports import check_ending, write_bytes

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

Design = Literal["grid", "list", "lhs", "sobol"]

POINTS = (1, 1_000_000)
"""Design points that a plan can hold."""

SAMPLED = ("lhs", "sobol")

POINT = "point"
"""Column of a plan that numbers its rows; it may be left out."""

FINEST = 2**53
"""Steps into which a range is divided: as many as a number from 0 to 1 can tell apart."""

OPENING, CLOSING = "[{(", "]})"

NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*(e[-+]?\d+)?", re.IGNORECASE)
"""A value that is meant as a number, however its thousands and decimals are set apart."""


@dataclass(frozen=True)
class Plan:
    """Design points.

    Attributes:
        keys: Dotted paths that vary.
        points: For each point, the value of each key as text.
    """

    keys: tuple[str, ...]
    points: tuple[tuple[str, ...], ...]

    def __iter__(self) -> Iterator[dict[str, str]]:
        return (dict(zip(self.keys, values, strict=True)) for values in self.points)

    def __len__(self) -> int:
        return len(self.points)


def parse_vary(
    texts: Sequence[str], form: str = "KEY=1,2,3 for grid and list, KEY=LOW:HIGH for lhs and sobol"
) -> dict[str, str]:
    """Return what follows ``=`` in each ``--vary KEY=VALUES``, by key; a key alone is a parameter over its own range.

    Args:
        texts: What was written.
        form: How it should be, for whoever wrote something else.

    Raises:
        ExperimentError: There is no key, or one comes twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        key, equals, values = (part.strip() for part in text.partition("="))
        if not key or (equals and not values):
            raise ExperimentError(f"--vary {text}: write {form}")
        if key in found:
            raise ExperimentError(f"--vary {key}: given twice; give it once")
        found[key] = values
    return found


def count(vary: Mapping[str, str], design: Design, points: int | None) -> int:
    """Return how many points a design has, without making them.

    Raises:
        ExperimentError: As :func:`plan`.
    """
    _check(vary, design, points)
    if design in SAMPLED:
        return points or 0
    sizes = [len(listed(key, values)) for key, values in vary.items()]
    return math.prod(sizes) if design == "grid" else sizes[0]


def plan(vary: Mapping[str, str], design: Design = "grid", points: int | None = None, seed: int = 1) -> Plan:
    """Make the points of a design.

    Args:
        vary: For each key its values ``"1,2,3"`` (grid: every combination; list: first with first, second with second)
            or its range ``"low:high"`` (lhs, sobol). A parameter with an empty text has the range of its evidence.
        design: ``"grid"``, ``"list"``, ``"lhs"`` or ``"sobol"``.
        points: How many, for lhs and sobol; a power of two for sobol.
        seed: Seed of the experiment, for lhs and sobol.

    Raises:
        ExperimentError: No keys, values where a range is wanted or the other way round, lists of different lengths,
            a number of points that does not fit.
    """
    if not POINTS[0] <= count(vary, design, points) <= POINTS[1]:
        raise ExperimentError(f"sweep: {count(vary, design, points):,} points; a plan holds {POINTS[1]:,} at most")
    if design in SAMPLED:
        return Plan(tuple(vary), tuple(_sampled(vary, design, points or 0, seed)))
    values = [listed(key, each) for key, each in vary.items()]
    return Plan(tuple(vary), tuple(itertools.product(*values) if design == "grid" else zip(*values, strict=True)))


def _check(vary: Mapping[str, str], design: Design, points: int | None) -> None:
    if design not in get_args(Design):
        raise ExperimentError(f"design: '{design}' is not known; allowed: {', '.join(get_args(Design))}")
    if not vary:
        raise ExperimentError("sweep: nothing varies; give --vary KEY=VALUES or --plan FILE.csv")
    if design not in SAMPLED:
        if points is not None:
            raise ExperimentError(f"points: a {design} has as many points as its values make; leave --points out")
        for key, values in vary.items():
            _check_values(key, values, design)
        sizes = {key: len(listed(key, values)) for key, values in vary.items()}
        if design == "list" and len(set(sizes.values())) > 1:
            told = ", ".join(f"{key} has {size}" for key, size in sizes.items())
            raise ExperimentError(f"--design list: every key needs as many values as the others, but {told}")
        return
    if points is None or points < 1:
        given = "not given" if points is None else f"{points} is not allowed"
        raise ExperimentError(f"points: {given}; --design {design} needs --points N, for instance 64")
    if design == "sobol" and points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        raise ExperimentError(f"points: {points} is no power of two, as sobol needs; take {below} or {2 * below}")


def _check_values(key: str, values: str, design: Design) -> None:
    example = f"{key}=1,2,3"
    if not values:
        raise ExperimentError(f"--vary {key}: no values; a {design} takes them with commas, for instance {example}")
    if _ends(values) is not None:
        raise ExperimentError(f"--vary {key}={values}: a range needs --design lhs or sobol; a {design} takes {example}")


def listed(key: str, values: str) -> list[str]:
    """Split what a key takes, such as ``"a,b,{c: 1, d: 2}"``, at the commas outside brackets.

    Raises:
        ExperimentError: A value is empty.
    """
    parts, depth = [""], 0
    for sign in values:
        depth += (sign in OPENING) - (sign in CLOSING)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    parts = [part.strip() for part in parts]
    if not all(parts):
        raise ExperimentError(f"--vary {key}={values}: has an empty value; write for instance {key}=1,2,3")
    return parts


def _sampled(vary: Mapping[str, str], design: Design, points: int, seed: int) -> Iterator[tuple[str, ...]]:
    from scipy.stats import qmc

    ranges = [range_of(key, values) for key, values in vary.items()]
    engine = (
        qmc.LatinHypercube(d=len(vary), seed=seed)
        if design == "lhs"
        else qmc.Sobol(d=len(vary), scramble=True, seed=seed)
    )
    for row in engine.integers(0, u_bounds=FINEST, n=points) / FINEST:
        yield tuple(_value(key, u, *ends) for u, key, ends in zip(row, vary, ranges, strict=True))


def range_of(key: str, values: str) -> tuple[float, float]:
    """Return the ends of the range that is written for a key; without one, those of a parameter's evidence.

    Raises:
        ExperimentError: It is no range, or none that the key can take.
    """
    from scenarios import parameters

    parameter = parameters().get(key.removeprefix("parameters."))
    if not values and key.startswith("parameters.") and parameter is not None:
        return parameter.low, parameter.high
    if (ends := _ends(values)) is not None:
        if _is_whole(key) and math.ceil(ends[0]) > math.floor(ends[1]):
            raise ExperimentError(f"--vary {key}={values}: no whole number lies there, and {key} takes no other")
        return ends
    told = f"{key}={values}" if values else key
    low, high = _allowed(key)
    raise ExperimentError(f"--vary {told} needs a range LOW:HIGH, for instance {key}={low:g}:{min(high, low + 10):g}")


def _ends(values: str) -> tuple[float, float] | None:
    """The ends of ``"low:high"``; None where it is no range."""
    low, _, high = values.partition(":")
    try:
        ends = float(low), float(high)
    except ValueError:
        return None
    return ends if -math.inf < ends[0] <= ends[1] < math.inf else None


def _allowed(key: str) -> tuple[float, float]:
    """The range of a key; of one that is none, any."""
    from scenarios import FIELDS, Parameter, Quantity, parameters

    declared = FIELDS.get(key) or parameters().get(key.removeprefix("parameters."))
    return (declared.low, declared.high) if isinstance(declared, Quantity | Parameter) else (0.0, math.inf)


def _is_whole(key: str) -> bool:
    """Whether the scenario wants a whole number."""
    from scenarios import FIELDS, Quantity

    field = FIELDS.get(key)
    return isinstance(field, Quantity) and field.whole


def _value(key: str, part: float, low: float, high: float) -> str:
    """What lies so far into a range (0 its beginning, below 1), as text; of whole numbers each has the same weight."""
    if not _is_whole(key):
        return repr(float(low + part * (high - low)))
    first, last = math.ceil(low), math.floor(high)
    return str(first + math.floor(part * (last - first + 1)))


def write_plan(plan: Plan, out: str | os.PathLike[str]) -> None:
    """Write a plan as CSV with commas and decimal points.

    Raises:
        ExperimentError: The file cannot be written, or its name does not end in .csv.
    """
    path = check_ending(out, "write-plan", (".csv",))
    assert path is not None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([POINT, *plan.keys])
    writer.writerows([number, *values] for number, values in enumerate(plan.points, 1))
    write_bytes(text.getvalue().encode(), path, "write-plan")


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Read a plan, with commas and decimal points or, as an Indonesian spreadsheet saves it, ``;`` and decimal commas.

    Beside decimal commas a point sets thousands apart for one reader and decimals for another, so it is refused there.

    Raises:
        ExperimentError: The file cannot be read or is no plan; the message names the line.
    """
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not UTF-8 text").lower()
        raise ExperimentError(f"plan: '{path}' cannot be read ({reason})") from error
    semicolons = ";" in text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if semicolons else ",")
    try:
        rows = list(reader)
    except csv.Error as error:
        raise ExperimentError(f"{path}:{reader.line_num}: no line of a table ({error})") from error
    heads = [head.strip() for head in rows[0]] if rows else []
    keys = [head for head in heads if head != POINT]
    if not keys or not all(keys) or len(set(heads)) < len(heads):
        raise ExperimentError(f"{path}:1: a plan begins with a line of keys, each once, for instance setting.clients")
    points = []
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        values = dict(zip(heads, (cell.strip() for cell in row), strict=False))
        if len(row) != len(heads):
            raise ExperimentError(f"{path}:{line}: {len(row)} values, but {len(heads)} wanted, one under each key")
        if empty := [key for key in keys if not values[key]]:
            raise ExperimentError(f"{path}:{line}: {empty[0]} has an empty value; give one in every line")
        if semicolons and (pointed := [key for key in keys if "." in values[key] and NUMBER.fullmatch(values[key])]):
            raise ExperimentError(
                f"{path}:{line}: {pointed[0]} = {values[pointed[0]]} has a point, but a plan with ; has decimal "
                "commas; write 100000 for a hundred thousand, 0,5 for a half"
            )
        points.append(tuple(_decimal(values[key]) if semicolons else values[key] for key in keys))
    if not POINTS[0] <= len(points) <= POINTS[1]:
        raise ExperimentError(f"{path}: {len(points):,} points; a plan holds {POINTS[0]} to {POINTS[1]:,}")
    return Plan(tuple(keys), tuple(points))


def _decimal(text: str) -> str:
    """A number with a decimal comma as one with a point; anything else as it is."""
    try:
        float(pointed := text.replace(",", "."))
    except ValueError:
        return text
    return pointed
