"""Writes the generated tables of these pages from what the code itself declares, so that they cannot go stale.

A page says where a table stands; what is between the two lines is written by ``make docs`` and not by hand:

    <!-- table: streams -->
    <!-- end -->

``tests/docs/test_tables.py`` fails when a table no longer says what the code says.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from agents.chance import Stream
from agents.faces import FACES
from agents.rules import Rule
from agents.tables import IDENTITY, Column
from docs import citations, scenario_tables
from docs.markup import both, grid, marked, short, span
from docs.reading import called, first_line, helpers, in_order, reached, readers, reads, told, written
from experiments import dictionaries
from model import INDICATORS, MONTH, ReintegrationModel, people, places
from model import month as plan
from model.network import REFERENCE_LAYERS
from scenarios import FIELDS, GRADES, Quantity, Slug, load, parameters

HERE = Path(__file__).resolve().parent

#: a town without clients, to ask what tables and layers there are
TOWN = ReintegrationModel(load("wonosari", overrides={"setting.clients": 0, "setting.villages": 1}))

# The month and what happens in it


def month() -> str:
    """The plan of the month."""
    rows = [[row["phase"], f"`{row['step']}`", row["acts"], row["meaning"]] for row in plan.table()]
    return grid(("phase", "step", "whose rows", "what happens"), rows)


def phase(number: int) -> str:
    """Every step of one phase: what its docstring says, and what its code reads and writes."""
    return "\n\n".join(_submodel(step) for step in MONTH[number].steps)


def _submodel(step: Any) -> str:
    act = step.act if isinstance(step, Rule) else step
    head = f"#### `{act.__name__}` ({step.table if isinstance(step, Rule) else 'model'})"
    facts = "\n".join(f"- {heading}: {what}" for heading, what in _facts(step, act) if what)
    return "\n\n".join((head, *map(marked, told(act)), facts)).strip()


def _facts(step: Any, act: Any) -> list[tuple[str, str]]:
    what = reads(*reached(act))
    facts = [
        ("Parameters", in_order(what.parameters)),
        ("Setting and levers", in_order(what.levers)),
        ("Chance", in_order(what.streams)),
    ]
    if isinstance(step, Rule):
        whom = first_line(step.who).rstrip(".") if step.who else "every active row"
        together = f", all rows of one {step.by} together" if step.by else ""
        facts = [("Whom", marked(whom[0].lower() + whom[1:] + together)), *facts, ("Writes", in_order(written(act)))]
    return [*facts, *((f"`{called(each)}`", marked(" ".join(told(each)))) for each in helpers(step))]


def start() -> str:
    """What sets up the world and brings people in, with what it reads itself."""
    rows = []
    for function in reached(places.settle, people.settle_clients, people.draw_releases, people.recruit):
        what = reads(function)
        if function.__module__ in (people.__name__, places.__name__) and (what.parameters or what.levers):
            names = (in_order(each) for each in (what.parameters, what.levers, what.streams))
            rows.append([f"`{called(function)}`", first_line(function), *names])
    return grid(("step", "what it does", "parameters", "setting and levers", "chance"), rows)


def streams() -> str:
    """Every stream of chance and where it is drawn."""
    rows = [[f"`{each.name}`", in_order(readers().get(each.name, ()))] for each in Stream]
    return grid(("stream", "drawn in"), rows)


# Who and what is there


def entities() -> str:
    """Every kind of agent or place."""
    rows = [
        [f"`{face.__name__}`", f"`{kind}`", first_line(face), len(own_columns(kind))] for kind, face in FACES.items()
    ]
    return grid(("Mesa agent", "table", "what it is", "state variables"), rows)


def own_columns(table: str) -> list[Column]:
    """Columns of a table without those that every table has, and without those that hold setting and levers."""
    known = {column.name for column in IDENTITY} | (set(places.COLUMNS_OF_SCENARIO) if table == "offices" else set())
    return [column for name, column in TOWN.tables[table].columns.items() if name not in known]


def columns(declared: Iterable[Column]) -> str:
    """Columns of a table."""
    rows = [[f"`{each.name}`", _unit(each), _allowed(each), each.meaning] for each in declared]
    return grid(("name", "unit", "range", "meaning"), rows)


def columns_of(table: str) -> str:
    """The own columns of a table."""
    return columns(own_columns(table))


def _unit(column: Column) -> str:
    parts = [column.unit, f"{column.width} values" if column.width > 1 else "", "new each month" * column.monthly]
    return ", ".join(filter(None, parts))


def _allowed(column: Column) -> str:
    if column.labels is not None:
        return ", ".join(label.name.lower().replace("_", " ") for label in column.labels)
    return "" if column.unit == "yes/no" else span(column.low, column.high)


def layers() -> str:
    """Layers of the network: which rows they tie, and what makes a tie."""
    rows = []
    for layer, references in REFERENCE_LAYERS.items():
        for table, name in references:
            column = TOWN.tables[table].columns[name]
            rows.append([layer, f"{table} to {column.refers_to}", f"reference `{name}`: {column.meaning}"])
    rows += [[layer, f"{pairs.table} to {pairs.table}", "pairs"] for layer, pairs in TOWN.network.pairs.items()]
    return grid(("layer", "between", "made by"), rows)


def indicators() -> str:
    """Every indicator."""
    head = ("name", "unit", "better when", "smallest difference", "value of a run", "meaning")
    rows = [
        [
            f"`{each.name}`",
            each.unit,
            "higher" if each.higher_is_better else "lower",
            short(each.smallest_difference),
            "mean of its last 12 months" if each.monthly else "as it stands at the end",
            both(each.meaning),
        ]
        for each in INDICATORS.values()
    ]
    return grid(head, rows)


def tables_of_a_comparison() -> str:
    """Every column of the tables that a comparison writes."""
    rows = [
        [f"`{table}`", f"`{each.name}`", each.unit, both({"id": each.id, "en": each.en})]
        for table, entries in dictionaries.TABLES.items()
        for each in entries
    ]
    return grid(("table", "column", "unit", "meaning"), rows)


# What can be set


def fields(section: str) -> str:
    """Every number and word that a scenario can set in a section."""
    declared = {path: each for path, each in FIELDS.items() if path.startswith(f"{section}.")}
    rows = [[f"`{path}`", _field_range(each), each.unit, both(each.meaning)] for path, each in declared.items()]
    return grid(("key", "range", "unit", "meaning"), rows)


def _field_range(declared: Quantity | Slug) -> str:
    if isinstance(declared, Slug):
        return "lower-case words with hyphens"
    return f"{'whole, ' * declared.whole}{short(declared.low)} to {short(declared.high)}"


def themes() -> dict[str, list[str]]:
    """Names of the parameters under the headings of their file."""
    content = Path(inspect.getfile(inspect.unwrap(parameters))).with_suffix(".yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in content.splitlines():
        if line.startswith("# --- "):
            found[line.removeprefix("# --- ").capitalize()] = []
        elif name := re.match(r"([a-z]\w*):", line):
            found[list(found)[-1]].append(name[1])
    return found


def parameter_tables() -> str:
    """Every parameter, one table for each theme."""
    head = ("name", "value", "range", "unit", "grade", "source", "meaning", "read in")
    rows = {
        each.name: [
            f"`{each.name}`",
            short(each.value),
            f"{short(each.low)} to {short(each.high)}{', log' * (each.scale == 'log')}",
            each.unit,
            each.grade + ", *tune*" * each.tune + ", never drawn" * (not each.drawn),
            ", ".join(each.source),
            both(each.meaning),
            in_order(readers().get(each.name, ())),
        ]
        for each in parameters().values()
    }
    return "\n\n".join(
        f"### {theme}\n\n{grid(head, [rows[each] for each in names])}" for theme, names in themes().items()
    )


def grades() -> str:
    """Grades of evidence with the number of parameters that have them."""
    of = [each.grade for each in parameters().values()]
    tuned = [each.grade for each in parameters().values() if each.tune]
    rows = [[name, both(meaning), of.count(name), tuned.count(name)] for name, meaning in GRADES.items()]
    return grid(("grade", "meaning", "parameters", "of these *tune*"), [*rows, ["all", "", len(of), len(tuned)]])


# The pages

WRITERS: dict[str, Callable[[], str]] = {
    "month": month,
    **{f"phase {each.name}": partial(phase, number) for number, each in enumerate(MONTH)},
    "start": start,
    "streams": streams,
    "entities": entities,
    "columns of every table": partial(columns, IDENTITY),
    **{f"columns of {name}": partial(columns_of, name) for name in FACES},
    "layers": layers,
    "indicators": indicators,
    "tables of a comparison": tables_of_a_comparison,
    "setting": partial(fields, "setting"),
    "levers": partial(fields, "levers"),
    "grades": grades,
    "parameters": parameter_tables,
    **scenario_tables.WRITERS,
    **citations.WRITERS,
}

_TABLE = re.compile(r"^<!-- table: (?P<name>[^\n]*?) -->\n(?P<body>.*?)^<!-- end -->$", re.MULTILINE | re.DOTALL)
_OPENING = re.compile(r"^<!-- table:", re.MULTILINE)


def pages() -> list[Path]:
    """The pages of the documentation."""
    return sorted(HERE.glob("*.md"))


def tables(text: str) -> dict[str, tuple[str, str]]:
    """Name -> what stands in a page and what should stand there.

    Raises:
        ValueError: a table that nobody writes, or one without its end.
    """
    found: dict[str, tuple[str, str]] = {}
    for match in _TABLE.finditer(text):
        name, body = match["name"], match["body"]
        if name not in WRITERS:
            near = get_close_matches(name, WRITERS, 1, 0)[0]
            raise ValueError(f"table {name!r}: nobody writes it; there are {', '.join(WRITERS)}; nearest: {near}")
        if _OPENING.search(body):
            raise ValueError(f"table {name!r}: no line <!-- end --> before the next table")
        found[name] = (body, f"\n{WRITERS[name]()}\n\n")
    if len(found) != len(_OPENING.findall(text)):
        raise ValueError("a table stands twice in the page, or has no line <!-- end -->")
    return found


def stale(text: str) -> list[str]:
    """Names of the tables of a page that do not say what the code says."""
    return [name for name, (there, wanted) in tables(text).items() if there != wanted]


def renewed(text: str) -> str:
    """A page with all its tables written again."""
    wanted = {name: new for name, (_, new) in tables(text).items()}
    return _TABLE.sub(lambda match: f"<!-- table: {match['name']} -->\n{wanted[match['name']]}<!-- end -->", text)


def main() -> int:
    """Write the tables of every page again and say which changed."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        try:
            names = stale(text)
        except ValueError as error:
            sys.stderr.write(f"docs/{page.name}: {error}\n")
            return 2
        if names:
            page.write_text(renewed(text), encoding="utf-8")
            sys.stdout.write(f"docs/{page.name}: {', '.join(names)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
