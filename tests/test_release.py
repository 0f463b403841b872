"""Whoever cites, installs or reads about a version means the same one, and can see whether its numbers moved."""

import re
import tomllib
from importlib.metadata import version

import yaml

from tests.source import ROOT

RELEASE = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    released = [match["name"] for match in RELEASE.finditer((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))]
    assert citation["version"] == project == version("pokmas")
    assert project == next(name for name in released if name != "Unreleased")


def test_every_release_says_whether_it_changes_numbers() -> None:
    _, *sections = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    silent = [
        text.splitlines()[0] for text in sections if not re.search(r"^changes numbers: (yes|no)\b", text, re.MULTILINE)
    ]
    assert sections
    assert silent == []
