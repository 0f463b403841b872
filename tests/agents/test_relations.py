"""Family, friends, stigma as felt and the mind: every target and every step towards it, from numbers by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import relations
from agents.activities import Activity
from agents.clients import Role, Status, Work
from agents.relations import FAMILY, FRIENDS, SIGNIFICANT_OTHER, towards
from tests.agents.hand_made import HandMade

shares = st.floats(0.0, 1.0)


def _dose(rows: int, **by_activity: float | list[float]) -> np.ndarray:
    dose = np.zeros((rows, len(Activity)))
    for name, value in by_activity.items():
        dose[:, Activity[name.upper()]] = value
    return dose


@given(shares, st.floats(-3.0, 3.0), shares)
def test_adjustment_is_partial_and_stays_between_0_and_1(now: float, target: float, speed: float) -> None:
    """Never past the target, which is cut to 0..1; at once with speed 1, not at all with speed 0."""
    cut = min(max(target, 0.0), 1.0)
    (then,) = towards(np.array([now]), np.array([target]), speed)
    assert min(now, cut) - 1e-12 <= then <= max(now, cut) + 1e-12
    assert then == pytest.approx(now + speed * (cut - now))


# families


FAMILIES = {
    "family_acceptance_base": 0.6,
    "work_on_acceptance": 0.1,
    "mediation_on_acceptance": 0.3,
    "means_on_acceptance": 0.2,
    "courtesy_stigma_weight": 0.5,
    "mediation_on_courtesy": 0.4,
    "family_speed": 0.25,
}


def test_stigma_falls_on_a_family_and_mediation_eases_it() -> None:
    """A quarter of the way to the stigma of the village, less 0.4 of it with full mediation (C12)."""
    world = HandMade(
        villages={"stigma": [0.8]},
        clients={"status": Status.SUPERVISED, "dose": _dose(2, mediation=[0.0, 1.0])},
        families={"client": [0, 1], "village": 0, "courtesy_stigma": 0.4},
    )
    world.live(relations.accept, **FAMILIES)
    assert world.tables["families"].courtesy_stigma == pytest.approx([0.5, 0.4 + 0.25 * (0.48 - 0.4)])


def test_a_family_accepts_by_work_mediation_means_and_neighbours() -> None:
    """Towards 0.6 + 0.1 if the client works + 0.3 * mediation + 0.2 * (means - 1/2) - 0.5 * stigma on the family (C12).

    Where the village has as much stigma as the family feels, and mediation eases none of it.
    """
    world = HandMade(
        villages={"stigma": [0.2, 0.6]},
        clients={
            "status": Status.SUPERVISED,
            "work": [Work.NONE, Work.INFORMAL, Work.NONE, Work.NONE, Work.NONE],
            "dose": _dose(5, mediation=[0.0, 0.0, 0.5, 0.0, 0.0]),
        },
        families={
            "client": np.arange(5),
            "village": [0, 0, 0, 1, 0],
            "courtesy_stigma": [0.2, 0.2, 0.2, 0.6, 0.2],
            "means": [0.5, 0.5, 0.5, 0.5, 1.0],
            "acceptance": 0.3,
        },
    )
    world.live(relations.accept, **{**FAMILIES, "mediation_on_courtesy": 0.0})
    targets = np.array([0.5, 0.6, 0.65, 0.3, 0.6])
    assert world.tables["families"].acceptance == pytest.approx(0.3 + 0.25 * (targets - 0.3))


def test_a_family_accepts_by_the_stigma_that_it_feels_this_month() -> None:
    """Felt stigma moves from 0.4 to 0.5 first; acceptance then a quarter of the way to 0.6 - 0.5 * 0.5."""
    world = HandMade(
        villages={"stigma": [0.8]},
        clients={"status": [Status.SUPERVISED]},
        families={"client": [0], "village": 0, "courtesy_stigma": 0.4, "acceptance": 0.3, "means": 0.5},
    )
    world.live(relations.accept, **FAMILIES)
    assert world.tables["families"].acceptance == pytest.approx([0.3 + 0.25 * (0.35 - 0.3)])


def test_contact_follows_acceptance_at_twice_the_speed() -> None:
    """Half of the way to the acceptance there was at the start of the month."""
    world = HandMade(
        clients={"status": [Status.SUPERVISED]}, families={"client": [0], "acceptance": 0.9, "contact": 0.5}
    )
    world.live(relations.accept, **FAMILIES)
    assert world.tables["families"].contact == pytest.approx([0.7])


def test_a_family_that_hears_of_an_offence_loses_a_share_of_its_acceptance() -> None:
    """40 % of what there was, and only in families that heard."""
    world = HandMade(
        clients={"status": Status.SUPERVISED, "heard_of": [True, False]},
        families={"client": [0, 1], "acceptance": 0.5},
    )
    world.live(relations.hear_of_offence, offence_on_acceptance=0.4)
    assert world.tables["families"].acceptance == pytest.approx([0.3, 0.5])


# roles

ROLES = {"neighbour_from_community": 0.3, "clarity_from_guidance": 0.25, "role_speed": 1.0}


def _roles(**columns: Any) -> HandMade:
    world = HandMade(
        villages={"stigma": [0.6]},
        families={"client": [1], "acceptance": [0.8]},
        clients={
            "status": [Status.SUPERVISED, Status.SUPERVISED, Status.COMPLETED, Status.CUSTODY],
            "village": 0,
            "family": [-1, 0, -1, -1],
            **columns,
        },
    )
    world.live(relations.hold_roles, **ROLES)
    return world


def test_roles_are_those_that_are_lived() -> None:
    """Worker with work, family member by acceptance, neighbour by stigma and joint activities, group member by dose."""
    world = _roles(
        work=[Work.NONE, Work.FORMAL, Work.BUSINESS, Work.NONE],
        dose=_dose(4, community=[0.0, 0.5, 1.0, 1.0], spiritual=[0.0, 0.9, 0.2, 1.0]),
    )
    expected = [[0.0, 0.0, 0.4, 0.0], [1.0, 0.8, 0.55, 0.9], [1.0, 0.0, 0.7, 1.0], [0.0] * 4]
    assert world.tables["clients"].roles == pytest.approx(np.array(expected))
    assert list(Role) == [Role.WORKER, Role.FAMILY_MEMBER, Role.NEIGHBOUR, Role.GROUP_MEMBER]


def test_clarity_comes_with_companionship_and_roles() -> None:
    """0.4 + 0.25 * dose of psychosocial companionship + 0.3 * the mean role of the month."""
    world = _roles(dose=_dose(4, psychosocial=[0.0, 0.8, 1.0, 1.0]))
    means = np.array([0.4, 1.2, 0.4]) / 4
    expected = 0.4 + 0.25 * np.array([0.0, 0.8, 1.0]) + 0.3 * means
    assert world.tables["clients"].role_clarity == pytest.approx([*expected, 0.4])


def test_strain_is_work_against_reporting_and_home() -> None:
    """0.75 for who works far away under supervision, 0.25 * (1 - acceptance) for who works; in range for both (C22)."""
    world = _roles(work=[Work.FORMAL, Work.FORMAL, Work.FORMAL, Work.NONE], far=[True, True, True, False])
    assert world.tables["clients"].role_strain == pytest.approx([1.0, 0.75 + 0.25 * 0.2, 0.25, 0.0])
    assert world.tables["clients"].out_of_range() == []


def test_roles_are_rebuilt_month_by_month() -> None:
    """At speed 0.25 a quarter of the way: a role is not had at once."""
    world = HandMade(clients={"status": [Status.SUPERVISED], "work": Work.FORMAL})
    for expected in (0.25, 0.4375):
        world.live(relations.hold_roles, role_speed=0.25)
        assert world.tables["clients"].roles[0, Role.WORKER] == pytest.approx(expected)


# help and support


def _helped(**columns: Any) -> np.ndarray:
    world = HandMade(
        ties={"peers": [(0, 1), (0, 2), (0, 3), (1, 4)]},
        families={"client": [0, 1], "contact": [0.8, 0.8], "means": [1.0, 0.0]},
        members={"serving": [True]},
        clients={
            "status": [*[Status.SUPERVISED] * 3, Status.CUSTODY, Status.COMPLETED],
            "family": [0, 1, -1, -1, -1],
            "help": np.full((5, 3), 0.9),
            **columns,
        },
    )
    world.live(relations.receive_help, other_support_base=0.2)
    assert (world.tables["clients"].help[3] == 0.9).all()
    return world.tables["clients"].help[[0, 1, 2, 4]]


def test_a_family_helps_by_contact_and_means() -> None:
    """0.8 of contact with full means, half of it without any; nobody in reach gives nothing (E-02)."""
    assert _helped()[:, FAMILY] == pytest.approx([0.8, 0.4, 0.0, 0.0])


def test_help_from_friends_saturates() -> None:
    """0.7 * friends / (friends + 2) for peers at liberty, and 0.3 from colleagues: 2, 2, 1 and 1 friends here."""
    work = [Work.NONE, Work.FORMAL, Work.NONE, Work.NONE, Work.BUSINESS]
    assert _helped(work=work)[:, FRIENDS] == pytest.approx([0.35, 0.65, 0.7 / 3, 0.7 / 3 + 0.3])


def test_a_mentor_and_companionship_are_someone_close() -> None:
    """0.2, 0.25 more from a mentor, and 0.25 * the larger of psychosocial and spiritual dose (C1, C3)."""
    dose = _dose(5, psychosocial=[0.0, 0.8, 0.4, 0.0, 0.0], spiritual=[0.0, 0.4, 0.8, 0.0, 0.0])
    found = _helped(mentor=[0, 0, -1, -1, -1], dose=dose)[:, SIGNIFICANT_OTHER]
    assert found == pytest.approx([0.45, 0.65, 0.4, 0.2])


def test_support_as_felt_is_help_less_what_stigma_and_distress_take() -> None:
    """0.6 * (1 - 0.3 * 0.5) * (1 - 0.2 * 0.5), and 0.4 * acceptance from the family; at speed 1 at once (C23)."""
    world = HandMade(
        families={"client": [0], "acceptance": [0.5]},
        clients={
            "status": [Status.SUPERVISED, Status.SUPERVISED, Status.CUSTODY],
            "family": [0, -1, 0],
            "help": np.full((3, 3), 0.6),
            "perceived_stigma": [0.5, 0.0, 0.5],
            "distress": [0.5, 0.0, 0.5],
        },
    )
    values = {"stigma_on_support": 0.3, "distress_on_support": 0.2, "acceptance_on_support": 0.4}
    world.live(relations.feel_support, support_speed=1.0, **values)
    felt = 0.6 * 0.85 * 0.9
    expected = [[felt + 0.2, felt, felt], [0.6, 0.6, 0.6], [0.5, 0.5, 0.5]]
    assert world.tables["clients"].support == pytest.approx(np.array(expected))
    assert (world.tables["clients"].help == 0.6).all()


def test_felt_support_follows_help_slowly() -> None:
    """At speed 0.1 a tenth of the way from 0.5 to 0.9: received help and felt support are different things (G-07)."""
    world = HandMade(clients={"status": [Status.SUPERVISED], "help": np.full((1, 3), 0.9)})
    world.live(relations.feel_support, support_speed=0.1, stigma_on_support=0.0, distress_on_support=0.0)
    assert world.tables["clients"].support == pytest.approx(np.full((1, 3), 0.54))


# stigma as felt


def test_stigma_as_felt_follows_the_village_and_refusals() -> None:
    """Towards stigma in the village + 0.5 * refusals, half the way in a month; custody hears nothing new."""
    world = HandMade(
        villages={"stigma": [0.2, 0.9]},
        clients={
            "status": [*[Status.SUPERVISED] * 3, Status.CUSTODY],
            "village": [0, 0, 1, 0],
            "perceived_stigma": 0.4,
            "refused": [False, True, True, True],
        },
    )
    world.live(relations.feel_stigma, refusal_on_stigma=0.5, stigma_speed=0.5)
    assert world.tables["clients"].perceived_stigma == pytest.approx([0.3, 0.3 + 0.5 * 0.25, 0.7, 0.4])
    assert world.tables["clients"].refusals == pytest.approx([0.0, 0.5, 0.5, 0.0])


def test_refusals_fade_by_half_in_a_year() -> None:
    """Memory of one refusal is half gone after twelve months without another, and never passes 1."""
    world = HandMade(clients={"status": [Status.SUPERVISED], "refusals": 0.8})
    for _ in range(12):
        world.live(relations.feel_stigma)
    assert world.tables["clients"].refusals == pytest.approx([0.4])
    world = HandMade(clients={"status": [Status.SUPERVISED], "refused": True})
    for _ in range(100):
        world.live(relations.feel_stigma)
    assert 0.9 < world.tables["clients"].refusals[0] < 1.0


@pytest.mark.parametrize(("threshold", "reports"), [(0.449, True), (0.451, False)])
def test_a_client_reports_discrimination_beyond_the_threshold(threshold: float, reports: bool) -> None:
    """When the mean of felt stigma and refusals passes it: 0.9 and 0, 0.1 and 0.8, 0.45 and 0.45 weigh alike."""
    a_month_ago = 2 ** (1 / 12)
    world = HandMade(
        villages={"stigma": [0.9, 0.1, 0.45]},
        clients={
            "status": Status.SUPERVISED,
            "village": [0, 1, 2],
            "refusals": [0.0, 0.8 * a_month_ago, 0.45 * a_month_ago],
        },
    )
    world.live(relations.feel_stigma, stigma_speed=1.0, refusal_on_stigma=0.0, discrimination_threshold=threshold)
    assert world.tables["clients"].reports_discrimination.tolist() == [reports] * 3


# distress, confidence, commitment

MIND = {
    "distress_base": 0.5,
    "stigma_on_distress": 0.4,
    "support_on_distress": 0.2,
    "psychosocial_on_distress": 0.3,
    "psychosocial_on_confidence": 0.25,
    "support_on_confidence": 0.3,
    "work_on_confidence": 0.1,
    "stigma_on_confidence": 0.2,
    "spiritual_on_commitment": 0.35,
    "support_on_commitment": 0.15,
    "roles_on_commitment": 0.4,
    "strain_on_distress": 0.25,
    "mind_speed": 1.0,
}


def _mind(values: dict[str, float] | None = None, **columns: Any) -> dict[str, float]:
    """Distress, confidence and commitment of one client who has arrived at the targets."""
    given_columns = {
        "support": np.full((1, 3), 0.5),
        "roles": np.full((1, len(Role)), 0.5),
        "role_clarity": 0.5,
        "perceived_stigma": 0.5,
        **columns,
    }
    world = HandMade(clients={"status": [Status.SUPERVISED], **given_columns})
    world.live(relations.feel_able, **{**MIND, **(values or {})})
    return {name: float(getattr(world.tables["clients"], name)[0]) for name in ("distress", "confidence", "commitment")}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, (0.5, 0.4, 0.5)),
        ({"perceived_stigma": 1.0}, (0.7, 0.3, 0.5)),
        ({"support": np.array([[1.0, 0.8, 0.9]])}, (0.42, 0.52, 0.56)),
        ({"dose": _dose(1, psychosocial=0.8)}, (0.26, 0.6, 0.5)),
        ({"dose": _dose(1, spiritual=0.8)}, (0.5, 0.4, 0.78)),
        ({"work": Work.INFORMAL}, (0.5, 0.5, 0.5)),
        ({"role_strain": 0.4}, (0.6, 0.4, 0.5)),
        ({"role_clarity": 1.0}, (0.5, 0.4, 0.6)),
        ({"roles": np.full((1, len(Role)), 0.0)}, (0.5, 0.4, 0.4)),
        ({"dose": _dose(1, vocational=1.0, legal=1.0, community=1.0)}, (0.5, 0.4, 0.5)),
    ],
)
def test_the_mind_follows_what_it_meets(columns: Any, expected: tuple[float, ...]) -> None:
    """Distress, confidence and commitment at their targets, one thing changed at a time (C1, C3, C13, C22, C23)."""
    assert tuple(_mind(**columns).values()) == pytest.approx(expected)


def test_targets_are_cut_to_0_and_1() -> None:
    """Everything against a client, everything for one."""
    worst = _mind(
        support=np.zeros((1, 3)), perceived_stigma=1.0, values={"distress_base": 0.9, "stigma_on_distress": 0.9}
    )
    assert worst["distress"] == 1.0
    best = _mind(
        support=np.ones((1, 3)),
        perceived_stigma=0.0,
        work=Work.FORMAL,
        dose=_dose(1, psychosocial=1.0, spiritual=1.0),
        values={"psychosocial_on_confidence": 0.9, "spiritual_on_commitment": 0.9, "psychosocial_on_distress": 0.9},
    )
    assert best == {"distress": 0.0, "confidence": 1.0, "commitment": 1.0}


def test_the_mind_moves_at_its_speed_and_rests_in_custody() -> None:
    """A fifth of the way in a month at liberty."""
    world = HandMade(
        clients={
            "status": [Status.SUPERVISED, Status.CUSTODY],
            "distress": 0.9,
            "support": np.full((2, 3), 0.5),
        }
    )
    world.live(relations.feel_able, **{**MIND, "mind_speed": 0.2})
    assert world.tables["clients"].distress == pytest.approx([0.82, 0.9])
