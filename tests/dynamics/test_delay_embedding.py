"""Delay embedding and linear dynamics, compared with plain loops, known eigenvalues and the package dsa-metric."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.dynamics.delay_embedding import delay_coordinates, delay_embedded, linear_dynamics
from rnncompare.plugins import BadOption


def random(seed=0, shape=(3, 20, 4)):
    return np.random.default_rng(seed).standard_normal(shape)


def plain_dynamics(data, *, delays, interval, rank):
    """The dynamics by plain loops and a singular value decomposition of the embedded states."""
    rows = []
    for course in data:
        for t in range((delays - 1) * interval, data.shape[1]):
            rows.append(np.concatenate([course[t - d * interval] for d in range(delays)]))
    left = np.linalg.svd(np.array(rows), full_matrices=False)[0][:, :rank].reshape(len(data), -1, rank)
    before = np.concatenate([course[:-1] for course in left])
    after = np.concatenate([course[1:] for course in left])
    return (np.linalg.pinv(before) @ after).T


def same_up_to_signs(a, b, tolerance):
    """The sign of singular vectors is arbitrary: the signs of a row and a column may change together."""
    signs = np.sign(a[0] * b[0]) * np.sign(a[0, 0] * b[0, 0])
    return np.abs(signs[:, None] * a * signs - b).max() < tolerance


@pytest.mark.parametrize(("delays", "interval"), [(1, 1), (3, 1), (2, 4)])
def test_delay_embedding_agrees_with_a_plain_loop(delays, interval):
    data = random()
    found = delay_embedded(data, delays=delays, interval=interval)
    for c in range(3):
        for t in range(20 - (delays - 1) * interval):
            now = t + (delays - 1) * interval
            plain = np.concatenate([data[c, now - d * interval] for d in range(delays)])
            assert (found[c, t] == plain).all()
    assert found.shape == (3, 20 - (delays - 1) * interval, 4 * delays)


def test_delay_coordinates_are_orthonormal_for_unequal_variances():
    data = random(shape=(3, 30, 5)) * [100, 1, 1, 0.1, 0.01]
    found = delay_coordinates(data, components=5, delays=2, interval=1, rank=10).reshape(-1, 10)
    assert found.T @ found == pytest.approx(np.eye(10), abs=1e-8)


def test_coordinates_that_are_rounding_error_are_excluded():
    data = random(shape=(3, 30, 2)) @ random(1, shape=(2, 6))
    assert delay_coordinates(data, components=6, delays=1, interval=1, rank=6).shape == (3, 30, 2)


@pytest.mark.parametrize(("delays", "interval", "rank"), [(1, 1, 4), (3, 1, 6), (2, 3, 5)])
def test_linear_dynamics_agree_with_plain_loops(delays, interval, rank):
    data = random(shape=(5, 40, 4))
    found = linear_dynamics(delay_coordinates(data, components=4, delays=delays, interval=interval, rank=rank))
    plain = plain_dynamics(data, delays=delays, interval=interval, rank=rank)
    assert same_up_to_signs(found, plain, 1e-10)


def test_linear_dynamics_agree_with_the_package_dsa_metric():
    """In single precision, with which the package computes."""
    package = pytest.importorskip("DSA", reason="needs the package dsa-metric")
    data = random(shape=(5, 40, 4))
    peer = package.DMD(data, n_delays=3, delay_interval=2, rank=6, lamb=0)
    peer.fit()
    found = linear_dynamics(delay_coordinates(data, components=4, delays=3, interval=2, rank=6))
    assert same_up_to_signs(found, peer.A_v.numpy(), 1e-5)


def test_linear_dynamics_recover_known_eigenvalues():
    rates = np.array([0.95, 0.7, 0.5])
    data = random(shape=(6, 1, 3)) * rates ** np.arange(25)[:, None] @ random(1, shape=(3, 3))
    found = linear_dynamics(delay_coordinates(data, components=3, delays=1, interval=1, rank=3))
    assert sorted(np.linalg.eigvals(found).real) == pytest.approx(sorted(rates), abs=1e-8)


def test_steps_between_conditions_are_not_used():
    data = random(shape=(2, 30, 3))
    found = linear_dynamics(data)
    assert linear_dynamics(data[::-1]) == pytest.approx(found, abs=1e-12)


def test_too_few_times_or_delays_are_refused():
    with pytest.raises(BadActivity, match="found 20 times, wanted at least 21 for 10 delays at intervals of 2"):
        delay_embedded(random(), delays=10, interval=2)
    with pytest.raises(BadOption, match="found delays 0, interval 1, wanted at least 1 of each"):
        delay_embedded(random(), delays=0, interval=1)
