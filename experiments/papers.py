"""The papers that go with a result: the description of the model, the licence, how to cite.

An installed Pokmas carries them inside this package, a source folder beside it.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from experiments.errors import ExperimentError

PAPERS = {
    "odd.md": "docs/odd.md",
    "parameters.md": "docs/parameters.md",
    "data-dictionary.md": "docs/data-dictionary.md",
    "CITATION.cff": "CITATION.cff",
    "LICENSE": "LICENSE",
    "NOTICE": "NOTICE",
}
"""Name of each paper, and where it is in the source folder."""

SHELF = "papers"
"""Folder of this package in which an installed Pokmas has them; pyproject.toml puts them there."""


def paper(name: str) -> bytes:
    """Return the content of a paper.

    Raises:
        ExperimentError: It is neither in the package nor in a source folder beside it.
    """
    shelf = resources.files("experiments")
    inside = shelf.joinpath(SHELF, name)
    if inside.is_file():
        return inside.read_bytes()
    beside = Path(str(shelf)).parent / PAPERS[name]
    if beside.is_file():
        return beside.read_bytes()
    raise ExperimentError(f"'{name}' is missing from this installation of Pokmas; install it again")
