"""The noise ceiling of dissimilarities, compared with rsatoolbox, and the properties of its bounds."""

import warnings

import numpy as np
import pytest

from rnncompare.geometry.agreement import agreement
from rnncompare.geometry.noise_ceiling import noise_ceiling

PEERS = {"cosine": "cosine", "pearson": "corr", "spearman": "spearman", "kendall": "tau-a"}
ALL = [*PEERS, "whitened_cosine"]


def subjects(seed, noise=1.0, count=6, conditions=7):
    rng = np.random.default_rng(seed)
    pairs = conditions * (conditions - 1) // 2
    shared = 4 * rng.random(pairs)
    scale = rng.uniform(1, 5, (count, 1))
    return scale * (1 + shared + noise * rng.random((count, pairs)))


def rsatoolbox_bounds(rdms, method):
    toolbox = pytest.importorskip("rsatoolbox")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about averaging ranks for tau
        return toolbox.inference.boot_noise_ceiling(toolbox.rdm.RDMs(rdms), method=method)


@pytest.mark.parametrize("compare", PEERS)
@pytest.mark.parametrize("seed", [0, 1])
def test_bounds_agree_with_rsatoolbox(compare, seed):
    rdms = subjects(seed)
    assert noise_ceiling(rdms, compare) == pytest.approx(rsatoolbox_bounds(rdms, PEERS[compare]), abs=1e-10)


def test_for_whitened_cosines_rsatoolbox_uses_another_norm_and_its_upper_bound_is_lower():
    rdms = subjects(0, noise=4.0)
    ours, theirs = noise_ceiling(rdms, "whitened_cosine"), rsatoolbox_bounds(rdms, "cosine_cov")
    assert theirs[1] < ours[1] < theirs[1] + 1e-3
    assert ours[0] == pytest.approx(theirs[0], abs=1e-3)


@pytest.mark.parametrize("compare", ["cosine", "pearson", "whitened_cosine"])
def test_no_dissimilarities_agree_better_than_the_upper_bound(compare):
    rdms, rng = subjects(0, noise=3.0), np.random.default_rng(1)
    _, upper = noise_ceiling(rdms, compare)
    for size in (0.01, 0.1, 1.0):
        for _ in range(20):
            guess = np.broadcast_to((rdms / np.linalg.norm(rdms, axis=1)[:, None]).mean(axis=0), rdms.shape)
            guess = guess + size * guess.std() * rng.standard_normal(rdms.shape[1])
            assert agreement(guess, rdms, np.arange(7)[None], compare)[0] <= upper + 1e-12


@pytest.mark.parametrize("compare", ALL)
def test_noise_lowers_both_bounds_and_increases_their_difference(compare):
    lower, upper = np.transpose(
        [np.mean([noise_ceiling(subjects(s, n), compare) for s in range(5)], axis=0) for n in (0.0, 1.0, 3.0, 10.0)]
    )
    assert lower[0] == pytest.approx(1.0) and upper[0] == pytest.approx(1.0)
    assert (np.diff(lower) < 0).all() and (np.diff(upper) < 0).all()
    assert (np.diff(upper - lower) > 0).all()


@pytest.mark.parametrize("compare", ALL)
def test_the_noise_ceiling_does_not_depend_on_the_scale_of_a_subject(compare):
    rdms = subjects(0)
    factors = np.logspace(-3, 3, 6)[:, None]
    assert noise_ceiling(rdms * factors, compare) == pytest.approx(noise_ceiling(rdms, compare), abs=1e-10)
