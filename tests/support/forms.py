"""One artificial session with known content in the file formats that laboratories use.

Spikes are half-way between milliseconds and events are on them, so that sampling moves neither.
"""

from pathlib import Path

import numpy as np
import scipy.io
import xarray as xr
from pynwb import NWBFile
from pynwb.epoch import TimeIntervals
from support import sessions
from support.matlab_73 import save_73

TRIALS, UNITS, GOOD = 24, 3, 20  # the trials after these failed
START = 1000.0 + 2500.0 * np.arange(TRIALS)  # ms, like all times here
LENGTH = 2000.0 + 10 * (np.arange(TRIALS) % 7)
GO = START + 700.0 + 13 * np.arange(TRIALS) % 97
MOVE = GO + 250.0 + 7 * np.arange(TRIALS) % 53
DIRECTION = 45.0 * (np.arange(TRIALS) % 4)
CORRECT = (np.arange(TRIALS) < GOOD).astype(float)


def spikes() -> list[np.ndarray]:
    rng = np.random.default_rng(5)
    ends = int(START[-1] + 3000)
    return [np.sort(rng.choice(ends, ends // 50 * (unit + 1), replace=False)) + 0.5 for unit in range(UNITS)]


def expected(bin: float, window: list[float]) -> np.ndarray:
    """(trial, time, unit) spikes/s of the successful trials; bin, window: s."""
    edges = np.arange(round(window[0] / bin), round(window[1] / bin) + 2) * bin - bin / 2
    each = [[np.histogram((s - move) / 1e3, edges)[0] / bin for s in spikes()] for move in MOVE[:GOOD]]
    return np.array(each).transpose(0, 2, 1)


def in_trial(unit: np.ndarray, k: int) -> np.ndarray:
    return unit[(unit >= START[k]) & (unit < START[k] + LENGTH[k])] - START[k]


def raster(k: int) -> np.ndarray:
    """(unit, ms) of one trial."""
    return np.stack([np.histogram(in_trial(unit, k), np.arange(LENGTH[k] + 1))[0] for unit in spikes()])


def around(step: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """(trial, time, unit) counts around movement onset, and the times at which samples begin, ms."""
    edges = np.arange(-400.0, 600.0 + step, step)
    return np.array([[np.histogram(s - m, edges)[0] for s in spikes()] for m in MOVE]).swapaxes(1, 2), edges[:-1]


def columns(unit: float = 1.0, start: np.ndarray | float = 0.0) -> dict[str, np.ndarray]:
    """Events and labels of each trial; times from `start`, in ms times `unit`."""
    times = {"goCue": (GO - start) * unit, "moveOnset": (MOVE - start) * unit}
    return {name: v[:, None] for name, v in (times | {"reachDir": DIRECTION, "correct": CORRECT}).items()}


def structures(path: Path) -> None:
    """An array of structures, one for each trial, with rasters of different lengths."""
    each = columns(start=START)
    rows = [
        {"spikeRaster": raster(k).astype(np.uint8), "hand_pos": np.zeros((2, int(LENGTH[k])))} for k in range(TRIALS)
    ]
    rows = [row | {name: values[k : k + 1] for name, values in each.items()} for k, row in enumerate(rows)]
    together = np.empty((1, TRIALS), dtype=[(name, object) for name in rows[0]])
    for k, row in enumerate(rows):
        together[0, k] = tuple(row.values())
    scipy.io.savemat(path, {"R": together, "date": "2014-03-01"})


def cells_of_trials(path: Path) -> None:
    """A cell of times for each unit and trial; in version 7.3, a cell of cells for each trial."""
    each = columns(start=START) | {"trial_length": LENGTH[:, None]}
    if path.stem.endswith("73"):
        save_73(path, {"times": [[in_trial(u, k)[:, None] for u in spikes()] for k in range(TRIALS)], **each})
        return
    cells = np.empty((UNITS, TRIALS), dtype=object)
    for u, unit in enumerate(spikes()):
        for k in range(TRIALS):
            cells[u, k] = in_trial(unit, k)[:, None]
    scipy.io.savemat(path, {"times": cells, **each})


def nested(path: Path) -> None:
    """Structures of units in structures of trials."""
    rows = []
    for k in range(TRIALS):
        units = np.empty((1, UNITS), dtype=[("spikeTimes", object)])
        for u, unit in enumerate(spikes()):
            units[0, u] = (in_trial(unit, k)[:, None] / 1e3,)
        own = {name: values[k : k + 1] for name, values in columns(1e-3, START).items()}
        rows.append({"unit": units, "duration": LENGTH[k : k + 1] / 1e3} | own)
    together = np.empty((1, TRIALS), dtype=[(name, object) for name in rows[0]])
    for k, row in enumerate(rows):
        together[0, k] = tuple(row.values())
    scipy.io.savemat(path, {"trial": together})


def cells_of_units(path: Path) -> None:
    cells = np.empty((1, UNITS), dtype=object)
    for u, unit in enumerate(spikes()):
        cells[0, u] = unit[:, None] / 1e3
    scipy.io.savemat(path, {"spikes": cells, **columns(1e-3)})


def cells_of_counts(path: Path) -> None:
    cells, (counts, times) = np.empty((TRIALS, 1), dtype=object), around()
    for k in range(TRIALS):
        cells[k, 0] = counts[k].T.astype(float)
    scipy.io.savemat(path, {"D": cells, "t": times, **columns()})


def clusters(path: Path) -> None:
    """Spike times of all units as sample numbers at 30 kHz, in order, and the cluster of each spike.

    With 'nan' in the file's name, as many spikes again have no cluster: NaN, as pandas writes it.
    """
    times, cluster = np.concatenate(spikes()), np.repeat([2, 7, 30], [len(unit) for unit in spikes()])
    if "nan" in path.stem:
        times, cluster = np.append(times, times + 0.1), np.append(cluster, np.full(len(times), np.nan))
    order = np.argsort(times)
    named = {"spike_times": (30 * times[order]).astype(np.int64), "spike_clusters": cluster[order], "sample_rate": 3e4}
    np.savez(path, **named, **{name: v[:, 0] for name, v in columns(1e-3).items()})


def netcdf(path: Path) -> None:
    """Rates and the times of the centres of samples, with arbitrary names."""
    counts, times = around()
    at = {"time": ("time", (times + 5) / 1e3, {"units": "s"}), "neuron": ["a", "b", "c"]}
    trials = {name: ("trial", v[:, 0]) for name, v in columns().items() if name in ("reachDir", "correct")}
    xr.Dataset(
        {"firing": (("neuron", "trial", "time"), counts.transpose(2, 0, 1) * 100.0)},
        coords=at | trials | {"region": ("neuron", ["M1", "M1", "PMd"])},
    ).to_netcdf(path, engine="h5netcdf")


def epochs(path: Path) -> None:
    """NWB without a table of trials: the trials are epochs."""
    file = _nwb()
    for name in columns():
        file.add_epoch_column(name=name, description=f"the {name}")
    for k in range(TRIALS):
        own = {name: values[k, 0] for name, values in columns(1e-3).items()}
        file.add_epoch(START[k] / 1e3, (START[k] + LENGTH[k]) / 1e3, tags=["trial"], **own)
    sessions.save(path, file)


def coded_events(path: Path) -> None:
    """NWB with trials that have only a start and a stop; events are in another table, in the order of their times."""
    file = _nwb()
    for name in ("reachDir", "correct"):
        file.add_trial_column(name=name, description=f"the {name}")
    for k in range(TRIALS):
        file.add_trial(START[k] / 1e3, (START[k] + LENGTH[k]) / 1e3, reachDir=DIRECTION[k], correct=CORRECT[k])
    events = TimeIntervals(name="strobes", description="codes")
    events.add_column(name="label", description="which")
    for time, label in sorted([*((t, "go") for t in GO), *((t, "move onset") for t in MOVE)]):
        events.add_interval(start_time=time / 1e3, stop_time=time / 1e3, label=label)
    file.add_time_intervals(events)
    sessions.save(path, file)


def _nwb() -> NWBFile:
    file, _, _ = sessions.new(1)
    for unit in spikes():
        file.add_unit(spike_times=unit / 1e3)
    return file


FORMS = {
    "structures.mat": structures,
    "cells_of_trials.mat": cells_of_trials,
    "cells_of_trials_73.mat": cells_of_trials,
    "nested.mat": nested,
    "cells_of_units.mat": cells_of_units,
    "cells_of_counts.mat": cells_of_counts,
    "clusters.npz": clusters,
    "clusters_nan.npz": clusters,
    "netcdf.nc": netcdf,
    "epochs.nwb": epochs,
    "coded_events.nwb": coded_events,
}
