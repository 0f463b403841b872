"""The nine activities of Pokmas Lipas, the four fields of the groups that carry them, and their partners."""

from __future__ import annotations

import numpy as np

from agents.tables import Code


class Activity(Code):
    """What money, hours and rooms are planned for; the order is the order of every column of width 9.

    A client can be offered a place in all but outreach, which are events with the public. A vocational course is the
    short one of Pokmas (3 days to 2 weeks, P-09), a certified course the long one of the labour office (E-08).
    """

    PSYCHOSOCIAL = 0
    VOCATIONAL = 1
    CERTIFIED_COURSE = 2
    ENTREPRENEURSHIP = 3
    SPIRITUAL = 4
    LEGAL = 5
    COMMUNITY = 6
    MEDIATION = 7
    OUTREACH = 8


class Field(Code):
    """Field of a group (decree PAS-06.OT.02.02/2020 asks for two or more, P-02)."""

    SELF_RELIANCE = 0
    PERSONALITY = 1
    LEGAL = 2
    COMMUNITY = 3


class Partner(Code):
    """Kind of organisation that carries a group (P-03, P-07)."""

    WORKSHOP = 0
    FARM = 1
    SERVICES = 2
    MAJELIS_TAKLIM = 3
    REHABILITATION_HOUSE = 4
    LEGAL_AID = 5
    NEIGHBOURHOOD = 6


#: kinds of partner found in each field, in the order of :class:`Field` (P-03, P-07)
PARTNERS_OF = (
    (Partner.WORKSHOP, Partner.FARM, Partner.SERVICES),
    (Partner.MAJELIS_TAKLIM, Partner.REHABILITATION_HOUSE),
    (Partner.LEGAL_AID,),
    (Partner.NEIGHBOURHOOD, Partner.FARM),
)


class Bound(Code):
    """What held an activity's capacity down in a month; of what holds it down alike, the first. UNPLANNED: no share."""

    DEMAND = 0
    MONEY = 1
    HOURS = 2
    ROOMS = 3
    UNPLANNED = 4


ACTIVITIES = tuple(activity.name.lower() for activity in Activity)
FIELDS = tuple(field.name.lower() for field in Field)

#: field whose members carry each activity, shape (9,)
FIELD_OF = np.array(
    [
        Field.PERSONALITY,
        Field.SELF_RELIANCE,
        Field.SELF_RELIANCE,
        Field.SELF_RELIANCE,
        Field.PERSONALITY,
        Field.LEGAL,
        Field.COMMUNITY,
        Field.COMMUNITY,
        Field.COMMUNITY,
    ],
    dtype=np.intp,
)

#: whether an activity needs one of the office's rooms, shape (9,): long courses and events have places of their own
NEEDS_ROOM = np.array([activity not in (Activity.CERTIFIED_COURSE, Activity.OUTREACH) for activity in Activity])
