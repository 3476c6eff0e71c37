"""Measures of dynamics give the analytically known results for known systems."""

import numpy as np
import pytest
from probes.planted import trials

from rnncompare import plugins
from rnncompare.dynamics.delay_embedding import delay_coordinates, linear_dynamics
from rnncompare.probes.jpca import jpca
from rnncompare.probes.participation_ratio import participation_ratio
from rnncompare.probes.tangling import tangling
from rnncompare.systems.limit_cycle import limit_cycle
from rnncompare.systems.line_attractor import line_attractor
from rnncompare.systems.ring import ring
from rnncompare.systems.two_units import two_units

SYSTEMS = plugins.available("systems")
SPIKES = "integrate_and_fire"  # the only system without a read-out
SIZE = {"conditions": 8, "times": 100, "units": 40}
STEP = 0.01  # s


def activity(system, **more):
    rate = system(seed=0, **SIZE | more)
    return trials(rate, condition=[str(k) for k in range(len(rate))], time=np.arange(rate.shape[1]) * STEP)


def rotation(data, components=2, start=0.0, end=1.0):
    options = {"window": (start, end), "soft_normalise": None, "components": components, "surrogates": None}
    return {row["statistic"]: row["value"] for row in jpca(data, seed=0, **options)}


def tangled(data):
    options = {"of": "rate", "window": (0, 10), "soft_normalise": None, "components": 3, "epsilon": 0.1}
    return {row["statistic"]: row["value"] for row in tangling(data, seed=0, **options, surrogates=None)}


def dimensions(data):
    rows = participation_ratio(data, seed=0, units=None, repeats=1)
    return {row["condition_independent"]: row["value"] for row in rows}


def eigenvalues(rate, rank):
    """The magnitudes per step of the eigenvalues of the fitted dynamics, in decreasing order."""
    centred = rate - rate.mean(axis=0)
    found = linear_dynamics(delay_coordinates(centred, components=rank, delays=1, interval=1, rank=rank))
    return sorted(np.abs(np.linalg.eigvals(found)), reverse=True)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_has_the_given_number_of_units_and_is_reproducible(name):
    system = plugins.find("systems", name)
    rate = system(seed=3, conditions=5, times=30, units=7)
    assert rate.shape == (5, 30, 7) and np.isfinite(rate).all()
    assert (system(seed=3, conditions=5, times=30, units=7) == rate).all()
    assert np.abs(system(seed=4, conditions=5, times=30, units=7) - rate).max() > 0.01


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name != SPIKES])
def test_another_seed_gives_a_rotated_copy_of_the_same_trajectories(name):
    system = plugins.find("systems", name)
    courses = [system(seed=s, conditions=5, times=30, units=120).reshape(150, 120) for s in (0, 1)]
    assert courses[0] @ courses[0].T == pytest.approx(courses[1] @ courses[1].T, abs=1e-8)


def test_two_units_have_a_slow_and_a_fast_time_constant():
    steps = -1 / np.log(eigenvalues(two_units(seed=0, **SIZE), 2))
    assert steps == pytest.approx([20, 4 / 1.8], rel=1e-6)


def test_two_units_have_linear_dynamics_without_rotation():
    found = rotation(activity(two_units))
    assert found["r2_unconstrained"] > 0.999 and found["ratio"] < 1e-6
    assert dimensions(activity(two_units, times=2))["removed"] == pytest.approx(2, abs=0.1)


def test_a_line_attractor_does_not_rotate_and_has_one_dimension_at_the_end():
    data = activity(line_attractor)
    found = rotation(data, components=3)
    assert found["r2_unconstrained"] > 0.99 and found["ratio"] < 0.01
    assert dimensions(data)["removed"] > 1.05
    assert dimensions(data.isel(time=slice(50, None)))["removed"] == pytest.approx(1, abs=1e-6)


def test_a_line_attractor_preserves_the_position_along_its_line_only():
    found = eigenvalues(line_attractor(seed=0, **SIZE | {"times": 40}), 3)
    assert found == pytest.approx([1, np.exp(-1 / 5), np.exp(-1 / 5)], abs=1e-8)


def test_a_limit_cycle_rotates_at_its_frequency():
    found = rotation(activity(limit_cycle, period=25.0, times=200), start=0.5)
    assert found["ratio"] == pytest.approx(1, abs=1e-3)
    assert found["frequency"] == pytest.approx(1 / (25 * STEP), rel=1e-3)
    assert dimensions(activity(limit_cycle))["removed"] == pytest.approx(2, abs=0.05)


def test_trajectories_of_a_limit_cycle_converge_to_one_circle():
    rate = limit_cycle(seed=0, **SIZE)
    radius = np.linalg.norm(rate, axis=-1)
    assert radius[:3, 0] == pytest.approx([0.7, 1.0, 1.3])
    assert radius[:, -1] == pytest.approx(np.ones(8), abs=1e-3)
    small = np.abs(radius[2, 30:40] - 1)
    assert -1 / np.log(small[1:] / small[:-1]) == pytest.approx(np.full(9, 10), rel=0.05)


def test_the_tangling_of_a_limit_cycle_is_the_minimum_for_its_speed():
    on_the_circle = activity(limit_cycle, period=25.0, attraction=1e-3, times=101).isel(time=slice(1, None))
    found = tangled(on_the_circle)
    circle = (2 * np.pi / 0.25) ** 2 * 4 / 4.1
    slower = np.sinc(2 / 25) ** 2  # central differences underestimate the speed on a circle
    assert found["tangling_90"] == pytest.approx(circle * slower, rel=0.01)


def test_a_figure_of_eight_has_high_tangling_at_its_crossing():
    phase = 2 * np.pi * np.arange(100) / 25
    course = np.stack([np.sin(phase), np.sin(2 * phase) / 2], axis=-1)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((40, 40)))[0]
    eight = trials((course @ turn[:2])[None].repeat(3, axis=0), condition=["a", "b", "c"])
    lifted = np.concatenate([course, np.cos(phase)[:, None]], axis=-1)  # without a crossing, in three dimensions
    open_loop = trials((lifted @ turn[:3])[None].repeat(3, axis=0), condition=["a", "b", "c"])
    cycle = tangled(activity(limit_cycle, period=25.0, conditions=3))
    assert tangled(eight)["tangling_90"] > 4 * cycle["tangling_90"]
    assert tangled(open_loop)["tangling_90"] < 0.6 * tangled(eight)["tangling_90"]


def bump(rate, **more):
    """(condition, time) position as a complex number of the bump on the ring itself."""
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((100, 100)))[0]
    return (rate @ turn.T @ np.exp(2j * np.pi * np.arange(100) / 100)) / 100


def test_the_bump_of_a_driven_ring_decays_with_twice_the_time_constant():
    position = bump(ring(seed=0, conditions=8, times=400, units=100))
    assert np.abs(position[:, 119]).min() > 0.9
    assert np.abs(position[:, -1]).max() < 1e-4
    assert -1 / np.log(np.abs(position[:, 201] / position[:, 200])) == pytest.approx(np.full(8, 20), rel=0.03)


def test_the_bump_of_a_ring_attractor_persists_at_the_cued_direction():
    position = bump(ring(seed=0, conditions=8, times=600, units=100, w0=-3.0, w1=4.0, drive=1.0))
    assert np.abs(position[:, -1]) == pytest.approx(np.abs(position[:, -100]), rel=1e-3)
    assert np.abs(position[:, -1]).min() > 0.2
    cued = np.exp(2j * np.pi * np.arange(8) / 8)
    assert np.abs(np.angle(position[:, -1] / cued)).max() < 2 * np.pi / 100


MOVING = {"w0": -3.0, "w1": 4.0, "drive": 1.0, "units": 100}  # as many units as neurons, so that harmonics are apart


def angle_per_step(shift):
    """The exact speed of the moving bump for steps of tau / 10, for which the size of one step's factor must be 1."""
    stay, turn = 0.9, np.exp(1j * shift)
    gain = -stay * turn.real + np.sqrt((stay * turn.real) ** 2 + 1 - stay**2)
    return np.angle(stay + gain * turn)


@pytest.mark.parametrize("shift", [0.05, 0.1, 0.2, -0.1])
def test_the_bump_of_a_ring_with_a_shift_moves_at_its_tangent_over_tau(shift):
    position = bump(ring(seed=0, conditions=3, times=400, shift=shift, **MOVING))[:, 250:]
    speed = np.angle(position[:, 1:] / position[:, :-1])
    assert speed == pytest.approx(np.full(speed.shape, angle_per_step(shift)), rel=5e-3)
    assert speed.mean() == pytest.approx(angle_per_step(shift), rel=1e-4)
    assert speed.mean() * 10 == pytest.approx(np.tan(shift), rel=2.1e-3)


def test_a_ring_with_a_shift_rotates_at_the_frequency_of_its_bump():
    data = activity(ring, times=350, shift=0.2, **MOVING).isel(time=slice(250, None))
    found = rotation(data, start=2.5, end=3.5)
    assert found["ratio"] == pytest.approx(1, abs=1e-4) and found["r2_unconstrained"] > 0.9999
    assert found["frequency"] == pytest.approx(angle_per_step(0.2) / (2 * np.pi * STEP), rel=1e-3)
    assert found["frequency"] == pytest.approx(np.tan(0.2) / (2 * np.pi * 10 * STEP), rel=3e-3)


def test_a_shift_of_0_is_the_ring_without_it():
    options = {"conditions": 4, "times": 50} | MOVING
    assert (ring(seed=0, shift=0.0, **options) == ring(seed=0, **options)).all()
    assert np.abs(ring(seed=0, shift=0.01, **options) - ring(seed=0, **options)).max() > 1e-3


def test_every_neuron_of_the_ring_is_active():
    """In the notebook from which the ring is taken, the last row remained zero."""
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((100, 100)))[0]
    rate = ring(seed=0, conditions=10, times=50, units=100) @ turn.T
    assert rate[:, -1].max(axis=0) == pytest.approx(np.full(100, rate[:, -1].max()), rel=0.01)


@pytest.mark.parametrize(("options", "most"), [({}, 2.1), ({"w0": -3.0, "w1": 4.0, "drive": 1.0}, 3.0)])
def test_a_ring_does_not_rotate_and_its_bump_has_at_least_two_dimensions(options, most):
    data = activity(ring, **options)
    assert rotation(data)["ratio"] < 1e-3
    assert 1.9 < dimensions(data)["removed"] < most
