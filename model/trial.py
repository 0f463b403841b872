"""A field trial inside the simulation: clients released in a window are drawn to be offered something or not.

Each world is lived twice, side by side: once with the trial, once with the same people, arms and luck and the offer
made to nobody. What differs between the two is the offer's doing, on those offered and, through what clients share, on
the others. What a real trial could see stands beside what is true: those not lost to follow-up, and the register.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.activities import Activity
from agents.clients import Status, Work, ever_served, in_new_formal_work
from agents.rules import Mask, Rows
from agents.tables import NEVER
from agents.trials import Trial, drawn_for_offer, lost_after
from model.reintegration import ReintegrationModel
from scenarios import Specification

WITH_TRIAL, WITHOUT = 0, 1
"""The two lives of a world, in the order of its offices."""


@dataclass(frozen=True)
class Offer:
    """What a trial may offer.

    Attributes:
        meaning: Label by language.
        uptake: What counts as taking it up, by language.
        offered: What it changes for those drawn for it.
        others: What it changes for the others in the trial.
        taken: Mask over rows: who takes it up this month.
    """

    meaning: Mapping[str, str]
    uptake: Mapping[str, str]
    offered: Trial
    others: Trial
    taken: Callable[[Rows], Mask]


@dataclass(frozen=True)
class Outcome:
    """What a trial looks at: a yes or no for each client so many months after release.

    Attributes:
        meaning: Label by language.
        true: Mask over rows.
        recorded: The same as the register has it.
    """

    meaning: Mapping[str, str]
    true: Callable[[Rows], Mask]
    recorded: Callable[[Rows], Mask]


def _served(c: Rows) -> Mask:
    return np.asarray(c.served)


def _guided(c: Rows) -> Mask:
    return np.asarray(c.case_management > 0.0)


def _in_course(c: Rows) -> Mask:
    return np.asarray(c.attended[:, Activity.CERTIFIED_COURSE])


def _subsidised(c: Rows) -> Mask:
    return np.asarray(in_new_formal_work(c) & (c.office.subsidy_idr > 0))


def _nobody(c: Rows) -> Mask:
    return np.zeros(len(c), dtype=np.bool_)


def _reoffended(c: Rows) -> Mask:
    return np.asarray(c.reoffended)


def _failed(c: Rows) -> Mask:
    return np.asarray(c.ever_failed_recorded)


def _employed(c: Rows) -> Mask:
    return np.asarray(c.work != Work.NONE)


def _employed_recorded(c: Rows) -> Mask:
    return np.asarray(c.work_recorded)


def _served_recorded(c: Rows) -> Mask:
    return np.asarray(c.first_recorded_month != NEVER)


def _label(id_: str, en: str) -> dict[str, str]:
    return {"id": id_, "en": en}


_ATTENDS = _label("menghadiri suatu kegiatan", "attended some activity")

OFFERS: dict[str, Offer] = {
    "referral": Offer(
        _label("dirujuk ke Pokmas segera setelah bebas", "referred to Pokmas at once after release"),
        _ATTENDS, Trial.REFERRED_AT_ONCE, Trial.NONE, _served,
    ),
    "place": Offer(
        _label("didahulukan dalam antrean tempat kegiatan", "first in line for places in activities"),
        _ATTENDS, Trial.FIRST_IN_LINE, Trial.NONE, _served,
    ),
    "guidance": Offer(
        _label("bimbingan terstruktur oleh PK", "structured guidance by the counsellor"),
        _label("dibimbing", "was guided"), Trial.NONE, Trial.WITHOUT_GUIDANCE, _guided,
    ),
    "course": Offer(
        _label("kursus bersertifikat", "the certified course"),
        _label("mengikuti kursus", "attended the course"), Trial.NONE, Trial.WITHOUT_COURSE, _in_course,
    ),
    "subsidy": Offer(
        _label("subsidi upah", "the wage subsidy"),
        _label("bekerja dengan subsidi", "worked with the subsidy"), Trial.NONE, Trial.WITHOUT_SUBSIDY, _subsidised,
    ),
    "nothing": Offer(
        _label("tidak ada (uji A/A)", "nothing (a dry run)"),
        _label("-", "-"), Trial.NONE, Trial.NONE, _nobody,
    ),
}  # fmt: skip

OUTCOMES: dict[str, Outcome] = {
    "reoffending": Outcome(_label("melanggar lagi sejak bebas", "re-offended since release"), _reoffended, _failed),
    "work": Outcome(_label("bekerja", "in work"), _employed, _employed_recorded),
    "service": Outcome(_label("pernah dilayani", "ever served"), ever_served, _served_recorded),
}


def follow(
    spec: Specification,
    offer: Offer,
    *,
    share: float,
    recruit: int,
    months: int,
    lost: float,
    seed: int,
    replicates: Sequence[int],
    assumptions: str = "fixed",
) -> pd.DataFrame:
    """Run a trial in each replicate: a pure function.

    Args:
        spec: The office.
        offer: What is offered.
        share: Share of those released who are drawn for the offer.
        recruit: Months of releases that are recruited, from the first month of the run on.
        months: Months each is followed since release.
        lost: Share of clients lost to follow-up within these, whatever their arm.
        seed: Seed of all chance.
        replicates: Numbers of the worlds.
        assumptions: ``"fixed"`` or ``"drawn"``.

    Returns:
        Counts of clients, int64, one row per ``replicate``, ``offered`` (1 or 0) and ``month`` since release:
        ``enrolled``, ``followed`` (not lost yet), ``taken`` (took the offer up so far), and for each outcome
        ``<outcome>``, ``<outcome>_followed`` (of these), ``<outcome>_recorded``, and ``<outcome>_without`` and
        ``<outcome>_recorded_without``, of the same clients where the offer is made to nobody.
    """
    model = ReintegrationModel([spec, spec], seed=seed, replicates=replicates, assumptions=assumptions)
    clients, offices = model.tables["clients"], model.tables["offices"]
    enrolled, released = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int64)
    seen = {name: np.empty((0, months), dtype=np.bool_) for name in ("taken", *_told())}
    for month in range(recruit + months):
        if month < recruit:
            model.foresee()
            due = np.flatnonzero((clients.status == Status.INSIDE) & (clients.release_month == month))
            life = offices.specification[clients.office[due]]
            drawn = drawn_for_offer(clients.key[due], share) & (life == WITH_TRIAL)
            clients.write(due, {"trial": np.where(drawn, offer.offered, offer.others).astype(np.int8)})
            enrolled, released = np.r_[enrolled, due], np.r_[released, np.full(len(due), month)]
            blank = np.zeros((len(due), months), dtype=np.bool_)
            seen = {name: np.concatenate([values, blank]) for name, values in seen.items()}
        model.step()
        since = model.month - released
        now = np.flatnonzero((since > 0) & (since <= months))
        c, at = Rows(model, clients, enrolled[now]), since[now] - 1
        for name, mask in _told().items():
            seen[name][now, at] = mask(c)
        seen["taken"][now, at] = offer.taken(c)
    seen["taken"] = np.logical_or.accumulate(seen["taken"], axis=1)
    return _counted(model, enrolled, seen, share, months, lost)


def _told() -> dict[str, Callable[[Rows], Mask]]:
    true = {name: each.true for name, each in OUTCOMES.items()}
    return true | {f"{name}_recorded": each.recorded for name, each in OUTCOMES.items()}


def _counted(
    model: ReintegrationModel,
    enrolled: NDArray[np.intp],
    seen: Mapping[str, NDArray[np.bool_]],
    share: float,
    months: int,
    lost: float,
) -> pd.DataFrame:
    """Counts by replicate, arm and month; people are met in both lives in the same order."""
    clients, offices = model.tables["clients"], model.tables["offices"]
    office = clients.office[enrolled]
    order = np.lexsort((clients.id[enrolled], offices.replicate[office]))
    lives = [order[offices.specification[office[order]] == life] for life in (WITH_TRIAL, WITHOUT)]
    people, same = (enrolled[each] for each in lives)
    if not np.array_equal(clients.key[people], clients.key[same]):
        raise RuntimeError("the two lives of a trial do not hold the same people")
    key = clients.key[people]
    there = lost_after(key, lost, months)[:, None] > np.arange(1, months + 1)
    told: dict[str, NDArray[Any]] = {"enrolled": np.ones_like(there), "followed": there}
    told["taken"] = seen["taken"][lives[0]]
    for name in OUTCOMES:
        true, recorded = seen[name], seen[f"{name}_recorded"]
        told |= {
            name: true[lives[0]],
            f"{name}_followed": true[lives[0]] & there,
            f"{name}_recorded": recorded[lives[0]],
            f"{name}_without": true[lives[1]],
            f"{name}_recorded_without": recorded[lives[1]],
        }
    arm = drawn_for_offer(key, share).astype(np.int64)
    place = {int(number): at for at, number in enumerate(model.replicates)}
    cell = np.array([place[int(number)] for number in offices.replicate[clients.office[people]]], dtype=np.int64)
    cells = 2 * len(place)
    counts = {name: _by_cell(values, 2 * cell + arm, cells).ravel() for name, values in told.items()}
    keys = {
        "replicate": np.repeat(np.array(model.replicates, dtype=np.int64), 2 * months),
        "offered": np.tile(np.repeat(np.array([0, 1]), months), len(place)),
        "month": np.tile(np.arange(1, months + 1), cells),
    }
    table = pd.DataFrame({**keys, **counts}).astype("int64")
    return table.sort_values(["replicate", "offered", "month"], ignore_index=True)


def _by_cell(values: NDArray[np.bool_], cell: NDArray[np.int64], cells: int) -> NDArray[np.int64]:
    """Sum over clients by cell, shape (cells, months)."""
    sums = np.zeros((cells, values.shape[1]), dtype=np.int64)
    np.add.at(sums, cell, values.astype(np.int64))
    return sums
