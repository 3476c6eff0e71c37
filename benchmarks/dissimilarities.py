"""Dissimilarities of 27 conditions at each of 250 times, with 150 units, compared with RDM movies of rsatoolbox.

Crossnobis: four trials per condition, each of which is a fold. Both estimate the noise covariance from the average
rates of trials, with shrinkage towards the diagonal.
"""

from collections.abc import Callable

import numpy as np
from rsatoolbox.data import Dataset, TemporalDataset
from rsatoolbox.data.noise import prec_from_unbalanced
from rsatoolbox.rdm import calc_rdm_movie

from rnncompare.comparison.pair import Trials
from rnncompare.geometry.dissimilarities import Side, by_time

CONDITIONS, TIMES, UNITS, FOLDS = 27, 250, 150, 4


def squared(data: np.ndarray) -> tuple[Callable, Callable]:
    """Return ours and the peer's (time, pair), for averages (condition, time, unit)."""
    theirs = TemporalDataset(
        data.transpose(0, 2, 1),
        obs_descriptors={"condition": np.arange(float(len(data)))},
        time_descriptors={"time": np.arange(data.shape[1])},
    )
    return (
        lambda: by_time(Side(data, None, "x"), "sqeuclidean", axes=(0,), trial_folds=None),
        lambda: calc_rdm_movie(theirs, method="euclidean", descriptor="condition").get_vectors(),
    )


def crossed(rate: np.ndarray, condition: np.ndarray) -> tuple[Callable, Callable]:
    """Return ours and the peer's, for trials (trial, time, unit) with conditions in cyclic order."""
    about = {"condition": condition.astype(float), "fold": np.repeat(np.arange(float(FOLDS)), condition.max() + 1)}
    theirs = TemporalDataset(
        rate.transpose(0, 2, 1), obs_descriptors=about, time_descriptors={"time": np.arange(rate.shape[1])}
    )
    average = np.stack([rate[condition == c].mean(axis=0) for c in np.unique(condition)])
    side = Side(average, Trials(rate, condition), "x")

    def peer() -> np.ndarray:
        noise = prec_from_unbalanced(Dataset(rate.mean(axis=1), obs_descriptors=about), "condition")
        options = {"method": "crossnobis", "descriptor": "condition", "cv_descriptor": "fold", "noise": noise}
        return calc_rdm_movie(theirs, **options).get_vectors()

    return lambda: by_time(side, "crossnobis", axes=(0,), trial_folds=FOLDS), peer


def dissimilarities() -> list[tuple[str, Callable, Callable]]:
    """Return the cases of squared Euclidean and crossnobis distances."""
    rng = np.random.default_rng(0)
    trials = rng.standard_normal((FOLDS * CONDITIONS, TIMES, UNITS))
    return [
        ("dissimilarities", *squared(trials[:CONDITIONS])),
        ("dissimilarities_crossnobis", *crossed(trials, np.tile(np.arange(CONDITIONS), FOLDS))),
    ]
