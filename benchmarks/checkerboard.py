"""Trials of the checkerboard task, compared with a loop over trials, and Weibull fits, compared with a loop over fits.

The peers do a twentieth of the work. The peer of the fits starts from the same number of slopes as ours, with numerical
gradients by scipy. It has no penalty if it stops at a lower likelihood.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from rnncompare.behaviour import weibull
from rnncompare.tasks.checkerboard import checkerboard as task

RED_SQUARES = [11, 45, 67, 78, 90, 101, 108, 117, 124, 135, 147, 158, 180, 214]
LEVELS = np.array([0.04, 0.1, 0.2, 0.31, 0.4, 0.6, 0.9])
INSIDE = np.array([[0.001, 2.0], [0.1, 10.0], [0.0, 0.2]])
TRIALS, RESAMPLES, SHARE = 10_000, 1000, 0.05


def our_trials(trials: int) -> tuple[np.ndarray, ...]:
    made = task(
        None,
        None,
        order="targets_first",
        red_squares=RED_SQUARES,
        squares=225,
        start={"mean": 0.2, "sd": 0.05},
        alone=(0.6, 1.0),
        both=1.5,
        after=0.3,
        early=0.2,
        early_outputs="free",
        catch=0.1,
        catch_with_first=0.5,
        catch_duration=None,
        low=0.0,
        high=1.0,
        threshold=0.6,
        dt=0.01,
        train_trials=trials,
        test_trials=0,
        seed=0,
    )
    return made.inputs.values, made.targets.values, made.mask.values


def loop_trials(trials: int) -> tuple[np.ndarray, ...]:
    """Generate the same epochs and inputs in a loop over trials, with padding at the end."""
    rng = np.random.default_rng(0)
    made = [one_trial(rng) for _ in range(trials)]
    longest = max(len(mask) for *_, mask in made)
    padded = [
        [np.pad(a, ((0, longest - len(a)), *[(0, 0)] * (a.ndim - 1))).astype(np.float32) for a in one] for one in made
    ]
    return tuple(np.stack(kind) for kind in zip(*padded, strict=True))


def one_trial(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    start, alone = round(abs(rng.normal(20, 5))), round(rng.uniform(60, 100))
    onset, gone = start + alone, start + alone + 150
    inputs, targets, mask = np.zeros((gone + 30, 4)), np.zeros((gone + 30, 2)), np.ones(gone + 30)
    catch, side, red = rng.random() < 0.1, rng.choice([1, -1]), 2 * rng.choice(RED_SQUARES) / 225 - 1
    if not catch or rng.random() < 0.5:
        inputs[start:gone, :2] = side, -side
    if not catch:
        inputs[onset:gone, 2:] = red, -red
        targets[onset + 20 : gone, 0 if side * red > 0 else 1] = 1
        mask[onset : onset + 20] = 0
    return inputs, targets, mask


def resampled(fits: int) -> tuple[np.ndarray, np.ndarray]:
    """(fit, level) correct choices and trials of a subject, with 100 trials per signed coherence and target layout."""
    trials = np.full((fits, len(LEVELS)), 400)
    return np.random.default_rng(0).binomial(trials, weibull.accuracy(LEVELS, 0.15, 1.3, 0.02)), trials


def our_fits(fits: int) -> np.ndarray:
    return weibull.fit(LEVELS, *resampled(fits), INSIDE)[0]


def loop_fits(fits: int) -> np.ndarray:
    """(fit, 3) the best of bounded optimisations from several slopes."""
    inside = np.stack([np.log(INSIDE[0]), np.log(INSIDE[1]), INSIDE[2]])
    found = []
    for correct, trials in zip(*resampled(fits), strict=True):

        def cost(at, k=correct, n=trials):
            chance = weibull.accuracy(LEVELS, np.exp(at[0]), np.exp(at[1]), at[2]).clip(1e-9, 1 - 1e-9)
            return -(k @ np.log(chance) + (n - k) @ np.log1p(-chance))

        starts = [(np.log(0.2), slope, 0.05) for slope in np.linspace(*inside[1], weibull.SLOPES)]
        tops = [minimize(cost, start, bounds=inside, method="L-BFGS-B") for start in starts]
        best = min(tops, key=lambda top: top.fun).x
        found.append([np.exp(best[0]), np.exp(best[1]), best[2]])
    return np.array(found)


def checkerboard() -> list[tuple[str, Callable, Callable, dict]]:
    options = {"rounds": 3, "share": SHARE}
    return [
        (
            f"checkerboard_{TRIALS}_trials_peer_on_1_of_20",
            lambda: our_trials(TRIALS),
            lambda: loop_trials(round(TRIALS * SHARE)),
            options,
        ),
        (
            f"weibull_{RESAMPLES}_resamples_peer_on_1_of_20",
            lambda: our_fits(RESAMPLES),
            lambda: loop_fits(round(RESAMPLES * SHARE)),
            options,
        ),
    ]
