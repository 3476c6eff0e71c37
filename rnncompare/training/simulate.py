"""Simulation of a network without training, and conversion of its rates to an activity."""

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter1d
from torch import nn

from rnncompare import activity
from rnncompare.plugins import BadOption
from rnncompare.training.simulate_decisions import decision_activity, run, without_dynamics

NOT_COPIED = {
    "condition",
    "delay",
    "choice",
}  # coordinates of a task that are not copied; the choice is that of the recorded subject


def simulate(network: nn.Module, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rates (trial, time, unit) and outputs (trial, time, output) of a network for inputs (trial, time, input)."""
    rates, outputs = run(network, inputs, None)
    return rates.contiguous().numpy(), outputs.contiguous().numpy()


def as_activity(
    network: nn.Module,
    task: xr.Dataset,
    *,
    smooth: float,
    window: tuple[float, float] | None,
    bin: float | None,
    seed: int,
) -> xr.Dataset:
    """The activity of a network on a task: one trial for each condition, at the reference delay and recorded times.

    smooth: SD in s of the Gaussian with which the recording was smoothed; the rates of the network are smoothed with it
    before they are cut to the times of the recording; 0 for none. behavior is the output of the network. The noise of a
    network is not used. For a task with a test set, all of its trials are simulated, within a window, in bins, and with
    the noise of the seed (`decision_activity`); for other tasks, window and bin must be null. Raises BadOption,
    BadActivity.
    """
    if "set" in task.coords:
        if window is None:
            raise BadOption("simulate: found no window for a task with a test set, wanted [start, stop] in s")
        return decision_activity(network, task, smooth=smooth, window=window, bin=bin, seed=seed)
    if window is not None or bin is not None:
        raise BadOption(
            f"simulate: found window {window} and bin {bin} for a task with the times of the recording, wanted null"
        )
    task = activity.at_reference_delay(task)
    rates, outputs = simulate(network, task.inputs.values)
    if smooth:
        rates = gaussian_filter1d(rates.astype(float), smooth / activity.interval(task), axis=1, mode="nearest")
    recorded = task.recorded.values
    labels = {n: c.values for n, c in task.coords.items() if c.dims == ("trial",) and n not in NOT_COPIED}
    return activity.build(
        rates[:, recorded].astype(float),
        time=task.time.values[recorded],
        unit=[f"unit_{k}" for k in range(rates.shape[2])],
        condition=task.condition.values.tolist(),
        behavior=outputs[:, recorded],
        channel=task.output.values.tolist(),
        per_trial=labels,
        per_unit=network.labels,
        source="network",
        rate_units="a.u.",
        simultaneous=1,
        **without_dynamics(network),
        **{
            name: task.attrs[key]
            for name, key in (("behavior_units", "output_units"), ("alignment", "alignment"))
            if key in task.attrs
        },
    )
