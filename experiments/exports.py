"""Tables as files: CSV as the spreadsheets of a language read it, or Parquet; complete, counted, and harmless to open.

A spreadsheet takes a text that begins with = + - @ for a formula and computes it; such texts get an apostrophe before
them, which it shows as plain text. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import ExperimentError
from experiments.store import complete_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from experiments.texts import Language

FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""What a text must not begin with in a spreadsheet."""


def check_ending(
    out: str | os.PathLike[str] | None, option: str = "out", endings: Sequence[str] = (".csv", ".parquet")
) -> Path | None:
    """Return the file to write, before anything is computed for it; None when there is none.

    Raises:
        ExperimentError: Its ending is none of those allowed, or its folder is not there or lets nobody write.
    """
    if out is None:
        return None
    path = Path(out).expanduser()
    if path.suffix not in endings:
        example = f"{'table' if '.csv' in endings else 'report'}{endings[0]}"
        raise ExperimentError(f"{option}: '{path}' does not end in {' or '.join(endings)}; name for instance {example}")
    if not path.parent.is_dir():
        raise ExperimentError(f"{option}: '{path}' cannot be written (no such folder); choose another file")
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        reason = "is a directory" if path.is_dir() else "permission denied"
        raise ExperimentError(f"{option}: '{path}' cannot be written ({reason}); choose another file")
    return path


def check_outputs(**files: str | None) -> list[Path | None]:
    """Return the files to write by option, each as :func:`check_ending` has it.

    Raises:
        ExperimentError: As :func:`check_ending`, or two options name one file.
    """
    taken: dict[Path, str] = {}
    paths = {name.replace("_", "-"): out for name, out in files.items()}
    found = [check_ending(out, option) for option, out in paths.items()]
    for option, path in zip(paths, found, strict=True):
        if path is not None and (first := taken.setdefault(path.resolve(), option)) != option:
            raise ExperimentError(f"{option}: '{path}' is the file of --{first} already; name another one")
    return found


def write_table(table: pd.DataFrame, out: str | os.PathLike[str], lang: Language = "en") -> int:
    """Write a table; the file appears when it is complete, in place of one that was there.

    Args:
        table: The table; its index is left out.
        out: File, its name ending in .csv or .parquet.
        lang: For CSV: ``"en"`` writes commas and decimal points, ``"id"`` semicolons and decimal commas, as the
            spreadsheets of each language read them (UTF-8; for ``"id"`` with the mark that tells Excel so).

    Returns:
        Number of rows, as counted in what was written.

    Raises:
        ExperimentError: The file cannot be written, or holds another number of rows than the table.
    """
    path = check_ending(out)
    assert path is not None
    content, rows = WRITERS[path.suffix](table, lang)
    if rows != len(table):
        raise ExperimentError(f"out: '{path}' would hold {rows} rows, but {len(table)} were made; nothing was written")
    write_bytes(content, path)
    return rows


def table_bytes(table: pd.DataFrame, ending: str, lang: Language = "en") -> bytes:
    """Return what a file of this ending holds for a table; equal tables give equal bytes."""
    return WRITERS[ending](table, lang)[0]


def write_bytes(content: bytes, path: Path, option: str = "out") -> None:
    """Write a file that appears when it is complete.

    Raises:
        ExperimentError: It cannot be written.
    """
    try:
        with complete_file(path) as file:
            file.write(content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExperimentError(f"{option}: '{path}' cannot be written ({reason}); choose another file") from error


def plain_text(value: Any) -> Any:
    """Return ``value`` so that no spreadsheet takes it for a formula; what is no text stays as it is.

    A carriage return becomes a line feed, which CSV writers put between quotes.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass(frozen=True)
class Dialect:
    """How the spreadsheets of a language write a table as text."""

    separator: str
    decimal: str
    encoding: str


DIALECTS: dict[Language, Dialect] = {"en": Dialect(",", ".", "utf-8"), "id": Dialect(";", ",", "utf-8-sig")}


def csv_text(table: pd.DataFrame, lang: Language, *, header: bool = True) -> str:
    """Return a table as CSV of a language, harmless to open."""
    dialect, safe = DIALECTS[lang], table.rename(columns=plain_text)
    for name in safe.columns:
        if safe[name].dtype.kind not in "biuf":
            safe[name] = safe[name].map(plain_text)
    return safe.to_csv(index=False, header=header, sep=dialect.separator, decimal=dialect.decimal, lineterminator="\n")


def _csv(table: pd.DataFrame, lang: Language) -> tuple[bytes, int]:
    text, dialect = csv_text(table, lang), DIALECTS[lang]
    rows = sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=dialect.separator)) - 1
    return text.encode(dialect.encoding), rows


def _parquet(table: pd.DataFrame, lang: Language) -> tuple[bytes, int]:  # noqa: ARG001 - numbers need no language there
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink, compression="zstd")
    return sink.getvalue(), int(pq.read_metadata(io.BytesIO(sink.getvalue())).num_rows)


WRITERS: dict[str, Callable[[pd.DataFrame, Language], tuple[bytes, int]]] = {".csv": _csv, ".parquet": _parquet}
"""How to make the bytes of a file and count its rows, by its ending."""
