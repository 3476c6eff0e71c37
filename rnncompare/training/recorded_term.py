"""Recorded activity as a part of the loss: a linear readout of the rates of a network is to be the activity of units.

The readout is trained together with the network. It is not one of its outputs, and is stored beside its weights.
"""

import numpy as np
import torch
import xarray as xr
from scipy.ndimage import gaussian_filter1d
from torch import nn

from rnncompare import activity
from rnncompare.activity import RESOLUTION
from rnncompare.activity.trained_on import trained_on
from rnncompare.training import streams
from rnncompare.training.matrix_products import linear
from rnncompare.training.recorded_options import RecordedActivity, RecordedUnits
from rnncompare.training.trials import BadTraining, Split

UNITS = 2  # the fewest recorded units: one is trained, and one is not


class RecordedTerm:
    """The term of the loss, and the readout with which it is computed.

    The term is sum((R s + c - y)^2) / sum((y - m)^2) over the trained units, recorded times and trained conditions. y
    are the condition averages of the recording, normalised by the ranges in the trained conditions, m the mean of each
    unit in them, and s the rates of the network at the reference delay, smoothed as the recording was. It is 1 for a
    readout of zeros, with which training begins, and 0 for a perfect one. The mean over the batches of an epoch is
    weighted by the numbers of their trials at the reference delay: a batch without any has a term of 0.
    """

    def __init__(
        self,
        task: xr.Dataset,
        recording: xr.Dataset,
        options: RecordedActivity,
        part: Split,
        *,
        smooth: float,
        seed: int,
        network: nn.Module,
    ):
        """part: the trials of the task; smooth: s, SD of the Gaussian by which rates of networks are smoothed."""
        average = matched(task, activity.condition_average(recording))
        names = task.condition.values.astype(str)
        self.conditions = list(dict.fromkeys(names[part.measured].tolist()))
        self.units = trained_units(average.unit.values.tolist(), options.units)
        self.label = trained_on(recording, self.units, self.conditions)
        self.smooth, self.penalty = smooth, options.readout_penalty
        rate = rates_of(average, self.units, self.conditions)
        self.mean, self.scale = soft_scale(rate, options.soft_normalise)
        rate = (rate - self.mean) / self.scale
        power = float((rate**2).sum())
        if not power > 0:
            raise BadTraining(
                f"training.recorded: found equal rates of all {len(self.units)} trained units at all times of "
                f"{len(self.conditions)} conditions, wanted rates that vary"
            )
        if options.shuffle is not None and len(rate) < 2:
            raise BadTraining("training.recorded: found shuffle and 1 trained condition, wanted at least 2")
        like = next(network.parameters())
        kind = {"dtype": like.dtype, "device": like.device}
        order = np.arange(len(rate)) if options.shuffle is None else shuffled(len(rate), options.shuffle, seed)
        self.wanted = torch.as_tensor(np.swapaxes(rate[order], 1, 2).copy(), **kind)  # (condition, unit, time)
        self.filter = torch.as_tensor(smoothing(task, smooth), **kind)
        self.position = positions(task, self.conditions, part)
        # The share of the trials of an epoch that are at the reference delay, and the sum of squares of a trial.
        self.share = float((self.position[part.epoch] >= 0).mean())
        self.power = power / len(rate)
        self.weights = nn.Parameter(torch.zeros(len(self.units), rates_per_time(network, task), **kind))
        self.offset = nn.Parameter(torch.zeros(len(self.units), **kind))

    @property
    def parameters(self) -> list[nn.Parameter]:
        """The readout, which is trained with the network."""
        return [self.weights, self.offset]

    def __call__(self, rates: torch.Tensor, trials: np.ndarray) -> torch.Tensor:
        """The term for the rates (trial, time, unit) of a batch; trials: the numbers of its trials in the task."""
        place = self.position[trials]
        used = np.flatnonzero(place >= 0)
        made = predicted(rates[used], self.weights, self.offset, self.filter)
        error = (made - self.wanted[place[used]]).square().sum() / (self.power * self.share * len(trials))
        return error + self.penalty * self.weights.square().sum() / len(self.units)

    def stored(self) -> dict:
        """What a checkpoint has of it: the readout, the units and conditions, and how their rates were normalised."""
        arrays = {"mean": self.mean, "scale": self.scale}
        return {
            "weights": self.weights.detach().cpu().clone(),
            "offset": self.offset.detach().cpu().clone(),
            **{name: torch.as_tensor(np.broadcast_to(a, len(self.units)).copy()) for name, a in arrays.items()},
            "units": self.units,
            "conditions": self.conditions,
            "smooth": self.smooth,
            "label": self.label,
        }


def rates_per_time(network: nn.Module, task: xr.Dataset) -> int:
    """The number of units of a network, whatever its architecture."""
    like = next(network.parameters())
    with torch.no_grad():
        inputs = torch.as_tensor(task.inputs.values[:1, :2], dtype=like.dtype, device=like.device)
        return network(inputs)[0].shape[2]


def predicted(rates: torch.Tensor, weights: torch.Tensor, offset: torch.Tensor, filter: torch.Tensor) -> torch.Tensor:
    """(trial, recorded unit, recorded time) readout of rates (trial, time, unit), smoothed by `filter`."""
    return linear(linear(rates, weights, offset).transpose(1, 2).contiguous(), filter)


def smoothing(task: xr.Dataset, smooth: float) -> np.ndarray:
    """(recorded time, time) the Gaussian of SD `smooth` (s) of `simulate.as_activity`, and the cut that follows it."""
    same = np.eye(task.sizes["time"])
    if smooth:
        same = gaussian_filter1d(same, smooth / activity.interval(task), axis=0, mode="nearest")
    return same[task.recorded.values]


def matched(task: xr.Dataset, average: xr.Dataset) -> xr.Dataset:
    """The averages of a recording at the recorded times of a task, whose conditions it has, too. Raises BadTraining.

    Another recording than that of the task may have further times, such as those of shorter bins, which are not used.
    """
    where = "training.recorded"
    if "recorded" not in task.coords or "set" in task.coords:
        raise BadTraining(
            f"{where}: found a task without the times of a recording, wanted one that has `recorded` times"
        )
    known = set(average.condition.values.astype(str).tolist())
    lacking = [name for name in dict.fromkeys(task.condition.values.astype(str).tolist()) if name not in known]
    if lacking:
        raise BadTraining(
            f"{where}: found no activity in conditions {', '.join(lacking)} of the task, wanted all of them"
        )
    own, times = task.time.values[task.recorded.values], average.time.values
    place = np.abs(own[:, None] - times).argmin(axis=1)
    if np.abs(own - times[place]).max() > RESOLUTION:
        raise BadTraining(
            f"{where}: found {len(times)} recorded times from {times[0]:g} to {times[-1]:g} s in steps of "
            f"{activity.interval(average):g} s, wanted the {len(own)} of the task, from {own[0]:g} to {own[-1]:g} s in "
            f"steps of {activity.interval(task.isel(time=task.recorded.values)):g} s, among them: read both recordings "
            "with windows and bins for which the times of the study's recording are also those of the other"
        )
    if average.sizes["unit"] < UNITS:
        raise BadTraining(f"{where}: found {average.sizes['unit']} units, wanted at least {UNITS}")
    bad = int((~np.isfinite(average.rate.values)).sum())
    if bad:
        raise BadTraining(f"{where}: found {bad} averages that are NaN or infinite, wanted none")
    return average.isel(time=place)


def trained_units(names: list[str], units: RecordedUnits) -> list[str]:
    """The names of the trained units, in their order in the recording: at least one, and not all."""
    count = min(max(int(units.share * len(names)), 1), len(names) - 1)
    order = np.random.default_rng(units.seed).permutation(len(names))
    return [names[k] for k in np.sort(order[:count])]


def rates_of(average: xr.Dataset, units: list[str], conditions: list[str]) -> np.ndarray:
    """(condition, time, unit) averages of these units and conditions."""
    own = [average.condition.values.astype(str).tolist().index(name) for name in conditions]
    which = [average.unit.values.tolist().index(name) for name in units]
    return average.rate.values.astype(float)[own][:, :, which]


def soft_scale(rate: np.ndarray, constant: float | None) -> tuple[np.ndarray, np.ndarray]:
    """(unit,) means, and ranges + constant x their median, of rates (condition, time, unit); 1 for None.

    As `comparison.soft_normalisation`, except that the mean is removed without normalisation as well.
    """
    span = np.ptp(rate, axis=(0, 1))
    scale = np.ones(len(span)) if constant is None else span + constant * np.median(span)
    return rate.mean(axis=(0, 1)), np.where(scale > 0, scale, 1.0)


def shuffled(count: int, shuffle: int, seed: int) -> np.ndarray:
    """(condition,) the condition whose activity each receives: a random circle, so that none keeps its own."""
    order = np.random.default_rng([shuffle, seed, streams.SHUFFLED]).permutation(count)
    found = np.empty(count, dtype=int)
    found[order] = np.roll(order, 1)
    return found


def positions(task: xr.Dataset, conditions: list[str], part: Split) -> np.ndarray:
    """(trial,) the place of the condition of each trial at the reference delay; -1 for others, and if held out."""
    place = {name: k for k, name in enumerate(conditions)}
    found = np.array([place.get(name, -1) for name in task.condition.values.astype(str).tolist()])
    reference = np.zeros(len(found), dtype=bool)
    reference[np.concatenate([part.measured, part.held_out])] = True
    return np.where(reference, found, -1)
