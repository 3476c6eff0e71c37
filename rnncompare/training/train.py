"""Training of one network on a task with penalties, until a given error or share of correct decisions is reached."""

import copy
import math
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
import xarray as xr
from torch import nn

from rnncompare.options.ranges import Seed
from rnncompare.plugins import BadOption
from rnncompare.training import streams
from rnncompare.training.capabilities import refuse_lacking
from rnncompare.training.device import choose
from rnncompare.training.fixed import Fixed
from rnncompare.training.full_force import FullForce
from rnncompare.training.gauss_newton import GaussNewton
from rnncompare.training.goal import check_answers, check_reachable, ideal_correct
from rnncompare.training.history import history, row
from rnncompare.training.loss import loss_terms
from rnncompare.training.measurement import Decisions, decisions_of, measure
from rnncompare.training.objective import objective_of
from rnncompare.training.optimisers import optimiser
from rnncompare.training.options import Training
from rnncompare.training.recorded_term import RecordedTerm
from rnncompare.training.rules import local_credit, trained_weights
from rnncompare.training.stopping import reached, why
from rnncompare.training.task_checks import check_data
from rnncompare.training.trials import BadTraining, Split, batches, split


class Diverged(BadTraining):
    """The loss of the network is not finite before the first update."""


def train(
    network: nn.Module,
    task: xr.Dataset,
    options: Training,
    *,
    seed: Seed,
    progress: Callable[[int, int, float], None] | None,
    recording: xr.Dataset | None = None,
    smooth: float = 0.0,
) -> dict:
    """Train `network` in place and return the history of the training.

    task: inputs (trial, time, input), targets (trial, time, output) or answer_class (trial, time), mask (trial, time),
    condition (trial) and the coordinates that `trials.split` needs: delay (trial) in s with the attribute
    reference_delay, or set (trial).
    loss = normalised error + weights * R0 + rates * R1 + dynamics * R2 + mean_weights * mean square + vanishing * Omega
    + wiring * sum |J| d + absolute_weights * sum |J| mean d + penalties on single `matrices` (`penalties`,
    `vanishing_gradient`). Normalised error = MSE / variance of the targets about the mean of each output over the
    measured trials, so that the relative weight of a penalty does not depend on the units of the targets; for a task
    with the attribute loss 'cross_entropy', cross-entropy / that of the frequencies of classes in each epoch of the
    trial. The error is measured every `check_every` updates: at the reference delay for any trained `delays`; for a
    task with sets, in trials held out of its training set.

    Training ends with the first of 'reached', 'patience' (updates without a lower validation error), 'steps' and
    'diverged' (the loss is not finite, and the weights of the last check are kept). 'reached' means error <= stop_at
    and correct >= stop_correct, as far as they are given, each as the mean over the last `stop_over` checks, after at
    least `at_least` updates. `rule` decides which weights are trained, and how errors reach the units (`rules`); those
    that are `fixed` keep their values (`fixed`).
    The optimiser `gauss_newton` uses all training trials in each update (`gauss_newton`). The rule `full_force` fits
    the network to a teacher in each update, without the gradient of the loss, which is only measured (`full_force`).
    With `recorded` options, the loss is task * normalised error + penalties + weight * the term of the activity
    (`recorded_term`) of `recording`, with the rates of the network smoothed by a Gaussian of SD `smooth` (s); the
    readout is in the history as `readout`.
    The order of trials, and the noise of the network, which is new at each update, depend only on seed. progress:
    called at each check with update, `steps` and error.

    The history has arrays by check (step, the loss and its weighted terms for the batch of that update, error,
    validation_error and correct, NaN if not available); `stopped`, as above; and final_step, final_error,
    final_validation_error and final_correct of the weights that were kept. These are the last ones, or those with the
    lowest validation error if a patience was given and the goal was not reached. For a task with an ideal observer
    (`behaviour.ideal_observer`), ideal_correct is its share of correct decisions in the trials of `correct`. Raises
    BadOption, also for a stop_correct above that share and for a penalty, a rule or an optimiser that the network
    lacks; BadTraining; and Diverged before the first update.
    """
    refuse_lacking(getattr(network, "lacks", {}), {"training": vars(options)})
    check_data(task)
    part = split(task, delays=options.delays, validation=options.validation, seed=seed)
    decisions = decisions_of(task)
    if options.stop_correct is not None and decisions is None:
        raise BadOption(
            f"training: found stop_correct {options.stop_correct}, wanted null for a task without decisions "
            "(threshold, onset, answer)"
        )
    check_answers(task, part.epoch)
    ideal = ideal_correct(network, task, part.held_out)
    check_reachable(options.stop_correct, ideal, network)
    objective = objective_of(task, options.balance)
    scale = objective.null(part.measured)
    place, dtype = choose(options.device), next(network.parameters()).dtype
    network.to(place)
    data = objective.tensors(task.inputs.values, dtype, place)
    activity = recorded_activity(network, task, recording, options, part, smooth, seed)
    fixed, local = Fixed(network, options.fixed), local_credit(network, options.rule, seed)
    trained = fixed.free(trained_weights(network, options.rule))
    trained += [] if activity is None else activity.parameters
    taught = FullForce(network, data, options.teacher, seed) if options.teacher else None
    descend = None if taught else descent(network, trained, data, part.epoch, scale, options)
    noise = streams.noise(seed, streams.NOISE)
    steps, patience = options.steps, options.patience
    rows, checks, best, kept, stopped = [], [], None, None, None
    for step, trials in enumerate(batches(part.epoch, options.batch, seed)):
        term = None if activity is None else partial(weighted, activity, trials, options.recorded.weight)
        batch = [a[trials] for a in data]
        terms, omega = loss_terms(network, batch, scale, options.penalties, noise, local, term, options.task_weight)
        if not math.isfinite(loss := terms["loss"].item()):
            stopped = diverged(loss, kept)
            break
        if not taught:
            backward(network, terms["loss"], trained)
            fixed.hold()
        if step % options.check_every == 0 or step == steps:
            last = checked(network, data, part, scale, seed, decisions)
            error, held_error, correct = last
            if not math.isfinite(error):
                stopped = diverged(error, kept)
                break
            rows.append(row(step, terms, omega, last))
            checks.append((error, correct))
            kept = (last, step, copy.deepcopy(network.state_dict()), None if activity is None else activity.stored())
            if patience is not None and (best is None or held_error < best[0][1]):
                best = kept
            if progress:
                progress(step, steps, error)
            met = reached(checks, options.stop_at, options.stop_correct, options.stop_over)
            done = step >= options.at_least and met
            stopped = why(step, steps, done, patience, best and best[1])
            if stopped:
                break
        if taught:
            taught.learn(trials, noise)
        else:
            update(trained, descend, options.learning_rate * decayed(step, steps, options.decay), options.clip)
    readout = kept[3]  # there was a check at the last update
    if stopped != "reached" and (best or stopped == "diverged"):
        last, step, state, readout = best or kept
        network.load_state_dict(state)
    network.cpu()
    found = history(rows, stopped, step, *last, ideal=ideal)
    return found if readout is None else found | {"readout": readout}


def recorded_activity(
    network: nn.Module,
    task: xr.Dataset,
    recording: xr.Dataset | None,
    options: Training,
    part: Split,
    smooth: float,
    seed: int,
) -> RecordedTerm | None:
    """The term of recorded activity; None if it has no weight. Raises BadTraining without a recording."""
    if not options.uses_recording:
        return None
    if recording is None:
        raise BadTraining("training.recorded: found no recording, wanted one, because recorded activity has a weight")
    return RecordedTerm(task, recording, options.recorded, part, smooth=smooth, seed=seed, network=network)


def weighted(term: RecordedTerm, trials: np.ndarray, weight: float, rates: torch.Tensor) -> torch.Tensor:
    """The weighted term of recorded activity for the rates of the trials of a batch."""
    return weight * term(rates, trials)


def diverged(error: float, kept: tuple | None) -> str:
    """The reason 'diverged' for an error that is not finite. Raises Diverged if there was no check before."""
    if kept is None:
        raise Diverged(
            f"training: found an error of {error} before the first update, wanted a finite number: the rates of the "
            "initial network grow without bound; lower g or h of the network"
        )
    return "diverged"


def checked(
    network: nn.Module, data: list[torch.Tensor], part: Split, scale: float, seed: int, decisions: Decisions | None
) -> tuple[float, float, float]:
    """Error, validation error, and the share of correct decisions in trials that are not trained on.

    All checks use the same noise, so that they differ only by the network.
    """
    sets = [part.measured] if part.measured is part.held_out else [part.measured, part.held_out]
    found = [measure(network, data, t, scale, streams.noise(seed, streams.MEASURED_NOISE), decisions) for t in sets]
    return found[0][0], *found[-1]


def descent(
    network: nn.Module,
    trained: list[nn.Parameter],
    data: list[torch.Tensor],
    epoch: np.ndarray,
    scale: float,
    options: Training,
) -> Callable[[float], None]:
    """The function that updates the `trained` weights by their gradients; epoch: the training trials of the data."""
    if options.optimiser == "gauss_newton":
        return GaussNewton(network, [a[epoch] for a in data], scale, options).step
    return optimiser(options.optimiser, trained)


def backward(network: nn.Module, loss: torch.Tensor, trained: list[nn.Parameter] | None = None) -> None:
    """Replace the gradients of the `trained` weights by those of the loss, None for all, and remove all others."""
    network.zero_grad()
    for weights in trained or ():  # a readout is not a part of the network
        weights.grad = None
    loss.backward(inputs=trained)


def update(trained: list[nn.Parameter], descend: Callable[[float], None], rate: float, clip: float | None) -> None:
    """Do one step of the optimiser with the gradient, scaled down to the norm `clip` if its norm is larger."""
    if clip is not None:
        nn.utils.clip_grad_norm_(trained, clip)
    descend(rate)


def decayed(step: int, steps: int, decay: str) -> float:
    """The factor of the learning rate: half a cosine from 1 to 0 at `steps`, or always 1."""
    return (1 + math.cos(math.pi * step / steps)) / 2 if decay == "cosine" else 1.0
