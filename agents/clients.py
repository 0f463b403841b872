"""Clients: what is known of each *klien pemasyarakatan*, and who among them a rule can concern.

The rules that move these columns stand by theme: :mod:`agents.guidance` (places, attendance, what it does),
:mod:`agents.work`, :mod:`agents.relations` (support, stigma as felt, confidence), :mod:`agents.offending` and
:mod:`agents.supervision`.
"""

from __future__ import annotations

import numpy as np

from agents.activities import Activity
from agents.rules import Mask, Rows
from agents.tables import (
    NEVER,
    Code,
    Presence,
    Table,
    coarse_share,
    code,
    count,
    flag,
    month,
    number,
    reference,
    rupiah,
    share,
)
from agents.trials import Trial

MONTHS_A_YEAR = 12
WEEKS_A_MONTH = 365.25 / 7 / MONTHS_A_YEAR


class Status(Code):
    """Where a client stands with the Bapas."""

    INSIDE = 0
    SUPERVISED = 1
    OUT_OF_CONTACT = 2
    COMPLETED = 3
    CUSTODY = 4
    GONE = 5


class Release(Code):
    """Release type: conditional release, leave before release, leave towards release (R-01)."""

    PB = 0
    CB = 1
    CMB = 2


class Offence(Code):
    """Offence class (R-09)."""

    NARCOTICS = 0
    PROPERTY = 1
    VIOLENT = 2
    OTHER = 3


class Role(Code):
    """Roles a client can rebuild (Katz & Kahn; C22)."""

    WORKER = 0
    FAMILY_MEMBER = 1
    NEIGHBOUR = 2
    GROUP_MEMBER = 3


class Lead(Code):
    """Work a client heard of this month."""

    NONE = 0
    FORMAL = 1
    INFORMAL = 2


class Work(Code):
    """Kind of work."""

    NONE = 0
    INFORMAL = 1
    FORMAL = 2
    BUSINESS = 3


def _present(table: Table) -> Mask:
    return np.asarray((table.status != Status.INSIDE) & (table.status != Status.GONE))


CLIENT_COLUMNS = (
    # fixed
    flag("female", "the client is a woman (R-11)"),
    month("birth_month", "month of birth", -360),
    month("first_release_month", "month of the release with which the client came"),
    code("offence", Offence, "offence class of the sentence (R-09)"),
    code("release_type", Release, "release type (R-01)"),
    number("stability", "standard deviations", -9, 9, "latent stability: holds jobs better and offends less"),
    reference("village", "villages", "village the client lives in"),
    reference("family", "families", "family within reach (-1: none)"),
    # supervision
    code("status", Status, "standing with the Bapas"),
    month("release_month", "month of the latest release"),
    count("term_months", "months", "length of supervision", high=6000),
    count("priors", "convictions", "convictions before the present sentence", high=99),
    code("trial", Trial, "what a field trial changes for the client"),
    count("missed_reports", "months in a row", "monthly reports missed in a row (L-16)", high=6000),
    month("custody_until", "month in which custody ends"),
    # state of mind and skill
    share("skill", "vocational skill usable in a job"),
    flag("certificate", "holds a vocational certificate that employers know"),
    share("documents", "civil documents and access to services in order"),
    share("distress", "psychological distress", 0.5),
    share("confidence", "confidence to search, to attend, to be seen", 0.5),
    share("commitment", "commitment to a law-abiding life", 0.5),
    share("perceived_stigma", "stigma as felt", 0.5),
    coarse_share("help", "help received this month from family, friends and a significant other", 3),
    coarse_share("support", "support felt from family, friends and a significant other", 3, 0.5),
    coarse_share("roles", "roles held: worker, family member, neighbour, member of a group", len(Role)),
    share("role_clarity", "knows what is expected in the roles held", 0.4),
    share("role_strain", "demands of roles that cannot be met together"),
    # guidance
    flag("wanted", "would take a place this month, by activity", width=len(Activity), monthly=True),
    flag("offered", "offered a place this month, by activity", width=len(Activity), monthly=True),
    flag("attended", "attended this month, by activity", width=len(Activity), monthly=True),
    coarse_share("dose", "accumulated benefit of attendance, by activity", len(Activity)),
    flag("served", "attended at least one activity this month", monthly=True),
    flag("referred", "the Bapas has referred the client to Pokmas"),
    month("first_service_month", "month of the first activity attended"),
    month("latest_service_month", "month of the latest activity attended"),
    share("case_management", "structured guidance by the counsellor, as lived lately"),
    share("unmet", "fading memory of asking for a place in vain, one year half gone"),
    flag("reports_difficulty", "would say that services are hard to reach (P-06)"),
    reference("mentor", "members", "Pokmas member who mentors the client (-1: none)"),
    # work
    code("work", Work, "kind of work"),
    reference("employer", "employers", "employer of a formal job (-1: none)"),
    count("tenure_months", "months", "time in the present work", high=6000),
    code("lead", Lead, "work heard of this month", monthly=True),
    reference("asked", "employers", "employer asked for formal work this month (-1: none)", monthly=True),
    flag("granted", "has received a start-up grant"),
    rupiah("grant_idr", "start-up grant received"),
    rupiah("income_idr", "income this month", monthly=True),
    flag("far", "works too far away to report every month (P-11)"),
    flag("refused", "was refused work this month because of the record", monthly=True),
    flag("reports_discrimination", "would say that he or she has been discriminated against in the last year (P-06)"),
    share("refusals", "fading memory of refusals"),
    # offending
    number("hazard", "per month", 0, 100, "hazard of a new offence this month", monthly=True),
    flag("offended", "offended this month", monthly=True),
    flag("detected", "the offence of this month was detected", monthly=True),
    flag("revoked", "release revoked this month for missed reports", monthly=True),
    flag("active_offender", "offended within the last months and is at liberty"),
    month("last_offence_month", "month of the latest offence"),
    flag("convicted", "in custody for a new offence (and not for a revocation alone)"),
    flag("returned", "has come back from custody: no longer a first release"),
    flag("reoffended", "has offended since release"),
    flag("first_reoffence", "offended this month for the first time since release", monthly=True),
    flag("heard_of", "offence of this month became known to family, village and employer", monthly=True),
    # what the register of the Bapas holds
    flag("recorded_failure", "failure of this month stands in the register", monthly=True),
    flag("first_failure_recorded", "failure of this month is the first in the register", monthly=True),
    flag("ever_failed_recorded", "some failure since release stands in the register"),
    flag("service_recorded", "attendance of this month stands in the register", monthly=True),
    month("first_recorded_month", "month of the first attendance in the register"),
    flag("work_recorded", "works, by the latest entry in the register"),
)


def client_table() -> Table:
    """An empty table of clients; active rows are those released and still followed."""
    return Table("clients", CLIENT_COLUMNS, Presence(_present, "status"))


def supervised(c: Rows) -> Mask:
    """Under supervision and in contact or not."""
    return np.asarray((c.status == Status.SUPERVISED) | (c.status == Status.OUT_OF_CONTACT))


def in_contact(c: Rows) -> Mask:
    """Under supervision and in contact: who can be offered a place."""
    return np.asarray(c.status == Status.SUPERVISED)


def offered_a_place(c: Rows) -> Mask:
    """Offered a place in some activity this month."""
    return np.asarray(c.offered.any(axis=1))


def ever_served(c: Rows) -> Mask:
    """Has attended some activity, this month or before."""
    return np.asarray(c.first_service_month != NEVER)


def at_liberty(c: Rows) -> Mask:
    """Not in custody."""
    return np.asarray(c.status != Status.CUSTODY)


def in_custody(c: Rows) -> Mask:
    """In custody after a detected offence or a revocation."""
    return np.asarray(c.status == Status.CUSTODY)


def looking_for_work(c: Rows) -> Mask:
    """At liberty and without work."""
    return np.asarray((c.status != Status.CUSTODY) & (c.work == Work.NONE))


def asks_for_work(c: Rows) -> Mask:
    """Has heard of work this month and asks for it."""
    return np.asarray((c.lead != Lead.NONE) & looking_for_work(c))


SUBSIDY_MONTHS = 6


def in_new_formal_work(c: Rows) -> Mask:
    """Under supervision and in the first months of formal work: whom a wage subsidy is paid for."""
    offered = c.trial != Trial.WITHOUT_SUBSIDY
    return np.asarray(supervised(c) & (c.work == Work.FORMAL) & (c.tenure_months < SUBSIDY_MONTHS) & offered)


def owns_business(c: Rows) -> Mask:
    """Runs a business of one's own."""
    return np.asarray(c.work == Work.BUSINESS)


def working(c: Rows) -> Mask:
    """At liberty and with work."""
    return np.asarray((c.status != Status.CUSTODY) & (c.work != Work.NONE))
