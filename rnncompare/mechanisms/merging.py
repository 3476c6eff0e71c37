"""The error of a network after merging pairs of its units, by their similarity and at random."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import NOT_NEGATIVE, MeasureCard
from rnncompare.condensing.pairs import check_network, outgoing, pairs, staying
from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.starts import trajectories
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Components, CountOrNone, Different, Repeats, Seed
from rnncompare.plugins import BadOption

RANDOM, LOADINGS = "random", "loadings"


def merging(
    data: xr.Dataset,
    network: NoisyDynamics,
    task: xr.Dataset,
    *,
    seed: Seed,
    by: Annotated[list[Literal["loadings", "correlation", "random"]], Different],
    merges: Annotated[list[CountOrNone], Different],
    components: Components | None,
    draws: Repeats | None,
) -> list[dict]:
    """The normalised error of a leaky network whose units are merged in pairs, one pair after another, untrained.

    by: criteria of the pair that is merged next, see `condensing.pairs`: the closest loadings on the first `components`
    principal components of the rates (null without this criterion), the highest correlation of rates, or two units at
    random, of which there are `draws` (null without this criterion). Units are compared by their rates in the training
    trials of the task. merges: the numbers of merges of which there are rows; 0 is the network itself.

    Rows for each criterion (`variable`) and number of merges (`strength`): error, the mean squared error in the test
    trials divided by the variance of the targets, without noise; with pairs at random, the median over draws, which
    depend on `seed` and are the same for all networks. data: not used. Raises BadOption, BadActivity.
    """
    train, test = (task.isel(trial=np.flatnonzero(task["set"].values == name)) for name in ("train", "test"))
    if not train.sizes["trial"] or not test.sizes["trial"]:
        raise BadActivity(
            f"merging: found {train.sizes['trial']} training and {test.sizes['trial']} test trials, wanted some of "
            "both: units are compared in the former, and the error is that of the latter"
        )
    rates = network.dynamics.rates(_states(network.dynamics, train).reshape(-1, network.dynamics.state_size))
    rows = []
    for criterion in by:
        options = {"by": criterion, "components": components if criterion == LOADINGS else None}
        errors = []
        for draw in range(draws if criterion == RANDOM else 1):
            made = _merged(network.dynamics, rates[None], merges=max(merges), seed=seed + draw, **options)
            errors.append({count: _error(one, test) for count, one in enumerate(made) if count in merges})
        rows += [
            {"variable": criterion, "strength": float(count), "statistic": "error"}
            | {"value": float(np.median([found[count] for found in errors]))}
            for count in merges
        ]
    return rows


def _merged(dynamics: Dynamics, rates: np.ndarray, **options) -> Iterator[Dynamics]:
    """A leaky network without connectivity, and that network after each merge; options: of `pairs`."""
    yield dynamics
    for kept, gone in pairs(rates, outputs=len(dynamics.c), **options):
        stay = staying(dynamics.state_size, gone)
        J, W = (outgoing(weights, kept, gone) for weights in (dynamics.J, dynamics.W))
        dynamics = replace(dynamics, J=J[stay], B=dynamics.B[stay], W=W, b=dynamics.b[stay])
        yield dynamics


def _error(dynamics: Dynamics, task: xr.Dataset) -> float:
    """The mean squared error divided by the variance of the targets, weighted by the mask of the task."""
    targets, inside = task.targets.values.astype(float), task["mask"].values
    outputs = dynamics.read(_states(dynamics, task).reshape(-1, dynamics.state_size)).reshape(targets.shape)
    mean = np.average(targets.reshape(-1, targets.shape[2]), axis=0, weights=inside.ravel())
    return float((inside * ((outputs - targets) ** 2).sum(-1)).sum() / (inside * ((targets - mean) ** 2).sum(-1)).sum())


def _states(dynamics: Dynamics, task: xr.Dataset) -> np.ndarray:
    return trajectories(dynamics, task.inputs.transpose("trial", "time", "input").values)


def check_criteria(by: list[str], merges: list[int], components: int | None, draws: int | None) -> None:
    """Raise BadOption for options of a criterion that is not used, and without any merge."""
    if not max(merges):
        raise BadOption(f"merging: found merges {merges}, wanted at least one above 0")
    for name, value, criterion in (("components", components, LOADINGS), ("draws", draws, RANDOM)):
        if (value is None) == (criterion in by):
            found = ", ".join(by)
            wanted = "a number" if value is None else f"null: it is an option of the criterion {criterion} alone"
            raise BadOption(f"merging: found {name} {value} with by {found}, wanted {wanted}")


def check_units(network: Mapping, where: str, *, merges: list[int], components: int | None, **_) -> None:
    """Raise BadOption for the options of a network, {"use": .., ..}, whose units cannot be merged so often."""
    check_network(network, where)
    units = network["units"]
    for name, found, most in (("merges", max(merges), units - 1), ("components", components or 0, units)):
        if found > most:
            raise BadOption(f"{where}.{name}: found {found}, wanted at most {most} of {units} units")


merging.of_tasks = ("a test set with targets", "cue_set_go")  # see study.mechanism_checks
merging.of_networks = check_units  # see study.mechanism_checks
merging.together = check_criteria
merging.card = MeasureCard(
    formula="sum(m (z - y)^2) / sum(m (y - mean y)^2) over test trials, times and outputs, for targets y, the mask m "
    "and the outputs z of the network after k merges; a merge removes a unit and gives its outgoing weights to another",
    statistics={"error": "normalised error after so many merges; for random pairs, the median over draws"},
    bounds={"error": NOT_NEGATIVE},
    zero="the outputs are the targets",
    one="as good as a constant output",
    cost="reported merges x draws x time steps x units^2",
    pitfalls="Merging by loadings ignores what lies outside the components, and units with small rates are close to "
    "each other by it, though their outgoing weights may be large; correlations ignore the size of rates. Units are "
    "compared in the given network alone, so that later merges do not see what earlier ones have changed. The network "
    "is not trained again, and an error without noise is not that of noisy trials. Compare with random pairs.",
    reference="Srinivas & Babu 2015 (feedforward networks)",
)
