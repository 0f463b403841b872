"""A resolved scenario: everything a run needs to know, frozen, with a hash that names its content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

from scenarios.errors import nearest
from scenarios.fields import Dated
from scenarios.schema import Levers, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scenarios.evidence import Evidence
    from scenarios.frozen import FrozenDict
    from scenarios.layer import Value

try:
    from yaml import CSafeDumper as _Dumper
except ImportError:  # PyYAML built without libyaml: same content, slower
    from yaml import SafeDumper as _Dumper  # type: ignore[assignment]

SCHEMA = 1


@dataclass(frozen=True)
class Specification:
    """A scenario after inheritance and overrides.

    Attributes:
        name: short name, for tables and charts; no part of the content.
        title: one line by language (`id`, `en`).
        summary: a few sentences by language; empty texts when none were written.
        parent: name of the scenario from which it differs; None for a root.
        values: every leaf of setting and levers by dotted path (`levers.funding.fixed_share`), in order of declaration.
        past: the number that held before the run for every lever by dotted path. It is what the root sets before any
            dated change; children and overrides change the future, so two futures of the same people share one past.
        parameters: value of every parameter by name, pinned or central.
        pinned: names of the parameters that the scenario sets; these are not drawn.
        evidence: backing of the leaves that still have the value for which it was given.
    """

    name: str
    title: FrozenDict[str, str]
    summary: FrozenDict[str, str]
    parent: str | None
    values: FrozenDict[str, Value]
    past: FrozenDict[str, float]
    parameters: FrozenDict[str, float]
    pinned: frozenset[str]
    evidence: FrozenDict[str, Evidence]

    @cached_property
    def setting(self) -> Setting:
        """Place and people."""
        return Setting.model_validate(_nested(self.values)["setting"])

    @cached_property
    def levers(self) -> Levers:
        """What the planner decides; every leaf is a `Dated` (`levers.funding.fixed_share.at(month)`)."""
        return Levers.model_validate(_nested(self.values)["levers"])

    @cached_property
    def _levers(self) -> dict[str, Dated]:
        return {path.removeprefix("levers."): value for path, value in self.values.items() if isinstance(value, Dated)}

    def lever(self, path: str, month: int) -> float:
        """The value of a lever in a month of the run.

        Args:
            path: without `levers.`, for instance `funding.annual_budget_idr`.
            month: 0 is the first month.

        Raises:
            KeyError: there is no such lever.
        """
        try:
            return self._levers[path].at(month)
        except KeyError:
            raise KeyError(f"no lever {path!r}; nearest: {nearest(path, self._levers)}") from None

    def lever_paths(self) -> tuple[str, ...]:
        """The path of every lever, in order of declaration."""
        return tuple(self._levers)

    def canonical(self) -> dict[str, Any]:
        """The content in one form, ready for JSON: setting, levers, past, parameters, and which parameters are pinned.

        Name and texts are left out. All numbers are floats, a lever without changes is its value alone. The past holds
        only the levers that start the run at another value.
        """
        return {
            **_nested({path: _canonical(value) for path, value in self.values.items()}),
            "past": _nested(self._other_past()),
            "parameters": dict(self.parameters),
            "pinned": sorted(self.pinned),
        }

    def _other_past(self) -> dict[str, float]:
        """What held before the run where the run starts at another value, by path without `levers.`."""
        return {
            path: self.past[f"levers.{path}"]
            for path, lever in self._levers.items()
            if self.past[f"levers.{path}"] != lever.value
        }

    @cached_property
    def hash(self) -> str:
        """16 hexadecimal digits that name the content; equal content has equal hashes."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    def __hash__(self) -> int:
        return hash((self.name, self.hash))

    def to_yaml(self) -> str:
        """The scenario as a file that needs no other file; it loads to the same hash."""
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "name": self.name,
            "title": dict(self.title),
            "summary": dict(self.summary),
            **_nested({path: _plain(value) for path, value in self.values.items()}),
            "past": _nested({path: _short(number) for path, number in self._other_past().items()}),
            "parameters": {name: _short(self.parameters[name]) for name in sorted(self.pinned)},
            "evidence": {path: _entry(backing) for path, backing in self.evidence.items()},
        }
        if not all(self.summary.values()):
            del document["summary"]
        filled = {key: value for key, value in document.items() if value != {}}
        return yaml.dump(filled, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        *branches, leaf = path.split(".")
        here = tree
        for name in branches:
            here = here.setdefault(name, {})
        here[leaf] = value
    return tree


def _canonical(value: Value) -> Any:
    if isinstance(value, Dated):
        if not value.then:
            return value.value
        changes = [[float(change.from_month), change.value, float(change.ramp_months)] for change in value.then]
        return [value.value, changes]
    return value if isinstance(value, str) else float(value)


def _plain(value: Value) -> Any:
    if isinstance(value, Dated):
        if not value.then:
            return _short(value.value)
        return {"value": _short(value.value), "then": [_change(change) for change in value.then]}
    return value if isinstance(value, str) else _short(value)


def _change(change: Any) -> dict[str, float]:
    return {"from_month": change.from_month, "value": _short(change.value), "ramp_months": change.ramp_months}


def _short(number: float) -> float:
    return int(number) if number == int(number) else number


def _entry(backing: Evidence) -> dict[str, Any]:
    entry = {"source": list(backing.source), "grade": backing.grade, "note": dict(backing.note)}
    return {key: value for key, value in entry.items() if value != {}}
