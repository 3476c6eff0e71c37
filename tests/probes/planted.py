"""Trials in which something known is planted."""

import numpy as np

from rnncompare import activity


def trials(rate, *, condition, time=None, **more):
    """An activity of (trial, unit) or (trial, time, unit) rates."""
    rate = rate[:, None, :] if rate.ndim == 2 else rate
    time = np.arange(rate.shape[1]) * 0.01 if time is None else time
    units = [f"unit_{k}" for k in range(rate.shape[2])]
    return activity.build(rate, time=time, unit=units, condition=condition, source="planted", **more)


def choices(seed, *, trials_a_choice, units, d_prime, conditions=1, drive=0.0):
    """Gaussian units whose rates differ by `d_prime` SDs between choices; `drive` SDs between conditions."""
    rng = np.random.default_rng(seed)
    condition = np.repeat(np.arange(conditions), 2 * trials_a_choice)
    up = np.tile(np.repeat([0, 1], trials_a_choice), conditions)
    rate = rng.standard_normal((len(up), units)) + up[:, None] * d_prime + drive * condition[:, None]
    choice = np.where(up == 1, "right", "left")
    return trials(rate, condition=condition.astype(str).tolist(), per_trial={"choice": choice})


def reaches(seed, *, conditions=6, repeats=1, times=60, units=12, lag=0, noise=0.0):
    """Smooth two-dimensional movements and units that are linear in them, `lag` samples ahead."""
    rng = np.random.default_rng(seed)
    t = np.arange(times + lag) * 0.01
    course = np.exp(-0.5 * ((t - 0.3) / 0.08) ** 2)[None, :, None] * np.stack([np.ones_like(t), np.sin(20 * t)], -1)
    toward = rng.standard_normal((conditions, 1, 2)) + np.array([0.5, -0.5])
    movement = np.repeat(course * toward, repeats, axis=0)
    weights = rng.standard_normal((2, units))
    rate = (movement + 0.3) @ weights
    rate = rate + noise * rng.standard_normal(rate.shape)
    names = np.repeat([f"{k}" for k in range(conditions)], repeats).tolist()
    late = movement[:, : len(t) - lag] if lag else movement
    return trials(rate[:, lag:], condition=names, behavior=late, channel=["hand_velocity_x", "hand_velocity_y"])
