"""The recorded activity that networks trained on it predict, by their own readout and without any fit."""

import numpy as np
import torch
import xarray as xr

from rnncompare import activity
from rnncompare.activity.selection import directions
from rnncompare.training import checkpoint
from rnncompare.training.held_out import HeldOut
from rnncompare.training.recorded_options import RecordedUnits
from rnncompare.training.recorded_term import predicted, rates_of, smoothing, soft_scale, trained_units

R2, OTHER_UNITS = "r2", "r2_other_units"  # in the trained units, and in those that were not trained


def own_prediction(stored: dict, task: xr.Dataset) -> np.ndarray:
    """(condition, time, unit) activity of the trained units, in units of the recording, in the conditions of the task.

    stored: from `checkpoint.load`, with a `readout`. The network is simulated without noise at the reference delay.
    """
    readout, network = stored["readout"], checkpoint.network_of(stored)
    kind = readout["weights"].dtype
    with torch.no_grad():
        rates, _ = network(torch.as_tensor(task.inputs.values, dtype=kind))
        filter = torch.as_tensor(smoothing(task, readout["smooth"]), dtype=kind)
        made = predicted(rates, readout["weights"], readout["offset"], filter).numpy()
    return np.swapaxes(made, 1, 2).astype(float) * readout["scale"].numpy() + readout["mean"].numpy()


def prediction_rows(networks: list[dict], tasks: list[xr.Dataset], held: list[HeldOut], recording: xr.Dataset) -> list:
    """Rows of the R2 of the own readout of each network, in its trained and in its held-out conditions.

    R2 = 1 - sum((y - predicted)^2) / sum((y - m)^2) over conditions, times and units; m: the mean over the trained
    conditions at each time; units are divided by the scales that training used. Nothing is fitted to the held-out
    conditions. In the trained ones, the readout was fitted to the same activity.
    """
    average, rows = activity.condition_average(recording), []
    for k, (stored, task, one) in enumerate(zip(networks, tasks, held, strict=True)):
        task = activity.at_reference_delay(task) if "delay" in task.coords else task
        names, readout = task.condition.values.astype(str).tolist(), stored["readout"]
        y = rates_of(average, readout["units"], names)
        is_held = np.isin(names, one.conditions)
        rows += scored(k, y, own_prediction(stored, task), is_held, readout["scale"].numpy(), R2)
    return rows


def tuning_rows(
    recording: xr.Dataset, held: list[list[str]], units: RecordedUnits, soft_normalise: float | None, harmonics: int
) -> list[dict]:
    """Rows of the R2 of tuning to direction, fitted to the trained conditions of each network, as `prediction_rows`.

    The rates of each unit at each time are a mean and a sum of cosines and sines of h times the direction, h = 1 ..
    harmonics, fitted by least squares. Statistics: in the trained units, and in the others. Without rows if the trained
    directions of a network do not determine them. Raises BadActivity without directions.
    """
    average = activity.condition_average(recording)
    names, every = average.condition.values.astype(str).tolist(), average.unit.values.tolist()
    angle = np.deg2rad(directions(average, "tuning to direction"))
    waves = [of(h * angle) for h in range(1, harmonics + 1) for of in (np.cos, np.sin)]
    tuning = np.stack([np.ones(len(angle)), *waves], axis=1)
    own = trained_units(every, units)
    rows = []
    for k, conditions in enumerate(held):
        is_held = np.isin(names, conditions)
        if np.linalg.matrix_rank(tuning[~is_held]) < tuning.shape[1]:
            return []
        for statistic, chosen in ((R2, own), (OTHER_UNITS, [name for name in every if name not in set(own)])):
            y = rates_of(average, chosen, names)
            fitted = np.tensordot(tuning @ np.linalg.pinv(tuning[~is_held]), y[~is_held], axes=1)
            rows += scored(k, y, fitted, is_held, soft_scale(y[~is_held], soft_normalise)[1], statistic)
    return rows


def scored(
    seed: int, y: np.ndarray, predicted: np.ndarray, is_held: np.ndarray, scale: np.ndarray, statistic: str
) -> list[dict]:
    """Rows of the R2 of predictions of y (condition, time, unit) in the trained and in the held-out conditions."""
    mean = y[~is_held].mean(axis=0)
    rows = []
    for conditions, which in (("trained", ~is_held), ("held_out", is_held)):
        error, power = (((y[which] - of) / scale) ** 2 for of in (predicted[which], mean))
        if not power.sum() > 0:
            raise activity.BadActivity(f"prediction: found equal rates in all {conditions} conditions, wanted others")
        row = {"seed": seed, "conditions": conditions, "condition_count": int(which.sum()), "statistic": statistic}
        rows.append(row | {"value": float(1 - error.sum() / power.sum()), "lower_is_better": False})
    return rows
