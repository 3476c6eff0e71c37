"""The noise ceiling of the dissimilarities of a recording, from its parts."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.geometry.agreement import agreement
from rnncompare.geometry.dissimilarities import Side, over_times
from rnncompare.geometry.noise_ceiling import noise_ceiling
from rnncompare.plugins import BadOption
from rnncompare.probes.rsa_noise_ceiling import rsa_noise_ceiling

FIXED = {
    "seed": 0,
    "split": "units",
    "groups": 2,
    "repeats": 3,
    "window": [-0.2, 0.2],
    "soft_normalise": None,
    "distance": "sqeuclidean",
    "compare": "pearson",
    "average": "dissimilarities",
    "trial_folds": None,
}


def bounds(data, **options):
    rows = rsa_noise_ceiling(data, **FIXED | options)
    return {(r["statistic"], r["condition_independent"]): r["value"] for r in rows}


def with_noise(data, size, seed=0):
    noise = np.random.default_rng(seed).standard_normal(data.rate.shape)
    return data.assign(rate=data.rate + size * noise)


def test_two_groups_of_single_units_agree_with_a_plain_computation(made_up):
    data = made_up(1, units=2)
    rate = data.rate.values[:, :40]
    rdms = [
        over_times(
            Side(rate[..., [u]], None, "x"), "sqeuclidean", average="dissimilarities", axes=(0,), trial_folds=None
        )
        for u in (0, 1)
    ]
    found = bounds(data)
    assert (found["lower", "removed"], found["upper", "removed"]) == pytest.approx(
        noise_ceiling(np.stack(rdms), "pearson")
    )
    one_and_other = agreement(rdms[0][None], rdms[1][None], np.arange(8)[None], "pearson")[0]
    assert found["lower", "removed"] == pytest.approx(one_and_other)


@pytest.mark.parametrize("split", ["units", "trials"])
@pytest.mark.parametrize("distance", ["sqeuclidean", "correlation", "crossnobis"])
def test_noise_lowers_the_bound_of_parts_of_trials(split, distance, made_up):
    data = made_up(1, trials=12, units=30)
    folds = 3 if distance == "crossnobis" else None
    clear, noisy = (
        bounds(with_noise(data, size), split=split, distance=distance, trial_folds=folds, repeats=2)
        for size in (0.1, 10.0)
    )
    assert all(clear["lower", s] <= clear["upper", s] for s in ("removed", "kept"))
    if split == "trials":
        assert clear["lower", "removed"] > 0.9 and noisy["lower", "removed"] < clear["lower", "removed"] - 0.1


def test_more_groups_are_smaller_parts_that_agree_less(made_up):
    data = made_up(1, units=40)
    two, eight = (bounds(data, groups=g, repeats=10) for g in (2, 8))
    assert eight["lower", "removed"] < two["lower", "removed"]


def test_the_mean_over_repeats_depends_only_on_the_seed(made_up):
    data = made_up(1, trials=3)
    assert bounds(data) == bounds(data) != bounds(data, seed=1)


def test_soft_normalisation_takes_ranges_from_the_averages_of_all_trials(made_up):
    data = made_up(1, units=2)
    louder = data.assign(rate=data.rate * np.array([1.0, 50.0]))
    whole = {"soft_normalise": 0.0, "split": "trials", "groups": 2, "distance": "sqeuclidean"}
    twice, louder_twice = (d.isel(trial=np.repeat(np.arange(8), 2)) for d in (data, louder))
    plain, normal = (
        [bounds(with_noise(d, 0.0), **whole | {"soft_normalise": c}) for d in (twice, louder_twice)]
        for c in (None, 0.0)
    )
    assert normal[0] == pytest.approx(normal[1]) and plain[0] == pytest.approx(normal[0])  # the halves are equal


def test_data_that_cannot_be_split_are_refused(made_up):
    with pytest.raises(BadActivity, match="found 3 units, wanted at least 4, one for each group"):
        bounds(made_up(1, units=3), groups=4)
    with pytest.raises(BadActivity, match="found a condition with 1 trial, wanted at least 2"):
        bounds(made_up(1), split="trials")
    with pytest.raises(BadActivity, match="found one trial for each condition, wanted several"):
        bounds(made_up(1), distance="crossnobis", trial_folds=2)
    with pytest.raises(BadActivity, match="found 2 conditions, wanted at least 3"):
        bounds(made_up(1, conditions=2))
    with pytest.raises(BadOption, match="found groups 1, repeats 3, wanted at least 2 and 1"):
        bounds(made_up(1), groups=1)
    with pytest.raises(BadOption, match="found no time in window 3 to 4 s, wanted some times"):
        bounds(made_up(1), window=[3, 4])
