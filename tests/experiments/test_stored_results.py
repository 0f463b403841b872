"""What is stored is listed, checked and cleared away; failures stay visible until they succeed."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments import inventory
from experiments.errors import ExperimentError
from experiments.jobs import Job
from experiments.results_cli import age
from experiments.store import Store
from scenarios import Specification
from tests.experiments.made_up import table_of

COMMAND = "results"
DAY = 86_400


@pytest.fixture
def jobs(small: Specification, steady: Specification) -> list[Job]:
    """Three stored jobs of two questions, a day apart, the last one now."""
    made = [
        Job(small, 2, replicates=(0, 1)),
        Job(small, 2, replicates=(2, 3)),
        Job(steady, 2, replicates=(0, 1)),
    ]
    for days, job in zip((2, 1, 0), made, strict=True):
        Store().write(job, table_of(job, lambda *_: 0.5))
        for path in (Store().path(job), Store().manifest_path(job)):
            os.utime(path, (time.time() - days * DAY,) * 2)
    return made


def tell(pokmas, *args: str) -> dict:
    return json.loads(pokmas(*args, "--json")[1])


def test_list_tells_what_is_there(pokmas, jobs: list[Job]) -> None:
    Store().write_failure(Job(jobs[0].spec, 2, replicates=(4,)), "ZeroDivisionError: no counsellor")
    told = tell(pokmas, "list")
    assert [(each["scenario"], each["pairs"], each["failed"], each["months"]) for each in told["questions"]] == [
        ("wonosari", 4, 1, 2),
        ("wonosari-steady-budget", 2, 0, 2),
    ]
    assert told["bytes"] == sum(path.stat().st_size for path in Store().folder.rglob("*") if path.is_file())
    assert told["failures"] == [
        {"scenario": "wonosari", "replicates": "4", "error": "ZeroDivisionError: no counsellor"}
    ]
    code, out, _ = pokmas("list")
    assert (code, "Failed: wonosari, pair 4: ZeroDivisionError: no counsellor" in out) == (0, True)
    assert jobs[0].hash[:8] in out


def test_an_empty_folder_is_no_error(pokmas, results: Path) -> None:
    assert pokmas("list")[0] == pokmas("verify")[0] == 0
    assert not results.exists(), "looking makes no folder"


def test_show_gives_one_manifest_in_full(pokmas, jobs: list[Job]) -> None:
    shown = json.loads(pokmas("show", jobs[2].hash[:8])[1])
    assert shown == json.loads(Store().manifest_path(jobs[2]).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["zzz", ""])
def test_show_of_nothing_is_one_line(pokmas, jobs: list[Job], name: str) -> None:
    code, out, err = pokmas("show", name)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"pokmas: results: no run begins with .*\n", err)


def alter(job: Job, **changes: object) -> None:
    path = Store().manifest_path(job)
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_verify_says_plainly_what_is_wrong(pokmas, jobs: list[Job]) -> None:
    assert pokmas("verify")[0] == 0
    store = Store()
    store.path(jobs[0]).write_bytes(store.path(jobs[0]).read_bytes()[:-1])
    alter(jobs[1], code="0123456789abcdef")
    alter(jobs[2], machine={"processor": "Z80"})
    (store.path(jobs[0]).parent / f".{jobs[0].hash}.parquet.abc.tmp").touch()
    lonely = Job(jobs[0].spec, 3)
    store.path(lonely).parent.mkdir(parents=True, exist_ok=True)
    store.path(lonely).write_bytes(b"PAR1")
    code, out, _ = pokmas("verify")
    assert code == 1
    for words in ("damaged", "half written", "another version of the code (0123456789abcdef)", "processor (Z80)"):
        assert words in out
    assert [each["fault"] for each in tell(pokmas, "verify")["wrong"]].count("half_written") == 2


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Files and folders that the system lets nobody read."""
    paths: set[Path] = set()

    def guarded(name: str) -> None:
        look = getattr(Path, name)

        def read(path: Path) -> object:
            if path in paths:
                raise PermissionError(13, "Permission denied")
            return look(path)

        monkeypatch.setattr(Path, name, read)

    for name in ("read_bytes", "iterdir"):
        guarded(name)
    return paths


def test_a_file_that_cannot_be_read_is_a_fault_of_its_own_kind(pokmas, jobs: list[Job], locked: set[Path]) -> None:
    locked |= {Store().path(jobs[0]), Store().manifest_path(jobs[1])}
    code, out, err = pokmas("verify")
    assert (code, err, out.count("cannot be read; see who may read this file")) == (1, "", 2)
    assert [each["fault"] for each in tell(pokmas, "verify")["wrong"]] == ["unreadable"] * 2
    assert pokmas("list")[0] == pokmas("prune", "--unusable")[0] == 0
    assert left() == {job.hash for job in jobs}, "who may read it, may have it"


@pytest.mark.parametrize("command", [("list",), ("verify",), ("prune", "--unusable")])
def test_a_folder_that_cannot_be_read_is_one_clear_line(
    pokmas, jobs: list[Job], locked: set[Path], command: tuple[str, ...]
) -> None:
    locked.add(Store().path(jobs[0]).parent)
    code, out, err = pokmas(*command)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"pokmas: results folder '.*' cannot be read \(permission denied\); .*\n", err)


@pytest.mark.parametrize(
    "shape",
    [{"scenario": "x"}, {"scenario": {"name": "x"}}, {"replicates": None}, {"replicates": ["1"]}, {"machine": None},
     {"months": "2"}, {"seed": []}, {"assumptions": {}}, {"code": ["a"]}, {"hash": 1}],
)  # fmt: skip
def test_a_manifest_of_another_shape_is_damage(pokmas, jobs: list[Job], shape: dict[str, object]) -> None:
    Store().write_failure(lost := Job(jobs[0].spec, 3), "ZeroDivisionError")
    failure = Store().failure_path(lost)
    failure.write_text(json.dumps(json.loads(failure.read_text()) | shape))
    alter(jobs[0], **shape)
    assert [each["fault"] for each in tell(pokmas, "verify")["wrong"]] == ["damaged"] * 2
    assert len(tell(pokmas, "list")["questions"]) == 2
    assert pokmas("list")[0] == pokmas("show", jobs[0].hash)[0] == 0
    assert Store().read(jobs[0]) is None, "it is computed again"
    pokmas("prune", "--unusable")
    assert left() == {jobs[1].hash, jobs[2].hash}


def left() -> set[str]:
    return {path.stem for path in Store().folder.rglob("*.parquet")}


def test_prune_by_age_and_by_size_takes_the_oldest(pokmas, jobs: list[Job]) -> None:
    _, out, _ = pokmas("prune", "--older-than", "36h", "--dry-run")
    assert jobs[0].hash in out
    assert left() == {job.hash for job in jobs}, "a dry run removes nothing"
    assert [gone["name"] for gone in tell(pokmas, "prune", "--older-than", "36h")["removed"]] == [jobs[0].hash]
    size = sum(path.stat().st_size for path in Store().folder.rglob(f"{jobs[2].hash}*"))
    pokmas("prune", "--max-mb", str(size / 1e6))
    assert left() == {jobs[2].hash}


def test_prune_of_what_is_unusable_spares_what_may_be_on_its_way(pokmas, jobs: list[Job]) -> None:
    alter(jobs[1], code="0123456789abcdef")
    young, old = (Store().path(jobs[0]).parent / f".{name}.tmp" for name in ("young", "old"))
    young.touch()
    old.touch()
    os.utime(old, (time.time() - DAY,) * 2)
    pokmas("prune", "--unusable")
    assert left() == {jobs[0].hash, jobs[2].hash}
    assert (young.exists(), old.exists()) == (True, False)


@pytest.mark.parametrize("command", [("list",), ("verify",), ("show", "3f"), ("prune", "--unusable")])
def test_a_folder_that_was_named_and_is_not_there_is_an_error(pokmas, tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = tmp_path / "reslts"
    code, out, err = pokmas(*command, "--results", str(folder))
    said = f"pokmas: results folder '{folder}': no such folder; name one that is there with --results\n"
    assert (code, out, err) == (2, "", said)


def test_prune_touches_nothing_but_runs(pokmas, jobs: list[Job], results: Path) -> None:
    mine = [results / "thesis.parquet", results / "runs" / "note.txt", Store().path(jobs[0]).parent / "note.txt"]
    for path in mine:
        path.write_text("mine")
    pokmas("prune", "--max-mb", "0")
    assert left() == {"thesis"}
    assert all(path.exists() for path in mine)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("prune",), "say what may go"),
        (("prune", "--older-than", "soon"), "'soon' is no span of time"),
        (("prune", "--older-than", "-3d"), "'-3d' is no span of time"),
        (("prune", "--max-mb", "-1"), "-1 is not allowed"),
        (("prune", "--max-mb", "nan"), "nan is not allowed"),
        (("list", "--results", __file__), "is a file"),
    ],
)
def test_bad_input_is_one_clear_line(pokmas, jobs: list[Job], args: tuple[str, ...], words: str) -> None:
    code, out, err = pokmas(*args)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"pokmas: .*{words}.*\n", err), err
    assert len(left()) == 3


def test_spans_of_time() -> None:
    assert [age(text).total_seconds() / 3600 for text in ("12h", "30d", "2w", "1")] == [12, 720, 336, 24]
    with pytest.raises(ExperimentError):
        age("1e400")


def test_a_name_must_be_clear(jobs: list[Job]) -> None:
    with pytest.raises(ExperimentError, match="runs begin with"):
        inventory.one([each for each in inventory.entries(Store()) for _ in range(2)], jobs[0].hash)


def limited() -> None:
    """No file may grow beyond 4 kB, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_disk_that_takes_no_more_is_one_clear_line(results: Path) -> None:
    command = [sys.executable, "-m", "experiments", "run", "wonosari", "--set", "setting.clients=20", "--months", "2"]
    # A compiled module is a file, too: cut off at 4 kB it would stay where it is, for everybody.
    done = subprocess.run(
        command, capture_output=True, text=True, preexec_fn=limited, timeout=120, check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        rf"pokmas: results folder '{results}' cannot be written to \(file too large\); .*\n", done.stderr
    )
    assert not [path for path in results.rglob("*") if path.is_file()], "nothing half written stays"
