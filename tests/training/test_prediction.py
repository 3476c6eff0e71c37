"""Tuning to direction as a prediction of held-out conditions: exact where it is the truth, and fitted without them."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from rnncompare import activity
from rnncompare.training.prediction import OTHER_UNITS, R2, scored, tuning_rows
from rnncompare.training.recorded_options import RecordedUnits
from rnncompare.training.recorded_term import trained_units

UNITS = RecordedUnits(share=0.5, seed=0)
HELD = [["30", "180"], ["0", "300"]]


def tuned(harmonics, directions=12, noise=0.0):
    """Units with random time courses of these harmonics of the direction."""
    rng, angle = np.random.default_rng(0), np.arange(directions) * 2 * np.pi / directions
    waves = np.stack([of(h * angle) for h in harmonics for of in (np.cos, np.sin)], axis=1)
    rate = 5 + np.tensordot(waves, rng.standard_normal((waves.shape[1], 6, 7)), axes=1)
    return activity.build(
        rate + noise * rng.standard_normal(rate.shape), time=np.arange(6) * 0.1, unit=[f"u{k}" for k in range(7)],
        condition=[f"{d:g}" for d in np.rad2deg(angle).round()], per_trial={"angle": np.rad2deg(angle).round()},
    )  # fmt: skip


def r2(rows, conditions="held_out"):
    return {(r["seed"], r["statistic"]): r["value"] for r in rows if r["conditions"] == conditions}


@pytest.mark.parametrize("harmonics", [1, 2])
def test_tuning_predicts_directions_that_were_not_trained_if_it_is_the_truth(harmonics):
    own = tuned(range(1, harmonics + 1))
    found = r2(tuning_rows(own, HELD, UNITS, 0.2, harmonics))
    assert set(found) == {(k, s) for k in (0, 1) for s in (R2, OTHER_UNITS)}
    assert list(found.values()) == pytest.approx([1.0] * 4)
    other = r2(tuning_rows(tuned([harmonics + 1]), HELD, UNITS, 0.2, harmonics))
    assert max(other.values()) < 0.1


def test_the_r2_is_that_of_least_squares_without_the_held_out_conditions():
    data = tuned([1, 2], noise=0.5)
    rows = tuning_rows(data, HELD[:1], UNITS, 0.2, 1)
    names, angle = data.condition.values.tolist(), np.deg2rad(data.angle.values)
    average = activity.condition_average(data)
    own = [average.unit.values.tolist().index(u) for u in trained_units(average.unit.values.tolist(), UNITS)]
    order = [average.condition.values.tolist().index(name) for name in names]
    y, x = average.rate.values[order][:, :, own], np.stack([np.cos(angle), np.sin(angle)], axis=1)
    held = np.isin(names, HELD[0])
    flat = y.reshape(len(y), -1)
    made = LinearRegression().fit(x[~held], flat[~held]).predict(x[held]).reshape(y[held].shape)
    span = np.ptp(y[~held], axis=(0, 1))
    scale = span + 0.2 * np.median(span)
    error, power = (((y[held] - of) / scale) ** 2 for of in (made, y[~held].mean(axis=0)))
    assert r2(rows)[0, R2] == pytest.approx(1 - error.sum() / power.sum())
    changed = data.copy(deep=True)
    changed["rate"][dict(trial=np.flatnonzero(held))] *= 9
    assert r2(tuning_rows(changed, HELD[:1], UNITS, 0.2, 1), "trained") == r2(rows, "trained")


def test_too_few_directions_give_no_rows():
    assert tuning_rows(tuned([1], directions=6), [["0", "60"]], UNITS, None, 2) == []
    assert len(tuning_rows(tuned([1], directions=6), [["0", "60"]], UNITS, None, 1)) == 4


def test_conditions_without_any_difference_are_refused():
    y = np.ones((4, 3, 2))
    with pytest.raises(activity.BadActivity, match="found equal rates in all trained conditions"):
        scored(0, y, y, np.array([False, False, False, True]), np.ones(2), R2)
