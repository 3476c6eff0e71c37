"""Noise ceiling of RSA: how well dissimilarities could agree with those of a recording, estimated from its parts."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, Unmeasurable, conditions
from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.precision import varies
from rnncompare.comparison.measure_card import CORRELATION, MeasureCard
from rnncompare.comparison.pair import Trials
from rnncompare.comparison.soft_normalisation import soft_scale
from rnncompare.geometry.agreement import Compare
from rnncompare.geometry.dissimilarities import Average, Distance, Side, folds_of_trials, over_times
from rnncompare.geometry.noise_ceiling import noise_ceiling
from rnncompare.options.ranges import Groups, NotNegative, Repeats, Seed, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of, one_session, rates_within

PROBE = "rsa_noise_ceiling"


def rsa_noise_ceiling(
    data: xr.Dataset,
    *,
    seed: Seed,
    split: Literal["units", "trials"],
    groups: Groups,
    repeats: Repeats,
    window: Window,
    soft_normalise: NotNegative | None,
    distance: Distance,
    compare: Compare,
    average: Average,
    trial_folds: Groups | None,
) -> list[dict]:
    """Agreement of the dissimilarities of each part with the mean over all parts (upper) or over the others (lower).

    Parts are the units of an area, or the trials of each condition, split at random into `groups`, `repeats` times.
    window: s, both ends included. soft_normalise: as in comparisons, with ranges of the averages over all trials; the
    other options are those of `similarity.rsa`. There are rows of lower and upper for each area, with
    condition_independent removed and kept. (Nili et al. 2014.) Raises BadActivity, BadOption, Unmeasurable.
    """
    if groups < 2 or repeats < 1:
        raise BadOption(f"{PROBE}: found groups {groups}, repeats {repeats}, wanted at least 2 and 1")
    if distance == "crossnobis":
        one_session(data, PROBE)
    if split == "trials" or distance == "crossnobis":
        refuse_copies(data, f"{PROBE} of {name_of(data)}")
    names = conditions(data)
    if len(names) < 3:
        raise BadActivity(f"{PROBE} of {name_of(data)}: found {len(names)} conditions, wanted at least 3")
    condition = np.array([names.index(c) for c in data.condition.values.tolist()])
    options = {"average": average, "trial_folds": trial_folds}
    rows = []
    for area, part in by_area(data):
        if not varies(averages(Trials(rates_within(part, window, PROBE).astype(float), condition)), (0,)):
            raise Unmeasurable(
                f"{PROBE} of {name_of(data)}: found equal rates in all {len(names)} conditions, wanted conditions that "
                "differ"
            )
        trials = Trials(normalised(part, condition, window, soft_normalise), condition)
        rng = np.random.default_rng(seed)
        splits = [parts(trials, part, split, groups, rng) for _ in range(repeats)]
        for signal, axes in (("removed", (0,)), ("kept", (0, 1))):
            rdms = [np.stack([over_times(p, distance, axes=axes, **options) for p in sides]) for sides in splits]
            bounds = np.mean([noise_ceiling(r, compare) for r in rdms], axis=0).tolist()
            about = {"condition_independent": signal} | area | {"groups": groups, "split": split}
            rows += [{"statistic": n, "value": v} | about for n, v in zip(("lower", "upper"), bounds, strict=True)]
    return rows


rsa_noise_ceiling.card = MeasureCard(
    formula="upper: mean over parts s of compare(D_s, mean of all D); lower: mean of compare(D_s, mean of the other "
    "D); D is normalised before averaging: to unit norm (cosines), z-scored (pearson) or ranked (spearman, kendall)",
    statistics={
        "lower": "agreement of a part with the mean over the other parts",
        "upper": "agreement of a part with the mean over all parts, including itself",
    },
    bounds={"lower": CORRELATION, "upper": CORRELATION},
    zero="lower: the parts are unrelated, on average",
    one="the parts have equal dissimilarities",
    invariant_to=("permutation", "translation", "scale"),
    cost="dissimilarities of groups x repeats parts",
    pitfalls="The ceiling applies to a model that is compared with one part: with parts of units, to recordings of "
    "that number of units, which share the noise of simultaneous trials; with parts of trials, to averages of that "
    "number. With two groups, the bounds are far apart. plain_correlation is not invariant to translation. Use the "
    "distance, compare, average and window of the score in question.",
    reference="Nili et al. 2014",
)
rsa_noise_ceiling.together = folds_of_trials
rsa_noise_ceiling.first_look = {
    "split": "units",
    "groups": 2,
    "repeats": 2,
    "soft_normalise": 0.2,
    "distance": "sqeuclidean",
    "compare": "spearman",
    "average": "patterns",
    "trial_folds": None,
}


def normalised(
    data: xr.Dataset, condition: np.ndarray, window: tuple[float, float], soft_normalise: float | None
) -> np.ndarray:
    """(trial, time, unit) rates in the window, soft-normalised with the ranges of units in the averages."""
    rate = rates_within(data, window, PROBE).astype(float)
    _, scale = soft_scale(averages(Trials(rate, condition)), soft_normalise)
    return rate / scale


def averages(trials: Trials) -> np.ndarray:
    """(condition, time, unit) means over trials."""
    return np.stack([trials.rate[trials.condition == c].mean(axis=0) for c in np.unique(trials.condition)])


def parts(trials: Trials, data: xr.Dataset, split: str, groups: int, rng: np.random.Generator) -> list[Side]:
    """The parts of one random split of the units or trials of an area."""
    where, count = f"{PROBE} of {name_of(data)}", np.bincount(trials.condition)
    if split == "units":
        if data.sizes["unit"] < groups:
            raise BadActivity(
                f"{where}: found {data.sizes['unit']} units, wanted at least {groups}, one for each group"
            )
        by_name = np.argsort(data.unit.values.astype(str))  # makes the split independent of the order of units
        members = np.array_split(rng.permutation(by_name), groups)
        chosen = [Trials(trials.rate[..., np.sort(units)], trials.condition) for units in members]
    else:
        least = int(count.min())
        if least < groups:
            raise BadActivity(
                f"{where}: found a condition with {least} trial{'s' * (least != 1)}, wanted at least {groups}, one for "
                "each group"
            )
        group = np.empty(len(trials.condition), dtype=int)
        for c in range(len(count)):
            group[trials.condition == c] = rng.permutation(count[c]) % groups
        chosen = [Trials(trials.rate[group == g], trials.condition[group == g]) for g in range(groups)]
    single = count.max() == 1
    return [Side(averages(part), None if single else part, f"parts of {name_of(data)}") for part in chosen]
