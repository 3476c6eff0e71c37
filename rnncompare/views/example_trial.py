"""One trial of a task: inputs, targets, and outputs of networks, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.selection import along_trials
from rnncompare.plugins import BadOption, nearest
from rnncompare.recordings.needs import Needs
from rnncompare.views._sources import TASK, activities


def example_trial(sources: dict[str, list[xr.Dataset]], *, condition: str | None, events: list[str]) -> pd.DataFrame:
    """The first trial of a condition (None: of any) in the test set of a task, and outputs of one network per model.

    Columns: source (`target`: the task), seed, condition, kind, channel, time, value. kind: `input`, `target`, `mask`
    (1 at times with a loss), `output` (of networks), `threshold` (of a decision), and `event`: the time of each of
    `events`, which are coordinates of the task along trial in s, or the `rt` of a network; time and value are equal.
    Time: s from `onset`, if the task has it. For a task without a test set, the trial at the reference delay is used.
    Networks with other outputs than the task are excluded. Raises BadActivity, BadOption.
    """
    if TASK not in sources:
        raise BadActivity(f"example_trial: found sources {list(sources)}, wanted also '{TASK}', the task")
    task = _tested(sources[TASK][0])
    names = task.condition.values.astype(str).tolist()
    if condition is not None and condition not in names:
        raise BadOption(
            f"example_trial: found condition '{condition}', wanted a condition of the task.{nearest(condition, names)}"
        )
    there = along_trials(task)
    unknown = [e for e in events if e not in there]
    if unknown:
        raise BadOption(
            f"example_trial: found events {unknown}, wanted a choice of {there}.{nearest(unknown[0], there)}"
        )
    trial = 0 if condition is None else names.index(condition)
    tables = [_of_task(task.isel(trial=trial), events)]
    for name, networks in activities(sources).items():
        one = networks[0]
        if "behavior" in one and one.channel.values.tolist() == task.output.values.tolist():
            tables += _of_network(name, one, names, trial)
    return pd.concat(tables, ignore_index=True)


def needs(**_) -> Needs:
    """The trial is one of the task, of which the study may define either kind."""
    return Needs(task=True)


example_trial.needs = needs


def _tested(task: xr.Dataset) -> xr.Dataset:
    """The trials on which networks are simulated, in their order."""
    if "set" not in task.coords:
        return activity.at_reference_delay(task)
    shown = task["set"].values == "test"
    return task.isel(trial=shown & np.isfinite(task.onset.values) if "onset" in task.coords else shown)


def _of_task(trial: xr.Dataset, events: list[str]) -> pd.DataFrame:
    zero = float(trial.onset) if "onset" in trial.coords else 0.0
    inside = trial.time.values < (float(trial.end) - activity.RESOLUTION if "end" in trial.coords else np.inf)
    trial = trial.isel(time=inside)
    time = np.round(trial.time.values - zero, 9)
    parts = []
    for kind, values, channels in (("input", trial.inputs.values, "input"), ("target", _wanted(trial), "output")):
        parts += [(kind, str(c), time, values[:, k]) for k, c in enumerate(trial[channels].values)]
    if "mask" in trial:
        mask = trial["mask"].values
        parts.append(("mask", "loss", time, mask if mask.ndim == 1 else mask.max(axis=1)))
    if "threshold" in trial.attrs:
        parts.append(("threshold", "threshold", time[[0, -1]], np.full(2, float(trial.attrs["threshold"]))))
    when = {e: round(float(trial[e]) - zero, 9) for e in events if np.isfinite(float(trial[e]))}
    parts += [("event", name, np.array([at]), np.array([at])) for name, at in when.items()]
    return _table(TASK, str(trial.condition.values), parts)


def _wanted(trial: xr.Dataset) -> np.ndarray:
    """(time, output) targets of a trial; for classes, 1 for the class of a time and 0 for the others."""
    if "targets" in trial:
        return trial.targets.values
    return (trial.answer_class.values[:, None] == np.arange(trial.sizes["output"])).astype(float)


def _of_network(name: str, data: xr.Dataset, names: list[str], trial: int) -> list[pd.DataFrame]:
    """The same trial, if the network was simulated on the trials of the task, or else the first of its condition."""
    own = data.condition.values.astype(str).tolist()
    same = [trial] if own == names else [k for k, c in enumerate(own) if c == names[trial]][:1]
    if not same:
        return []
    one = data.isel(trial=same[0])
    time = one.time.values
    parts = [("output", str(c), time, one.behavior.values[:, k]) for k, c in enumerate(one.channel.values)]
    if "rt" in one.coords and np.isfinite(float(one.rt)):
        parts.append(("event", "rt", np.array([float(one.rt)]), np.array([float(one.rt)])))
    return [_table(name, names[trial], parts)]


def _table(source: str, condition: str, parts: list[tuple[str, str, np.ndarray, np.ndarray]]) -> pd.DataFrame:
    labels = {"source": source, "seed": 0, "condition": condition}
    return pd.concat(
        [pd.DataFrame(labels | {"kind": k, "channel": c, "time": t, "value": v}) for k, c, t, v in parts],
        ignore_index=True,
    )
