"""Temporal scaling: the shares of activities that are known, and inputs that are refused."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.plugins import BadOption
from rnncompare.probes.temporal_scaling import temporal_scaling

INTERVALS = np.array([0.5, 0.75, 1.0])


def found(made_up, course, intervals=INTERVALS, samples=40):
    """The statistics of units with the rates course(times, interval) (time, unit), on two trials an interval."""
    data = made_up(1, conditions=2 * len(intervals), trials=1, units=2, times=151)
    time, own = np.linspace(-0.2, 1.3, 151), np.repeat(intervals, 2)
    rate = np.stack([course(time, interval) for interval in own])
    data = data.assign_coords(time=time, interval=("trial", own)).assign(rate=(("trial", "time", "unit"), rate))
    return {row["statistic"]: row["value"] for row in temporal_scaling(data, seed=0, samples=samples)}


def units(*courses):
    return np.stack(courses, axis=1)


@pytest.mark.parametrize(
    ("course", "wanted"),
    [
        (lambda t, T: units(t / T, -2 * t / T), {"ramp": 1.0, "scaling": 1.0}),  # ramps that end at 1 and -2
        (lambda t, T: units(t, 3 - t), {"ramp": 1.0, "absolute": 1.0}),  # ramps of the same slope
        (lambda t, T: units(np.cos(2 * np.pi * t / T), np.sin(4 * np.pi * t / T)), {"scaling": 1.0}),
        (lambda t, T: units(np.cos(9 * t), np.sin(7 * t)), {"absolute": 1.0}),
        (lambda t, T: units(np.cos(2 * np.pi * t / T), np.cos(4 * np.pi * t / T)), {"ramp": 0.0}),  # even in T / 2
    ],
)
def test_shares_of_known_courses(made_up, course, wanted):
    values = found(made_up, course)
    assert all(0 <= value <= 1 + 1e-12 for value in values.values())
    assert {name: values[name] for name in wanted} == pytest.approx(wanted, abs=2e-3)


def test_lines_of_slopes_that_differ_have_the_common_share_of_their_mean(made_up):
    """The share of a common slope m among slopes s of equal lines is m^2 / mean of s^2."""
    values = found(made_up, lambda t, T: units(t, np.zeros_like(t)))
    slopes = INTERVALS  # of the same line in t / T
    assert values["scaling"] == pytest.approx(slopes.mean() ** 2 / (slopes**2).mean(), abs=1e-9)


def test_unrelated_courses_have_the_share_of_chance(made_up):
    rng = np.random.default_rng(0)
    smooth = rng.standard_normal((len(INTERVALS), 8, 400))

    def course(t, T):
        k = int(np.flatnonzero(INTERVALS == T)[0])
        waves = np.cos(np.pi * np.arange(1, 9) * t[:, None] / T)  # orthogonal in t / T
        return waves @ smooth[k]

    data = made_up(1, conditions=3, trials=1, units=400, times=151)
    time = np.linspace(-0.2, 1.3, 151)
    rate = np.stack([course(time, T) for T in INTERVALS])
    data = data.assign_coords(time=time, interval=("trial", INTERVALS)).assign(rate=(("trial", "time", "unit"), rate))
    values = {row["statistic"]: row["value"] for row in temporal_scaling(data, seed=0, samples=60)}
    assert values["scaling"] == pytest.approx(1 / 3, abs=0.03)


def test_what_cannot_be_measured_is_refused(made_up):
    with pytest.raises(BadOption, match="found samples 2, wanted at least 3"):
        found(made_up, lambda t, T: units(t, t), samples=2)
    with pytest.raises(Unmeasurable, match="found rates that do not change"):
        found(made_up, lambda t, T: units(0 * t, 0 * t))
    with pytest.raises(BadActivity, match=r"found 151 times from -0\.2 to 1\.3 s, wanted 0, .*, to 1\.5 s"):
        found(made_up, lambda t, T: units(t, t), intervals=np.array([0.5, 1.5]))
    with pytest.raises(BadActivity, match="found 1 interval, wanted at least 2"):
        found(made_up, lambda t, T: units(t, t), intervals=np.array([0.5]))
    with pytest.raises(BadActivity, match="wanted times above 0 s"):
        found(made_up, lambda t, T: units(t, t), intervals=np.array([0.5, -1.0]))
