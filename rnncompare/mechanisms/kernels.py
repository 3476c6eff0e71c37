"""The effect of each input on the decision as a function of the time at which it is given."""

import numpy as np
import xarray as xr

from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.linearisation.contexts import contexts
from rnncompare.linearisation.decisions import decision_sensitivity
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Seed
from rnncompare.statistics.bounds import ANY


def kernels(data: xr.Dataset, network: NoisyDynamics, task: xr.Dataset, *, seed: Seed) -> list[dict]:
    """Kernels of the relevant and the irrelevant input in each context, relative to the mean of the relevant one.

    A kernel is dD / du_t at the times of the stimulus, along a trial without evidence (`linearisation.decisions`). Both
    are divided by the mean of the relevant kernel over the stimulus, so that networks with outputs of different size
    can be compared: an observer that sums the relevant input has 1 and 0 at all times. seed, data: not used.

    Rows for each context (`variable`) and time (s from the beginning of the stimulus): relevant, irrelevant. A context
    in which the mean of the relevant kernel is 0 has none. Raises BadActivity.
    """
    rows = []
    for context in contexts(task):
        kernel = decision_sensitivity(network.dynamics, context)[2][context.stimulus]
        size = kernel[:, context.relevant].mean()
        if size != 0:
            time = np.round(network.dt * np.arange(len(kernel)), 9)
            for name, position in (("relevant", context.relevant), ("irrelevant", context.irrelevant)):
                rows += [
                    {"variable": context.name, "time": float(t), "statistic": name, "value": float(value)}
                    for t, value in zip(time, kernel[:, position] / size, strict=True)
                ]
    return rows


kernels.of_tasks = ("contexts", "context_integration")  # see study.mechanism_checks
kernels.card = MeasureCard(
    formula="k_t = dD/du_t / (mean of the relevant dD/du over the stimulus), along the trajectory without evidence; D "
    "= mean of the first output minus the second over the decision period",
    statistics={
        "relevant": "kernel of the relevant input relative to its own mean",
        "irrelevant": "kernel of the irrelevant input relative to the mean of the relevant one",
    },
    bounds={"relevant": ANY, "irrelevant": ANY},
    zero="an input at this time does not change the decision",
    one="an input at this time has the mean effect of the relevant input",
    cost="one backward pass along one trajectory for each context",
    pitfalls="First order about the trajectory without evidence, as selection. Networks whose mean relevant kernel is "
    "near 0, such as untrained ones, have large and arbitrary values.",
    reference="Mante, Sussillo, Shenoy & Newsome 2013",
)
