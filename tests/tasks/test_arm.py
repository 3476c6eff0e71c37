"""The two-link arm compared with independent formulations of its mechanics."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import make_interp_spline

from rnncompare.tasks import _arm


def positions(angle):
    """Centres of mass of both links (.., link, xy) from the angles."""
    (l1, _), (c1, c2) = _arm.MACAQUE.length, _arm.MACAQUE.centre
    upper = np.stack([np.cos(angle[..., 0]), np.sin(angle[..., 0])], axis=-1)
    fore = np.stack([np.cos(angle.sum(axis=-1)), np.sin(angle.sum(axis=-1))], axis=-1)
    return np.stack([c1 * upper, l1 * upper + c2 * fore], axis=-2)


def kinetic_energy(angle, velocity, h=1e-6):
    """Kinetic energy of two rigid bodies, with velocities of their centres by finite differences."""
    speed = (positions(angle + h * velocity) - positions(angle - h * velocity)) / (2 * h)
    turning = np.stack([velocity[..., 0], velocity.sum(axis=-1)], axis=-1)
    mass, inertia = np.array(_arm.MACAQUE.mass), np.array(_arm.MACAQUE.inertia)
    return 0.5 * ((mass * (speed**2).sum(axis=-1)) + inertia * turning**2).sum(axis=-1)


def swing(t):
    """Angles of a smooth two-joint movement and their exact derivatives."""
    shoulder = [0.6 + 0.5 * np.sin(5 * t), 2.5 * np.cos(5 * t), -12.5 * np.sin(5 * t)]
    elbow = [1.4 + 0.7 * np.cos(7 * t), -4.9 * np.sin(7 * t), -34.3 * np.cos(7 * t)]
    return [np.stack(pair, axis=-1) for pair in zip(shoulder, elbow, strict=True)]


def test_the_work_of_the_torques_is_the_change_of_kinetic_energy():
    t = np.linspace(0, 1, 4001)
    angle, velocity, acceleration = swing(t)
    power = (_arm.torques(angle, velocity, acceleration) * velocity).sum(axis=-1)
    energy = kinetic_energy(angle, velocity)
    np.testing.assert_allclose(np.gradient(energy, t)[1:-1], power[1:-1], atol=1e-4 * np.abs(power).max())


def test_torques_satisfy_lagranges_equations():
    """d/dt dL/dv - dL/dq by finite differences of the kinetic energy, independent of the computed torques."""
    h, t = 1e-3, np.linspace(0.1, 0.9, 9)

    def momentum(t):
        angle, velocity, _ = swing(t)
        return np.stack(
            [
                (kinetic_energy(angle, velocity + h * e) - kinetic_energy(angle, velocity - h * e)) / (2 * h)
                for e in np.eye(2)
            ],
            axis=-1,
        )

    angle, velocity, acceleration = swing(t)
    pull = np.stack(
        [
            (kinetic_energy(angle + h * e, velocity) - kinetic_energy(angle - h * e, velocity)) / (2 * h)
            for e in np.eye(2)
        ],
        axis=-1,
    )
    wanted = (momentum(t + h) - momentum(t - h)) / (2 * h) - pull
    np.testing.assert_allclose(_arm.torques(angle, velocity, acceleration), wanted, atol=1e-4 * np.abs(wanted).max())


def test_an_arm_driven_by_the_torques_reproduces_the_movement():
    t = np.linspace(0, 0.8, 401)
    angle, velocity, acceleration = swing(t)
    drive = make_interp_spline(t, _arm.torques(angle, velocity, acceleration), k=5)

    def motion(now, state):
        inertia, _ = _arm.inertia_matrix(state[1])
        turning = _arm.torques(state[:2], state[2:], np.zeros(2))
        return np.concatenate([state[2:], np.linalg.solve(inertia, drive(now) - turning)])

    start = np.concatenate([angle[0], velocity[0]])
    driven = solve_ivp(motion, (0, 0.8), start, t_eval=t, rtol=1e-9, atol=1e-9).y[:2].T
    np.testing.assert_allclose(driven, angle, atol=1e-5)


def test_an_arm_at_rest_has_no_torque():
    angle = np.random.default_rng(0).uniform(0, 2, (5, 7, 2))
    assert (_arm.torques(angle, 0 * angle, 0 * angle) == 0).all()


def test_the_distance_of_the_hand_of_a_straight_arm_is_the_length_of_both_links():
    assert np.linalg.norm(_arm.hand(np.array([0.7, 0.0]))) == pytest.approx(sum(_arm.MACAQUE.length))
    np.testing.assert_allclose(_arm.hand(np.array([0.0, np.pi / 2])), _arm.MACAQUE.length, atol=1e-12)


@pytest.mark.parametrize("mirror", [1, -1])
@pytest.mark.parametrize("offset", [0.0, 2.0])
def test_posture_and_excursion_are_recovered_from_hand_and_scaled_angles(mirror, offset):
    course = np.linspace(0, 1, 40)[None, :, None]
    direction = np.arange(8) * np.pi / 4
    recorded = offset + course * np.stack([np.cos(direction), np.sin(direction + 0.4)], axis=-1)[:, None]
    posture, excursion = np.array([0.6, 1.5]), np.array([0.5, 0.9])
    true = posture + excursion * (recorded - offset)
    position = _arm.hand(true) * [mirror * 11.0, 7.0] + [3.0, -5.0]
    found = _arm.fit_posture(position.reshape(-1, 2), recorded.reshape(-1, 2))
    np.testing.assert_allclose(found[0] + found[1] * offset, posture, atol=1e-4)
    np.testing.assert_allclose(found[1], excursion, atol=1e-4)
    assert found[2] == pytest.approx(1, abs=1e-8)
