"""The factors of one client are the rule's own, and they are told in words that weigh nobody's chance."""

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clients import Status
from agents.explaining import LEVEL, Explanation
from agents.offending import face_hazard, hazard_factors
from agents.words import LANGUAGES, words
from model import ReintegrationModel
from tests.model.worlds import BUSY, always, differences, lived, whole

NUMBER_OF_A_CHANCE = ("%", "peluang", "probability", "chance", "prediksi", "prediction", "risk", "risiko")


@pytest.fixture(scope="module")
def model() -> ReintegrationModel:
    """A busy little town in five worlds, some of whose clients are in custody."""
    town = always("wonosari", BUSY | {"setting.clients": 12})
    return lived(town, 14, replicates=range(5), assumptions="drawn")


def at_liberty(model: ReintegrationModel) -> list[int]:
    model.read_afresh()
    c = model.active_rows("clients")
    return c.rows[face_hazard.who(c)].tolist()


def test_factors_multiply_to_the_hazard_bit_for_bit(model: ReintegrationModel) -> None:
    for row in at_liberty(model):
        told = model.face("clients", row).explain()
        hazard = 1.0
        for factor in told.factors.values():
            hazard = hazard * factor
        assert hazard == told.hazard > 0.0


def test_one_client_is_explained_as_the_rule_sees_everybody(model: ReintegrationModel) -> None:
    model.read_afresh()
    everyone = model.active_rows("clients")
    p = model.beliefs.at(everyone)
    hazards, factors = face_hazard(everyone, p)["hazard"], hazard_factors(everyone, p)
    free = set(at_liberty(model))
    assert len(free) > 20
    for place, row in enumerate(everyone.rows.tolist()):
        if row in free:
            told = model.face("clients", row).explain()
            assert told.hazard == hazards[place]
            assert list(told.factors.items()) == [(name, values[place]) for name, values in factors.items()]


def test_the_month_to_come_is_lived_with_the_hazard_explained() -> None:
    """The model faces people with it at the start of the month; only a tie that ends can come between."""
    model = lived(always("wonosari", BUSY), 14, replicates=range(5))
    told = {row: model.face("clients", row).explain() for row in at_liberty(model)}
    without_offending_friends = {row: each.hazard for row, each in told.items() if each.factors["peers"] == 1.0}
    model.step()
    hazard = model.tables["clients"].hazard
    assert len(without_offending_friends) > 20
    assert {row: hazard[row] for row in without_offending_friends} == without_offending_friends


def test_both_drivers_explain_alike() -> None:
    spec = always("wonosari", BUSY)
    one, other = (lived(spec, 6, driver=driver) for driver in ("columns", "agents"))
    assert at_liberty(one) == at_liberty(other)
    for row in at_liberty(one):
        assert one.face("clients", row).explain() == other.face("clients", row).explain()


def test_what_changes_for_one_client_shows_at_once() -> None:
    """The row counts as it stands, also that of a friend, whatever the last step has read."""
    model = lived(always("wonosari", BUSY | {"setting.clients": 25}), 5)
    row = next(row for row in at_liberty(model) if model.network.to_networkx(["peers"]).degree(f"clients:{row}"))
    client = model.face("clients", row)
    before = client.explain()
    friend = int(next(iter(model.network.to_networkx(["peers"])[f"clients:{row}"])).partition(":")[2])
    model.face("clients", friend).active_offender = not model.face("clients", friend).active_offender
    client.commitment = 1.0 if client.commitment < 1.0 else 0.0
    after = client.explain()
    assert {name for name in after.factors if after.factors[name] != before.factors[name]} == {"peers", "commitment"}


def test_explaining_changes_nothing() -> None:
    model = lived(always("wonosari", BUSY), 5)
    twin = lived(always("wonosari", BUSY), 5)
    for row in range(len(model.tables["clients"])):
        str(model.face("clients", row).explain())
    model.step()
    twin.step()
    assert differences(whole(model), whole(twin)) == []


def test_nothing_is_weighed_for_who_is_not_at_liberty(model: ReintegrationModel) -> None:
    status = model.tables["clients"].status
    away = [
        int(np.flatnonzero(status == each)[0]) for each in (Status.CUSTODY, Status.INSIDE) if (status == each).any()
    ]
    assert len(away) == 2
    for row in away:
        told = model.face("clients", row).explain()
        assert told == Explanation(0.0, {})
        assert [len(told.lines(language)) for language in LANGUAGES] == [1, 1]


@pytest.mark.parametrize("row", [-1, 100_000])
def test_nobody_is_one_clear_line(row: int, model: ReintegrationModel) -> None:
    with pytest.raises(ValueError, match=rf"^clients: no row {row}; rows are 0 to \d+$"):
        model.face("clients", row).explain()


def test_an_explanation_is_frozen(model: ReintegrationModel) -> None:
    with pytest.raises(AttributeError):
        model.face("clients", at_liberty(model)[0]).explain().hazard = 0.0


# in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_factor_of_the_rule_has_a_name(language: str, model: ReintegrationModel) -> None:
    factors = model.face("clients", at_liberty(model)[0]).explain().factors
    assert LEVEL in factors
    assert [name for name in factors if name != LEVEL and f"factor.{name}" not in words(language).entries] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_factor_nobody_has_named_is_told_by_its_key(language: str) -> None:
    told = Explanation(2.0, {LEVEL: 1.0, "street_light": 2.0}).lines(language)
    assert told[1].startswith("Street light: ")


def test_words_say_what_pushes_up_and_what_holds_back() -> None:
    told = Explanation(0.0126, {LEVEL: 0.02, "work": 0.7, "age": 1.0004, "peers": 1.25, "priors": 0.72})
    assert told.lines("id")[1:] == [
        "Teman yang masih melanggar hukum: mendorong, 1,25 kali klien acuan",
        "Usia: sama dengan klien acuan",
        "Pidana sebelumnya: menahan, 0,72 kali klien acuan",
        "Pekerjaan: menahan, 0,70 kali klien acuan",
    ]
    assert told.lines("en")[1:] == [
        "Friends who still offend: pushes up, 1.25 times the reference client",
        "Age: like the reference client",
        "Earlier convictions: holds back, 0.72 times the reference client",
        "Work: holds back, 0.70 times the reference client",
    ]
    assert str(told) == "\n".join(told.lines("id"))


@given(
    st.floats(1e-4, 0.05),
    st.dictionaries(st.sampled_from(["age", "work", "peers", "priors", "offence"]), st.floats(0.05, 20.0), min_size=1),
    st.sampled_from(LANGUAGES),
)
def test_no_chance_is_ever_told(level: float, ratios: dict[str, float], language: str) -> None:
    """The lines depend on the factors alone: neither the level nor the hazard, nor a word for a chance, is in them."""
    told = Explanation(level, {LEVEL: level, **ratios}).lines(language)
    assert told == Explanation(1.0, {LEVEL: 1.0, **ratios}).lines(language)
    assert [word for word in NUMBER_OF_A_CHANCE if word in " ".join(told).lower()] == []


def test_every_factor_has_one_line(model: ReintegrationModel) -> None:
    for row in at_liberty(model)[:10]:
        told = model.face("clients", row).explain()
        for language in LANGUAGES:
            assert len(told.lines(language)) == len(told.factors)  # a heading for the level


def test_an_unknown_language_is_one_clear_line(model: ReintegrationModel) -> None:
    with pytest.raises(ValueError, match=r"^language = 'jv': allowed are id, en$"):
        model.face("clients", at_liberty(model)[0]).explain().lines("jv")


def test_the_languages_have_the_same_words_with_the_same_blanks() -> None:
    def blanks(entry: str | dict[str, str]) -> set[str | None]:
        forms = [entry] if isinstance(entry, str) else entry.values()
        return {name for form in forms for _, name, _, _ in string.Formatter().parse(form)} - {None}

    first, other = ({key: blanks(entry) for key, entry in words(each).entries.items()} for each in LANGUAGES)
    assert first == other


@pytest.mark.parametrize(("language", "forms"), [("id", {"other"}), ("en", {"one", "other"})])
def test_plurals_are_those_of_the_language(language: str, forms: set[str]) -> None:
    plural = [entry for entry in words(language).entries.values() if isinstance(entry, dict)]
    assert plural
    assert all(set(entry) == forms for entry in plural)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_put_the_person_first(language: str) -> None:
    text = str(words(language).entries).lower()
    harsh = ("napi", "residivis", "penjahat", "kriminal", "criminal", "offender", "ex-con", "inmate", "felon")
    assert [word for word in harsh if word in text] == []
