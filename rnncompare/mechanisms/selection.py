"""Selection of inputs by context: the effect of each input on the decision, by the adjoint and in the choices."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.behaviour.ideal_observer import accuracy, probit_slope
from rnncompare.behaviour.probit import probit_regression
from rnncompare.comparison.measure_card import CORRELATION, NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.linearisation.adjoint import cosines, noise_sd
from rnncompare.linearisation.contexts import Context, contexts
from rnncompare.linearisation.decisions import decision_sensitivity
from rnncompare.linearisation.leading_mode import leading_mode, selected
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Positive, Seed
from rnncompare.statistics.bounds import ANY

MECHANISM = "selection"
RATIOS = {
    "relevant_of_ideal": ("slope_relevant", "slope_ideal"),
    "irrelevant_of_relevant": ("slope_irrelevant", "slope_relevant"),
    "predicted_of_measured": ("predicted_relevant", "slope_relevant"),
}


def selection(
    data: xr.Dataset, network: NoisyDynamics, task: xr.Dataset, *, seed: Seed, largest: Positive
) -> list[dict]:
    """How much the relevant and the irrelevant inputs change the decision, in each context of a task.

    The decision variable D is the mean over the decision period of the first output minus the second. Its sensitivity
    to the inputs along the trajectory without evidence (all stimuli 0) gives the kernel of each input (see
    `linearisation.adjoint`). data: the activity of the network with its outputs as behavior, whose window contains the
    decision period; largest: trials with a relevant coherence of at most this are used for the measured slopes, because
    larger ones are decided almost without errors.

    Rows for each context (`variable`):
    correct: fraction of all trials in which the sign of D is right, and ideal_correct, that of an ideal observer of the
    noisy relevant input, whose slope is slope_ideal.
    slope_relevant, slope_irrelevant: coefficients of a probit regression of the sign of D on the coherences, per unit
    of coherence; slope_error: standard error of the first; separated: 1 if the coherences separate the choices, so that
    the slopes have no upper limit and are left out; relevant_of_ideal, irrelevant_of_relevant, predicted_of_measured:
    ratios of slopes.
    predicted_relevant, predicted_irrelevant: slopes to first order, the sum of the kernel over the stimulus divided by
    the SD of D due to the noise; they are infinite without noise, and left out.
    kernel_ratio: |sum of the relevant kernel / sum of the irrelevant kernel| over the stimulus; late_to_early: the
    relevant kernel in the last third of the stimulus divided by that in the first (1: all times count alike; below 1:
    primacy). Both are left out if they are divided by 0.
    cosine_relevant, cosine_irrelevant: cosine between the sensitivity and the effect of an input on the state, mean
    over the stimulus.
    mode_pair: 1 if the leading mode of the map in the middle of the stimulus is a complex pair, which selects no line;
    otherwise mode_relevant and mode_irrelevant: |cosine| of its left eigenvector with the effect of an input;
    mode_readout: |cosine| of its right eigenvector with the gradient of the read-out; mode_condition: |l| |r| / |l . r|
    of the eigenvectors. Raises BadActivity. (Mante et al. 2013.)
    """
    rows = []
    for context in contexts(task):
        found = _linear(network, context) | _measured(data, network, context, largest)
        found |= {name: found[a] / found[b] for name, (a, b) in RATIOS.items() if found.get(b) and a in found}
        rows += [{"variable": context.name, "statistic": name, "value": float(value)} for name, value in found.items()]
    return rows


def _linear(network: NoisyDynamics, context: Context) -> dict[str, float]:
    """What follows from the sensitivity along the trajectory without evidence."""
    dynamics, inputs = network.dynamics, context.without_evidence
    states, found, kernel = decision_sensitivity(dynamics, context)
    shown = np.flatnonzero(context.stimulus)
    relevant, irrelevant = kernel[shown, context.relevant], kernel[shown, context.irrelevant]
    effects = dynamics.input_jacobian(states[shown], inputs[shown])
    early, late = (part.sum() for part in (relevant[: len(shown) // 3], relevant[-(len(shown) // 3) :]))
    ratios = {"kernel_ratio": (abs(relevant.sum()), abs(irrelevant.sum())), "late_to_early": (late, early)}
    rows = {name: above / below for name, (above, below) in ratios.items() if below != 0}
    rows |= {
        "cosine_relevant": cosines(found[shown], effects[..., context.relevant]).mean(),
        "cosine_irrelevant": cosines(found[shown], effects[..., context.irrelevant]).mean(),
    }
    rows |= _leading(network, context, states, shown[len(shown) // 2])
    sd = noise_sd(found, kernel, network.input_sd, network.state_sd)
    if sd > 0:
        rows |= {"predicted_relevant": relevant.sum() / sd, "predicted_irrelevant": irrelevant.sum() / sd}
    if network.input_sd[context.relevant] > 0:
        rows["slope_ideal"] = probit_slope(**_stimulus(network, context))
    return rows


def _stimulus(network: NoisyDynamics, context: Context) -> dict[str, float]:
    """Arguments of the ideal observer; with tau = dt / 2, its noise is the SD that a step adds to the input."""
    duration = context.stimulus.sum() * network.dt
    return {"duration": duration, "noise": network.input_sd[context.relevant], "tau": network.dt / 2}


def _leading(network: NoisyDynamics, context: Context, states: np.ndarray, at: int) -> dict[str, float]:
    """The leading mode of the map at a time of the trajectory without evidence."""
    dynamics, x, u = network.dynamics, states[at : at + 1], context.without_evidence[at]
    mode = leading_mode(dynamics.jacobian(x, u)[0])
    if mode.pair:
        return {"mode_pair": 1}
    relevant, irrelevant = selected(mode, dynamics.input_jacobian(x, u)[0])[[context.relevant, context.irrelevant]]
    gradient = dynamics.read_jacobian(x)[0]
    readout = abs(cosines(mode.right, gradient[0] - gradient[1]))
    about = {"mode_relevant": relevant, "mode_irrelevant": irrelevant, "mode_readout": readout}
    return {"mode_pair": 0} | about | {"mode_condition": mode.condition}


def _measured(data: xr.Dataset, network: NoisyDynamics, context: Context, largest: float) -> dict[str, float]:
    """The choices of the network in the noisy trials of a context, and those of an ideal observer."""
    where = f"{MECHANISM} of {data.attrs.get('source', 'a network')}"
    own = data.isel(trial=np.flatnonzero(data.context.values.astype(str) == context.name))
    times = (own.time.values >= 0) & (own.time.values < context.duration)
    if not times.any() or "behavior" not in own:
        raise BadActivity(
            f"{where}: found no outputs from 0 to {context.duration:g} s, the decision period, wanted some: the window "
            "of `simulation` has to contain it"
        )
    outputs = own.behavior.values[:, times, :2].mean(axis=1)
    left, evidence = outputs[:, 0] > outputs[:, 1], own[context.name].values
    found = {"correct": (left == (evidence > 0)).mean()}
    if network.input_sd[context.relevant] > 0:
        found["ideal_correct"] = accuracy(evidence, **_stimulus(network, context)).mean()
    chosen = np.abs(evidence) <= largest
    if not chosen.any():
        raise BadActivity(f"{where}: found no trial of context {context.name} with a coherence of at most {largest:g}")
    fit = probit_regression(np.column_stack([evidence, own[context.other].values])[chosen], left[chosen])
    if fit.separated:
        return found | {"separated": 1}
    slopes = dict(zip(("slope_relevant", "slope_irrelevant"), fit.coefficients, strict=True))
    return found | slopes | {"slope_error": fit.errors[0], "separated": 0}


selection.of_tasks = ("contexts", "context_integration")  # see study.mechanism_checks
selection.card = MeasureCard(
    formula="kernel k_t = dD/du_t along the trajectory without evidence, D = mean of left - right over the decision "
    "period; predicted slope = sum(k_t over the stimulus) / sqrt(sum((k_t sd_input)^2) + sd_state^2 sum(|dD/dx_t|^2))",
    statistics={
        "slope_relevant": "probit slope of the choices per unit of relevant coherence",
        "slope_irrelevant": "probit slope of the choices per unit of irrelevant coherence",
        "relevant_of_ideal": "slope_relevant / slope_ideal",
        "irrelevant_of_relevant": "slope_irrelevant / slope_relevant",
        "predicted_of_measured": "predicted_relevant / slope_relevant",
        "correct": "fraction of trials in which the sign of D is right",
        "ideal_correct": "that of an ideal observer of the noisy relevant input",
        "slope_ideal": "slope of an ideal observer of the noisy relevant input",
        "predicted_relevant": "slope_relevant to first order",
        "predicted_irrelevant": "slope_irrelevant to first order",
        "kernel_ratio": "|relevant / irrelevant| kernel, summed over the stimulus",
        "late_to_early": "relevant kernel in the last third of the stimulus / that in the first third",
        "cosine_relevant": "cosine between sensitivity and the effect of the relevant input",
        "cosine_irrelevant": "cosine between sensitivity and the effect of the irrelevant input",
        "mode_pair": "1 if the leading mode is a complex pair",
        "mode_relevant": "|cosine| of the left eigenvector of the leading mode with the effect of the relevant input",
        "mode_irrelevant": "|cosine| of that eigenvector with the effect of the irrelevant input",
        "mode_readout": "|cosine| of the right eigenvector of the leading mode with the gradient of the read-out",
        "mode_condition": "condition of the two eigenvectors: 1 / |cosine| between them",
        "slope_error": "standard error of slope_relevant",
        "separated": "1 if the coherences separate the choices",
    },
    bounds=dict.fromkeys(
        ("mode_pair", "mode_relevant", "mode_irrelevant", "mode_readout", "separated", "correct", "ideal_correct"),
        SHARE,
    )
    | dict.fromkeys(("cosine_relevant", "cosine_irrelevant"), CORRELATION)
    | dict.fromkeys(("kernel_ratio", "slope_error", "slope_ideal", "mode_condition"), NOT_NEGATIVE)
    | dict.fromkeys(("slope_relevant", "slope_irrelevant", "predicted_relevant", "predicted_irrelevant"), ANY)
    | dict.fromkeys(("late_to_early", *RATIOS), ANY),
    zero="the input does not change the decision",
    one="for ratios of slopes: as steep as the slope they are divided by; late_to_early: all times count alike",
    cost="one backward pass along one trajectory for each context, and a regression of its trials",
    pitfalls="First order about the trajectory without evidence: with strong evidence, a network that has decided does "
    "not respond any more. The ratio of kernels is large by chance if the irrelevant kernel crosses 0. Slopes of a "
    "network whose choices have no errors are infinite. An untrained network has kernels, too: compare with it.",
    reference="Mante, Sussillo, Shenoy & Newsome 2013",
)
