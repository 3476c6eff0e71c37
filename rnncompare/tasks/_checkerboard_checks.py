"""Checks of the options of the checkerboard task."""

import numpy as np

from rnncompare.plugins import BadOption, nearest
from rnncompare.tasks._checkerboard_trials import coherences

ORDERS = ("targets_first", "checkerboard_first")
EARLY = ("free", "low")
LARGEST = 16_000_000_000  # bytes, limit for all trials
EACH = 4 * (4 + 2 + 1)  # bytes of one trial at one time: inputs, targets and mask


def together(
    *,
    red_squares: list[int],
    squares: int,
    start: dict[str, float],
    alone: tuple[float, float],
    dt: float,
    both: float,
    after: float,
    early: float,
    catch_duration: float | None,
    order: str,
    early_outputs: str,
    catch: float,
    catch_with_first: float,
    low: float,
    threshold: float,
    high: float,
    train_trials: int,
    test_trials: int,
) -> None:
    """Raise BadOption for options of `checkerboard` that are invalid or contradict each other."""
    check_squares(red_squares, squares)
    check_times(start, alone, dt, both=both, after=after, early=early, catch_duration=catch_duration)
    check_rest(order, early_outputs, (catch, catch_with_first), (low, threshold, high), (train_trials, test_trials))
    trials = train_trials + test_trials * 2 * len(red_squares)
    steps = round((start["mean"] + 4 * start["sd"] + alone[1] + both + after) / dt)
    if trials * steps * EACH > LARGEST:
        raise BadOption(
            f"checkerboard: found {trials:,} trials of about {steps:,} steps, {trials * steps * EACH / 1e9:.3g} GB, "
            f"wanted at most {LARGEST / 1e9:g} GB: use fewer trials or a longer dt"
        )


def check_squares(red_squares: list[int], squares: int) -> None:
    """Raise BadOption for numbers of red squares with a coherence outside -1 to 1, or without a dominant colour."""
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in [*red_squares, squares])
    if not red_squares or not whole or squares < 1 or len(set(red_squares)) < len(red_squares):
        raise BadOption(f"checkerboard: found red_squares {red_squares} of {squares}, wanted different whole numbers")
    for n, coherence in zip(red_squares, coherences(red_squares, squares), strict=True):
        if not -1 <= coherence <= 1:
            raise BadOption(
                f"checkerboard: found {n} red squares of {squares}, coherence {coherence:.3g}, "
                f"wanted 0 to {squares}, coherence -1 to 1"
            )
        if coherence == 0:
            raise BadOption(f"checkerboard: found {n} red squares of {squares}, wanted one colour to dominate")


def check_times(start: dict, alone: tuple[float, float], dt: float, **durations: float | None) -> None:
    """Raise BadOption for times (s) that are invalid or not multiples of the step `dt`."""
    if not 0 < dt < np.inf:
        raise BadOption(f"checkerboard: found dt {dt} s, wanted above 0")
    if set(start) != {"mean", "sd"} or not all(0 <= v < np.inf for v in start.values()):
        raise BadOption(f"checkerboard: found start {start}, wanted mean and sd of at least 0 s")
    if len(alone) != 2 or not 0 <= alone[0] <= alone[1] < np.inf:
        raise BadOption(f"checkerboard: found alone {list(alone)}, wanted the shortest and the longest time in s")
    for name, value in durations.items():
        if value is not None and not (0 <= value < np.inf and abs(value / dt - round(value / dt)) < 1e-6):
            raise BadOption(f"checkerboard: found {name} {value:g} s, wanted a whole number of steps of {dt:g} s")
    if not durations["early"] < durations["both"]:
        raise BadOption(
            f"checkerboard: found early {durations['early']:g} s, wanted less than both, {durations['both']:g} s"
        )
    fixed = durations["catch_duration"]
    if fixed is not None and fixed <= durations["after"]:
        raise BadOption(
            f"checkerboard: found catch_duration {fixed:g} s, wanted more than after, {durations['after']:g} s"
        )


def check_rest(order: str, early_outputs: str, shares: tuple, levels: tuple, trials: tuple) -> None:
    """Raise BadOption for unknown names, shares outside 0 to 1, output levels in the wrong order, and no trials."""
    for name, value, known in (("order", order, ORDERS), ("early_outputs", early_outputs, EARLY)):
        if value not in known:
            wanted = f"wanted one of {', '.join(known)}.{nearest(value, known)}"
            raise BadOption(f"checkerboard: found {name} '{value}', {wanted}")
    if not all(0 <= share <= 1 for share in shares):
        raise BadOption(
            f"checkerboard: found catch {shares[0]}, catch_with_first {shares[1]}, wanted shares from 0 to 1"
        )
    if not levels[0] < levels[1] < levels[2]:
        raise BadOption(
            f"checkerboard: found low {levels[0]:g}, threshold {levels[1]:g}, high {levels[2]:g}, "
            "wanted low < threshold < high"
        )
    if min(trials) < 0 or max(trials) < 1:
        raise BadOption(
            f"checkerboard: found {trials[0]} train_trials and {trials[1]} test_trials, wanted at least one"
        )
