"""The agencies around a client as a small graph: who works with whom, and what that brings (phase Plan).

Bapas, Pokmas, Dinas Sosial, Dinas Tenaga Kerja and non-government groups stand in the graph; a tie grows when two of
them meet and fades when they do not. Forum, joint planning, register, procedure, agreements and evaluation act through
what the functions below say, and through nothing else: whose needs are known, how soon a client is referred, what is
duplicated, what is cancelled, and which places of other agencies are open to clients.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Floats, Stream, whole
from agents.rules import Rows, Writes, rule
from agents.tables import Code


class Agency(Code):
    """Who is in the graph of agencies (C14)."""

    BAPAS = 0
    POKMAS = 1
    DINAS_SOSIAL = 2
    DINAS_TENAGA_KERJA = 3
    NGO = 4


#: the two agencies of each of the ten ties, in the order of the column ``tie``
ENDS = tuple((Agency(a), Agency(b)) for a in range(len(Agency)) for b in range(a + 1, len(Agency)))
ONE, OTHER = np.array(ENDS).T
#: agencies with which an agreement on referrals can be made, in the order of the lever
PARTNERS = (Agency.DINAS_SOSIAL, Agency.DINAS_TENAGA_KERJA, Agency.NGO)
#: ties of the Bapas with these, and its tie with Pokmas, as positions in the column ``tie``
WITH_PARTNERS = [ENDS.index((Agency.BAPAS, partner)) for partner in PARTNERS]
WITH_POKMAS = ENDS.index((Agency.BAPAS, Agency.POKMAS))
#: ties among those who serve clients: where these are weak, two do the same work
AMONG_SERVERS = [k for k, ends in enumerate(ENDS) if Agency.BAPAS not in ends]
#: what each partner agency serves with places of its own (C14)
SERVES = (Activity.LEGAL, Activity.CERTIFIED_COURSE, Activity.PSYCHOSOCIAL)


@rule("offices")
def coordinate(o: Rows, p: Any) -> Writes:
    """The agencies' ties grow when they meet and fade when they do not; evaluation teaches the office what it does.

    Bapas and Pokmas come to every meeting of the forum, the others with forum_attendance, or forum_attendance_agreed
    where an agreement binds them. tie' = tie * (1 - tie_fading) + (1 - tie) * min(tie_per_meeting * meetings both came
    to + hub_on_ties * use of Griya Abhipraya, 1). insight' = insight * (1 - insight_fading) + (1 - insight) *
    insight_per_evaluation * evaluations * share recorded: an evaluation is as good as its data. Evidence: C14, C15,
    C17, gap 12.
    """
    came = np.ones((len(o), len(Agency)), dtype=np.bool_)
    for k, partner in enumerate(PARTNERS):
        chance = p.forum_attendance + (p.forum_attendance_agreed - p.forum_attendance) * o.agreements[:, k]
        came[:, partner] = o.draw(Stream.FORUM, k) < chance
    met = (came[:, ONE] & came[:, OTHER]) * o.meetings[:, None]
    grown = np.minimum(p.wide.tie_per_meeting * met + (p.hub_on_ties * hub_use(o))[:, None], 1.0)
    learnt = np.minimum(p.insight_per_evaluation * o.evaluations * share_recorded(o, p), 1.0)
    return {
        "tie": np.minimum(o.tie * (1.0 - p.wide.tie_fading) + (1.0 - o.tie) * grown, 1.0),
        "insight": np.minimum(o.insight * (1.0 - p.insight_fading) + (1.0 - o.insight) * learnt, 1.0),
    }


def room_slots(o: Rows) -> Floats:
    """Places in rooms this month: own or borrowed, rented, and those of Griya Abhipraya, shape (n,)."""
    return np.asarray(o.room_slots_per_month + o.rented_slots + o.hub_slots)


def hub_use(o: Rows) -> Floats:
    """Part of all places in rooms that lies in Griya Abhipraya, shape (n,)."""
    return np.asarray(o.hub_slots / np.maximum(room_slots(o), 1e-9))


def share_recorded(o: Rows, p: Any) -> Any:
    """Share of what happens that is written down: recording_floor without a shared register, all with a full one."""
    return p.recording_floor + (1.0 - p.recording_floor) * o.register


@rule("offices")
def draw_on_ties(o: Rows, p: Any) -> Writes:
    """What the ties, the register and the procedure bring this month, five shares of each office.

    - recorded: :func:`share_recorded`;
    - needs known: need_known_floor, and of the others those in the shared register as far as Bapas and Pokmas share it
      (1/2 + tie / 2), or found by evaluation (insight);
    - referral, the chance that a client not yet referred is referred this month: 1 - (1 - referral_base) * (1 -
      referral_by_procedure * procedure) * (1 - referral_by_hub * use of Griya Abhipraya) * product over agencies of (1
      - referral_by_agreement * agreement * tie);
    - overlap, places lost on needs another agency serves too: duplication_share * (1 - mean tie of those who serve);
    - no show, places cancelled because a partner does not come: cancellation_share * (1 - tie of Bapas and Pokmas); the
      last two times 1 - planning_on_overlap * joint planning.

    Evidence: C14, C15, C17, C19, X-04, gap 12.
    """
    shared = 1.0 - (1.0 - o.register * (0.5 + 0.5 * o.tie[:, WITH_POKMAS])) * (1.0 - o.insight)
    by_agency = (1.0 - p.wide.referral_by_agreement * o.agreements * o.tie[:, WITH_PARTNERS]).prod(axis=1)
    missed = (1.0 - p.referral_by_procedure * o.procedure) * (1.0 - p.referral_by_hub * hub_use(o))
    apart = 1.0 - p.planning_on_overlap * o.joint_planning
    return {
        "recorded": share_recorded(o, p),
        "needs_known": p.need_known_floor + (1.0 - p.need_known_floor) * shared,
        "referral": 1.0 - (1.0 - p.referral_base) * missed * by_agency,
        "overlap": p.duplication_share * (1.0 - o.tie[:, AMONG_SERVERS].mean(axis=1)) * apart,
        "no_show": p.cancellation_share * (1.0 - o.tie[:, WITH_POKMAS]) * apart,
    }


def agency_places(o: Rows, p: Any, clients: Floats) -> Floats:
    """Places of other agencies open to clients this month by activity, shape (n, 9), whole ones.

    clients * agency_places_per_client_year / 12 * agreement * tie of the Bapas with the agency; the part below one
    place is drawn (:func:`agents.chance.whole`). They cost the office nothing; without agreement and tie they are
    missed.
    """
    mean = p.wide.agency_places_per_client_year * clients[:, None] / 12.0 * o.agreements * o.tie[:, WITH_PARTNERS]
    places = np.zeros((len(o), len(Activity)))
    places[:, list(SERVES)] = whole(o.draw(Stream.AGENCY_PLACES), mean)
    return places
