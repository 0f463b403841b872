"""Starting the app: what cannot be done is one line and exit code 2; what is offline stays offline."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from viz import offline
from viz.__main__ import main
from viz.texts import texts


@pytest.fixture
def taken_port() -> object:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err


def test_a_port_in_use_is_one_clear_line(taken_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", str(taken_port), "--no-open"]) == 2
    assert f"port {taken_port}" in one_line(capsys)


def test_the_same_from_the_shell_without_a_traceback(taken_port: int) -> None:
    command = [sys.executable, "-m", "viz", "--port", str(taken_port), "--no-open"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_only_this_machine_is_served(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", host, "--no-open"]) == 2
    assert "POKMAS_PASSWORD" in one_line(capsys)


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_does_not_exist(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", port, "--no-open"]) == 2
    assert "0 to 65535" in one_line(capsys)


def test_a_word_for_a_port_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--port", "eight"])
    assert end.value.code == 2


def test_what_the_person_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in offline.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOLARA_THEME_TITLE", "Mine")
    offline.configure()
    assert os.environ["SOLARA_THEME_TITLE"] == "Mine"
    assert os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "false"


def test_the_first_page_names_its_language_and_lets_people_zoom() -> None:
    page = '<html>\n<meta name="viewport" content="width=device-width, user-scalable=no">\n<body>'
    assert offline.rewritten(page, "id") == (
        '<html lang="id">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<body>'
    )


def test_what_solara_says_in_english_is_still_what_we_replace() -> None:
    import solara.server

    template = Path(solara.server.__file__).parent / "templates" / "solara.html.j2"
    words = " ".join(template.read_text(encoding="utf-8").split())
    assert [said for said in offline.SHELL_WORDS if said not in words] == []
    page = offline.rewritten(template.read_text(encoding="utf-8"), "id")
    assert texts("id")("shell.disconnected") in page
    assert "Server disconnected." not in " ".join(page.split())
