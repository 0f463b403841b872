"""Puts what the code declares into Markdown: tables, numbers, texts in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

ENDLESS = 2**31 - 1

_AS_IT_IS = re.compile(r"(`[^`]*`|<br>|(?<![\w*])\*\w[^*\n]*\w\*(?![\w*]))")


def grid(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *([_cell(str(each)) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return marked(text).replace("|", r"\|").replace("\n", " ")


def marked(text: str) -> str:
    """Docstring text as Markdown that shows the same: roles and double backticks become code, stars stay stars."""
    parts = _AS_IT_IS.split(re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text.replace("``", "`")))
    return "".join(part if i % 2 else part.replace("*", r"\*").replace("<", "&lt;") for i, part in enumerate(parts))


def short(number: float) -> str:
    """A number in few characters, thousands apart."""
    return f"{int(number):,}" if number == int(number) else f"{number:.6g}"


def span(low: float, high: float) -> str:
    """A range in words; an upper end that only the computer sets is left out."""
    return f"{short(low)} or more" if high >= ENDLESS else f"{short(low)} to {short(high)}"


def both(meaning: Any) -> str:
    """A meaning in both languages, English first; once where both say the same, nothing where there is none."""
    return "<br>".join(dict.fromkeys((meaning["en"], meaning["id"]))) if meaning else ""
