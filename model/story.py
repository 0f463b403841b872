"""What happened to one client, month by month: nothing is kept for it, the months are lived again.

The same arguments give the same bytes, so a second model from the same arguments is the same world. It is stepped to
where the first stands while someone watches a row; a run that nobody asks about pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.activities import Activity
from agents.clients import Lead, Status, Work
from agents.tables import NEVER
from agents.telling import Event

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel

#: a family is ready to take its client back from this acceptance on, as the indicators count it
ACCEPTS = 0.5
#: stigma as felt is told when it has moved this far since it was told last
NOTICEABLE = 0.1
UNDER_SUPERVISION = (Status.SUPERVISED, Status.OUT_OF_CONTACT)
DONE = (Status.COMPLETED, Status.GONE)
#: what nobody around the client knows
UNKNOWN = frozenset({"offence_unknown"})

Told = Iterator[tuple[str, Mapping[str, Any]]]


def stories(model: ReintegrationModel, rows: Iterable[int], known_only: bool = True) -> dict[int, list[Event]]:
    """What happened to some clients up to the month in which ``model`` stands.

    Args:
        model: whose clients.
        rows: their rows.
        known_only: tell only what people around the client would know; False tells undetected offences too.

    Returns:
        By row, events in the order of months and, within a month, of its phases.

    Raises:
        ValueError: there is no such client, or living the months again does not lead to where ``model`` stands (columns
            were changed by hand).
    """
    rows = list(rows)
    for row in rows:
        model.tables["clients"].check_row(row)
    again = model.again()
    watched = [_Watched(row) for row in rows]
    for _ in range(model.month):
        for each in watched:
            each.look(again)
        again.step()
    for each in watched:
        each.look(again)
        _same_person(again, model, each.row)
    return {each.row: each.told(model.month, known_only) for each in watched}


def _same_person(again: ReintegrationModel, model: ReintegrationModel, row: int) -> None:
    """Make sure that the row lived again is the same person (id, key) and has come to the same place."""
    one, other = again.tables["clients"], model.tables["clients"]
    for name in one.columns:
        if not np.array_equal(getattr(one, name)[row], getattr(other, name)[row]):
            raise ValueError(
                f"clients: the story of row {row} cannot be told, its {name} is not what the months lead to "
                "(was the model changed by hand?)"
            )


class _Watched:
    """One client, looked at between the months."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.events: list[Event] = []
        self._before: SimpleNamespace | None = None
        self._stigma_told = 0.0
        self._taken_in = 0

    def look(self, model: ReintegrationModel) -> None:
        """See how the client stands after ``model.month`` months and note what has happened since the last look."""
        if self.row >= len(model.tables["clients"]):
            return
        month, now = model.month, _seen(model, self.row)
        before = self._before
        self._before = now
        if before is None or before.status == Status.INSIDE:
            if now.status == Status.INSIDE:
                return
            self._stigma_told = now.perceived_stigma
            if month == 0:
                self._taken_in = _taken_before(model, now)
                self._note(month, self._stand(now))
                return
            self._note(month, self._begin(now))
            before = SimpleNamespace(**{**vars(now), **NOTHING_YET})
        if before.status == Status.GONE:
            return
        for tell in (self._return, self._serve, self._work, self._relate, self._offend, self._report, self._end):
            self._note(month, tell(before, now))

    def told(self, month: int, known_only: bool) -> list[Event]:
        """The events noted up to ``month``."""
        if not self.events:
            return [Event(month, "inside")]
        return [event for event in self.events if not (known_only and event.key in UNKNOWN)]

    def _note(self, month: int, told: Told) -> None:
        self.events.extend(Event(month, key, values) for key, values in told)

    def _stand(self, now: SimpleNamespace) -> Told:
        """How the client stands when the run begins, after the year before it."""
        if now.status == Status.GONE:
            yield "followed_no_more", {}
            return
        if now.status in UNDER_SUPERVISION:
            yield "supervised", {"release": now.release_type, "n": now.release_month + now.term_months}
        if now.status == Status.OUT_OF_CONTACT:
            yield "out_of_contact_before", {}
        if now.status == Status.CUSTODY:
            yield "taken_before", {}
        if now.status == Status.COMPLETED:
            yield "completed_before", {}
        if now.work != Work.NONE:
            yield f"works_{now.work.name.lower()}", _where(now)
        if now.mentor >= 0:
            yield "mentored_before", {}
        yield from _at_home(now)

    def _begin(self, now: SimpleNamespace) -> Told:
        yield "released", {"release": now.release_type, "n": now.term_months}
        yield from _at_home(now)

    def _return(self, before: SimpleNamespace, now: SimpleNamespace) -> Told:
        if _returned(before, now):
            yield "returned", {"n": now.release_month - self._taken_in}

    def _serve(self, before: SimpleNamespace, now: SimpleNamespace) -> Told:
        if before.mentor >= 0 and now.mentor != before.mentor and not (_taken(now) or _completed(before, now)):
            yield "mentor_left", {}
        if now.referred and (not before.referred or _returned(before, now)):
            yield "referred", {}
        if now.served:
            activities = tuple(Activity(number) for number in np.flatnonzero(now.attended).tolist())
            first = before.first_service_month == NEVER
            yield "first_service" if first else "attended", {"activities": activities}
        if now.certificate and not before.certificate:
            yield "certified", {}
        if now.mentor >= 0 and now.mentor != before.mentor:
            yield "mentor_found", {}

    def _work(self, before: SimpleNamespace, now: SimpleNamespace) -> Told:
        # who loses work and finds other work in one month was looking for it, or begins a new tenure elsewhere
        hired = now.lead != Lead.NONE and not now.refused
        same = (now.work, now.employer) == (before.work, before.employer) and now.tenure_months >= before.tenure_months
        lost = before.work != Work.NONE and (hired or not same)
        if lost and not _stopped(before, now):
            yield f"work_lost_{before.work.name.lower()}", {}
        if now.refused:
            yield "refused", {}
        if now.granted and not before.granted:
            yield "granted", {}
        if now.work != Work.NONE and (lost or before.work == Work.NONE):
            yield f"work_found_{now.work.name.lower()}", _where(now)
        if now.far and not before.far and now.status in UNDER_SUPERVISION:
            yield "works_far", {}

    def _relate(self, before: SimpleNamespace, now: SimpleNamespace) -> Told:
        if not now.heard_of:
            yield from _family(before, now)
        if abs(now.perceived_stigma - self._stigma_told) >= NOTICEABLE:
            yield "stigma_rises" if now.perceived_stigma > self._stigma_told else "stigma_falls", {}
            self._stigma_told = now.perceived_stigma

    def _offend(self, before: SimpleNamespace, now: SimpleNamespace) -> Told:
        if now.offended and not now.detected:
            yield "offence_unknown", {}
        if now.detected:
            yield "offence_detected", {}
        if now.heard_of:
            yield "news", {}
            yield from _family(before, now)

    def _report(self, before: SimpleNamespace, now: SimpleNamespace) -> Told:
        if now.missed_reports > (0 if _returned(before, now) else before.missed_reports):
            again = now.missed_reports > 1
            yield "missed_again" if again else "missed_report", {"n": now.missed_reports} if again else {}
        if now.status == Status.OUT_OF_CONTACT and before.status != Status.OUT_OF_CONTACT:
            yield "out_of_contact", {}
        if now.revoked:
            yield "revoked", {}
        if before.status == Status.OUT_OF_CONTACT and now.missed_reports == 0 and not _taken(now):
            yield "in_contact_again", {}

    def _end(self, before: SimpleNamespace, now: SimpleNamespace) -> Told:
        if _taken(now):
            self._taken_in = now.month
            if _stopped(before, now):
                yield "work_stopped", {}
            if before.mentor >= 0:
                yield "mentor_stopped", {}
        if _completed(before, now):
            yield "completed", {}
            if before.mentor >= 0:
                yield "mentor_over", {}
        if now.status == Status.GONE:
            yield "followed_no_more", {}


#: how a client stands who has just come out and has lived no month of it
NOTHING_YET: Mapping[str, Any] = {
    "status": Status.SUPERVISED,
    "work": Work.NONE,
    "mentor": -1,
    "far": False,
    "granted": False,
    "missed_reports": 0,
    "referred": False,
    "first_service_month": NEVER,
}


def _seen(model: ReintegrationModel, row: int) -> SimpleNamespace:
    """All columns of a client as plain values, with what is read of family and employer."""
    clients = model.tables["clients"]
    seen: dict[str, Any] = {"month": model.month - 1}
    for name, column in clients.columns.items():
        value = getattr(clients, name)[row]
        seen[name] = value.copy() if column.width > 1 else column.labels(value) if column.labels else value.item()
    family, employer = model.tables["families"], model.tables["employers"]
    seen["acceptance"] = float(family.acceptance[seen["family"]]) if seen["family"] >= 0 else None
    sector = employer.columns["sector"].labels
    assert sector is not None
    seen["sector"] = sector(employer.sector[seen["employer"]]) if seen["employer"] >= 0 else None
    return SimpleNamespace(**seen)


def _where(now: SimpleNamespace) -> dict[str, Any]:
    return {} if now.sector is None else {"sector": now.sector}


def _at_home(now: SimpleNamespace) -> Told:
    if now.acceptance is None:
        yield "family_none", {}
    else:
        yield "family_accepts" if now.acceptance >= ACCEPTS else "family_hesitates", {}


def _taken_before(model: ReintegrationModel, now: SimpleNamespace) -> int:
    """Month in which who is in custody when the run begins was taken there."""
    if now.convicted:
        return int(now.last_offence_month)
    months = model.beliefs.of(np.array([now.office])).revocation_custody_months
    return int(now.custody_until - np.rint(np.ravel(months)[0]))


def _family(before: SimpleNamespace, now: SimpleNamespace) -> Told:
    """The family has become ready to take the client back, or has ceased to be."""
    if before.acceptance is not None and now.acceptance is not None:
        accepted, accepts = before.acceptance >= ACCEPTS, now.acceptance >= ACCEPTS
        if accepted != accepts:
            yield "family_reconciled" if accepts else "family_turned_away", {}


def _stopped(before: SimpleNamespace, now: SimpleNamespace) -> bool:
    """Custody ended the work of the month before: who was refused this month had lost it already."""
    return bool(_taken(now) and before.work != Work.NONE and not now.refused)


def _returned(before: SimpleNamespace, now: SimpleNamespace) -> bool:
    """Come out of custody this month."""
    return bool(before.status == Status.CUSTODY and now.release_month != before.release_month)


def _taken(now: SimpleNamespace) -> bool:
    """Taken into custody this month."""
    return bool(now.detected or now.revoked)


def _completed(before: SimpleNamespace, now: SimpleNamespace) -> bool:
    return now.status in DONE and before.status not in DONE
