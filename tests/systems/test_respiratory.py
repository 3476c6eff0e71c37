"""The respiratory oscillator against periods and outputs found by other code, and measures of dynamics on it."""

from itertools import pairwise

import numpy as np
import pytest
from probes.planted import trials
from systems.test_known_answers import tangled

from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import condition_orders
from rnncompare.probes.linear_dynamics import linear_dynamics
from rnncompare.similarity.dsa import dsa
from rnncompare.systems.limit_cycle import limit_cycle
from rnncompare.systems.respiratory import START, TAU_SODIUM, cycle, outputs, respiratory, slopes

ALL, NO_PONS, ALONE = (1.0, 1.0, 1.0), (0.0, 1.0, 1.0), (0.0, 0.0, 1.0)
POST_I, AUG_E = (0.9, 1.3, 0.9), (0.9, 0.9, 1.3)  # the neuron whose adaptation is the strongest
SIZE = {"conditions": 8, "times": 100, "units": 40}


@pytest.mark.parametrize(
    ("drives", "adaptation", "period", "lowest", "highest"),
    [
        (ALL, AUG_E, 1953.6, (0.02, 0.07, 0.00, 0.00), (0.62, 0.73, 0.53, 0.08)),
        (ALL, POST_I, 2518.4, None, (None, None, None, 0.15)),
        (NO_PONS, AUG_E, 2443.4, None, None),
        (ALONE, POST_I, 1250.8, None, None),
    ],
)
def test_periods_and_outputs_agree_with_another_implementation(drives, adaptation, period, lowest, highest):
    """Its periods vary by .6 ms between cycles."""
    found, course = cycle(drives, adaptation, 5.0)
    assert found == pytest.approx(period, abs=0.6)
    courses = outputs(course(np.arange(0.0, found, 1.0)).T)
    for given, extreme in ((lowest, courses.min(axis=0)), (highest, courses.max(axis=0))):
        for value, wanted in zip(extreme, given or [], strict=False):
            assert wanted is None or value == pytest.approx(wanted, abs=0.006)


def test_periods_are_those_of_a_much_finer_integration():
    """2518.5596 ms and 1953.8618 ms are found with relative tolerances of 1e-10 instead of 1e-6."""
    assert cycle(ALL, POST_I, 5.0)[0] == pytest.approx(2518.5596, abs=0.03)
    assert cycle(ALL, AUG_E, 5.0)[0] == pytest.approx(1953.8618, abs=0.03)


def test_states_follow_the_equations_and_return_after_a_period():
    period, course = cycle(ALL, POST_I, 5.0)
    time = np.linspace(1.0, period - 1, 400)
    motion = (course(time + 0.01) - course(time - 0.01)).T / 0.02
    assert motion == pytest.approx(slopes(course(time).T, ALL, POST_I, 5.0), abs=0.01)  # V' is up to 3 mV/ms
    assert course(np.array([0.0])) == pytest.approx(course(np.array([period])), abs=1e-3)


def test_pre_i_leads_and_aug_e_follows_post_i_in_three_phases():
    """Peaks of the three phases: inspiration (pre-I and early-I), then post-I, then aug-E, each once a cycle."""
    period, course = cycle(ALL, POST_I, 5.0)
    active = outputs(course(np.arange(0.0, period, 1.0)).T)
    peaks = active.argmax(axis=0)
    assert peaks[0] < peaks[2] < peaks[3] and peaks[1] < peaks[2]
    for neuron in (0, 2, 3):
        above = active[:, neuron] > active[:, neuron].max() / 2
        assert (above != np.roll(above, 1)).sum() == 2


def test_without_persistent_sodium_it_rests_at_a_stable_point_and_is_refused():
    from scipy.optimize import fsolve

    options = (ALL, AUG_E, 0.0)
    point = fsolve(lambda state: slopes(state, *options), START, xtol=1e-12)
    assert outputs(point) == pytest.approx([0.092, 0.223, 0.112, 0.046], abs=5e-4)
    scale = 1e-6 * np.eye(8)
    jacobian = np.stack([slopes(point + d, *options) - slopes(point - d, *options) for d in scale], axis=1) / 2e-6
    assert np.linalg.eigvals(jacobian).real.max() < -1 / TAU_SODIUM / 2
    with pytest.raises(ValueError, match=r"found no oscillation .* sodium 0, wanted two cycles in 10 s"):
        respiratory(seed=0, conditions=2, times=5, units=3, adaptation=AUG_E, sodium=0.0)


def test_conditions_are_the_same_cycle_at_evenly_spaced_phases():
    period = cycle(ALL, POST_I, 5.0)[0]
    rate = respiratory(seed=0, conditions=4, times=101, units=12, step=period / 100)
    assert rate[:, 0] == pytest.approx(rate[:, 100], abs=1e-4)
    for one, next_one in pairwise(rate):
        assert one[25:100] == pytest.approx(next_one[:75], abs=1e-4)


def angle(x, y, rank):
    about = {"components": rank, "rank": rank, "delays": 1, "interval": 1, "starts": 8, "iterations": 100}
    orders = condition_orders(len(x), permutations=0, seed=0)
    return float(dsa(Pair(x, y, orders, "removed"), **about)["angle"])


@pytest.mark.parametrize("rank", [4, 8])
def test_the_dsa_angle_is_0_to_another_read_out_and_not_to_other_drives(rank):
    x = respiratory(seed=0, **SIZE)
    assert angle(x, respiratory(seed=1, **SIZE), rank) < 1e-6
    assert angle(x, respiratory(seed=1, drives=NO_PONS, **SIZE), rank) > 0.05
    assert angle(x, respiratory(seed=1, adaptation=AUG_E, **SIZE), rank) > 0.02


def explained(rate, components):
    data = trials(rate, condition=[str(k) for k in range(len(rate))])
    options = {"window": (-10.0, 10.0), "soft_normalise": None, "resamples": 0, "surrogates": None}
    rows = linear_dynamics(data, seed=0, components=components, **options)
    return {row["statistic"]: row["value"] for row in rows}


def test_no_linear_map_explains_it_whereas_one_explains_a_limit_cycle():
    cycles = limit_cycle(seed=0, **SIZE)[:, 50:]  # on the circle
    assert explained(cycles, 2)["r2_held_out"] > 0.9999
    period = cycle(ALL, POST_I, 5.0)[0]
    breathing = respiratory(seed=0, step=period / 100, **SIZE)
    assert explained(breathing, 2)["r2_held_out"] == pytest.approx(0.07, abs=0.01)
    assert explained(breathing, 8)["r2_held_out"] == pytest.approx(0.30, abs=0.01)


def test_fast_transitions_between_slow_phases_are_tangled_more_than_a_circle_of_equal_period():
    period = cycle(ALL, POST_I, 5.0)[0]
    names = [str(k) for k in range(8)]
    breathing = trials(respiratory(seed=0, step=period / 100, **SIZE), condition=names)
    circle = trials(limit_cycle(seed=0, period=100.0, attraction=1e-3, **SIZE)[:, 1:], condition=names)
    assert tangled(breathing)["tangling_90"] > 100 * tangled(circle)["tangling_90"]
