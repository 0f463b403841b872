"""What is measured is declared once, in both languages, and means what other people's estimators say it means."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from agents.activities import Activity
from agents.clients import MONTHS_A_YEAR, Role, Status, Work
from agents.money import Use, received, spent
from agents.tables import NEVER
from model import INDICATORS, ReintegrationModel
from model.indicators import INDEX_PARTS
from model.record import LONGEST, Record
from tests.model.worlds import BUSY, UNDER_SUPERVISION, lived, small, under_supervision

REGISTER = "levers.coordination.shared_register_coverage"
WHO = ["scenario", "replicate"]
#: offences, revocations and returns are many
EVENTFUL = {name: value for name, value in BUSY.items() if name.startswith("parameters.")}
UNITS = {
    *("share", "0-1", "MSPSS 1-7", "months", "client-sessions", "persons", "clients", "roles of 4"),
    *("offences", "per client-year", "per member-year"),
    *("IDR", "IDR/month", "IDR per client-year", "IDR per client-session", "IDR per job"),
}


ADDS_UP = (
    *("sessions_planned", "sessions_held", "sessions_held_recorded", "sessions_cancelled", "sessions_duplicated"),
    *("offences", "custody_cost_idr", "spent_idr", "spent_programmes_idr", "payroll_idr"),
)


@pytest.fixture(scope="module")
def counted() -> tuple[ReintegrationModel, NDArray[np.bool_]]:
    """Two offices in three replicates after a year and a half, and who was under supervision in the last month."""
    model = lived([small(), small(scenario="purwokerto")], 17, replicates=(0, 1, 2))
    before = model.tables["clients"].status.copy()
    model.step()
    return model, under_supervision(model, before)


@pytest.fixture(scope="module")
def model(counted: tuple[ReintegrationModel, NDArray[np.bool_]]) -> ReintegrationModel:
    return counted[0]


@pytest.fixture(scope="module")
def there(counted: tuple[ReintegrationModel, NDArray[np.bool_]]) -> NDArray[np.bool_]:
    return counted[1]


# declarations


@pytest.mark.parametrize("name", INDICATORS)
def test_every_indicator_says_what_it_is_in_both_languages(name: str) -> None:
    indicator = INDICATORS[name]
    assert indicator.name == name
    assert name.isidentifier()
    assert name == name.lower()
    assert set(indicator.meaning) == {"id", "en"}
    assert all(text and text == text.strip() for text in indicator.meaning.values())
    assert indicator.meaning["id"] != indicator.meaning["en"]
    assert indicator.unit in UNITS
    assert indicator.smallest_difference > 0


def test_no_two_indicators_are_called_the_same() -> None:
    for language in ("id", "en"):
        texts = [indicator.meaning[language] for indicator in INDICATORS.values()]
        assert len(set(texts)) == len(texts)


def test_shares_count_as_different_from_three_in_a_hundred_on() -> None:
    """Three clients in a hundred; parts of months, of members and of what is recorded are counted in twentieths."""
    twentieths = ("binding_", "members_", "recorded_share")
    for name, indicator in INDICATORS.items():
        if indicator.unit == "share":
            assert indicator.smallest_difference == (0.05 if name.startswith(twentieths) else 0.03), name


def test_rupiah_stand_in_the_names() -> None:
    for name, indicator in INDICATORS.items():
        assert name.endswith("_idr") == indicator.unit.startswith("IDR")


# what happened and what the register of the Bapas says of it

TWINS = {name: name.replace("_recorded", "") for name in INDICATORS if "_recorded" in name}


def test_what_the_register_says_stands_beside_what_is_true() -> None:
    """Same unit, same better direction, same way of counting."""
    assert set(TWINS.values()) <= set(INDICATORS)
    assert {"employed_share", "coverage_current", "coverage_ever", "sessions_held"} <= set(TWINS.values())
    assert {"months_to_first_service", "attendance_share", "cost_per_session_idr"} <= set(TWINS.values())
    assert {f"reoffending_{months}m" for months in (12, 24, 36)} <= set(TWINS.values())
    for recorded, true in TWINS.items():
        one, other = INDICATORS[recorded], INDICATORS[true]
        for each in ("unit", "higher_is_better", "smallest_difference", "monthly"):
            assert getattr(one, each) == getattr(other, each), (recorded, each)
        assert one.meaning["en"].endswith("as recorded"), recorded
        assert one.meaning["id"].endswith("menurut register"), recorded


def test_a_register_never_holds_more_sessions_or_clients_served_than_there_were(model: ReintegrationModel) -> None:
    history = model.history
    for name in ("sessions_held", "coverage_current", "coverage_ever", "attendance_share"):
        true, recorded = history[name], history[f"{name}_recorded"]
        assert (recorded <= true).all(), name
        assert (recorded < true).any(), name
    assert not (history["cost_per_session_recorded_idr"] < history["cost_per_session_idr"]).any()
    told = history["sessions_held_recorded"] / history["sessions_held"]
    assert history["recorded_share"].to_numpy() == pytest.approx(told.to_numpy())


def test_the_fuller_the_register_the_nearer_to_the_truth() -> None:
    """Everything is written down in a full one that is paid for; without money no register is kept."""
    rich = {"levers.funding.annual_budget_idr": 900_000_000, "levers.funding.first_money_month": 1}
    shares = [
        lived(small({**rich, REGISTER: coverage}), 12, replicates=range(4)).indicators() for coverage in (0, 0.5, 1)
    ]
    told = [frame["recorded_share"].mean() for frame in shares]
    assert told[0] < told[1] - 0.1 < told[2] - 0.2
    full = shares[-1]
    assert (full["sessions_held_recorded"] == full["sessions_held"]).all()
    assert (full["coverage_current_recorded"] == full["coverage_current"]).all()
    assert (full["cost_per_session_recorded_idr"] == full["cost_per_session_idr"]).all()


# history and whole runs


def test_history_has_one_row_for_each_office_and_month(model: ReintegrationModel) -> None:
    history = model.history
    assert list(history.columns) == [*WHO, "month", *INDICATORS]
    assert len(history) == 2 * 3 * 18
    assert not history.duplicated([*WHO, "month"]).any()
    assert sorted(history["month"].unique()) == list(range(1, 19))


def test_a_run_counts_a_state_as_the_mean_of_its_last_year_and_a_sum_as_it_stands(model: ReintegrationModel) -> None:
    indicators, history = model.indicators(), model.history
    assert list(indicators.columns) == [*WHO, *INDICATORS]
    for _, row in indicators.iterrows():
        months = history[(history["scenario"] == row["scenario"]) & (history["replicate"] == row["replicate"])]
        for name, indicator in INDICATORS.items():
            expected = months[name].tail(MONTHS_A_YEAR).mean() if indicator.monthly else months[name].iloc[-1]
            assert row[name] == pytest.approx(expected, nan_ok=True), name


def test_a_run_shorter_than_a_year_counts_the_months_there_are() -> None:
    model = lived(small(), 5)
    assert model.indicators()["employed_share"].iloc[0] == pytest.approx(model.history["employed_share"].mean())


def test_before_the_first_month_nothing_is_known() -> None:
    model = ReintegrationModel(small())
    assert len(model.history) == 0
    assert model.indicators()[list(INDICATORS)].isna().all(axis=None)


def test_what_adds_up_never_falls(model: ReintegrationModel) -> None:
    for _, months in model.history.groupby(WHO):
        for name in ADDS_UP:
            assert (months[name].diff().dropna() >= 0).all(), name


def test_indicators_fit_together(model: ReintegrationModel) -> None:
    """Routes add up to work, sources to support, what was had to what was spent and carried over."""
    history = model.history
    routes = history[["employed_formal_share", "employed_informal_share", "own_business_share"]].sum(axis=1)
    assert routes.to_numpy() == pytest.approx(history["employed_share"].to_numpy())
    sources = history[["mspss_family", "mspss_friends", "mspss_significant_other"]].mean(axis=1)
    assert sources.to_numpy() == pytest.approx(history["mspss_total"].to_numpy())
    assert (history["coverage_current"] <= history["coverage_ever"]).all()
    assert (history["spent_programmes_idr"] <= history["spent_idr"]).all()
    risks = history[["reoffending_12m", "reoffending_24m", "reoffending_36m"]].dropna()
    assert (risks["reoffending_12m"] <= risks["reoffending_24m"]).all()
    assert (risks["reoffending_24m"] <= risks["reoffending_36m"]).all()
    offices = model.tables["offices"]
    assert model.indicators()["spent_idr"].to_numpy() == pytest.approx(spent(offices))
    assert model.indicators()["carried_over_idr"].to_numpy() == pytest.approx(
        offices.opening_cash_idr + received(offices) - spent(offices) - offices.lapsed_idr
    )


def test_a_state_is_counted_among_those_under_supervision(model: ReintegrationModel, there: NDArray[np.bool_]) -> None:
    """Against a count by hand over the tables as they stand after the last month, who completed in it counted too."""
    assert (model.tables["clients"].status[there] == Status.COMPLETED).any()
    clients, last = model.tables["clients"], model.history[model.history["month"] == 18].reset_index(drop=True)
    for office in range(len(last)):
        mine = there & (clients.office == office)
        assert last["employed_share"][office] == pytest.approx((clients.work[mine] > 0).mean())
        assert last["distress"][office] == pytest.approx(clients.distress[mine].mean(), abs=1e-6)
        assert last["mspss_family"][office] == pytest.approx(1 + 6 * clients.support[mine, 0].mean(), abs=1e-5)
        assert last["median_income_idr"][office] == pytest.approx(
            np.quantile(clients.income_idr[mine], 0.5, method="lower")
        )
        assert last["coverage_ever"][office] == pytest.approx((clients.first_service_month[mine] != NEVER).mean())
        assert last["coverage_ever_recorded"][office] == pytest.approx(
            (clients.first_recorded_month[mine] != NEVER).mean()
        )
        assert last["employed_share_recorded"][office] == pytest.approx(clients.work_recorded[mine].mean())


def test_every_other_state_is_counted_as_by_hand(model: ReintegrationModel, there: NDArray[np.bool_]) -> None:
    """Of clients under supervision, of those who ask or have a family, of villages, employers and members who serve."""
    clients, families, villages, employers, members = (
        model.tables[name] for name in ("clients", "families", "villages", "employers", "members")
    )
    last = model.history[model.history["month"] == 18].reset_index(drop=True)
    acceptance = np.append(families.acceptance, 0.0)[clients.family]
    for office in range(len(last)):
        mine = there & (clients.office == office)
        asks, home = mine & clients.wanted.any(axis=1), mine & (clients.family >= 0)
        expected = {
            "family_reconciled_share": (acceptance[home] >= 0.5).mean(),
            "discrimination_reported": clients.reports_discrimination[mine].mean(),
            "access_difficulty": clients.reports_difficulty[mine].mean(),
            "confidence": clients.confidence[mine].mean(),
            "commitment": clients.commitment[mine].mean(),
            "role_clarity": clients.role_clarity[mine].mean(),
            "role_strain": clients.role_strain[mine].mean(),
            "roles_held": (clients.roles[mine] >= 0.5).sum(axis=1).mean(),
            "index_work": clients.roles[mine, Role.WORKER].mean(),
            "index_family": clients.roles[mine, Role.FAMILY_MEMBER].mean(),
            "index_neighbourhood": clients.roles[mine, Role.NEIGHBOUR].mean(),
            "index_group": clients.roles[mine, Role.GROUP_MEMBER].mean(),
            "index_support": clients.support[mine].mean(),
            "index_wellbeing": 1.0 - clients.distress[mine].mean(),
            "unmet_need": (17 - clients.latest_service_month[asks] >= MONTHS_A_YEAR).mean(),
            "coverage_current": clients.served[mine].mean(),
            "coverage_current_recorded": clients.service_recorded[mine].mean(),
            "village_stigma": villages.stigma[villages.office == office].mean(),
            "employer_willingness": employers.willingness[employers.office == office].mean(),
            "members_certified_share": members.certified[members.serving & (members.office == office)].mean(),
        }
        expected["reintegration_index"] = np.mean([expected[name] for name in INDEX_PARTS])
        for name, value in expected.items():
            assert last[name][office] == pytest.approx(value, abs=1e-5), name


def test_a_year_without_service_is_twelve_months_of_it() -> None:
    """Everybody asks: served eleven months ago nobody does so in vain, twelve months ago or never everybody."""
    model = ReintegrationModel(small())
    clients = model.tables["clients"]
    clients.write(slice(None), {"wanted": np.ones_like(clients.wanted)})
    for latest, unmet in ((-11, 0.0), (-12, 1.0), (NEVER, 1.0)):
        clients.write(slice(None), {"latest_service_month": np.full(len(clients), latest, dtype=np.int32)})
        model.read_afresh()
        assert INDICATORS["unmet_need"].measure(model).tolist() == [unmet]


def test_costs_are_those_of_hand_made_sums() -> None:
    """Counted over the tables month by month: clients under supervision, attendances, jobs begun, months in custody.

    A client's month of supervision counts from the one of release to the last of the term, that one too.

    Rupiah of the office, and for a client-year the salaries of its counsellors, divided by them; a month in custody
    costs the state its days.
    """
    model = ReintegrationModel(small({"parameters.hazard_baseline": 0.015}), replicates=range(3), assumptions="drawn")
    clients, offices = model.tables["clients"], model.tables["offices"]
    client_months, sessions, recorded, jobs, custody, offences = np.zeros((6, 3))
    for _ in range(14):
        model.foresee()
        begun = np.isin(clients.status, UNDER_SUPERVISION)
        begun |= (clients.status == Status.INSIDE) & (clients.release_month <= model.month)
        begun |= (clients.status == Status.CUSTODY) & (clients.custody_until <= model.month)
        before = clients.status.copy()
        model.step()
        here = under_supervision(model, before)
        for office in range(3):
            mine = clients.office == office
            client_months[office] += (mine & begun).sum()
            sessions[office] += clients.attended[mine].sum()
            recorded[office] += clients.attended[mine & clients.service_recorded].sum()
            jobs[office] += (mine & here & (clients.work != Work.NONE) & (clients.tenure_months == 0)).sum()
            custody[office] += (mine & (clients.status == Status.CUSTODY)).sum()
            offences[office] += clients.offended[mine].sum()
    assert (jobs > 0).all()
    assert (custody > 0).any()
    p = model.beliefs.of(np.arange(3))
    activities = offices.spent_programmes_idr.sum(axis=1)
    own = offices.spent_idr[:, : Use.PAYROLL].sum(axis=1) + activities
    salaries = 14 * np.floor(offices.counsellors * p.counsellor_salary_idr)
    expected = {
        "spent_idr": own,
        "spent_programmes_idr": activities,
        "payroll_idr": salaries,
        "cost_per_client_idr": 12 * (own + salaries) / client_months,
        "cost_per_session_idr": activities / sessions,
        "cost_per_session_recorded_idr": activities / recorded,
        "cost_per_job_idr": own / jobs,
        "custody_cost_idr": custody * 365.25 / 12 * p.custody_day_cost_idr,
        "offences": offences,
        "sessions_held": sessions,
        "sessions_held_recorded": recorded,
    }
    told = model.indicators()
    for name, values in expected.items():
        assert told[name].to_numpy() == pytest.approx(values, rel=1e-12), name


def test_waits_failures_and_exits_are_those_of_hand_made_sums() -> None:
    """Waits of those released in the run, once each, and not of who came back; failures and exits however often.

    Failures and revocations by years of supervision, exits by years of serving; sessions are all but outreach.
    """
    register = {"levers.funding.annual_budget_idr": 600_000_000, REGISTER: 0.6}
    model = ReintegrationModel(small({**EVENTFUL, **register}), replicates=range(6))
    clients, members, offices = (model.tables[name] for name in ("clients", "members", "offices"))
    served, waited, recorded, waited_recorded, failures, revoked, client_months, left, member_months = np.zeros((9, 6))
    sessions = {name: np.zeros(6) for name in ("planned", "cancelled", "duplicated")}
    for month in range(24):
        model.foresee()
        unserved, unrecorded = clients.first_service_month == NEVER, clients.first_recorded_month == NEVER
        model.step()
        newly, since = (clients.release_month >= 0) & ~clients.returned, month - clients.release_month
        for office in range(6):
            mine, here = clients.office == office, members.office == office
            first = mine & newly & unserved & clients.served
            first_recorded = mine & newly & unrecorded & clients.service_recorded
            served[office] += first.sum()
            waited[office] += since[first].sum()
            recorded[office] += first_recorded.sum()
            waited_recorded[office] += since[first_recorded].sum()
            failures[office] += clients.recorded_failure[mine].sum()
            revoked[office] += clients.revoked[mine].sum()
            client_months[office] += offices.under_supervision[office]
            left[office] += members.left[here].sum()
            member_months[office] += members.serving[here].sum()
            for name, sums in sessions.items():
                sums[office] += getattr(offices, name)[office, : Activity.OUTREACH].sum()
    assert all((sums > 0).any() for sums in (waited, waited_recorded, failures, revoked, left, *sessions.values()))
    assert (clients.returned & clients.served).any()
    expected = {
        "months_to_first_service": waited / served,
        "months_to_first_service_recorded": waited_recorded / recorded,
        "recorded_failure_per_client_year": 12 * failures / client_months,
        "revocation_per_client_year": 12 * revoked / client_months,
        "member_exit_per_year": 12 * left / member_months,
        **{f"sessions_{name}": sums for name, sums in sessions.items()},
    }
    told = model.indicators()
    for name, values in expected.items():
        assert told[name].to_numpy() == pytest.approx(values, rel=1e-12), name


# Kaplan-Meier


def _record(risk: list[int], events: list[int]) -> Record:
    record = Record(1)
    record.at_risk[0, : len(risk)] = risk
    record.first_reoffences[0, : len(events)] = events
    return record


def test_the_curve_of_a_hand_made_table() -> None:
    """20 released, 2 offend in the first month, 3 are lost, 3 of the 15 left offend: 1 - 18/20 * 12/15."""
    record = _record([20, 15, 12], [2, 3, 0])
    assert record.reoffending(1)[0] == pytest.approx(0.1)
    assert record.reoffending(2)[0] == pytest.approx(1 - 0.9 * 0.8)
    assert record.reoffending(3)[0] == pytest.approx(1 - 0.9 * 0.8)


def test_the_curve_is_unknown_where_nobody_was_seen() -> None:
    record = _record([20, 0, 12], [2, 0, 1])
    assert np.isnan(record.reoffending(2)[0])
    assert np.isnan(record.reoffending(3)[0])
    assert record.reoffending(1)[0] == pytest.approx(0.1)


def test_the_curve_of_the_register_is_counted_as_by_hand() -> None:
    """At risk in a month at liberty until the first failure in the register; who comes back is not counted again."""
    model = ReintegrationModel(small(EVENTFUL), replicates=range(6))
    clients, record = model.tables["clients"], model.record
    risk, events = np.zeros_like(record.at_risk_recorded), np.zeros_like(record.first_recorded)
    failed = clients.ever_failed_recorded.copy()
    for month in range(24):
        model.foresee()
        failed = np.append(failed, np.zeros(len(clients) - len(failed), dtype=np.bool_))
        model.step()
        seen = np.flatnonzero((clients.hazard > 0) & ~clients.returned & ~failed)
        cell = clients.office[seen], month - clients.release_month[seen]
        np.add.at(risk, cell, 1)
        np.add.at(events, cell, clients.recorded_failure[seen])
        failed |= clients.recorded_failure
    assert events.sum() > 20
    assert (record.at_risk_recorded == risk).all()
    assert (record.first_recorded == events).all()
    survival = np.prod(1 - events[:, :12] / np.maximum(risk[:, :12], 1), axis=1)
    assert model.indicators()["reoffending_12m_recorded"].to_numpy() == pytest.approx(1 - survival)


def test_who_is_served_within_three_months_is_counted_as_by_hand() -> None:
    """Of those released in the run: waiting in each month of supervision up to the first service, then no more.

    Whose supervision ends before it is followed no further (censored), and who comes back from custody is left out.
    """
    model = ReintegrationModel(small(EVENTFUL), replicates=range(6))
    clients = model.tables["clients"]
    risk, events, censored, back = np.zeros((6, 24)), np.zeros((6, 24)), 0, 0
    for month in range(24):
        model.foresee()
        unserved, before = clients.first_service_month == NEVER, clients.status.copy()
        model.step()
        there, newly = under_supervision(model, before), unserved & (clients.release_month >= 0)
        waiting = np.flatnonzero((there | clients.served) & newly & ~clients.returned)
        cell = clients.office[waiting], month - clients.release_month[waiting]
        np.add.at(risk, cell, 1)
        np.add.at(events, cell, clients.served[waiting])
        ended = ~np.isin(clients.status[waiting], UNDER_SUPERVISION) & ~clients.served[waiting]
        censored += (ended & (month - clients.release_month[waiting] < 2)).sum()
        back += (there & newly & clients.returned).sum()
    assert min(censored, back) > 0
    served = 1 - np.prod(1 - events[:, :3] / risk[:, :3], axis=1)
    assert model.indicators()["served_within_3m"].to_numpy() == pytest.approx(served)
    assert ((served > 0) & (served < 1)).all()


def test_the_curve_is_the_kaplan_meier_estimate_of_statsmodels() -> None:
    """Client by client, with those met under supervision entering late, and those never caught among them."""
    survival = pytest.importorskip("statsmodels.duration.survfunc", reason="statsmodels is the oracle of this test")
    model = ReintegrationModel(small(), replicates=range(6), without=["clients.leave_custody"])
    clients = model.tables["clients"]
    # who had failed or come back before the run is not at risk in it
    left_out = np.zeros(10_000, dtype=np.bool_)
    left_out[: len(clients)] = clients.reoffended | clients.returned
    followed: dict[int, SimpleNamespace] = {}
    for month in range(36):
        model.step()
        for row in np.flatnonzero((clients.hazard > 0.0) & ~left_out[: len(clients)]):
            out = month - int(clients.release_month[row])
            one = followed.setdefault(int(row), SimpleNamespace(entry=out, exit=out, failed=False))
            if not one.failed:
                one.exit, one.failed = out + 1, bool(clients.first_reoffence[row])
    told = pd.DataFrame([vars(one) for one in followed.values()])
    assert told["failed"].sum() > 50
    assert (told["entry"] > 0).any()
    curve = survival.SurvfuncRight(told["exit"], told["failed"].astype(int), entry=told["entry"])
    at_risk, events = (
        counts.sum(axis=0, keepdims=True) for counts in (model.record.at_risk, model.record.first_reoffences)
    )
    pooled = Record(1)
    pooled.at_risk, pooled.first_reoffences = at_risk, events
    for months in (6, 12, 24, 36):
        expected = 1.0 - curve.surv_prob[curve.surv_times <= months][-1]
        assert pooled.reoffending(months)[0] == pytest.approx(expected, rel=1e-12)


def test_nobody_is_counted_beyond_the_longest_follow_up(model: ReintegrationModel) -> None:
    assert model.record.at_risk.shape == model.record.first_reoffences.shape == (6, LONGEST)
    assert (model.record.first_reoffences <= model.record.at_risk).all()
