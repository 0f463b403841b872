"""The house has floors: each knows those below it and none above, and each heavy library has its own floor."""

import ast

import pytest

from tests.source import FLOORS, ROOT, files, imports, tree, where

# Library: the floors that may import it. What is not named here may be used anywhere.
HOMES = {
    "numpy": {"agents", "model", "experiments", "viz"},
    "pandas": {"agents", "model", "experiments", "viz"},
    "scipy": {"agents", "model", "experiments", "viz"},
    "networkx": {"agents", "model", "experiments", "viz"},
    "pyarrow": {"experiments", "viz"},
    "mesa": {"agents", "model"},
    "mesa.visualization": {"viz"},
    "dask": {"experiments"},
    "distributed": {"experiments"},
    "SALib": {"experiments"},
    "typer": {"experiments"},
    "solara": {"viz"},
    "reacton": {"viz"},
    "ipyvue": {"viz"},
    "ipyvuetify": {"viz"},
    "ipywidgets": {"viz"},
}


@pytest.mark.parametrize("floor", FLOORS)
def test_every_floor_is_a_package(floor: str) -> None:
    assert (ROOT / floor / "__init__.py").is_file()


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_no_floor_above_it(floor: str) -> None:
    above = FLOORS[FLOORS.index(floor) + 1 :]
    assert [
        f"{where(path, node)} imports {name}"
        for path in files(floor)
        for node, name in imports(path)
        if name.split(".")[0] in above
    ] == []


def test_nothing_but_tests_imports_viz() -> None:
    others = files(*FLOORS[:-1], "benchmarks")
    assert [where(path, node) for path in others for node, name in imports(path) if name.split(".")[0] == "viz"] == []


def test_no_floor_imports_tests_or_benchmarks() -> None:
    found = [(where(path, node), name) for path in files(*FLOORS) for node, name in imports(path)]
    assert [place for place, name in found if name.split(".")[0] in ("tests", "benchmarks")] == []


@pytest.mark.parametrize("floor", FLOORS)
def test_libraries_stay_on_their_floors(floor: str) -> None:
    assert [
        f"{where(path, node)} imports {name}"
        for path in files(floor)
        for node, name in imports(path)
        if floor not in _home(name)
    ] == []


def _home(name: str) -> set[str]:
    """Floors on which a module may be imported: what is said of the longest part of its name."""
    parts = name.split(".")
    known = (HOMES.get(".".join(parts[:length])) for length in range(len(parts), 0, -1))
    return next(filter(None, known), set(FLOORS))


def test_every_module_says_why_it_exists() -> None:
    assert [str(path.relative_to(ROOT)) for path in files(*FLOORS, "tests", "benchmarks") if not _says_why(path)] == []


def _says_why(path) -> bool:
    return bool((ast.get_docstring(tree(path)) or "").strip())


def test_imports_are_read_however_they_are_written(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tests.source.ROOT", tmp_path)
    path = tmp_path / "agents" / "deep" / "module.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "import mesa.space as s\n"
        "from viz import texts\n"
        "from ..tables import Table\n"
        "def f():\n"
        "    from model.indicators import INDICATORS\n"
        "    importlib.import_module('experiments.cli')\n"
    )
    assert {name for _, name in imports(path)} == {
        "mesa.space",
        "viz.texts",
        "agents.tables.Table",
        "model.indicators.INDICATORS",
        "experiments.cli",
    }
