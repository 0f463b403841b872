"""Steps of the month that change who and what exists; both drivers run them as they stand here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.clients import Status
from model import people, places

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel


def begin_month(model: ReintegrationModel) -> None:
    """Levers take the month's values, last month's events are put away, ties that are over fade."""
    model.schedule.write(model.tables["offices"], model.month)
    for each in model.tables.values():
        each.new_month()
    gone = model.tables["clients"].status == Status.GONE
    for pairs in model.network.pairs.values():
        pairs.fade(model.month, gone if pairs.table == "clients" else None)


def foresee(model: ReintegrationModel) -> None:
    """As a year begins its releases become known: until theirs, people wait inside (R-01 to R-03)."""
    model.foresee()


def release(model: ReintegrationModel) -> None:
    """People are released and come under supervision (R-01 to R-03)."""
    people.release(model.tables, model.month)


def recruit(model: ReintegrationModel) -> None:
    """Volunteers fill empty posts as far as recruitment allows; new groups open where planned."""
    people.recruit(model.tables, model.beliefs, model.month)


def mentor(model: ReintegrationModel) -> None:
    """Clients just served find a mentor with a free place; a mentor who left is lost."""
    people.mentor(model.tables, model.beliefs, model.month)


def tie_employers(model: ReintegrationModel) -> None:
    """Employers whose tie to a colleague in the trade is over look for another."""
    places.tie_employers(model.tables, model.network, model.beliefs, model.month)


def record(model: ReintegrationModel) -> None:
    """The month's indicators are written down, those of the run only."""
    if model.month >= 0:
        model.record.keep(model)
        model.groups.keep()
        for keep in model.also_record:
            keep(model)
