"""What a person sees when a scenario is wrong: one line that says what, where, what is allowed and what was meant.

Every check of this floor reports to a `Report`; the first problem in file order becomes the message, the others are
counted. The parts stay apart in `Problem`, so an interface can word the same fault in another language.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LONGEST_SHOWN = 60
LONGEST_KEY = 120
MOST_LISTED = 14


@dataclass(frozen=True)
class Place:
    """Where something was written: a file (or `--set`), a line and a column counted from 1; no line for `--set`."""

    where: str
    line: int | None = None
    column: int = 1

    def __str__(self) -> str:
        where = self.where if len(self.where) <= LONGEST_KEY else f"…{self.where[-LONGEST_KEY:]}"
        return where if self.line is None else f"{where}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One fault: `code` is stable for programs, `what` is the English sentence, `key` and `value` stand as written."""

    place: Place
    code: str
    what: str
    key: str | None = None
    value: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        """The fault in one line, for instance `a.yaml:7: setting.clients = -5: must be a whole number from 0 to 9`."""
        key = "" if self.key is None else shown(self.key, LONGEST_KEY)
        subject = f"{key} = {self.value}" if key and self.value is not None else key
        separator = " " if self.place.where == "--set" else ": "
        head = separator.join(part for part in (str(self.place), subject) if part)
        hint = "" if self.nearest is None else f"; nearest: {self.nearest}"
        return printable(f"{head}: {self.what}{hint}")


class ScenarioError(ValueError):
    """A scenario, a parameter table or an override that cannot be used. `str()` is one line.

    Attributes:
        problem: the first fault in file order.
        more: how many further faults the same file or set of overrides holds.
    """

    def __init__(self, problem: Problem, more: int = 0) -> None:
        super().__init__(problem, more)
        self.problem = problem
        self.more = more

    def __str__(self) -> str:
        return f"{self.problem} (+{self.more} more)" if self.more else str(self.problem)


@dataclass
class Report:
    """Collects the faults of one file or of one set of overrides.

    What is near to a mistyped word is looked up for the first fault only: a large file of nonsense costs no time.
    """

    problems: list[Problem] = field(default_factory=list)
    _known: dict[Problem, tuple[str, Collection[str]]] = field(default_factory=dict)

    def add(
        self,
        place: Place,
        code: str,
        what: str,
        *,
        key: str | None = None,
        value: object = None,
        near: str | None = None,
        word: str = "",
        known: Collection[str] = (),
    ) -> None:
        """Note one fault.

        Args:
            place: where it was written.
            code: stable name of the kind of fault.
            what: what is wrong and what is allowed.
            key: dotted path.
            value: as written; it is shortened and made printable.
            near: what was meant, when that is certain.
            word: otherwise the word that is not known,
            known: and the words that are.
        """
        problem = Problem(place, code, what, key, None if value is None else shown(value), near)
        self.problems.append(problem)
        if near is None and known:
            self._known[problem] = (word, known)

    def raise_first(self) -> None:
        """Raise `ScenarioError` for the first fault in file order, if there is any.

        What is missing comes after what is wrong, because a misspelt key is the usual reason.
        """
        if self.problems:
            ordered = sorted(self.problems, key=_order)
            raise ScenarioError(self._completed(ordered[0]), len(ordered) - 1)

    def _completed(self, problem: Problem) -> Problem:
        if problem not in self._known:
            return problem
        word, known = self._known[problem]
        near = nearest(word, known)
        listed = f"; allowed: {', '.join(known)}" if near is None and len(known) <= MOST_LISTED else ""
        return replace(problem, what=problem.what + listed, nearest=near)


def _order(problem: Problem) -> tuple[bool, int, int]:
    return problem.code == "missing", problem.place.line or 0, problem.place.column


def fail(place: Place, code: str, what: str, *, key: str | None = None, value: object = None) -> ScenarioError:
    """The error for a fault after which nothing else can be checked."""
    return ScenarioError(Problem(place, code, what, key, None if value is None else shown(value)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, by its spelling or as the end of a dotted path; None when nothing is near."""
    candidates = list(known)
    ending = [name for name in candidates if word and name.endswith(f".{word}")]
    if ending:
        return ending[0]
    lower = {name.lower(): name for name in reversed(candidates)}
    found = get_close_matches(word.lower()[:200], lower, n=1, cutoff=0.5)
    return lower[found[0]] if found else None


def printable(text: str) -> str:
    """The text in one line, with every character a terminal cannot show written as an escape."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def shown(value: object, longest: int = LONGEST_SHOWN) -> str:
    """A value as it appears in a message: printable and short."""
    text = printable(str(value)) or "(empty)"
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def plain(number: float) -> str:
    """A number as a person would type it into a scenario: no exponent, no thousands separator."""
    return f"{number:.15g}"
