import numpy as np
import pytest
from slow import canonical_directions, principal_axes

from rnncompare.similarity.cca_in_sample import cca_in_sample


def flat(p, order, components):
    x, y = p.centred()
    sides = [s.reshape(-1, s.shape[-1]) for s in (x, y[order])]
    return [s @ principal_axes(s, k) for s, k in zip(sides, components, strict=True)]


def test_equals_qr_and_svd_for_every_pairing(hard, signal, pair):
    p = pair(*hard, signal)
    found = cca_in_sample(p, components=4)
    for draw, order in enumerate(p.orders):
        r = canonical_directions(*flat(p, order, (found["components_source"], found["components_recording"])))[2]
        assert found["mean"][draw] == pytest.approx(r.mean(), abs=1e-8)
        assert found["first"][draw] == pytest.approx(r[0], abs=1e-8)


def test_equals_cca_zoo(smooth, signal, pair):
    linear = pytest.importorskip("cca_zoo.linear")
    p = pair(smooth(1), smooth(2), signal, draws=0)
    x, y = flat(p, p.orders[0], (4, 4))
    model = linear.CCA(n_components=4).fit([x, y])
    assert cca_in_sample(p, components=4)["mean"][0] == pytest.approx(np.mean(model.score([x, y])), abs=1e-6)


def test_scikit_learn_stops_short_of_the_optimum_by_less_than_a_thousandth(smooth, signal, pair):
    from sklearn.cross_decomposition import CCA

    p = pair(smooth(1), smooth(2), signal, draws=0)
    x, y = flat(p, p.orders[0], (4, 4))
    u, v = CCA(n_components=4, max_iter=5000).fit(x, y).transform(x, y)
    peer = np.mean([np.corrcoef(u[:, k], v[:, k])[0, 1] for k in range(4)])
    assert -1e-9 < cca_in_sample(p, components=4)["mean"][0] - peer < 1e-3
