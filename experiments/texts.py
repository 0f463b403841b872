"""Words for readers of results, by key and language, with numbers written the way the reader's language writes them.

One YAML file per language holds the same keys. A text is a sentence with `{blanks}`, or a mapping from plural category
(`one`, `other`) to such a sentence. Numbers, money and plural categories come from Babel. The terminal, the report and
the app share the texts in `words`; the app lays its own beside them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.words import Entry

Language = Literal["id", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages of every text; the first is the default."""

SHARED = ("experiments", "words")
"""Package and folder of the texts of the terminal, the report and the app."""

MINUS = "\N{MINUS SIGN}"


class Texts:
    """The texts of one language.

    Args:
        language: One of `LANGUAGES`.
        sources: Package and folder of each file of texts; a later one adds to those before it.
    """

    def __init__(self, language: str, *sources: tuple[str, str]) -> None:
        from babel import Locale

        from agents.words import read

        self.language = language
        self.locale = Locale.parse(language)
        self._entries: dict[str, Entry] = {}
        for package, folder in sources:
            self._entries.update(read(package, folder, language))

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its blanks filled; a value named `n` chooses the plural form.

        Raises:
            KeyError: There is no such text or a blank has no value.
        """
        entry = self._entries[key]
        if isinstance(entry, dict):
            count = float(str(values["n"]))
            entry = entry.get(self.locale.plural_form(count), entry["other"])
            values = {**values, "n": self.number(count)}
        return entry.format_map(values)

    def entries(self) -> dict[str, Any]:
        """All texts as written, for the test that compares languages."""
        return dict(self._entries)

    def own(self, meaning: Mapping[str, str]) -> str:
        """The text of this language out of an `{"id": ..., "en": ...}` pair."""
        return meaning[self.language]

    def number(self, value: float, digits: int = 0) -> str:
        """A number with at most `digits` decimals and a real minus sign."""
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        text = format_decimal(round(value, digits) + 0.0, format=pattern, locale=self.locale)
        return text.replace("-", MINUS)

    def signed(self, value: float, digits: int = 0) -> str:
        """A difference: a plus sign in front of what is above zero."""
        text = self.number(value, digits)
        return f"+{text}" if round(value, digits) > 0 else text

    def plain(self, value: float, digits: int = 6) -> str:
        """A number for a spreadsheet of this language: decimal sign, no grouping."""
        text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
        return text.replace(".", self.decimal)

    @property
    def decimal(self) -> str:
        """The decimal sign."""
        return str(self.locale.number_symbols["latn"]["decimal"])

    @property
    def group(self) -> str:
        """The sign between thousands."""
        return str(self.locale.number_symbols["latn"]["group"])


@cache
def texts(language: str) -> Texts:
    """The texts of the terminal and the report, read once."""
    return Texts(language, SHARED)
