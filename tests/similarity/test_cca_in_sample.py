import numpy as np
import pytest
from support.slow import canonical_directions, principal_axes

from rnncompare.similarity.cca_in_sample import cca_in_sample


def flat(p, order, components):
    x, y = p.centred()
    sides = [s.reshape(-1, s.shape[-1]) for s in (x, y[order])]
    return [s @ principal_axes(s, k) for s, k in zip(sides, components, strict=True)]


def test_every_pairing_agrees_with_qr_and_svd(hard, signal, pair):
    p = pair(*hard, signal)
    found = cca_in_sample(p, components=4)
    for draw, order in enumerate(p.orders):
        r = canonical_directions(*flat(p, order, (found["components_source"], found["components_recording"])))[2]
        assert found["mean"][draw] == pytest.approx(r.mean(), abs=1e-8)
        assert found["first"][draw] == pytest.approx(r[0], abs=1e-8)


def test_halves_of_a_real_population_agree_with_qr_and_svd(real_halves, signal, pair):
    p = pair(*real_halves, signal, draws=3)
    found = cca_in_sample(p, components=10)
    for draw, order in enumerate(p.orders):
        r = canonical_directions(*flat(p, order, (10, 10)))[2]
        assert found["mean"][draw] == pytest.approx(r.mean(), abs=1e-8)


def test_the_mean_agrees_with_cca_zoo(smooth, signal, pair):
    linear = pytest.importorskip("cca_zoo.linear")
    p = pair(smooth(1), smooth(2), signal, draws=0)
    x, y = flat(p, p.orders[0], (4, 4))
    model = linear.CCA(n_components=4).fit([x, y])
    assert cca_in_sample(p, components=4)["mean"][0] == pytest.approx(np.mean(model.score([x, y])), abs=1e-6)


def test_it_is_symmetric_and_increases_with_components_for_independent_activities(smooth, signal, pair):
    x, y = smooth(1, units=20), smooth(2, units=20)
    forth, back = (cca_in_sample(pair(a, b, signal, draws=0), components=4)["mean"] for a, b in ((x, y), (y, x)))
    assert forth == pytest.approx(back, abs=1e-12)
    first = [cca_in_sample(pair(x, y, signal, draws=0), components=k)["first"][0] for k in (2, 4, 8, 16)]
    assert np.diff(first).min() > 0
