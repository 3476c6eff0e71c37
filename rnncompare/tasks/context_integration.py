"""Context-dependent integration: decide by the sign of one of two noisy inputs, which a context selects."""

from typing import Annotated, Literal

import numpy as np
import xarray as xr

from rnncompare.options.ranges import (
    Different,
    Duration,
    Number,
    PositiveSeconds,
    PositiveShare,
    Seed,
    TimeStep,
    TrialCountOrNone,
)
from rnncompare.options.values import checked
from rnncompare.recordings.needs import Needs
from rnncompare.tasks._context_trials import (
    CONTEXTS,
    Epochs,
    Labels,
    check_coherences,
    check_size,
    check_target,
    check_times,
    draw_epochs,
    labels_to_test,
    labels_to_train,
)

INPUTS = [*CONTEXTS, *(f"context_{name}" for name in CONTEXTS)]
GAIN = 2.0  # 1/s, of the target `integral`: at the largest coherence the outputs reach about 1 in 1 s


@checked
def context_integration(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    coherences: Annotated[list[PositiveShare], Different],
    cue: Duration,
    stimulus: tuple[Duration, Duration],
    delay: tuple[Duration, Duration],
    decision: PositiveSeconds,
    test_stimulus: PositiveSeconds,
    test_delay: Duration,
    hold: bool,
    target: Literal["choice", "integral"],
    threshold: Number,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of context-dependent integration (after Mante, Sussillo et al. 2013).

    The context alone is shown for `cue` s; then motion and colour for U(stimulus) s; then the context alone for
    U(delay) s and for the `decision` s in which the answer is given. Times are rounded to `dt` s; `cue`, `decision` and
    the durations of the test set, `test_stimulus` and `test_delay`, must be whole steps. With equal ends, stimulus and
    delay have a fixed duration. Inputs: motion and colour, the signed coherence during the stimulus and otherwise 0;
    context_motion and context_colour, 1 for the relevant one from the start to the end of the trial. Coherences are
    those of `coherences` with either sign, so that there are 2 x (2 n)^2 conditions. Inputs have no noise, which is
    part of the network, and so is its time constant.

    Targets (outputs left, right) with `choice`: both 0 during the cue; 1 for the answer (left if the relevant coherence
    is above 0) and 0 for the other side from the end of the stimulus. The mask is 1 in the cue and the decision period
    and 0 during the stimulus; during the delay it is 0, or 1 if the network has to `hold` the answer. With `integral`:
    2 / s times the relevant coherence times the time that it was shown, negative for right, with mask 1 at all times of
    the trial (`hold` must be true). The mask is 0 after the end of a trial, as all are padded to the longest.
    threshold: of the outputs for a decision (`behaviour.decisions`), between 0 and 1 for `choice`; 0 decides by the
    sign of an integral.

    The test set has test_trials trials of each condition, in their order. The train_trials trials of the pool are in
    random order; their conditions are balanced up to one trial, and their times are random numbers of their own.

    recording, muscles: not used. Returns float32 inputs (trial, time, input), targets (trial, time, output), mask
    (trial, time); time in s from trial start; coordinates along trial: set (`train`, `test`), condition
    (`motion/+0.050/-0.150`: context, motion, colour), motion and colour (signed coherence), context (`motion`,
    `colour`), answer (`left`, `right`), and in s from trial start stimulus_on, stimulus_off, onset (of the decision
    period, to which reaction times are relative), offset and end (of the decision period). Raises BadOption.
    """
    sets = [labels_to_train(coherences, train_trials, [seed, 0]), labels_to_test(coherences, test_trials)]
    spans = [(stimulus, delay), ((test_stimulus, test_stimulus), (test_delay, test_delay))]
    counts = [len(part.context) for part in sets]
    parts = [draw_epochs(counts[k], cue, *spans[k], decision, dt, [seed, k]) for k in range(len(sets))]
    labels = Labels(*(np.concatenate(values) for values in zip(*sets, strict=True)))
    epochs = Epochs(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    step = np.arange(epochs.end.max())
    targets = _integrals(labels, epochs, step, dt) if target == "integral" else _choices(labels, epochs, step)
    return xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), _inputs(labels, epochs, step)),
            "targets": (("trial", "time", "output"), targets),
            "mask": (("trial", "time"), _mask(epochs, step, target, hold)),
        },
        coords={
            "time": np.round(step * dt, 9),
            "input": INPUTS,
            "output": ["left", "right"],
            "set": ("trial", np.repeat(["train", "test"], counts)),
            "condition": ("trial", labels.condition),
            "motion": ("trial", labels.motion),
            "colour": ("trial", labels.colour),
            "context": ("trial", np.array(CONTEXTS)[labels.context]),
            "answer": ("trial", np.where(labels.relevant > 0, "left", "right")),
            **{name: ("trial", np.round(steps * dt, 9)) for name, steps in epochs._asdict().items()},
            "offset": ("trial", np.round(epochs.end * dt, 9)),
        },
        attrs={"threshold": float(threshold), "target": target, "alignment": "trial start", "output_units": "a.u."},
    )


context_integration.has = ("contexts", "a test set with targets")  # the relevant input of a trial is its `context`
context_integration.together = (check_coherences, check_times, check_target, check_size)


def needs(**_) -> Needs:
    """Networks are simulated on the test set, whose trials do not have the times of a recording."""
    return Needs(simulation=True)


context_integration.needs = needs
context_integration.count_inputs = lambda **_: len(INPUTS)


def _inputs(labels: Labels, epochs: Epochs, step: np.ndarray) -> np.ndarray:
    """Inputs (trial, time, 4), float32."""
    shown = (step >= epochs.stimulus_on[:, None]) & (step < epochs.stimulus_off[:, None])
    during = step < epochs.end[:, None]
    inputs = np.zeros((*during.shape, len(INPUTS)), dtype=np.float32)
    for k, coherence in enumerate((labels.motion, labels.colour)):
        inputs[..., k] = np.where(shown, coherence[:, None], 0)
        inputs[..., len(CONTEXTS) + k] = during & (labels.context == k)[:, None]
    return inputs


def _choices(labels: Labels, epochs: Epochs, step: np.ndarray) -> np.ndarray:
    """Targets (trial, time, 2), float32: 1 for the answer from the end of the stimulus to that of the trial, or 0."""
    asked = (step >= epochs.stimulus_off[:, None]) & (step < epochs.end[:, None])
    left = (labels.relevant > 0)[:, None]
    return np.stack([asked & left, asked & ~left], axis=-1).astype(np.float32)


def _integrals(labels: Labels, epochs: Epochs, step: np.ndarray, dt: float) -> np.ndarray:
    """Targets (trial, time, 2), float32: GAIN x relevant coherence x time since stimulus onset, up to its end."""
    # The output at a step includes the input at that step.
    seen = np.clip(step + 1 - epochs.stimulus_on[:, None], 0, (epochs.stimulus_off - epochs.stimulus_on)[:, None])
    integral = GAIN * dt * labels.relevant[:, None] * seen * (step < epochs.end[:, None])
    return np.stack([integral, 0 - integral], axis=-1).astype(np.float32)


def _mask(epochs: Epochs, step: np.ndarray, target: str, hold: bool) -> np.ndarray:
    """Mask (trial, time), float32."""
    mask = step < epochs.end[:, None]
    if target == "choice":
        begin = epochs.stimulus_off if hold else epochs.onset
        mask &= (step < epochs.stimulus_on[:, None]) | (step >= begin[:, None])
    return mask.astype(np.float32)
