"""Results addressed by content: a table is kept under the hash of its job, beside a manifest that says how it came.

Both are written under a temporary name, forced to disk and renamed, the manifest last. So what is present is done;
what is half written or damaged fails its checksum and is computed again; two processes that finish the same job
at once replace equal bytes by equal bytes. A job that failed leaves a row that says why, until it succeeds.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import shlex
import sys
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from experiments.errors import ExperimentError
from experiments.jobs import Job, code_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from scenarios import Specification

FAILED = ".failed.json"
"""End of the name of a file that says why a job failed."""

SHAPE: dict[str, type] = {
    "hash": str,
    "scenario": dict,
    "months": int,
    "seed": int,
    "replicates": list,
    "assumptions": str,
    "code": str,
    "machine": dict,
}
"""What is read of a manifest again, and of which kind it is."""

LIBRARIES = ("pokmas", "numpy", "scipy", "pandas", "pyarrow", "mesa", "pydantic")


class Store:
    """A results folder.

    Args:
        results: The folder; without it ``POKMAS_RESULTS``, and without that ``results`` where the command runs. It is
            created when the first table is written.
    """

    def __init__(self, results: str | os.PathLike[str] | None = None) -> None:
        self.folder = Path(results or os.environ.get("POKMAS_RESULTS") or "results").expanduser()

    def path(self, job: Job) -> Path:
        """Where the table of ``job`` is or will be."""
        return self.folder / "runs" / job.hash[:2] / f"{job.hash}.parquet"

    def manifest_path(self, job: Job) -> Path:
        """Where the manifest of ``job`` is or will be."""
        return self.path(job).with_suffix(".json")

    def failure_path(self, job: Job) -> Path:
        """Where it says why ``job`` failed, if it did when it was last asked."""
        return self.path(job).with_suffix(FAILED)

    def holds(self, job: Job) -> bool:
        """Whether there is a manifest of ``job``; only reading tells whether its table is whole."""
        return self.manifest_path(job).is_file()

    def prepare(self) -> None:
        """Make the folder and try to write in it, before anything is computed.

        Raises:
            ExperimentError: The folder cannot be written to.
        """
        probe = self.folder / "runs" / f".{uuid.uuid4().hex}.tmp"
        try:
            probe.parent.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise self.refusal("written to", error) from error

    def read(self, job: Job) -> pd.DataFrame | None:
        """Return the table of ``job``, or None when it is missing, half written or damaged.

        Raises:
            ExperimentError: The file is there and the system forbids reading it.
        """
        try:
            manifest = manifest_in(self.manifest_path(job).read_bytes())
            content = self.path(job).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self.refusal("read", error) from error
        return decode(content) if manifest is not None and answers(manifest, job.hash, content) else None

    def write(
        self, job: Job, table: pd.DataFrame, seconds: float | None = None, machine: dict[str, str] | None = None
    ) -> None:
        """Keep ``table`` as the answer to ``job``.

        Args:
            job: The job.
            table: Its table.
            seconds: What it took to compute.
            machine: Where it was computed, as :func:`this_machine` says there; here, unless told.

        Raises:
            ExperimentError: The disk is full or the folder cannot be written to.
        """
        content = _encode(table)
        manifest = _manifest(job, machine) | {
            "sha256": hashlib.sha256(content).hexdigest(),
            "rows": len(table),
            "seconds": None if seconds is None else round(seconds, 3),
        }
        with self._writing():
            self.path(job).parent.mkdir(parents=True, exist_ok=True)
            _write_whole(self.path(job), content)
            _write_whole(self.manifest_path(job), _text(manifest))
            for each in {job, *job.singles()}:
                self.failure_path(each).unlink(missing_ok=True)

    def write_failure(self, job: Job, message: str) -> None:
        """Keep why ``job`` failed, in one line.

        Raises:
            ExperimentError: The disk is full or the folder cannot be written to.
        """
        with self._writing():
            self.failure_path(job).parent.mkdir(parents=True, exist_ok=True)
            _write_whole(self.failure_path(job), _text(_manifest(job) | {"error": message}))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self.refusal("written to", error) from error

    def refusal(self, verb: str, error: OSError) -> ExperimentError:
        """Say in one line that the folder cannot be read or written to, and why."""
        reason = (error.strerror or str(error)).lower()
        return ExperimentError(
            f"results folder '{self.folder}' cannot be {verb} ({reason}); "
            "choose another with --results or POKMAS_RESULTS"
        )


def _encode(table: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = BytesIO()
    columns = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(columns, sink, compression="zstd")
    return sink.getvalue()


def manifest_in(content: bytes) -> dict[str, Any] | None:
    """Return the manifest in the bytes of a file, or None when these are none."""
    try:
        manifest = json.loads(content)
    except ValueError:
        return None
    if not isinstance(manifest, dict) or not all(isinstance(manifest.get(name), kind) for name, kind in SHAPE.items()):
        return None
    scenario, replicates = manifest["scenario"], manifest["replicates"]
    named = isinstance(scenario.get("name"), str) and isinstance(scenario.get("hash"), str)
    return manifest if named and all(isinstance(each, int) for each in replicates) else None


def answers(manifest: dict[str, Any], name: str, content: bytes) -> bool:
    """Whether a manifest is that of the job of this hash, and its table the bytes beside it."""
    return bool(manifest["hash"] == name and manifest.get("sha256") == hashlib.sha256(content).hexdigest())


def decode(content: bytes) -> pd.DataFrame | None:
    """Return the table in the bytes of a Parquet file, or None when these are no table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table: pd.DataFrame = pq.read_table(BytesIO(content)).to_pandas()
    except pa.ArrowInvalid:
        return None
    return table


@contextmanager
def complete_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when it is complete, and on the disk."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write_whole(path: Path, content: bytes) -> None:
    with complete_file(path) as file:
        file.write(content)


def _text(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()


def _manifest(job: Job, machine: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "hash": job.hash,
        "scenario": {"name": job.spec.name, "hash": job.spec.hash, "yaml": _yaml(job.spec)},
        "months": job.months,
        "seed": job.seed,
        "replicates": list(job.replicates),
        "assumptions": job.assumptions,
        "more": job.more,
        "driver": job.driver,
        "code": code_version(),
        "versions": versions(),
        "machine": machine or this_machine(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command(),
    }


@lru_cache(maxsize=1024)
def _yaml(spec: Specification) -> str:
    """A scenario as text, made once for all its blocks."""
    return spec.to_yaml()


def command() -> str:
    """The command line that asked, for the record."""
    program = Path(sys.argv[0])
    start = ["python", "-m", program.parent.name] if program.name == "__main__.py" else [program.name]
    return shlex.join([*start, *sys.argv[1:]])


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of what computed, by name."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


@lru_cache(maxsize=1)
def this_machine() -> dict[str, str]:
    """System, architecture and processor here; between kinds of processors the last bit of a number may differ."""
    return {"system": platform.system(), "architecture": platform.machine(), "processor": _processor()}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
