"""A small recording for calibrations, and measures with known calibration."""

import zlib

import numpy as np
from scipy.spatial.distance import pdist

from rnncompare.calibration import dimensions_of
from rnncompare.comparison.measure_card import MeasureCard

NOTHING = {
    "null_pairs": 0,
    "geometry_pairs": 0,
    "power_pairs": 0,
    "shares": [0.5],
    "bias_pairs": 0,
    "unit_fractions": [1.0],
    "trial_counts": [2],
    "recoveries": 0,
    "condition_counts": [5],
    "condition_recordings": 0,
    "condition_measures": None,
}
COMPARISON = {
    "preparation": {"window": None, "soft_normalise": None},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
    "nulls": {"conditions": {"use": "conditions", "draws": 19}},
}


def small(made_up, **options):
    """The dimensions of a recording with 6 conditions, 12 times and 10 units."""
    recording = made_up(0, conditions=6, times=12, units=10)
    return dimensions_of(recording, **{"noise": "gaussian", "smooth": 0.0, "trials": 20} | options)


def noise(x, y) -> dict[str, float]:
    """A pseudorandom number that depends only on the exact values of both sides."""
    return {"noise": np.random.default_rng(zlib.crc32(x.tobytes() + y.tobytes())).normal()}


def flattering(pair) -> dict[str, np.ndarray]:
    """A biased measure that adds a bonus to the unpermuted pairing only."""
    values = np.random.default_rng(zlib.crc32(pair.x.tobytes())).normal(size=len(pair.orders))
    values[0] += 1
    return {"score": values}


def alike(x, y) -> dict[str, float]:
    """Correlation of the distances between conditions."""
    x, y = (pdist(a.reshape(len(a), -1)) for a in (x, y))
    return {"correlation": float(np.corrcoef(x, y)[0, 1])}


def oracle(x, y) -> dict[str, float]:
    """Mean angle between recorded units and the most similar unit of the network: 0 for the generating network."""
    x, y = (a.reshape(-1, a.shape[2]) / np.maximum(np.linalg.norm(a, axis=(0, 1)), 1e-9) for a in (x, y))
    return {"angle": float(np.arccos(np.clip((x.T @ y).max(axis=0), -1, 1)).mean())}


oracle.card = MeasureCard(lower_is_better=("angle",))
