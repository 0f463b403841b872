"""What a results folder holds: every run with its manifest, what is wrong with it, and how much may go.

A results folder grows until somebody tidies it. Nothing here computes; nothing but the files of runs is ever removed.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from experiments.errors import ExperimentError
from experiments.jobs import code_version
from experiments.store import FAILED, Store, answers, decode, manifest_in, this_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Fault = Literal["unreadable", "damaged", "half_written", "other_code", "other_processor"]

SHORT = 8
"""Digits of a name that people read and type."""

UNFINISHED = timedelta(hours=1)
"""A file half written may still be on its way; one older than this is left over."""


@dataclass(frozen=True, eq=False)
class Entry:
    """The files of one job.

    Attributes:
        name: Hash of the job, or the file's own name when it has none.
        files: Its files.
        bytes: What they take.
        written: When they were written.
        manifest: How the table came about; None when it is missing, damaged or cannot be read.
        error: Why the job failed, when all there is of it is that.
    """

    name: str
    files: tuple[Path, ...]
    bytes: int
    written: datetime
    manifest: dict[str, Any] | None
    error: str | None = None


@dataclass(frozen=True)
class Question:
    """Runs of one scenario that belong together: same months, seed, assumptions and code.

    Attributes:
        name: Short name of its first run.
        scenario: Name of the scenario.
        months: Months stepped.
        seed: Seed.
        assumptions: ``"drawn"`` or ``"fixed"``.
        pairs: Replicates that are there.
        failed: Replicates that failed.
        current: Whether the code of today would use them.
        written: When the last of them was.
        bytes: What they take.
    """

    name: str
    scenario: str
    months: int
    seed: int
    assumptions: str
    pairs: int
    failed: int
    current: bool
    written: datetime
    bytes: int


def entries(store: Store) -> list[Entry]:
    """Return every run and every failure in the folder, the oldest first.

    Raises:
        ExperimentError: The folder is there and cannot be read.
    """
    found: defaultdict[str, list[Path]] = defaultdict(list)
    try:
        for path in _files(store.folder / "runs"):
            if path.name.endswith((".parquet", ".json", ".tmp")):
                found[path.name.removeprefix(".") if path.suffix == ".tmp" else _stem(path)].append(path)
        made = [entry for name, files in found.items() for entry in _entries(name, sorted(files))]
    except OSError as error:
        raise store.refusal("read", error) from error
    return sorted(made, key=lambda entry: (entry.written, entry.name))


def _files(runs: Path) -> Iterator[Path]:
    """The files in the folders of ``runs``; a glob would pass over a folder that cannot be read."""
    folders = [each for each in runs.iterdir() if each.is_dir()] if runs.exists() else []
    return (path for folder in folders for path in folder.iterdir() if path.is_file())


def _stem(path: Path) -> str:
    return path.name.removesuffix(FAILED).removesuffix(".json").removesuffix(".parquet")


def _entries(name: str, files: list[Path]) -> Iterator[Entry]:
    failed = [path for path in files if path.name.endswith(FAILED)]
    others = [path for path in files if path not in failed]
    for some in (others, failed):
        sizes = [(path, stat) for path in some if (stat := _stat(path)) is not None]
        if not sizes:
            continue
        manifest = next((_read(path) for path, _ in sizes if path.suffix == ".json"), None)
        newest = max(stat.st_mtime for _, stat in sizes)
        error = str((manifest or {}).get("error", "unknown")) if some is failed else None
        size = sum(stat.st_size for _, stat in sizes)
        written = datetime.fromtimestamp(newest, UTC)
        yield Entry(name, tuple(path for path, _ in sizes), size, written, manifest, error)


def _stat(path: Path) -> Any:
    """What the system says of a file; None when somebody else has just removed it."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return manifest_in(path.read_bytes())
    except OSError:
        return None


def questions(found: Iterable[Entry]) -> list[Question]:
    """Gather runs into the questions they answer, the newest first; what has no manifest belongs to none."""
    together: defaultdict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for entry in found:
        if (kept := entry.manifest) is not None:
            key = (kept["scenario"]["hash"], kept["months"], kept["seed"], kept.get("assumptions"), kept.get("code"))
            together[*key, json.dumps(kept.get("more"), sort_keys=True)].append(entry)
    return sorted((_question(some) for some in together.values()), key=lambda each: each.written, reverse=True)


def _question(some: list[Entry]) -> Question:
    manifests = [(entry, entry.manifest) for entry in some if entry.manifest is not None]
    first, manifest = min(manifests, key=lambda pair: (pair[0].error is not None, pair[1]["replicates"]))
    done = {replicate for entry, kept in manifests if entry.error is None for replicate in kept["replicates"]}
    failed = {replicate for entry, kept in manifests if entry.error is not None for replicate in kept["replicates"]}
    return Question(
        name=first.name[:SHORT],
        scenario=manifest["scenario"]["name"],
        months=manifest["months"],
        seed=manifest["seed"],
        assumptions=str(manifest.get("assumptions")),
        pairs=len(done),
        failed=len(failed - done),
        current=manifest.get("code") == code_version(),
        written=max(entry.written for entry in some),
        bytes=sum(entry.bytes for entry in some),
    )


def one(found: Iterable[Entry], name: str) -> Entry:
    """Return the run whose name begins with ``name``.

    Raises:
        ExperimentError: None does, or several do.
    """
    near = [entry for entry in found if name and entry.name.startswith(name)]
    near = [entry for entry in near if entry.error is None] or near
    if len(near) == 1:
        return near[0]
    if near:
        raise ExperimentError(f"results: {len(near)} runs begin with '{name}'; give more digits")
    raise ExperimentError(f"results: no run begins with '{name}'; pokmas results list names them")


def fault(entry: Entry) -> Fault | None:
    """Return what is wrong with a run: the first that holds of the faults; nothing where it has just been removed."""
    try:
        content = {path.suffix: path.read_bytes() for path in entry.files if path.suffix != ".tmp"}
    except FileNotFoundError:
        return None
    except OSError:
        return "unreadable"
    if entry.error is None and set(content) != {".json", ".parquet"}:
        return "half_written"
    if entry.manifest is None:
        return "damaged"
    if entry.error is not None:
        return None
    table = content[".parquet"]
    if not answers(entry.manifest, entry.name, table) or decode(table) is None:
        return "damaged"
    if entry.manifest.get("code") != code_version():
        return "other_code"
    return None if entry.manifest.get("machine") == this_machine() else "other_processor"


def too_old(found: Iterable[Entry], age: timedelta) -> set[Entry]:
    """Return what was written longer ago than ``age``."""
    return {entry for entry in found if datetime.now(UTC) - entry.written > age}


def too_much(found: list[Entry], most_bytes: float) -> set[Entry]:
    """Return the oldest runs, as many as must go until the rest takes ``most_bytes`` or less."""
    going: set[Entry] = set()
    left = sum(entry.bytes for entry in found)
    for entry in found:
        if left <= most_bytes:
            break
        going.add(entry)
        left -= entry.bytes
    return going


def unusable(found: Iterable[Entry]) -> set[Entry]:
    """Return what cannot answer any more: damaged, left half written, made by another version of the code."""
    wrong = {entry: fault(entry) for entry in found}
    half_written = {entry for entry, kind in wrong.items() if kind == "half_written"}
    answerless = {entry for entry, kind in wrong.items() if kind in ("damaged", "other_code")}
    return answerless | too_old(half_written, UNFINISHED)


def remove(store: Store, going: Iterable[Entry]) -> None:
    """Remove runs, each manifest before its table, so that half a removal is no result.

    Raises:
        ExperimentError: The folder cannot be written to.
    """
    try:
        for path in (path for entry in going for path in sorted(entry.files, key=lambda path: path.suffix)):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise store.refusal("written to", error) from error


def free_bytes(store: Store) -> int:
    """Return what is free on the disk on which the folder is or will be."""
    place = store.folder.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
