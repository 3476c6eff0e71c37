"""Targets of a task and outputs of networks, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import BadActivity, at_reference_delay
from rnncompare.options.ranges import Networks
from rnncompare.recordings.needs import Needs
from rnncompare.views._sources import TASK, activities


def outputs(sources: dict[str, list[xr.Dataset]], *, seeds: Networks | None) -> pd.DataFrame:
    """Targets of the task (source `target`) and outputs of each network.

    Columns: source, seed, condition, time (s), output, value, units. The task has one trial for each condition, at its
    reference delay and the recorded times. Sources whose behavior is not an output of the task, such as the hand of the
    recording, are excluded. seeds: number of networks of each source (None: all). Raises BadActivity.
    """
    if TASK not in sources:
        raise BadActivity(f"outputs: found sources {list(sources)}, wanted also '{TASK}', the task")
    task = at_reference_delay(sources[TASK][0])
    task = task.isel(time=task.recorded.values)
    units, names = task.attrs.get("output_units", "a.u."), task.output.values
    tables = [_table(TASK, 0, task, task.targets.values, names, units)]
    for name, networks in activities(sources).items():
        for seed, network in enumerate(networks[:seeds]):
            if "behavior" in network and network.channel.values.tolist() == names.tolist():
                tables.append(_table(name, seed, network, network.behavior.values, names, units))
    return pd.concat(tables, ignore_index=True)


def needs(**_) -> Needs:
    """The targets are those of the trials at the reference delay of the task."""
    return Needs(task=True, reference_delay=True)


outputs.needs = needs


def _table(name: str, seed: int, of: xr.Dataset, values: np.ndarray, names: np.ndarray, units: str) -> pd.DataFrame:
    count, times, outputs = values.shape
    return pd.DataFrame(
        {
            "source": name,
            "seed": seed,
            "condition": np.repeat(of.condition.values, times * outputs),
            "time": np.tile(np.repeat(of.time.values, outputs), count),
            "output": np.tile(names, count * times),
            "value": values.ravel(),
            "units": units,
        }
    )
