"""The pins cover all that the project asks for, on both Mesa lines, and tell nobody where to download from."""

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source import ROOT

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
HOST = re.compile(r"://|\bwww\.|\b[a-z0-9-]+\.(?:org|com|io|net|dev)\b|--(?:extra-)?index|--find-links|--trusted| @ ")
MESA_OF = {"3.11": "3.3", "3.12": "3.5", "3.13": "3.5"}


@cache
def entries() -> tuple[str, ...]:
    """Pins with their hashes, one per line."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.replace("\\\n", " ").splitlines() if line.strip())


def pins(python: str) -> dict[str, str]:
    """Name and version of what is installed on this Python under Linux."""
    here = {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": "linux", "extra": ""}
    found = [Requirement(HASH.split(entry)[0].strip()) for entry in entries()]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in found
        if pin.marker is None or pin.marker.evaluate(here)
    }


def asked_for() -> list[Requirement]:
    """Everything in pyproject.toml and requirements.in."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    tools = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    lines = [
        *project["project"]["dependencies"],
        *(line for extra in extras for line in extra),
        *project["build-system"]["requires"],
        *filter(None, (line.partition("#")[0].strip() for line in tools)),
    ]
    return [Requirement(line) for line in lines]


def test_pins_name_no_host() -> None:
    assert [entry for entry in entries() if HOST.search(HASH.sub("", entry))] == []


def test_every_pin_is_exact_and_hashed() -> None:
    exact = re.compile(r"^[a-z0-9][a-z0-9._-]*==[^\s;]+( ; [^#]+?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+$")
    assert [entry[:80] for entry in entries() if not exact.match(entry)] == []


@pytest.mark.parametrize("python", MESA_OF)
def test_pins_cover_what_the_project_asks_for(python: str) -> None:
    pinned = pins(python)
    missing = [str(need) for need in asked_for() if pinned.get(canonicalize_name(need.name)) not in _Versions(need)]
    assert missing == []


class _Versions:
    """The versions a requirement allows, for ``in``."""

    def __init__(self, need: Requirement) -> None:
        self.need = need

    def __contains__(self, version: str | None) -> bool:
        return version is not None and self.need.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize(("python", "mesa"), MESA_OF.items())
def test_each_python_gets_its_mesa(python: str, mesa: str) -> None:
    assert pins(python)["mesa"].startswith(f"{mesa}.")
