"""Decoding of hand kinematics from the activity of a population at each time."""

from typing import Annotated, Literal

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, Unmeasurable, conditions, interval, match, unmatched
from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.precision import varies
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.decoding.grouped_ridge import held_out_errors
from rnncompare.decoding.left_out import left_out_groups, null_sources
from rnncompare.options.ranges import DrawsOrNone, Groups, PositivePenalty, Seconds, Seed, Some
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of, one_session
from rnncompare.recordings.needs import Needs


def kinematic_decoding(
    data: xr.Dataset,
    target: xr.Dataset,
    *,
    seed: Seed,
    channels: Annotated[list[str], Some],
    lags: Annotated[list[Seconds], Some],
    penalties: Annotated[list[PositivePenalty], Some],
    folds: Literal["condition", "trial"],
    splits: Groups | None,
    permutations: DrawsOrNone,
) -> list[dict]:
    """Cross-validated R2 of a Wiener filter, a ridge regression of behavior on rates at several lags.

    It is 1 if the channel is predicted exactly, 0 if the prediction is as good as the mean over training samples, and
    negative if it is worse. Errors and variances are summed over folds before they are divided. target: the activity
    whose behavior is decoded. If it has the same trials as data, single trials are decoded; otherwise both are averaged
    and matched by condition and time (a network has no hand), and `note` lists the conditions that only one side has.
    lags: s by which rates precede the behavior, multiples of the time step; only times with all lags are used.
    penalties: relative to the total variance of the features, chosen by nested cross-validation. folds: `condition` or
    `trial` (stratified by condition); splits: number of groups (None: one for each condition or trial). The null
    distribution permutes the behavior over conditions, or, for folds by trial, over trials. There is a row for each
    channel and area. Raises BadActivity, BadOption, Unmeasurable.
    """
    _check(channels, lags, penalties, folds)
    single = data.sizes["trial"] > len(conditions(data)) and _same_trials(data, target)
    alone = ""
    apart = None if folds == "trial" else data.condition.values
    refuse_copies(data, f"kinematic_decoding of {name_of(data)}", apart)
    if single:
        one_session(data, "kinematic_decoding")
    else:
        alone = unmatched(data, target)
        data, target = match(data, target)
    behavior = _behavior(target, channels)
    group = left_out_groups(data, folds, splits, np.random.default_rng([seed, 0]))
    sources = null_sources(data, folds, permutations, seed)
    steps = _steps(lags, interval(data), data.sizes["time"])
    first, last = max(0, steps.max()), data.sizes["time"] + min(0, steps.min())
    y = np.concatenate([behavior[order, first:last] for order in sources], axis=2)
    y = y.reshape(-1, y.shape[2])
    rows = []
    for area, part in by_area(data):
        rate = part.rate.values.astype(float)
        if not varies(rate, (0, 1)):
            raise Unmeasurable(
                f"kinematic_decoding of {name_of(data)}: found {rate.shape[2]} units without variance, wanted some "
                "that vary"
            )
        x = np.concatenate([rate[:, first - s : last - s] for s in steps], axis=2)
        error, total = held_out_errors(x.reshape(-1, x.shape[2]), y, np.repeat(group, last - first), penalties)
        r2 = (1 - error / total).reshape(len(sources), len(channels))
        for k, name in enumerate(channels):
            row = {"statistic": "r2", "variable": name, **against_null(r2[:, k], lower=False)}
            row |= area | {"units": rate.shape[2], "folds": folds, "samples": "trials" if single else "averages"}
            rows.append(row | ({"note": alone} if alone else {}))
    return rows


kinematic_decoding.card = MeasureCard(
    formula="1 - squared errors / squares about the training mean, each summed over left-out groups, for the ridge "
    "regression of behavior at t on the rates of all units at t - lag, for all lags together (Wiener filter)",
    statistics={"r2": "of one channel, on left-out conditions or trials"},
    bounds={"r2": (None, 1)},
    landmarks="below 0: worse than the training mean",
    zero="as good as the mean of the channel over training samples",
    one="the channel is predicted exactly",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="groups x groups x penalties solutions in (units x lags) dimensions, each for channels x (1 + permutations) "
    "outputs, which is expensive with more groups than conditions",
    pitfalls="With folds by condition, few conditions are predicted from few others. With folds by trial, the null "
    "distribution uses the behavior of any other trial, so that a significant value can be due to the condition "
    "alone. Movements have a common time course, which is easy to predict: compare with the null distribution. In a "
    "network trained to produce hand movements, the decoded behavior is its training target. Smoothed rates contain "
    "future activity at lag 0.",
    reference="Wiener filter: Carmena et al. 2003; Wu et al. 2006. Penalty: Hoerl & Kennard 1970; left-out groups "
    "without refitting: Cook & Weisberg 1982",
)
kinematic_decoding.first_look = {
    "lags": [0.0],
    "penalties": [1e-3, 1e-2],
    "folds": "condition",
    "splits": 3,
    "permutations": 0,
}


def _check(channels: list[str], lags: list[float], penalties: list[float], folds: str) -> None:
    for name, values in (("channels", channels), ("lags", lags), ("penalties", penalties)):
        if len(values) == 0:
            raise BadOption(f"kinematic_decoding: found no {name}, wanted at least one")
    if min(penalties) <= 0:
        raise BadOption(f"kinematic_decoding: found penalties {list(penalties)}, wanted penalties above 0")
    if folds not in ("condition", "trial"):
        raise BadOption(f"kinematic_decoding: found folds '{folds}', wanted 'condition' or 'trial'")


def _same_trials(data: xr.Dataset, target: xr.Dataset) -> bool:
    """Whether both have the same trials: the same conditions in the same order, the same times, and the same behavior.

    Behavior is compared because trials drawn from a network can have the numbers of the recording's trials.
    """
    same = (
        data.condition.values.tolist() == target.condition.values.tolist()
        and data.sizes["time"] == target.sizes["time"]
        and "behavior" in data
        and "behavior" in target
    )
    return (
        same
        and bool((np.abs(data.time.values - target.time.values) < RESOLUTION).all())
        and np.array_equal(data.behavior.values, target.behavior.values)
    )


def _behavior(target: xr.Dataset, channels: list[str]) -> np.ndarray:
    """(trial, time, channel) behavior of the named channels. Raises BadActivity if one is missing or constant."""
    there = target.channel.values.tolist() if "behavior" in target else []
    missing = [c for c in channels if c not in there]
    if missing:
        raise BadActivity(
            f"kinematic_decoding of {name_of(target)}: found behavior {there or 'none'}, wanted {', '.join(missing)}"
        )
    behavior = target.behavior.values[..., [there.index(c) for c in channels]]
    still = [c for c, span in zip(channels, np.ptp(behavior, axis=(0, 1)), strict=True) if span == 0]
    if still:
        raise BadActivity(
            f"kinematic_decoding of {name_of(target)}: found {', '.join(still)} constant, wanted movement"
        )
    return behavior


def _steps(lags: list[float], step: float, times: int) -> np.ndarray:
    """Lags in samples. Raises BadOption if a lag is not a multiple of the time step, or too few times have all lags."""
    counts = np.round(np.asarray(lags, dtype=float) / step).astype(int)
    between = [lag for lag, c in zip(lags, counts, strict=True) if abs(lag - c * step) > RESOLUTION]
    if between:
        raise BadOption(f"kinematic_decoding: found lags {between} s, wanted multiples of the time step, {step:g} s")
    if times - max(0, counts.max()) + min(0, counts.min()) < 2:
        raise BadOption(
            f"kinematic_decoding: found lags {list(lags)} s, wanted lags that leave at least 2 of {times} times with "
            f"steps of {step:g} s"
        )
    return counts


def needs(*, channels: list[str], **_) -> Needs:
    """The behavior that the probe requires of a recording."""
    return Needs({"the channels that are decoded": [channels]})


kinematic_decoding.needs = needs
