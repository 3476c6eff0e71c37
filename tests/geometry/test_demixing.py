"""Demixed principal components, compared with the package dPCA, plain loops and theorems."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare.geometry.demixing import all_parts, centred, demixed, marginal, purity, variance_explained

few = settings(deadline=None, max_examples=15, derandomize=True)
CASES = {
    "random": lambda rng: rng.standard_normal((2, 3, 9, 7)),
    "low rank": lambda rng: rng.standard_normal((2, 3, 9, 3)) @ rng.standard_normal((3, 10)),
    "ill-conditioned": lambda rng: rng.standard_normal((2, 3, 9, 7)) * np.logspace(0, -4, 7),
    "more units than samples": lambda rng: rng.standard_normal((2, 2, 3, 30)),
    "a silent unit": lambda rng: rng.standard_normal((2, 2, 12, 6)) * np.array([1, 1, 0, 1, 1, 1]),
}


def averages(name, seed=0):
    return CASES[name](np.random.default_rng(seed))


def all_of(data):
    return {part: marginal(data, part).reshape(-1, data.shape[-1]) for part in all_parts(data.ndim - 2)}


@pytest.mark.parametrize("name", CASES)
def test_marginals_add_up_to_the_averages_and_so_do_their_squares(name):
    data = averages(name)
    shares, samples = all_of(data), centred(data)
    np.testing.assert_allclose(sum(shares.values()), samples, atol=1e-12)
    assert sum((s**2).sum() for s in shares.values()) == pytest.approx((samples**2).sum())
    for one in shares.values():
        for other in shares.values():
            assert one is other or np.abs(one.T @ other).max() < 1e-10


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("penalty", [0, 1e-3, 0.1, 1, 10])
def test_demixed_components_explain_a_share_of_variance_that_is_not_negative(name, penalty):
    """This is a theorem because parts are orthogonal. Reversed axes explain a negative share."""
    for seed in range(5):
        data = averages(name, seed)
        samples = centred(data)
        for share in all_of(data).values():
            for components in (1, 3):
                axes = demixed(samples, share, components=components, penalty=penalty)
                assert -1e-12 <= variance_explained(samples, axes) <= 1
                assert variance_explained(samples, axes._replace(decoder=-axes.decoder)) < 1e-12


@given(st.integers(0, 10**6), st.lists(st.integers(2, 4), min_size=1, max_size=3), st.integers(1, 5))
@few
def test_marginals_of_any_number_of_factors_add_up(seed, levels, times):
    data = np.random.default_rng(seed).standard_normal((*levels, times, 4)) + 5
    np.testing.assert_allclose(sum(all_of(data).values()), centred(data), atol=1e-11)


def test_marginals_agree_with_loops_over_levels():
    data = averages("random")
    one, other = data.mean(axis=1), data.mean(axis=0)  # over the second and over the first factor
    course, both = data.mean(axis=(0, 1)), marginal(data, frozenset({0, 1}))
    for i in range(2):
        np.testing.assert_allclose(marginal(data, frozenset({0}))[i, 0], one[i] - course, atol=1e-12)
        for j in range(3):
            left = data[i, j] - one[i] - other[j] + course
            np.testing.assert_allclose(both[i, j], left, atol=1e-12)
    np.testing.assert_allclose(marginal(data, frozenset())[1, 2], course - course.mean(axis=0), atol=1e-12)


def test_a_known_signal_is_found_in_its_part_and_along_its_axis():
    """Direction on one axis, and the interaction of direction and colour on another; colour alone has no effect."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.standard_normal((20, 3)))[0].T
    side, course = np.array([-1.0, 1.0]), np.linspace(0, 1, 15)
    data = 3 * side[:, None, None, None] * course[:, None] * axes[0]
    data = data + 2 * (side[:, None] * side)[:, :, None, None] * course[:, None] * axes[1]
    data = data + np.sin(7 * course)[:, None] * axes[2]
    shares, samples = all_of(data), centred(data)
    power = {part: (s**2).sum() / (samples**2).sum() for part, s in shares.items()}
    assert power[frozenset({0})] / power[frozenset({0, 1})] == pytest.approx(9 / 4)
    assert power[frozenset({1})] == pytest.approx(0)
    for part, axis in ((frozenset({0}), axes[0]), (frozenset({0, 1}), axes[1]), (frozenset(), axes[2])):
        found = demixed(samples, shares[part], components=1, penalty=0.0)
        assert abs(found.encoder[:, 0] @ axis) == pytest.approx(1)
        assert variance_explained(samples, found) == pytest.approx(power[part])
        assert purity(samples, shares[part], found) == pytest.approx(1)


@pytest.mark.parametrize("scale", [0.1, 30.0])
@pytest.mark.parametrize("published", [1e-4, 1e-2])
def test_a_penalty_is_the_published_lambda_times_the_norm_of_the_averages(scale, published):
    """dpca.m and the package dPCA add (lambda |X|^2)^2 to X'X, whereas the paper adds (lambda |X|)^2."""
    data = scale * averages("random")
    samples, share = centred(data), marginal(data, frozenset({0})).reshape(-1, 7)
    total = (samples**2).sum()
    theirs = np.linalg.solve(samples.T @ samples + (published * total) ** 2 * np.eye(7), samples.T @ share)
    found = demixed(samples, share, components=7, penalty=published * np.sqrt(total))
    np.testing.assert_allclose(found.decoder @ found.encoder.T, theirs, atol=1e-12)


def plain_demixed(samples, share, components, penalty):
    """Kobak et al. 2016 by normal equations: the ridge solution and the first components of its prediction."""
    strength = (penalty * np.linalg.norm(samples)) ** 2
    units = samples.shape[1]
    solution = np.linalg.solve(samples.T @ samples + strength * np.eye(units), samples.T @ share)
    stacked = np.vstack([samples @ solution, np.sqrt(strength) * solution])
    encoder = np.linalg.svd(stacked)[2][:components].T
    return solution @ encoder, encoder


@pytest.mark.parametrize("penalty", [1e-3, 0.1, 1.0])
@pytest.mark.parametrize("name", CASES)
def test_axes_agree_with_the_normal_equations(name, penalty):
    data = averages(name)
    samples = centred(data)
    for part in all_parts(2):
        share = marginal(data, part).reshape(samples.shape)
        count = 1 if part else 2
        found = demixed(samples, share, components=count, penalty=penalty)
        decoder, encoder = plain_demixed(samples, share, count, penalty)
        np.testing.assert_allclose(found.decoder @ found.encoder.T, decoder @ encoder.T, atol=1e-8)


@pytest.mark.parametrize("name", CASES)
def test_axes_minimise_the_loss(name):
    """The loss is minimal: small random changes of encoder and decoder do not lower it."""
    data, rng = averages(name), np.random.default_rng(1)
    samples = centred(data)
    share = marginal(data, frozenset({0})).reshape(samples.shape)
    found = demixed(samples, share, components=1, penalty=0.05)
    strength = 0.05**2 * (samples**2).sum()

    def loss(decoder, encoder):
        return ((share - samples @ decoder @ encoder.T) ** 2).sum() + strength * ((decoder @ encoder.T) ** 2).sum()

    best = loss(found.decoder, found.encoder)
    for size in (1e-3, 0.1):
        for _ in range(200):
            moved = (a + size * np.abs(a).max() * rng.standard_normal(a.shape) for a in (found.decoder, found.encoder))
            assert loss(*moved) >= best * (1 - 1e-12)


@pytest.mark.parametrize("penalty", [0.0, 1e-2, 0.3])
@pytest.mark.parametrize("name", ["random", "ill-conditioned"])
def test_axes_agree_with_the_package_dpca(name, penalty):
    package = pytest.importorskip("dPCA.dPCA", reason="needs the package dPCA")
    data = averages(name)
    samples = centred(data)
    turned = np.ascontiguousarray(np.moveaxis(data, -1, 0))  # (unit, level, level, time)
    peer = package.dPCA(
        labels="dct", join={"dt": ["d", "dt"], "ct": ["c", "ct"], "dct": ["dc", "dct"]}, n_components=1, n_iter=100
    )
    peer.debug = 0
    peer.regularizer = penalty / np.linalg.norm(samples)  # relative to the square of the norm
    peer.fit(turned)
    for key, part in {"t": (), "dt": (0,), "ct": (1,), "dct": (0, 1)}.items():
        share = marginal(data, frozenset(part)).reshape(samples.shape)
        found = demixed(samples, share, components=1, penalty=penalty)
        theirs = peer.D[key] @ peer.P[key].T
        np.testing.assert_allclose(found.decoder @ found.encoder.T, theirs, atol=1e-5 * np.abs(theirs).max())


def test_axes_are_equivariant_to_rotations_of_the_units():
    data = averages("random")
    turn = np.linalg.qr(np.random.default_rng(2).standard_normal((7, 7)))[0]
    samples, share = centred(data), marginal(data, frozenset({1})).reshape(-1, 7)
    one, other = (
        demixed(s, m, components=2, penalty=0.1) for s, m in ((samples, share), (samples @ turn, share @ turn))
    )
    np.testing.assert_allclose(turn @ other.decoder @ other.encoder.T @ turn.T, one.decoder @ one.encoder.T, atol=1e-10)
    assert variance_explained(samples @ turn, other) == pytest.approx(variance_explained(samples, one))
