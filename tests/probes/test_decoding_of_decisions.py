"""Decoding of direction, colour and context: known signals, splits, windows, alignment and undecided trials."""

import numpy as np
import pytest
from probes.planted import COORDINATES, decisions
from scipy.stats import norm
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import train_test_split

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.decoding.splits import least_trials, plan, trained
from rnncompare.plugins import BadOption
from rnncompare.probes.decoding import decoding

OPTIONS = {
    "seed": 0,
    "variable": COORDINATES,
    "leave_out": ["undecided"],
    "align": None,
    "window": [0.0, 0.0],
    "windows": None,
    "classifier": "lda",
    "folds": None,
    "train": 0.25,
    "repeats": 4,
    "units": None,
    "permutations": 0,
}


def found(data, statistic="accuracy", **changes):
    rows = decoding(data, **(OPTIONS | changes))
    return {r["variable"]: r["value"] for r in rows if r["statistic"] == statistic and "time" not in r}


@pytest.mark.parametrize("classifier", ["lda", "logistic"])
def test_known_signals_are_decoded_optimally_and_others_at_chance(classifier):
    """Ten units with distance d' between directions, ten others between colours: accuracy Phi(sqrt(10) d' / 2)."""
    direction, colour = np.repeat([0.8, 0.0], 10), np.repeat([0.0, 0.4], 10)
    data = decisions(0, trials_a_condition=250, units=20, direction=direction, colour=colour)
    values = found(data, classifier=classifier)
    assert values["direction"] == pytest.approx(norm.cdf(np.sqrt(10) * 0.8 / 2), abs=0.02)
    assert values["colour"] == pytest.approx(norm.cdf(np.sqrt(10) * 0.4 / 2), abs=0.02)
    assert values["context"] == pytest.approx(0.5, abs=0.02)


def test_an_interaction_of_two_signals_is_decoded_only_by_the_network():
    """The rates represent direction and colour, and context is their interaction."""
    data = decisions(
        1, trials_a_condition=100, units=8, direction=np.repeat([2.0, 0], 4), colour=np.repeat([0, 2.0], 4)
    )
    assert found(data)["context"] < 0.56
    assert found(data, classifier="network", repeats=1)["context"] > 0.9


def test_training_on_a_quarter_agrees_with_a_loop_of_scikit_learn():
    data = decisions(2, trials_a_condition=60, units=30, direction=0.25)
    rate, right = data.rate.values[:, 0], data.choice.values == "right"
    theirs = []
    for k in range(8):
        a, b, u, v = train_test_split(rate, right, train_size=0.25, stratify=right, random_state=k)
        theirs.append(LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(a, u).score(b, v))
    assert found(data, repeats=8)["direction"] == pytest.approx(np.mean(theirs), abs=0.02)


def test_a_split_trains_on_the_given_share_of_every_class():
    labels = np.repeat([0, 1, 2], [8, 41, 100])
    (test,) = plan(labels, None, 0.25, np.random.default_rng(0), 5, 5).tests
    assert [(~test & (labels == k)).sum() for k in range(3)] == [2, 10, 25]
    other = plan(labels, None, 0.25, np.random.default_rng(1), 5, 5).tests[0]
    assert (test != other).any()


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.9, 0.99])
def test_the_smallest_number_of_trials_is_the_smallest_that_can_be_split(share):
    least = least_trials(None, share)
    assert trained(least, share) >= 2 and least > trained(least, share)
    assert trained(least - 1, share) < 2 or least - 1 == trained(least - 1, share)


def test_undecided_trials_are_excluded_for_choices_and_counted():
    data = decisions(3, units=6, direction=2.0, undecided=0.2)
    lost = int((data.choice.values == "undecided").sum())
    rows = {r["variable"]: r for r in decoding(data, **OPTIONS)}
    assert {v: r["left_out"] for v, r in rows.items()} == {"direction": lost, "colour": lost, "context": 0}
    assert {r["classes"] for r in rows.values()} == {2}
    decided = data.isel(trial=data.choice.values != "undecided")
    assert found(decided)["direction"] == found(data)["direction"]


def test_undecided_is_a_class_unless_it_is_excluded():
    data = decisions(3, units=6, undecided=0.2)
    assert {r["classes"] for r in decoding(data, **(OPTIONS | {"variable": "choice", "leave_out": []}))} == {3}


TIMES = np.arange(-30, 81) * 0.01


def late(seed, *, after=None, **more):
    """A direction signal from 0.2 s on, or from the decision of each trial on."""
    data = decisions(seed, units=10, time=TIMES, **more)
    start = data.rt.values if after == "rt" else np.full(data.sizes["trial"], 0.2)
    on = (TIMES[None] > np.nan_to_num(start, nan=9)[:, None] - 1e-9)[:, :, None]
    side = np.where(data.choice.values == "right", 0.5, -0.5)[:, None, None]
    return data.assign(rate=data.rate + 3 * on * side)


def test_a_signal_is_decoded_only_when_it_is_present():
    windows = {"width": 0.1, "step": 0.1}
    rows = decoding(late(0), **(OPTIONS | {"windows": windows, "variable": "choice", "permutations": 19}))
    course = {r["time"]: r for r in rows if r["statistic"] == "balanced_accuracy" and "time" in r}
    assert list(course) == pytest.approx(np.arange(-2, 8) / 10)
    for time, row in course.items():
        assert (row["value"] > 0.95) == (time >= 0.25) or time == 0.2
        assert row["p_corrected"] >= row["p"]
    assert course[0.5]["p_corrected"] == 1 / 20 and course[-0.1]["p_corrected"] > 1 / 20


def test_a_time_of_the_course_equals_the_same_single_window():
    options = OPTIONS | {"window": [0.15, 0.25], "permutations": 5, "variable": "choice"}
    rows = decoding(late(1), **(options | {"windows": {"width": 0.1, "step": 0.1}}))
    for statistic in ("balanced_accuracy", "accuracy"):
        main, *course = [r for r in rows if r["statistic"] == statistic]
        (same,) = [r for r in course if r["time"] == 0.2]
        assert {k: same[k] for k in main} == main


def test_a_signal_aligned_to_the_decision_is_decoded_in_aligned_trials():
    """A signal that begins at the decision of each trial is present in the 100 ms after it, but not in those before."""
    data = late(2, after="rt", undecided=0.1)
    options = {"align": "rt", "variable": "choice"}
    assert found(data, window=[-0.1, -0.01], **options)["choice"] < 0.6
    assert found(data, window=[0.0, 0.1], **options)["choice"] > 0.95
    row = decoding(data, **(OPTIONS | options | {"window": [-0.1, 0.1]}))[0]
    assert row["left_out"] == np.isnan(data.rt.values).sum()


def test_trials_without_all_aligned_times_are_excluded():
    data = late(3, after="rt")
    row = decoding(data, **(OPTIONS | {"align": "rt", "window": [-0.3, 0.4], "variable": "choice"}))[0]
    assert row["left_out"] == (data.rt.values > 0.4 + 1e-9).sum() > 0


def test_windows_over_aligned_trials_need_a_start_and_a_stop():
    data, windows = late(3, after="rt"), {"width": 0.1, "step": 0.05, "start": -0.2, "stop": 0.2}
    options = {"align": "rt", "window": [0.0, 0.1], "windows": windows, "variable": "choice"}
    times = [r["time"] for r in decoding(data, **(OPTIONS | options)) if "time" in r and r["statistic"] == "accuracy"]
    assert times == pytest.approx(np.arange(-3, 4) * 0.05)
    with pytest.raises(BadOption, match="on trials aligned to rt, wanted also a start and a stop"):
        decoding(data, **(OPTIONS | options | {"windows": {"width": 0.1, "step": 0.05}}))


def test_each_area_is_decoded_from_its_own_units():
    data = decisions(4, units=20, colour=np.repeat([1.0, 0.0], 10), trials_a_condition=100)
    data = data.assign_coords(area=("unit", np.repeat(["1", "2"], 10)))
    rows = decoding(data, **(OPTIONS | {"variable": "colour"}))
    by_area = {r["area"]: r["value"] for r in rows if r["statistic"] == "accuracy"}
    assert by_area["1"] > 0.9 and by_area["2"] < 0.6


def test_real_reach_targets_are_decoded_after_training_on_a_quarter_of_the_trials(real_recording):
    from scipy.io import loadmat

    spikes = loadmat(real_recording("datahigh_pmd") / "ex1_spikecounts.mat", simplify_cells=True)["D"]
    counts = np.stack([np.asarray(d["data"], dtype=float).sum(axis=1) for d in spikes])
    target = [str(d["condition"]) for d in spikes]
    data = activity.build(
        counts[:, None], time=[0.0], unit=[f"unit_{k}" for k in range(counts.shape[1])], condition=target, source="PMd"
    )
    assert found(data, variable="condition", repeats=5)["condition"] > 0.85
    assert found(data, variable="condition", folds=5, train=None)["condition"] > 0.93


@pytest.mark.parametrize(
    ("data", "changes", "message"),
    [
        (
            decisions(0).isel(trial=slice(0, 1)),
            {"variable": "colour"},
            "wanted at least two classes",
        ),
        (
            decisions(0, undecided=1.0),
            {},
            "found all 480 trials with a choice in ['undecided'], wanted some with",
        ),
        (
            decisions(0).isel(trial=[0, 1, 2, 3, 4, 5, 6, 210, 220, 230]),
            {"variable": "choice"},
            "wanted at least 6 for a share of 0.25 for training",
        ),
    ],
)
def test_data_that_cannot_be_split_are_refused(data, changes, message):
    with pytest.raises(BadActivity) as error:
        decoding(data, **(OPTIONS | changes))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"folds": 5}, "found folds 5 and train 0.25, wanted one of them, and null for the other"),
        ({"train": None}, "found folds None and train None, wanted one of them"),
        ({"train": 1.0}, "found train 1.0, wanted a share of the trials between 0 and 1"),
    ],
)
def test_invalid_splits_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        decoding(decisions(0), **(OPTIONS | changes))
    assert message in str(error.value)
