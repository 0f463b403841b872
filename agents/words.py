"""What is said in words of one client: the story and the factors, by key and language, so that no text stands in code.

One YAML file per language holds the same keys; a text is a sentence with ``{blanks}``, or a mapping from plural
category to such sentences, chosen by the value named ``n``. Plurals, lists and numbers follow Babel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

LANGUAGES = ("id", "en")

Entry: TypeAlias = str | dict[str, str]
"""A text: a sentence with blanks, or such a sentence for each plural category."""


def read(package: str, folder: str, language: str) -> dict[str, Entry]:
    """The texts of one file, ``folder/language.yaml`` in ``package``, by key; keys within keys are joined by dots."""
    from scenarios.yamltree import plain

    source = resources.files(package).joinpath(folder, f"{language}.yaml")
    return dict(_flat(plain(source.read_text("utf-8"))))


class Words:
    """The words of one language, one of :data:`LANGUAGES`."""

    def __init__(self, language: str) -> None:
        from babel import Locale

        self._locale = Locale.parse(language)
        self.entries: Mapping[str, Entry] = read("agents", "words", language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key``, its blanks filled: codes by their names, lists joined, the plural chosen by ``n``.

        Raises:
            KeyError: there is no such text, or a blank has no value.
        """
        entry = self.entries[key]
        if isinstance(entry, dict):
            entry = entry.get(self._locale.plural_form(int(str(values["n"]))), entry["other"])
        return entry.format_map({name: self._in_words(value) for name, value in values.items()})

    def name(self, group: str, key: str) -> str:
        """Name of one of a group of things; one that nobody has named yet is called by its key."""
        named = self.entries.get(f"{group}.{key}")
        return named if isinstance(named, str) else key.replace("_", " ")

    def number(self, value: float, digits: int) -> str:
        """A number with so many decimals."""
        from babel.numbers import format_decimal

        return str(format_decimal(value, format="#,##0." + "0" * digits, locale=self._locale))

    def _in_words(self, value: object) -> object:
        if isinstance(value, IntEnum):
            return self.name(type(value).__name__.lower(), value.name.lower())
        if isinstance(value, tuple):
            from babel.lists import format_list

            return format_list([str(self._in_words(each)) for each in value], locale=self._locale)
        return value


@cache
def words(language: str) -> Words:
    """The words of a language, read once.

    Raises:
        ValueError: there is no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language = {language!r}: allowed are {', '.join(LANGUAGES)}")
    return Words(language)


def sentence(text: str) -> str:
    """``text`` with a capital letter in front."""
    return text[:1].upper() + text[1:]


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    for key, value in tree.items():
        if isinstance(value, dict) and "other" not in value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
