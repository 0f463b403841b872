"""What the field studies claim of money, people and coordination (C7 to C10, C14, C15, C17 to C21, C24), each row as
a test.

As for the rows on people: the claimed direction holds over paired replicates, five standard errors or more from zero;
and the mechanism is the reason: with it switched off the effect is gone, or what another mechanism adds is less than
half.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from agents.activities import ACTIVITIES, FIELDS
from model import ReintegrationModel
from scenarios import load, national
from tests.model.paired_worlds import Measure, Plan, differences, indicator, mean_of, off, spend, surely
from tests.model.test_claims_people import claim

FUNDING, PEOPLE, COORDINATION = "levers.funding.", "levers.human_resources.", "levers.coordination."
GROUPS = [f"human_resources.groups_{field}" for field in FIELDS]
FEW = {"months": 18, "replicates": 20}

EVEN = spend(psychosocial=0.2, vocational=0.3, spiritual=0.2, community=0.1, mediation=0.1)
UNTRAINED: Plan = EVEN | {
    f"{PEOPLE}coaching_sessions_per_year": 0,
    f"{PEOPLE}certification_places_per_year": 0,
    f"{COORDINATION}written_procedure": 0,
}
APART: Plan = EVEN | {
    f"{COORDINATION}forum_meetings_per_year": 0,
    f"{COORDINATION}shared_register_coverage": 0,
    f"{COORDINATION}written_procedure": 0,
    f"{COORDINATION}joint_planning": 0,
    f"{COORDINATION}referral_agreements.ngo": 0,
}
MANY: Plan = APART | {"setting.clients": 200}


def of_offices(column: str) -> Measure:
    """Mean of a column of the offices over its width, one value per office row."""

    def measure(model: ReintegrationModel) -> NDArray[np.float64]:
        values = getattr(model.tables["offices"], column).astype(np.float64)
        return values if values.ndim == 1 else values.mean(axis=1)

    return measure


def test_c7_coaching_and_certificates_make_better_sessions_and_keep_members() -> None:
    trained = UNTRAINED | {f"{PEOPLE}coaching_sessions_per_year": 12, f"{PEOPLE}certification_places_per_year": 60}
    claim(
        UNTRAINED,
        trained,
        of_offices("quality"),
        +1,
        off("coaching_on_competence", "certificate_on_competence"),
        left=0.1,
    )
    (leaving,) = differences(UNTRAINED, trained, indicator("member_exit_per_year"), **FEW)
    assert surely(leaving) == -1
    poor = {f"{FUNDING}annual_budget_idr": 0}
    (promised,) = differences(UNTRAINED | poor, trained | poor, indicator("member_exit_per_year"), **FEW)
    assert not promised.any(), "coaching that nobody pays for keeps nobody"


def test_c7_a_written_procedure_makes_better_sessions() -> None:
    claim(
        UNTRAINED,
        UNTRAINED | {f"{COORDINATION}written_procedure": 1},
        of_offices("quality"),
        +1,
        off("procedure_weight"),
        left=0.1,
    )


def test_c8_administration_comes_first_so_training_is_neither_routine_nor_for_all() -> None:
    tight = EVEN | {f"{FUNDING}annual_budget_idr": 60_000_000}
    lean, heavy = ({f"{FUNDING}administration_share": share} for share in (0.2, 0.7))
    (held, routine) = differences(tight | lean, tight | heavy, indicator("sessions_held"), of_offices("routine"), **FEW)
    assert surely(held) == -1
    assert surely(routine) == -1
    ample = EVEN | {f"{FUNDING}annual_budget_idr": 9_000_000_000}
    (where_money_is_no_matter,) = differences(ample | lean, ample | heavy, indicator("sessions_held"), **FEW)
    assert abs(where_money_is_no_matter.mean()) < 0.05 * abs(held.mean())


def test_c9_outside_help_means_cancelled_sessions_and_broken_continuity() -> None:
    sure = EVEN | {f"{FUNDING}annual_budget_idr": 60_000_000}
    begging = sure | {f"{FUNDING}fixed_share": 0.2, f"{FUNDING}outside_share": 0.8}
    measures = (indicator("sessions_cancelled"), of_offices("routine"))
    (cancelled, routine) = differences(sure, begging, *measures, replicates=120)
    assert surely(cancelled) == +1
    assert surely(routine) == -1
    rich = {f"{FUNDING}annual_budget_idr": 50_000_000_000}
    (rest,) = differences(sure | rich, begging | rich, indicator("sessions_cancelled"), **FEW)
    assert abs(rest.mean()) < 0.2 * cancelled.mean()


def test_c10_rooms_and_tools_bring_attendance() -> None:
    poor = EVEN | {"setting.facility_quality": 0.2, f"{FUNDING}room_slots_per_month": 30}
    equipped = poor | {f"{FUNDING}tools_idr_per_year": 60_000_000}
    (attendance,) = differences(poor, equipped, indicator("attendance_share"), **FEW)
    assert surely(attendance) == +1
    good = {"setting.facility_quality": 1}
    (nothing_lacking,) = differences(poor | good, equipped | good, indicator("attendance_share"), **FEW)
    assert abs(nothing_lacking.mean()) < 0.2 * attendance.mean()
    more_rooms = {f"{FUNDING}rented_room_slots_per_month": 100}
    (held,) = differences(poor, poor | more_rooms, indicator("sessions_held"), **FEW)
    assert surely(held) == +1
    roomy = poor | {f"{FUNDING}room_slots_per_month": 200}
    (where_rooms_are_no_matter, bound) = differences(
        roomy, roomy | more_rooms, indicator("sessions_held"), indicator("binding_rooms"), **FEW
    )
    assert abs(where_rooms_are_no_matter.mean()) < 0.05 * held.mean()
    assert not bound.any()


def test_c14_agencies_that_meet_duplicate_and_cancel_less() -> None:
    meeting = APART | {f"{COORDINATION}forum_meetings_per_year": 12}
    claim(APART, meeting, indicator("sessions_duplicated"), -1, off("tie_per_meeting"), left=0.1)
    claim(APART, meeting, indicator("sessions_cancelled"), -1, off("cancellation_share"), left=0.3)
    (planned,) = differences(
        meeting, meeting | {f"{COORDINATION}joint_planning": 1}, indicator("sessions_duplicated"), **FEW
    )
    assert surely(planned) == -1


def test_c14_an_agreement_opens_the_places_of_another_agency_where_the_tie_lives() -> None:
    agreed = {f"{COORDINATION}referral_agreements.dinas_tenaga_kerja": 1}
    meeting = {f"{COORDINATION}forum_meetings_per_year": 12}
    certified = mean_of("certificate")
    (alive,) = differences(MANY | meeting, MANY | meeting | agreed, certified, replicates=40)
    assert surely(alive) == +1
    nothing = off("agency_places_per_client_year", "referral_by_agreement")
    (rest,) = differences(MANY | meeting | nothing, MANY | meeting | agreed | nothing, certified, replicates=10)
    assert abs(rest.mean()) < 0.1 * alive.mean()


def test_c14_what_is_known_of_needs_decides_who_goes_first() -> None:
    few = MANY | {f"{FUNDING}annual_budget_idr": 80_000_000}
    known = {f"{COORDINATION}shared_register_coverage": 1}
    (waiting,) = differences(few, few | known, indicator("months_to_first_service"), replicates=40)
    assert surely(waiting) == -1
    ample = {f"{FUNDING}annual_budget_idr": 3_000_000_000, f"{PEOPLE}members_per_group": 40}
    (places_for_all,) = differences(MANY | ample, MANY | ample | known, indicator("months_to_first_service"))
    assert abs(np.nanmean(places_for_all)) < 0.3 * abs(np.nanmean(waiting))


def test_c15_a_weak_register_misleads() -> None:
    weak, full = (EVEN | {f"{COORDINATION}shared_register_coverage": share} for share in (0, 1))
    for name in ("coverage_ever", "employed_share", "sessions_held"):
        (off_the_mark,) = differences(weak, full, _gap(name), **FEW)
        assert surely(off_the_mark) == -1, name
    (recorded,) = differences(weak, full, indicator("recorded_share"), **FEW)
    assert surely(recorded) == +1


def _gap(name: str) -> Measure:
    """How far an indicator as recorded lies below the true one."""
    return lambda model: (model.indicators()[name] - model.indicators()[f"{name}_recorded"]).to_numpy()


def test_c15_evaluation_on_data_lets_the_office_plan_on_the_money_it_has() -> None:
    begging = APART | {f"{FUNDING}fixed_share": 0.2, f"{FUNDING}outside_share": 0.8}
    begging |= {f"{FUNDING}annual_budget_idr": 60_000_000, f"{COORDINATION}shared_register_coverage": 1}
    begging |= {"parameters.evaluation_cost_idr": 1_000_000}
    evaluated = begging | {f"{COORDINATION}evaluations_per_year": 6}
    (fewer,) = differences(begging, evaluated, indicator("sessions_cancelled"), replicates=60)
    assert surely(fewer) == -1
    blind = off("insight_per_evaluation")
    (rest,) = differences(begging | blind, evaluated | blind, indicator("sessions_cancelled"), replicates=60)
    assert abs(rest.mean()) < 0.5 * abs(fewer.mean())


def test_c15_evaluation_on_data_moves_money_to_what_clients_ask_for() -> None:
    shares = dict.fromkeys(("psychosocial", "spiritual", "legal", "community", "mediation"), 0.02) | {"vocational": 0.9}
    lopsided = APART | {f"{FUNDING}activity_shares.{name}": 0.0 for name in ACTIVITIES}
    lopsided |= {f"{FUNDING}activity_shares.{name}": share for name, share in shares.items()}
    lopsided |= {f"{FUNDING}annual_budget_idr": 200_000_000, f"{COORDINATION}shared_register_coverage": 1}
    evaluated = lopsided | {f"{COORDINATION}evaluations_per_year": 6}
    claim(lopsided, evaluated, indicator("sessions_held"), +1, off("insight_per_evaluation"), left=0.3)


def test_c17_griya_abhipraya_opens_one_door_and_is_held_back_by_its_capacity() -> None:
    cramped = APART | {f"{FUNDING}room_slots_per_month": 20}
    small, large = (cramped | {"levers.hub.griya_abhipraya_slots_per_month": slots} for slots in (20, 400))
    (held,) = differences(small, large, indicator("sessions_held"), **FEW)
    assert surely(held) == +1
    claim(cramped, large, indicator("months_to_first_service"), -1, off("referral_by_hub", "hub_on_ties"))


@pytest.fixture(scope="module")
def as_they_are() -> pd.DataFrame:
    """Indicators of the two offices as they are, after three years."""
    model = ReintegrationModel(["wonosari", "purwokerto"], seed=7, replicates=range(3))
    for _ in range(36):
        model.step()
    return model.indicators().groupby("scenario").mean()


def test_c18_purwokerto_serves_few_of_its_clients(as_they_are: pd.DataFrame) -> None:
    purwokerto = as_they_are.loc["purwokerto"]
    assert 0.01 <= purwokerto.coverage_current <= 0.10, "V13"
    assert purwokerto.coverage_ever < 0.2


def test_c24_the_reported_shares_come_out(as_they_are: pd.DataFrame) -> None:
    """63 % report difficulty of access, 55 % discrimination (P-06), which V14 allows five points around."""
    assert as_they_are.access_difficulty.between(0.58, 0.68).all()
    assert as_they_are.discrimination_reported.between(0.50, 0.60).all()


def test_c24_national_figures_are_the_published_totals() -> None:
    offices = national()
    assert len(offices) == 94
    assert sum(office.setting.clients for office in offices) == 187_643
    with_groups = sum(any(office.lever(path, 0) > 0 for path in GROUPS) for office in offices)
    assert with_groups / len(offices) == pytest.approx(0.42, abs=0.01)


def test_c19_a_working_mechanism_shortens_the_way_to_the_first_service() -> None:
    regulated = APART | {
        f"{COORDINATION}written_procedure": 1,
        f"{COORDINATION}forum_meetings_per_year": 6,
        f"{COORDINATION}referral_agreements.dinas_sosial": 1,
        f"{COORDINATION}referral_agreements.ngo": 1,
    }
    claim(
        APART,
        regulated,
        indicator("months_to_first_service"),
        -1,
        off("referral_by_procedure", "referral_by_agreement"),
    )


def test_c20_distance_keeps_clients_away_and_nearer_groups_bring_them_back() -> None:
    wide = EVEN | {"setting.villages": 60}
    near, far = ({"setting.area_radius_km": radius} for radius in (5, 60))
    (attendance,) = differences(wide | near, wide | far, indicator("attendance_share"), **FEW)
    assert surely(attendance) == -1
    more = {f"{PEOPLE}groups_{field}": 12 for field in ("self_reliance", "personality", "legal", "community")}
    more |= {f"{PEOPLE}members_per_group": 2}
    (closer,) = differences(wide | far, wide | far | more, indicator("attendance_share"), **FEW)
    assert surely(closer) == +1


def test_c20_x14_fewer_clients_for_each_counsellor_help_only_with_procedure_and_trained_members() -> None:
    few, many = ({f"{PEOPLE}counsellors": number} for number in (1, 6))
    bare = UNTRAINED | {f"{COORDINATION}shared_register_coverage": 0}
    ready = EVEN | {f"{PEOPLE}certification_places_per_year": 60}
    (alone,) = differences(bare | few, bare | many, mean_of("hazard"), replicates=40)
    (together,) = differences(ready | few, ready | many, mean_of("hazard"), replicates=40)
    assert surely(together) == -1
    assert abs(alone.mean()) < 0.1 * abs(together.mean())
    inert = off("hazard_ratio_case_management", at=1.0)
    (none,) = differences(ready | few | inert, ready | many | inert, mean_of("hazard"), replicates=10)
    assert abs(none.mean()) < 0.2 * abs(together.mean())


REMEDIES = {
    "wonosari-certified-members": ("members_certified_share", +1),
    "wonosari-steady-budget": ("cancelled of planned", -1),
    "wonosari-equipment": ("attendance_share", +1),
    "wonosari-public-communication": ("village_stigma", -1),
    "wonosari-coordination-forum": ("sessions_duplicated", -1),
    "wonosari-data-evaluation": ("recorded_share", +1),
}


@pytest.fixture(scope="module")
def remedied() -> pd.DataFrame:
    """The office as it is and each remedy, alone and together, on the same people and luck."""
    plans = [load(name) for name in ("wonosari", *REMEDIES, "wonosari-everything")]
    model = ReintegrationModel(plans, seed=5, replicates=range(12))
    for _ in range(24):
        model.step()
    told = model.indicators().set_index(["scenario", "replicate"])
    return told.assign(**{"cancelled of planned": told.sessions_cancelled / told.sessions_planned})


@pytest.mark.parametrize("remedy", REMEDIES)
def test_c21_each_remedy_alone_moves_what_it_is_for(remedied: pd.DataFrame, remedy: str) -> None:
    indicator_of, sign = REMEDIES[remedy]
    difference = remedied.loc[remedy, indicator_of] - remedied.loc["wonosari", indicator_of]
    assert surely(difference.to_numpy()) == sign


def test_c21_all_remedies_together_do_more_than_each_alone(remedied: pd.DataFrame) -> None:
    together = remedied.loc["wonosari-everything"]
    for remedy in REMEDIES:
        more = together.coverage_ever - remedied.loc[remedy, "coverage_ever"]
        assert surely(more.to_numpy()) == +1, remedy
        fewer = together.offences - remedied.loc[remedy, "offences"]
        assert surely(fewer.to_numpy()) == -1, remedy


HOURS_BIND: Plan = EVEN | {f"{PEOPLE}members_per_group": 1, f"{PEOPLE}hours_per_member_month": 2}
MONEY_BINDS: Plan = EVEN | {f"{FUNDING}annual_budget_idr": 60_000_000}
TWICE_THE_MONEY = {
    "hours": {f"{FUNDING}annual_budget_idr": 1_800_000_000},
    "money": {f"{FUNDING}annual_budget_idr": 120_000_000},
}
TWICE_THE_HOURS = {"hours": {f"{PEOPLE}hours_per_member_month": 4}, "money": {f"{PEOPLE}hours_per_member_month": 50}}


@pytest.mark.parametrize(
    ("binding", "scarce", "helps", "does_not"),
    [
        ("hours", HOURS_BIND, TWICE_THE_HOURS["hours"], TWICE_THE_MONEY["hours"]),
        ("money", MONEY_BINDS, TWICE_THE_MONEY["money"], TWICE_THE_HOURS["money"]),
    ],
)
def test_more_of_what_does_not_bind_changes_almost_nothing_and_the_results_say_why(
    binding: str, scarce: Plan, helps: Plan, does_not: Plan
) -> None:
    (useful,) = differences(scarce, scarce | helps, indicator("sessions_held"), **FEW)
    (useless,) = differences(scarce, scarce | does_not, indicator("sessions_held"), **FEW)
    assert surely(useful) == +1
    assert abs(useless.mean()) < 0.1 * useful.mean()
    (reason,) = differences(EVEN, scarce, indicator(f"binding_{binding}"), **FEW)
    assert surely(reason) == +1
