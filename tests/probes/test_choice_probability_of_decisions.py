"""Choice probability of direction, colour and context at one strength: known signals, balance, alignment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from probes.planted import COORDINATES, decisions
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from rnncompare.activity import BadActivity
from rnncompare.choice.held_stimulus import held
from rnncompare.probes.choice_probability import choice_probability

OPTIONS = {
    "seed": 0,
    "variable": COORDINATES,
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
    """{variable: (unit,) values}"""
    rows = choice_probability(data, **(OPTIONS | changes))
    names = dict.fromkeys(r["variable"] for r in rows)
    return {
        n: np.array([r["value"] for r in rows if r["variable"] == n and r["statistic"] == statistic]) for n in names
    }


def chosen(data, variable="choice", **changes):
    options = {"fixed": ["|coherence|"], "balance": ["choice", "context"], "min_trials": 5, "seed": 0, "where": "here"}
    return held(data, variable, **(options | changes))


@pytest.mark.parametrize("statistic", ["cp", "grand_cp"])
def test_units_with_a_signal_of_one_variable_have_its_known_area_and_chance_for_the_others(statistic):
    """Twenty units for each variable with area Phi(d' / sqrt 2) for it; the last twenty units have no signal."""
    found = cps(decisions(0, trials_a_condition=150, units=80, **SIGNALS), statistic)
    for name, values in found.items():
        planted = norm.cdf(SIGNALS[name] / np.sqrt(2)).reshape(4, 20)[:, 0]
        assert values.reshape(4, 20).mean(axis=1) == pytest.approx(planted, abs=0.015)


@pytest.mark.parametrize("variable", ["choice", "colour"])
def test_a_biased_subject_confounds_context_with_choice_unless_they_are_balanced(variable):
    """In one layout, half of the choices are left, which is red there, whatever the stimulus."""
    data = decisions(1, trials_a_condition=200, units=40, context=1.0, bias=0.5)
    leaks = cps(data, "mean_cp", variable=variable, balance=[])[variable][0]
    balanced = cps(data, "mean_cp", variable=variable)[variable][0]
    assert abs(leaks - 0.5) > 0.06 and balanced == pytest.approx(0.5, abs=0.02)


def test_fixing_the_condition_keeps_the_part_that_both_layouts_share():
    """Within a condition, left is one colour: colour cancels between layouts, and context does not vary."""
    data = decisions(2, trials_a_condition=400, units=40, colour=0.8)
    found = cps(data, "mean_cp", variable={"direction": "choice", "colour": "colour"}, fixed=["condition"], balance=[])
    assert found["direction"][0] == pytest.approx(0.5, abs=0.02)
    assert found["colour"][0] == pytest.approx(norm.cdf(0.8 / np.sqrt(2)), abs=0.02)
    with pytest.raises(BadActivity, match="found too few trials of both contexts: the most balanced condition"):
        cps(data, variable="context", fixed=["condition"], balance=[])


def test_one_strength_agrees_with_scikit_learn():
    data = decisions(3, units=5, direction=0.5)
    weak = data.isel(trial=np.abs(data.coherence.values) == 0.04)
    for name, found in cps(weak, balance=[]).items():
        values = weak[COORDINATES[name]].values
        areas = [roc_auc_score(values == max(set(values)), weak.rate.values[:, 0, k]) for k in range(5)]
        np.testing.assert_allclose(found, areas, atol=1e-12)


def test_with_nothing_fixed_the_area_is_over_all_trials():
    """As for instructed targets, where the area measures selectivity."""
    data = decisions(3, units=5, colour=0.5)
    found = cps(data, variable="colour", fixed=[], balance=[])["colour"]
    areas = [roc_auc_score(data.colour.values == "red", data.rate.values[:, 0, k]) for k in range(5)]
    np.testing.assert_allclose(found, areas, atol=1e-12)


def test_coherences_of_both_signs_are_one_strength_and_strengths_are_separate_groups():
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
def test_balanced_trials_have_equal_numbers_of_every_combination(seed, bias):
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
    kept = [set(chosen(marked, v).data.number.values.tolist()) for v in COORDINATES.values()]
    assert kept[0] == kept[1] == kept[2] and len(kept[0]) < data.sizes["trial"]


def test_strengths_with_too_few_errors_are_excluded_if_context_is_fixed_too():
    data = decisions(6, trials_a_condition=200)
    kept = chosen(data, "choice", fixed=["condition"], balance=[])
    assert 0.6 not in np.abs(kept.data.coherence.values) and 0.04 in np.abs(kept.data.coherence.values)


def test_rows_have_variable_unit_and_number_of_excluded_trials():
    data = decisions(7, undecided=0.1, units=3)
    rows = choice_probability(data, **(OPTIONS | {"balance": []}))
    assert {(r["variable"], r["unit"]) for r in rows if r["statistic"] == "cp"} == {
        (v, f"unit_{k}") for v in COORDINATES for k in range(3)
    }
    lost = int((data.choice.values == "undecided").sum())
    assert {r["variable"]: r["left_out"] for r in rows} == {"direction": lost, "colour": lost, "context": 0}


def test_a_signal_aligned_to_the_decision_is_found_in_aligned_trials():
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
        ({"min_trials": 10**4}, "found too few trials of both choices: the most balanced |coherence|, "),
    ],
)
def test_options_that_exclude_all_trials_are_refused(changes, message):
    with pytest.raises(BadActivity) as error:
        cps(decisions(9, undecided=0.1), **changes)
    assert message in str(error.value)


def test_a_combination_that_is_too_rare_in_all_groups_is_refused():
    data = decisions(10)
    left = (data.choice.values == "left") & (data.context.values == "red_left")
    data = data.isel(trial=~left | (np.arange(len(left)) % 20 == 0))
    with pytest.raises(BadActivity, match="no group with 10 trials of every balanced combination"):
        cps(data, min_trials=10)
