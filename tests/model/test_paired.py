"""Chance belongs to the person: who else is there, where a row stands and what a policy leaves alone change nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import pytest

from agents.chance import BORN, FIRST_MONTH, Stream, uniform
from agents.rules import Rule
from agents.tables import Table
from model import ReintegrationModel
from model.beliefs import Beliefs, draw
from model.drivers import DRIVERS
from scenarios import Specification, load, parameters
from tests.model.worlds import BUSY, RULES, SMALL, always, differences, life, lived, numbers, small, ties, whole

MONTHS = 18

#: nothing that clients share runs short (no money, counsellors for all), and what happens to one client reaches nobody
#: else over a village, its market or an employer
NOTHING_SHARED = {
    "levers.funding.annual_budget_idr": 0,
    "levers.human_resources.counsellors": 10_000,
    "parameters.news_probability": 0,
    "parameters.experience_on_willingness": 0,
    "parameters.business_start_base_monthly": 0,
    "parameters.business_start_monthly": 0,
}

#: columns that count everybody in an office, so one more person must show in them
COUNTS_OF_ALL = {
    *("offices.clients", "offices.under_supervision", "offices.caseload", "offices.owed_idr"),
    "employers.good_months",
    *("record.at_risk", "record.first_reoffences"),
}


@pytest.fixture(scope="module")
def baseline() -> Specification:
    return small()


@pytest.fixture(scope="module")
def first_month(baseline: Specification) -> dict[str, np.ndarray]:
    return life(lived(baseline, 1))


@pytest.fixture(scope="module")
def kept(baseline: Specification) -> dict[str, np.ndarray]:
    return life(lived(baseline, MONTHS))


@pytest.fixture(scope="module")
def crowd() -> tuple[ReintegrationModel, tuple[Specification, ...]]:
    """Three offices of different size and kind, in two replicates, after a year and a half."""
    specs = (small(), always("purwokerto", SMALL), always("wonosari", BUSY))
    return lived(specs, MONTHS, replicates=(0, 1)), specs


# the same question twice, and nearly the same question


def test_same_seed_same_bytes(baseline: Specification) -> None:
    assert differences(whole(lived(baseline, 12)), whole(lived(baseline, 12))) == []


def test_another_seed_is_another_world(baseline: Specification) -> None:
    found = differences(whole(lived(baseline, 3, seed=1)), whole(lived(baseline, 3, seed=2)))
    assert {"clients.key", "clients.stability", "villages.stigma", "history.employed_share"} <= set(found)


def test_another_replicate_is_another_world(baseline: Specification) -> None:
    found = differences(whole(lived(baseline, 3, replicates=(0,))), whole(lived(baseline, 3, replicates=(1,))))
    assert {"clients.key", "clients.stability", "villages.stigma", "history.employed_share"} <= set(found)


def test_a_scenario_against_itself_differs_by_exactly_zero() -> None:
    model = lived([small(), small()], 12, replicates=(0, 1, 2), assumptions="drawn")
    for frame in (model.indicators(), model.history):
        halves = [numbers(frame).to_numpy().reshape(3, 2, -1)[:, which] for which in (0, 1)]
        assert halves[0].tobytes() == halves[1].tobytes()
    assert differences(life(model, 0), life(model, 1)) == []


@pytest.mark.parametrize(
    ("base", "change"),
    [
        (
            {"levers.funding.annual_budget_idr": 0},
            {
                "levers.funding.fixed_share": 0.1,
                "levers.funding.outside_share": 0.8,
                "levers.funding.first_money_month": 9,
            },
        ),
        (
            {"parameters.media_on_stigma": 0, "levers.community.media_reach": 0},
            {"parameters.media_cost_per_village_year_idr": 1_000_000},
        ),
        (
            {"levers.funding.annual_budget_idr": 0},
            {
                "levers.community.media_reach": 0.9,
                "levers.coordination.forum_meetings_per_year": 12,
                "levers.coordination.written_procedure": 1,
                "levers.coordination.shared_register_coverage": 1,
                "levers.coordination.evaluations_per_year": 4,
                "levers.human_resources.coaching_sessions_per_year": 12,
                "levers.human_resources.certification_places_per_year": 24,
                "levers.human_resources.transport_idr_per_member_month": 100_000,
                "levers.funding.rented_room_slots_per_month": 200,
                "levers.funding.tools_idr_per_year": 24_000_000,
                "levers.hub.griya_abhipraya_slots_per_month": 200,
            },
        ),
        ({"levers.human_resources.certification_places_per_year": 0}, {"parameters.certification_cost_idr": 3_000_000}),
        ({"levers.human_resources.transport_idr_per_member_month": 0}, {"parameters.transport_on_motivation": 0.4}),
    ],
    ids=[
        "how no money is split",
        "price of no media",
        "promises that nobody pays for",
        "price of no certificates",
        "weight of no transport money",
    ],
)
def test_an_inert_change_changes_no_bit(base: Mapping[str, float], change: Mapping[str, float]) -> None:
    one, other = (life(lived(small(changes), 13)) for changes in (base, {**base, **change}))
    levers = {f"offices.{path.rpartition('.')[2]}" for path in change}
    assert differences(one, other, leaving_out=levers) == []


# where a row stands


def test_an_office_alone_lives_as_it_does_among_others(
    crowd: tuple[ReintegrationModel, tuple[Specification, ...]],
) -> None:
    """Rows of tables by id, references as ids, ties, counts, indicators: the same bytes, in every place of the list."""
    model, specs = crowd
    for place, spec in enumerate(specs):
        alone = lived(spec, MONTHS, replicates=(1,))
        assert differences(life(alone), life(model, len(specs) + place)) == [], spec.setting.office


def test_offices_keep_their_lives_in_any_order(crowd: tuple[ReintegrationModel, tuple[Specification, ...]]) -> None:
    model, specs = crowd
    turned = lived(specs[::-1], MONTHS, replicates=(1, 0))
    places = [(world, kind) for world in range(2) for kind in range(len(specs))]
    for here, (world, kind) in enumerate(places):
        there = places.index((1 - world, len(specs) - 1 - kind))
        assert differences(life(model, here), life(turned, there)) == []


@pytest.mark.parametrize("assumptions", ["fixed", "drawn"])
def test_replicates_side_by_side_equal_replicates_one_by_one(baseline: Specification, assumptions: str) -> None:
    together = lived(baseline, 12, replicates=(4, 0, 9), assumptions=assumptions)
    for place, replicate in enumerate((4, 0, 9)):
        alone = lived(baseline, 12, replicates=(replicate,), assumptions=assumptions)
        assert differences(life(alone), life(together, place)) == []


def test_an_id_names_one_row_of_an_office(crowd: tuple[ReintegrationModel, tuple[Specification, ...]]) -> None:
    """And in offices that are not the same office under two policies no two rows share a key."""
    for table in crowd[0].tables.values():
        assert len(np.unique(np.column_stack([table.office, table.id]), axis=0)) == len(table), table.name
        keys = table.key[np.isin(table.office, (0, 1, 3, 4))]
        assert len(np.unique(keys)) == len(keys), table.name


# who else is there


def _one_more() -> tuple[ReintegrationModel, ReintegrationModel]:
    """An office that starts with 40 clients and the same with 41; more are then released over the months too."""
    return tuple(ReintegrationModel(small({**NOTHING_SHARED, "setting.clients": clients})) for clients in (40, 41))


def _of_the_first(life_of_more: Mapping[str, np.ndarray], first: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The rows of the larger office that stand for people of the smaller one."""
    kept = {}
    for name, values in life_of_more.items():
        table = name.partition(".")[0]
        if table in ("clients", "families"):
            values = values[np.isin(life_of_more[f"{table}.id"], first[f"{table}.id"])]
        kept[name] = values
    return kept


def test_one_more_person_changes_nobody_when_no_tie_carries_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """All columns of everybody else, byte for byte.

    Out of reach are: what clients share (money, so no places; counsellors are plenty), news and experience that go
    through villages and employers, and ties between clients (none are formed). What remains, and is compared: every
    column of the 40 clients, of all who are released later in both worlds, and of their families; every column of
    every village, employer, group, member and of the office, except the counts of clients themselves.
    """
    monkeypatch.setattr("model.people._tie_peers", lambda *_: None)
    fewer, more = _one_more()
    for _ in range(MONTHS):
        fewer.step()
        more.step()
    first, all_of_them = life(fewer), life(more)
    assert len(all_of_them["clients.id"]) > len(first["clients.id"]) > 100
    assert np.isin(first["clients.id"], all_of_them["clients.id"]).all()
    unread = COUNTS_OF_ALL | {name for name in first if name.startswith(("indicators.", "history."))}
    assert differences(first, _of_the_first(all_of_them, first), leaving_out=unread) == []


def test_one_more_person_changes_others_only_along_ties() -> None:
    """With ties between clients, who differs was reached by a tie.

    Whoever comes to differ in any column has other ties in the two worlds, or is tied to somebody who differed before
    or lives in one world only. Most differ in nothing.
    """
    fewer, more = _one_more()
    worlds = (fewer, more)
    first, other = life(fewer), life(more)
    touched = _who_differs(first, _of_the_first(other, first))  # in the year before, in which nobody watched
    for _ in range(MONTHS):
        before = [_tied(model) for model in worlds]
        for model in worlds:
            model.step()
        neighbours = [_tied(model) for model in worlds]
        first, other = life(fewer), life(more)
        new = set(other["clients.id"].tolist()) - set(first["clients.id"].tolist())
        differing = _who_differs(first, _of_the_first(other, first))
        for who in differing - touched:
            known = [ties[who] for ties in (*before, *neighbours)]
            assert known[0] != known[1] or known[2] != known[3] or set().union(*known) & (new | touched)
        touched |= differing
    assert 0 < len(touched) < len(first["clients.id"]) / 2


def _tied(model: ReintegrationModel) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for left, right, _ in ties(model, "peers"):
        found[left].add(right)
        found[right].add(left)
    return found


def _who_differs(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> set[int]:
    who: set[int] = set()
    for name, values in one.items():
        if name.startswith("clients."):
            unequal = (values != other[name]).reshape(len(values), -1).any(axis=1)
            who |= set(one["clients.id"][unequal].tolist())
    return who


def test_one_more_person_leaves_every_draw_of_others_where_it_was() -> None:
    fewer, more = _one_more()
    fewer.step()
    more.step()
    for name, table in fewer.tables.items():
        twin = more.tables[name]
        row_of = {number: row for row, number in enumerate(twin.id.tolist())}
        keys = twin.key[[row_of[number] for number in table.id.tolist()]]
        for stream in Stream:
            for month in (BORN, FIRST_MONTH, 0, 17):
                assert uniform(stream, month, table.key).tobytes() == uniform(stream, month, keys).tobytes()


# what a rule does not reach


@pytest.fixture(scope="module")
def written_from() -> dict[str, set[str]]:
    """For every rule: the columns written by it or by anything after it in the first month."""
    found: list[tuple[str, set[str]]] = []

    def drive(model: ReintegrationModel, rule: Rule) -> None:
        found.append((rule.name, set()))
        DRIVERS["columns"](model, rule)

    def watch(table: Table) -> None:
        write, grow = table.write, table.grow

        def seen(columns: Iterable[str]) -> None:
            if found:
                found[-1][1].update(f"{table.name}.{column}" for column in columns)

        table.write = lambda index, values, only=None: (seen(values), write(index, values, only))[1]
        table.grow = lambda rows, **values: (seen(table.columns), grow(rows, **values))[1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DRIVERS, "watching", drive)
        model = ReintegrationModel(small(), driver="watching")
        for table in model.tables.values():
            watch(table)
        model.step()
    return {name: set().union(*(columns for _, columns in found[place:])) for place, (name, _) in enumerate(found)}


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_left_out_touches_nothing_before_it(
    rule: Rule, written_from: dict[str, set[str]], baseline: Specification, first_month: dict[str, np.ndarray]
) -> None:
    """In the first month, columns written only by earlier steps are the same bytes with and without the rule."""
    found = differences(first_month, life(lived(baseline, 1, without=[rule.name])))
    columns = {name for name in found if not name.startswith(("indicators.", "history.", "record."))}
    assert columns <= written_from.get(rule.name, set())


AS_BORN = {
    "clients": ("id", "key", "female", "birth_month", "offence", "stability", "village", "family"),
    "families": ("id", "key", "client", "village", "means"),
    "employers": ("id", "key", "sector", "village", "image_concern", "willingness_rest"),
    "villages": ("id", "key", "distance_km", "stigma_rest"),
    "groups": ("id", "key", "field", "village"),
}


@pytest.mark.parametrize(
    "name", ["clients.hear_of_work", "clients.offer_places", "members.tire_or_leave", "clients.offend"]
)
def test_without_a_rule_the_same_people_are_met(
    name: str, kept: dict[str, np.ndarray], baseline: Specification
) -> None:
    """Whatever is left out for a year and a half, who comes, when and as whom is the same, and so is all their luck."""
    left_out = life(lived(baseline, MONTHS, without=[name]))
    born = {f"{table}.{column}" for table, columns in AS_BORN.items() for column in columns}
    assert differences({key: kept[key] for key in born}, {key: left_out[key] for key in born}) == []


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("clients.earn", {"income_idr"}),
        (
            "clients.register",
            {"recorded_failure", "first_failure_recorded", "ever_failed_recorded", "work_recorded"},
        ),
    ],
)
def test_what_nothing_reads_can_be_left_out(
    name: str, columns: set[str], kept: dict[str, np.ndarray], baseline: Specification
) -> None:
    """Income and register are read by nobody in the model: without their rule everything else is the same bytes.

    Of the indicators only those of income and of the register can change.
    """
    found = differences(kept, life(lived(baseline, MONTHS, without=[name])))
    told = {each.partition(".")[2] for each in found if each.startswith(("indicators.", "history."))}
    assert told
    assert all("recorded" in each or each == "median_income_idr" for each in told)
    assert {each for each in found if not each.startswith(("indicators.", "history."))} <= {
        f"clients.{column}" for column in columns
    }


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(ValueError, match=r"no rule 'clients\.fly'"):
        ReintegrationModel(small(), without=["clients.fly"])


def test_assumptions_are_shared_by_all_scenarios_of_a_replicate() -> None:
    """Two policies in one replicate believe the same; two replicates do not; what a scenario pins is not drawn."""
    policy = {"levers.funding.annual_budget_idr": 0, "parameters.employer_speed": 0.05}
    model = ReintegrationModel([small(), small(policy)], replicates=(0, 1), assumptions="drawn")
    offices = np.arange(4)
    for name, parameter in parameters().items():
        base_0, policy_0, base_1, policy_1 = np.broadcast_to(getattr(model.beliefs.of(offices), name), 4)
        assert parameter.low <= min(base_0, base_1) <= max(base_0, base_1) <= parameter.high
        if name == "employer_speed":
            assert policy_0 == policy_1 == 0.05
        else:
            assert (base_0, base_1) == (policy_0, policy_1)
            assert (base_0 != base_1) == parameter.uncertain


# one value for all, or one for each


@pytest.fixture(scope="module")
def eventful() -> ReintegrationModel:
    """Three worlds of one little office in which much happens, after a year and a half."""
    return lived(small({**BUSY, **SMALL}), 18, replicates=range(3))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_gives_the_same_bits_for_one_value_as_for_many(rule: Rule, eventful: ReintegrationModel) -> None:
    """Offices that believe alike share plain numbers, else there are arrays: no client notices who else is there."""
    eventful.read_afresh()
    c = eventful.active_rows(rule.table, rule.who)
    spec = load("wonosari")
    other = {name: value / 2 for name, value in spec.parameters.items()}
    for replicate in range(30):
        drawn = draw(spec, 1, replicate, "drawn")
        alone, crowd = [drawn] * 3, [drawn, drawn, drawn, other]
        told = [rule(c, Beliefs(each).at(c)) for each in (alone, crowd)]
        assert differences(*told) == [], f"under the assumptions of replicate {replicate}"
