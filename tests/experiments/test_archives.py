"""An archive holds all that belongs to a comparison, and a stranger computes the same bytes from it."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from experiments import ExperimentError, archive, compare, dictionary, serial
from experiments.archiving import contents, main, tables, zipped
from experiments.jobs import code_version
from experiments.papers import PAPERS, SHELF, paper
from experiments.texts import LANGUAGES
from scenarios import load
from tests.experiments.told import comparison
from tests.source import ROOT


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "run.py", "--workers", "1"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two small plans, one of which ships with Pokmas in no form, in an empty folder."""
    folder = tmp_path_factory.mktemp("archive")
    size = {"setting.clients": 40}
    plans = [load("wonosari", size), load("wonosari", size | {"levers.human_resources.counsellors": 30})]
    answer = compare(plans, pairs=3, months=3, executor=serial(), results=folder / "results")
    path = archive(answer, folder / "answer.zip", indicator="coverage_ever")
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_a_stranger_computes_the_same_bytes(unpacked: Path) -> None:
    done = run(unpacked)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All 11 data files are the same." in done.stdout
    made = sorted(
        path.relative_to(unpacked) for folder in ("data", "figures") for path in unpacked.glob(f"{folder}/**/*.*")
    )
    assert len(made) > 11
    for name in [*made, Path("report-id.html"), Path("report-en.html")]:
        assert (unpacked / "again" / name).read_bytes() == (unpacked / name).read_bytes(), name


def test_what_was_tampered_with_is_told(unpacked: Path) -> None:
    data = unpacked / "data" / "summary.csv"
    content = data.read_bytes()
    data.write_bytes(content + b"1,2\n")
    done = run(unpacked)
    data.write_bytes(content)
    assert done.returncode == 1
    assert done.stdout == "1 of 11 data files differ: data/summary.csv\n"


def test_a_plan_that_is_not_the_one_compared_is_refused(unpacked: Path) -> None:
    plan = unpacked / "plans" / "plan-b.yaml"
    content = plan.read_text()
    plan.write_text(content.replace("counsellors: 30", "counsellors: 31"))
    done = run(unpacked)
    plan.write_text(content)
    assert done.returncode == 2
    assert done.stderr == "run.py: plans/plan-b.yaml: not the plan that was compared; unpack the archive again\n"


def test_an_archive_without_its_question_is_one_clear_line(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "run.py").write_bytes((unpacked / "run.py").read_bytes())
    (tmp_path / "versions.json").write_bytes((unpacked / "versions.json").read_bytes())
    done = run(tmp_path)
    assert done.returncode == 2
    assert "question.json' is missing; unpack the archive again" in done.stderr
    assert "Traceback" not in done.stderr


def whole(**shape: object) -> str:
    """A question as an archive holds it, but for some of its parts."""
    question = {"format": 1, "plans": ["a.yaml", "b.yaml"], "hashes": ["a", "b"], "indicator": None, "pairs": 1,
                "months": 1, "seed": 1, "smallest_difference": None, "assumptions": "fixed"}  # fmt: skip
    return json.dumps(question | shape)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("question.json", "{", "question.json' is damaged"),
        ("question.json", "[1]", "question.json' is damaged"),
        ("question.json", '{"format": 1, "plans": []}', "question.json' lacks hashes, indicator, pairs"),
        ("question.json", whole(plans=None), "question.json' is damaged"),
        ("question.json", whole(hashes=[1, 2]), "question.json' is damaged"),
        ("question.json", whole(hashes=[]), "question.json' is damaged"),
        ("question.json", whole(indicator={}), "question.json' is damaged"),
        ("question.json", whole(overrides=[]), "question.json' is damaged"),
        ("versions.json", '"1.0"', "versions.json' is damaged"),
    ],
)
def test_a_damaged_archive_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, said: str
) -> None:
    (tmp_path / "versions.json").write_text(json.dumps({"code": code_version()}))
    (tmp_path / name).write_text(content)
    assert main(str(tmp_path / "run.py"), []) == 2
    assert re.fullmatch(rf"run.py: .*{said}.*; unpack the archive again\n", capsys.readouterr().err)


def test_the_same_question_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = (zipped(contents(comparison(monkeypatch, pairs=4))) for _ in range(2))
    assert first == again


def test_plans_need_no_other_file(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = comparison(monkeypatch, plans=3, pairs=4)
    files = contents(answer)
    question = json.loads(files["question.json"])
    texts = [files[name].decode() for name in question["plans"]]
    assert [text for text in texts if "\nparent:" in text] == []
    assert question["hashes"] == [spec.hash for spec in answer.specifications.values()]


def test_data_open_in_both_spreadsheets_and_parquet_holds_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = comparison(monkeypatch, pairs=4)
    for name, content in contents(answer).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    english = pd.read_csv(tmp_path / "data/pairs.csv")
    indonesian = pd.read_csv(tmp_path / "data/id/pairs.csv", sep=";", decimal=",", encoding="utf-8-sig")
    pd.testing.assert_frame_equal(english, indonesian)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "data/pairs.parquet"), answer.differences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dictionary_names_every_column_in_order(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    told = dictionary(language)
    for name, table in tables(comparison(monkeypatch, pairs=4)).items():
        columns = told[told["table"] == name]["column"].tolist()
        own = columns[:-1] if columns[-1] == "(indicators)" else columns
        assert list(table)[: len(own)] == own
        rest = set(table) - set(own)
        assert rest == (set(told[told["table"] == "indicators"]["column"]) if rest else set())
    assert told["meaning"].str.len().min() > 3


def test_an_installed_pokmas_carries_the_papers() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    assert wheel["force-include"] == {source: f"experiments/{SHELF}/{name}" for name, source in PAPERS.items()}
    assert all(paper(name) == (ROOT / source).read_bytes() for name, source in PAPERS.items())


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"does not end in .zip; name for instance report.zip"):
        archive(["wonosari", "wonosari"], tmp_path / "a.tar")
