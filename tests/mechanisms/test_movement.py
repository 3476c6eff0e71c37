"""Movement of systems whose dynamics are known: a damped rotation, and one that is not linear."""

import numpy as np
import pytest
from linearisation.test_epochs import DT, reaching

from rnncompare.comparison.measure_card import card_of
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.mechanisms.movement import movement

HERTZ, RATE = 2.0, -4.0  # of the rotation; a third variable decays at three times the rate
OPTIONS = {"seed": 0, "starts": 20, "jitter": 0.1, "steps": 4000, "searches": None}


class Turning:
    """x' = A x + u: the first two variables turn at HERTZ and decay at RATE, the third decays faster."""

    state_size = 3

    def __init__(self):
        angle, decay = 2 * np.pi * HERTZ * DT, np.exp(RATE * DT)
        self.a = np.diag([decay, decay, decay**3])
        self.a[:2, :2] = decay * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def step(self, x, u):
        return x @ self.a.T + np.broadcast_to(u, (len(x), 3))

    def jacobian(self, x, u):
        return np.repeat(self.a[None], len(x), axis=0)

    def read(self, x):
        return x[:, :2]


class Switching(Turning):
    """The same rotation, whose speed depends on the size of the state: linear for small states alone."""

    def step(self, x, u):
        size = 1 + 40 * (x[:, :2] ** 2).sum(axis=1)
        angle = np.angle(self.a[0, 0] + 1j * self.a[1, 0]) * size
        z = (x[:, 0] + 1j * x[:, 1]) * np.abs(self.a[0, 0] + 1j * self.a[1, 0]) * np.exp(1j * angle)
        return np.stack([z.real, z.imag, x[:, 2] * self.a[2, 2]], axis=1) + np.broadcast_to(u, (len(x), 3))

    def jacobian(self, x, u):
        found, h = np.empty((len(x), 3, 3)), 1e-6
        for k in range(3):
            found[:, :, k] = (self.step(x + h * np.eye(3)[k], u) - self.step(x - h * np.eye(3)[k], u)) / (2 * h)
        return found


def found_in(dynamics, **options) -> dict[tuple[str, str], float]:
    rows = movement(None, NoisyDynamics(dynamics, np.zeros(3), 0.0, DT), reaching(), **OPTIONS | options)
    return {(row["variable"], row["statistic"]): row["value"] for row in rows}


def test_a_linear_network_has_one_point_its_own_modes_and_a_complete_prediction():
    found = found_in(Turning())
    for epoch in ("preparation", "movement"):
        own = {name: value for (of, name), value in found.items() if of == epoch}
        assert {own[name] for name in ("saddles", "unstable", "slow", "continua", "unconverged")} == {0}
        assert own["stable"] == own["settles"] == 1
        assert own["rate"] == own["slowest_rate"] == pytest.approx(RATE)
        assert own["frequency"] == own["slowest_frequency"] == pytest.approx(HERTZ)
    for way in ("point", "mean"):
        for what in ("states", "outputs"):
            assert found["movement", f"{way}_{what}"] == pytest.approx(1)
            assert found["movement", f"{way}_{what}_until"] == pytest.approx(0.61)  # the whole movement
    assert ("preparation", "point_states") not in found


def test_the_prediction_by_a_network_that_is_not_linear_fails_and_says_when():
    found = found_in(Switching())
    assert found["movement", "rate"] == pytest.approx(RATE) and found["movement", "frequency"] == pytest.approx(HERTZ)
    assert found["movement", "point_states"] < 0.5
    assert 0 < found["movement", "point_states_until"] < 0.3


def test_a_network_that_does_not_come_to_rest_has_no_modes_there_and_no_prediction_from_there():
    found = found_in(Turning(), steps=10)
    assert found["movement", "settles"] == 0 and found["movement", "stable"] == 1
    assert ("movement", "rate") not in found and ("movement", "point_states") not in found
    assert found["movement", "mean_states"] == pytest.approx(1)


class Rectified(Turning):
    """Two units that excite each other if they are active; states end at 0 from below, where neither is active."""

    def step(self, x, u):
        return 0.8 * x + 0.4 * np.maximum(x, 0)[:, ::-1] - 0.2 * np.abs(np.broadcast_to(u, (len(x), 3)))

    def jacobian(self, x, u):
        return 0.8 * np.eye(3) + 0.4 * (x > 0)[:, None, ::-1] * np.eye(3)[::-1]


def test_at_a_kink_modes_are_those_of_the_approach():
    found = found_in(Rectified(), jitter=0.0)
    assert found["movement", "settles"] == 1
    assert found["movement", "rate"] == pytest.approx(np.log(0.8) / DT)


def test_values_are_within_the_bounds_of_the_card():
    card = card_of(movement)
    for (_, name), value in found_in(Switching()).items():
        low, high = card.bounds_of(name)
        assert (low is None or value >= low - 1e-12) and (high is None or value <= high + 1e-12), name
