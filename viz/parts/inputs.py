"""Inputs as plain HTML controls: what a keyboard, a screen reader and a telephone already know how to use.

They answer a touch in the browser at once and send a value to Python only when it is settled.
"""

from collections.abc import Callable, Sequence
from typing import Any

import solara


@solara.component_vue("vue/lever.vue")
def Lever(
    name: str,
    label: str,
    value: float,
    low: float,
    high: float,
    top: float,
    step: float,
    unit: str,
    hint: str,
    refused: str,
    language: str,
    event_change: Callable[[float], None],
    whole: bool = True,
    slider: bool = True,
    levels: Sequence[dict[str, Any]] = (),
    levels_label: str = "",
    below: str = "",
    above: str = "",
) -> None:
    """A number box, with a slider and named levels below it; what is not allowed is refused in words and never cut.

    Numbers are typed and shown as `language` writes them; the up and down keys move the number by one.
    Each level has a `value`, a `text` and a `practice`; the menu stands at the nearest, and where the number is not
    its own, says `near` instead of `text`; outside of all of them it says `below` or `above` and tells no practice.
    """


@solara.component_vue("vue/choice.vue")
def Choice(
    name: str,
    label: str,
    value: str,
    groups: Sequence[dict[str, Any]],
    event_change: Callable[[str], None],
    hint: str = "",
) -> None:
    """One of several, by a menu; each group has a `text` and `items`, each item a `value` and a `text`."""


@solara.component_vue("vue/run.vue")
def RunButton(label: str, refused: str, event_run: Callable[[], None]) -> None:
    """Runs, unless a number box among the controls holds what was refused: then it goes there and says `refused`.

    Only the browser knows what stands in a box; it fills the blanks `{group}` and `{lever}`.
    """


@solara.component_vue("vue/theme.vue")
def ThemeButton(dark: bool, on_dark: Callable[[bool], None], to_dark: str, to_light: str) -> None:
    """Light or dark; the browser keeps the choice and otherwise follows the system."""


@solara.component_vue("vue/language.vue")
def PageLanguage(language: str) -> None:
    """Names the language of the page to browsers and screen readers when it changes."""
