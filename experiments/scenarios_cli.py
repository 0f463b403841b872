"""`pokmas scenarios`: list, show, check and diff what a planner writes, and the levels from which it can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.errors import ExperimentError
from experiments.options import Json, Lang, Scenario, example
from experiments.wording import Language, exact, say, unit_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios import Ladder, Specification


scenarios_app = typer.Typer(rich_markup_mode=None, help="Look at scenarios: list, show, check, diff, levers.")


@scenarios_app.command("list", epilog=example("pokmas scenarios list --lang id"))
def list_shipped(lang: Lang = "en", as_json: Json = False) -> None:
    """List the scenarios that come with the program."""
    from experiments.printing import print_json, print_rows
    from scenarios import load, shipped

    found = [load(name) for name in shipped()]
    if as_json:
        print_json({spec.name: {"hash": spec.hash, "title": dict(spec.title)} for spec in found})
    else:
        print_rows([say("scenario", lang), say("title", lang)], [[spec.name, spec.title[lang]] for spec in found])


@scenarios_app.command(epilog=example("pokmas scenarios show wonosari"))
def show(scenario: Scenario, lang: Lang = "en", as_json: Json = False) -> None:
    """Show a scenario with everything it inherits."""
    from experiments.printing import print_json, print_rows, print_text
    from scenarios import load

    spec = load(scenario)
    if as_json:
        print_json({"name": spec.name, "hash": spec.hash, "parent": spec.parent, **spec.canonical()})
        return
    print_text(f"{spec.title[lang]} ({spec.name}, {spec.hash})")
    if lang in spec.summary:
        print_text(spec.summary[lang])
    rows = [[path, _in_words(value, lang), *_described(path, lang)] for path, value in _leaves(spec).items()]
    print_rows([say("key", lang), say("value", lang), say("unit", lang), say("meaning", lang)], rows)


@scenarios_app.command(epilog=example("pokmas scenarios check my-plan.yaml"))
def check(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Shipped names or scenario files.")],
) -> None:
    """Check scenario files; the first fault ends it."""
    from scenarios import load

    for scenario in scenarios:
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
    from experiments.printing import print_json, print_rows, print_text
    from scenarios import load

    one, other = load(first), load(second)
    changes = list(differences(one, other, lang))
    if as_json:
        print_json({path: {"from": a, "to": b} for path, a, b in changes})
    elif not changes:
        print_text(say("equal", lang, first=first, second=second))
    else:
        rows = [[path, a, b, *_described(path, lang)] for path, a, b in changes]
        print_rows([say("key", lang), one.name, other.name, say("unit", lang), say("meaning", lang)], rows)


@scenarios_app.command(epilog=example("pokmas scenarios levers wonosari --lever levers.community.media_reach"))
def levers(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="A shipped name or a scenario file.")
    ] = "wonosari",
    lever: Annotated[
        str | None, typer.Option(metavar="KEY", help="Only this lever, or the group it belongs to.")
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Show every lever: its value in a scenario and its four levels with the practice behind them."""
    from experiments.levers_printing import print_ladder, told
    from experiments.printing import print_json, print_text
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
    from scenarios import ladders

    found = [each for each in ladders().values() if lever is None or lever == each.key or lever in each.paths]
    if not found:
        from scenarios.errors import nearest

        assert lever is not None
        near = nearest(lever, [*ladders(), *(path for each in ladders().values() for path in each.paths)])
        hint = f"; nearest: {near}" if near else ""
        raise ExperimentError(f"--lever {lever}: unknown lever; `pokmas scenarios levers` names them all{hint}")
    return found


def differences(first: Specification, second: Specification, lang: Language) -> Iterator[tuple[str, str, str]]:
    """Yield path and both values in words wherever two specifications differ."""
    one, other = _leaves(first), _leaves(second)
    for path in one | other:
        if one.get(path) != other.get(path):
            yield path, _in_words(one.get(path), lang), _in_words(other.get(path), lang)


def _leaves(spec: Specification) -> dict[str, object]:
    return {**spec.values, **{f"parameters.{name}": spec.parameters[name] for name in sorted(spec.pinned)}}


def _in_words(value: object, lang: Language) -> str:
    from scenarios import Dated

    if isinstance(value, Dated):
        steps = [
            say(
                "ramp" if change.ramp_months else "step",
                lang,
                value=exact(change.value, lang),
                month=change.from_month,
                months=change.ramp_months,
            )
            for change in value.then
        ]
        return "; ".join([exact(value.value, lang), *steps])
    return (
        exact(value, lang) if isinstance(value, int | float) else say("not_set", lang) if value is None else str(value)
    )


def _described(path: str, lang: Language) -> list[str]:
    from scenarios import FIELDS, parameters

    declared = FIELDS.get(path) or parameters()[path.removeprefix("parameters.")]
    return [unit_name(declared.unit, lang), declared.meaning[lang]]
