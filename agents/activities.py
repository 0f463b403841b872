"""The seven activities of Pokmas Lipas and the four fields of the groups that carry them."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Activity(IntEnum):
    """What a client can be offered a place in; the order is the order of every column of width 7."""

    PSYCHOSOCIAL = 0
    VOCATIONAL = 1
    ENTREPRENEURSHIP = 2
    SPIRITUAL = 3
    LEGAL = 4
    COMMUNITY = 5
    MEDIATION = 6


class Field(IntEnum):
    """Field of a group (decree PAS-06.OT.02.02/2020 asks for two or more, P-02)."""

    SELF_RELIANCE = 0
    PERSONALITY = 1
    LEGAL = 2
    COMMUNITY = 3


class Bound(IntEnum):
    """What held an activity's capacity down in a month."""

    MONEY = 0
    HOURS = 1
    ROOMS = 2
    DEMAND = 3


ACTIVITIES = tuple(activity.name.lower() for activity in Activity)
FIELDS = tuple(field.name.lower() for field in Field)

#: field whose members carry each activity, shape (7,)
FIELD_OF = np.array(
    [
        Field.PERSONALITY,
        Field.SELF_RELIANCE,
        Field.SELF_RELIANCE,
        Field.PERSONALITY,
        Field.LEGAL,
        Field.COMMUNITY,
        Field.COMMUNITY,
    ],
    dtype=np.intp,
)
