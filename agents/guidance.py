"""Places, attendance and what attendance does: the client's side of Pokmas activities (phases Plan and Serve)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Stream, bits
from agents.clients import Work, ever_served, in_contact, offered_a_place
from agents.rules import Rows, Writes, rule


@rule("clients", who=in_contact)
def want_places(c: Rows, p: Any) -> Writes:
    """What a client asks for this month, by activity.

    Each activity she or he can use is asked for with chance demand_share: seven 9-bit numbers out of one draw, each
    below 512 * demand_share. Mediation needs a family that does not accept in full, entrepreneurship nobody in formal
    work or business, vocational training and legal information something left to gain. Evidence: J-06 and V14 (many
    want help and do not get it).
    """
    usable = np.ones((len(c), len(Activity)), dtype=np.bool_)
    usable[:, Activity.VOCATIONAL] = c.skill < 1.0
    usable[:, Activity.ENTREPRENEURSHIP] = (c.work != Work.FORMAL) & (c.work != Work.BUSINESS)
    usable[:, Activity.LEGAL] = c.documents < 1.0
    usable[:, Activity.MEDIATION] = c.family.exists & (c.family.acceptance < 1.0)
    shifts = np.arange(len(Activity), dtype=np.uint64) * np.uint64(9)
    numbers = (bits(Stream.WANT, c.month, c.key)[:, None] >> shifts) & np.uint64(511)
    return {"wanted": usable & (numbers < 512.0 * p.wide.demand_share)}


@rule("clients", who=in_contact, by="office")
def offer_places(c: Rows, p: Any) -> Writes:
    """Share the month's places out among those who ask, by known need first or by chance.

    Clients stand in one line per office. Whoever's need is known to the office stands by need, the others by chance:
    place in line = luck - known * (need + early). known is a draw against need_known_floor + (1 - need_known_floor) *
    shared register coverage, or against early = (1 - months out / 3) * referral agreements / 4 for newcomers if that is
    more. need is distress, lack of skill, of work, of documents and of support, averaged. Going down the line, everyone
    who asks for an activity is offered one of the places left in it. Units: places a month. Evidence: C14, X-04 (early
    help), gap 12.
    """
    need = (
        c.distress + (1.0 - c.skill) + (c.work == Work.NONE) + (1.0 - c.documents) + (1.0 - c.support.mean(axis=1))
    ) / 5.0
    early = np.clip(1.0 - (c.month - c.release_month) / 3.0, 0.0, 1.0) * c.office.referral_agreements / 4.0
    known = np.maximum(p.need_known_floor + (1.0 - p.need_known_floor) * c.office.shared_register_coverage, early)
    line = c.draw(Stream.OFFER_ORDER) - (c.draw(Stream.NEEDS_KNOWN) < known) * (need + early)
    office = c.office.index
    order = np.lexsort((c.id, line, office))
    wanted = c.wanted[order]
    asked = np.cumsum(wanted, axis=0)
    starts = np.flatnonzero(np.r_[True, np.diff(office[order]) > 0])
    before = np.repeat(asked[starts] - wanted[starts], np.diff(np.r_[starts, len(order)]), axis=0)
    offered = np.empty_like(wanted)
    offered[order] = wanted & (asked - before <= c.office.places[order])
    return {"offered": offered}


@rule("clients", who=in_contact)
def miss_services(c: Rows, p: Any) -> Writes:
    """Who asks and is offered nothing remembers it; with missing documents that makes services hard to reach.

    unmet' = unmet * (1/2)**(1/12) + (1 - unmet) / 4 after asking in vain. A client reports difficulty when (1 -
    documents) / 2 + unmet / 2 passes difficulty_threshold. Evidence: C4, P-06 (63 % report difficulty), J-06, V14.
    """
    in_vain = c.wanted.any(axis=1) & ~c.offered.any(axis=1)
    unmet = c.unmet * 0.5 ** (1.0 / 12.0)
    unmet = unmet + 0.25 * (1.0 - unmet) * in_vain
    return {
        "unmet": unmet,
        "reports_difficulty": 0.5 * (1.0 - c.documents) + 0.5 * unmet > p.difficulty_threshold,
    }


@rule("clients", who=offered_a_place)
def attend(c: Rows, p: Any) -> Writes:
    """Those offered a place come or stay away, to everything offered this month alike.

    chance = attendance_base * (1/2 + confidence) * (1/2 + facility quality) * exp(-distance / attendance_distance_km)
    * (1 - attendance_work_loss if working) * (1 - attendance_strain_loss * role strain), cut to 1. Evidence: P-10
    (passive clients), C10 (facility), C13 (stigma through confidence), C20 (distance), P-11 (strain).
    """
    chance = (
        p.attendance_base
        * (0.5 + c.confidence)
        * (0.5 + c.office.facility_quality)
        * np.exp(-c.village.distance_km / p.attendance_distance_km)
        * (1.0 - p.attendance_work_loss * (c.work != Work.NONE))
        * (1.0 - p.attendance_strain_loss * c.role_strain)
    )
    comes = c.draw(Stream.ATTENDANCE) < np.minimum(chance, 1.0)
    attended = c.offered & comes[:, None]
    served = attended.any(axis=1)
    first = np.where(served & ~ever_served(c), np.int32(c.month), c.first_service_month)
    return {"attended": attended, "served": served, "first_service_month": first}


@rule("clients", who=ever_served)
def benefit(c: Rows, p: Any) -> Writes:
    """Attendance builds a dose; without continuity it fades.

    dose' = dose * (1/2)**(1/half_life) + (1 - dose) * dose_per_session * quality of the session, by activity.
    Units: share of the full effect. Evidence: C16, half-life 1-2 years after mentoring ends (section 5), X-07.
    """
    kept = c.dose * 0.5 ** (1.0 / p.wide.dose_half_life_months)
    gained = c.attended * (1.0 - c.dose) * p.wide.dose_per_session * c.office.quality
    return {"dose": np.minimum(kept + gained, 1.0)}


@rule("clients", who=ever_served)
def learn(c: Rows, p: Any) -> Writes:
    """Training leaves skill behind, legal information leaves documents in order.

    skill' = skill + (1 - skill) * skill_per_session * quality if trained; documents alike. Evidence: C2, C4, P-09.
    """
    trained = c.attended[:, Activity.VOCATIONAL] * c.office.quality[:, Activity.VOCATIONAL]
    informed = c.attended[:, Activity.LEGAL] * c.office.quality[:, Activity.LEGAL]
    return {
        "skill": c.skill + (1.0 - c.skill) * p.skill_per_session * trained,
        "documents": c.documents + (1.0 - c.documents) * p.documents_per_session * informed,
    }
