"""How trials of both choices are shuffled and resampled, and how often one choice wins."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.choice.held_stimulus import Held
from rnncompare.choice.roc import margin_ranks, opposite_pairs, resampled_margins, shuffled_margins, z_scored
from rnncompare.populations.population import window_mean


class Trials(NamedTuple):
    """What all units and windows share."""

    stimulus: np.ndarray  # (trial,) number of the group that it is compared in
    second: np.ndarray  # (trial,) whether the second choice was made
    choices: np.ndarray  # (1 + permutation, trial) choices as made, then shuffled
    weights: np.ndarray  # (resample, trial) how often each is held

    @classmethod
    def of(cls, held: Held, *, permutations: int, bootstrap: int, seed: int) -> "Trials":
        group, cell = (np.unique(names, return_inverse=True)[1] for names in (held.group, held.cell))
        choices = shuffled_within(held.second, group, permutations, np.random.default_rng(seed))
        weights = resampled_within(held.second, cell, bootstrap, np.random.default_rng([seed, 1]))
        return cls(group, held.second, choices, weights)


class Margins(NamedTuple):
    """Pairs that the second choice wins less those that it loses, see `_roc`."""

    shuffled: np.ndarray  # (1 + permutation, unit), the choices as made first
    resampled: np.ndarray  # (resample, unit)
    pairs: int


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
            if not len(here):  # a group may be of one choice only
                continue
            weights[:, here] = rng.multinomial(len(here), np.full(len(here), 1 / len(here)), size=draws)
    return weights
