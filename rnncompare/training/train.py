"""Training of one network on a task and its penalties, until the task is done as well as was asked."""

import copy
import math
from collections.abc import Callable

import torch
import xarray as xr
from torch import nn

from rnncompare.options.ranges import Seed
from rnncompare.plugins import BadOption
from rnncompare.training import streams
from rnncompare.training.device import choose
from rnncompare.training.history import history, row
from rnncompare.training.loss import loss_terms, null_error
from rnncompare.training.measurement import Decisions, decisions_of, measure
from rnncompare.training.optimisers import optimiser
from rnncompare.training.options import Training
from rnncompare.training.stopping import reached, why
from rnncompare.training.trials import BadTraining, Split, batches, check_data, split


class Diverged(BadTraining):
    """A network whose loss is no number from the start on."""


def train(
    network: nn.Module,
    task: xr.Dataset,
    options: Training,
    *,
    seed: Seed,
    progress: Callable[[int, int, float], None] | None,
) -> dict:
    """Train `network` in place and return the history of its training.

    task: inputs (trial, time, input), targets (trial, time, output), mask (trial, time), condition (trial) and what
    `trials.split` takes: delay (trial) s with the attribute reference_delay, or set (trial).
    loss = normalised error + weights * R0 + rates * R1 + dynamics * R2 + mean_weights * mean square + vanishing * Omega
    (`penalties`, `vanishing_gradient`), so that a penalty weighs the same whatever the targets' units. Normalised error
    = MSE / variance of the targets around each output's mean over the trials that errors are measured on. Those are,
    every `check_every` updates: at the reference delay, whichever `delays` are trained; of a task with sets, trials
    held out of its training set.

    Training ends with the first of 'reached', 'patience' (updates without a better validation error), 'steps' and
    'diverged': the loss is no number any more, and the weights of the last check stay. Reached is what was asked for
    of error <= stop_at and correct >= stop_correct, after `at_least` updates.
    The order of trials and the network's noise, new at each update, follow from seed. progress: called at each check
    with update, `steps` and error.

    History: arrays by check (step, the loss and its weighted terms for the batch of that update, error,
    validation_error and correct, NaN where there is none); `stopped`, as above; and of the weights that were kept
    final_step, final_error, final_validation_error, final_correct. They are the last, or the best on validation if a
    patience was set and nothing was reached. Raises BadOption, BadTraining, and Diverged at the first update.
    """
    check_data(task)
    part = split(task, delays=options.delays, validation=options.validation, seed=seed)
    decisions = decisions_of(task)
    if options.stop_correct is not None and decisions is None:
        raise BadOption(
            f"training: found stop_correct {options.stop_correct}, wanted null for a task in which nothing is decided "
            "(threshold, onset, answer)"
        )
    arrays = [task[name].values for name in ("inputs", "targets", "mask")]
    scale = null_error(*(a[part.measured] for a in arrays[1:]))
    place, dtype = choose(options.device), next(network.parameters()).dtype
    network.to(place)
    data = [torch.as_tensor(a, dtype=dtype, device=place) for a in arrays]
    descend = optimiser(options.optimiser, [p for p in network.parameters() if p.requires_grad])
    noise = streams.noise(seed, streams.NOISE)
    steps, patience = options.steps, options.patience
    rows, best, kept, stopped = [], None, None, None
    for step, trials in enumerate(batches(part.epoch, options.batch, seed)):
        terms, omega = loss_terms(network, [a[trials] for a in data], scale, options.penalties, noise)
        if not math.isfinite(loss := terms["loss"].item()):
            stopped = diverged(loss, kept)
            break
        backward(network, terms["loss"])
        if step % options.check_every == 0 or step == steps:
            last = checked(network, data, part, scale, seed, decisions)
            error, held_error, correct = last
            if not math.isfinite(error):
                stopped = diverged(error, kept)
                break
            rows.append(row(step, terms, omega, last))
            kept = (last, step, copy.deepcopy(network.state_dict()))
            if patience is not None and (best is None or held_error < best[0][1]):
                best = kept
            if progress:
                progress(step, steps, error)
            done = step >= options.at_least and reached(error, options.stop_at, correct, options.stop_correct)
            stopped = why(step, steps, done, patience, best and best[1])
            if stopped:
                break
        update(network, descend, options.learning_rate * decayed(step, steps, options.decay), options.clip)
    if stopped != "reached" and (best or stopped == "diverged"):
        last, step, state = best or kept
        network.load_state_dict(state)
    network.cpu()
    return history(rows, stopped, step, *last)


def diverged(error: float, kept: tuple | None) -> str:
    """Why training ends where the error is no number, if there was a check before it. Raises Diverged."""
    if kept is None:
        raise Diverged(
            f"training: found an error of {error} before the first update, wanted a finite number: rates grow without "
            "bound from the start on; lower g or h of the network"
        )
    return "diverged"


def checked(
    network: nn.Module, data: list[torch.Tensor], part: Split, scale: float, seed: int, decisions: Decisions | None
) -> tuple[float, float, float]:
    """Error and validation error, and the share of decisions that are right on trials that are not trained on.

    The noise of every check is the same, so that checks differ by the network alone.
    """
    sets = [part.measured] if part.measured is part.held_out else [part.measured, part.held_out]
    found = [measure(network, data, t, scale, streams.noise(seed, streams.MEASURED_NOISE), decisions) for t in sets]
    return found[0][0], *found[-1]


def backward(network: nn.Module, loss: torch.Tensor) -> None:
    """The gradient of the loss in every weight, in place of the one before."""
    network.zero_grad()
    loss.backward()


def update(network: nn.Module, descend: Callable[[float], None], rate: float, clip: float | None) -> None:
    """One step of the optimiser down the gradient, which is scaled down to the norm `clip` where it is longer."""
    if clip is not None:
        nn.utils.clip_grad_norm_(network.parameters(), clip)
    descend(rate)


def decayed(step: int, steps: int, decay: str) -> float:
    """The part of the learning rate that is left: from 1 down half a cosine to 0 at `steps`, or 1 throughout."""
    return (1 + math.cos(math.pi * step / steps)) / 2 if decay == "cosine" else 1.0
