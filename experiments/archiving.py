"""A comparison as one file that a stranger can read, check and compute again.

It holds the resolved scenarios, the question, data, figures, the report in both languages, the description of the model
and a script. Times and machines stay out of it, so that the same question gives the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import ExperimentError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from experiments.comparing import Comparison
    from scenarios import Specification

FORMAT = 1
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the first that a zip file knows."""

LARGE = "runs"
"""The table of every run month by month, too large for a spreadsheet."""

QUESTION, VERSIONS, DATA = "question.json", "versions.json", "data"

SETTINGS = ("pairs", "months", "seed", "smallest_difference", "assumptions")
"""What a question holds beside its plans."""

RUN = '''"""Computes this comparison again with the installed Pokmas and says whether the numbers are the same.

    python run.py             computes everything again into the folder again/ and compares it with data/
    python run.py --workers 4
"""

import sys

from experiments.archiving import main

if __name__ == "__main__":
    sys.exit(main(__file__))
'''

README = """Pokmas, comparison {run}

Question      question.json, plans/ (scenario files that need no other file)
Answer        report-id.html, report-en.html (two pages each), figures/ (SVG)
Numbers       data/*.parquet, data/*.csv (comma, decimal point), data/id/*.csv (semicolon, decimal comma;
              all but the largest)
Their meaning data-dictionary-id.csv, data-dictionary-en.csv, papers/data-dictionary.md
The model     papers/odd.md (ODD protocol), papers/parameters.md
Versions      versions.json
Again         python run.py, where Pokmas is installed
              {command}

It compares policies. It says nothing about any real person and must not be used to judge one.
Cite: papers/CITATION.cff. Licence: papers/LICENSE.
"""


def archive(
    question: Comparison | Sequence[str | os.PathLike[str] | Specification],
    out: str | os.PathLike[str],
    *,
    indicator: str | None = None,
    **asked: Any,
) -> Path:
    """Write a comparison with everything that belongs to it into one zip file.

    Args:
        question: A comparison, or the scenarios to compare as for :func:`compare`; two to four plans.
        out: File to write, its name ending in .zip.
        indicator: Indicator that the report looks at first.
        asked: The other arguments of :func:`compare`, for scenarios.

    Returns:
        The file.

    Raises:
        ExperimentError: As :func:`report`.
        scenarios.ScenarioError: A scenario that cannot be used.
    """
    from experiments.exports import check_ending, write_bytes
    from experiments.reporting import compared

    path = check_ending(out, "archive", endings=(".zip",))
    assert path is not None
    files = contents(compared(question, indicator, **asked), indicator)
    write_bytes(zipped(files), path, "archive")
    return path


def contents(comparison: Comparison, indicator: str | None = None) -> dict[str, bytes]:
    """Return every file of the archive by its name."""
    from experiments import citing
    from experiments.jobs import code_version
    from experiments.papers import PAPERS, paper
    from experiments.runs import as_text
    from experiments.store import versions

    asked = citing.asked(comparison)
    names = (comparison.baseline, *comparison.scenarios)
    plans = {f"plans/{citing.plan_file(plan)}": comparison.specifications[name] for plan, name in enumerate(names)}
    run = citing.run_id([spec.hash for spec in plans.values()], **asked)
    question = {
        "format": FORMAT,
        "run": run,
        "plans": list(plans),
        "hashes": [spec.hash for spec in plans.values()],
        "indicator": indicator,
        "overrides": as_text(comparison.overrides),
        **asked,
    }
    command = citing.command_line("compare", list(plans), **asked)
    return {
        "README.txt": README.format(run=run, command=command).encode(),
        QUESTION: _json(question),
        VERSIONS: _json({"code": code_version(), **versions()}),
        "run.py": RUN.encode(),
        **{name: spec.to_yaml().encode() for name, spec in plans.items()},
        **results(comparison, indicator),
        **dictionaries(),
        **{f"papers/{name}": paper(name) for name in PAPERS},
    }


def results(comparison: Comparison, indicator: str | None = None) -> dict[str, bytes]:
    """Return the files that computing again gives again: data, figures and reports, by name."""
    from experiments.briefing import Brief
    from experiments.exports import table_bytes
    from experiments.reporting import page
    from experiments.texts import LANGUAGES, texts

    files: dict[str, bytes] = {}
    for name, table in tables(comparison).items():
        files[f"{DATA}/{name}.parquet"] = table_bytes(table, ".parquet")
        files[f"{DATA}/{name}.csv"] = table_bytes(table, ".csv", "en")
        if name != LARGE:
            files[f"{DATA}/id/{name}.csv"] = table_bytes(table, ".csv", "id")
    for language in LANGUAGES:
        files[f"report-{language}.html"] = page(comparison, language, indicator=indicator).encode()
        drawings = Brief(comparison, texts(language), indicator).drawings()
        files |= {f"figures/{name}-{language}.svg": drawing.encode() for name, drawing in drawings.items()}
    return files


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison by name, as `dictionary` describes them."""
    from experiments.outcomes import bands

    return {
        "summary": comparison.summary,
        "pairs": comparison.differences,
        "bands": bands(comparison.history),
        "runs": comparison.history,
    }


def dictionaries() -> dict[str, bytes]:
    """Return the data dictionary as a file in each language."""
    from experiments.dictionaries import dictionary
    from experiments.exports import table_bytes

    return {
        "data-dictionary-en.csv": table_bytes(dictionary("en"), ".csv", "en"),
        "data-dictionary-id.csv": table_bytes(dictionary("id"), ".csv", "id"),
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of some files; equal files give equal bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as target:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(entry, files[name], compresslevel=6)
    return sink.getvalue()


def again(folder: Path, *, workers: int | None = None, results_folder: Path | None = None) -> tuple[list[str], int]:
    """Compute an unpacked archive again into its folder ``again``.

    Args:
        folder: Where the archive was unpacked.
        workers: How many local processes.
        results_folder: Results folder; without it one inside ``again``.

    Returns:
        Names of the files of ``data`` that came out differently, and how many there are.

    Raises:
        ExperimentError: A file is missing or damaged, or the comparison cannot be computed.
        scenarios.ScenarioError: A plan cannot be used.
    """
    from experiments.comparing import compare
    from scenarios import load

    asked = _question(folder)
    plans = [load(folder / name) for name in asked["plans"]]
    named = zip(asked["plans"], plans, asked["hashes"], strict=True)
    wrong = [name for name, plan, known in named if plan.hash != known]
    if wrong:
        raise ExperimentError(f"{', '.join(wrong)}: not the plan that was compared; unpack the archive again")
    fresh = folder / "again"
    settings = {name: asked[name] for name in SETTINGS}
    comparison = compare(plans, workers=workers, results=results_folder or fresh / "results", **settings)
    comparison = replace(comparison, overrides=asked.get("overrides", {}))  # the plans hold them already
    made = results(comparison, asked["indicator"])
    for name, content in made.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    data = [name for name in made if name.startswith(f"{DATA}/")]
    return [name for name in data if _read(folder / name) != made[name]], len(data)


def main(script: str, args: Sequence[str] | None = None) -> int:
    """What the script of an archive does; returns 0 when all data are the same, 1 when some differ, 2 on bad input."""
    import argparse
    import sys

    from experiments.jobs import code_version
    from scenarios import ScenarioError

    options = argparse.ArgumentParser(description="Compute this comparison again and compare the data.")
    options.add_argument("--workers", type=int, default=None, help="processes to use; by default one per processor")
    chosen = options.parse_args(args)
    folder = Path(script).resolve().parent
    try:
        there = _object(folder / VERSIONS).get("code")
        if there != code_version():
            said = f"This Pokmas holds other code of the model ({code_version()}, not {there}): numbers may differ."
            sys.stderr.write(f"{said}\n")
        different, of = again(folder, workers=chosen.workers)
    except (ExperimentError, ScenarioError, ValueError, OSError) as error:
        sys.stderr.write(f"run.py: {' '.join(str(error).split())}\n")
        return 2
    if different:
        sys.stdout.write(f"{len(different)} of {of} data files differ: {', '.join(different)}\n")
        return 1
    sys.stdout.write(f"All {of} data files are the same. Figures and reports: {folder / 'again'}\n")
    return 0


def _question(folder: Path) -> dict[str, Any]:
    """The question of an unpacked archive."""
    asked = _object(folder / QUESTION)
    if asked.get("format") != FORMAT:
        raise ExperimentError(f"'{folder / QUESTION}' was written by another version of Pokmas; install that one")
    if missing := [name for name in ("plans", "hashes", "indicator", *SETTINGS) if name not in asked]:
        raise ExperimentError(f"'{folder / QUESTION}' lacks {', '.join(missing)}; unpack the archive again")
    plans, hashes, indicator = asked["plans"], asked["hashes"], asked["indicator"]
    told = _texts(plans) and _texts(hashes) and len(plans) == len(hashes) and isinstance(indicator, str | None)
    if not told or not isinstance(asked.get("overrides", {}), dict):
        raise _damaged(folder / QUESTION)
    return asked


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _damaged(path: Path) -> ExperimentError:
    return ExperimentError(f"'{path}' is damaged; unpack the archive again")


def _object(path: Path) -> dict[str, Any]:
    """What a file of an archive holds as one JSON object."""
    content = _read(path)
    if content is None:
        raise ExperimentError(f"'{path}' is missing; unpack the archive again")
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _damaged(path)
    return found


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
