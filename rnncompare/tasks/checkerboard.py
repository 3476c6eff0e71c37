"""The checkerboard task: decide which colour dominates, and select the target of that colour."""

from typing import Annotated, Literal

import numpy as np
import xarray as xr

from rnncompare.options.ranges import (
    Count,
    CountOrNone,
    Different,
    Duration,
    Number,
    Seed,
    Share,
    TimeStep,
    TrialCountOrNone,
)
from rnncompare.options.values import checked
from rnncompare.recordings.needs import Needs
from rnncompare.tasks._checkerboard_checks import check_levels, check_size, check_squares, check_times
from rnncompare.tasks._checkerboard_trials import Epochs, Labels, draw_epochs, labels_to_test, labels_to_train

INPUTS = ["target_left", "target_right", "coherence_red", "coherence_green"]


@checked
def checkerboard(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    order: Literal["targets_first", "checkerboard_first"],
    red_squares: Annotated[list[CountOrNone], Different],
    squares: Count,
    start: dict[Literal["mean", "sd"], Duration],
    alone: tuple[Duration, Duration],
    both: Duration,
    after: Duration,
    early: Duration,
    early_outputs: Literal["free", "low"],
    catch: Share,
    catch_with_first: Share,
    catch_duration: Duration | None,
    low: Number,
    high: Number,
    threshold: Number,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of the checkerboard decision task (Kleinman et al. 2021).

    Nothing is shown for |N(start mean, sd)| s; then the targets for U(alone) s; then targets and checkerboard for
    `both` s; then nothing for `after` s. With order `checkerboard_first`, targets and checkerboard are exchanged, so
    that the colour can be decided before the sides of the targets are known. Times are rounded to `dt`; durations must
    be whole steps. Inputs: 1 for a red and -1 for a green target, left and right; the signed coherence of red,
    2 n / squares - 1 with n of red_squares, and that of green, its negative: -1 to 1. Inputs have no noise, which is
    part of the network.

    Targets (outputs left, right): from `early` s after the onset of the second stimulus until the offset, `high` for
    the side of the target with the dominant colour and `low` for the other. At all other times and in catch trials,
    both are `low`, so that a network learns low outputs before and after the stimuli and without a decision. The first
    `early` s after the onset of the second stimulus have no loss (early_outputs `free`, as in the paper) or the target
    `low` (as in the published code, whose mask is 1 there). The mask is 1 at all other times of a trial, and 0 after
    its end, as all trials are padded to the longest.

    The test set uses its own random numbers, and has test_trials trials of each condition (number of red squares and
    layout) and no catch trials. Of the train_trials trials, in random order, a share `catch` (rounded) are catch
    trials. They show nothing or, in a share `catch_with_first` of them, only the first stimulus; their duration is
    catch_duration s (null: as in other trials). The conditions of the other trials are balanced up to one trial.

    recording, muscles: not used. Returns float32 inputs (trial, time, input), targets (trial, time, output), mask
    (trial, time); time in s from trial start; coordinates along trial: set (`train`, `test`), condition
    (`red_left/011`, `catch`), coherence (NaN without a checkerboard), context (`red_left`, `green_left`, `none`),
    answer (`left`, `right`, `none`), catch (0/1), and in s from trial start targets_on, checkerboard_on, onset (of the
    second stimulus, to which reaction times are relative; NaN in catch trials), offset and end; times of stimuli that
    are not shown are NaN. Raises BadOption.
    """
    first = order == "targets_first"
    sets = [
        labels_to_train(red_squares, squares, train_trials, catch, catch_with_first, first, [seed, 0]),
        labels_to_test(red_squares, squares, test_trials),
    ]
    timing = (start, alone, both, after, catch_duration, dt)
    parts = [draw_epochs(part, *timing, [seed, k]) for k, part in enumerate(sets)]
    labels = Labels(*(np.concatenate(values) for values in zip(*sets, strict=True)))
    epochs = Epochs(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    answer = np.where(labels.catch, 0, np.sign(np.nan_to_num(labels.coherence)) * labels.side)
    grace = round(early / dt)
    inputs, shown = _inputs(labels, epochs, first)
    targets, mask = _targets(answer, epochs, grace, (low, high), early_outputs == "free", shape=inputs.shape[:2])
    return xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), inputs),
            "targets": (("trial", "time", "output"), targets),
            "mask": (("trial", "time"), mask),
        },
        coords={
            "time": np.round(np.arange(inputs.shape[1]) * dt, 9),
            "input": INPUTS,
            "output": ["left", "right"],
            "set": ("trial", np.repeat(["train", "test"], [len(part.catch) for part in sets])),
            "condition": ("trial", labels.condition),
            "coherence": ("trial", labels.coherence),
            "context": ("trial", np.array(["none", "red_left", "green_left"])[labels.side]),
            "answer": ("trial", np.array(["none", "left", "right"])[answer.astype(int)]),
            "catch": ("trial", labels.catch.astype(int)),
            **{name: ("trial", np.round(steps * dt, 9)) for name, steps in shown.items()},
        },
        attrs={"threshold": float(threshold), "order": order, "alignment": "trial start", "output_units": "a.u."},
    )


checkerboard.together = (check_squares, check_times, check_levels, check_size)


def needs(**_) -> Needs:
    """Networks are simulated on the test set, whose trials do not have the times of a recording."""
    return Needs(simulation=True)


checkerboard.has = ("a test set with targets",)
checkerboard.needs = needs
checkerboard.count_inputs = lambda **_: len(INPUTS)


def _inputs(labels: Labels, epochs: Epochs, targets_first: bool) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Inputs (trial, time, 4) float32, and times of events (trial,) in steps, NaN for events that do not occur."""
    trials, step = len(labels.catch), np.arange(epochs.end.max())
    before = step < epochs.offset[:, None]
    visible = [(step >= on[:, None]) & before for on in (epochs.first, epochs.onset)]
    targets, board = visible if targets_first else visible[::-1]
    inputs = np.zeros((trials, len(step), 4), dtype=np.float32)
    for column, values, when in ((0, labels.side, targets), (2, np.nan_to_num(labels.coherence), board)):
        line = values[:, None].astype(np.float32) * when
        np.add(line, 0, out=inputs[..., column])  # avoids -0 in the file
        np.subtract(0, line, out=inputs[..., column + 1])
    targets_on, board_on = (epochs.first, epochs.onset) if targets_first else (epochs.onset, epochs.first)
    shown = {
        "targets_on": np.where(labels.side != 0, targets_on, np.nan),
        "checkerboard_on": np.where(np.isfinite(labels.coherence), board_on, np.nan),
        "onset": np.where(labels.catch, np.nan, epochs.onset),
    }
    return inputs, shown | {"offset": epochs.offset, "end": epochs.end}


def _targets(
    answer: np.ndarray, epochs: Epochs, grace: int, levels: tuple[float, float], free: bool, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Targets (trial, time, 2) and mask (trial, time), float32; answer: (trial,) 1 left, -1 right, 0 neither."""
    step, decided = np.arange(shape[1]), answer != 0
    begin = epochs.onset + grace
    holding = (step >= begin[:, None]) & (step < epochs.offset[:, None])
    targets = np.full((*shape, 2), levels[0], dtype=np.float32)
    for output, sign in enumerate((1, -1)):
        targets[..., output][holding & (answer == sign)[:, None]] = levels[1]
    mask = (step < epochs.end[:, None]).astype(np.float32)
    if free:
        mask[(step >= epochs.onset[:, None]) & (step < begin[:, None]) & decided[:, None]] = 0
    return targets, mask
