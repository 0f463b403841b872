"""`pokmas results`: see what a results folder holds, check it, and make room."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.errors import ExperimentError
from experiments.options import Json, Lang, Results, decimal_number, example
from experiments.wording import bytes_of, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.inventory import Entry
    from experiments.store import Store

results_app = typer.Typer(rich_markup_mode=None, help="Look at what is stored: list, show, verify, prune.")

SPANS = {"h": 1 / 24, "d": 1.0, "w": 7.0}
"""Days in a span of time, by its letter."""


@results_app.command("list", epilog=example("pokmas results list --results results"))
def list_stored(results: Results = None, lang: Lang = "en", as_json: Json = False) -> None:
    """List the questions that have runs, the newest first."""
    from experiments.inventory import entries, free_bytes, questions
    from experiments.printing import print_json, print_rows, print_text

    store = _store(results)
    found = entries(store)
    asked = questions(found)
    if as_json:
        rows = [vars(each) | {"written": each.written.isoformat(timespec="seconds")} for each in asked]
        failures = [_failure(entry) for entry in found if entry.error is not None]
        print_json(_use(store, found) | {"questions": rows, "failures": failures})
        return
    if asked:
        heads = ["name", "scenario", "months_column", "pairs_column", "failed_column"]
        heads += ["seed", "assumptions", "when", "size"]
        print_rows(
            [say(head, lang) for head in heads],
            [
                [
                    each.name,
                    each.scenario if each.current else f"{each.scenario} {say('old_code', lang)}",
                    str(each.months), str(each.pairs), str(each.failed), str(each.seed), each.assumptions,
                    f"{each.written.astimezone():%Y-%m-%d %H:%M}", bytes_of(each.bytes, lang),
                ]
                for each in asked
            ],
        )  # fmt: skip
    for entry in found:
        if entry.error is not None:
            print_text(say("failed_row", lang, **_failure(entry)))
    used = {"pieces": len(found), "used": bytes_of(_bytes(found), lang), "free": bytes_of(free_bytes(store), lang)}
    print_text(say("disk", lang, folder=store.folder, **used))


@results_app.command(epilog=example("pokmas results show 3f9a2c71"))
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="First digits of the name of a run, as list shows it.")],
    results: Results = None,
) -> None:
    """Show how one run came about: its manifest in full, as JSON."""
    from experiments.inventory import entries, one
    from experiments.printing import print_json

    entry = one(entries(_store(results)), name)
    print_json(entry.manifest or {"hash": entry.name, "error": "its manifest is missing, damaged or cannot be read"})


@results_app.command(epilog=example("pokmas results verify && echo all is well"))
def verify(results: Results = None, lang: Lang = "en", as_json: Json = False) -> None:
    """Check every run: unreadable, damaged, half written, made by other code or on another processor."""
    from experiments.inventory import entries, fault
    from experiments.printing import print_json, print_text

    store = _store(results)
    found = entries(store)
    wrong = [(entry, kind) for entry in found if (kind := fault(entry)) is not None]
    if as_json:
        rows = [
            {"name": entry.name, "fault": kind, "files": [str(path) for path in entry.files]} for entry, kind in wrong
        ]
        print_json(_use(store, found) | {"wrong": rows})
    else:
        for entry, kind in wrong:
            print_text(f"{entry.files[-1]}: {say(kind, lang, made_by=_made_by(entry, kind))}")
        print_text(say("verified", lang, pieces=len(found), wrong=len(wrong), folder=store.folder))
    if wrong:
        raise typer.Exit(1)


@results_app.command(epilog=example("pokmas results prune --older-than 90d --max-mb 2000 --dry-run"))
def prune(
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Remove what was written longer ago: 12h, 30d or 8w.")
    ] = None,
    max_mb: Annotated[
        float | None,
        typer.Option(parser=decimal_number, metavar="MB", help="Remove the oldest until the rest takes so much."),
    ] = None,
    unusable: Annotated[
        bool, typer.Option("--unusable", help="Remove what is damaged, half written or made by other code.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
    results: Results = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Make room: remove runs, and say which; a question asked again computes them anew."""
    from experiments import inventory
    from experiments.printing import print_json, print_text

    if older_than is None and max_mb is None and not unusable:
        raise ExperimentError("prune: say what may go: --older-than 90d, --max-mb 2000 or --unusable")
    if max_mb is not None and not 0 <= max_mb < float("inf"):
        raise ExperimentError(f"--max-mb: {max_mb:g} is not allowed; give a number from 0")
    store = _store(results)
    found = inventory.entries(store)
    going = inventory.too_old(found, age(older_than)) if older_than is not None else set()
    going |= inventory.unusable(found) if unusable else set()
    if max_mb is not None:
        going |= inventory.too_much([entry for entry in found if entry not in going], 1e6 * max_mb)
    gone = [entry for entry in found if entry in going]
    if not dry_run:
        inventory.remove(store, gone)
    if as_json:
        rows = [{"name": entry.name, "bytes": entry.bytes, "scenario": _scenario(entry)} for entry in gone]
        print_json({"folder": str(store.folder), "dry_run": dry_run, "removed": rows, "bytes": _bytes(gone)})
        return
    for entry in gone:
        print_text(f"{entry.name}  {_scenario(entry)}  {entry.written.astimezone():%Y-%m-%d %H:%M}")
    left = _bytes(found) - _bytes(gone)
    key = "would_go" if dry_run else "pruned"
    print_text(say(key, lang, pieces=len(gone), size=bytes_of(_bytes(gone), lang), left=bytes_of(left, lang)))


def age(text: str) -> timedelta:
    """Read a span of time such as ``12h``, ``30d`` or ``8w``; a number alone counts days.

    Raises:
        ExperimentError: It is none.
    """
    number, days = (text[:-1], SPANS[text[-1]]) if text and text[-1] in SPANS else (text, 1.0)
    try:
        return timedelta(days=days * _positive(number))
    except (ValueError, OverflowError):
        raise ExperimentError(f"--older-than: '{text}' is no span of time; write for instance 12h, 30d or 8w") from None


def _positive(text: str) -> float:
    value = float(text)
    if not value >= 0:
        raise ValueError(text)
    return value


def _store(results: str | None) -> Store:
    from experiments.store import Store

    store = Store(results)
    if results is not None and not store.folder.exists():
        raise ExperimentError(f"results folder '{store.folder}': no such folder; name one that is there with --results")
    if store.folder.exists() and not store.folder.is_dir():
        raise ExperimentError(f"results folder '{store.folder}' is a file; name a folder with --results")
    return store


def _bytes(found: Sequence[Entry]) -> int:
    return sum(entry.bytes for entry in found)


def _use(store: Store, found: Sequence[Entry]) -> dict[str, Any]:
    from experiments.inventory import free_bytes

    return {"folder": str(store.folder), "runs": len(found), "bytes": _bytes(found), "free_bytes": free_bytes(store)}


def _failure(entry: Entry) -> dict[str, Any]:
    replicates = (entry.manifest or {}).get("replicates", [])
    return {"scenario": _scenario(entry), "replicates": ", ".join(map(str, replicates)), "error": entry.error}


def _scenario(entry: Entry) -> str:
    return str(entry.manifest["scenario"]["name"]) if entry.manifest else "?"


def _made_by(entry: Entry, kind: str) -> str:
    manifest = entry.manifest or {}
    found = manifest.get("machine", {}).get("processor") if kind == "other_processor" else manifest.get("code")
    return str(found or "unknown")
