"""Chance comes from the keyed streams alone: a second source of luck would undo paired comparison and repeatability."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.source import FLOORS, files, full_name, imports, meanings, tree, where

CHANCE_MODULES = ("random", "secrets", "numpy.random")
# Mesa hands its own generators to every model and agent; these are the ways to reach them.
MESA_CHANCE = {"random", "rng", "shuffle", "shuffle_do", "choice", "choices", "select_random_agent"}
SEEDABLE = ("networkx", "scipy", "SALib", "pandas", "statsmodels")
SEEDS = {"seed", "rng", "random_state"}
# The month written the ordinary Mesa way, which speed is measured against, draws as Mesa's models do.
YARDSTICK = "_plain_"


def violations(path: Path) -> Iterator[str]:
    """Every place in a file that would draw chance from anywhere but the streams."""
    names = meanings(path)
    for node, name in imports(path):
        if any(name == module or name.startswith(f"{module}.") for module in CHANCE_MODULES):
            yield f"{where(path, node)} imports {name}"
    handed_on = _handed_on(tree(path))
    for node in _outside_hash_methods(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in MESA_CHANCE and node not in handed_on:
            yield f"{where(path, node)} reaches for .{node.attr}"
        if isinstance(node, ast.Call):
            called = full_name(node.func, names) or ""
            if called == "hash":
                yield f"{where(path, node)} calls hash(), which differs from process to process"
            wants_seed = called.endswith((".sample", ".rvs")) or _can_be_seeded(called)
            if wants_seed and not SEEDS & {keyword.arg for keyword in node.keywords}:
                yield f"{where(path, node)} calls {called} without a seed"


def _handed_on(module: ast.Module) -> set[ast.AST]:
    """Generators only handed on, as in ``AgentSet(agents, random=model.random)``, which Mesa wants: nobody draws."""
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call))
    return {keyword.value for call in calls for keyword in call.keywords if keyword.arg == "random"}


def _outside_hash_methods(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those inside ``__hash__``, the one place where hash() belongs."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.FunctionDef) and child.name == "__hash__"):
            yield from _outside_hash_methods(child)


@cache
def _can_be_seeded(called: str) -> bool:
    """Whether a library function takes a seed, asked of the library itself."""
    if not called.startswith(tuple(f"{library}." for library in SEEDABLE)):
        return False
    target = _found(called)
    try:
        return bool(SEEDS & set(inspect.signature(target).parameters)) if callable(target) else False
    except ValueError:  # built in C, without a signature
        return False


def _found(called: str) -> object:
    """The object of a full dotted name, None where there is none."""
    parts = called.split(".")
    for split in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:split]))
        except ImportError:
            continue
        for part in parts[split:]:
            found = getattr(found, part, None)
        return found
    return None


def test_the_project_draws_from_the_streams_alone() -> None:
    sources = [path for path in files(*FLOORS, "benchmarks") if not path.name.startswith(YARDSTICK)]
    assert [found for path in sources for found in violations(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "from random import choice",
        "import secrets",
        "import numpy as np; np.random.rand(3)",
        "import numpy; numpy.random.default_rng(1)",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import networkx as nx; nx.spring_layout(g)",
        "import networkx as nx; nx.watts_strogatz_graph(9, 2, 0.1)",
        "from networkx import gnp_random_graph as g; g(9, 0.1)",
        "import networkx as nx; nx.community.louvain_communities(g)",
        "from scipy.stats import qmc; qmc.Sobol(3)",
        "from scipy import stats; stats.norm.rvs(size=3)",
        "from SALib.sample import sobol; sobol.sample(problem, 8)",
        "table.sample(3)",
        "model.agents.shuffle_do('step')",
        "self.random.random()",
        "key = hash('Wonosari')",
    ],
)
def test_other_chance_is_recognised(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(violations(_written(line, tmp_path, monkeypatch)))


@pytest.mark.parametrize(
    "line",
    [
        "import networkx as nx; nx.spring_layout(g, seed=1); nx.degree_centrality(g); nx.Graph()",
        "from scipy.stats import qmc; qmc.Sobol(3, seed=1)",
        "from SALib.sample import sobol; sobol.sample(problem, 8, seed=1)",
        "from scipy.special import ndtri; ndtri(u)",
        "AgentSet([], random=model.random)",
        "class Key:\n    def __hash__(self):\n        return hash(self.text)",
    ],
)
def test_seeded_calls_pass(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(violations(_written(line, tmp_path, monkeypatch))) == []


def _written(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tests.source.ROOT", folder)
    path = folder / "module.py"
    path.write_text(text)
    return path
