"""Selection of trials for training and for measuring the error, and their order."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION
from rnncompare.plugins import BadOption
from rnncompare.training import streams


class BadTraining(ValueError):
    """Data or options with which a network cannot be trained; the message names them."""


@dataclass(frozen=True)
class Split:
    """Indices of trials: those of an epoch, those on which the training error is measured, and the held-out ones."""

    epoch: np.ndarray
    measured: np.ndarray
    held_out: np.ndarray


def split(task: xr.Dataset, *, delays: str | None, validation: int, seed: int) -> Split:
    """The split of the trials of a task, which depends on its coordinates `set` or `delay`.

    For a task without either, the error is measured on the training trials. Raises BadOption, BadTraining.
    """
    condition = task.condition.values.astype(str)
    if "delay" not in task.coords and delays is not None:
        raise BadOption(f"training: found delays '{delays}' for a task that has no delays, wanted null")
    if "set" in task.coords:
        return split_pool(condition, task["set"].values, validation=validation, seed=seed)
    if "delay" in task.coords:
        times = task.delay.values, task.attrs["reference_delay"]
        return split_delays(condition, *times, delays=delays, validation=validation, seed=seed)
    held = held_conditions(condition, validation, seed)
    return Split(np.flatnonzero(~held), np.flatnonzero(~held), np.flatnonzero(held))


def split_delays(
    condition: np.ndarray, delay: np.ndarray, reference_delay: float, *, delays: str | None, validation: int, seed: int
) -> Split:
    """Hold out `validation` conditions, selected by the seed, with all their delays.

    condition, delay: (trial,). Errors are measured only at the reference delay, both for `delays` 'all' and 'one', so
    that networks that share a seed are stopped by the same criterion. With 'one', each trial of an epoch is replaced by
    the trial of its condition at the reference delay, so that both networks are trained on the same conditions in the
    same order and with the same batch size. Raises BadOption, BadTraining.
    """
    if delays not in ("all", "one"):
        raise BadOption(f"training: found delays '{delays}', wanted 'all' or 'one'")
    condition, delay = np.asarray(condition).astype(str), np.asarray(delay, dtype=float)
    is_held = held_conditions(condition, validation, seed)
    reference = np.flatnonzero(np.abs(delay - reference_delay) < RESOLUTION)
    lacking = sorted(set(condition) - set(condition[reference]))
    if lacking:
        raise BadTraining(
            f"training: found no trial at the reference delay of {reference_delay:g} s "
            f"for conditions {lacking}, wanted one for each"
        )
    epoch = np.flatnonzero(~is_held)
    if delays == "one":
        first = {condition[trial]: trial for trial in reversed(reference.tolist())}
        epoch = np.array([first[condition[trial]] for trial in epoch])
    return Split(epoch, reference[~is_held[reference]], reference[is_held[reference]])


def held_conditions(condition: np.ndarray, validation: int, seed: int) -> np.ndarray:
    """(trial,) of bool: trials of `validation` conditions, which are selected by the seed. Raises BadOption."""
    names = np.unique(condition)
    if not 0 <= validation < len(names):
        raise BadOption(
            f"training: found validation {validation}, "
            f"wanted from 0 to {len(names) - 1} held-out conditions of {len(names)}"
        )
    return np.isin(condition, streams.numbers(seed, streams.HELD_OUT).permutation(names)[:validation])


def split_pool(condition: np.ndarray, which: np.ndarray, *, validation: int, seed: int) -> Split:
    """Hold out `validation` trials of each condition, selected by the seed, among those whose `which` is 'train'.

    condition, which: (trial,). All measurements use the held-out trials, because trials of a condition have different
    times, and none represents the condition. Other trials, such as a test set, are not used. Raises BadOption.
    """
    pool = streams.numbers(seed, streams.HELD_OUT).permutation(np.flatnonzero(np.asarray(which) == "train"))
    groups = [pool[condition[pool] == name] for name in np.unique(condition[pool])]
    fewest = min((len(group) for group in groups), default=0)
    if not 1 <= validation < fewest:
        raise BadOption(
            f"training: found validation {validation}, wanted from 1 to {fewest - 1} held-out trials of each condition "
            f"of a task whose rarest condition has {fewest} training trials"
        )
    measured = np.sort(np.concatenate([group[:validation] for group in groups]))
    return Split(np.setdiff1d(pool, measured), measured, measured)


def batches(epoch: np.ndarray, batch: int, seed: int) -> Iterator[np.ndarray]:
    """Yield the trials of each update without end; each epoch is newly shuffled, and its last batch may be smaller."""
    generator = streams.numbers(seed, streams.ORDER)
    while True:
        order = epoch[generator.permutation(len(epoch))]
        yield from np.split(order, range(batch, len(order), batch))
