"""Where a number comes from: codes of the evidence table, how good it is, and why it was chosen.

A number without a measurement may be used, but it has to say so: grade `assumed` asks for a reason in both languages.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scenarios.checks import bilingual, known, raw
from scenarios.errors import Report, nearest
from scenarios.frozen import FrozenDict
from scenarios.sources import cited
from scenarios.yamltree import Mapping, Node, Scalar

GRADES: FrozenDict[str, FrozenDict[str, str]] = FrozenDict(
    {
        "local": FrozenDict(
            {"id": "terukur di Indonesia untuk klien seperti ini", "en": "measured in Indonesia for such clients"}
        ),
        "abroad": FrozenDict({"id": "terukur di negara lain", "en": "measured in another country"}),
        "derived": FrozenDict(
            {"id": "hitungan atau pertimbangan dari tabel bukti", "en": "arithmetic or judgement from the evidence"}
        ),
        "assumed": FrozenDict({"id": "asumsi, belum ada pengukuran", "en": "assumption, no measurement"}),
    }
)
"""The grades of evidence, best first, with their meaning in both languages."""


@dataclass(frozen=True)
class Evidence:
    """The backing of one number: codes (`E-03`, a pattern `V12`, or a `gap 5`), grade, and a note in both languages."""

    source: tuple[str, ...]
    grade: str
    note: FrozenDict[str, str] = field(default_factory=FrozenDict)


def evidence(node: Node, key: str, report: Report) -> Evidence | None:
    """Read one entry `{source, grade, note}`; None after reporting a fault."""
    if not isinstance(node, Mapping):
        report.add(node.place, "type", "must be a mapping of source, grade, note", key=key, value=raw(node))
        return None
    entries = known(node, ("source", "grade", "note"), key, report)
    codes = cited(entries.get("source"), node, f"{key}.source", report)
    quality = grade(entries.get("grade"), node, key, report)
    note = bilingual(entries["note"], f"{key}.note", report) if "note" in entries else FrozenDict[str, str]()
    if quality == "assumed" and "note" not in entries:
        report.add(node.place, "missing", "an assumed value needs a note that gives the reason", key=f"{key}.note")
    return None if codes is None or quality is None or note is None else Evidence(codes, quality, note)


def grade(node: Node | None, parent: Mapping, key: str, report: Report) -> str | None:
    """Read a grade of evidence."""
    if node is None:
        report.add(parent.place, "missing", f"must be one of {', '.join(GRADES)}", key=f"{key}.grade")
        return None
    if isinstance(node, Scalar) and node.text in GRADES:
        return node.text
    what = f"must be one of {', '.join(GRADES)}"
    report.add(node.place, "grade", what, key=f"{key}.grade", value=raw(node), near=nearest(raw(node), GRADES))
    return None
