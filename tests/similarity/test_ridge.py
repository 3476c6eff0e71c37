import numpy as np
import pytest
from sklearn.linear_model import Ridge
from slow import folds, principal_axes

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.similarity.ridge import ridge

PENALTIES = [1e-3, 1e-1, 1.0, 10.0]


def fitted(x, y, penalty):
    """scikit-learn's ridge without intercept, its penalty relative to the mean eigenvalue of x'x."""
    return Ridge(alpha=penalty * np.trace(x.T @ x) / x.shape[1], fit_intercept=False, solver="svd").fit(x, y)


def best_penalty(x, y, signal):
    """x, y: (training condition, time, component), in any frame; each left out in turn, means found anew."""
    error = np.zeros(len(PENALTIES))
    for train_x, test_x, train_y, test_y in folds(x, y, range(len(x)), signal):
        for k, penalty in enumerate(PENALTIES):
            error[k] += ((test_y - fitted(train_x, train_y, penalty).predict(test_x)) ** 2).sum()
    return PENALTIES[error.argmin()]


def plain_ridge(x, y, order, signal, components):
    """R2 over all units and median R2 of units, by refitting on whole arrays."""
    times, error, power = x.shape[1], 0.0, 0.0
    for train_x, test_x, train_y, test_y in folds(x, y, order, signal):
        a, b = principal_axes(train_x, components[0]), principal_axes(train_y, components[1])
        inner = [(s @ v).reshape(-1, times, v.shape[1]) for s, v in ((train_x, a), (train_y, b))]
        model = fitted(train_x @ a, train_y, best_penalty(*inner, signal))
        error, power = (
            error + ((test_y - model.predict(test_x @ a).reshape(test_y.shape)) ** 2).sum(axis=0),
            power + (test_y**2).sum(axis=0),
        )
    return 1 - error.sum() / power.sum(), np.median(1 - error / power)


def test_all_pairings_at_once_equal_scikit_learn_one_by_one(hard, signal, pair):
    p = pair(*hard, signal, draws=5)
    found = ridge(p, components=4, penalties=PENALTIES)
    kept = found["components_source"], found["components_recording"]
    for draw, order in enumerate(p.orders):
        r2, median = plain_ridge(p.x, p.y, order, signal, kept)
        assert found["r2_source_to_recording"][draw] == pytest.approx(r2, abs=1e-8)
        assert found["unit_r2_median"][draw] == pytest.approx(median, abs=1e-8)
        back = plain_ridge(p.y, p.x, np.argsort(order), signal, kept[::-1])[0]
        assert found["r2_recording_to_source"][draw] == pytest.approx(back, abs=1e-8)


def test_many_pairings_equal_few(smooth, signal, pair):
    x, y = smooth(1), smooth(1) + smooth(2)
    many, few = (ridge(pair(x, y, signal, draws=d), components=4, penalties=PENALTIES) for d in (300, 3))
    assert few["r2_source_to_recording"] == pytest.approx(many["r2_source_to_recording"][:4], abs=1e-10)


def test_a_mean_over_all_conditions_would_leak_the_one_left_out_and_ours_does_not(smooth, pair):
    """Residuals about the mean of all conditions sum to zero: the training ones give the left-out one away."""
    x, y = smooth(1, conditions=5, times=6, units=60), smooth(2, conditions=5, times=6, units=60)
    error = power = 0.0
    leaky = [s - s.mean(axis=0) for s in (x, y)]
    for left_out in range(5):
        a, b = (np.delete(s, left_out, axis=0).reshape(-1, 60) for s in leaky)
        weights = np.linalg.pinv(a) @ b
        error += ((leaky[1][left_out] - leaky[0][left_out] @ weights) ** 2).sum()
        power += (leaky[1][left_out] ** 2).sum()
    assert 1 - error / power > 0.999
    ours = ridge(pair(x, y, "removed", draws=0), components=60, penalties=[1e-9])
    assert ours["r2_source_to_recording"][0] < 0.1
    assert ours["r2_recording_to_source"][0] < 0.1


def test_a_leaky_mean_inside_the_training_set_would_choose_the_smallest_penalty_and_ours_the_largest(smooth, pair):
    """On independent activities the best penalty is the largest; the leak would make interpolation look perfect."""
    x, y = smooth(1, conditions=5, times=6, units=60), smooth(2, conditions=5, times=6, units=60)
    chosen = ridge(pair(x, y, draws=0), components=60, penalties=[1e-9, 1e9])
    largest = ridge(pair(x, y, draws=0), components=60, penalties=[1e9])
    assert chosen["r2_source_to_recording"] == pytest.approx(largest["r2_source_to_recording"], abs=1e-12)


def test_what_one_side_lacks_only_the_other_can_predict(smooth, pair):
    x = smooth(1)
    found = ridge(pair(x, x[..., :2], draws=0), components=8, penalties=[1e-6])
    assert found["r2_source_to_recording"][0] > 0.99
    assert found["r2_recording_to_source"][0] < 0.8


def test_no_better_than_the_training_mean_is_zero(smooth, signal, pair):
    found = ridge(pair(smooth(1), smooth(2), signal), components=4, penalties=[1e12])
    assert found["r2_source_to_recording"] == pytest.approx(0.0, abs=1e-9)


def test_a_shared_bump_predicts_only_where_it_is_kept(smooth, pair):
    x, y = smooth(1, shared=8.0), smooth(2, shared=8.0)
    kept, removed = (ridge(pair(x, y, s, draws=0), components=4, penalties=PENALTIES) for s in ("kept", "removed"))
    assert kept["r2_source_to_recording"][0] > 0.3
    assert removed["r2_source_to_recording"][0] < 0.1


@pytest.mark.parametrize("penalties", [[], [1.0, 0.0], [-1.0]])
def test_penalties_must_be_positive(penalties, smooth, pair):
    with pytest.raises(BadOption, match=r"ridge: found penalties .* wanted at least one, all above 0"):
        ridge(pair(smooth(1), smooth(2)), components=4, penalties=penalties)


def test_three_conditions_are_too_few_to_choose_a_penalty(smooth, pair):
    with pytest.raises(BadActivity, match="found 3 conditions, wanted at least 4"):
        ridge(pair(smooth(1, conditions=3), smooth(2, conditions=3)), components=2, penalties=[1.0])


def test_a_predictor_active_in_two_conditions_only_is_measured(smooth, signal, pair):
    x = smooth(1)
    x[2:] = 0.0
    found = ridge(pair(x, smooth(2), signal), components=4, penalties=PENALTIES)
    assert np.isfinite(found["r2_source_to_recording"]).all()
