"""What rules say of themselves is true: evidence, formula, and parameters that exist and are used."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache

import pytest

from agents.activities import ACTIVITIES
from agents.rules import Rule
from model.month import MONTH
from model.places import COLUMNS_OF_SCENARIO
from scenarios import parameters
from tests.agents.test_tables import every_table
from tests.source import files, tree, where

RULES = [step for phase in MONTH for step in phase.steps if isinstance(step, Rule)]
#: how a rule or the model gets at parameters: p.name, p.wide.name, beliefs.at(c).name, beliefs.of(office).name
HANDED_OUT_BY = {"at", "of"}
VIEWS = {"wide", "by_activity"}


def _reads(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every parameter read below ``node``, with the place; seven at once for ``by_activity``."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and _is_parameters(each.value) and each.attr not in VIEWS:
            yield each, each.attr
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "by_activity":
            (what,) = each.args
            assert isinstance(what, ast.Constant), "by_activity takes a plain text, so that it can be checked"
            yield from ((each, f"{activity}_{what.value}") for activity in ACTIVITIES)


def _is_parameters(node: ast.AST) -> bool:
    """Whether an expression stands for the parameters: ``p``, ``p.wide`` or what beliefs hand out."""
    if isinstance(node, ast.Attribute) and node.attr == "wide":
        return _is_parameters(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in HANDED_OUT_BY and (ast.unparse(node.func.value)).endswith("beliefs")
    return isinstance(node, ast.Name) and node.id == "p"


@cache
def _read_anywhere() -> dict[str, str]:
    """Parameter name: a place where agents/ or model/ read it."""
    return {name: where(path, node) for path in files("agents", "model") for node, name in _reads(tree(path))}


def test_every_parameter_is_used() -> None:
    """No number in the table of beliefs is without effect."""
    assert set(parameters()) - set(_read_anywhere()) == set()


def test_every_parameter_used_exists() -> None:
    """No rule asks for a number that nobody gave."""
    assert {name: place for name, place in _read_anywhere().items() if name not in parameters()} == {}


def test_reading_is_recognised_however_it_is_written() -> None:
    """The check sees each of the ways, and nothing else."""
    source = (
        "a = p.one + p.wide.two\nb = model.beliefs.of(x).three\nc = p.by_activity('place_hours')\nd = q.four + p.wide\n"
    )
    found = {name for _, name in _reads(ast.parse(source))}
    assert found == {"one", "two", "three", *(f"{activity}_place_hours" for activity in ACTIVITIES)}


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.name)
def test_a_rule_names_its_evidence(each: Rule) -> None:
    """Every docstring says ``Evidence:`` and a code of the tables, a warning or a gap."""
    told = inspect.getdoc(each.act) or ""
    _, _, evidence = told.partition("Evidence:")
    assert re.search(r"\b([A-Z]-?\d+|gap \d+|section \d+|MODEL phase \d+)", evidence), told


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.name)
def test_a_rule_says_what_it_does_and_how(each: Rule) -> None:
    """First a sentence in plain words; then, where parameters enter, a formula or sentence that names them."""
    told = inspect.getdoc(each.act) or ""
    first = told.splitlines()[0]
    assert first[0].isupper()
    used = {name for node, name in _reads(ast.parse(inspect.getsource(each.act))) if isinstance(node, ast.Attribute)}
    assert not used or "=" in told or any(name in told for name in used)


#: what docstrings shorten: the half life of the dose, and the weekly job loss of each kind of work
SHORT = {"half_life", "job_loss_weekly"}


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.name)
def test_a_rule_speaks_of_things_that_exist(each: Rule) -> None:
    """Every name_with_underscores in a docstring is a parameter, a column, a lever or held by the rule's module."""
    known = set(parameters()) | {name for table in every_table() for name in table.columns} | set(COLUMNS_OF_SCENARIO)
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", inspect.getdoc(each.act) or ""))
    assert named - known - set(each.act.__globals__) - SHORT == set()
