"""How well the hand's movement can be read from the population, moment by moment."""

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
    """R2 of a Wiener filter, ridge regression of behavior on rates at several lags, on conditions or trials left out.

    1 means that the channel is predicted exactly, 0 no better than by its mean in the training samples; below 0 is
    worse. Errors and variances are each added over folds before they are divided. target: whose behavior is decoded;
    data's own if it is the same trials, which are then decoded one by one, else both are averaged and matched by
    condition and time (a network has no hand), and `note` lists the conditions that one side alone has. lags: s by
    which the rates come before the behavior, multiples of the time step; times that lack one are left out. penalties:
    relative to the features' total variance, chosen within the training groups. folds: `condition` or `trial`
    (stratified by condition); splits: how many groups (None: each condition, or trial, is one). The null gives each
    condition another's behavior, or, for folds by trial, each trial another's. One row a channel and area. Raises
    BadActivity, BadOption.
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
                f"kinematic_decoding of {name_of(data)}: found {rate.shape[2]} units that do not vary, wanted some"
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
    formula="1 - squared errors / squares about the training mean, each summed over left-out groups, of ridge "
    "regression of behavior at t on all units' rates at t - lag, all lags together (Wiener filter)",
    statistics={"r2": "of one channel, on conditions or trials left out"},
    bounds={"r2": (None, 1)},
    landmarks="below 0: worse than the mean",
    zero="no better than the channel's mean in training",
    one="the channel is predicted exactly",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="groups x groups x penalties solutions in (units x lags) dimensions, each for channels x (1 + permutations) "
    "outputs; more groups than conditions get expensive",
    pitfalls="With folds by condition few conditions are predicted from few others. With folds by trial the null takes "
    "any other trial's behavior: what beats it may be the condition alone. Movements have a common course, which is "
    "read at no cost: compare with the null. A network that was trained on the hand is read for what it was trained "
    "on. Rates that were smoothed after the event they are aligned to hold the future at lag 0.",
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
        raise BadOption(f"kinematic_decoding: found penalties {list(penalties)}, wanted all above 0")
    if folds not in ("condition", "trial"):
        raise BadOption(f"kinematic_decoding: found folds '{folds}', wanted 'condition' or 'trial'")


def _same_trials(data: xr.Dataset, target: xr.Dataset) -> bool:
    """Whether each trial of one is that trial of the other: same conditions in the same order, times and behavior.

    Trials drawn of a network may be as many of each condition as the recording's, and are none of its trials.
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
    """(trial, time, channel) of the named channels, all of which vary."""
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
    """Lags in samples. Raises BadOption where one falls between samples or too few times have all of them."""
    counts = np.round(np.asarray(lags, dtype=float) / step).astype(int)
    between = [lag for lag, c in zip(lags, counts, strict=True) if abs(lag - c * step) > RESOLUTION]
    if between:
        raise BadOption(f"kinematic_decoding: found lags {between} s, wanted multiples of the time step, {step:g} s")
    if times - max(0, counts.max()) + min(0, counts.min()) < 2:
        raise BadOption(
            f"kinematic_decoding: found lags {list(lags)} s, wanted some times that have all ({times} of {step:g} s)"
        )
    return counts
