"""Match to category: on which side of a boundary a direction lies, which direction-selective inputs show."""

import numpy as np
import xarray as xr

from rnncompare.options.ranges import (
    Directions,
    Duration,
    Number,
    Positive,
    PositiveSeconds,
    Seed,
    TimeStep,
    TrialCountOrNone,
)
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.tasks._pool import check_fixed, check_memory, needs
from rnncompare.tasks._two_choices import checks_levels, conditions_of, two_choices

NAME = "match_to_category"


@checked
def match_to_category(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    directions: Directions,
    channels: Directions,
    tuning_width: Positive,
    fixation: Duration,
    stimulus: PositiveSeconds,
    decision: PositiveSeconds,
    high: Number,
    low: Number,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of MatchToCategory (after PsychRNN and Freedman & Assad 2006).

    A trial consists of `fixation`, `stimulus` and `decision` s, whole steps of `dt` s. The stimulus is one of
    `directions` (an even number) at equal distances, of which none lies on the boundary. The inputs are `channels` with
    preferred directions at equal distances from 0 degrees on: exp(-d^2 / (2 tuning_width^2)) for a distance d on the
    circle (radians), and 0 without a stimulus. (In PsychRNN the first and the last channel have the same preferred
    direction.) Inputs have no noise, which is part of the network. There is no ideal observer.

    The category is the half of the circle: left for directions below 180 degrees, right for those above. Targets
    (outputs left, right) are 0, and during the decision `high` for the answer and `low` for the other side. The mask is
    1 in the decision period and otherwise 0. The decision is the larger mean output of that period (decide `argmax`).

    The test set has test_trials trials of each direction, which differ only by the noise of the network. The
    train_trials trials of the pool are in random order; their directions are balanced up to one trial.

    recording, muscles: not used. Returns float32 inputs (trial, time, input), targets (trial, time, output) and mask
    (trial, time); time in s from trial start; coordinates along trial: set (`train`, `test`), condition (the direction,
    `011.25`), direction (degrees), answer (`left`, `right`), and in s from trial start onset (of the stimulus),
    decision_on (its end), and offset and end (of the decision). Raises BadOption.
    """
    angles = (np.arange(directions) + 0.5) * 360 / directions
    picks = conditions_of(directions, train_trials, test_trials, seed)
    angle = angles[np.concatenate(picks)]
    on, asked, end = (
        np.full(len(angle), k) for k in np.rint(np.cumsum([fixation, stimulus, decision]) / dt).astype(int)
    )
    step = np.arange(end[0])
    preferred = np.arange(channels) * 360 / channels
    away = np.deg2rad((angle[:, None] - preferred + 180) % 360 - 180)
    tuned = np.exp(-((away / tuning_width) ** 2) / 2)
    deciding = np.tile(step >= asked[0], (len(angle), 1))
    return two_choices(
        inputs=((step >= on[0]) & (step < asked[0]))[:, None] * tuned[:, None],
        names=[f"direction_{degrees:g}" for degrees in preferred.tolist()],
        left=angle < 180,
        asked=deciding,
        mask=deciding,
        levels=(high, low),
        trials=[len(part) for part in picks],
        dt=dt,
        times={"onset": on, "decision_on": asked, "offset": end, "end": end},
        more={
            "condition": ("trial", [f"{a:06.2f}" for a in angle.tolist()]),
            "direction": ("trial", angle),
        },
    )


def check_directions(directions: int) -> None:
    """Raise BadOption for an odd number of directions, one of which would lie on the boundary."""
    if directions % 2:
        raise BadOption(f"{NAME}: found {directions} directions, wanted an even number: one would lie on the boundary")


def check_times(fixation: float, stimulus: float, decision: float, dt: float) -> None:
    """Raise BadOption for times (s) that are not multiples of the step `dt`, or shorter than a step."""
    fixed = {"fixation": fixation, "stimulus": stimulus, "decision": decision}
    check_fixed(NAME, fixed, dt, some=["stimulus", "decision"])


def check_size(
    train_trials: int, test_trials: int, directions: int, fixation: float, stimulus: float, decision: float, dt: float
) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    check_memory(NAME, train_trials, test_trials, directions, round((fixation + stimulus + decision) / dt))


match_to_category.together = (check_directions, check_times, checks_levels(NAME), check_size)
match_to_category.has = ("a test set with targets",)
match_to_category.needs = needs
match_to_category.count_inputs = lambda *, channels, **_: channels
