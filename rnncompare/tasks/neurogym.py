"""A task of the package neurogym, whose trials are drawn by its own code."""

from typing import Annotated, Any

import numpy as np
import xarray as xr

from rnncompare.options.ranges import Different, Seed, TrialCountOrNone
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.recordings.needs import Needs
from rnncompare.tasks._neurogym_trials import NAME, Trial, check_installed, draw, environment, names_of, same

IGNORED = -1  # class of times after the end of a trial


@checked
def neurogym(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    env: str,
    kwargs: dict[str, Any],
    version: str,
    condition: Annotated[list[str], Different],
    onset: str,
    decision: str | None,
    outputs: Annotated[list[str], Different] | None,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of an environment of neurogym (Molano-Mazon et al. 2022).

    env: its name, such as PerceptualDecisionMaking-v0; kwargs: its own options, such as dt, in ms; version: of
    neurogym, which must be the installed one, because an environment of the same name can be another task in another
    version. Trials are drawn one by one (new_trial) and have inputs from their start to their end; shorter ones are
    padded by inputs of 0 that do not enter the loss. All are drawn a second time from a new environment, and an
    environment that then gives other ones is refused, because its seed does not determine all of its random numbers.
    If the observations have noise, it is drawn once for each trial of the pool, so that it is the same whenever a trial
    is trained; an environment without noise (such as `sigma: 0`) and `noise` of the network give new noise at each
    update.

    Discrete ground truth is the class of each time (`answer_class`, loss cross_entropy); other ground truth is the
    targets (loss mse). outputs: names of the outputs; null: those of neurogym. Measures of choices between two sides
    need outputs with the names `left` and `right`. decision: the period in which networks answer, by their largest
    output in it, with the class at its end as the answer; it and the rest of a trial are its epochs (`balance:
    epochs`); null: there are no decisions. onset: the period whose start is time 0 of activities. condition: the
    numbers or texts of a trial (such as ground_truth, coh) whose values name its condition.

    The test set has test_trials trials, and random numbers of its own.

    recording, muscles: not used. Returns float32 inputs (trial, time, input) and mask (trial, time), answer_class
    (trial, time) or targets (trial, time, output), and with a decision epoch (trial, time); time in s from trial start;
    coordinates along trial: set (`train`, `test`), condition, `trial_NAME` for each number or text of a trial of the
    environment, and in s from trial start `PERIOD_on` and `PERIOD_off` of all periods (NaN without it), onset, end (of
    the trial), and with a decision answer, decision_on and offset. Raises BadOption.
    """
    made, again = environment(env, kwargs), environment(env, kwargs)
    sets = [draw(made, count, [seed, number]) for number, count in enumerate((train_trials, test_trials))]
    trials = [trial for part in sets for trial in part]
    for number, part in enumerate(sets):
        if not same(part, draw(again, len(part), [seed, number])):
            raise BadOption(
                f"{NAME}: found other trials of env '{env}' when they were drawn again with the seed {seed}, wanted an "
                "environment whose random numbers all follow its seed, because results could not be repeated"
            )
    _check_trials(trials, env, condition, [name for name in (onset, decision) if name is not None])
    classified = trials[0].gt.ndim == 1
    count = int(made.action_space.n) if classified else trials[0].gt.shape[1]
    names = _outputs(names_of(made.action_space, count, "output"), outputs)
    step = made.dt / 1000
    found = {"inputs": _padded([t.ob for t in trials], 0), "mask": _padded([np.ones(len(t.ob)) for t in trials], 0)}
    dims = {"inputs": "input", "targets": "output"}
    if classified:
        found["answer_class"] = _padded([t.gt for t in trials], IGNORED).astype(np.int16)
    else:
        found["targets"] = _padded([t.gt for t in trials], 0)
    per_trial = _times(trials, step, onset) | _values(trials)
    attrs = {"loss": "cross_entropy" if classified else "mse", "neurogym": version, "env": env}
    if decision is not None:
        if not classified:
            raise BadOption(f"{NAME}: found decision '{decision}' of env '{env}', wanted null for targets, not classes")
        per_trial |= _decisions(trials, step, decision, names)
        found["epoch"] = _padded([_inside(t, decision) for t in trials], 0).astype(np.int8)
        attrs["decide"] = "argmax"
    return xr.Dataset(
        {name: (("trial", "time", *([dims[name]] if name in dims else [])), values) for name, values in found.items()},
        coords={
            "time": np.round(np.arange(found["mask"].shape[1]) * step, 9),
            "input": names_of(made.observation_space, found["inputs"].shape[2], "input"),
            "output": names,
            "set": ("trial", np.repeat(["train", "test"], [len(part) for part in sets])),
            "condition": ("trial", [" ".join(str(t.values[name]) for name in condition) for t in trials]),
            **{name: ("trial", values) for name, values in per_trial.items()},
        },
        attrs=attrs
        | {"alignment": "trial start", "output_units": "probability" if classified else "units of neurogym"},
    )


def check_size(train_trials: int, test_trials: int) -> None:
    """Raise BadOption if there are no trials."""
    if train_trials == test_trials == 0:
        raise BadOption(f"{NAME}: found 0 train_trials and 0 test_trials, wanted at least one")


neurogym.together = (check_size, check_installed)
neurogym.needs = lambda **_: Needs(simulation=True)


def _check_trials(trials: list[Trial], env: str, condition: list[str], periods: list[str]) -> None:
    """Raise BadOption for a trial without a value of `condition`, without a period, or with an empty one."""
    for trial in trials:
        for name in condition:
            if name not in trial.values:
                known = ", ".join(trial.values) or "none"
                raise BadOption(
                    f"{NAME}: found no number or text '{name}' in a trial of env '{env}', wanted one of {known}"
                )
        for name in periods:
            first, end = trial.periods.get(name, (0, 0))
            if not 0 <= first < end <= len(trial.ob):
                known = ", ".join(trial.periods) or "none"
                raise BadOption(
                    f"{NAME}: found no step of the period '{name}' in a trial of env '{env}', wanted a period that all "
                    f"trials have; the periods of this one are {known}"
                )


def _outputs(own: list[str], given: list[str] | None) -> list[str]:
    """The names of the outputs. Raises BadOption for another number of names than outputs."""
    if given is not None and len(given) != len(own):
        raise BadOption(f"{NAME}: found {len(given)} outputs {given}, wanted a name for each of {', '.join(own)}")
    return own if given is None else list(given)


def _padded(parts: list[np.ndarray], fill: float) -> np.ndarray:
    """Arrays (time, ..) of trials as one array (trial, time, ..), with `fill` after the end of the shorter ones."""
    made = np.full((len(parts), max(map(len, parts)), *parts[0].shape[1:]), fill, dtype=np.float32)
    for row, part in zip(made, parts, strict=True):
        row[: len(part)] = part
    return made


def _inside(trial: Trial, period: str) -> np.ndarray:
    """Whether each time of a trial is in a period, (time,)."""
    first, end = trial.periods[period]
    step = np.arange(len(trial.ob))
    return (step >= first) & (step < end)


def _times(trials: list[Trial], step: float, onset: str) -> dict[str, np.ndarray]:
    """Start and end of all periods, the onset and the end of each trial, s."""
    found = {}
    for period in dict.fromkeys(name for trial in trials for name in trial.periods):
        ends = np.array([trial.periods.get(period, (np.nan, np.nan)) for trial in trials], dtype=float)
        found[f"{period}_on"], found[f"{period}_off"] = np.round(ends * step, 9).T
    end = np.array([len(trial.ob) for trial in trials])
    return found | {"onset": found[f"{onset}_on"], "end": np.round(end * step, 9)}


def _values(trials: list[Trial]) -> dict[str, np.ndarray]:
    """The numbers or texts that all trials have, with the names `trial_NAME`."""
    shared = [name for name in trials[0].values if all(name in trial.values for trial in trials)]
    return {f"trial_{name}": np.array([trial.values[name] for trial in trials]) for name in shared}


def _decisions(trials: list[Trial], step: float, decision: str, names: list[str]) -> dict[str, np.ndarray]:
    """The answer of each trial, which is the class at the end of the decision period, and that period, s."""
    ends = np.array([trial.periods[decision] for trial in trials])
    answer = np.array([names[int(trial.gt[end - 1])] for trial, (_, end) in zip(trials, ends, strict=True)])
    on, off = np.round(ends * step, 9).T
    return {"answer": answer, "decision_on": on, "offset": off}
