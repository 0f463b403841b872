"""`pokmas scenarios`: list, show, check and diff what a planner writes, and the levels from which it can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.errors import ExperimentError, hint
from experiments.options import Json, Lang, Scenario, example
from experiments.texts import LANGUAGES, Language
from experiments.wording import exact, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios import Ladder, Specification


scenarios_app = typer.Typer(rich_markup_mode=None, help="Look at scenarios: list, show, check, diff, levers.")


@scenarios_app.command("list", epilog=example("pokmas scenarios list --lang id"))
def list_shipped(lang: Lang = "en", as_json: Json = False) -> None:
    """List the scenarios that come with the program; a grid and the national table are one line each."""
    from experiments.printing import print_json, print_rows, print_text
    from scenarios import GRIDS, NATIONAL, described, grid, load, national, shipped

    found = [load(name) for name in shipped()]
    grids = [described(name) for name in GRIDS]
    offices = [spec.name for spec in national()]
    table = {tongue: say("national_title", tongue, offices=len(offices)) for tongue in LANGUAGES}
    if as_json:
        single = {spec.name: {"hash": spec.hash, "title": dict(spec.title)} for spec in found}
        several = {each.name: {"title": dict(each.title), "scenarios": list(grid(each.name))} for each in grids}
        print_json({**single, **several, NATIONAL: {"title": table, "scenarios": offices}})
        return
    rows = [[spec.name, spec.title[lang]] for spec in found]
    rows += [[each.name, each.title[lang]] for each in grids]
    print_rows([say("scenario", lang), say("title", lang)], [*rows, [NATIONAL, table[lang]]])
    for each in grids:
        names = list(grid(each.name))
        print_text(say("several", lang, name=each.name, first=names[0], last=names[-1]))
    print_text(say("several", lang, name=NATIONAL, first=offices[0], last=offices[-1]))


@scenarios_app.command(epilog=example("pokmas scenarios show wonosari"))
def show(scenario: Scenario, lang: Lang = "en", as_json: Json = False) -> None:
    """Show a scenario with everything it inherits, a grid with its levels, or the national table."""
    from experiments.printing import print_json, print_text
    from experiments.scenarios_printing import in_words, print_grid, print_national, print_value
    from scenarios import GRIDS, NATIONAL, described, load, national

    if scenario == NATIONAL or scenario in GRIDS:
        if as_json:
            print_json({spec.name: spec.canonical() | {"hash": spec.hash} for spec in several(scenario)})
        elif scenario == NATIONAL:
            print_national(national(), lang)
        else:
            print_grid(described(scenario), lang)
        return
    spec = load(scenario)
    if as_json:
        print_json({"name": spec.name, "hash": spec.hash, "parent": spec.parent, **spec.canonical()})
        return
    print_text(f"{spec.title[lang]} ({spec.name}, {spec.hash})")
    if lang in spec.summary:
        print_text(spec.summary[lang])
    section = ""
    for path, value in _leaves(spec).items():
        above = ".".join(path.split(".")[:2]) if path.startswith("levers.") else path.partition(".")[0]
        if above != section:
            print_text("")
            section = above
        print_value(path, in_words(value, lang), lang)


@scenarios_app.command(epilog=example("pokmas scenarios check my-plan.yaml"))
def check(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO...]", help="Shipped names or scenario files; without any, all that is shipped."
        ),
    ] = None,
) -> None:
    """Check scenario files; the first fault ends it."""
    from scenarios import GRIDS, NATIONAL, load, shipped

    for scenario in scenarios or (*shipped(), *GRIDS, NATIONAL):
        if scenario == NATIONAL or scenario in GRIDS:
            found = several(scenario)
            typer.echo(f"{scenario}: good ({len(found)} scenarios, {found[0].name} to {found[-1].name})")
        else:
            spec = load(scenario)
            typer.echo(f"{scenario}: good ({spec.name}, {spec.hash})")


@scenarios_app.command(epilog=example("pokmas scenarios diff wonosari wonosari-steady-budget"))
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A shipped name or a scenario file.")],
    second: Annotated[str, typer.Argument(metavar="B", help="A shipped name or a scenario file.")],
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Show what differs between two scenarios."""
    from experiments.printing import print_json, print_text
    from experiments.scenarios_printing import print_difference
    from scenarios import load

    one, other = load(first), load(second)
    changes = list(differences(one, other, lang))
    if as_json:
        print_json({path: {"from": a, "to": b} for path, a, b in changes})
        return
    pasts = [path for path in one.past if one.past[path] != other.past[path]]
    if not changes:
        print_text(say("equal_but_past" if pasts else "equal", lang, first=first, second=second, count=len(pasts)))
        return
    names = (one.name, other.name) if one.name != other.name else (first, second)
    for path, a, b in changes:
        print_difference(path, dict(zip(names, (a, b), strict=True)), lang)
    print_text(say("differ_too" if pasts else "differ", lang, count=len(changes), pasts=len(pasts)))


def several(name: str) -> tuple[Specification, ...]:
    """Return the plans of a grid or the offices of the national table."""
    from scenarios import NATIONAL, grid, national

    return national() if name == NATIONAL else tuple(grid(name).values())


@scenarios_app.command(epilog=example("pokmas scenarios levers wonosari --lever levers.community.media_reach"))
def levers(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="A shipped name or a scenario file.")
    ] = "wonosari",
    lever: Annotated[
        str | None, typer.Option(metavar="KEY", help="Only this lever, or a group such as funding.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Show every lever: its value in a scenario and its four levels with the practice behind them."""
    from experiments.printing import print_json, print_text
    from experiments.scenarios_printing import print_ladder, told
    from scenarios import load

    spec = load(scenario)
    chosen = _ladders(lever)
    if as_json:
        print_json({ladder.key: told(ladder, spec) for ladder in chosen})
        return
    for ladder in chosen:
        print_ladder(ladder, spec, lang)
    print_text(say("levers_legend", lang, scenario=spec.name, clients=exact(spec.setting.clients, lang)))


def _ladders(lever: str | None) -> list[Ladder]:
    """The levers that a key names: itself, its group, or its last name alone; ``levers.`` may be left out."""
    from scenarios import ladders

    every = list(ladders().values())
    if lever is None:
        return every
    keys = [(each, {key.removeprefix("levers.") for key in (each.key, *each.paths)}) for each in every]
    asked = lever.removeprefix("levers.")
    found = [each for each, names in keys if any(f"{name}.".startswith(f"{asked}.") for name in names)]
    found = found or [each for each, names in keys if asked in {name.rpartition(".")[2] for name in names}]
    if not found:
        near = hint(lever, [*ladders(), *(path for each in every for path in each.paths)])
        raise ExperimentError(f"--lever {lever}: unknown lever; `pokmas scenarios levers` names them all{near}")
    return found


def differences(first: Specification, second: Specification, lang: Language) -> Iterator[tuple[str, str, str]]:
    """Yield path and both values in words wherever two specifications differ."""
    from experiments.scenarios_printing import in_words

    one, other = _leaves(first), _leaves(second)
    for path in one | other:
        if one.get(path) != other.get(path):
            yield path, in_words(one.get(path), lang), in_words(other.get(path), lang)


def _leaves(spec: Specification) -> dict[str, object]:
    return {**spec.values, **{f"parameters.{name}": spec.parameters[name] for name in sorted(spec.pinned)}}
