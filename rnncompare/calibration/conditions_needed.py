"""How many directions a recording needs before networks of the kind that generated it are distinguished from rings.

The conditions are directions. The recording is simulated from a network whose inputs depend on the cosine and sine of
the direction. It is compared with networks that have the same inputs and other weights, which are right except for
their weights, and with rings: units with cosine tuning and random time courses, without dynamics (`controls/ring.py`).
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr

from rnncompare.calibration.comparisons import Measures, Seeds, drives
from rnncompare.calibration.known_networks import known_network
from rnncompare.calibration.recordings import Dimensions, as_activity, recorded, signals
from rnncompare.comparison.compare import score_without_each
from rnncompare.comparison.evaluation import Observed
from rnncompare.comparison.preparation import prepare
from rnncompare.comparison.primary_statistics import primary_values
from rnncompare.controls.ring import ring
from rnncompare.statistics.jackknife import condition_interval

KIND = "reference"
NETWORKS = 4  # networks, and rings, that are compared with a recording
RING = {"units": 150, "harmonics": 1, "decay": 1.0, "course": "smooth", "smooth": 0.1}


def against_ring(
    dimensions: Dimensions, measures: Measures, *, comparison: dict, seeds: Seeds, conditions: int
) -> list[dict]:
    """Whether networks of the right kind are more similar to a recording with this number of directions than rings.

    Keys of a row: condition_count, measure, statistic (primary), condition_independent (removed), value (network -
    ring, the difference of the means, with its sign reversed if lower is better), favoured: 1 if its interval over
    networks and conditions (`jackknife.condition_interval`) lies above 0, -1 if below, otherwise 0.
    """
    around = replace(dimensions, condition=tuple(f"{k:03d}" for k in range(conditions)))
    drive = drives(around, seeds.own[0], seeds.common[0], ring=True)
    recording = _of_directions(known_network(KIND, drive, seed=seeds.weights[0], step=around.step), around, seeds)
    others = [seeds.weights[1] + k for k in range(NETWORKS)]
    rates = [known_network(KIND, drive, seed=seed, step=around.step) for seed in others]
    networks = [as_activity(rate, around, list(around.condition), "known network") for rate in rates]
    rings = [ring(recording, None, seed=seed, **RING) for seed in others]
    options = comparison["preparation"] | comparison["folds"]
    sides = [[prepare(source, recording, **options) for source in of_kind] for of_kind in (networks, rings)]
    shared = sides[0][0].y  # one array, so that it is decomposed only once
    rows = []
    for name, measure in measures.items():
        how = {"units": comparison["units"], "signal": "removed", "seed": seeds.comparison}
        found = [[score_without_each(side._replace(y=shared), measure, **how) for side in of_kind] for of_kind in sides]
        labels = {"condition_count": conditions, "measure": name, "condition_independent": "removed"}
        rows += [labels | row for row in _contrasts(measure, *found)]
    return rows


def _of_directions(rates: np.ndarray, dimensions: Dimensions, seeds: Seeds) -> xr.Dataset:
    """A recording of a network, with the direction of each condition (deg)."""
    made = recorded(signals(rates, len(dimensions.mean), seed=seeds.units[0]), dimensions, seed=seeds.recording)
    direction = dict(zip(dimensions.condition, 360 / len(dimensions.condition) * np.arange(len(rates)), strict=True))
    return made.assign_coords(angle=("trial", [direction[name] for name in made.condition.values.tolist()]))


def _contrasts(measure: Callable, networks: list[Observed], rings: list[Observed]) -> list[dict]:
    """A row for each primary statistic of a measure."""
    values = {name: float(np.ravel(numbers)[0]) for name, numbers in networks[0].values.items()}
    rows = []
    for row in primary_values(measure, values):
        name, sign = row["statistic"], -1 if row["lower_is_better"] else 1
        scores = [np.array([np.ravel(one.values[name])[0] for one in of_kind]) for of_kind in (networks, rings)]
        deleted = [np.mean([one.jackknifed[name] for one in of_kind], axis=0) for of_kind in (networks, rings)]
        ends = condition_interval(*scores, deleted=deleted[0] - deleted[1])
        outside = ends["condition_low"] > 0 or ends["condition_high"] < 0
        difference = sign * float(scores[0].mean() - scores[1].mean())
        rows.append({"statistic": name, "value": difference, "favoured": int(np.sign(difference)) * outside})
    return rows
