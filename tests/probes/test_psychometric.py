"""Psychometric functions, compared with simulated subjects, other optimisers and exact intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from probes.subjects import LEVELS, planted, subject
from scipy.optimize import minimize
from scipy.stats import binom, binomtest

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.behaviour import weibull
from rnncompare.behaviour.decisions import judged
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.probes.psychometric import psychometric

BOUNDS = {"threshold": [0.001, 2.0], "slope": [0.1, 10.0], "lapse": [0.0, 0.2]}
INSIDE = np.array(list(BOUNDS.values()))
OPTIONS = {"seed": 0, "bounds": BOUNDS, "bootstrap": 0}
SUBJECT = {"threshold": 0.15, "slope": 1.3, "lapse": 0.03}
CURVE = weibull.accuracy(LEVELS, *SUBJECT.values())


def rows(data, statistic, **changes):
    return [r for r in psychometric(data, **(OPTIONS | changes)) if r["statistic"] == statistic]


def parameters(data, **changes):
    found = psychometric(data, **(OPTIONS | changes))
    return {r["statistic"]: r for r in found if r["statistic"] in SUBJECT}


def likelihood(parameters, correct, trials):
    """Log likelihood of one curve from the binomial distribution, without its constant."""
    threshold, slope, lapse = parameters
    chance = np.array([1 - lapse - (0.5 - lapse) * np.exp(-((c / threshold) ** slope)) for c in LEVELS])
    full = binom.logpmf(correct, trials, np.clip(chance, 0, 1 - 1e-15))
    return (full - binom.logpmf(correct, trials, 0.5) - trials * np.log(2)).sum()


def test_known_parameters_are_recovered():
    found = parameters(planted(0, CURVE, trials=10_000))
    assert found["threshold"]["value"] == pytest.approx(0.15, abs=0.003)
    assert found["slope"]["value"] == pytest.approx(1.3, abs=0.04)
    assert found["lapse"]["value"] == pytest.approx(0.03, abs=0.002)
    assert all(row["on_bound"] == 0 for row in found.values())


def test_at_the_threshold_accuracy_has_its_defined_value():
    for lapse in (0.0, 0.1):
        at = weibull.accuracy(0.15, 0.15, 1.3, lapse)
        assert at == pytest.approx(0.5 + (0.5 - lapse) * (1 - 1 / np.e))
    assert weibull.accuracy(0.15, 0.15, 1.3, 0.0) == pytest.approx(0.816, abs=5e-4)
    assert weibull.accuracy(0.0, 0.15, 1.3, 0.1) == 0.5


@pytest.mark.parametrize("trials", [20, 200, 5000])
def test_no_other_optimiser_finds_a_higher_likelihood(trials):
    """Nelder-Mead and L-BFGS-B from random starting points, for different subjects."""
    rng = np.random.default_rng(trials)
    inside = np.stack([np.log(INSIDE[0]), np.log(INSIDE[1]), INSIDE[2]])
    for _ in range(8):
        true = np.exp(rng.uniform(np.log([0.03, 0.5]), np.log([0.6, 4]))), rng.uniform(0, 0.1)
        correct = rng.binomial(trials, weibull.accuracy(LEVELS, *true[0], true[1]))[None]
        n = np.full((1, 7), trials)
        found, _, _ = weibull.fit(LEVELS, correct, n, INSIDE)

        def cost(at, k=correct[0]):
            return -likelihood([np.exp(at[0]), np.exp(at[1]), at[2]], k, trials)

        others = [
            minimize(cost, rng.uniform(*inside.T), bounds=inside, method=method).fun
            for method in ("Nelder-Mead", "L-BFGS-B", "Nelder-Mead")
        ]
        assert likelihood(found[0], correct[0], trials) >= -min(others) - 1e-5


@settings(deadline=None, max_examples=25, derandomize=True)
@given(seed=st.integers(0, 10**6), size=st.sampled_from([1, 5, 50, 3000]), levels=st.integers(3, 7))
def test_no_point_of_a_fine_grid_has_a_higher_likelihood(seed, size, levels):
    """For counts that follow no curve, levels without trials, and subjects below chance.

    Fits at the largest slope are excluded: for such counts, their threshold and lapse can be a local maximum (in 12 of
    3,000 random fits, by up to .9 in log likelihood).
    """
    rng = np.random.default_rng(seed)
    level = np.sort(rng.choice(LEVELS, levels, replace=False))
    trials = rng.integers(0, size + 1, (3, levels))
    correct = rng.binomial(trials, rng.uniform(0.2, 1, (3, levels)))
    found, _, deviance = weibull.fit(level, correct, trials, INSIDE)
    assert (found >= INSIDE[:, 0] - 1e-12).all() and (found <= INSIDE[:, 1] + 1e-12).all()
    assert (deviance >= 0).all()
    axes = np.geomspace(*INSIDE[0], 60), np.geomspace(*INSIDE[1], 40), np.linspace(*INSIDE[2], 21)
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    chance = np.clip(weibull.accuracy(level, *(grid[:, [k]] for k in range(3))), 1e-15, 1 - 1e-15)
    for k, n, best in zip(correct, trials, found, strict=True):
        if best[1] >= INSIDE[1, 1]:
            continue
        own = np.clip(weibull.accuracy(level, *best), 1e-15, 1 - 1e-15)
        highest = (np.log(chance) @ k + np.log1p(-chance) @ (n - k)).max()
        assert k @ np.log(own) + (n - k) @ np.log1p(-own) >= highest - 1e-5


def test_deviance_is_twice_the_log_likelihood_ratio_to_the_saturated_model():
    data = planted(1, CURVE, trials=50)
    found = {r["statistic"]: r["value"] for r in psychometric(data, **OPTIONS)}
    shares = rows(data, "accuracy")
    k, n = np.array([round(r["value"] * r["samples"]) for r in shares]), np.array([r["samples"] for r in shares])
    curve = likelihood([found[p] for p in SUBJECT], k, n)
    free = (binom.logpmf(k, n, k / n) - binom.logpmf(k, n, 0.5) - n * np.log(2)).sum()
    assert found["deviance"] == pytest.approx(2 * (free - curve), abs=1e-6)


def test_a_parameter_with_equal_bounds_is_fixed():
    found = parameters(planted(2, CURVE, trials=300), bounds=BOUNDS | {"lapse": [0.05, 0.05]}, bootstrap=20)
    assert found["lapse"]["value"] == found["lapse"]["low"] == 0.05 and found["lapse"]["on_bound"] == 1
    assert found["threshold"]["low"] < found["threshold"]["value"] < found["threshold"]["high"]


def test_the_fit_of_a_subject_without_errors_is_on_a_bound():
    found = parameters(planted(3, np.ones(7), trials=20))
    assert found["threshold"]["on_bound"] == 1 and found["lapse"]["value"] == 0


def test_proportions_of_red_right_and_correct_agree_with_the_trials():
    data = planted(4, CURVE, trials=30, undecided=0.2)
    chosen, coherence, context = (data[n].values for n in ("choice", "coherence", "context"))
    decided = chosen != "undecided"
    for row in rows(data, "p_red"):
        here = decided & (coherence == row["strength"])
        assert row["samples"] == here.sum()
        assert row["value"] == pytest.approx((data.colour.values[here] == "red").mean())
    assert [r["strength"] for r in rows(data, "p_red")] == sorted([*LEVELS, *-LEVELS])
    for row in rows(data, "p_right"):
        here = decided & (coherence == row["strength"]) & (context == row["variable"])
        assert row["value"] == pytest.approx((chosen[here] == "right").mean())
    for row in rows(data, "accuracy"):
        here = decided & (np.abs(coherence) == row["strength"])
        assert row["value"] == pytest.approx(data.correct.values[here].mean()) and row["samples"] == here.sum()


def test_proportions_have_exact_binomial_intervals():
    for row in rows(planted(5, CURVE, trials=12), "accuracy", bootstrap=30):
        exact = binomtest(round(row["value"] * row["samples"]), row["samples"]).proportion_ci(0.95, "exact")
        assert (row["low"], row["high"]) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_undecided_trials_are_counted():
    data = planted(6, CURVE, trials=40, undecided=0.3)
    undecided = data.choice.values == "undecided"
    *each, everything = rows(data, "fraction_undecided")
    assert "strength" not in everything and everything["samples"] == len(undecided)
    assert everything["value"] == pytest.approx(undecided.mean())
    assert sum(r["value"] * r["samples"] for r in each) == pytest.approx(undecided.sum())
    made = sum(r["samples"] for r in rows(data, "accuracy"))
    assert made + undecided.sum() == len(undecided)
    (share,) = rows(data, "fraction_correct")
    assert share["value"] == pytest.approx(data.correct.values.mean()) and share["samples"] == len(undecided)


def test_a_subject_that_never_decides_has_no_fit():
    found = psychometric(planted(7, CURVE, trials=5, undecided=1.1), **(OPTIONS | {"bootstrap": 20}))
    assert {r["statistic"] for r in found} == {"fraction_undecided", "fraction_correct", "weibull_fitted"}
    assert {r["value"] for r in found if r["statistic"] == "fraction_undecided"} == {1.0}
    assert [r["value"] for r in found if r["statistic"] == "weibull_fitted"] == [0]


def test_fewer_than_three_coherences_are_not_fitted():
    data = planted(8, CURVE, trials=10)
    data = data.isel(trial=np.isin(np.abs(data.coherence.values), LEVELS[:2]))
    assert rows(data, "weibull_fitted")[0]["value"] == 0 and not rows(data, "threshold")
    assert len(rows(data, "accuracy")) == 2


def test_coherence_zero_counts_for_colour_and_not_for_accuracy():
    data = planted(9, CURVE, trials=10)
    level, context, index = np.repeat(data.coherence.values, 2), np.repeat(data.context.values, 2), np.tile([0, 1], 280)
    level[::7] = 0
    data = subject(level, context, index, np.full(560, 0.3))
    assert len(rows(data, "p_red")) == 15 and 0.0 in [r["strength"] for r in rows(data, "p_red")]
    assert [r["strength"] for r in rows(data, "accuracy")] == LEVELS.tolist()
    alone = data.isel(trial=level != 0)
    assert parameters(data, bounds=BOUNDS) == parameters(alone)


def test_intervals_of_parameters_have_nominal_coverage():
    hits = np.zeros(3)
    for seed in range(40):
        found = parameters(planted(seed, CURVE, trials=60), seed=seed, bootstrap=100)
        hits += [found[p]["low"] <= SUBJECT[p] <= found[p]["high"] for p in SUBJECT]
    assert (hits >= 0.8 * 40).all()  # for a coverage of 95 %, fewer than 32 of 40 have a probability of 1/8000


def test_differences_between_sessions_widen_intervals():
    """The thresholds of 12 sessions vary, which resampling of trials would not include."""
    thresholds = 0.15 * np.exp(np.random.default_rng(0).normal(0, 0.5, 12))
    curves = np.stack([weibull.accuracy(LEVELS, t, 1.3, 0.03) for t in thresholds])
    data = planted(10, curves, trials=30, sessions=12)
    wide = parameters(data, bootstrap=300)["threshold"]
    narrow = parameters(data.drop_vars("session"), bootstrap=300)["threshold"]
    assert wide["value"] == narrow["value"]
    assert wide["high"] - wide["low"] > 2.5 * (narrow["high"] - narrow["low"])
    shares = [rows(d, "accuracy", bootstrap=300)[2] for d in (data, data.drop_vars("session"))]
    assert shares[0]["high"] - shares[0]["low"] > 2 * (shares[1]["high"] - shares[1]["low"])


def test_with_equal_sessions_intervals_are_not_narrower_than_those_of_trials():
    data = planted(11, CURVE, trials=20, sessions=20)
    with_sessions, without = (rows(d, "accuracy", bootstrap=200) for d in (data, data.drop_vars("session")))
    for one, other in zip(with_sessions, without, strict=True):
        assert one["low"] <= other["low"] and one["high"] >= other["high"]


def test_sessions_may_have_any_names_and_any_order():
    data = planted(12, CURVE, trials=5, sessions=4)
    named = data.assign_coords(session=("trial", np.array(list("dbca"))[data.session.values]))
    order = np.random.default_rng(0).permutation(data.sizes["trial"])
    ours, theirs = (psychometric(d, **OPTIONS) for d in (data, named.isel(trial=order)))
    assert ours == theirs


def test_green_and_red_are_treated_equally():
    """A subject and the same subject with exchanged colours."""
    data = planted(13, CURVE, trials=20, undecided=0.1)
    swap = {"red": "green", "green": "red", "undecided": "undecided"}
    colour = np.array([swap[c] for c in data.colour.values.tolist()])
    context = np.where(data.context.values == "red_left", "green_left", "red_left")
    mirrored = data.assign_coords(
        colour=("trial", colour), context=("trial", context), coherence=("trial", -data.coherence.values)
    )
    assert parameters(mirrored) == parameters(data) and rows(mirrored, "accuracy") == rows(data, "accuracy")
    for one, other in zip(rows(data, "p_red"), rows(mirrored, "p_red")[::-1], strict=True):
        assert one["value"] == pytest.approx(1 - other["value"])


def one_trial(**changes):
    data = subject([0.5, 0.5], ["red_left"] * 2, [0, -1], [0.3, np.nan])
    return data.assign_coords({n: ("trial", v) for n, v in changes.items()})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (one_trial().drop_vars(["colour", "correct"]), "wanted also correct, colour"),
        (one_trial(choice=["links", "undecided"]), "found choice links, wanted left, right, undecided"),
        (one_trial(context=["none", "red_left"]), "found context none, wanted red_left, green_left"),
        (one_trial(coherence=[0.5, 1.2]), "found coherence 1.2 in 1 trials, wanted -1 to 1"),
        (one_trial(coherence=[np.nan, 0.5]), "found coherence nan in 1 trials, wanted -1 to 1"),
        (one_trial(colour=["green", "undecided"]), "found 1 trials with contradictory choice, colour and context"),
        (one_trial(colour=["red", "red"]), "found 1 trials with contradictory choice, colour and context"),
        (one_trial(correct=[0, 0]), "found 1 trials with contradictory correct, colour and coherence"),
        (one_trial(correct=[1, 1]), "found 1 trials with contradictory correct, colour and coherence"),
    ],
)
def test_missing_or_contradictory_behaviour_is_refused(data, message):
    with pytest.raises(BadActivity) as error:
        psychometric(data, **OPTIONS)
    assert message in str(error.value) and str(error.value).startswith("psychometric of planted: found")


@pytest.mark.parametrize(
    "bounds",
    [
        {"threshold": [0.1, 1.0], "slope": [1.0, 2.0]},
        BOUNDS | {"threshold": [0.0, 1.0]},
        BOUNDS | {"slope": [3.0, 1.0]},
        BOUNDS | {"lapse": [-0.1, 0.1]},
        BOUNDS | {"lapse": [0.0, 0.5]},
        BOUNDS | {"threshold": [0.1, np.inf]},
        BOUNDS | {"guess": [0.5, 0.5]},
    ],
)
def test_invalid_bounds_are_refused(bounds):
    with pytest.raises(
        BadOption, match="wanted the lowest and highest value of threshold and slope, above 0, and of lapse"
    ):
        psychometric(one_trial(), **(OPTIONS | {"bounds": bounds}))


def test_options_as_written_in_a_config_fit_their_annotations():
    check_values(psychometric, {"bounds": BOUNDS, "bootstrap": 1000}, "probe")
    with pytest.raises(BadOption, match="Did you mean 'threshold'"):
        check_values(psychometric, {"bounds": {"treshold": [0.1, 1.0]}, "bootstrap": 1000}, "probe")


def test_a_negative_number_of_resamples_is_refused():
    with pytest.raises(BadOption, match="psychometric: found bootstrap -1, wanted at least 0"):
        psychometric(one_trial(), **(OPTIONS | {"bootstrap": -1}))


def without_colours(coherence, index, **per_trial):
    """A subject that chooses the side with the larger evidence, positive for left."""
    coherence = np.asarray(coherence, dtype=float)
    return activity.build(
        np.zeros((len(coherence), 1, 1)), time=[0.0], unit=["none"], condition=[f"{c:+.3f}" for c in coherence],
        per_trial={"coherence": coherence} | judged(index, coherence) | per_trial, source="planted",
    )  # fmt: skip


def test_without_colours_the_rows_are_those_of_a_subject_whose_red_target_is_always_left():
    """Left is then red: the same numbers, with p_left instead of p_red and without layouts."""
    rng = np.random.default_rng(0)
    coherence = rng.choice([-0.4, -0.1, 0.0, 0.1, 0.4], 500)
    index = np.where(rng.random(500) < 0.1, -1, (rng.random(500) > 0.5 + coherence).astype(int))
    plain = psychometric(without_colours(coherence, index), **OPTIONS)
    coloured = psychometric(subject(coherence, ["red_left"] * 500, index, np.full(500, 0.5)), **OPTIONS)
    assert {r["statistic"] for r in plain} & {"p_red", "p_right"} == set()
    named = [r | {"statistic": "p_left" if r["statistic"] == "p_red" else r["statistic"]} for r in coloured]
    assert plain == [r for r in named if r["statistic"] != "p_right"]
    shares = {r["strength"]: r["value"] for r in plain if r["statistic"] == "p_left"}
    own = (coherence == 0.4) & (index >= 0)
    assert shares[0.4] == pytest.approx((index[own] == 0).mean())


def test_the_accuracy_of_an_ideal_observer_is_beside_that_of_the_subject():
    coherence = np.array([-0.4, 0.4, 0.1, -0.1, 0.0])
    data = without_colours(coherence, [1, 0, 1, 1, 0], ideal=np.array([0.9, 0.9, 0.6, 0.6, 0.0]))
    values = {r.get("strength"): r["value"] for r in rows(data, "ideal_accuracy")}
    assert values == {0.1: pytest.approx(0.6), 0.4: pytest.approx(0.9)}
    assert rows(data, "ideal_fraction_correct")[0]["value"] == pytest.approx(3 / 5)
    assert rows(without_colours(coherence, [1, 0, 1, 1, 0]), "ideal_accuracy") == []


def test_a_choice_that_contradicts_its_correctness_is_refused_without_colours():
    data = without_colours([0.1, 0.1, -0.1], [0, 1, 1])
    with pytest.raises(BadActivity, match="found 1 trials with contradictory correct, choice and coherence"):
        psychometric(data.assign_coords(correct=("trial", [0, 0, 1])), **OPTIONS)
