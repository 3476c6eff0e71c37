"""The claims of the cards are verified for every measure of the package; a new measure needs no new test."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from similarity.conftest import make_smooth
from similarity.test_contract import MEASURES, bound

from rnncompare import plugins
from rnncompare.comparison import measure_pages
from rnncompare.comparison.evaluation import evaluate
from rnncompare.comparison.measure_card import INVARIANCES, MeasureCard, card_of
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.primary_statistics import reverse

TEXTS = ("formula", "cost", "pitfalls", "reference")
few = settings(deadline=None, max_examples=8, derandomize=True)


def scores(name, x, y, signal="removed"):
    """The primary statistic and its reverse, for the true pairing."""
    values = evaluate(bound(name), Pair(x, y, np.arange(len(x))[None], signal)).values
    first = next(iter(values))
    return {s: float(np.ravel(values[s])[0]) for s in dict.fromkeys((first, reverse(first)))}


def two(seed, noise=1.0):
    """Two activities with shared variance."""
    x = make_smooth(seed, units=9)
    mixed = x @ np.random.default_rng(seed).standard_normal((9, 7)) / 3
    return x, mixed + noise * make_smooth(seed + 1000, units=7)


def transformed(data, change, seed):
    """A transformed copy, to which a measure that is invariant to `change` gives the same value."""
    rng = np.random.default_rng(seed)
    units = data.shape[-1]
    return {
        "permutation": lambda: data[..., rng.permutation(units)],
        "translation": lambda: data + 5 * rng.standard_normal(units),
        "scale": lambda: data * rng.uniform(0.1, 10),
        "unit scale": lambda: data * np.exp(rng.uniform(-1.5, 1.5, units)),
        "rotation": lambda: data @ np.linalg.qr(rng.standard_normal((units, units)))[0],
        "linear map": lambda: data @ (rng.standard_normal((units, units)) + 2 * np.eye(units)),
    }[change]()


def both_sides(name, change, seed, signal):
    """The scores, and the scores with either side transformed."""
    x, y = two(seed)
    return scores(name, x, y, signal), [
        scores(name, transformed(x, change, seed), y, signal),
        scores(name, x, transformed(y, change, seed), signal),
    ]


@pytest.mark.parametrize("folder", measure_pages.KINDS)
def test_every_measure_has_a_complete_card(folder):
    for name in plugins.available(folder):
        card = card_of(plugins.find(folder, name))
        assert not [text for text in TEXTS if not getattr(card, text)], name
        assert card.statistics, name
        assert set(card.bounds) == set(card.statistics), name


@pytest.mark.parametrize("name", MEASURES)
def test_a_card_describes_the_statistics_that_a_measure_returns(name):
    card = card_of(bound(name))
    given_ = evaluate(bound(name), Pair(*two(0), np.arange(6)[None], "removed")).values
    described = {s for s in given_ if not s.startswith(("components_", "variance_explained_"))}
    families = tuple(s[:-1] for s in card.statistics if s.endswith("_K"))  # one statistic for each K of an option
    assert [s for s in described if s not in card.statistics and not s.startswith(families or " ")] == []
    for kind in ("lower_is_better", "correlations", "metrics", "condition_blind"):
        assert set(getattr(card, kind)) <= set(given_), kind


@pytest.mark.parametrize("signal", ["removed", "kept"])
@pytest.mark.parametrize(("name", "change"), [(n, c) for n in MEASURES for c in card_of(bound(n)).invariant_to])
@few
@given(seed=st.integers(0, 500))
def test_a_measure_has_the_invariances_of_its_card(name, change, signal, seed):
    before, after = both_sides(name, change, seed, signal)
    for one in after:
        assert one == pytest.approx(before, abs=2e-6)


@pytest.mark.parametrize(
    ("name", "change"), [(n, c) for n in MEASURES for c in INVARIANCES if c not in card_of(bound(n)).invariant_to]
)
def test_a_measure_has_no_invariance_that_its_card_does_not_state(name, change):
    changes = []
    for seed in range(3):
        before, after = both_sides(name, change, seed, "removed")
        changes += [abs(one[s] - before[s]) for one in after for s in before]
    assert max(changes) > 1e-4


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_symmetric_if_and_only_if_its_card_says_so(name):
    forth, back = (scores(name, *sides) for sides in (two(3), two(3)[::-1]))
    if len(forth) == 2:  # a directed measure returns both directions, which are exchanged
        first, other = forth
        assert (forth[first], forth[other]) == pytest.approx((back[other], back[first]), abs=1e-6)
    same = next(iter(back.values())) == pytest.approx(next(iter(forth.values())), abs=1e-6)
    assert same == card_of(bound(name)).symmetric


@pytest.mark.parametrize(("name", "statistic"), [(n, s) for n in MEASURES for s in card_of(bound(n)).metrics])
@few
@given(seed=st.integers(0, 500))
def test_a_metric_satisfies_the_triangle_inequality(name, statistic, seed):
    x, y = two(seed)
    z = make_smooth(seed + 2000, units=8)

    def distance(a, b):
        values = evaluate(bound(name), Pair(a, b, np.arange(len(a))[None], "removed")).values
        return float(np.ravel(values[statistic])[0])

    assert distance(x, z) <= distance(x, y) + distance(y, z) + 1e-9
    assert distance(x, x) == pytest.approx(0, abs=1e-6)
    assert distance(x, y) == pytest.approx(distance(y, x), abs=1e-9)


@pytest.mark.parametrize("name", MEASURES)
def test_similarity_decreases_with_noise(name):
    """On average over twelve pairs, in both directions."""
    levels = (0.1, 0.5, 1.5, 5.0)
    of_level = [[list(scores(name, *two(seed, noise)).values()) for seed in range(12)] for noise in levels]
    means = np.mean(of_level, axis=1)
    first = next(iter(scores(name, *two(0))))
    sign = -1 if first in card_of(bound(name)).lower_is_better else 1
    assert (np.diff(sign * means, axis=0) < 0).all(), means


def test_an_unknown_invariance_and_empty_bounds_are_refused():
    with pytest.raises(
        ValueError, match=r"found invariant_to \['turning'\], wanted a choice of permutation, translation"
    ):
        MeasureCard(invariant_to=("turning",))
    with pytest.raises(ValueError, match="found empty bounds of r, wanted the minimum first"):
        MeasureCard(bounds={"s": (0, None), "r": (1, -1)})


def test_a_statistic_with_a_number_has_the_bounds_of_its_family():
    card = MeasureCard(bounds={"mean_of_K": (-1, 1), "tangling_90": (0, None)})
    assert card.bounds_of("mean_of_3") == (-1, 1) and card.bounds_of("tangling_90") == (0, None)
    assert card.bounds_of("variance_explained_recording") == (0, 1) and card.bounds_of("other_3") == (None, None)
