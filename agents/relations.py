"""How a client stands with family, friends, members and neighbours, and what that does to the mind (phase Relate)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Floats
from agents.clients import Work, at_liberty, supervised
from agents.rules import Mask, Rows, Writes, beside, power, rule

FAMILY, FRIENDS, SIGNIFICANT_OTHER = 0, 1, 2


def towards(now: Floats, target: Floats, speed: Floats | float) -> Floats:
    """Partial adjustment: ``now + speed * (target - now)``, all within 0..1."""
    moved: Floats = np.clip(target, 0.0, 1.0)
    moved -= now
    moved *= speed
    moved += now
    return moved


@rule("families")
def accept(f: Rows, p: Any) -> Writes:
    """A family's acceptance follows what it sees, and the stigma that falls on itself.

    courtesy stigma moves towards the village's stigma times (1 - mediation_on_courtesy * dose of mediation), by
    family_speed a month; acceptance towards family_acceptance_base + work_on_acceptance * (the client works) +
    mediation_on_acceptance * dose of mediation + means_on_acceptance * (means - 1/2) - courtesy_stigma_weight *
    courtesy stigma; contact follows acceptance at twice the speed. Evidence: C12, P-08, X-11, E-02.
    """
    works = f.client.work != Work.NONE
    mediation = f.client.part("dose", Activity.MEDIATION)
    courtesy = towards(
        f.courtesy_stigma, f.village.stigma * (1.0 - p.mediation_on_courtesy * mediation), p.family_speed
    )
    target = (
        p.family_acceptance_base
        + p.work_on_acceptance * works
        + p.mediation_on_acceptance * mediation
        + p.means_on_acceptance * (f.means - 0.5)
        - p.courtesy_stigma_weight * courtesy
    )
    return {
        "courtesy_stigma": courtesy,
        "acceptance": towards(f.acceptance, target, p.family_speed),
        "contact": towards(f.contact, f.acceptance, 2.0 * p.family_speed),
    }


def heard_of_offence(f: Rows) -> Mask:
    """The client's offence of this month became known."""
    return np.asarray(f.client.heard_of)


@rule("families", who=heard_of_offence)
def hear_of_offence(f: Rows, p: Any) -> Writes:
    """A family takes a new offence that it hears of hard: acceptance falls by the share offence_on_acceptance.

    Evidence: C12; size assumed (gap 11).
    """
    return {"acceptance": f.acceptance * (1.0 - p.offence_on_acceptance)}


@rule("clients", who=at_liberty)
def hold_roles(c: Rows, p: Any) -> Writes:
    """Roles are rebuilt while they are lived: worker, family member, neighbour, member of a group.

    Each role moves by role_speed a month towards: worker: has work; family member: the family's acceptance; neighbour:
    1 - stigma in the village, more by neighbour_from_community * dose of community activities; member of a group: the
    larger dose of spiritual and community activities. Clarity moves towards role_clarity_base + clarity_from_guidance *
    dose of psychosocial companionship + roles_on_clarity * mean role. Strain is far_work_on_strain for who works far
    away under supervision plus home_on_strain * (1 - acceptance) for who works, at most 1. Evidence: C22 (Katz & Kahn),
    P-11; sizes assumed.
    """
    working_now = c.work != Work.NONE
    accepted = c.family.acceptance * c.family.exists
    community = c.part("dose", Activity.COMMUNITY)
    target = beside(
        working_now,
        accepted,
        1.0 - c.village.stigma + p.neighbour_from_community * community,
        np.maximum(c.part("dose", Activity.SPIRITUAL), community),
    )
    roles = towards(c.roles, target, p.wide.role_speed)
    guided = p.clarity_from_guidance * c.part("dose", Activity.PSYCHOSOCIAL)
    clarity = p.role_clarity_base + guided + p.roles_on_clarity * roles.mean(axis=1)
    strain = p.far_work_on_strain * (c.far & supervised(c)) + p.home_on_strain * working_now * (1.0 - accepted)
    return {
        "roles": roles,
        "role_clarity": towards(c.role_clarity, clarity, p.role_speed),
        "role_strain": np.minimum(strain, 1.0),
    }


@rule("clients", who=at_liberty)
def receive_help(c: Rows, p: Any) -> Writes:
    """Help that is really there this month, from three sources.

    family: contact * (1/2 + means / 2) of a family in reach; friends: friends_from_peers * peers at liberty / (peers +
    peers_half), plus friends_from_work for colleagues; significant other: other_support_base for someone close,
    other_from_mentor for a mentoring member, other_from_companionship * dose of companionship (psychosocial or
    spiritual, the larger); the last two at most 1. Evidence: C23, G-07, J-06.
    """
    friends = c.over_ties("peers", at_liberty)
    peers = p.friends_from_peers * friends / (friends + p.peers_half)
    companionship = np.maximum(c.part("dose", Activity.PSYCHOSOCIAL), c.part("dose", Activity.SPIRITUAL))
    members = p.other_from_mentor * c.mentor.exists + p.other_from_companionship * companionship
    return {
        "help": beside(
            c.family.contact * (0.5 + 0.5 * c.family.means) * c.family.exists,
            np.minimum(peers + p.friends_from_work * (c.work != Work.NONE), 1.0),
            np.minimum(p.other_support_base + members, 1.0),
        )
    }


@rule("clients", who=at_liberty)
def feel_support(c: Rows, p: Any) -> Writes:
    """Support as felt follows the help received, less what stigma as felt and distress take from it, slowly.

    target = help * (1 - stigma_on_support * stigma as felt) * (1 - distress_on_support * distress) +
    acceptance_on_support * acceptance for the family; moves by support_speed a month: received help and felt support
    are thus different columns and different facts. Evidence: C23, G-07, E-15.
    """
    taken_in = (1.0 - p.stigma_on_support * c.perceived_stigma) * (1.0 - p.distress_on_support * c.distress)
    target = c.help * taken_in[:, None]
    target[:, FAMILY] += p.acceptance_on_support * c.family.acceptance * c.family.exists
    return {"support": towards(c.support, target, p.wide.support_speed)}


@rule("clients", who=at_liberty)
def feel_stigma(c: Rows, p: Any) -> Writes:
    """Stigma as felt follows the village and every refusal; refusals fade from memory.

    target = stigma in the village + refusal_on_stigma * refusals; moves by stigma_speed a month.
    refusals' = refusals * (1/2)**(1 / refusal_half_life_months) + refusal_step * (1 - refusals) on a refusal. A client
    reports discrimination when the mean of felt stigma and refusals passes discrimination_threshold. Evidence: C13,
    G-01, P-06 (55 % report discrimination).
    """
    refusals = c.refusals * power(0.5, 1.0 / p.refusal_half_life_months)
    refusals = refusals + p.refusal_step * (1.0 - refusals) * c.refused
    felt = towards(c.perceived_stigma, c.village.stigma + p.refusal_on_stigma * refusals, p.stigma_speed)
    return {
        "refusals": refusals,
        "perceived_stigma": felt,
        "reports_discrimination": 0.5 * felt + 0.5 * refusals > p.discrimination_threshold,
    }


@rule("clients", who=at_liberty)
def feel_able(c: Rows, p: Any) -> Writes:
    """Distress, confidence and commitment follow support, work, stigma as felt and companionship.

    distress target = distress_base + stigma_on_distress * (stigma - 1/2) - support_on_distress * (mean support - 1/2)
    + strain_on_distress * role strain - psychosocial_on_distress * dose; confidence target = 1/2 +
    psychosocial_on_confidence * dose + support_on_confidence * (support - 1/2) + work_on_confidence * working -
    stigma_on_confidence * stigma; commitment target = 1/2 + spiritual_on_commitment * dose + support_on_commitment *
    (support - 1/2) + roles_on_commitment * (mean role * clarity - 1/4). Each moves by mind_speed a month. Evidence: C1,
    C3, C13, C22, C23, E-15.
    """
    support = c.support.mean(axis=1) - 0.5
    psychosocial = c.part("dose", Activity.PSYCHOSOCIAL)
    distress = (
        p.distress_base
        + p.stigma_on_distress * (c.perceived_stigma - 0.5)
        - p.support_on_distress * support
        + p.strain_on_distress * c.role_strain
        - p.psychosocial_on_distress * psychosocial
    )
    confidence = (
        0.5
        + p.psychosocial_on_confidence * psychosocial
        + p.support_on_confidence * support
        + p.work_on_confidence * (c.work != Work.NONE)
        - p.stigma_on_confidence * c.perceived_stigma
    )
    commitment = (
        0.5
        + p.spiritual_on_commitment * c.part("dose", Activity.SPIRITUAL)
        + p.support_on_commitment * support
        + p.roles_on_commitment * (c.roles.mean(axis=1) * c.role_clarity - 0.25)
    )
    return {
        "distress": towards(c.distress, distress, p.mind_speed),
        "confidence": towards(c.confidence, confidence, p.mind_speed),
        "commitment": towards(c.commitment, commitment, p.mind_speed),
    }
