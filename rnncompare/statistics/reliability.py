"""Reliability of a whole from the correlation of its halves."""

import numpy as np

from rnncompare.statistics.p_values import TIE


def spearman_brown(r: np.ndarray | float, factor: float = 2.0) -> np.ndarray | float:
    """Spearman-Brown formula: the correlation expected with `factor` times as much data (Spearman 1910; Brown 1910).

    r: correlation between two halves, of units or of trials, from -1 to 1; factor 2 gives the reliability of the whole.
    A correlation of 0 or below indicates no reliable signal, cannot be extrapolated, and is returned unchanged. Raises
    ValueError if r is not a correlation.
    """
    r = np.asarray(r, dtype=float)
    if not (np.abs(r) <= 1 + TIE).all():
        raise ValueError(
            f"Spearman-Brown: found correlation {r.flat[np.nanargmax(np.abs(r))]:g}, wanted values from -1 to 1"
        )
    stepped = np.where(r > 0, factor * r / (1 + (factor - 1) * np.maximum(r, 0)), r)
    return stepped if stepped.ndim else float(stepped)
