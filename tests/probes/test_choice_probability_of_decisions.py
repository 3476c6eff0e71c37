"""Choice probability of direction, colour and context at one strength: planted signals, balance, alignment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from probes.planted import TOLD, decisions
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from rnncompare.activity import BadActivity
from rnncompare.choice.held_stimulus import held
from rnncompare.probes.choice_probability import choice_probability

OPTIONS = {
    "seed": 0,
    "variable": TOLD,
    "leave_out": ["undecided"],
    "fixed": ["|coherence|"],
    "balance": ["choice", "context"],
    "align": None,
    "window": [0.0, 0.0],
    "windows": None,
    "min_trials": 5,
    "alpha": 0.05,
    "permutations": 20,
    "bootstrap": 0,
}
SIGNALS = {"direction": np.repeat([0.8, 0, 0, 0], 20), "colour": np.repeat([0, 0.5, 0, 0], 20)}
SIGNALS["context"] = np.repeat([0, 0, -1.0, 0], 20)
few = settings(deadline=None, max_examples=10, derandomize=True)


def cps(data, statistic="cp", **changes):
    """{variable: (unit,)}"""
    rows = choice_probability(data, **(OPTIONS | changes))
    names = dict.fromkeys(r["variable"] for r in rows)
    return {
        n: np.array([r["value"] for r in rows if r["variable"] == n and r["statistic"] == statistic]) for n in names
    }


def chosen(data, variable="choice", **changes):
    options = {"fixed": ["|coherence|"], "balance": ["choice", "context"], "min_trials": 5, "seed": 0, "where": "here"}
    return held(data, variable, **(options | changes))


@pytest.mark.parametrize("statistic", ["cp", "grand_cp"])
def test_units_that_carry_one_variable_have_its_planted_area_and_half_for_the_others(statistic):
    """Twenty units a variable, d' apart: Phi(d' / sqrt 2) for their own; the last twenty carry nothing."""
    found = cps(decisions(0, trials_a_condition=150, units=80, **SIGNALS), statistic)
    for name, values in found.items():
        planted = norm.cdf(SIGNALS[name] / np.sqrt(2)).reshape(4, 20)[:, 0]
        assert values.reshape(4, 20).mean(axis=1) == pytest.approx(planted, abs=0.015)


@pytest.mark.parametrize("variable", ["choice", "colour"])
def test_a_biased_subject_makes_context_look_like_the_choice_unless_they_are_balanced(variable):
    """In one layout half of the choices go left, which is red there, whatever is shown."""
    data = decisions(1, trials_a_condition=200, units=40, context=1.0, bias=0.5)
    leaks = cps(data, "mean_cp", variable=variable, balance=[])[variable][0]
    balanced = cps(data, "mean_cp", variable=variable)[variable][0]
    assert abs(leaks - 0.5) > 0.06 and balanced == pytest.approx(0.5, abs=0.02)


def test_holding_the_condition_keeps_what_both_layouts_share():
    """Within a condition left is one colour: colour cancels between layouts, and context cannot be told at all."""
    data = decisions(2, trials_a_condition=400, units=40, colour=0.8)
    found = cps(data, "mean_cp", variable={"direction": "choice", "colour": "colour"}, fixed=["condition"], balance=[])
    assert found["direction"][0] == pytest.approx(0.5, abs=0.02)
    assert found["colour"][0] == pytest.approx(norm.cdf(0.8 / np.sqrt(2)), abs=0.02)
    with pytest.raises(BadActivity, match="single trials of both contexts needed: the most even condition"):
        cps(data, variable="context", fixed=["condition"], balance=[])


def test_one_strength_is_the_area_of_scikit_learn():
    data = decisions(3, units=5, direction=0.5)
    weak = data.isel(trial=np.abs(data.coherence.values) == 0.04)
    for name, values in cps(weak, balance=[]).items():
        told = weak[TOLD[name]].values
        areas = [roc_auc_score(told == max(set(told)), weak.rate.values[:, 0, k]) for k in range(5)]
        np.testing.assert_allclose(values, areas, atol=1e-12)


def test_holding_nothing_is_the_area_over_all_trials():
    """As for targets that are instructed: selectivity."""
    data = decisions(3, units=5, colour=0.5)
    found = cps(data, variable="colour", fixed=[], balance=[])["colour"]
    areas = [roc_auc_score(data.colour.values == "red", data.rate.values[:, 0, k]) for k in range(5)]
    np.testing.assert_allclose(found, areas, atol=1e-12)


def test_signs_of_one_coherence_are_one_strength_and_strengths_are_kept_apart():
    data = decisions(4)
    kept = chosen(data, balance=[])
    assert sorted(set(kept.group)) == ["0.04", "0.2", "0.6"]
    assert {(g, round(abs(c), 2)) for g, c in zip(kept.group, kept.data.coherence.values, strict=True)} == {
        ("0.04", 0.04),
        ("0.2", 0.2),
        ("0.6", 0.6),
    }


@given(st.integers(0, 10**6), st.floats(0, 0.6))
@few
def test_balanced_trials_hold_every_combination_equally_often(seed, bias):
    data = decisions(seed, trials_a_condition=30, bias=bias)
    kept = chosen(data)
    for group in set(kept.group):
        here = kept.data.isel(trial=kept.group == group)
        pairs = np.unique(np.stack([here.choice.values, here.context.values]), axis=1, return_counts=True)
        before = data.isel(trial=np.isclose(np.abs(data.coherence), float(group)))
        rarest = min(np.unique(np.char.add(before.choice.values, before.context.values), return_counts=True)[1])
        assert pairs[0].shape[1] == 4 and set(pairs[1]) == {rarest}


def test_all_three_variables_keep_the_same_trials():
    data = decisions(5, bias=0.3)
    marked = data.assign_coords(number=("trial", np.arange(data.sizes["trial"])))
    kept = [set(chosen(marked, v).data.number.values.tolist()) for v in TOLD.values()]
    assert kept[0] == kept[1] == kept[2] and len(kept[0]) < data.sizes["trial"]


def test_strengths_without_enough_mistakes_are_left_out_where_the_context_is_held_too():
    data = decisions(6, trials_a_condition=200)
    kept = chosen(data, "choice", fixed=["condition"], balance=[])
    assert 0.6 not in np.abs(kept.data.coherence.values) and 0.04 in np.abs(kept.data.coherence.values)


def test_rows_name_variable_and_unit_and_count_what_was_left_out():
    data = decisions(7, undecided=0.1, units=3)
    rows = choice_probability(data, **(OPTIONS | {"balance": []}))
    assert {(r["variable"], r["unit"]) for r in rows if r["statistic"] == "cp"} == {
        (v, f"unit_{k}") for v in TOLD for k in range(3)
    }
    lost = int((data.choice.values == "undecided").sum())
    assert {r["variable"]: r["left_out"] for r in rows} == {"direction": lost, "colour": lost, "context": 0}


def test_a_signal_that_comes_with_the_decision_is_seen_in_aligned_trials():
    time = np.arange(-30, 81) * 0.01
    data = decisions(8, units=6, time=time)
    after = time[None] > data.rt.values[:, None] - 1e-9
    side = np.where(data.choice.values == "right", 0.5, -0.5)[:, None, None]
    data = data.assign(rate=data.rate + 2.0 * after[..., None] * side)
    options = {"align": "rt", "variable": "choice", "window": [0.0, 0.1], "bootstrap": 20}
    windows = {"width": 0.08, "step": 0.1, "start": -0.2, "stop": 0.2}
    rows = choice_probability(data, **(OPTIONS | options | {"windows": windows}))
    course = {r["time"]: r["value"] for r in rows if r["statistic"] == "mean_cp" and "time" in r}
    assert course[-0.1] == pytest.approx(0.5, abs=0.06) and course[0.1] > 0.9
    assert all(r["low"] <= r["value"] <= r["high"] for r in rows if r["statistic"] == "mean_cp")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fixed": ["strength"]}, "wanted 'strength'"),
        ({"fixed": ["|context|"]}, "found context of type <U10, wanted numbers to take the magnitude of"),
        ({"leave_out": []}, "found 3 choices, left, right, undecided, wanted two"),
        ({"min_trials": 10**4}, "single trials of both choices needed: the most even |coherence|, "),
    ],
)
def test_what_cannot_be_held_is_refused_in_words(changes, message):
    with pytest.raises(BadActivity) as error:
        cps(decisions(9, undecided=0.1), **changes)
    assert message in str(error.value)


def test_a_combination_that_is_too_rare_everywhere_is_refused_in_words():
    data = decisions(10)
    left = (data.choice.values == "left") & (data.context.values == "red_left")
    data = data.isel(trial=~left | (np.arange(len(left)) % 20 == 0))
    with pytest.raises(BadActivity, match="no group with 10 trials of every combination that is balanced"):
        cps(data, min_trials=10)
