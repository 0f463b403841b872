"""What holds for every test: repeatable examples, results of its own, no request leaving the machine."""

import socket
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests import chromium

LOOPBACK = ("127.", "::1", "localhost")

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def _stay_on_this_machine(event: str, args: tuple) -> None:
    if event != "socket.connect":
        return
    connection, address = args
    internet = connection.family in (socket.AF_INET, socket.AF_INET6) and connection.type == socket.SOCK_STREAM
    if internet and not str(address[0]).startswith(LOOPBACK):
        raise OSError(f"tests stay on this machine, but something called {address[0]}")


sys.addaudithook(_stay_on_this_machine)


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results folder of this test alone, so that nothing is found that another test computed."""
    folder = tmp_path / "results"
    monkeypatch.setenv("POKMAS_RESULTS", str(folder))
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of a Chromium; where there is none, the test is skipped and says so."""
    found = chromium.find()
    if found is None:
        pytest.skip("no Chromium on this machine: install chromium, or name one with CHROMIUM=/where/it/is")
    return found
