"""Which trials a network is trained on, in which order, and on which it is measured."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rnncompare.plugins import BadOption

SAME_DELAY = 1e-6  # s


class BadTraining(ValueError):
    """Data or options that no network can be trained with; the message names them."""


@dataclass(frozen=True)
class Split:
    """Indices of trials: an epoch's, those that the training error is measured on, and those held out."""

    epoch: np.ndarray
    measured: np.ndarray
    held_out: np.ndarray


def split(
    condition: np.ndarray, delay: np.ndarray, reference_delay: float, *, delays: str, validation: int, seed: int
) -> Split:
    """Hold out `validation` conditions, drawn by the seed, with all their delays.

    condition, delay (trial). Errors are measured at the reference delay alone, for `delays` 'all' and 'one' alike, so
    that twins are stopped by the same measure. With 'one', each trial of an epoch is replaced by its condition's trial
    at the reference delay: both twins see the same conditions in the same order and in batches of the same size.
    Raises BadOption, BadTraining.
    """
    if delays not in ("all", "one"):
        raise BadOption(f"training: found delays '{delays}', wanted 'all' or 'one'")
    condition, delay = np.asarray(condition).astype(str), np.asarray(delay, dtype=float)
    names = np.unique(condition)
    if not 0 <= validation < len(names):
        raise BadOption(
            f"training: found validation {validation}, "
            f"wanted from 0 to {len(names) - 1} held-out conditions of {len(names)}"
        )
    reference = np.flatnonzero(np.abs(delay - reference_delay) < SAME_DELAY)
    lacking = sorted(set(names) - set(condition[reference]))
    if lacking:
        raise BadTraining(
            f"training: found no trial at the reference delay of {reference_delay:g} s "
            f"for conditions {lacking}, wanted one for each"
        )
    held = np.random.default_rng([seed, 0]).permutation(names)[:validation]
    epoch = np.flatnonzero(~np.isin(condition, held))
    if delays == "one":
        first = {condition[trial]: trial for trial in reversed(reference.tolist())}
        epoch = np.array([first[condition[trial]] for trial in epoch])
    is_held = np.isin(condition[reference], held)
    return Split(epoch, reference[~is_held], reference[is_held])


def check_data(
    inputs: np.ndarray, targets: np.ndarray, mask: np.ndarray, condition: np.ndarray, delay: np.ndarray
) -> None:
    """Raise BadTraining unless inputs and targets (trial, time, ..), mask (trial, time) and labels (trial) fit."""
    trials, times = np.shape(mask)
    for name, values, axes in (
        ("inputs", inputs, 3),
        ("targets", targets, 3),
        ("condition", condition, 1),
        ("delay", delay, 1),
    ):
        shape = np.shape(values)
        if len(shape) != axes or shape[: min(axes, 2)] != (trials, times)[: min(axes, 2)]:
            raise BadTraining(
                f"training: found {name} of shape {shape}, "
                f"wanted {axes} dimensions that fit a mask of {trials} trials and {times} times"
            )
    for name, values in (("inputs", inputs), ("targets", targets)):
        bad = int((~np.isfinite(values)).sum())
        if bad:
            raise BadTraining(
                f"training: found {bad} of {np.size(values)} values of {name} NaN or infinite, wanted none"
            )
    empty = int((~np.asarray(mask, dtype=bool).any(axis=1)).sum())
    if empty:
        raise BadTraining(
            f"training: found {empty} trials without a time that counts, wanted at least one in the mask of each"
        )


def batches(epoch: np.ndarray, batch: int, seed: int) -> Iterator[np.ndarray]:
    """Indices of trials, an update's at a time, without end; each epoch is shuffled anew, its last batch the rest."""
    if batch < 1:
        raise BadOption(f"training: found batch {batch}, wanted at least 1 trial")
    generator = np.random.default_rng([seed, 1])
    while True:
        order = epoch[generator.permutation(len(epoch))]
        yield from np.split(order, range(batch, len(order), batch))
