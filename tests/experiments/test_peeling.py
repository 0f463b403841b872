"""A box that is there is found and holds on futures that were held back; where there is none, none is claimed."""

import numpy as np
import pytest

from experiments.peeling import CHANCE, MOST_FACES, Face, Fit, Rule, between, enough, search
from tests.experiments.made_up import cloud

COLUMNS = 40


def looked_for(fails, inputs: np.ndarray, seed: int = 1) -> Rule:
    held_back = np.arange(len(inputs)) % 3 == 2
    return search(inputs, fails(inputs), held_back, seed)


def test_a_known_box_is_found_and_holds() -> None:
    rule = looked_for(lambda x: (x[:, 7] > 0.6) & (x[:, 20] < 0.5), cloud(300, COLUMNS))
    assert {(face.column, face.above) for face in rule.faces} == {(7, True), (20, False)}
    cuts = {face.column: face.cut for face in rule.faces}
    assert cuts == {7: pytest.approx(0.6, abs=0.03), 20: pytest.approx(0.5, abs=0.03)}
    assert rule.found_on.density == rule.found_on.coverage == 1
    assert rule.held_back.density > 0.85
    assert rule.held_back.coverage > 0.85
    assert rule.holds


def test_a_box_with_two_faces_on_one_input_and_one_on_another() -> None:
    rule = looked_for(lambda x: (x[:, 3] > 0.3) & (x[:, 3] < 0.7) & (x[:, 5] > 0.4), cloud(600, 10))
    assert {(face.column, face.above) for face in rule.faces} == {(3, True), (3, False), (5, True)}
    assert rule.holds


def test_a_box_in_noise_keeps_its_conditions_and_says_how_dense_it_is() -> None:
    luck = cloud(600, 1, "luck")[:, 0]
    rule = looked_for(lambda x: luck < np.where(x[:, 7] > 0.7, 0.8, 0.2), cloud(600, COLUMNS))
    assert (rule.faces[0].column, rule.faces[0].above) == (7, True)
    assert rule.faces[0].cut == pytest.approx(0.7, abs=0.05)
    assert rule.holds
    assert 0.6 < rule.held_back.density < 0.95


def test_noise_has_no_rule_that_holds() -> None:
    held = [
        looked_for(lambda _, turn=turn: cloud(150, 1, f"noise {turn}")[:, 0] < 0.3, cloud(150, COLUMNS), turn).holds
        for turn in range(20)
    ]
    assert sum(held) == 0


def test_what_is_true_only_where_it_was_looked_for_does_not_hold() -> None:
    inputs, held_back = cloud(300, 5), np.arange(300) % 3 == 2
    fails = np.where(held_back, inputs[:, 1] < 0.4, inputs[:, 1] > 0.6)
    rule = search(inputs, fails, held_back, 1)
    assert rule.faces
    assert rule.found_on.density == 1
    assert not rule.holds


def test_no_more_than_three_conditions() -> None:
    rule = looked_for(lambda x: (x[:, :5] > 0.25).all(axis=1), cloud(900, 8))
    assert len(rule.faces) == MOST_FACES
    assert rule.holds


def test_inputs_that_do_not_vary_make_no_condition() -> None:
    rule = looked_for(lambda x: np.arange(len(x)) % 2 == 0, np.ones((90, 3)))
    assert rule.faces == ()
    assert not rule.holds


def test_the_seed_decides() -> None:
    inputs = cloud(200, COLUMNS)
    one, other = (looked_for(lambda x: x[:, 2] > 0.7, inputs) for _ in range(2))
    assert one == other


def test_a_fit_counts() -> None:
    fit = Fit(futures=20, fails=5, inside=4, caught=4)
    assert (fit.coverage, fit.density) == (0.8, 1.0)
    assert fit.by_chance == pytest.approx(5 / 4845), "C(5, 4) of C(20, 4) ways to lay the box"
    assert fit.by_chance < CHANCE
    assert np.isnan(Fit(20, 0, 0, 0).coverage)
    assert np.isnan(Fit(20, 0, 0, 0).density)


def test_faces_and_their_cuts() -> None:
    inputs = np.array([[0.2], [0.8]])
    assert Face(0, True, 0.5).holds(inputs).tolist() == [False, True]
    assert Face(0, False, 0.5).holds(inputs).tolist() == [True, False]
    assert between(0.61234, 0.6311) == 0.62
    assert 1.0 < between(1.0, np.nextafter(1.0, 2.0) + 1e-15) < 1.0 + 2e-15


def test_a_rule_needs_futures_of_both_kinds() -> None:
    assert enough(np.arange(20) < 5)
    assert not enough(np.arange(20) < 4)
    assert not enough(np.arange(20) < 16)
