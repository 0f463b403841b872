"""Files open in the spreadsheets of both languages, are harmless there, and hold as many rows as were made."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.cli import main
from experiments.errors import ExperimentError
from experiments.exports import check_outputs, write_table
from experiments.jobs import Job

TABLE = pd.DataFrame(
    {"name": ["=1+1", "+62", "-x", "@sum", "fine; too", 'a "quote"\nand a line'], "share": [0.5, -0.25, None, 1, 2, 3]}
)


@pytest.mark.parametrize(("lang", "sep", "decimal"), [("en", ",", "."), ("id", ";", ",")])
def test_separators_follow_the_language_and_no_text_is_a_formula(tmp_path: Path, lang, sep: str, decimal: str) -> None:
    path = tmp_path / "table.csv"
    assert write_table(TABLE, path, lang) == 6
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == (lang == "id"), "Excel needs the mark to read UTF-8"
    read = pd.read_csv(path, sep=sep, decimal=decimal, encoding="utf-8-sig")
    assert read["name"].tolist()[:5] == ["'=1+1", "'+62", "'-x", "'@sum", "fine; too"]
    assert read["share"].tolist()[1] == -0.25, "a number below zero stays a number"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"])
def test_whatever_begins_a_formula_is_text_in_cells_and_headings(tmp_path: Path, text: str) -> None:
    write_table(pd.DataFrame({text: [text], "number": [-1.5]}), tmp_path / "table.csv")
    read = pd.read_csv(tmp_path / "table.csv", keep_default_na=False)
    assert [read.columns[0][0], read.iloc[0, 0][0]] == ["'", "'"]
    assert read["number"].tolist() == [-1.5]


def test_parquet_keeps_everything_as_it_is(tmp_path: Path) -> None:
    assert write_table(TABLE, tmp_path / "table.parquet") == 6
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "table.parquet"), TABLE)


def test_what_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"does not end in .csv or .parquet"):
        write_table(TABLE, tmp_path / "table.xls")
    (tmp_path / "table.csv").mkdir()
    with pytest.raises(ExperimentError, match="is a directory"):
        write_table(TABLE, tmp_path / "table.csv")


@pytest.mark.parametrize("second", ["same.csv", "./same.csv", "folder/../same.csv"])
def test_one_file_for_two_tables_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExperimentError, match=r"runs-out: '.*same.csv' is the file of --out already"):
        check_outputs(out="same.csv", runs_out=second)
    assert check_outputs(out="same.csv", runs_out=None, futures_out="other.csv") == [
        Path("same.csv"), None, Path("other.csv"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("sweep", "wonosari", "--vary", "setting.clients=5,6"), "runs-out"),
        (("allocate", "wonosari"), "runs-out"),
        (("trial", "wonosari", "--offer", "place"), "pilots-out"),
        (("robustness", "wonosari", "purwokerto"), "runs-out"),
        (("robustness", "wonosari", "purwokerto"), "futures-out"),
    ],
)
def test_every_command_refuses_two_tables_in_one_file(
    capsys: pytest.CaptureFixture[str], asked: list[Job], tmp_path: Path, command: tuple[str, ...], option: str
) -> None:
    file = tmp_path / "same.csv"
    with pytest.raises(SystemExit) as end:
        main((*command, "--out", str(file), f"--{option}", str(file)))
    told = f"pokmas: {option}: '{file}' is the file of --out already; name another one\n"
    assert (end.value.code, *capsys.readouterr(), asked) == (2, "", told, [])
