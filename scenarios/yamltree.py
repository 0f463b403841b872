"""Strict YAML with its line numbers: text in, a tree of located nodes out, and nothing is ever constructed from it.

PyYAML's safe loader only cuts the text into events here. What a scenario has no use for is refused outright: anchors
and aliases (and so alias bombs), tags, several documents, deep nesting. Numbers follow one small grammar, because YAML
1.1 would quietly read `010` as eight and `1:30` as ninety.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from yaml.reader import Reader

from scenarios.errors import Place, Report, fail

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: same events, slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

DEEPEST = 12
LONGEST_KEY = 100
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*(_[0-9]{3})*)\Z")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}
_BOOLEANS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_NULLS = {"", "~", "null"}


@dataclass(frozen=True)
class Scalar:
    """One value: `value` as YAML reads it (None, bool, int, float or str) and `text` as it stands in the file."""

    value: bool | int | float | str | None
    text: str
    place: Place
    quoted: bool = False


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class Mapping:
    """A mapping: each key with the place where the key stands and its node, in file order."""

    entries: dict[str, tuple[Place, Node]]
    place: Place


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(text: str, where: str, report: Report, *, numbered: bool = True, loader: Any = _Loader) -> Node:
    """Read one YAML document.

    Args:
        text: the whole document.
        where: name used in messages, a file name or `--set`.
        report: takes the faults after which reading can go on (a key given twice).
        numbered: False leaves line numbers out of messages, for text that does not come from a file.
        loader: PyYAML's safe loader, with or without libyaml.

    Raises:
        ScenarioError: broken YAML, an anchor, an alias, a tag, a second document, too deep nesting,
            a key that is no word.
    """
    odd = Reader.NON_PRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        place = Place(where, line if numbered else None)
        raise fail(place, "yaml", f"not readable as YAML: unprintable character {odd.group()!r}")
    return _Reader(where, report, numbered, loader(text)).document()


class _Reader:
    """Builds nodes from the events of one document."""

    def __init__(self, where: str, report: Report, numbered: bool, events: Any) -> None:
        self.where = where
        self.report = report
        self.numbered = numbered
        self.events = events

    def document(self) -> Node:
        try:
            self._next()  # the stream starts
            if isinstance(self._next(), yaml.StreamEndEvent):
                return Scalar(None, "", self._at(0, 0))
            root = self._node(self._next(), 0, "")
            self._next()  # the document ends
            after = self._next()
            if not isinstance(after, yaml.StreamEndEvent):
                raise fail(self._place(after), "documents", "a second YAML document starts here; one file holds one")
            return root
        finally:
            self.events.dispose()

    def _next(self) -> Any:
        try:
            return self.events.get_event()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._at(mark.line, mark.column) if mark else self._at(0, 0)
            reason = error.problem or error.context or "broken"
            raise fail(place, "yaml", f"not readable as YAML: {reason}") from None
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            raise fail(self._at(0, 0), "yaml", f"not readable as YAML: {error}") from None

    def _at(self, line: int, column: int) -> Place:
        return Place(self.where, line + 1, column + 1) if self.numbered else Place(self.where)

    def _place(self, event: Any) -> Place:
        return self._at(event.start_mark.line, event.start_mark.column)

    def _node(self, event: Any, depth: int, path: str) -> Node:
        place = self._place(event)
        if isinstance(event, yaml.AliasEvent):
            raise fail(place, "alias", f"alias *{event.anchor}: aliases are not allowed; write the value out")
        if event.anchor is not None:
            raise fail(place, "alias", f"anchor &{event.anchor}: anchors are not allowed; write the value out")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise fail(place, "tag", f"tag {tag}: tags are not allowed; write the plain value")
        if depth > DEEPEST:
            raise fail(place, "depth", f"nested deeper than {DEEPEST} levels")
        if isinstance(event, yaml.ScalarEvent):
            quoted = bool(event.style)  # libyaml gives an empty style where PyYAML gives None
            return Scalar(event.value if quoted else _value(event.value), event.value, place, quoted)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(item := self._next(), yaml.SequenceEndEvent):
                items.append(self._node(item, depth + 1, f"{path}[{len(items)}]"))
            return Sequence(tuple(items), place)
        return Mapping(self._entries(depth, path), place)

    def _entries(self, depth: int, path: str) -> dict[str, tuple[Place, Node]]:
        entries: dict[str, tuple[Place, Node]] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1, path)
            word = key.text if isinstance(key, Scalar) else ""
            if not 0 < len(word) <= LONGEST_KEY:
                raise fail(key.place, "key", f"a key must be a word of at most {LONGEST_KEY} characters")
            name = f"{path}.{word}" if path else word
            value = self._node(self._next(), depth + 1, name)
            if word in entries:
                first = entries[word][0].line
                what = "key given twice" if first is None else f"key given twice, first in line {first}"
                self.report.add(key.place, "duplicate", what, key=name)
            else:
                entries[word] = (key.place, value)
        return entries


def plain(text: str) -> Any:
    """What a file of our own says, as dicts, lists and scalars; files of others go through :func:`parse`."""
    return yaml.load(text, _Loader)


def _value(text: str) -> bool | int | float | str | None:
    """What an unquoted scalar means."""
    word = text.lower()
    if word in _NULLS:
        return None
    if word in _BOOLEANS:
        return _BOOLEANS[word]
    if _INTEGER.match(text) and len(text) <= 18:
        return int(text)
    if _INTEGER.match(text) or _FLOAT.match(text):
        return float(text)
    return float(_NOT_FINITE[word]) if word in _NOT_FINITE else text
