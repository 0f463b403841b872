"""Reads the source of the model for its documentation: what a function says of itself, reads, writes and calls."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType, ModuleType
from typing import Any

import agents
import model
from agents.activities import ACTIVITIES
from agents.chance import Stream
from agents.rules import Rule
from model import people
from model.places import COLUMNS_OF_SCENARIO
from scenarios import parameters

OURS = ("agents", "model")

#: modules of tools, whose functions need no explanation inside a rule
TOOLS = ("agents.chance", "agents.clients", "agents.rules", "agents.tables")


@dataclass(frozen=True)
class Reads:
    """What functions read.

    Attributes:
        parameters: their names, in the order of the table of parameters.
        levers: columns of the office that hold setting and levers, in the order of declaration.
        streams: streams of chance, in the order of declaration.
    """

    parameters: tuple[str, ...]
    levers: tuple[str, ...]
    streams: tuple[str, ...]


def modules() -> Iterator[ModuleType]:
    """The modules that hold what happens."""
    for package in (agents, model):
        for found in iter_modules(package.__path__, f"{package.__name__}."):
            yield import_module(found.name)


def functions() -> Iterator[Any]:
    """Every function and rule at the top of those modules, in the order of each file."""
    for module in modules():
        for value in vars(module).values():
            found = value.act if isinstance(value, Rule) else value
            if isinstance(found, FunctionType) and found.__module__ == module.__name__:
                yield found


def called(function: Any) -> str:
    """``module.function``, without the name of the floor."""
    return f"{function.__module__.partition('.')[2]}.{function.__name__}"


@cache
def parsed(function: Any) -> ast.AST:
    """Syntax tree of one function."""
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


@cache
def named(function: Any) -> tuple[frozenset[str], frozenset[str], tuple[Any, ...]]:
    """Attributes and streams that a function itself names, and the functions of the project that it names."""
    names: set[str] = set()
    streams: set[str] = set()
    others: list[Any] = []
    for node in ast.walk(parsed(function)):
        if isinstance(node, ast.Attribute):
            owner = function.__globals__.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if owner is Stream:
                streams.add(node.attr)
            elif isinstance(owner, ModuleType):
                others.append(getattr(owner, node.attr, None))
            else:
                names.add(node.attr)
        elif isinstance(node, ast.Name):
            others.append(function.__globals__.get(node.id))
        elif isinstance(node, ast.Constant | ast.JoinedStr):
            names |= _composed(node)
    ours = [each for each in others if isinstance(each, FunctionType) and each.__module__.startswith(OURS)]
    return frozenset(names), frozenset(streams), tuple(each for each in dict.fromkeys(ours) if each is not function)


def _composed(node: ast.Constant | ast.JoinedStr) -> set[str]:
    """Names put together from parts: ``by_activity("place_hours")`` and ``f"groups_{field}"``."""
    if isinstance(node, ast.Constant):
        return {f"{activity}_{node.value}" for activity in ACTIVITIES} & set(parameters())
    first = node.values[0]
    start = first.value if isinstance(first, ast.Constant) else None
    return {name for name in COLUMNS_OF_SCENARIO if isinstance(start, str) and name.startswith(start)}


def reached(*starts: Any) -> tuple[Any, ...]:
    """These functions and all those of the project that they call, in the order of calling."""
    found: dict[Any, None] = {}
    for function in starts:
        found |= dict.fromkeys((function, *reached(*named(function)[2])))
    return tuple(found)


def reads(*which: Any) -> Reads:
    """What these functions themselves read."""
    names = frozenset[str]().union(*(named(each)[0] for each in which))
    streams = frozenset[str]().union(*(named(each)[1] for each in which))
    return Reads(
        tuple(name for name in parameters() if name in names),
        tuple(name for name in COLUMNS_OF_SCENARIO if name in names),
        tuple(each.name for each in Stream if each.name in streams),
    )


@cache
def readers() -> dict[str, list[str]]:
    """Parameter or stream -> functions that read it themselves."""
    found: dict[str, list[str]] = {}
    for function in functions():
        what = reads(function)
        for name in (*what.parameters, *what.streams):
            found.setdefault(name, []).append(called(function))
    return found


def written(function: Any) -> list[str]:
    """Columns that a rule returns."""
    returned = [node.value for node in ast.walk(parsed(function)) if isinstance(node, ast.Return)]
    keys = [key for each in returned if isinstance(each, ast.Dict) for key in each.keys]
    return [str(key.value) for key in keys if isinstance(key, ast.Constant)]


def helpers(step: Any) -> list[Any]:
    """Functions of the project whose own words belong to the explanation of a step of the month."""
    if isinstance(step, Rule):
        return [each for each in reached(step.act)[1:] if each.__module__ not in TOOLS]
    return [each for each in named(step)[2] if each.__module__ == people.__name__]


def told(documented: Any) -> list[str]:
    """Paragraphs of a docstring without its formal parts; the evidence stands in a paragraph of its own."""
    text = re.split(r"\n(?:Args|Returns|Raises|Example):\n", inspect.getdoc(documented) or "")[0].strip()
    text = re.sub(r"\s*\bEvidence:\s", "\n\nEvidence: ", text)
    return [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text)]


def first_line(documented: Any) -> str:
    """First line of a docstring."""
    return (inspect.getdoc(documented) or "").partition("\n")[0]


def in_order(names: Iterable[str]) -> str:
    """Names in code letters, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)
