"""Control: units tuned to direction with random time courses, a code that has no dynamics, no task and no training."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.precision import varies
from rnncompare.activity.selection import directions
from rnncompare.controls._trials import per_trial
from rnncompare.options.ranges import Harmonics, PositiveSeconds, Seed, Share, UnitCount
from rnncompare.plugins import BadOption
from rnncompare.recordings.needs import Needs


def ring(
    recording: xr.Dataset,
    task: xr.Dataset | None,
    *,
    seed: Seed,
    units: UnitCount,
    harmonics: Harmonics,
    decay: Share,
    course: Literal["smooth", "recording"],
    smooth: PositiveSeconds | None,
) -> xr.Dataset:
    """Units with rates sum_h decay^(h-1) (f_h(t) cos(h d) + g_h(t) sin(h d)) for target direction d, h = 1..harmonics.

    d is the recording's `angle` (deg); there is one trial for each condition, at the recording's times. f_h and g_h are
    drawn independently for each unit from a Gaussian process of mean 0 and variance 1. course `smooth`: white noise
    smoothed by a Gaussian of SD `smooth` (s). course `recording`: with the covariance between times of the recording's
    averages without their mean over conditions (summed over conditions and units, divided by the mean of its diagonal);
    smooth is then null. The distribution of the rates depends only on the differences between directions:
    turning all of them by an angle does not change it. Raises BadOption, BadActivity.
    """
    together(course=course, smooth=smooth)
    average = activity.condition_average(recording)
    source = recording.attrs.get("source", "recording")
    where = f"control ring of {source}"
    angle = np.deg2rad(directions(average, where))
    h = np.arange(1, harmonics + 1)
    tuning = decay ** (h - 1) * np.stack([np.cos(angle[:, None] * h), np.sin(angle[:, None] * h)])
    rng = np.random.default_rng(seed)
    if course == "smooth":
        courses = _smoothed(rng, (2, harmonics, units), average, smooth, where)
    else:
        courses = _like_the_recording(rng, (2, harmonics, units), average, where)
    rate = np.tensordot(tuning, courses, axes=((0, 2), (0, 1)))  # (condition, unit, time)
    return activity.build(
        rate.swapaxes(1, 2),
        time=average.time.values,
        unit=[f"ring_{k}" for k in range(units)],
        condition=average.condition.values,
        per_trial=per_trial(average),
        source=f"ring of the directions of {source}",
        rate_units="a.u.",
        alignment=recording.attrs.get("alignment", "as recorded"),
    )


def together(*, course: str, smooth: float | None) -> None:
    """Raise BadOption for options that contradict each other."""
    if course not in ("smooth", "recording"):
        raise BadOption(f"control ring: found course '{course}', wanted 'smooth' or 'recording'")
    if (course == "smooth") != (smooth is not None):
        wanted = "its SD in s" if course == "smooth" else "null: the recording determines the time courses"
        raise BadOption(f"control ring: found smooth {smooth} with course '{course}', wanted {wanted}")


def needs(**_) -> Needs:
    """The coordinate that the control requires of a recording."""
    return Needs({}, {"angle": "each condition's target direction (deg)"})


def _smoothed(
    rng: np.random.Generator, shape: tuple[int, ...], average: xr.Dataset, smooth: float, where: str
) -> np.ndarray:
    """(*shape, time) white noise smoothed by a Gaussian of SD `smooth` (s), of variance 1 at each time."""
    from scipy.ndimage import gaussian_filter1d  # slow to import

    step, times = activity.interval(average), average.sizes["time"]
    if smooth > times * step:
        raise BadOption(f"{where}: found smooth {smooth:g} s, wanted at most the recording's {times * step:g} s")
    around = int(4 * smooth / step) + 1  # samples on each side, so that the ends are as smooth as the middle
    impulse = np.zeros(2 * around + 1)
    impulse[around] = 1
    kernel = gaussian_filter1d(impulse, smooth / step)
    white = rng.standard_normal((*shape, times + 2 * around))
    return gaussian_filter1d(white, smooth / step)[..., around:-around] / np.sqrt((kernel**2).sum())


def _like_the_recording(
    rng: np.random.Generator, shape: tuple[int, ...], average: xr.Dataset, where: str
) -> np.ndarray:
    """(*shape, time) noise with the covariance between times of the averages without their mean over conditions.

    White noise is multiplied by the symmetric square root of the covariance, which depends neither on the signs of
    eigenvectors nor on their choice for equal eigenvalues.
    """
    rate = average.rate.values.astype(float)
    if not rate.size or not varies(rate, (0,)):
        raise BadActivity(
            f"{where}: found {rate.shape[2]} units with equal rates in all {len(rate)} conditions, wanted rates that "
            "differ: course 'recording' takes their covariance over time; course 'smooth' does not need it"
        )
    flat = np.moveaxis(rate - rate.mean(axis=0), 1, 0).reshape(rate.shape[1], -1)
    flat /= np.abs(flat).max()  # squares of any rates are then finite
    covariance = flat @ flat.T
    values, vectors = np.linalg.eigh(covariance / covariance.trace() * len(covariance))
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return rng.standard_normal((*shape, len(root))) @ root


ring.together = together
ring.needs = needs
ring.first_look = {"units": 10, "harmonics": 1, "decay": 1.0, "course": "smooth", "smooth": 0.05}
