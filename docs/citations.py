"""Who cites what: the table of evidence, with the parameters, scenario values and rules that rest on each row."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial

from docs.markup import both, grid
from docs.reading import called, functions, in_order
from scenarios import FIELDS, KINDS, RELIABILITY, VERIFIED, Source, load, parameters, shipped, sources

#: letter of the rows that hold findings
LETTERS = "LPRETHJXGB"

_ROW = re.compile(r"\b([A-Z]-(?=\d\d\b)|[CV](?=\d))(\d{1,2})\b(?:(?: to |\.\.)\1(\d{1,2})\b)?")
_GAPS = re.compile(r"\bgaps? (\d{1,2}\b(?:(?:, | and )\d{1,2}\b)*)")


def cited(text: str) -> list[str]:
    """Codes in a text, each once; ``R-14..R-17``, ``C8 to C10`` and ``gaps 4 and 9`` are spelt out."""
    found: list[str] = []
    for letter, first, last in _ROW.findall(text):
        digits = 2 if "-" in letter else 1
        found += [f"{letter}{number:0{digits}}" for number in range(int(first), int(last or first) + 1)]
    found += [f"gap {number}" for numbers in _GAPS.findall(text) for number in re.findall(r"\d+", numbers)]
    return list(dict.fromkeys(found))


@cache
def resting() -> dict[str, list[str]]:
    """Code -> parameters and scenario values whose source it is; a value of some root scenarios only names them."""
    found: dict[str, list[str]] = {}
    for each in parameters().values():
        for code in each.source:
            found.setdefault(code, []).append(f"`{each.name}`")
    roots = [spec for spec in map(load, shipped()) if spec.parent is None]
    backed: dict[str, dict[str, list[str]]] = {}
    for spec in roots:
        for path, backing in spec.evidence.items():
            for code in backing.source:
                backed.setdefault(code, {}).setdefault(path, []).append(spec.name)
    for code, values in backed.items():
        for path, names in _folded(values).items():
            whose = "" if len(names) == len(roots) else f" ({', '.join(names)})"
            found.setdefault(code, []).append(f"`{path}`{whose}")
    return found


def _folded(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Values by path, with all leaves of a branch as the branch where they have the same scenarios."""
    folded: dict[str, list[str]] = {}
    for path, names in values.items():
        branch = path.rpartition(".")[0]
        leaves = [each for each in FIELDS if each.rpartition(".")[0] == branch]
        folded[branch if all(values.get(leaf) == names for leaf in leaves) else path] = names
    return folded


@cache
def explaining() -> dict[str, list[str]]:
    """Code -> functions that name it in their docstring."""
    found: dict[str, list[str]] = {}
    for function in functions():
        for code in cited(inspect.getdoc(function) or ""):
            found.setdefault(code, []).append(called(function))
    return found


def findings(letter: str) -> str:
    """The rows of one letter: what was found, where, by whom, how far it was checked."""
    return _rows(
        (each for each in sources().values() if each.code.startswith(f"{letter}-")),
        {
            "what was found": lambda row: both(row.says),
            "where": lambda row: both(row.place),
            "source": lambda row: "; ".join(filter(None, (row.reference, ", ".join(row.see)))),
            "checked": lambda row: ", ".join(filter(None, (row.verified, row.reliability))),
        },
    )


def patterns() -> str:
    """The patterns with their bands."""
    return _rows(
        _of_kind("pattern"),
        {
            "pattern": lambda row: both(row.says),
            "band": lambda row: both(row.band),
            "may be tuned to": lambda row: "yes" if row.tune else "no",
            "from": lambda row: ", ".join(row.see),
        },
    )


def gaps() -> str:
    """What could not be found."""
    return _rows(
        _of_kind("gap"),
        {"what is missing": lambda row: both(row.says), "nearest": lambda row: ", ".join(row.see)},
    )


def claims() -> str:
    """What the two field studies claim."""
    return _rows(
        _of_kind("claim"),
        {
            "claim": lambda row: both(row.says),
            "said of": lambda row: both(row.place),
            "see": lambda row: ", ".join(row.see),
        },
    )


def _of_kind(kind: str) -> Iterable[Source]:
    return (each for each in sources().values() if each.kind == kind)


def _rows(rows: Iterable[Source], told: Mapping[str, Callable[[Source], str]]) -> str:
    """A table of rows with those who rest on each."""
    lines = [
        [
            row.code,
            *(tell(row) for tell in told.values()),
            ", ".join(resting().get(row.code, ())),
            in_order(explaining().get(row.code, ())),
        ]
        for row in rows
    ]
    return grid(("code", *told, "parameters and values that rest on it", "rules that name it"), lines)


def legend(words: Mapping[str, Mapping[str, str]], attribute: str) -> str:
    """What a word of the table means, and how many rows have it."""
    count = Counter(getattr(each, attribute) for each in sources().values())
    return grid(("word", "meaning", "rows"), [[word, both(meaning), count[word]] for word, meaning in words.items()])


WRITERS: dict[str, Callable[[], str]] = {
    "kinds of evidence": partial(legend, KINDS, "kind"),
    "checks of evidence": partial(legend, VERIFIED, "verified"),
    "reliability of evidence": partial(legend, RELIABILITY, "reliability"),
    **{f"evidence {letter}": partial(findings, letter) for letter in LETTERS},
    "evidence V": patterns,
    "evidence gaps": gaps,
    "evidence C": claims,
}
