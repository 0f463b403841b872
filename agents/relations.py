"""How a client stands with family, friends, members and neighbours, and what that does to the mind (phase Relate)."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.activities import Activity
from agents.chance import Floats
from agents.clients import Work, at_liberty
from agents.rules import Rows, Writes, rule

FAMILY, FRIENDS, SIGNIFICANT_OTHER = 0, 1, 2


def towards(now: Floats, target: Floats, speed: Floats | float) -> Floats:
    """Partial adjustment: ``now + speed * (target - now)``, all within 0..1."""
    return np.asarray(now + speed * (np.clip(target, 0.0, 1.0) - now))


@rule("families")
def accept(f: Rows, p: Any) -> Writes:
    """A family's acceptance follows what it sees, and what the neighbours say.

    target = family_acceptance_base + work_on_acceptance * (a member of the family works) + mediation_on_acceptance *
    dose of mediation - courtesy_stigma_weight * stigma in the village; acceptance moves towards it by
    family_speed a month. Evidence: C12, P-08, X-11.
    """
    works = f.client.work != Work.NONE
    mediation = f.client.dose[:, Activity.MEDIATION]
    target = (
        p.family_acceptance_base
        + p.work_on_acceptance * works
        + p.mediation_on_acceptance * mediation
        - p.courtesy_stigma_weight * f.village.stigma
    )
    return {"acceptance": towards(f.acceptance, target, p.family_speed)}


@rule("families")
def hear_of_offence(f: Rows, p: Any) -> Writes:
    """A family takes a new offence or a revocation hard: acceptance falls by the share offence_on_acceptance.

    Evidence: C12; size assumed (gap 11).
    """
    return {"acceptance": f.acceptance * (1.0 - p.offence_on_acceptance * f.client.heard_of)}


@rule("clients", who=at_liberty)
def feel_support(c: Rows, p: Any) -> Writes:
    """Support as felt from three sources follows what is there, slowly.

    family: acceptance of a family in reach; friends: peers at liberty, saturating as peers / (peers + 2), and
    colleagues; significant other: someone close (other_support_base), a mentoring member, and the dose of psychosocial
    and spiritual companionship. Each
    moves towards its target by support_speed a month; received help and felt support are thus different. Evidence:
    C23, G-07, J-06.
    """
    friends = c.over_ties("peers", at_liberty)
    companionship = np.maximum(c.dose[:, Activity.PSYCHOSOCIAL], c.dose[:, Activity.SPIRITUAL])
    target = np.column_stack(
        [
            c.family.acceptance * c.family.exists,
            0.7 * friends / (friends + 2.0) + 0.3 * (c.work != Work.NONE),
            p.other_support_base + 0.25 * c.mentor.exists + 0.25 * companionship,
        ]
    )
    return {"support": towards(c.support, target, p.wide.support_speed)}


@rule("clients", who=at_liberty)
def feel_stigma(c: Rows, p: Any) -> Writes:
    """Stigma as felt follows the village and every refusal; refusals fade from memory.

    target = stigma in the village + refusal_on_stigma * refusals; moves by stigma_speed a month.
    refusals' = refusals * (1/2)**(1/12) + (1 - refusals)/2 on a refusal. A client reports discrimination when the felt
    stigma plus the refusals pass discrimination_threshold. Evidence: C13, G-01, P-06 (55 % report discrimination).
    """
    refusals = c.refusals * 0.5 ** (1.0 / 12.0)
    refusals = refusals + 0.5 * (1.0 - refusals) * c.refused
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
    - psychosocial_on_distress * dose; confidence target = 1/2 + psychosocial_on_confidence * dose +
    support_on_confidence * (support - 1/2) + work_on_confidence * working - stigma_on_confidence * stigma; commitment
    target = 1/2 + spiritual_on_commitment * dose + support_on_commitment * (support - 1/2). Each moves by mind_speed a
    month. Evidence: C1, C3, C13, C23, E-15.
    """
    support = c.support.mean(axis=1) - 0.5
    psychosocial = c.dose[:, Activity.PSYCHOSOCIAL]
    distress = (
        p.distress_base
        + p.stigma_on_distress * (c.perceived_stigma - 0.5)
        - p.support_on_distress * support
        - p.psychosocial_on_distress * psychosocial
    )
    confidence = (
        0.5
        + p.psychosocial_on_confidence * psychosocial
        + p.support_on_confidence * support
        + p.work_on_confidence * (c.work != Work.NONE)
        - p.stigma_on_confidence * c.perceived_stigma
    )
    commitment = 0.5 + p.spiritual_on_commitment * c.dose[:, Activity.SPIRITUAL] + p.support_on_commitment * support
    return {
        "distress": towards(c.distress, distress, p.mind_speed),
        "confidence": towards(c.confidence, confidence, p.mind_speed),
        "commitment": towards(c.commitment, commitment, p.mind_speed),
    }
