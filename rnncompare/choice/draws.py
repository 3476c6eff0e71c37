"""Permutations and bootstrap resamples of trials of two choices, and the resulting rank statistics."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.choice.held_stimulus import Held
from rnncompare.choice.roc import margin_ranks, opposite_pairs, resampled_margins, shuffled_margins, z_scored
from rnncompare.populations.population import window_mean


class Trials(NamedTuple):
    """Variables of the trials, the same for all units and windows."""

    stimulus: np.ndarray  # (trial,) number of the group within which the trial is compared
    second: np.ndarray  # (trial,) whether the second choice was made
    choices: np.ndarray  # (1 + permutation, trial) the choices that were made, then permuted choices
    weights: np.ndarray  # (resample, trial) number of times that each trial is in a resample

    @classmethod
    def of(cls, held: Held, *, permutations: int, bootstrap: int, seed: int) -> "Trials":
        group, cell = (np.unique(names, return_inverse=True)[1] for names in (held.group, held.cell))
        choices = shuffled_within(held.second, group, permutations, np.random.default_rng(seed))
        weights = resampled_within(held.second, cell, bootstrap, np.random.default_rng([seed, 1]))
        return cls(group, held.second, choices, weights)


class Margins(NamedTuple):
    """Pairs of trials in which the second choice has the higher rate minus those with the lower rate, see `roc`."""

    shuffled: np.ndarray  # (1 + permutation, unit), first for the choices that were made
    resampled: np.ndarray  # (resample, unit)
    pairs: int


def measure(part: xr.Dataset, span: tuple[float, float], trials: Trials) -> tuple[Margins, Margins]:
    """Margins of mean rates in a window: within conditions, and over all trials after z-scoring within conditions."""
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
    """(1 + draws, trial) the choices that were made, followed by choices permuted within groups."""
    choices = np.tile(second.astype(np.int8), (1 + draws, 1))
    for k in np.unique(group):
        here = np.flatnonzero(group == k)
        choices[1:, here] = rng.permuted(choices[1:, here], axis=1)
    return choices


def resampled_within(second: np.ndarray, group: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(draw, trial) number of times that each trial is in a resample; the size of each group and choice is kept."""
    weights = np.zeros((draws, len(second)))
    for k in np.unique(group):
        for choice in (False, True):
            here = np.flatnonzero((group == k) & (second == choice))
            if not len(here):  # a group may have only one choice
                continue
            weights[:, here] = rng.multinomial(len(here), np.full(len(here), 1 / len(here)), size=draws)
    return weights
