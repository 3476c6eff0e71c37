"""Training of one network: Adam on the task and its penalties until the task is done equally well by every twin."""

import copy
import math
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from rnncompare.training.loss import TERMS, loss_terms, measure, null_error
from rnncompare.training.optimisers import Adam
from rnncompare.training.options import check, choose
from rnncompare.training.trials import BadTraining, batches, check_data, split

CHECK_EVERY = (
    5  # updates between two measurements of the error, about a twentieth of the time of the updates themselves
)


class Diverged(BadTraining):
    """A training whose loss is no longer a number; the message names the update."""


def train(
    network: nn.Module,
    inputs: np.ndarray,
    targets: np.ndarray,
    mask: np.ndarray,
    condition: np.ndarray,
    delay: np.ndarray,
    reference_delay: float,
    *,
    seed: int,
    progress: Callable[[int, int, float], None] | None,
    weights: float,
    rates: float,
    dynamics: float,
    delays: str,
    learning_rate: float,
    decay: str,
    steps: int,
    batch: int,
    clip: float | None,
    stop_at: float | None,
    at_least: int,
    validation: int,
    patience: int | None,
    device: str,
) -> dict:
    """Train `network` in place and return the history of its training.

    inputs (trial, time, input), targets (trial, time, output), mask (trial, time), condition (trial), delay (trial) s.
    loss = normalised error + weights * R0 + rates * R1 + dynamics * R2 (`penalties`), so that a penalty weighs the
    same whatever the targets' units. Normalised error = MSE / variance of the targets around each output's mean, which
    is that of the training trials at the reference delay throughout; there, too, it is measured, every CHECK_EVERY
    updates, whichever `delays` are trained ('all', or 'one': the reference). Training ends with the first of
    'reached' (error <= stop_at, after `at_least` updates: a network may do the task long before its penalties have
    acted), 'patience' (updates without a better validation error) and 'steps'.
    decay: learning rate 'cosine' to 0 at `steps`, or 'none'; clip: largest norm of the gradient; validation: held-out
    conditions; device: auto, cpu, cuda. stop_at, clip, patience may be None. The order of trials follows from seed.

    History: arrays by check (step, the loss and its weighted terms for the batch of that update, error, and
    validation_error, NaN without validation); `stopped`, as above; and of the weights that were kept final_step,
    final_error, final_validation_error. They are the last, or the best on validation if a patience was set and
    `stop_at` was not reached. Raises BadOption, BadTraining, Diverged.
    """
    penalty_weights = {"weights": weights, "rates": rates, "dynamics": dynamics}
    check(penalty_weights, learning_rate, decay, steps, clip, stop_at, at_least, validation, patience)
    check_data(inputs, targets, mask, condition, delay)
    part = split(condition, delay, reference_delay, delays=delays, validation=validation, seed=seed)
    scale = null_error(targets[part.measured], mask[part.measured])
    place, dtype = choose(device), next(network.parameters()).dtype
    network.to(place)
    data = [torch.as_tensor(np.asarray(a), dtype=dtype, device=place) for a in (inputs, targets, mask)]
    optimiser = Adam(list(network.parameters()))
    rows, best, stopped = [], None, None
    for step, trials in enumerate(batches(part.epoch, batch, seed)):
        terms = loss_terms(network, [a[trials] for a in data], scale, penalty_weights)
        if not math.isfinite(loss := terms["loss"].item()):
            raise Diverged(
                f"training, update {step} of {steps}: found a loss of {loss}, "
                "wanted a finite number; lower learning_rate or clip"
            )
        if step % CHECK_EVERY == 0 or step == steps:
            error, held_error = (measure(network, data, t, scale) for t in (part.measured, part.held_out))
            rows.append([step, *(float(terms[name].detach()) for name in TERMS), error, held_error])
            if patience is not None and (best is None or held_error < best[2]):
                best = (step, error, held_error, copy.deepcopy(network.state_dict()))
            if progress:
                progress(step, steps, error)
            stopped = why(step, steps, error, stop_at, at_least, patience, best)
            if stopped:
                break
        update(network, optimiser, terms["loss"], learning_rate * decayed(step, steps, decay), clip)
    if best and stopped != "reached":
        step, error, held_error, state = best
        network.load_state_dict(state)
    network.cpu()
    return history(rows, stopped, step, error, held_error)


def update(network: nn.Module, optimiser: Adam, loss: torch.Tensor, rate: float, clip: float | None) -> None:
    """One step of the optimiser down the gradient, which is scaled down to the norm `clip` where it is longer."""
    network.zero_grad()
    loss.backward()
    if clip is not None:
        nn.utils.clip_grad_norm_(network.parameters(), clip)
    optimiser.step(rate)


def decayed(step: int, steps: int, decay: str) -> float:
    """The part of the learning rate that is left: from 1 down half a cosine to 0 at `steps`, or 1 throughout."""
    return (1 + math.cos(math.pi * step / steps)) / 2 if decay == "cosine" else 1.0


def why(
    step: int, steps: int, error: float, stop_at: float | None, at_least: int, patience: int | None, best: tuple | None
) -> str | None:
    """Why training ends here, if it does."""
    if stop_at is not None and step >= at_least and error <= stop_at:
        return "reached"
    if patience is not None and step - best[0] >= patience:
        return "patience"
    return "steps" if step >= steps else None


def history(rows: list, stopped: str, step: int, error: float, held_error: float) -> dict:
    """The table of checks by column, and how it ended."""
    columns = dict(zip(("step", *TERMS, "error", "validation_error"), np.array(rows, dtype=float).T, strict=True))
    columns["step"] = columns["step"].astype(int)
    return columns | {
        "stopped": stopped,
        "final_step": step,
        "final_error": error,
        "final_validation_error": held_error,
    }
