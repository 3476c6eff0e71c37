"""Checks for contradictions between options of the checkerboard; the range of each option is checked before."""

from rnncompare.plugins import BadOption
from rnncompare.tasks._checkerboard_trials import coherences
from rnncompare.tasks._pool import check_memory, check_whole_steps


def check_squares(red_squares: list[int], squares: int) -> None:
    """Raise BadOption for numbers of red squares with a coherence outside -1 to 1, or without a dominant colour."""
    for n, coherence in zip(red_squares, coherences(red_squares, squares), strict=True):
        if coherence > 1:
            raise BadOption(
                f"checkerboard: found {n} red squares of {squares}, coherence {coherence:.3g}, "
                f"wanted 0 to {squares}, coherence -1 to 1"
            )
        if coherence == 0:
            raise BadOption(f"checkerboard: found {n} red squares of {squares}, wanted one colour to dominate")


def check_times(
    start: dict[str, float],
    alone: tuple[float, float],
    dt: float,
    both: float,
    after: float,
    early: float,
    catch_duration: float | None,
) -> None:
    """Raise BadOption for times (s) that contradict each other or are not multiples of the step `dt`."""
    if set(start) != {"mean", "sd"}:
        raise BadOption(f"checkerboard: found start {start}, wanted mean and sd of at least 0 s")
    if not alone[0] <= alone[1]:
        raise BadOption(f"checkerboard: found alone {list(alone)}, wanted the shortest and the longest time in s")
    durations = {"both": both, "after": after, "early": early, "catch_duration": catch_duration}
    check_whole_steps("checkerboard", durations, dt)
    if not early < both:
        raise BadOption(f"checkerboard: found early {early:g} s, wanted less than both, {both:g} s")
    if catch_duration is not None and catch_duration <= after:
        raise BadOption(f"checkerboard: found catch_duration {catch_duration:g} s, wanted more than after, {after:g} s")


def check_levels(low: float, threshold: float, high: float) -> None:
    """Raise BadOption unless low < threshold < high."""
    if not low < threshold < high:
        raise BadOption(
            f"checkerboard: found low {low:g}, threshold {threshold:g}, high {high:g}, wanted low < threshold < high"
        )


def check_size(
    train_trials: int,
    test_trials: int,
    red_squares: list[int],
    start: dict[str, float],
    alone: tuple[float, float],
    both: float,
    after: float,
    dt: float,
) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    steps = round((start["mean"] + 4 * start["sd"] + alone[1] + both + after) / dt)
    check_memory("checkerboard", train_trials, test_trials, 2 * len(red_squares), steps)
