"""A story tells what happened: no more and no less than what the tables held month by month."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from agents import clients as who
from agents import telling
from agents.activities import Activity
from agents.clients import Lead, Release, Status, Work
from agents.surroundings import Sector
from agents.telling import Event
from agents.words import LANGUAGES, words
from model import ReintegrationModel
from model.story import ACCEPTS, NOTICEABLE, UNKNOWN, _Watched, stories
from tests.model.worlds import BUSY, always, differences, lived, small, whole
from tests.source import ROOT, tree

MONTHS = 30
WORLDS = tuple(range(10))
TOWN = {
    **BUSY,
    "setting.clients": 12,
    "levers.human_resources.coaching_sessions_per_year": 0,
    "levers.human_resources.counsellors": 1,
}

#: what each event leaves a client's standing, work and mentor at
STATUS = {
    "supervised": Status.SUPERVISED,
    "out_of_contact_before": Status.OUT_OF_CONTACT,
    "taken_before": Status.CUSTODY,
    "completed_before": Status.COMPLETED,
    "released": Status.SUPERVISED,
    "returned": Status.SUPERVISED,
    "in_contact_again": Status.SUPERVISED,
    "out_of_contact": Status.OUT_OF_CONTACT,
    "offence_detected": Status.CUSTODY,
    "revoked": Status.CUSTODY,
    "completed": Status.COMPLETED,
    "followed_no_more": Status.GONE,
    "inside": Status.INSIDE,
}
WORK = {f"{verb}_{work.name.lower()}": work for verb in ("works", "work_found") for work in Work} | {
    f"work_lost_{work.name.lower()}": Work.NONE for work in Work
}
#: how somebody can stand when the run begins
AT_THE_START = {"supervised", "taken_before", "completed_before", "followed_no_more"}
#: what may not come up in the town
RARE = {"inside", "out_of_contact_before", "works_business", "certified", "granted", "stigma_falls"}
MENTOR = dict.fromkeys(("mentored_before", "mentor_found"), True) | dict.fromkeys(
    ("mentor_left", "mentor_over", "mentor_stopped"), False
)


def town(months: int) -> ReintegrationModel:
    """A busy little town in ten worlds, after so many months: few kinds of event do not come up."""
    return lived(always("wonosari", TOWN), months, replicates=WORLDS)


@pytest.fixture(scope="module")
def model() -> ReintegrationModel:
    """The town after two and a half years."""
    return town(MONTHS)


@pytest.fixture(scope="module")
def told(model: ReintegrationModel) -> dict[int, list[Event]]:
    """The true stories of everybody in it."""
    return stories(model, range(len(model.tables["clients"])), known_only=False)


def at_the_end(events: Iterable[Event], outcomes: dict[str, object], start: object) -> object:
    """What the last event that says something about it leaves behind."""
    return next((outcomes[event.key] for event in reversed(list(events)) if event.key in outcomes), start)


# what is told is what was


def test_a_story_ends_where_the_client_stands(model: ReintegrationModel, told: dict[int, list[Event]]) -> None:
    for row, events in told.items():
        client = model.face("clients", row)
        assert at_the_end(events, STATUS, None) == client.status
        assert at_the_end(events, WORK | {"work_stopped": Work.NONE}, Work.NONE) == client.work
        assert at_the_end(events, MENTOR, False) == (client.mentor is not None)


def test_work_and_mentor_are_found_before_they_are_lost_and_lost_once(told: dict[int, list[Event]]) -> None:
    for events in told.values():
        for outcomes in (WORK | {"work_stopped": Work.NONE}, MENTOR):
            held = [bool(outcomes[event.key]) for event in events if event.key in outcomes]
            assert held == [place % 2 == 0 for place in range(len(held))]


@pytest.mark.parametrize(
    ("work", "tenure", "lead", "keys"),
    [
        (Work.BUSINESS, 5, Lead.NONE, []),
        (Work.BUSINESS, 0, Lead.NONE, ["work_lost_business", "work_found_business"]),
        (Work.INFORMAL, 1, Lead.INFORMAL, ["work_lost_business", "work_found_informal"]),
    ],
    ids=["goes on", "closes and opens again", "closes, other work is found"],
)
def test_work_lost_and_found_within_a_month_is_both(work: Work, tenure: int, lead: Lead, keys: list[str]) -> None:
    before = SimpleNamespace(work=Work.BUSINESS, employer=-1, tenure_months=4, far=False, granted=False)
    now = SimpleNamespace(
        **{**vars(before), "work": work, "tenure_months": tenure, "lead": lead},
        refused=False,
        detected=False,
        revoked=False,
        sector=None,
    )
    assert [key for key, _ in _Watched(0)._work(before, now)] == keys


def test_a_story_that_is_over_is_over(told: dict[int, list[Event]]) -> None:
    ends = [[event.key == "followed_no_more" for event in events] for events in told.values()]
    assert any(end[-1] for end in ends)
    assert not any(any(end[:-1]) for end in ends)


def test_far_work_is_told_of_those_who_have_to_report(told: dict[int, list[Event]]) -> None:
    for events in told.values():
        for month in [event.month for event in events if event.key == "works_far"]:
            standing = at_the_end([event for event in events if event.month <= month], STATUS, None)
            assert standing in (Status.SUPERVISED, Status.OUT_OF_CONTACT)


def test_a_town_in_which_everything_is_told(told: dict[int, list[Event]]) -> None:
    """The tests here see nearly every kind of event, so they can fail."""
    seen = {event.key for events in told.values() for event in events}
    assert {key.partition(".")[2] for key in words("en").entries if key.startswith("event.")} - seen <= RARE


def test_every_month_is_told_as_it_was_seen(told: dict[int, list[Event]]) -> None:
    """Counted by somebody else who watches the months: referrals, services, work, missed reports, offences, custody."""
    model = town(0)
    seen: Counter[tuple[int, int, str]] = Counter()
    missed, gone = np.zeros(10_000, dtype=np.int32), np.zeros(10_000, dtype=np.bool_)
    at_start, referred = model.tables["clients"], gone.copy()
    referred[: len(at_start)] = at_start.referred
    missed[: len(at_start)], gone[: len(at_start)] = at_start.missed_reports, at_start.status == Status.GONE
    for month in range(1, MONTHS + 1):
        model.step()
        clients = model.tables["clients"]
        reports = clients.missed_reports
        again = (clients.release_month == month - 1) | (reports != missed[: len(reports)])
        seen.update((row, month, "missed") for row in np.flatnonzero((reports > 0) & again).tolist())
        missed[: len(reports)] = reports
        # who leaves the view in this month is seen for the last time
        here = (clients.status != Status.INSIDE) & ~gone[: len(reports)]
        gone[: len(reports)] = clients.status == Status.GONE
        fresh = clients.referred & (~referred[: len(reports)] | (clients.release_month == month - 1))
        seen.update((row, month, "referred") for row in np.flatnonzero(here & fresh).tolist())
        referred[: len(reports)] = clients.referred
        begun = here & (clients.work != Work.NONE) & (clients.tenure_months == 0)
        seen.update((row, month, "begun") for row in np.flatnonzero(begun).tolist())
        for flag in ("served", "refused", "offended", "detected", "revoked", "heard_of"):
            seen.update((row, month, flag) for row in np.flatnonzero(here & getattr(clients, flag)).tolist())
    names = {
        "referred": ["referred"],
        "first_service": ["served"],
        "attended": ["served"],
        "refused": ["refused"],
        "offence_unknown": ["offended"],
        "offence_detected": ["offended", "detected"],
        "revoked": ["revoked"],
        "news": ["heard_of"],
        "missed_report": ["missed"],
        "missed_again": ["missed"],
        **{f"work_found_{work.name.lower()}": ["begun"] for work in Work},
    }
    found = Counter(
        (row, event.month, flag)
        for row, events in told.items()
        for event in events
        for flag in names.get(event.key, [])
    )
    assert found == seen
    assert {flag for _, _, flag in seen} == {flag for flags in names.values() for flag in flags}


def test_activities_are_those_attended(model: ReintegrationModel, told: dict[int, list[Event]]) -> None:
    last = {
        row: event.values["activities"]
        for row, events in told.items()
        for event in events
        if event.month == MONTHS and event.key in ("first_service", "attended")
    }
    clients = model.tables["clients"]
    attended = {row: clients.attended[row] for row in np.flatnonzero(clients.served).tolist()}
    assert last == {row: tuple(Activity(n) for n in np.flatnonzero(flags)) for row, flags in attended.items()}


def test_the_first_service_comes_once_and_when_the_table_says(
    model: ReintegrationModel, told: dict[int, list[Event]]
) -> None:
    first = model.tables["clients"].first_service_month
    for row, events in told.items():
        months = [event.month for event in events if event.key == "first_service"]
        assert months == ([first[row] + 1] if first[row] >= 0 else [])


def test_a_family_crosses_one_line_back_and_forth(model: ReintegrationModel, told: dict[int, list[Event]]) -> None:
    accepting = {
        "family_accepts": True,
        "family_reconciled": True,
        "family_hesitates": False,
        "family_turned_away": False,
    }
    for row, events in told.items():
        steps = [accepting[event.key] for event in events if event.key in accepting]
        assert all(one != other for one, other in pairwise(steps))
        client = model.face("clients", row)
        if client.family is None:
            assert steps == []
        elif client.status not in (Status.GONE, Status.INSIDE):
            assert steps[-1] == (client.family.acceptance >= ACCEPTS)


def test_stigma_is_told_when_it_has_moved_far_enough(told: dict[int, list[Event]]) -> None:
    model = town(0)
    felt = [model.tables["clients"].perceived_stigma.copy()]
    for _ in range(MONTHS):
        model.step()
        felt.append(model.tables["clients"].perceived_stigma.copy())
    for row, events in told.items():
        level = felt[events[0].month][row]
        for event in events:
            if event.key in ("stigma_rises", "stigma_falls"):
                change = felt[event.month][row] - level
                assert abs(change) >= NOTICEABLE
                assert (change > 0) == (event.key == "stigma_rises")
                level = felt[event.month][row]


def test_months_are_counted_from_one_and_never_go_back(told: dict[int, list[Event]]) -> None:
    standing = town(0).tables["clients"].status
    there_from_the_start = set(np.flatnonzero(standing != Status.INSIDE).tolist())
    for row, events in told.items():
        months = [event.month for event in events]
        assert months == sorted(months)
        assert 0 <= months[0] <= months[-1] <= MONTHS
        first = events[0]
        assert (first.month == 0) == (row in there_from_the_start) == (first.key in AT_THE_START)


def test_the_term_told_at_release_is_served(told: dict[int, list[Event]]) -> None:
    """Whoever completes supervision without custody does so in the last month of the term told."""
    checked = 0
    for events in told.values():
        keys = [event.key for event in events]
        if "completed" in keys and "returned" not in keys:
            begun, done = events[0], events[keys.index("completed")]
            assert done.month == begun.month + begun.values["n"] - (begun.key == "released")
            checked += 1
    assert checked > 20


def test_custody_lasts_as_long_as_told(told: dict[int, list[Event]]) -> None:
    for events in told.values():
        taken = 0
        for event in events:
            if event.key == "returned":
                assert event.values["n"] >= max(event.month - taken, 1)
                assert event.values["n"] == event.month - taken or events[0].key == "taken_before"
            taken = event.month if event.key in ("offence_detected", "revoked") else taken


def test_reactions_come_after_their_cause(told: dict[int, list[Event]]) -> None:
    for events in told.values():
        for month in {event.month for event in events if event.key == "news"}:
            keys = [event.key for event in events if event.month == month]
            if "family_turned_away" in keys:
                assert keys.index("offence_detected") < keys.index("news") < keys.index("family_turned_away")
            if "work_stopped" in keys:
                assert keys.index("offence_detected") < keys.index("work_stopped")


# known, and true


def test_what_nobody_knows_is_told_only_when_asked_for(model: ReintegrationModel, told: dict[int, list[Event]]) -> None:
    rows = [row for row, events in told.items() if any(event.key in UNKNOWN for event in events)]
    assert rows
    known = stories(model, rows)
    for row in rows:
        assert known[row] == [event for event in told[row] if event.key != "offence_unknown"]
    row = rows[0]
    undetected = words("en").entries["event.offence_unknown"]
    client = model.face("clients", row)
    assert undetected not in " ".join(client.story("en"))
    assert undetected in " ".join(client.story("en", known_only=False))


# living it again


def test_a_story_leaves_the_model_as_it_is() -> None:
    model, twin = (lived(small(), 4) for _ in range(2))
    model.face("clients", 3).story()
    assert model.month == 4
    model.step()
    twin.step()
    assert differences(whole(model), whole(twin)) == []


def test_the_story_goes_on_with_the_model() -> None:
    model = lived(always("wonosari", BUSY), 6)
    clients = model.tables["clients"]
    row = int(np.argmax(np.where(clients.release_month >= 0, clients.term_months, 0) * (clients.release_month < 6)))
    first = model.story(row, known_only=False)
    for _ in range(6):
        model.step()
    longer = model.story(row, known_only=False)
    assert [event for event in longer if event.month <= 6] == first
    assert len(longer) > len(first)


@pytest.mark.parametrize(
    "options",
    [
        {"driver": "agents"},
        {"replicates": (3, 1), "assumptions": "drawn"},
        {"seed": 12, "without": ["clients.lose_work"]},
    ],
    ids=["by agents", "drawn worlds side by side", "a rule left out"],
)
def test_any_model_is_lived_again(options: dict) -> None:
    """The last client of several offices, whatever the model was built with."""
    model = lived([small({"setting.clients": 5}), always("wonosari", BUSY)], 5, **options)
    rows = np.flatnonzero(model.network.present("clients"))
    for events in stories(model, rows[[0, -1]].tolist()).values():
        assert events


def test_a_model_changed_by_hand_is_not_told_wrongly() -> None:
    model = lived(small(), 3)
    client = model.face("clients", 4)
    client.confidence = 1.0 - client.confidence
    with pytest.raises(ValueError, match=r"^clients: the story of row 4 cannot be told, its confidence is not"):
        client.story()
    assert model.story(5)


def test_another_person_in_the_row_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    model, other = lived(small(), 2), lived(small(), 0, seed=2)
    monkeypatch.setattr(model, "again", lambda: other)
    with pytest.raises(ValueError, match=r"the story of row 0 cannot be told, its key is not what the months lead to"):
        model.story(0)


@pytest.mark.parametrize("row", [-1, 100_000])
def test_nobody_is_one_clear_line(row: int, model: ReintegrationModel) -> None:
    for ask in (model.story, lambda row: model.face("clients", row).story()):
        with pytest.raises(ValueError, match=rf"^clients: no row {row}; rows are 0 to \d+$"):
            ask(row)


def test_who_is_not_released_yet_has_no_story_yet() -> None:
    model = lived(small(), 1)
    row = int(np.flatnonzero(model.tables["clients"].status == Status.INSIDE)[0])
    assert model.story(row) == [Event(1, "inside")]
    assert model.face("clients", row).story("en")[1] == "Month 1: Not released yet."


def test_before_the_first_month_there_is_only_the_start() -> None:
    model = ReintegrationModel(small())
    assert {event.month for event in model.story(0)} == {0}


# in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_is_a_heading_and_a_line_a_month(language: str, told: dict[int, list[Event]]) -> None:
    for row, events in told.items():
        lines = telling.lines(row, events, language)
        assert f" {row}," in lines[0]
        assert len(lines) == 1 + len({event.month for event in events})
        assert all(line.endswith(".") and "{" not in line and ".." not in line for line in lines[1:])


def test_what_a_story_reads_like() -> None:
    events = [
        Event(5, "released", {"release": Release.PB, "n": 14}),
        Event(5, "family_hesitates"),
        Event(7, "first_service", {"activities": (Activity.VOCATIONAL, Activity.LEGAL, Activity.COMMUNITY)}),
        Event(8, "work_found_formal", {"sector": Sector.WORKSHOP}),
        Event(9, "missed_again", {"n": 2}),
        Event(11, "returned", {"n": 1}),
    ]
    assert telling.lines(17, events, "id") == [
        "Klien 17, tokoh rekaan dalam simulasi",
        "Bulan 5: Keluar dari lapas dengan pembebasan bersyarat; masa bimbingannya 14 bulan. "
        "Keluarganya belum siap menerimanya kembali.",
        "Bulan 7: Untuk pertama kali ikut kegiatan Pokmas: pelatihan keterampilan, penyuluhan hukum, "
        "dan gotong royong bersama warga.",
        "Bulan 8: Mendapat pekerjaan formal di bengkel.",
        "Bulan 9: Tidak datang wajib lapor, 2 bulan berturut-turut.",
        "Bulan 11: Bebas lagi setelah 1 bulan ditahan dan kembali menjalani masa bimbingan.",
    ]
    assert telling.lines(17, events, "en") == [
        "Client 17, a made-up person in the simulation",
        "Month 5: Leaves prison on conditional release and begins 14 months of supervision. "
        "The family is not ready yet to take the client back.",
        "Month 7: Takes part in Pokmas activities for the first time: vocational training, legal information sessions, "
        "and community work with neighbours.",
        "Month 8: Finds a formal job in a workshop.",
        "Month 9: Misses the monthly report, 2 months in a row.",
        "Month 11: Free again after 1 month in custody, and back under supervision.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_a_text_and_every_text_an_event(language: str) -> None:
    texts = {key.partition(".")[2] for key in words(language).entries if key.startswith("event.")}
    of_kinds = {f"{verb}_{work.name.lower()}" for verb in ("works", "work_found", "work_lost") for work in Work if work}
    assert texts == of_kinds | {"inside"} | set(_yielded(tree(ROOT / "model" / "story.py")))


def _yielded(module: ast.Module) -> Iterator[str]:
    """Every key written out in a ``yield key, values``."""
    for node in ast.walk(module):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            key = node.value.elts[0]
            chosen = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
            yield from (each.value for each in chosen if isinstance(each, ast.Constant))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("names", [Activity, Sector, Release])
def test_every_code_that_is_told_has_a_name(language: str, names: type) -> None:
    group = names.__name__.lower()
    assert [each for each in names if f"{group}.{each.name.lower()}" not in words(language).entries] == []


def test_statuses_are_all_told() -> None:
    """A standing that is added wants its event here and in the story."""
    assert set(STATUS.values()) == set(who.Status)


@pytest.mark.parametrize("language", ["", "de", "ID"])
def test_an_unknown_language_is_one_clear_line(language: str) -> None:
    with pytest.raises(ValueError, match=rf"^language = '{language}': allowed are id, en$"):
        telling.lines(0, [], language)
