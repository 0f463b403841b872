"""The small checks that every file of this floor shares: a number, a text, a text in both languages, known keys.

Each takes a located node and a `Report`. It returns the plain value, or None after it has reported what is wrong, so
that one reading finds every fault of a file.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING
from unicodedata import category

from scenarios.fields import LAST_MONTH, Change, Dated, Quantity, whole
from scenarios.frozen import FrozenDict
from scenarios.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as Dictionary

    from scenarios.errors import Report

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
LONGEST_SLUG = 64
LONGEST_TEXT = 2000
MOST_CHANGES = 100
LANGUAGES = ("id", "en")

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_MONTH = whole(0, LAST_MONTH, "month", "bulan simulasi", "month of the run")


def raw(node: Node) -> str:
    """A node as a message shows it."""
    if isinstance(node, Scalar):
        return f'"{node.text}"' if node.quoted else node.text
    return "a mapping" if isinstance(node, Mapping) else "a list"


def number(node: Node, quantity: Quantity, key: str, report: Report) -> float | None:
    """A number in the range of `quantity`; whole numbers come back as float too."""
    if not isinstance(node, Scalar):
        report.add(node.place, "type", f"must be {quantity.allowed}", key=key, value=raw(node))
        return None
    value = node.value
    if value is None:
        what, code = f"no value given; must be {quantity.allowed}", "type"
    elif isinstance(value, bool):
        what, code = f"YAML reads this as true or false; must be {quantity.allowed}", "type"
    elif isinstance(value, str):
        what, code = f"{_why_text(node)}; must be {quantity.allowed}", "type"
    elif not math.isfinite(value):
        what, code = f"not a finite number; must be {quantity.allowed}", "range"
    elif not quantity.accepts(value):
        what, code = f"must be {quantity.allowed}", "range"
    else:
        return float(value) + 0.0  # -0.0 becomes 0.0
    report.add(node.place, code, what, key=key, value=raw(node))
    return None


def _why_text(node: Scalar) -> str:
    if node.quoted and re.fullmatch(r"\s*[-+]?[0-9][0-9_.]*\s*", node.text):
        return "a number written as text; take the quotes away"
    if re.fullmatch(r"[-+]?[0-9][0-9.,_ ]*", node.text):
        return "not a number; write no thousands separator, no leading zero, and a point for decimals"
    return "text where a number belongs"


def dated(node: Node, quantity: Quantity, key: str, report: Report, before: Dated | None = None) -> Dated | None:
    """A lever: a number, or a mapping of `value` and `then`; without `value` it starts from `before`, the parent's."""
    if not isinstance(node, Mapping):
        level = number(node, quantity, key, report)
        return None if level is None else Dated(value=level)
    entries = known(node, ("value", "then"), key, report)
    start: float | None = None
    if "value" in entries:
        start = number(entries["value"], quantity, f"{key}.value", report)
    elif before is not None:
        start = before.value
    else:
        report.add(node.place, "missing", "a dated lever needs a value to start from", key=f"{key}.value")
    changes = _changes(entries["then"], quantity, f"{key}.then", report) if "then" in entries else ()
    return None if start is None or changes is None else Dated(value=start, then=changes)


def _changes(node: Node, quantity: Quantity, key: str, report: Report) -> tuple[Change, ...] | None:
    if not isinstance(node, Sequence):
        what = "must be a list of changes {from_month, value, ramp_months}"
        report.add(node.place, "type", what, key=key, value=raw(node))
        return None
    if len(node.items) > MOST_CHANGES:
        report.add(node.place, "range", f"at most {MOST_CHANGES} changes", key=key, value=len(node.items))
        return None
    changes: list[Change] = []
    for index, item in enumerate(node.items):
        change = _change(item, quantity, f"{key}[{index}]", report)
        if change is None:
            continue
        if changes and change.from_month <= changes[-1].from_month:
            what = f"months must rise: the change before it is in month {changes[-1].from_month}"
            report.add(item.place, "order", what, key=f"{key}[{index}].from_month", value=change.from_month)
        changes.append(change)
    rising = all(a.from_month < b.from_month for a, b in itertools.pairwise(changes))
    return tuple(changes) if rising and len(changes) == len(node.items) else None


def _change(node: Node, quantity: Quantity, key: str, report: Report) -> Change | None:
    if not isinstance(node, Mapping):
        report.add(node.place, "type", "must be a mapping of from_month, value, ramp_months", key=key, value=raw(node))
        return None
    entries = known(node, ("from_month", "value", "ramp_months"), key, report)
    absent = [name for name in ("from_month", "value") if name not in entries]
    for name in absent:
        report.add(node.place, "missing", "a change needs from_month and value", key=f"{key}.{name}")
    month = number(entries["from_month"], _MONTH, f"{key}.from_month", report) if "from_month" in entries else None
    level = number(entries["value"], quantity, f"{key}.value", report) if "value" in entries else None
    ramp = number(entries["ramp_months"], _MONTH, f"{key}.ramp_months", report) if "ramp_months" in entries else 0.0
    if month is None or level is None or ramp is None:
        return None
    return Change(from_month=int(month), value=level, ramp_months=int(ramp))


def text(node: Node, key: str, report: Report) -> str | None:
    """A text; any unquoted word counts as text, also `no` and `2024`."""
    if not isinstance(node, Scalar) or node.value is None:
        report.add(node.place, "type", "must be a text", key=key, value=raw(node))
    elif len(node.text) > LONGEST_TEXT:
        report.add(node.place, "range", f"must be at most {LONGEST_TEXT} characters", key=key, value=node.text)
    elif not node.text.strip() or any(category(char) in _HIDDEN and char != "\n" for char in node.text):
        report.add(node.place, "type", "must be a printable text", key=key, value=node.text)
    else:
        return node.text
    return None


def slug(node: Node, key: str, report: Report) -> str | None:
    """A short identifier."""
    word = text(node, key, report)
    if word is None or (SLUG.match(word) and len(word) <= LONGEST_SLUG):
        return word
    what = f"must be lower-case letters and digits joined by single hyphens, at most {LONGEST_SLUG} characters"
    report.add(node.place, "type", what, key=key, value=word)
    return None


def bilingual(node: Node, key: str, report: Report) -> FrozenDict[str, str] | None:
    """A text in Indonesian and English: a mapping of `id` and `en`."""
    if not isinstance(node, Mapping):
        report.add(node.place, "type", "must be a mapping of id and en", key=key, value=raw(node))
        return None
    entries = known(node, LANGUAGES, key, report)
    for language in LANGUAGES:
        if language not in entries:
            report.add(node.place, "missing", "a text is needed in id and in en", key=f"{key}.{language}")
    texts = {name: text(entries[name], f"{key}.{name}", report) for name in LANGUAGES if name in entries}
    complete = {name: found for name, found in texts.items() if found is not None}
    return FrozenDict(complete) if len(complete) == len(LANGUAGES) else None


def known(
    node: Mapping, allowed: Collection[str], key: str, report: Report, elsewhere: Dictionary[str, str] = FrozenDict()
) -> dict[str, Node]:
    """The entries whose keys are allowed; reports every other key.

    Args:
        node: the mapping.
        allowed: known keys.
        key: dotted path of the mapping, empty at the top.
        report: takes the faults.
        elsewhere: full paths of keys that exist in another place, by key.
    """
    found: dict[str, Node] = {}
    for name, (place, value) in node.entries.items():
        if name in allowed:
            found[name] = value
        else:
            near = elsewhere.get(name)
            report.add(place, "unknown-key", "unknown key", key=join(key, name), near=near, word=name, known=allowed)
    return found


def join(prefix: str, name: str) -> str:
    """A dotted path."""
    return f"{prefix}.{name}" if prefix else name
