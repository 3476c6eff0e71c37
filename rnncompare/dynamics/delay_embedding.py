"""Delay embedding, and the least-squares linear dynamics of the embedded states."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE
from rnncompare.crossvalidation.projection import axes_of, rank_of
from rnncompare.plugins import BadOption


def delay_embedded(data: np.ndarray, *, delays: int, interval: int) -> np.ndarray:
    """(condition, time - (delays - 1) x interval, delays x unit): each state with those before it, the newest first.

    data: (condition, time, unit); interval: steps between delays. Raises BadOption, and BadActivity if fewer than three
    times would remain, which linear dynamics need.
    """
    if delays < 1 or interval < 1:
        raise BadOption(f"delay embedding: found delays {delays}, interval {interval}, wanted at least 1 of each")
    times = data.shape[1] - (delays - 1) * interval
    if times < 3:
        raise BadActivity(
            f"delay embedding: found {data.shape[1]} times, wanted at least {3 + (delays - 1) * interval} "
            f"for {delays} delays at intervals of {interval}"
        )
    starts = [(delays - 1 - d) * interval for d in range(delays)]
    return np.concatenate([data[:, start : start + times] for start in starts], axis=-1)


def delay_coordinates(data: np.ndarray, *, components: int, delays: int, interval: int, rank: int) -> np.ndarray:
    """(condition, time, coordinate) the first `rank` left singular vectors of the embedded principal components.

    data: (condition, time, unit), centred. The coordinates are whitened: each has a sum of squares of 1, however little
    variance it had, and they are uncorrelated. There are fewer than `rank` if the others are rounding error.
    """
    embedded = delay_embedded(_on_axes(data, components)[0], delays=delays, interval=interval)
    coordinates, values = _on_axes(embedded, rank)
    return coordinates / np.sqrt(values)


def linear_dynamics(coordinates: np.ndarray) -> np.ndarray:
    """(coordinate, coordinate) least-squares matrix that maps each state to the state one step later.

    coordinates: (condition, time, coordinate); steps between conditions are not used.
    """
    before, after = (part.reshape(-1, coordinates.shape[-1]) for part in (coordinates[:, :-1], coordinates[:, 1:]))
    return np.linalg.lstsq(before, after, rcond=None)[0].T


def _on_axes(data: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates on at most `components` principal axes (about 0), and their sums of squares."""
    flat = data.reshape(-1, data.shape[-1])
    values, vectors = axes_of(flat.T @ flat, components)
    rank = max(1, rank_of(values, NEGLIGIBLE * values.sum()))
    return data @ vectors[:, :rank], values[:rank]
