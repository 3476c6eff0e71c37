"""Produced intervals: means and counts with known values, and inputs that are refused."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.probes.produced_interval import produced_interval


def timed(made_up, interval, produced):
    data = made_up(1, conditions=len(interval), trials=1, units=2)
    return data.assign_coords(interval=("trial", np.array(interval)), produced=("trial", np.array(produced)))


def found(made_up, interval, produced):
    rows = produced_interval(timed(made_up, interval, produced), seed=0)
    return {(row["statistic"], row.get("strength")): row["value"] for row in rows}


def test_trials_without_a_produced_time_are_counted_and_left_out_of_means(made_up):
    values = found(made_up, [0.5, 0.5, 0.5, 1.0, 1.0], [0.5, 0.6, np.nan, np.nan, np.nan])
    assert values["count", 0.5] == 3 and values["undefined", 0.5] == 1
    assert values["count", 1.0] == 2 and values["undefined", 1.0] == 2
    assert values["mean_produced", 0.5] == pytest.approx(0.55) and ("mean_produced", 1.0) not in values
    assert values["mean_absolute_error", 0.5] == pytest.approx(0.05)
    assert values["fraction_undefined", None] == pytest.approx(3 / 5)
    assert ("slope", None) not in values  # times of one interval alone


def test_the_slope_and_the_sd_are_those_of_numpy(made_up):
    interval, rng = [0.5, 0.5, 0.9, 0.9, 1.3, 1.3], np.random.default_rng(0)
    produced = 0.2 + 0.7 * np.array(interval) + 0.05 * rng.standard_normal(6)
    values = found(made_up, interval, produced)
    assert values["slope", None] == pytest.approx(np.polyfit(interval, produced, 1)[0])
    assert values["sd_produced", 0.9] == pytest.approx(np.std(produced[2:4], ddof=1))
    assert values["mean_absolute_error", None] == pytest.approx(np.abs(produced - interval).mean())


def test_a_network_that_never_produces_has_counts_and_no_times(made_up):
    values = found(made_up, [0.5, 0.9], [np.nan, np.nan])
    assert values["fraction_undefined", None] == 1
    assert {name for name, _ in values} == {"count", "undefined", "fraction_undefined"}


@pytest.mark.parametrize(
    ("interval", "produced", "message"),
    [
        ([0.5, -0.5], [0.5, 0.5], "found interval of -0.5, wanted times above 0 s"),
        ([0.5, np.nan], [0.5, 0.5], "found interval of nan, wanted times above 0 s"),
        ([0.5, 0.9], [0.5, np.inf], "found produced of inf, wanted times of at least 0 s, or NaN"),
        ([0.5, 0.9], [0.5, -0.1], "found produced of -0.1, wanted times of at least 0 s, or NaN"),
        ([0.5, 0.9], ["a", "b"], "found produced of type <U1, wanted numbers"),
    ],
)
def test_impossible_times_are_refused(made_up, interval, produced, message):
    with pytest.raises(BadActivity) as error:
        produced_interval(timed(made_up, interval, produced), seed=0)
    assert message in str(error.value)


def test_an_activity_without_produced_times_is_refused(made_up):
    with pytest.raises(BadActivity, match=r"produced_interval: found coordinates .* wanted 'interval'"):
        produced_interval(made_up(1, conditions=2, trials=1, units=2), seed=0)
