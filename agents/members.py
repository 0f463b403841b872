"""Pokmas groups and their members: volunteers who learn, tire, leave and are replaced (phase Staff)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import FIELDS, Field, Partner
from agents.chance import Floats, Stream, bits
from agents.clients import MONTHS_A_YEAR
from agents.rules import Mask, Rows, Writes, power, rank_within, rule
from agents.tables import Presence, Table, code, count, flag, month, number, reference, share

GROUP_COLUMNS = (
    code("field", Field, "field of the group"),
    code("partner", Partner, "organisation that carries the group"),
    flag("planned", "the plan holds the group: it finds new members and clients go there"),
    reference("village", "villages", "village the group meets in"),
)

MEMBER_COLUMNS = (
    reference("group", "groups", "group the member belongs to"),
    reference("knows", "employers", "employer the member is acquainted with (-1: none)"),
    flag("serving", "serves as a volunteer"),
    month("joined_month", "month the member joined"),
    share("competence", "competence to guide clients"),
    flag("certified", "holds a certificate"),
    share("motivation", "motivation to go on"),
    share("burnout", "exhaustion by the load carried lately"),
    number("hours", "hours a month", 0, 400, "hours of guidance this month, by field of the group", width=len(FIELDS)),
    count("load", "clients", "clients mentored"),
    flag("left", "left this month", monthly=True),
)


def group_table() -> Table:
    """An empty table of groups."""
    return Table("groups", GROUP_COLUMNS)


def _serving(table: Table) -> Mask:
    return np.asarray(table.serving)


def member_table() -> Table:
    """An empty table of members; active rows are those who serve."""
    return Table("members", MEMBER_COLUMNS, Presence(_serving, "serving"))


@rule("members")
def tire_or_leave(m: Rows, p: Any) -> Writes:
    """A volunteer's motivation follows transport money and exhaustion; some leave.

    burnout moves by burnout_speed a month towards load / mentor_places * (1 - coaching_on_burnout * coaching);
    motivation by motivation_speed towards 1/2 + transport_on_motivation * transport - burnout_on_motivation * burnout;
    transport is the money paid against transport_reference_idr, at most 1. The yearly chance to leave goes from
    exit_unsupported to exit_supported with coaching in force; the monthly hazard -log(1 - yearly) / 12 is times 2**(1 -
    2 * motivation): half at full, double at no motivation. Evidence: X-16, section 5; C7.
    """
    coaching = m.office.coaching
    load = np.minimum(m.load / p.mentor_places, 1.0) * (1.0 - p.coaching_on_burnout * coaching)
    burnout = m.burnout + p.burnout_speed * (load - m.burnout)
    transport = np.minimum(m.office.transport_idr / p.transport_reference_idr, 1.0)
    target = 0.5 + p.transport_on_motivation * transport - p.burnout_on_motivation * burnout
    motivation = m.motivation + p.motivation_speed * (np.clip(target, 0.0, 1.0) - m.motivation)
    yearly = p.exit_unsupported + (p.exit_supported - p.exit_unsupported) * coaching
    hazard = -np.log1p(-yearly) / MONTHS_A_YEAR * power(2.0, 1.0 - 2.0 * motivation)
    leaves = m.draw(Stream.MEMBER_EXIT) < -np.expm1(-hazard)
    return {"burnout": burnout, "motivation": motivation, "serving": m.serving & ~leaves, "left": leaves}


@rule("members", by="office")
def train(m: Rows, p: Any) -> Writes:
    """Coaching and certification raise competence; certificates go to those who have served longest.

    Each month certification_places_per_year / 12 places open per office, as far as the money set aside allows
    (``certificates_paid``). competence target = competence_base + coaching_on_competence * coaching in force +
    certificate_on_competence * certified, moving by competence_speed a month. Evidence: C7, C21, X-14, X-16; sizes
    assumed (gap 6).
    """
    waiting = np.where(m.certified, 1, 0)
    place = rank_within(m.office.rows, waiting, m.joined_month, bits(Stream.MEMBER_ORDER, m.month, m.key), m.id)
    certified = m.certified | (place < m.office.certificates_paid)
    target = p.competence_base + p.coaching_on_competence * m.office.coaching + p.certificate_on_competence * certified
    competence = m.competence + p.competence_speed * (np.clip(target, 0.0, 1.0) - m.competence)
    return {"certified": certified, "competence": competence}


@rule("members")
def give_hours(m: Rows, p: Any) -> Writes:
    """Hours of guidance a member gives this month, to the field of the group.

    hours = hours_per_member_month * (1/2 + motivation), in whole quarters of an hour. Evidence: C7, gap 7.
    """
    given: Floats = np.rint(4.0 * m.office.hours_per_member_month * (0.5 + m.motivation)) / 4.0
    return {"hours": given[:, None] * (m.group.field[:, None] == np.arange(len(FIELDS)))}


def filled_posts(g: Rows) -> Floats:
    """Posts filled in groups of the plan: members who serve, as many as a group is to have; shape (n,)."""
    return np.asarray(
        g.planned * np.minimum(g.total("members", "group", "serving"), np.rint(g.office.members_per_group))
    )


def uncertified(m: Rows) -> Mask:
    """Serves without a certificate."""
    return np.asarray(~m.certified)


def skilled_hours(m: Rows) -> Floats:
    """Hours weighed by competence, shape (n, 4)."""
    return np.asarray(m.hours * m.competence[:, None])
