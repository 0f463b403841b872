"""From a name, a file or a text to a resolved specification: read, follow the parents, check, apply overrides."""

from __future__ import annotations

import math
import stat
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from numbers import Real
from pathlib import Path
from typing import NoReturn, TypeAlias

from scenarios.checks import bilingual, known, raw, slug, text
from scenarios.errors import Place, Problem, Report, ScenarioError, fail, nearest, shown
from scenarios.evidence import Evidence
from scenarios.fields import Dated
from scenarios.frozen import FrozenDict
from scenarios.layer import ELSEWHERE, Layer, Value, check_sums, joined
from scenarios.parameters import parameters
from scenarios.schema import FIELDS
from scenarios.specification import SCHEMA, Specification
from scenarios.yamltree import Mapping, Node, Scalar, Sequence, parse

LARGEST_FILE = 256 * 1024
MOST_PARENTS = 16
SET = "--set"

_KEYS = ("schema", "name", "parent", "title", "summary", "setting", "levers", "past", "parameters", "evidence")
_SECTIONS = ("setting", "levers", "parameters")
_SUFFIXES = (".yaml", ".yml")
_LIBRARY = resources.files("scenarios").joinpath("library")

Overrides: TypeAlias = Dictionary[str, object]


def shipped() -> tuple[str, ...]:
    """The names of the scenarios that come with the program, each a file of its own, in alphabetical order.

    Plans of a grid (`grids`) and offices of the national table (`national`) have names too, and `load` knows them.
    """
    names = (entry.name for entry in _LIBRARY.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def load(scenario: str | Path, overrides: Overrides | None = None) -> Specification:
    """Resolve a scenario.

    Args:
        scenario: name of a shipped scenario, or path of a `.yaml` file.
        overrides: dotted path to value (`{"levers.funding.annual_budget_idr": "0"}`), as text or as a value.

    Raises:
        ScenarioError: one line that names what is wrong, where, what is allowed and the nearest known word.
    """
    asked = str(scenario)
    if isinstance(scenario, Path) or _is_path(asked):
        found = _from_file(Path(scenario), ())
    else:
        found = _named(asked) or _unknown(asked)
    return override(found, overrides) if overrides else found


def _named(name: str, trail: tuple[str, ...] = ()) -> Specification | None:
    """A scenario that comes with the program: a file of its own, a plan of a grid, an office of the national table."""
    from scenarios.grids import plan
    from scenarios.nation import office

    return _from_library(name, trail) if name in shipped() else plan(name) or office(name)


def _unknown(asked: str) -> NoReturn:
    from scenarios.grids import GRIDS, grid
    from scenarios.nation import NATIONAL, names

    many = {**{name: tuple(grid(name)) for name in (GRIDS if asked in GRIDS else ())}, NATIONAL: names()}
    if asked in many:
        what = f"holds {len(many[asked])} scenarios; name one of them"
        raise ScenarioError(Problem(Place("scenario"), "many", what, asked, None, many[asked][0]))
    near = nearest(asked, (*shipped(), *GRIDS, *names()))
    what = "unknown scenario; `pokmas scenarios list` names them all, a file of your own ends in .yaml"
    raise ScenarioError(Problem(Place("scenario"), "unknown-scenario", what, shown(asked), None, near))


def from_text(content: str | bytes, where: str = "scenario.yaml", overrides: Overrides | None = None) -> Specification:
    """Resolve a scenario that is not a file here: an upload, an address. Its parent can only be a shipped scenario.

    Raises:
        ScenarioError: as `load`.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    found = _Source(where, data, None, ()).resolve()
    return override(found, overrides) if overrides else found


def override(spec: Specification, overrides: Overrides) -> Specification:
    """The specification with some values replaced; every check of a file applies, and the past stays as it was.

    Args:
        spec: a resolved scenario; it stays as it is.
        overrides: dotted path (`setting.clients`, `levers...`, `parameters...`) to text in YAML or to a value.

    Raises:
        ScenarioError: the message names `--set` and the path.
    """
    report, layer = Report(), Layer()
    for path, value in overrides.items():
        try:
            node = _node(value, report)
        except ScenarioError as error:
            problem = error.problem
            report.problems.append(replace(problem, key=path, value=shown(value)))
            continue
        layer.read(path, Place(SET), node, spec.values, report)
    report.raise_first()
    return joined(spec, layer, report)


def _node(value: object, report: Report) -> Node:
    """A value of an override as a located node: text is read as YAML, other values stand for themselves."""
    place = Place(SET)
    if isinstance(value, str):
        if len(value) > LARGEST_FILE:
            raise fail(place, "size", f"larger than {LARGEST_FILE // 1024} KB")
        return parse(value, SET, report, numbered=False)
    if isinstance(value, bool) or value is None:
        return Scalar(value, str(value), place)
    if isinstance(value, Real):
        return _number(value, place)
    if isinstance(value, Dictionary):
        return Mapping({str(key): (place, _node(below, report)) for key, below in value.items()}, place)
    if isinstance(value, list | tuple):
        return Sequence(tuple(_node(item, report) for item in value), place)
    raise fail(place, "type", "must be a number, a text or a mapping")


def _number(value: Real, place: Place) -> Scalar:
    try:
        return Scalar(float(value), f"{value}", place)
    except (OverflowError, ValueError):  # an integer beyond every float
        return Scalar(math.inf, "inf", place)


def _is_path(asked: str) -> bool:
    return asked.endswith(_SUFFIXES) or "/" in asked or "\\" in asked


@lru_cache(maxsize=256)
def _from_library(name: str, trail: tuple[str, ...] = ()) -> Specification:
    data = _LIBRARY.joinpath(f"{name}.yaml").read_bytes()
    return _Source(f"{name}.yaml", data, None, (*trail, name)).resolve()


def _from_file(path: Path, trail: tuple[str, ...]) -> Specification:
    return _Source(str(path), _read(path), path.parent, (*trail, _identity(path))).resolve()


def _identity(path: Path) -> str:
    try:
        return str(path.resolve())
    except (OSError, ValueError, RuntimeError):
        return str(path)


def _read(path: Path) -> bytes:
    """The bytes of a scenario file, at most one more than allowed."""
    place = Place(str(path))
    if not str(path).endswith(_SUFFIXES):
        raise fail(place, "file", "a scenario file ends in .yaml")
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise fail(place, "file", "not a file")
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise fail(place, "file", "no such file") from None
    except ScenarioError:
        raise
    except OSError as error:
        raise fail(place, "file", f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise fail(place, "file", "cannot be read: a path holds no null byte") from None


def _decoded(data: bytes, where: str) -> str:
    if len(data) > LARGEST_FILE:
        raise fail(Place(where), "size", f"larger than {LARGEST_FILE // 1024} KB; a scenario is a short text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fail(Place(where, line), "encoding", "not UTF-8 text; save the file with encoding UTF-8") from None


@dataclass
class _Source:
    """One scenario text on its way to a specification."""

    where: str
    data: bytes
    folder: Path | None
    trail: tuple[str, ...]

    def resolve(self) -> Specification:
        report = Report()
        root = parse(_decoded(self.data, self.where), self.where, report)
        if not isinstance(root, Mapping):
            empty = isinstance(root, Scalar) and root.value is None
            found = "the file is empty" if empty else f"not {shown(raw(root))}"
            raise fail(root.place, "type", f"a scenario is a mapping of {', '.join(_KEYS)}; {found}")
        entries = known(root, _KEYS, "", report, ELSEWHERE)
        _check_schema(entries.get("schema"), root, report)
        name = slug(entries["name"], "name", report) if "name" in entries else None
        if "name" not in entries:
            report.add(root.place, "missing", "a scenario needs a name", key="name")
        parent = self._parent(entries["parent"], report) if "parent" in entries else None
        title = bilingual(entries["title"], "title", report) if "title" in entries else None
        summary = _summary(entries.get("summary"), report)
        layer, past = Layer(), Layer()
        for section in _SECTIONS:
            if section in entries:
                before = parent.values if parent else FrozenDict[str, Value]()
                layer.read(section, root.entries[section][0], entries[section], before, report)
        if "past" in entries:
            if "parent" in entries:
                what = "only a scenario without a parent writes its past; this one has the past of its root"
                report.add(root.entries["past"][0], "past", what, key="past")
            else:
                past.read_plain(entries["past"], "past", report)
        if "evidence" in entries:
            layer.read_evidence(entries["evidence"], report)
        report.raise_first()
        assert name is not None
        base = parent or _nothing(layer, root, report)
        title = title or FrozenDict({"id": name, "en": name})
        whole = joined(base, layer, report)
        if parent is None:
            whole = replace(whole, past=_past(whole, past, report))
        return replace(whole, name=name, title=title, summary=summary, parent=parent.name if parent else None)

    def _parent(self, node: Node, report: Report) -> Specification | None:
        asked = text(node, "parent", report)
        if asked is None:
            return None
        path = self.folder / asked if self.folder is not None and _is_path(asked) else None
        identity = asked if path is None else _identity(path)
        if identity in self.trail:
            round_trip = (*self.trail[self.trail.index(identity) :], identity)
            circle = " -> ".join(Path(step).name for step in round_trip)
            report.add(node.place, "cycle", f"the parents go round in a circle: {circle}", key="parent", value=asked)
        elif len(self.trail) >= MOST_PARENTS:
            report.add(node.place, "cycle", f"more than {MOST_PARENTS} parents in a row", key="parent", value=asked)
        elif path is not None and not _exists(path):
            report.add(node.place, "unknown-parent", "unknown parent: no such file", key="parent", value=asked)
        elif path is not None:
            return _from_file(path, self.trail)
        elif (found := _named(asked, self.trail)) is not None:
            return found
        else:
            what = "unknown parent; `pokmas scenarios list` names the shipped ones"
            near = nearest(asked, shipped())
            report.add(node.place, "unknown-parent", what, key="parent", value=asked, near=near)
        return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _check_schema(node: Node | None, root: Mapping, report: Report) -> None:
    if node is None:
        report.add(root.place, "missing", f"a scenario starts with schema: {SCHEMA}", key="schema")
    elif not isinstance(node, Scalar) or node.quoted or isinstance(node.value, bool) or node.value != SCHEMA:
        what = f"this version reads schema {SCHEMA}"
        report.add(node.place, "schema", what, key="schema", value=raw(node))


def _summary(node: Node | None, report: Report) -> FrozenDict[str, str]:
    found = None if node is None else bilingual(node, "summary", report)
    return found or FrozenDict({"id": "", "en": ""})


def _nothing(layer: Layer, root: Mapping, report: Report) -> Specification:
    """The start of a root scenario: no values yet, every parameter at its central value."""
    for path in FIELDS:
        if path not in layer.values:
            what = "missing; a scenario without a parent sets every key"
            report.add(_where_missing(path, root), "missing", what, key=path)
    report.raise_first()
    nothing = FrozenDict[str, str]()
    central = FrozenDict({name: parameter.value for name, parameter in parameters().items()})
    empty, none = FrozenDict[str, Value](), FrozenDict[str, Evidence]()
    return Specification("", nothing, nothing, None, empty, FrozenDict[str, float](), central, frozenset(), none)


def _past(root: Specification, written: Layer, report: Report) -> FrozenDict[str, float]:
    """What held before the run: what the root writes under `past`, else its levers before any dated change."""
    start = {path: lever.value for path, lever in root.values.items() if isinstance(lever, Dated)}
    past = FrozenDict({**start, **written.plain})
    check_sums({**root.values, **past}, written.places, report, levers="past")
    report.raise_first()
    return past


def _where_missing(path: str, root: Mapping) -> Place:
    """The line of the innermost mapping in which a key is missing."""
    place, here = root.place, root
    for name in path.split("."):
        if name not in here.entries:
            break
        place, below = here.entries[name]
        if not isinstance(below, Mapping):
            break
        here = below
    return place
