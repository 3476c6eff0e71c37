"""Coordinates along trial that a control takes over from its source."""

import numpy as np
import xarray as xr

from rnncompare.activity.selection import along_trials


def per_trial(source: xr.Dataset, copies: int = 1, leave: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    """The coordinates along trial, without condition and those in `leave`, with each trial repeated `copies` times."""
    return {
        name: np.repeat(source[name].values, copies)
        for name in along_trials(source)
        if name not in {"condition", *leave}
    }
