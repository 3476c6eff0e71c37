"""What a control takes over from the trials it was made of."""

import numpy as np
import xarray as xr


def per_trial(source: xr.Dataset, copies: int = 1, leave: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    """The coordinates along trial but condition and those in `leave`, each trial `copies` times."""
    return {
        str(name): np.repeat(coordinate.values, copies)
        for name, coordinate in source.coords.items()
        if coordinate.dims == ("trial",) and name not in {"condition", *leave}
    }
