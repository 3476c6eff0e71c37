"""Trials of both choices at a fixed stimulus, and how they are shuffled and resampled."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, conditions, natural
from rnncompare.probes._population import name_of, window_mean
from rnncompare.probes._roc import margin_ranks, opposite_pairs, resampled_margins, shuffled_margins, z_scored


class Trials(NamedTuple):
    """What all units and windows share."""

    stimulus: np.ndarray  # (trial,) number of its condition
    second: np.ndarray  # (trial,) whether the second choice was made
    choices: np.ndarray  # (1 + permutation, trial) choices as made, then shuffled
    weights: np.ndarray  # (resample, trial) how often each is held

    @classmethod
    def of(cls, data: xr.Dataset, second: np.ndarray, *, permutations: int, bootstrap: int, seed: int) -> "Trials":
        stimulus = np.unique(data.condition.values, return_inverse=True)[1]
        choices = shuffled_within(second, stimulus, permutations, np.random.default_rng(seed))
        weights = resampled_within(second, stimulus, bootstrap, np.random.default_rng([seed, 1]))
        return cls(stimulus, second, choices, weights)


class Margins(NamedTuple):
    """Pairs that the second choice wins less those that it loses, see `_roc`."""

    shuffled: np.ndarray  # (1 + permutation, unit), the choices as made first
    resampled: np.ndarray  # (resample, unit)
    pairs: int


def fixed_stimulus(data: xr.Dataset, min_trials: int, probe: str) -> tuple[xr.Dataset, np.ndarray]:
    """The trials of conditions with enough of both choices, and which of those trials had the second choice."""
    where = f"{probe} of {name_of(data)}"
    if "choice" not in data.coords:
        raise BadActivity(f"{where}: found no coordinate 'choice', wanted each trial's choice, the subject's own")
    values = data.choice.values.astype(str)
    names = sorted(set(values.tolist()), key=natural)
    if len(names) != 2:
        raise BadActivity(
            f"{where}: found {len(names)} choice{'s' * (len(names) != 1)}, {', '.join(names)}, wanted two"
        )
    second, labels = values == names[1], data.condition.values
    count = {c: (int((second & (labels == c)).sum()), int((~second & (labels == c)).sum())) for c in conditions(data)}
    usable = [c for c, both in count.items() if min(both) >= min_trials]
    if not usable:
        best = max(count, key=lambda c: (min(count[c]), sum(count[c])))
        raise BadActivity(
            f"{where}: single trials of both choices needed: the most even condition, {best}, "
            f"has {count[best][1]} of {names[0]} and {count[best][0]} of {names[1]}, "
            f"wanted at least {min_trials} of each in some condition"
        )
    keep = np.isin(labels, usable)
    return data.isel(trial=keep), second[keep]


def measure(part: xr.Dataset, span: tuple[float, float], trials: Trials) -> tuple[Margins, Margins]:
    """Of the mean rates in a window: within conditions, and over all pairs of trials after z-scoring within them."""
    rate = window_mean(part, span, "choice_probability")
    pooled = np.zeros_like(trials.stimulus)
    sides = (rate, trials.stimulus), (z_scored(rate, trials.stimulus), pooled)
    return tuple(_margins(values, group, trials) for values, group in sides)


def _margins(values: np.ndarray, group: np.ndarray, trials: Trials) -> Margins:
    ranks = margin_ranks(values, group)
    one, other = opposite_pairs(group, trials.second)
    return Margins(
        shuffled_margins(ranks, trials.choices), resampled_margins(ranks, one, other, trials.weights), len(one)
    )


def shuffled_within(second: np.ndarray, group: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(1 + draws, trial) choices: as made, then shuffled within groups."""
    choices = np.tile(second.astype(np.int8), (1 + draws, 1))
    for k in np.unique(group):
        here = np.flatnonzero(group == k)
        choices[1:, here] = rng.permuted(choices[1:, here], axis=1)
    return choices


def resampled_within(second: np.ndarray, group: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(draw, trial) how often a resample holds each trial: as many of each group and choice as there were."""
    weights = np.zeros((draws, len(second)))
    for k in np.unique(group):
        for choice in (False, True):
            here = np.flatnonzero((group == k) & (second == choice))
            weights[:, here] = rng.multinomial(len(here), np.full(len(here), 1 / len(here)), size=draws)
    return weights
