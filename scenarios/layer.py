"""One layer of differences: what a single file, or one set of overrides, says about setting, levers and parameters.

A layer is flat: dotted path of the leaf to its value, with the place where each was written. So inheritance is an
update of one dictionary by another, and every message can name file and line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias, Union

from scenarios.checks import dated, join, known, number, raw, slug
from scenarios.errors import Place, Report, plain
from scenarios.evidence import Evidence, evidence
from scenarios.fields import Dated, Quantity, Slug
from scenarios.frozen import FrozenDict
from scenarios.parameters import parameters
from scenarios.schema import FIELDS, SUM_TO_ONE, Field
from scenarios.yamltree import Mapping, Node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary

    from scenarios.specification import Specification

Value: TypeAlias = str | int | float | Dated
Tree: TypeAlias = dict[str, Union["Tree", Field]]

NEAR_ONE = 1e-6


@dataclass
class Layer:
    """The differences that one source writes, and where it writes them."""

    values: dict[str, Value] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    plain: dict[str, float] = field(default_factory=dict)
    pinned: dict[str, float] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def read(self, path: str, place: Place, node: Node, before: Dictionary[str, Value], report: Report) -> None:
        """Take what is written at a dotted path, a leaf or a whole branch.

        Args:
            path: `setting`, `levers.funding`, `setting.clients`, `parameters`, `parameters.hazard_ratio_employed` ...
            place: where the key stands.
            node: what is written there.
            before: values of the parent, from which a dated lever may take its start.
            report: takes the faults.
        """
        if path == "parameters" or path.startswith("parameters."):
            self._read_parameters(path, place, node, report)
            return
        branch = _branch(path)
        if branch is None:
            report.add(place, "unknown-key", "unknown key", key=path, word=path, known=addresses())
        elif isinstance(branch, dict):
            self._read_branch(path, branch, node, before, report)
        else:
            value = _leaf(path, branch, node, before.get(path), report)
            if value is not None:
                self.values[path] = value
                self.places[path] = place

    def _read_branch(self, path: str, branch: Tree, node: Node, before: Dictionary[str, Value], report: Report) -> None:
        if not isinstance(node, Mapping):
            report.add(node.place, "type", f"must be a mapping of {', '.join(branch)}", key=path, value=raw(node))
            return
        for name, below in known(node, branch, path, report, ELSEWHERE).items():
            self.read(join(path, name), node.entries[name][0], below, before, report)

    def read_plain(self, node: Node, key: str, report: Report) -> None:
        """Take plain numbers for levers, under the same keys as in `levers`; `key` is the section where they stand."""
        self._read_plain(node, key, "levers", report)

    def _read_plain(self, node: Node, key: str, path: str, report: Report) -> None:
        branch = _branch(path)
        assert isinstance(branch, dict)
        if not isinstance(node, Mapping):
            report.add(node.place, "type", f"must be a mapping of {', '.join(branch)}", key=key, value=raw(node))
            return
        for name, below in known(node, branch, key, report).items():
            declared, at, leaf = branch[name], join(key, name), join(path, name)
            if isinstance(declared, dict):
                self._read_plain(below, at, leaf, report)
            elif isinstance(declared, Quantity) and (value := number(below, declared, at, report)) is not None:
                self.plain[leaf] = value
                self.places[leaf] = node.entries[name][0]

    def _read_parameters(self, path: str, place: Place, node: Node, report: Report) -> None:
        table = parameters()
        if path == "parameters":
            if isinstance(node, Mapping):
                for name, (at, below) in node.entries.items():
                    self._read_parameters(f"parameters.{name}", at, below, report)
            else:
                report.add(node.place, "type", "must be a mapping of parameter names", key=path, value=raw(node))
            return
        name = path.removeprefix("parameters.")
        if name not in table:
            report.add(place, "unknown-parameter", "unknown parameter", key=path, word=name, known=table)
            return
        value = number(node, table[name].quantity, path, report)
        if value is not None:
            self.pinned[name] = value

    def read_evidence(self, node: Node, report: Report) -> None:
        """Take the entries of `evidence`; an entry for a branch stands for every leaf under it."""
        if not isinstance(node, Mapping):
            report.add(node.place, "type", "must be a mapping of dotted paths", key="evidence", value=raw(node))
            return
        for path, (place, below) in node.entries.items():
            leaves = [name for name in FIELDS if name == path or name.startswith(f"{path}.")]
            if not leaves:
                report.add(place, "unknown-key", "unknown key", key=f"evidence.{path}", word=path, known=FIELDS)
            found = evidence(below, f"evidence.{path}", report)
            if found is not None:
                self.evidence.update(dict.fromkeys(leaves, found))


def _leaf(path: str, declared: Field, node: Node, before: Value | None, report: Report) -> Value | None:
    if isinstance(declared, Slug):
        return slug(node, path, report)
    if path.startswith("levers."):
        return dated(node, declared, path, report, before if isinstance(before, Dated) else None)
    value = number(node, declared, path, report)
    return int(value) if value is not None and declared.whole else value


def _tree(paths: Iterable[str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        *branches, leaf = path.split(".")
        here = tree
        for name in branches:
            below = here.setdefault(name, {})
            assert isinstance(below, dict)
            here = below
        here[leaf] = FIELDS[path]
    return tree


TREE: Tree = _tree(FIELDS)
"""The declared leaves as nested dictionaries."""


ELSEWHERE: dict[str, str] = {
    name: ".".join(path.split(".")[: depth + 1])
    for path in reversed(FIELDS)
    for depth, name in reversed(list(enumerate(path.split("."))))
}
"""Full path of every declared name, for a key that was written in the wrong mapping."""


def _branch(path: str) -> Tree | Field | None:
    here: Tree | Field | None = TREE
    for name in path.split("."):
        here = here.get(name) if isinstance(here, dict) else None
    return here


def addresses() -> tuple[str, ...]:
    """Every dotted path of a single value that a scenario can set."""
    return (*FIELDS, *(f"parameters.{name}" for name in parameters()))


def check_sums(
    values: Dictionary[str, Value], written: Dictionary[str, Place], report: Report, *, levers: str = "levers"
) -> None:
    """Report each group of shares that does not sum to 1 in some month, at the first of its leaves in `written`.

    `levers` is the section of the file in which the levers stand: `levers` or `past`.
    """
    for group in SUM_TO_ONE:
        touched = [path for path in group if path in written]
        if not touched:
            continue
        corners = {month for path in group for month in _corners(values[path])}
        for month in sorted(corners):
            levels = {path: _level(values[path], month) for path in group}
            total = math.fsum(levels.values())
            if abs(total - 1) > NEAR_ONE:
                first = min(touched, key=lambda path: (written[path].line or 0, written[path].column))
                others = ", ".join(f"{_last(path)} {plain(levels[path])}" for path in group if path != first)
                when = f" in month {month}" if len(corners) > 1 else ""
                what = f"with {others} the shares sum to {plain(round(total, 9))}{when}; they must sum to 1"
                key = first.replace("levers", levers, 1)
                report.add(written[first], "sum", what, key=key, value=plain(levels[first]))
                break


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _corners(value: Value) -> frozenset[int]:
    return value.corners() if isinstance(value, Dated) else frozenset({0})


def _level(value: Value, month: int) -> float:
    return value.at(month) if isinstance(value, Dated) else float(value)


def frozen_values(values: Dictionary[str, Value]) -> FrozenDict[str, Value]:
    """The values in the order of declaration, so that equal content has one form."""
    return FrozenDict({path: values[path] for path in FIELDS})


def joined(base: Specification, layer: Layer, report: Report) -> Specification:
    """The base with the differences of a layer on top.

    Raises:
        ScenarioError: the report holds a fault, or shares do not sum to 1.
    """
    values = frozen_values({**base.values, **layer.values})
    check_sums(values, layer.places, report)
    report.raise_first()
    kept = {path: entry for path, entry in base.evidence.items() if values[path] == base.values[path]}
    return replace(
        base,
        values=values,
        parameters=FrozenDict({**base.parameters, **layer.pinned}),
        pinned=base.pinned | frozenset(layer.pinned),
        evidence=FrozenDict({**kept, **layer.evidence}),
    )
