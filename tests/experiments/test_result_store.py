"""What is in the store is whole: damage is recognised, writing is all or nothing, and a manifest says how it came."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments.errors import ExperimentError
from experiments.jobs import Job
from experiments.store import Store
from scenarios import Specification, from_text
from tests.experiments.made_up import table_of


@pytest.fixture
def job(small: Specification) -> Job:
    return Job(small, months=2, replicates=(0, 1))


@pytest.fixture
def table(job: Job) -> pd.DataFrame:
    return table_of(job, lambda name, replicate: float("nan") if name == "reoffending_36m" else replicate / 3)


@pytest.fixture
def store(results: Path, job: Job, table: pd.DataFrame) -> Store:
    """A store that holds the table."""
    filled = Store()
    filled.write(job, table, seconds=1.0)
    return filled


def test_what_is_written_is_read_bit_for_bit(store: Store, job: Job, table: pd.DataFrame) -> None:
    assert_frame_equal(store.read(job), table, check_exact=True)


def test_what_is_not_there_is_none(results: Path, job: Job) -> None:
    assert Store().read(job) is None
    assert not results.exists()


def test_the_folder_is_the_argument_then_the_environment_then_results(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Store(tmp_path / "mine").folder == tmp_path / "mine"
    assert Store().folder == results
    monkeypatch.delenv("POKMAS_RESULTS")
    assert Store().folder == Path("results")


def test_equal_tables_are_equal_files(store: Store, job: Job, table: pd.DataFrame, tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    other.write(job, table.copy())
    assert other.path(job).read_bytes() == store.path(job).read_bytes()


@pytest.mark.parametrize(
    "damage",
    ["truncated", "emptied", "one bit", "gone", "no manifest", "half a manifest", "wrong manifest", "another's"],
)
def test_damage_is_recognised(store: Store, job: Job, damage: str) -> None:
    path, manifest = store.path(job), store.manifest_path(job)
    content = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(content[:-9])
    elif damage == "emptied":
        path.write_bytes(b"")
    elif damage == "one bit":
        path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    elif damage == "gone":
        path.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "half a manifest":
        manifest.write_bytes(manifest.read_bytes()[:50])
    elif damage == "another's":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"hash": "0" * 32}))
    else:
        manifest.write_text("[]")
    assert store.read(job) is None


def test_a_file_that_is_no_table_is_recognised_even_under_its_own_checksum(store: Store, job: Job) -> None:
    manifest = json.loads(store.manifest_path(job).read_text())
    store.path(job).write_bytes(b"PAR1 but no table")
    manifest["sha256"] = hashlib.sha256(b"PAR1 but no table").hexdigest()
    store.manifest_path(job).write_text(json.dumps(manifest))
    assert store.read(job) is None


def test_the_manifest_tells_how_the_table_came_about(
    job: Job, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["/where/it/is/pokmas", "run", "my plan.yaml"])
    store = Store()
    store.write(job, table)
    manifest = json.loads(store.manifest_path(job).read_text(encoding="utf-8"))
    assert from_text(manifest["scenario"]["yaml"]).hash == job.spec.hash == manifest["scenario"]["hash"]
    assert {"months": 2, "seed": 1, "replicates": [0, 1], "assumptions": "drawn"}.items() <= manifest.items()
    assert {"python", "numpy", "pandas", "pyarrow", "mesa"} <= set(manifest["versions"])
    assert manifest["machine"]["processor"]
    assert manifest["command"] == "pokmas run 'my plan.yaml'"
    assert manifest["finished"].endswith("+00:00")


def test_nothing_is_left_beside_the_two_files(store: Store, job: Job) -> None:
    assert sorted(path.name for path in store.path(job).parent.iterdir()) == [f"{job.hash}.json", f"{job.hash}.parquet"]


def test_writing_fails_whole(store: Store, job: Job, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.path(job).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExperimentError, match=r"cannot be written to \(no space left on device\)"):
        store.write(job, table * 2)
    assert store.path(job).read_bytes() == before
    test_nothing_is_left_beside_the_two_files(store, job)


def test_many_may_write_the_same_at_once(store: Store, job: Job, table: pd.DataFrame) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(Store().write, job, table) for _ in range(40)]
        assert [future.result() for future in done] == [None] * 40
    assert_frame_equal(store.read(job), table, check_exact=True)
    test_nothing_is_left_beside_the_two_files(store, job)


def test_a_folder_that_refuses_is_one_clear_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ExperimentError, match=r"results folder '.*file' cannot be written to .*--results"):
        Store(blocked).prepare()
