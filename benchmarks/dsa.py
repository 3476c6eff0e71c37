"""Dynamical similarity of two activities of 8 conditions x 121 times x 150 units, compared with the package dsa-metric.

The package is given the principal components and uses its default optimisation, with 1,500 steps from each of two
starting points. Ours reaches a smaller angle.
"""

from collections.abc import Callable

import numpy as np

from rnncompare.comparison.pair import Pair
from rnncompare.similarity.dsa import dsa as our_dsa

CONDITIONS, TIMES, UNITS = 8, 121, 150
COMPONENTS, DELAYS, RANK = 10, 5, 10
STARTS, ITERATIONS = 8, 100


def activities() -> list[np.ndarray]:
    """Return two smooth random activities (condition, time, unit), without the mean over conditions."""
    rng = np.random.default_rng(0)
    kernel = np.exp(-0.5 * (np.arange(-30, 31) / 10) ** 2)
    sides = []
    for _ in range(2):
        latent = rng.standard_normal((CONDITIONS, TIMES + 60, 12)) * np.logspace(0, -1, 12)
        smooth = np.apply_along_axis(np.convolve, 1, latent, kernel, "valid")
        sides.append(smooth @ rng.standard_normal((12, UNITS)))
    return [side - side.mean(axis=0) for side in sides]


def our_angle(sides: list[np.ndarray]) -> float:
    pair = Pair(*sides, np.arange(CONDITIONS)[None], "removed")
    embedding = {"components": COMPONENTS, "delays": DELAYS, "interval": 1, "rank": RANK}
    return float(our_dsa(pair, **embedding, starts=STARTS, iterations=ITERATIONS)["angle"])


def peer_angle(scores: list[np.ndarray]) -> float:
    import DSA

    embedding = {"n_delays": DELAYS, "rank": RANK, "verbose": False}
    return float(np.ravel(DSA.DSA(*scores, **embedding, score_method="angular").fit_score())[0])


def dsa() -> list[tuple[str, Callable, Callable]]:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    sides = activities()
    axes = [np.linalg.svd(s.reshape(-1, UNITS), full_matrices=False)[2][:COMPONENTS].T for s in sides]
    scores = [s @ a for s, a in zip(sides, axes, strict=True)]
    return [("dsa", lambda: our_angle(sides), lambda: peer_angle(scores))]
