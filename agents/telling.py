"""The story of one client in words: events of a life as data, and how they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from agents.words import words


@dataclass(frozen=True)
class Event:
    """Something that happened to a client.

    Attributes:
        month: month in which it happened, 1 for the first; 0 for what stood when the simulation began.
        key: what happened, as in ``event.*`` of the words.
        values: what fills the blanks of the text: numbers, codes, or a tuple of codes.
    """

    month: int
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def lines(row: int, events: Iterable[Event], language: str = "id") -> list[str]:
    """A heading and one line for each month in which something happened.

    Args:
        row: row of the client, who is called by it and by no name.
        events: in the order of months.
        language: ``"id"`` or ``"en"``.

    Raises:
        ValueError: there is no such language.
    """
    say = words(language)
    told = [say("story.heading", client=say("client", row=row))]
    for month, of_month in groupby(events, key=lambda event: event.month):
        text = " ".join(say(f"event.{event.key}", **event.values) for event in of_month)
        told.append(say("story.month" if month else "story.start", month=month, events=text))
    return told
