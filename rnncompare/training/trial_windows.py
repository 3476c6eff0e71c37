"""Where the times of an activity lie in the trials of a task with decisions."""

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import RESOLUTION
from rnncompare.plugins import BadOption

Bins = tuple[np.ndarray, np.ndarray, np.ndarray]  # see `bins`


def asked_trials(task: xr.Dataset) -> xr.Dataset:
    """The trials of a task's test set that require a decision."""
    return task.isel(trial=np.flatnonzero((task["set"].values == "test") & np.isfinite(task.onset.values)))


def steps_of_bins(task: xr.Dataset, window: tuple[float, float], bin: float | None) -> tuple[np.ndarray, Bins]:
    """The step of the onset of each trial (trial,), and the bins around it (`bins`).

    task: its trials that require a decision. Raises BadOption for a window whose bins are not within all trials.
    """
    step = activity.interval(task)
    centres, offsets, weights = bins(window, bin, step)
    first = np.rint((task.onset.values - task.time.values[0]) / step).astype(int)
    last = np.rint((task.end.values if "end" in task.coords else task.time.values[-1] + step) / step).astype(int)
    if (first + offsets[0]).min() < 0 or (first + offsets[-1] - last).max() >= 0:
        half = (step if bin is None else bin) / 2
        raise BadOption(
            f"simulation: found window {list(window)} s around onsets {first.min() * step:g} s after the start of a "
            f"trial and {(last - first).min() * step:g} s before its end, wanted a window within the trials: the first "
            f"bin begins {half:g} s before the window, and the last one ends {half:g} s after it"
        )
    return first, (centres, offsets, weights)


def bins(window: tuple[float, float], bin: float | None, step: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bin centres (bin,) in s, the steps from onset that contribute to them (step,), and their weights (bin, step).

    A step on the boundary of two bins contributes half to each, as in the binning of recordings. Raises BadOption.
    """
    bin = step if bin is None else bin
    edges = [round(edge / bin) for edge in window]
    if bin < step - RESOLUTION or edges[0] > edges[1] or np.abs(np.multiply(edges, bin) - window).max() > RESOLUTION:
        raise BadOption(
            f"simulate: found window {list(window)} and bin {bin:g} s of a task in steps of {step:g} s, "
            "wanted increasing multiples of the bin, and a bin of at least one step"
        )
    centres = np.round(np.arange(edges[0], edges[1] + 1) * bin, 9)
    offsets = np.arange(np.floor((edges[0] - 0.5) * bin / step), np.ceil((edges[1] + 0.5) * bin / step) + 1).astype(int)
    away = np.abs(offsets * step - centres[:, None])
    weight = np.where(away < bin / 2 - RESOLUTION, 1.0, np.where(away < bin / 2 + RESOLUTION, 0.5, 0.0))
    used = np.flatnonzero(weight.any(axis=0))
    offsets, weight = offsets[used[0] : used[-1] + 1], weight[:, used[0] : used[-1] + 1]
    return centres, offsets, (weight / weight.sum(axis=1, keepdims=True)).astype(np.float32)
