"""Tables: as HTML for the page and as CSV for a spreadsheet of the reader's language."""

import csv
import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

import solara

from experiments.exports import plain_text

if TYPE_CHECKING:
    from viz.texts import Texts

Cell = str | float | int


@solara.component
def Table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], css: str = "") -> None:
    """A table with a caption and headed rows; it scrolls by itself where the page is too narrow."""
    solara.HTML(
        tag="div",
        unsafe_innerHTML=html(caption, header, rows),
        classes=["pk-table", css],
        attributes={"role": "region", "aria-label": caption, "tabindex": "0"},
    )


def html(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as HTML; all texts are escaped."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(text)}</td>" for text in row[1:]) + "</tr>"
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def spreadsheet(t: "Texts", header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as CSV: `;` where the decimal sign is a comma, the mark of UTF-8 for Excel; no formulas."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";" if t.decimal == "," else ",", lineterminator="\r\n")
    writer.writerow(map(plain_text, header))
    writer.writerows([plain_text(cell) if isinstance(cell, str) else t.plain(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")
