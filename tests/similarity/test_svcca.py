import numpy as np
import pytest
from support.slow import canonical_directions, principal_axes

from rnncompare.plugins import BadOption
from rnncompare.similarity.cca_in_sample import cca_in_sample
from rnncompare.similarity.svcca import svcca, whitened_sides


def flat(p, order):
    x, y = p.centred()
    return [side.reshape(-1, side.shape[-1]) for side in (x, y[order])]


def to_share(samples, variance):
    """Samples on the smallest number of principal components that explain a share of their variance."""
    singular = np.linalg.svd(samples, compute_uv=False)
    held = np.cumsum(singular**2) / (singular**2).sum()
    return samples @ principal_axes(samples, int(np.argmax(held >= variance)) + 1)


@pytest.mark.parametrize("variance", [0.5, 0.9, 0.999])
def test_every_pairing_agrees_with_qr_and_svd(hard, signal, pair, variance):
    p = pair(*hard, signal)
    found = svcca(p, variance=variance)
    for draw, order in enumerate(p.orders):
        x, y = (to_share(samples, variance) for samples in flat(p, order))
        assert (found["components_source"], found["components_recording"]) == (x.shape[1], y.shape[1])
        r = canonical_directions(x, y)[2][: min(x.shape[1], y.shape[1])]
        assert found["mean_in_sample"][draw] == pytest.approx(r.mean(), abs=1e-8)


def test_bases_are_orthonormal_and_loadings_reconstruct_the_activity(hard, signal, pair):
    p = pair(*hard, signal)
    for side, samples in zip(whitened_sides(p, 1.0), flat(p, p.orders[0]), strict=True):
        basis = side.basis.reshape(len(samples), -1)
        np.testing.assert_allclose(basis.T @ basis, np.eye(basis.shape[1]), atol=1e-12)
        assert np.abs(basis @ side.loading.T - samples).max() < 1e-5 * np.abs(samples).max()


def test_the_mean_agrees_with_cca_zoo(smooth, signal, pair):
    linear = pytest.importorskip("cca_zoo.linear")
    p = pair(smooth(1), smooth(1) + smooth(2), signal, draws=0)
    x, y = (to_share(samples, 0.9) for samples in flat(p, p.orders[0]))
    model = linear.CCA(n_components=min(x.shape[1], y.shape[1])).fit([x, y])
    found = svcca(p, variance=0.9)["mean_in_sample"][0]
    assert found == pytest.approx(np.mean(model.score([x, y])), abs=1e-6)


def test_with_all_of_the_variance_it_equals_cca_of_all_units(smooth, signal, pair):
    p = pair(smooth(1), smooth(2), signal)
    np.testing.assert_allclose(
        svcca(p, variance=1.0)["mean_in_sample"], cca_in_sample(p, components=8)["mean"], atol=1e-10
    )


def test_invertible_maps_have_no_effect_only_if_all_of_the_variance_is_kept(smooth, pair):
    x, y, mix = smooth(1), smooth(2), np.random.default_rng(0).standard_normal((8, 8))
    for variance, blind in ((1.0, True), (0.8, False)):
        one, other = (svcca(pair(a, y), variance=variance)["mean_in_sample"][0] for a in (x, x @ mix))
        assert (abs(one - other) < 1e-8) == blind


def test_halves_of_a_real_recording_agree_with_qr_and_svd(real_halves, signal, pair):
    p = pair(*real_halves, signal, draws=2)
    found = svcca(p, variance=0.99)["mean_in_sample"]
    for draw, order in enumerate(p.orders):
        x, y = (to_share(samples, 0.99) for samples in flat(p, order))
        r = canonical_directions(x, y)[2][: min(x.shape[1], y.shape[1])]
        assert found[draw] == pytest.approx(r.mean(), abs=1e-8)


@pytest.mark.parametrize("variance", [0.0, 1.01])
def test_a_share_out_of_range_is_refused(smooth, pair, variance):
    with pytest.raises(BadOption, match=f"found variance {variance:g}, wanted a share"):
        svcca(pair(smooth(1), smooth(2)), variance=variance)
