"""`pokmas report` writes what was asked for, or says in one line what is wrong and computes nothing."""

import zipfile
from pathlib import Path

import pytest

from experiments.cli import main

SMALL = ("--set", "setting.clients=40", "--pairs", "2", "--months", "3", "--workers", "1")


def pokmas(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(args)
    told = capsys.readouterr()
    return end.value.code or 0, told.out, told.err


def test_report_and_archive_are_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page, packed = tmp_path / "report.html", tmp_path / "report.zip"
    code, out, err = pokmas(
        capsys, "report", "wonosari", "wonosari-steady-budget", *SMALL, "--language", "en", "--out", str(page),
        "--archive", str(packed),
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out == (
        f"{page}: report written, two pages to print or to read in a browser.\n"
        f"{packed}: archive written; unpacked, `python run.py` computes it again.\n"
    )
    text = page.read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert "Changed in every plan: setting.clients = 40." in text
    assert (
        "pokmas report wonosari wonosari-steady-budget --pairs 2 --months 3 --seed 1 --set setting.clients=40 " in text
    )
    with zipfile.ZipFile(packed) as files:
        assert files.read("report-en.html") == page.read_bytes()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--language", "fr"), "'fr' is not one of"),
        ((), "say where to: --out report.html, --archive report.zip, or both"),
        (("--out", "report.pdf"), "out: 'report.pdf' does not end in .html; name for instance report.html"),
        (("--out", "no/such/report.html"), "out: 'no/such/report.html' cannot be written (no such folder)"),
        (("--archive", "report.tar"), "archive: 'report.tar' does not end in .zip"),
        (("--out", "report.html", "--indicator", "employed"), "indicator: 'employed' is no indicator"),
        (("wonosari", "wonosari", "wonosari", "--out", "report.html"), "5 plans given; two pages hold two to four"),
        (("nowhere", "--out", "report.html"), "nowhere"),
        (("wonosari", "--out", "report.html"), "report: 'wonosari' and 'wonosari' are the same plan; give it once"),
    ],
)
def test_bad_input_is_one_clear_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    args: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = pokmas(capsys, "report", "wonosari", "wonosari-steady-budget", *args)
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("pokmas: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_the_file_should_be_is_told_before_anything_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "report.html").mkdir()
    asked = ("report", "wonosari", "wonosari-steady-budget", "--out", str(tmp_path / "report.html"))
    code, _, err = pokmas(capsys, *asked)
    assert code == 2
    assert "cannot be written (is a directory); choose another file" in err
