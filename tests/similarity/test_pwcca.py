import numpy as np
import pytest
from support.slow import canonical_directions, principal_axes

from rnncompare.similarity.cca_in_sample import cca_in_sample
from rnncompare.similarity.pwcca import pwcca

WAYS = ["in_sample_source_to_recording", "in_sample_recording_to_source"]


def plain_pwcca(x, y, components):
    """Weighted mean correlations by loops over units and variates, from x and from y; x, y: (sample, unit)."""
    parts = [side @ principal_axes(side, k) for side, k in zip((x, y), components, strict=True)]
    *weights, correlations = canonical_directions(*parts)
    found = []
    for side, part, weight in zip((x, y), parts, weights, strict=True):
        total = size = 0.0
        for i in range(min(components)):
            variate = part @ weight[:, i]
            share = sum(abs(variate @ unit) for unit in side.T) / np.linalg.norm(variate)
            total, size = total + share * correlations[i], size + share
        found.append(total / size)
    return found


def flat(p, order):
    x, y = p.centred()
    return [side.reshape(-1, side.shape[-1]) for side in (x, y[order])]


@pytest.mark.parametrize("variance", [0.5, 0.9, 0.999])
def test_every_pairing_agrees_with_loops_over_units(hard, signal, pair, variance):
    p = pair(*hard, signal)
    found = pwcca(p, variance=variance)
    for draw, order in enumerate(p.orders):
        plain = plain_pwcca(*flat(p, order), (found["components_source"], found["components_recording"]))
        assert [found[way][draw] for way in WAYS] == pytest.approx(plain, abs=1e-8)


def test_halves_of_a_real_recording_agree_with_loops_over_units(real_halves, signal, pair):
    p = pair(*real_halves, signal, draws=0)
    found = pwcca(p, variance=0.99)
    plain = plain_pwcca(*flat(p, p.orders[0]), (found["components_source"], found["components_recording"]))
    assert [found[way][0] for way in WAYS] == pytest.approx(plain, abs=1e-8)


def test_the_two_directions_are_exchanged_when_sides_are_swapped(hard, signal, pair):
    there = pwcca(pair(*hard, signal, draws=0), variance=0.9)
    back = pwcca(pair(*hard[::-1], signal, draws=0), variance=0.9)
    assert [there[way][0] for way in WAYS] == pytest.approx([back[way][0] for way in WAYS[::-1]], abs=1e-10)


def test_a_side_with_more_private_variance_has_the_lower_weighted_mean(smooth, pair):
    """Four time courses are shared; the recording has four large private ones, and the source four small ones."""
    own = [0.1 * smooth(2)[..., :4], 3 * smooth(3)[..., :4]]
    source, recording = (np.concatenate([smooth(1)[..., :4], part], axis=-1) for part in own)
    there, back = (pwcca(pair(source, recording, draws=0), variance=1.0)[way][0] for way in WAYS)
    assert there > back + 0.1


def test_a_weighted_mean_is_between_the_smallest_and_the_largest_correlation(smooth, signal, pair):
    p = pair(smooth(1, units=2), smooth(2, units=2), signal, draws=5)
    mean, largest = (cca_in_sample(p, components=2)[name] for name in ("mean", "first"))
    for way in WAYS:
        found = pwcca(p, variance=1.0)[way]
        assert ((2 * mean - largest <= found + 1e-12) & (found <= largest + 1e-12)).all()


def test_only_a_rotation_of_the_side_that_gives_the_weights_has_an_effect(smooth, pair):
    x, y = smooth(1), smooth(1) + smooth(2)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]
    plain, turned = (pwcca(pair(a, y, draws=0), variance=0.9) for a in (x, x @ turn))
    assert abs(turned[WAYS[0]][0] - plain[WAYS[0]][0]) > 1e-4
    assert turned[WAYS[1]][0] == pytest.approx(plain[WAYS[1]][0], abs=1e-10)
