"""Running a network without training it: what it does is an activity like any other."""

import numpy as np
import torch
import xarray as xr
from scipy.ndimage import gaussian_filter1d
from torch import nn

from rnncompare import activity
from rnncompare.plugins import BadOption
from rnncompare.training.simulate_decisions import decision_activity

NOT_ITS_OWN = {
    "condition",
    "delay",
    "choice",
}  # of a task's labels; a choice is never copied from one subject to another


def simulate(network: nn.Module, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rates (trial, time, unit) and outputs (trial, time, output) of a network given inputs (trial, time, input)."""
    weight = next(network.parameters())
    with torch.no_grad():
        rates, outputs = network(torch.as_tensor(np.asarray(inputs), dtype=weight.dtype, device=weight.device))
    return rates.contiguous().cpu().numpy(), outputs.contiguous().cpu().numpy()


def as_activity(
    network: nn.Module,
    task: xr.Dataset,
    *,
    smooth: float,
    window: tuple[float, float] | None,
    bin: float | None,
    seed: int,
) -> xr.Dataset:
    """The activity of a network on a task: one trial a condition, at the reference delay and the recording's times.

    smooth: SD in s of the Gaussian that the recording's rates had, which the network's get before they are cut to the
    recording's times; 0 for none. behavior is the network's output as it is. A network that has noise is run without.
    A task that has a test set is another thing: all its trials, within a window, in bins, with the noise that follows
    from the seed (`decision_activity`); window and bin are null for any other. Raises BadOption, BadActivity.
    """
    if "set" in task.coords:
        if window is None:
            raise BadOption("simulate: found no window for a task that has a test set, wanted [start, stop] in s")
        return decision_activity(network, task, smooth=smooth, window=window, bin=bin, seed=seed)
    if window is not None or bin is not None:
        raise BadOption(
            f"simulate: found window {window} and bin {bin} for a task that has the recording's times, wanted null"
        )
    task = activity.at_reference_delay(task)
    rates, outputs = simulate(network, task.inputs.values)
    if smooth:
        rates = gaussian_filter1d(rates.astype(float), smooth / activity.interval(task), axis=1, mode="nearest")
    recorded = task.recorded.values
    labels = {n: c.values for n, c in task.coords.items() if c.dims == ("trial",) and n not in NOT_ITS_OWN}
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
        **{
            name: task.attrs[key]
            for name, key in (("behavior_units", "output_units"), ("alignment", "alignment"))
            if key in task.attrs
        },
    )
