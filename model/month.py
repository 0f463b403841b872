"""The month, in the order of the paper: eleven phases, each a line of rules.

This list *is* the model's schedule. The drivers walk through it, ``pokmas run --plan`` prints it, the timings and the
process overview of the ODD are made from it. A step is a rule (a pure function over rows, called by either driver) or a
change of who and what exists (people come in, ties form), which is the same code under both drivers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from agents import agencies, guidance, members, money, offending, offices, relations, supervision, surroundings, work
from agents.rules import Rule
from model import changes

if TYPE_CHECKING:
    from model.reintegration import ReintegrationModel

Change: TypeAlias = Callable[["ReintegrationModel"], None]
Step: TypeAlias = Rule | Change


@dataclass(frozen=True)
class Phase:
    """One named phase of the month.

    Attributes:
        name: one word, as in the paper.
        meaning: one sentence for the printed plan.
        steps: what happens, in order.
    """

    name: str
    meaning: str
    steps: tuple[Step, ...]


MONTH: tuple[Phase, ...] = (
    Phase(
        "arrive",
        "People are released; those whose custody ends come back; all face the month's hazard.",
        (changes.foresee, changes.begin_month, changes.release, offending.leave_custody, offending.face_hazard),
    ),
    Phase(
        "fund",
        "Money arrives by source; administration, mandatory guidance and what was promised are paid first.",
        (money.receive_money, money.pay_first),
    ),
    Phase(
        "staff",
        "Volunteers tire, leave, join, are coached and certified, and give their hours.",
        (members.tire_or_leave, changes.recruit, members.train, members.give_hours),
    ),
    Phase(
        "plan",
        "Agencies coordinate; each activity's places are the least of money, hours and rooms; places are offered.",
        (
            agencies.coordinate,
            agencies.draw_on_ties,
            guidance.refer,
            guidance.want_places,
            offices.plan_activities,
            guidance.offer_places,
            guidance.miss_services,
        ),
    ),
    Phase(
        "serve",
        "Clients attend or stay away; attendance builds skill, documents and a dose that fades without it.",
        (
            offices.prepare_sessions,
            guidance.attend,
            guidance.benefit,
            guidance.learn,
            offices.settle_sessions,
            changes.mentor,
        ),
    ),
    Phase(
        "reach out",
        "Contact and media move villages; employers become known and weigh experience, village and reputation.",
        (
            surroundings.meet,
            surroundings.know_through_work,
            surroundings.know_through_groups,
            changes.tie_employers,
            surroundings.weigh,
        ),
    ),
    Phase(
        "work",
        "Work is lost, searched for, refused or found; businesses open; income is earned.",
        (work.lose_work, work.hear_of_work, work.ask_for_work, work.receive_grant, work.open_business, work.earn),
    ),
    Phase(
        "relate",
        "Families accept or not; roles, help, support, stigma as felt, distress, confidence and commitment move.",
        (
            relations.accept,
            relations.hold_roles,
            relations.receive_help,
            relations.feel_support,
            relations.feel_stigma,
            relations.feel_able,
        ),
    ),
    Phase(
        "offend",
        "The proportional hazard decides on new offences; some are detected; those around hear of it; custody follows.",
        (
            offending.offend,
            offending.be_noticed,
            relations.hear_of_offence,
            surroundings.hear,
            surroundings.witness,
            offending.enter_custody,
        ),
    ),
    Phase(
        "supervise",
        "Clients report or miss and are guided; three misses in a row may revoke; the register is written.",
        (
            supervision.report,
            supervision.go_back,
            supervision.guide,
            supervision.be_guided,
            supervision.register,
        ),
    ),
    Phase(
        "record",
        "True indicators and those of the register are kept; terms are completed; who was followed long enough leaves.",
        (changes.record, supervision.complete, supervision.move_on),
    ),
)


def table() -> list[dict[str, str]]:
    """The plan as rows: phase, step, whose rows, what it does."""
    return [
        {
            "phase": phase.name,
            "step": step.act.__name__ if isinstance(step, Rule) else step.__name__,
            "acts": step.table if isinstance(step, Rule) else "model",
            "meaning": step.meaning if isinstance(step, Rule) else (step.__doc__ or "").strip().splitlines()[0],
        }
        for phase in MONTH
        for step in phase.steps
    ]
