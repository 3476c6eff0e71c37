import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from support.slow import folds, principal_axes, split_folds

from rnncompare.activity import BadActivity
from rnncompare.crossvalidation import projection, ridge_errors
from rnncompare.plugins import BadOption
from rnncompare.similarity.ridge import ridge

PENALTIES = [1e-3, 1e-1, 1.0, 10.0]


def fitted(x, y, penalty):
    """Ridge regression of scikit-learn without intercept, with a penalty relative to the mean eigenvalue of x'x."""
    return Ridge(alpha=penalty * np.trace(x.T @ x) / x.shape[1], fit_intercept=False, solver="svd").fit(x, y)


def best_penalty(x, y, signal, groups):
    """The penalty chosen by leaving out each group; x, y: (training condition, time, component)."""
    error = np.zeros(len(PENALTIES))
    for train_x, test_x, train_y, test_y in folds(x, y, range(len(x)), signal, groups):
        for k, penalty in enumerate(PENALTIES):
            error[k] += ((test_y - fitted(train_x, train_y, penalty).predict(test_x)) ** 2).sum()
    return PENALTIES[error.argmin()]


def fold_errors(found_folds, signal, components, times, inner):
    """Errors and sums of squares of units for each fold, by refitting on whole arrays; inner: groups of conditions."""
    for (train_x, test_x, train_y, test_y), groups in zip(found_folds, inner, strict=True):
        a, b = principal_axes(train_x, components[0]), principal_axes(train_y, components[1])
        sides = [(s @ v).reshape(-1, times, v.shape[1]) for s, v in ((train_x, a), (train_y, b))]
        model = fitted(train_x @ a, train_y, best_penalty(*sides, signal, groups))
        yield ((test_y - model.predict(test_x @ a).reshape(test_y.shape)) ** 2).sum(axis=0), (test_y**2).sum(axis=0)


def explained(found):
    error, power = (sum(part) for part in zip(*found, strict=True))
    return 1 - error.sum() / power.sum(), np.median(1 - error / power)


def plain_ridge(x, y, order, signal, components, groups=None):
    """R2 of all units together, and the median R2 over units."""
    groups = np.arange(len(x)) if groups is None else groups
    inner = [groups[groups != g] for g in np.unique(groups)]
    return explained(fold_errors(folds(x, y, order, signal, groups), signal, components, x.shape[1], inner))


def check_both_ways(p, found, signal, draw, components=None):
    kept = found["components_source"], found["components_recording"]
    r2, median = plain_ridge(p.x, p.y, p.orders[draw], signal, kept, p.groups)
    assert found["r2_source_to_recording"][draw] == pytest.approx(r2, abs=1e-8)
    assert found["unit_r2_median"][draw] == pytest.approx(median, abs=1e-8)
    # in the other direction, the recording's conditions in the order of the source have the groups of the source
    order = p.orders[draw]
    back = plain_ridge(p.y[order], p.x, np.arange(len(order)), signal, kept[::-1], p.groups)[0]
    assert found["r2_recording_to_source"][draw] == pytest.approx(back, abs=1e-8)


def test_all_pairings_at_once_agree_with_scikit_learn(hard, signal, pair):
    p = pair(*hard, signal, draws=2)
    found = ridge(p, components=4, penalties=PENALTIES).values
    for draw in range(len(p.orders)):
        check_both_ways(p, found, signal, draw)


def test_halves_of_a_real_population_agree_with_scikit_learn(real_halves, signal, pair):
    p = pair(*real_halves, signal, draws=1)
    check_both_ways(p, ridge(p, components=10, penalties=PENALTIES).values, signal, 1)


def test_groups_are_also_left_out_together_when_the_penalty_is_chosen(smooth, signal, grouped):
    p = grouped(smooth(1, conditions=9), smooth(1, conditions=9) + smooth(2, conditions=9), signal, draws=4)
    found = ridge(p, components=4, penalties=PENALTIES).values
    for draw in range(len(p.orders)):
        check_both_ways(p, found, signal, draw)


def test_left_out_trials_are_tested_on_averages_of_all_conditions(smooth, signal, pair, split):
    p = split(pair(smooth(1), smooth(1) + smooth(2), signal, draws=3))
    found = ridge(p, components=4, penalties=PENALTIES).values
    for draw, order in enumerate(p.orders):
        inner = [np.arange(6)] * 3
        r2, median = explained(fold_errors(split_folds(p.splits, order, signal), signal, (4, 4), 25, inner))
        assert found["r2_source_to_recording"][draw] == pytest.approx(r2, abs=1e-8)
        assert found["unit_r2_median"][draw] == pytest.approx(median, abs=1e-8)


@pytest.mark.parametrize("multiplied", [0, 12])
def test_the_algorithms_for_few_and_many_pairings_agree(multiplied, smooth, signal, pair, monkeypatch):
    """With products that are looked up or multiplied, and with sums for both directions together or separately."""
    monkeypatch.setattr(ridge_errors, "FEW", multiplied)
    for units in (8, 60):
        x = smooth(1, units=units)
        y = x + smooth(2, units=units)
        many, few = (ridge(pair(x, y, signal, draws=d), components=4, penalties=PENALTIES).values for d in (300, 3))
        for name in ("r2_source_to_recording", "r2_recording_to_source", "unit_r2_median"):
            assert few[name] == pytest.approx(many[name][:4], abs=1e-10)


@pytest.mark.parametrize("kept", [0, 2**21])
def test_cached_results_are_not_used_for_other_penalties(kept, smooth, signal, pair, monkeypatch):
    monkeypatch.setattr(projection, "KEPT", kept)
    p = pair(smooth(1), smooth(1) + smooth(2), signal, draws=2)
    for penalties in (PENALTIES, [10.0], PENALTIES):
        found = ridge(p, components=4, penalties=penalties).values
        anew = ridge(pair(p.x.copy(), p.y.copy(), signal, draws=2), components=4, penalties=penalties).values
        for name in ("r2_source_to_recording", "r2_recording_to_source"):
            assert (found[name] == anew[name]).all()


def test_the_score_is_precise_for_small_penalties_and_nearly_dependent_components(smooth, signal, pair):
    x = smooth(1) * np.logspace(0, -4, 8)
    y = smooth(1) @ np.random.default_rng(0).standard_normal((8, 5)) + 0.1 * smooth(2, units=5)
    for penalty in (1e-9, 1e-6):
        p = pair(x, y, signal, draws=2)
        found = ridge(p, components=8, penalties=[penalty]).values["r2_source_to_recording"]
        for draw, order in enumerate(p.orders):
            error = power = 0.0
            for train_x, test_x, train_y, test_y in folds(x, y, order, signal):
                error += ((test_y - fitted(train_x, train_y, penalty).predict(test_x)) ** 2).sum()
                power += (test_y**2).sum()
            assert found[draw] == pytest.approx(1 - error / power, abs=1e-7)


def test_statistics_without_each_fold_are_those_of_the_other_folds(smooth, signal, pair):
    x, y = smooth(1), smooth(1) + smooth(2)
    each = list(fold_errors(folds(x, y, range(6), signal), signal, (4, 4), 25, [np.arange(5)] * 6))
    rounds = np.array([explained(each[:k] + each[k + 1 :]) for k in range(6)])
    found = ridge(pair(x, y, signal, draws=2), components=4, penalties=PENALTIES).deleted
    assert found["r2_source_to_recording"] == pytest.approx(rounds[:, 0], abs=1e-8)
    assert found["unit_r2_median"] == pytest.approx(rounds[:, 1], abs=1e-8)


def value(pair, name="r2_source_to_recording", **options):
    return ridge(pair, **options).values[name]


def test_the_mean_over_all_conditions_would_leak_the_left_out_condition(smooth, pair):
    """Residuals about the mean of all conditions sum to zero, so that the training residuals determine the other."""
    x, y = smooth(1, conditions=5, times=6, units=60), smooth(2, conditions=5, times=6, units=60)
    error = power = 0.0
    leaky = [s - s.mean(axis=0) for s in (x, y)]
    for left_out in range(5):
        a, b = (np.delete(s, left_out, axis=0).reshape(-1, 60) for s in leaky)
        weights = np.linalg.pinv(a) @ b
        error += ((leaky[1][left_out] - leaky[0][left_out] @ weights) ** 2).sum()
        power += (leaky[1][left_out] ** 2).sum()
    assert 1 - error / power > 0.999
    ours = ridge(pair(x, y, "removed", draws=0), components=60, penalties=[1e-9]).values
    assert ours["r2_source_to_recording"][0] < 0.1
    assert ours["r2_recording_to_source"][0] < 0.1


def test_the_penalty_for_independent_activities_is_the_largest(smooth, pair):
    """For independent activities the largest penalty is best; with the leak, interpolation would appear perfect."""
    x, y = smooth(1, conditions=5, times=6, units=60), smooth(2, conditions=5, times=6, units=60)
    chosen, largest = (value(pair(x, y, draws=0), components=60, penalties=p) for p in ([1e-9, 1e9], [1e9]))
    assert chosen == pytest.approx(largest, abs=1e-12)


def test_a_side_with_fewer_dimensions_predicts_the_other_less_well(smooth, pair):
    x = smooth(1)
    found = ridge(pair(x, x[..., :2], draws=0), components=8, penalties=[1e-6]).values
    assert found["r2_source_to_recording"][0] > 0.99
    assert found["r2_recording_to_source"][0] < 0.8


def test_predicting_the_training_mean_scores_0(smooth, signal, pair):
    found = value(pair(smooth(1), smooth(2), signal), components=4, penalties=[1e12])
    assert found == pytest.approx(0.0, abs=1e-9)


def test_the_condition_independent_signal_increases_the_score_only_if_it_is_kept(smooth, pair):
    x, y = smooth(1, shared=8.0), smooth(2, shared=8.0)
    kept, removed = (value(pair(x, y, s, draws=0), components=4, penalties=PENALTIES) for s in ("kept", "removed"))
    assert kept > 0.3
    assert removed < 0.1


def test_the_score_decreases_with_noise(smooth, pair):
    x = smooth(1, conditions=8)
    noisy = [x + s * smooth(2, conditions=8) for s in (0, 0.1, 0.3, 1, 3)]
    found = [value(pair(x, y, draws=0), components=8, penalties=PENALTIES)[0] for y in noisy]
    assert np.diff(found).max() < 0


@settings(deadline=None, max_examples=10, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(["removed", "kept"]))
def test_the_score_is_invariant_to_rotation_translation_and_scale_but_not_to_shear(seed, kind, smooth, pair):
    rng = np.random.default_rng(seed)
    x, y = smooth(seed), smooth(seed) + smooth(seed + 1)
    turn = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    sides = x, 3.0 * x @ turn + rng.standard_normal(8), x * np.logspace(0, 2, 8)
    same, moved, sheared = (value(pair(a, y, kind, draws=3), components=3, penalties=PENALTIES) for a in sides)
    assert same == pytest.approx(moved, abs=1e-9)
    assert same != pytest.approx(sheared, abs=1e-6)


@pytest.mark.parametrize("penalties", [[], [1.0, 0.0], [-1.0]])
def test_penalties_must_be_positive(penalties, smooth, pair):
    with pytest.raises(BadOption, match=r"ridge: found penalties .* wanted at least one penalty, all above 0"):
        ridge(pair(smooth(1), smooth(2)), components=4, penalties=penalties)


def test_too_few_conditions_to_choose_a_penalty_are_refused(smooth, pair, grouped):
    with pytest.raises(BadActivity, match="found 3 conditions, wanted at least 4"):
        ridge(pair(smooth(1, conditions=3), smooth(2, conditions=3)), components=2, penalties=[1.0])
    p = grouped(smooth(1), smooth(2), "removed", draws=0)
    with pytest.raises(BadActivity, match="found 6 conditions in 2 groups, wanted more, or smaller groups"):
        ridge(p, components=2, penalties=[1.0])


def test_a_predictor_that_is_active_in_only_two_conditions_has_a_finite_score(smooth, signal, pair):
    x = smooth(1)
    x[2:] = 0.0
    found = value(pair(x, smooth(2), signal), components=4, penalties=PENALTIES)
    assert np.isfinite(found).all()
