"""Places, attendance and what attendance does: the client's side of Pokmas activities (phases Plan and Serve)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import FIELD_OF, Activity
from agents.chance import Stream, bits
from agents.clients import MONTHS_A_YEAR, Work, ever_served, in_contact, offered_a_place
from agents.rules import Mask, Rows, Writes, place_in_run, power, rule
from agents.tables import NEVER
from agents.trials import Trial


def not_referred(c: Rows) -> Mask:
    """Under supervision, in contact, and not yet referred to Pokmas."""
    return np.asarray(in_contact(c) & ~c.referred)


@rule("clients", who=not_referred)
def refer(c: Rows, p: Any) -> Writes:
    """The Bapas refers a client to Pokmas, sooner or later; only then can a place be asked for.

    Referred this month with the office's chance ``referral``, which :mod:`agents.agencies` makes of ties, procedure and
    hub; whom a field trial refers at once, at once. Evidence: C14, C19, X-04 (early help counts).
    """
    return {"referred": (c.draw(Stream.REFERRAL) < c.office.referral) | (c.trial == Trial.REFERRED_AT_ONCE)}


@rule("clients", who=in_contact)
def want_places(c: Rows, p: Any) -> Writes:
    """What a client would take up this month, by activity.

    Each activity she or he can use is wanted with chance demand_share: eight 8-bit numbers out of one draw, one for
    each activity but outreach, wanted below 256 * demand_share. Mediation needs a family that does not accept in full,
    entrepreneurship and the certified course nobody in formal work or business, the course nobody with a certificate,
    short training and legal information something left to gain. Evidence: J-06 and V14 (many want help and do not get
    it).
    """
    usable = np.ones((len(c), len(Activity)), dtype=np.bool_, order="F")
    free = (c.work != Work.FORMAL) & (c.work != Work.BUSINESS)
    usable[:, Activity.VOCATIONAL] = c.skill < 1.0
    usable[:, Activity.CERTIFIED_COURSE] = free & ~c.certificate
    usable[:, Activity.ENTREPRENEURSHIP] = free
    usable[:, Activity.LEGAL] = c.documents < 1.0
    usable[:, Activity.MEDIATION] = c.family.exists & (c.family.acceptance < 1.0)
    numbers = bits(Stream.WANT, c.month, c.key).astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)
    usable[:, : Activity.OUTREACH] &= numbers < 256.0 * p.wide.demand_share
    usable[:, Activity.OUTREACH] = False
    return {"wanted": usable}


def asked_for(c: Rows) -> Mask:
    """What clients who are referred ask for, shape (n, 9); the course is not open to whom a field trial gives none."""
    asked = np.asarray(c.wanted & c.referred[:, None])
    asked[:, Activity.CERTIFIED_COURSE] &= c.trial != Trial.WITHOUT_COURSE
    return asked


def asks_for_a_place(c: Rows) -> Mask:
    """In contact, referred, and wants a place in some activity."""
    return np.asarray(in_contact(c) & c.referred & c.wanted.any(axis=1))


@rule("clients", who=asks_for_a_place, by="office")
def offer_places(c: Rows, p: Any) -> Writes:
    """Share the month's places out among those who ask, by known need first or by chance.

    Clients stand in one line per office. Those whose need is known to the office stand first, by need; behind them the
    others, by chance: place in line = -(need + early) if known, else luck. known is one draw for life against the
    office's ``needs_known``, so who is known stays known while the office knows as much; need is distress, lack of
    skill, of work, of documents and of support, averaged; early = 1 - months out / 3, at least 0; whom a field trial
    puts first stands before all. Going down the line, everyone who asks for an activity is offered one of the places
    left in it.
    Units: places a month. Evidence: C14, X-04 (early help), gap 12.
    """
    need = (
        c.distress + (1.0 - c.skill) + (c.work == Work.NONE) + (1.0 - c.documents) + (1.0 - c.support.mean(axis=1))
    ) / 5.0
    early = np.clip(1.0 - (c.month - c.release_month) / 3.0, 0.0, 1.0)
    known = c.draw_for_life(Stream.NEEDS_KNOWN) < c.office.needs_known
    line = np.where(known, -(need + early), c.draw(Stream.OFFER_ORDER))
    office, behind = c.office.index, c.trial != Trial.FIRST_IN_LINE
    order = np.lexsort((c.id, line, 2 * office + behind))
    # down the line, activity by activity and office by office
    wanted = asked_for(c)
    activity, stands = np.nonzero(np.stack([asked[order] for asked in wanted.T]))
    who = order[stands]
    place = place_in_run(activity * (office.max() + 1) + office[who])
    offered = np.zeros_like(wanted)
    offered[who, activity] = place < c.office.table.places[office[who], activity]
    return {"offered": offered}


@rule("clients", who=in_contact)
def miss_services(c: Rows, p: Any) -> Writes:
    """Who wants help and is offered nothing remembers it; with missing documents that makes services hard to reach.

    unmet' = unmet * (1/2)**(1/12) + (1 - unmet) / 4 after wanting in vain. A client reports difficulty when (1 -
    documents) / 2 + unmet / 2 passes difficulty_threshold. Evidence: C4, P-06 (63 % report difficulty), J-06, V14.
    """
    in_vain = c.wanted.any(axis=1) & ~c.offered.any(axis=1)
    unmet = c.unmet * power(0.5, 1.0 / MONTHS_A_YEAR)
    unmet = unmet + 0.25 * (1.0 - unmet) * in_vain
    return {
        "unmet": unmet,
        "reports_difficulty": 0.5 * (1.0 - c.documents) + 0.5 * unmet > p.difficulty_threshold,
    }


@rule("clients", who=offered_a_place)
def attend(c: Rows, p: Any) -> Writes:
    """Those offered a place come or stay away: one mood for the month, against each activity's distance.

    chance = attendance_base * (1/2 + confidence) * (1/2 + facility quality) * exp(-distance / attendance_distance_km)
    * (1 - attendance_work_loss if working) * (1 - attendance_strain_loss * role strain), cut to 1; distance from the
    client's village to the nearest group of the activity's field. What was attended is written into the register with
    the office's chance ``recorded``. Evidence: P-10 (passive clients), C10 (facility), C13 (stigma through
    confidence), C20 (distance), P-11 (strain), C15 (recording).
    """
    chance = (
        p.attendance_base
        * (0.5 + c.confidence)
        * (0.5 + c.office.facility)
        * (1.0 - p.attendance_work_loss * (c.work != Work.NONE))
        * (1.0 - p.attendance_strain_loss * c.role_strain)
    )
    near = np.exp(-c.village.group_km / p.wide.attendance_distance_km)[:, FIELD_OF]
    comes = c.draw(Stream.ATTENDANCE)[:, None] < np.minimum(chance[:, None] * near, 1.0)
    attended = c.offered & comes
    served = attended.any(axis=1)
    recorded = served & (c.draw(Stream.RECORDING, 1) < c.office.recorded)
    now = np.int32(c.month)
    return {
        "attended": attended,
        "served": served,
        "first_service_month": np.where(served & ~ever_served(c), now, c.first_service_month),
        "latest_service_month": np.where(served, now, c.latest_service_month),
        "service_recorded": recorded,
        "first_recorded_month": np.where(recorded & (c.first_recorded_month == NEVER), now, c.first_recorded_month),
    }


@rule("clients", who=ever_served)
def benefit(c: Rows, p: Any) -> Writes:
    """Attendance builds a dose; without continuity it fades.

    dose' = dose * (1/2)**(1/half_life) + (1 - dose) * dose_per_session * quality of the session, by activity.
    Units: share of the full effect. Evidence: C16, half-life 1-2 years after mentoring ends (section 5), X-07.
    """
    kept = c.dose * power(0.5, 1.0 / p.wide.dose_half_life_months)
    gained = c.attended * (1.0 - c.dose) * p.wide.dose_per_session * c.office.quality
    return {"dose": np.minimum(kept + gained, 1.0)}


def served_now(c: Rows) -> Mask:
    """Attended something this month."""
    return np.asarray(c.served)


@rule("clients", who=served_now)
def learn(c: Rows, p: Any) -> Writes:
    """Training leaves skill behind, a certified course a certificate, legal information documents in order.

    skill' = skill + (1 - skill) * min(skill_per_session * quality of the short course attended + skill_per_course of
    the certified course attended, 1); of those in a certified course course_completion get the certificate; documents'
    = documents + (1 - documents) * documents_per_session * quality if informed. The certified course is given by the
    labour office, so its quality is its own. Evidence: C2, C4, P-09, X-05, X-06, E-08.
    """
    trained = c.attended[:, Activity.VOCATIONAL] * c.office.quality[:, Activity.VOCATIONAL]
    informed = c.attended[:, Activity.LEGAL] * c.office.quality[:, Activity.LEGAL]
    course = c.attended[:, Activity.CERTIFIED_COURSE]
    gained = np.minimum(p.skill_per_session * trained + p.skill_per_course * course, 1.0)
    return {
        "skill": c.skill + (1.0 - c.skill) * gained,
        "certificate": c.certificate | (course & (c.draw(Stream.COURSE) < p.course_completion)),
        "documents": c.documents + (1.0 - c.documents) * p.documents_per_session * informed,
    }
