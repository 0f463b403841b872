"""The plain Mesa month does the work of the columns, so that their times can be compared: other draws, like worlds."""

import math

import numpy as np
import pytest

from benchmarks._plain_around import Employer, Family, Member, Village
from benchmarks._plain_client import Client
from benchmarks._plain_mesa import PlainModel
from model import ReintegrationModel
from scenarios import Specification, load
from tests.source import ROOT, imports

MONTHS = 3
WORLDS = 6  # of the plain month
REPLICATES = 18  # of the columns, which cost little
SMALL = {"setting.clients": 60, "setting.villages": 20}
PLANS = {
    "as it is": SMALL,
    "well paid": SMALL
    | {
        "levers.funding.annual_budget_idr": 1_500_000_000,
        "levers.funding.first_money_month": 1,
        "levers.coordination.forum_meetings_per_year": 12,
        "levers.coordination.written_procedure": 0.8,
        "levers.human_resources.coaching_sessions_per_year": 12,
        "levers.human_resources.certification_places_per_year": 12,
        "levers.funding.startup_grants_per_year": 24,
        "levers.hub.griya_abhipraya_slots_per_month": 60,
    },
}


@pytest.fixture(scope="module", params=PLANS, ids=str)
def spec(request) -> Specification:
    return load("wonosari", overrides=PLANS[request.param])


@pytest.fixture(scope="module")
def plain(spec) -> list[PlainModel]:
    models = [PlainModel(spec, seed=seed) for seed in range(WORLDS)]
    for model in models:
        for _ in range(MONTHS):
            model.step()
    return models


@pytest.fixture(scope="module")
def columns(spec) -> ReintegrationModel:
    model = ReintegrationModel(spec, replicates=range(REPLICATES))
    for _ in range(MONTHS):
        model.step()
    return model


def mean(plain: list[PlainModel], name: str) -> float:
    """Mean over worlds and months of what the plain model records."""
    return float(np.mean([month[name] for model in plain for month in model.history]))


def test_as_many_clients_are_followed(plain, columns) -> None:
    followed = np.mean([model.history[-1]["followed"] for model in plain])
    assert followed == pytest.approx(len(columns.active_rows("clients")) / REPLICATES, rel=0.1)
    clients = columns.record.sums["client_months"].mean() / MONTHS
    assert mean(plain, "supervised") == pytest.approx(clients, rel=0.15)


def test_whoever_has_been_followed_long_enough_leaves() -> None:
    spec, months = load("wonosari", overrides=SMALL), 30
    model, columns = PlainModel(spec), ReintegrationModel(spec, replicates=range(WORLDS))
    for _ in range(months):
        model.step()
        columns.step()
    out = [model.month - client.released for client in model.of(Client) if client.status == "completed"]
    assert max(out) == spec.parameters["follow_up_months"] - 1
    assert model.history[-1]["followed"] == pytest.approx(len(columns.active_rows("clients")) / WORLDS, rel=0.1)


@pytest.mark.parametrize(
    ("indicator", "band"),
    [
        ("employed_share", 0.08),
        ("coverage_current", 0.05),
        ("coverage_ever", 0.10),
        ("distress", 0.02),
        ("village_stigma", 0.04),
        ("employer_willingness", 0.05),
    ],
)
def test_clients_live_as_in_the_columns(plain, columns, indicator: str, band: float) -> None:
    assert mean(plain, indicator) == pytest.approx(columns.history[indicator].mean(), abs=band)


def test_as_many_offend_as_the_hazards_say(plain, columns) -> None:
    hazards = [client.hazard for model in plain for client in model.of(Client) if client.at_liberty]
    theirs = columns.active_rows("clients")
    assert np.mean(hazards) == pytest.approx(theirs.hazard[theirs.hazard > 0].mean(), rel=0.2)
    offences = sum(month["offences"] for model in plain for month in model.history)
    expected = np.mean(hazards) * sum(month["followed"] for model in plain for month in model.history)
    assert abs(offences - expected) < 4.0 * math.sqrt(expected)


def test_the_network_is_as_dense(plain, columns) -> None:
    peers = np.mean([len(client.peers) for model in plain for client in model.of(Client)])
    theirs = columns.active_rows("clients")
    ties = theirs.over_ties("peers", lambda rows: np.ones(len(rows)))
    assert peers == pytest.approx(ties.mean(), rel=0.25)
    assert all(client in other.peers for model in plain for client in model.of(Client) for other in client.peers)


SHARES = {
    Client: [
        *("skill", "documents", "distress", "confidence", "commitment", "perceived_stigma", "refusals", "unmet"),
        *("role_clarity", "role_strain", "case_management", "roles", "dose", "help", "support"),
    ],
    Family: ["acceptance", "courtesy_stigma", "contact", "means"],
    Member: ["competence", "motivation", "burnout"],
    Employer: ["willingness"],
    Village: ["stigma"],
}


def test_shares_stay_between_nothing_and_all(plain) -> None:
    values = [
        getattr(agent, name)
        for model in plain
        for kind, names in SHARES.items()
        for agent in model.of(kind)
        for name in names
    ]
    flat = np.concatenate([np.atleast_1d(value) for value in values])
    assert flat.min() >= 0.0
    assert flat.max() <= 1.0 + 1e-12
    offices = [model.office for model in plain]
    assert all(
        0.0 <= share <= 1.0
        for office in offices
        for share in (office.referral, office.needs_known, office.overlap, office.no_show, *office.quality)
    )
    assert all(office.cash >= 0 for office in offices)
    assert not any(math.isnan(value) for model in plain for month in model.history for value in month.values())


def test_all_whom_the_columns_know_are_agents(plain, columns) -> None:
    for kind, table in ((Family, "families"), (Member, "members"), (Employer, "employers"), (Village, "villages")):
        count = np.mean([len(model.of(kind)) for model in plain])
        assert count == pytest.approx(len(columns.active_rows(table)) / REPLICATES, rel=0.2), table


def test_the_month_is_plain_python() -> None:
    for path in sorted((ROOT / "benchmarks").glob("_plain_*.py")):
        assert not any(name.split(".")[0] in ("numpy", "scipy", "pandas") for _, name in imports(path))
