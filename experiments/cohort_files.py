"""A cohort as a file: written piece by piece, complete or not at all, and saying what it holds; and its command."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from experiments.cohort_columns import NOTES
from experiments.cohorts import CLIENTS, Question, about, ask, pieces
from experiments.errors import INTERRUPTED, ExperimentError
from experiments.exports import DIALECTS, csv_text
from experiments.options import Changes, Lang, Scenario, Seed, Workers, example, parse_changes, whole_number
from experiments.store import complete_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from experiments.batch import Progress
    from experiments.texts import Language
    from scenarios import Specification


def save_cohort(
    out: str | os.PathLike[str],
    scenario: str | os.PathLike[str] | Specification,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    lang: Language = "en",
    **asked: Any,
) -> int:
    """Write the table of :func:`cohort` to a file piece by piece, so that a large one needs little memory.

    The file appears when it is complete, in place of one that was there. Parquet says what it holds in its schema
    metadata (pandas reads it into ``attrs``), CSV in a first line that begins with ``#``.

    Args:
        out: File to write, its name ending in .parquet or .csv.
        scenario: As for :func:`cohort`.
        executor: As for :func:`cohort`.
        workers: As for :func:`cohort`.
        progress: As for :func:`cohort`.
        lang: For CSV: whose spreadsheets read it, as :func:`experiments.write_table` has it.
        asked: ``clients``, ``months``, ``seed``, ``monthly`` and ``overrides``, as for :func:`cohort`.

    Returns:
        Number of rows written.

    Raises:
        ExperimentError: As for :func:`cohort`; a file that cannot be written, or with another ending.
    """
    path = Path(out).expanduser()
    if path.suffix not in WRITERS:
        raise ExperimentError(f"out: '{path}' does not end in {' or '.join(WRITERS)}; name for instance cohort.parquet")
    question, rows = ask(scenario, **asked), 0
    try:
        with (
            complete_file(path) as file,
            WRITERS[path.suffix](file, question, lang) as write,
            closing(pieces(question, executor, workers, progress)) as blocks,
        ):
            for piece in blocks:
                write(piece)
                rows += len(piece)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExperimentError(f"out: '{path}' cannot be written ({reason}); choose another file") from error
    return rows


Write = Callable[[Any], object]


@contextmanager
def _parquet(file: IO[bytes], question: Question, lang: Language) -> Iterator[Write]:  # noqa: ARG001 - as in exports
    import pyarrow as pa
    import pyarrow.parquet as pq

    told_of = about(question)
    told = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in told_of.items()
    }
    kinds = {"category": pa.dictionary(pa.int8(), pa.string())}
    fields = [
        pa.field(
            each.name, kinds.get(each.dtype) or pa.type_for_alias(each.dtype), metadata=told_of["columns"][each.name]
        )
        for each in question.columns
    ]
    schema = pa.schema(fields, metadata=told | {"PANDAS_ATTRS": json.dumps(told_of)})
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        yield lambda piece: writer.write_table(pa.Table.from_pandas(piece, schema=schema, preserve_index=False))


@contextmanager
def _csv(file: IO[bytes], question: Question, lang: Language) -> Iterator[Write]:
    dialect = DIALECTS[lang]
    names = dialect.separator.join(each.name for each in question.columns)
    file.write(f"# {json.dumps(about(question), ensure_ascii=False)}\n{names}\n".encode(dialect.encoding))
    yield lambda piece: file.write(csv_text(piece, lang, header=False).encode())


WRITERS: dict[str, Callable[[IO[bytes], Question, Language], AbstractContextManager[Write]]] = {
    ".parquet": _parquet,
    ".csv": _csv,
}
"""How to write a file, by its ending."""


def register(app: typer.Typer) -> None:
    """Add ``pokmas cohort`` to the command line."""
    epilog = example("pokmas cohort wonosari --clients 20000 --months 36 --out cohort.parquet")
    app.command("cohort", epilog=epilog)(_run)


def _run(
    scenario: Scenario,
    out: Annotated[str, typer.Option(metavar="FILE", help=f"File to write, ending in {' or '.join(WRITERS)}.")],
    clients: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help=f"Clients, {CLIENTS[0]} to {CLIENTS[1]:,}.")
    ] = 1000,
    months: Annotated[
        int,
        typer.Option(
            parser=whole_number,
            metavar="M",
            help="Months each is followed since release, 1 to 36 (parameters.follow_up_months).",
        ),
    ] = 24,
    seed: Seed = 1,
    monthly: Annotated[bool, typer.Option("--monthly", help="Write one row a client and month.")] = False,
    changes: Changes = None,
    workers: Workers = None,
    lang: Lang = "en",
) -> None:
    """Write a cohort of simulated clients for statistical software."""
    from experiments.printing import print_changes, print_text, watching
    from experiments.wording import say

    overrides = parse_changes(changes)
    with watching("following", None, lang) as progress:
        try:
            rows = save_cohort(
                out,
                scenario,
                clients=clients,
                months=months,
                seed=seed,
                monthly=monthly,
                overrides=overrides,
                workers=workers,
                progress=progress,
                lang=lang,
            )
        except KeyboardInterrupt:
            typer.echo(f"\n{say('stopped_unwritten', lang)}", err=True)
            raise typer.Exit(INTERRUPTED) from None
    print_changes("changed", overrides, lang)
    print_text(say("cohort_saved", lang, file=out, clients=clients, months=months, rows=rows, note=NOTES[lang]))
