"""Families, employers and villages: who stands around a client and how they change (phases Reach out and Offend)."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.activities import Activity, Field
from agents.chance import Floats, Stream
from agents.clients import Status, supervised
from agents.relations import towards
from agents.rules import Mask, Rows, Writes, rule
from agents.tables import Code, Presence, Table, code, number, reference, share


class Sector(Code):
    """Sector of an employer, as the groups of Purwokerto show them (P-03)."""

    FARMING = 0
    WORKSHOP = 1
    TRADE = 2
    SERVICES = 3
    BUILDING = 4


FAMILY_COLUMNS = (
    reference("client", "clients", "the client of this family"),
    reference("village", "villages", "village the family lives in"),
    reference("knows", "employers", "employer the family is acquainted with (-1: none)"),
    share("acceptance", "readiness to take the client back"),
    share("courtesy_stigma", "stigma that falls on the family for its client", 0.5),
    share("contact", "how far the family and the client are in touch", 0.5),
    share("means", "means to help, 0 poor to 1 well off"),
)

VILLAGE_COLUMNS = (
    number("distance_km", "km", 0, 500, "distance from the Bapas to the village"),
    number("east_km", "km", -500, 500, "place of the village, east of the Bapas"),
    number("north_km", "km", -500, 500, "place of the village, north of the Bapas"),
    number("group_km", "km", 0, 1000, "distance to the nearest group of each field", width=len(Field)),
    share("stigma", "community stigma", 0.5),
    share("stigma_rest", "level to which stigma slowly returns", 0.5),
)

EMPLOYER_COLUMNS = (
    code("sector", Sector, "sector"),
    reference("village", "villages", "village of the workplace"),
    share("willingness", "readiness to consider a client"),
    share("willingness_rest", "readiness without experience of its own"),
    share("image_concern", "concern for the firm's image"),
    number("good_months", "client-months", 0, 1e6, "months clients have worked here, as remembered"),
    number("incidents", "events", 0, 1e6, "clients whose offence became known while employed here, as remembered"),
)


def family_table(clients: Table) -> Table:
    """An empty table of families; active as long as their client is followed."""
    return Table("families", FAMILY_COLUMNS, Presence(partial(_followed, clients), "status", clients))


def _followed(clients: Table, families: Table) -> Mask:
    status = clients.status[families.client]
    return np.asarray((status != Status.INSIDE) & (status != Status.GONE))


def village_table() -> Table:
    """An empty table of villages."""
    return Table("villages", VILLAGE_COLUMNS)


def employer_table() -> Table:
    """An empty table of employers."""
    return Table("employers", EMPLOYER_COLUMNS)


def at_community_activities(c: Rows) -> Mask:
    """Attended a community activity this month."""
    return c.part("attended", Activity.COMMUNITY)


@rule("villages")
def meet(v: Rows, p: Any) -> Writes:
    """Contact wears stigma down, the media a little; opinion spreads between neighbours and slowly returns to rest.

    stigma' = stigma - contact_on_stigma * quality * stigma * (1 - exp(-encounters)) - media_on_stigma * media_reach *
    stigma + neighbour_on_stigma * (neighbours' mean - stigma) + stigma_return * (rest - stigma).
    encounters = (clients of the village at community activities + encounters_per_event * the village's part of the
    outreach events held) / encounters_for_contact; the media are those in force. Evidence: G-03 to G-05 (contact beats
    lectures), C5, C6.
    """
    met = v.total("clients", "village", at_community_activities)
    events = v.office.places[:, Activity.OUTREACH] / np.maximum(v.office.villages, 1)
    encounters = (met + p.encounters_per_event * events) / p.encounters_for_contact
    neighbours = v.over_ties("neighbourhood", "stigma")
    degree = v.ties("neighbourhood")
    pull = np.where(degree > 0, neighbours / np.maximum(degree, 1.0) - v.stigma, 0.0)
    change = (
        -p.contact_on_stigma * v.office.quality[:, Activity.COMMUNITY] * v.stigma * -np.expm1(-encounters)
        - p.media_on_stigma * v.office.media * v.stigma
        + p.neighbour_on_stigma * pull
        + p.stigma_return * (v.stigma_rest - v.stigma)
    )
    return {"stigma": np.clip(v.stigma + change, 0.0, 1.0)}


@rule("villages")
def hear(v: Rows, p: Any) -> Writes:
    """A village that hears of an offence by a client trusts all clients less.

    stigma' = stigma + news_on_stigma * (1 - stigma) * (1 - exp(-offences heard of)). Evidence: G-06; size
    assumed (gap 9).
    """
    heard = v.total("clients", "village", "heard_of")
    return {"stigma": v.stigma + p.news_on_stigma * (1.0 - v.stigma) * -np.expm1(-heard)}


def any_employer(c: Rows, u: Floats) -> NDArray[np.int32]:
    """An employer of each row's office by one draw each, shape (n,); -1 where the office has none."""
    employers = c.office.employers
    chosen = c.office.first_employer + np.minimum((u * employers).astype(np.int32), employers - 1)
    return np.where(employers > 0, chosen, -1).astype(np.int32)


def acquaintance(c: Rows, p: Any) -> NDArray[np.int32]:
    """Employer whom each family or member knows after the month, shape (n,); -1 for none.

    An acquaintance ends with chance 1 - exp(-1 / acquaintance_tie_months). Who knew nobody meets one of the office's
    employers with that chance * acquaintance_share / (1 - acquaintance_share), at most 1: so the share stays.
    """
    ends = -np.expm1(-1.0 / p.acquaintance_tie_months)
    meets = np.minimum(ends * p.acquaintance_share / (1.0 - p.acquaintance_share), 1.0)
    luck = c.draw(Stream.ACQUAINTANCE)
    knows = np.where(luck < ends, np.int32(-1), c.knows.index)
    meeting = (luck < meets) & ~c.knows.exists
    those = c.among(meeting)
    knows[meeting] = any_employer(those, those.draw(Stream.ACQUAINTANCE, 1))
    return knows


@rule("families")
def know_through_work(f: Rows, p: Any) -> Writes:
    """Families get to know employers and lose sight of them; who has a client in formal work knows that employer.

    As :func:`acquaintance`, but for families whose client has an employer. Evidence: J-06; times assumed.
    """
    employer = f.client.employer
    return {"knows": np.where(employer.exists, employer.index, acquaintance(f, p)).astype(np.int32)}


@rule("members")
def know_through_groups(m: Rows, p: Any) -> Writes:
    """Members of groups get to know employers and lose sight of them.

    As :func:`acquaintance`. Evidence: J-06; times assumed.
    """
    return {"knows": acquaintance(m, p)}


@rule("employers")
def weigh(e: Rows, p: Any) -> Writes:
    """An employer's willingness follows its own experience, the village and what colleagues in the trade do.

    target = rest + experience_on_willingness * (good months / (good months + experience_half_months)) -
    incident_on_willingness * (incidents / (incidents + incidents_half)) - stigma_on_willingness * (stigma in the
    village - 1/2) + reputation_on_willingness * (mean willingness of tied employers - own) +
    acquaintance_on_willingness * (1 - exp(-members of groups who know it)); moves by employer_speed a month. Good
    months' = good months * (1 - experience_fading) + clients under supervision at work here: who has completed it is an
    employee as others are. Evidence: C11, E-14, J-11, G-03 (contact).
    """
    good = e.good_months * (1.0 - p.experience_fading) + e.total("clients", "employer", supervised)
    degree = e.ties("reputation")
    others = np.where(
        degree > 0, e.over_ties("reputation", "willingness") / np.maximum(degree, 1.0) - e.willingness, 0.0
    )
    target: Floats = (
        e.willingness_rest
        + p.experience_on_willingness * good / (good + p.experience_half_months)
        - p.incident_on_willingness * e.incidents / (e.incidents + p.incidents_half)
        - p.stigma_on_willingness * (e.village.stigma - 0.5)
        + p.reputation_on_willingness * others
        - p.acquaintance_on_willingness * np.expm1(-e.total("members", "knows", "serving"))
    )
    return {"good_months": good, "willingness": towards(e.willingness, target, p.employer_speed)}


@rule("employers")
def witness(e: Rows, p: Any) -> Writes:
    """An employer remembers when an employed client's offence became known.

    incidents' = incidents * (1 - experience_fading) + offences heard of this month among its clients. Evidence: C11.
    """
    return {"incidents": e.incidents * (1.0 - p.experience_fading) + e.total("clients", "employer", "heard_of")}
