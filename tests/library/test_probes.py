"""Probes on plain arrays give what they give on the activity that a user would have made by hand."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_activity

import rnncompare
from rnncompare import activity, plugins
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption

RNG = np.random.default_rng(0)
CHOICE = np.repeat(["left", "right"], 20)
STIMULUS = np.tile(["weak", "strong"], 20)
RATES = RNG.standard_normal((40, 6)) + (CHOICE == "right")[:, None] * np.array([2.0, 1, 0, 0, 0, 0])


def by_hand(rates, **per_trial):
    """One time a trial, at 0 s; 'stimulus' is the condition."""
    condition = per_trial.pop("condition", np.arange(len(rates)).astype(str))
    unit = [f"unit_{k}" for k in range(1, 1 + rates.shape[-1])]
    return activity.build(rates[:, None], time=[0.0], unit=unit, condition=condition, per_trial=per_trial)


def rows(name, data, *more, **options):
    bound = plugins.bind("probes", {"use": name, "seed": 0, "window": [-0.5, 0.5]} | options, name)
    return pd.DataFrame(bound(data, *more))


def test_choice_probability_holds_the_condition_where_there_is_one():
    options = {
        "variable": "choice", "leave_out": ["undecided"], "balance": [], "align": None, "windows": None,
        "min_trials": 3, "alpha": 0.05, "permutations": 50, "bootstrap": 0,
    }  # fmt: skip
    found = rnncompare.probes.choice_probability(RATES, CHOICE, condition=STIMULUS, permutations=50)
    data = by_hand(RATES, choice=CHOICE, condition=STIMULUS)
    pd.testing.assert_frame_equal(found.table, rows("choice_probability", data, fixed=["condition"], **options))
    free = rnncompare.probes.choice_probability(RATES, CHOICE, permutations=50)
    pd.testing.assert_frame_equal(free.table, rows("choice_probability", data, fixed=[], **options))
    auc = np.mean(RATES[20:, 0][:, None] > RATES[:20, 0])
    assert free.cp["unit_1"] == pytest.approx(auc) and float(free) == free.mean_cp


def test_decoding_decodes_the_labels():
    found = rnncompare.probes.decoding(RATES, CHOICE, permutations=3)
    options = {
        "variable": "label", "leave_out": [], "align": None, "windows": None, "classifier": "lda", "folds": 5,
        "train": None, "repeats": 1, "units": None, "permutations": 3,
    }  # fmt: skip
    pd.testing.assert_frame_equal(found.table, rows("decoding", by_hand(RATES, label=CHOICE), **options))
    assert 0.6 < float(found) == found.balanced_accuracy <= 1
    of_condition = rnncompare.probes.decoding(RATES, condition=CHOICE, permutations=3)
    assert float(of_condition) == float(found)


def test_the_default_window_is_all_times():
    data, choice = make_activity(1, conditions=4, times=40, units=10, trials=6), np.tile(["left", "right"], 12)
    options = {"permutations": 1, "fixed": []}
    whole = rnncompare.probes.choice_probability(data, choice, **options)
    assert whole.options["window"] == [-0.2, 0.19]
    same, early = (
        float(rnncompare.probes.choice_probability(data, choice, **options, window=(-0.2, end))) for end in (0.19, -0.1)
    )
    assert same == float(whole) != early


def test_behavior_beside_an_array_is_decoded_trial_by_trial():
    rates = make_activity(1, conditions=6, times=30, units=8).rate.values
    hand = np.stack([rates @ np.arange(8), rates[..., 0]], axis=-1)
    found = rnncompare.probes.kinematic_decoding(rates, hand)
    assert found.r2.index.tolist() == ["channel_1", "channel_2"] and (found.r2 > 0.9).all()
    other = rnncompare.probes.kinematic_decoding(
        activity.from_arrays(rates), activity.from_arrays(rates, behavior=hand, channel=["a", "b"]), channels=["b"]
    )
    assert float(other) == pytest.approx(found.r2["channel_2"])


def test_what_a_subject_did_is_a_table_without_rates():
    rng = np.random.default_rng(0)
    coherence = rng.choice([-0.8, -0.3, -0.1, 0.1, 0.3, 0.8], size=200)
    red = rng.random(200) < 0.5 + coherence / 2
    trials = pd.DataFrame(
        {"coherence": coherence, "context": "red_left", "choice": np.where(red, "left", "right"), "rt": rng.random(200)}
    )
    found = rnncompare.probes.psychometric(trials)
    for strength, share in found.p_red.items():
        assert share == pytest.approx(red[coherence == strength].mean())
    times = rnncompare.probes.chronometric(dict(trials))
    assert times.table.query("statistic == 'count'").value.sum() == 200
    trials["colour"] = "green"
    with pytest.raises(BadActivity, match="contradictory choice, colour and context"):
        rnncompare.probes.psychometric(trials)


def test_areas_beside_an_array_are_measured_apart():
    found = rnncompare.probes.participation_ratio(
        make_activity(1).rate.values, per_unit={"area": ["M1"] * 10 + ["PMd"] * 10}
    )
    alone = rnncompare.probes.participation_ratio(make_activity(1).rate.values[..., :10])
    assert found.participation_ratio["M1"] == pytest.approx(float(alone))


WRONG = [
    (("decoding", RATES, CHOICE[:9]), {}, BadActivity, r"decoding: labels: found shape \(9,\), wanted \(40,\)"),
    (("decoding", RATES[0]), {}, BadActivity, r"decoding: data: found rates of shape \(6,\)"),
    (("decoding", RATES, CHOICE), {"fold": 3}, BadOption, "decoding: found argument 'fold'.*Did you mean 'folds'"),
    (("decoding", RATES, CHOICE), {"folds": 1}, BadOption, "decoding.folds: found 1, wanted a number of groups"),
    (("decoding", by_hand(RATES)), {"time": 0.1}, BadOption, "decoding: found time beside an activity"),
    (("decoding", RATES, CHOICE), {"condition": [1]}, BadActivity, r"decoding: data: found condition of shape \(1,\)"),
    (("demixed_variance", RATES), {}, BadOption, "demixed_variance: found no parts, wanted a value of each"),
    (("kinematic_decoding", RATES), {}, BadActivity, "kinematic_decoding: found no target and no behavior"),
    (("kinematic_decoding", RATES, RATES), {}, BadActivity, r"target: found shape \(40, 6\), wanted \(40, 1, chan"),
    (("psychometric", {"choice": [1, 2], "coherence": [1]}), {}, BadActivity, "data: found columns of lengths"),
    (("psychometric", {"choice": ["left"]}), {"time": 1}, BadOption, "psychometric: found time beside a table"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "options", "kind", "message"), WRONG, ids=[str(k) for k in range(len(WRONG))])
def test_what_cannot_be_measured_is_refused_by_the_name_of_its_argument(given, options, kind, message):
    with pytest.raises(kind, match=message):
        getattr(rnncompare.probes, given[0])(*given[1:], **options)
