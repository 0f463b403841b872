"""Words for readers of results, by key and language, with numbers written the way the reader's language writes them.

One YAML file per language holds the same keys. A text is a sentence with `{blanks}`, or a mapping from plural category
(`one`, `other`) to such a sentence. Numbers, money and plural categories come from Babel. The report and the app share
the texts in `words`; the app lays its own beside them.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml
from babel import Locale
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES: tuple[str, ...] = ("id", "en")
"""The languages of every text; the first is the default."""

SHARED = ("experiments", "words")
"""Package and folder of the texts that the report and the app share."""

MINUS = "\N{MINUS SIGN}"


class Texts:
    """The texts of one language.

    Args:
        language: One of `LANGUAGES`.
        sources: Package and folder of each file of texts; a later one adds to those before it.
    """

    def __init__(self, language: str, *sources: tuple[str, str]) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self._entries: dict[str, str | dict[str, str]] = {}
        for package, folder in sources:
            file = resources.files(package).joinpath(folder, f"{language}.yaml")
            self._entries.update(_flat(yaml.safe_load(file.read_text(encoding="utf-8"))))

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
    """The texts that the report and the app share, read once."""
    return Texts(language, SHARED)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str | dict[str, str]]]:
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and "other" not in value:
            yield from _flat(value, f"{name}.")
        else:
            yield name, value
