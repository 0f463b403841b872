"""The table of evidence: what a code such as X-01 stands for, so that nobody has to take a number on trust.

Parameters, scenarios and the docstrings of rules cite codes. `sources.yaml` says of each of them what was found, where,
by whom and how far it was checked; a code that is not there cannot be cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from scenarios.checks import bilingual, known, raw, text
from scenarios.errors import Place, Report, nearest
from scenarios.frozen import FrozenDict
from scenarios.yamltree import Mapping, Node, Scalar, Sequence, parse

if TYPE_CHECKING:
    from collections.abc import Collection


def _both(indonesian: str, english: str) -> FrozenDict[str, str]:
    return FrozenDict({"id": indonesian, "en": english})


KINDS: FrozenDict[str, FrozenDict[str, str]] = FrozenDict(
    {
        "study": _both("penelitian", "study"),
        "official": _both("angka atau aturan resmi", "official figure or rule"),
        "press": _both("berita", "press report"),
        "computed": _both("dihitung dari data terbuka atau dari baris lain", "computed from open data or other rows"),
        "pattern": _both("pola yang harus muncul dalam model", "pattern that the model should reproduce"),
        "gap": _both("yang tidak ditemukan di mana pun", "what could not be found anywhere"),
        "claim": _both("pernyataan kedua penelitian lapangan", "what the two field studies claim"),
    }
)
"""The kinds of rows, with their meaning in both languages."""

VERIFIED: FrozenDict[str, FrozenDict[str, str]] = FrozenDict(
    {
        "read": _both(
            "dibaca dalam terbitan, abstraknya, atau salinan halaman yang tersimpan",
            "read in the publication, its abstract or a stored copy of the page",
        ),
        "computed": _both(
            "dihitung dari data mikro terbuka untuk tabel ini; programnya bukan bagian dari proyek ini",
            "computed from open micro-data for this table; the scripts are no part of this project",
        ),
        "arithmetic": _both("hitungan sederhana dari baris lain", "simple arithmetic on other rows"),
        "stated": _both(
            "tertulis dalam salah satu dari dua penelitian lapangan; sumber lain yang dikutipnya tidak dilihat",
            "stated in one of the two field studies; what they quote from others was not seen",
        ),
        "memory": _both(
            "dari ingatan, belum diperiksa: periksa sebelum dikutip",
            "from memory, not checked: confirm it before you quote it",
        ),
    }
)
"""How far a row was checked, with the meaning in both languages."""

RELIABILITY: FrozenDict[str, FrozenDict[str, str]] = FrozenDict(
    {
        "A": _both(
            "data primer, artikel yang ditelaah sejawat, atau halaman resmi",
            "primary data, a peer-reviewed paper or an official page",
        ),
        "B": _both("berita tentang pernyataan resmi", "news report of an official statement"),
        "C": _both("lemah", "weak"),
    }
)
"""How much a source can be relied on, with the meaning in both languages."""

_FILE = "sources.yaml"
_CODE = re.compile(r"([A-Z]-\d\d|[CV]\d{1,2}|gap \d{1,2})\Z")
_ROW = re.compile(r"^(\w[^:\n]*):", re.MULTILINE)
_FORM = "must be a list of evidence codes such as E-03, V12 or gap 5"
_UNKNOWN = "unknown evidence code; docs/evidence.md lists them all, a source of your own goes into the note"
_FOUND = (("says", "place", "reference", "verified"), ("reliability", "see"))

# Keys that a row of each kind must have, and those it may have.
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "study": _FOUND,
    "official": _FOUND,
    "press": _FOUND,
    "computed": (("says", "place", "verified"), ("reference", "reliability", "see")),
    "pattern": (("says", "band", "tune", "see"), ()),
    "gap": (("says",), ("see",)),
    "claim": (("says", "verified"), ("place", "see")),
}


@dataclass(frozen=True)
class Source:
    """What one code stands for. What a kind of row does not have is empty or None.

    Attributes:
        code: `X-01`, a pattern `V2`, a claim `C11` or a `gap 5`.
        kind: one of `KINDS`.
        says: the finding in one sentence, by language (`id`, `en`).
        place: country or people for which it holds, by language.
        reference: author, year, journal, doi, institution or address.
        verified: one of `VERIFIED`; None for patterns and gaps, which stand on other rows.
        reliability: one of `RELIABILITY`, where it was judged.
        see: codes of the rows on which it rests, or that come nearest.
        band: acceptable range of a pattern, by language.
        tune: whether parameters may be moved to meet a pattern.
    """

    code: str
    kind: str
    says: FrozenDict[str, str]
    place: FrozenDict[str, str] = field(default_factory=FrozenDict)
    reference: str = ""
    verified: str | None = None
    reliability: str | None = None
    see: tuple[str, ...] = ()
    band: FrozenDict[str, str] = field(default_factory=FrozenDict)
    tune: bool | None = None


@lru_cache(maxsize=1)
def sources() -> FrozenDict[str, Source]:
    """Every row of the evidence by its code, in the order of the table.

    Raises:
        ScenarioError: the shipped table is damaged.
    """
    return read_sources(_content(), _FILE)


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """Every code of the table.

    Looks at the start of each line only: every scenario asks for the codes, and hardly any for what they say.
    """
    return frozenset(_ROW.findall(_content()))


def _content() -> str:
    return resources.files("scenarios").joinpath(_FILE).read_text(encoding="utf-8")


def cited(
    node: Node | None, parent: Node, key: str, report: Report, listed: Collection[str] | None = None
) -> tuple[str, ...] | None:
    """Read a list of evidence codes, at least one, each of them in the table; None after reporting a fault.

    Args:
        node: the list, None where there is none.
        parent: the mapping that should hold it.
        key: dotted path of the list.
        report: takes the faults.
        listed: codes that may be cited, those of the shipped table if not given.
    """
    if node is None:
        report.add(parent.place, "missing", _FORM, key=key)
        return None
    if not isinstance(node, Sequence) or not node.items:
        report.add(node.place, "type", _FORM, key=key, value=raw(node))
        return None
    there = codes() if listed is None else listed
    found = tuple(item.text for item in node.items if isinstance(item, Scalar) and item.text in there)
    if len(found) == len(node.items):
        return found
    for item in node.items:
        word = item.text if isinstance(item, Scalar) else ""
        if word not in there:
            what = _UNKNOWN if _CODE.match(word) else _FORM
            report.add(item.place, "source", what, key=key, value=raw(item), word=word, known=there)
    return None


def read_sources(content: str, where: str) -> FrozenDict[str, Source]:
    """Read a table of evidence.

    Raises:
        ScenarioError: one line that names the first fault.
    """
    report = Report()
    root = parse(content, where, report)
    table: dict[str, Source] = {}
    if isinstance(root, Mapping):
        for code, (place, node) in root.entries.items():
            found = _row(code, place, node, root.entries, report)
            if found is not None:
                table[code] = found
    else:
        report.add(root.place, "type", "the table must be a mapping of evidence codes")
    report.raise_first()
    return FrozenDict(table)


def _row(code: str, place: Place, node: Node, listed: Collection[str], report: Report) -> Source | None:
    if not _CODE.match(code):
        report.add(place, "key", "must be an evidence code such as E-03, V12, C7 or gap 5", key=code)
        return None
    if not isinstance(node, Mapping):
        report.add(node.place, "type", "must be a mapping of kind, says ...", key=code, value=raw(node))
        return None
    kind = _one_of(_kinds(code), node, "kind", code, report)
    if kind is None:
        return None
    needed, allowed = _KEYS[kind]
    entries = known(node, ("kind", *needed, *allowed), code, report)
    for key in needed:
        if key not in entries:
            report.add(place, "missing", f"a row of kind {kind} needs it", key=f"{code}.{key}")
    empty = FrozenDict[str, str]()
    says, holds, band = (
        (bilingual(entries[key], f"{code}.{key}", report) or empty) if key in entries else empty
        for key in ("says", "place", "band")
    )
    return Source(
        code,
        kind,
        says,
        holds,
        reference=(text(entries["reference"], f"{code}.reference", report) or "") if "reference" in entries else "",
        verified=_one_of(VERIFIED, node, "verified", code, report) if "verified" in entries else None,
        reliability=_one_of(RELIABILITY, node, "reliability", code, report) if "reliability" in entries else None,
        see=(cited(entries["see"], node, f"{code}.see", report, listed) or ()) if "see" in entries else (),
        band=band,
        tune=_yes_or_no(entries["tune"], f"{code}.tune", report) if "tune" in entries else None,
    )


def _kinds(code: str) -> tuple[str, ...]:
    """The kinds that a row with this code can have: claims, patterns and gaps show in the code."""
    own = {"C": "claim", "V": "pattern", "g": "gap"}.get("" if "-" in code else code[0])
    return (own,) if own else tuple(kind for kind in KINDS if kind not in ("claim", "pattern", "gap"))


def _one_of(words: Collection[str], node: Mapping, key: str, code: str, report: Report) -> str | None:
    what = f"must be {'one of ' * (len(words) > 1)}{', '.join(words)}"
    if key not in node.entries:
        report.add(node.place, "missing", what, key=f"{code}.{key}")
        return None
    written = node.entries[key][1]
    if isinstance(written, Scalar) and written.text in words:
        return written.text
    report.add(written.place, "type", what, key=f"{code}.{key}", value=raw(written), near=nearest(raw(written), words))
    return None


def _yes_or_no(node: Node, key: str, report: Report) -> bool | None:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    report.add(node.place, "type", "must be true or false", key=key, value=raw(node))
    return None
