"""States that are the same point: distances are the largest over variables, relative to the range of the states."""

import numpy as np

MERGED = 1e-3  # of the range of the states


def merge_distance(*states: np.ndarray) -> float:
    """The distance below which two states count as one: 1e-3 of the largest range of a variable over all states."""
    together = np.concatenate(states)
    spread = float(np.ptp(together, axis=0).max())
    return MERGED * (spread or float(np.abs(together).max()) or 1.0)


def distinct(states: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Indices of states no two of which are within `distance`, and the place among these of the first near each state.

    Unlike `linked`, this leaves the points of a line of fixed points apart, so that it can be seen as one.
    """
    kept, place = [], np.full(len(states), -1)
    for first in range(len(states)):
        if place[first] < 0:
            free = np.flatnonzero(place < 0)
            place[free[np.abs(states[free] - states[first]).max(axis=1) <= distance]] = len(kept)
            kept.append(first)
    return np.array(kept, dtype=int), place


def linked(states: np.ndarray, distance: float) -> np.ndarray:
    """The connected component of each state, numbered from 0, if states within `distance` are connected."""
    component = np.full(len(states), -1)
    for first in range(len(states)):
        if component[first] >= 0:
            continue
        number, border = component.max() + 1, [first]
        component[first] = number
        while border:
            here = border.pop()
            free = np.flatnonzero(component < 0)
            near = free[np.abs(states[free] - states[here]).max(axis=1) <= distance]
            component[near] = number
            border.extend(near)
    return component
