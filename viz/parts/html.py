"""Short names for plain HTML elements, so that pages read as their structure."""

from collections.abc import Sequence
from typing import Any

import reacton.ipyvuetify as v
from reacton.core import Element


def tag(name: str, *children: Any, css: str = "", **attributes: Any) -> Element:
    """An HTML element; underscores in attribute names stand for hyphens, attributes of value None are left out."""
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    return v.Html(tag=name, class_=css, children=_flat(children), attributes=given)


def _flat(children: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for child in children:
        flat += _flat(child) if isinstance(child, list | tuple) else [child]
    return [child for child in flat if child is not None and child != ""]
