import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.similarity.cka import cka


def unbiased(k, other):
    """Unbiased HSIC of Song et al. 2012, eq. 5, with its kernel matrices written out."""
    n = len(k)
    k, other = (m - np.diag(np.diag(m)) for m in (k, other))
    one = np.ones(n)
    total = np.trace(k @ other) + (one @ k @ one) * (one @ other @ one) / ((n - 1) * (n - 2))
    return (total - 2 / (n - 2) * (one @ k @ other @ one)) / (n * (n - 3))


def plain_cka(x, y):
    k, other = x @ x.T, y @ y.T
    return unbiased(k, other) / np.sqrt(unbiased(k, k) * unbiased(other, other))


@pytest.mark.parametrize("draws", [3, 30])
def test_equals_the_formula_with_kernel_matrices(hard, signal, draws, pair):
    p = pair(*hard, signal, draws=draws)
    x, y = p.centred()
    for samples, width in (("times", -1), ("conditions", None)):
        for order, found in zip(p.orders, cka(p, samples=samples)["cka"], strict=True):
            a, b = (s.reshape(-1, s.shape[-1]) if width else s.reshape(len(s), -1) for s in (x, y[order]))
            assert found == pytest.approx(plain_cka(a, b), abs=1e-8)


def test_rotation_translation_and_scale_change_nothing_and_shear_does(smooth, pair):
    x, y = smooth(1), smooth(1) + smooth(2)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]

    def value(a, b):
        return cka(pair(a, b, "kept", draws=0), samples="times")["cka"][0]

    assert value(3 * x @ turn + np.arange(8), y) == pytest.approx(value(x, y), abs=1e-10)
    assert value(y, x) == pytest.approx(value(x, y), abs=1e-10)
    assert abs(value(x * np.logspace(0, 1, 8), y) - value(x, y)) > 1e-3


def test_chance_is_above_zero_for_smooth_times_and_zero_for_conditions(smooth, pair):
    pairs = [pair(smooth(2 * k, units=40), smooth(2 * k + 1, units=40), draws=0) for k in range(40)]
    times, conditions = ([cka(p, samples=s)["cka"][0] for p in pairs] for s in ("times", "conditions"))
    assert np.mean(times) > 0.3
    assert abs(np.mean(conditions)) < 4 * np.std(conditions) / np.sqrt(40)


def test_a_shared_bump_counts_as_similarity_of_times_and_not_of_conditions(smooth, pair):
    x, y = smooth(1, shared=8.0), smooth(2, shared=8.0)
    times, conditions = (
        [cka(pair(x, y, s, draws=0), samples=kind)["cka"][0] for s in ("kept", "removed")]
        for kind in ("times", "conditions")
    )
    assert times[0] > times[1] + 0.2
    assert conditions[0] == pytest.approx(conditions[1], abs=1e-10)


def test_what_cannot_be_measured_is_refused(smooth, pair):
    with pytest.raises(BadOption, match=r"found samples 'time', wanted times or conditions. Did you mean 'times'\?"):
        cka(pair(smooth(1), smooth(2)), samples="time")
    with pytest.raises(BadActivity, match="found 3 conditions, wanted at least 4"):
        cka(pair(smooth(1, conditions=3), smooth(2, conditions=3)), samples="conditions")
