"""Simulated trials with known signals."""

import numpy as np

from rnncompare import activity


def trials(rate, *, condition, time=None, **more):
    """An activity of (trial, unit) or (trial, time, unit) rates."""
    rate = rate[:, None, :] if rate.ndim == 2 else rate
    time = np.arange(rate.shape[1]) * 0.01 if time is None else time
    units = [f"unit_{k}" for k in range(rate.shape[2])]
    return activity.build(rate, time=time, unit=units, condition=condition, source="planted", **more)


def choices(seed, *, trials_a_choice, units, d_prime, conditions=1, drive=0.0):
    """Gaussian units whose rates differ by `d_prime` SDs between choices and by `drive` SDs between conditions."""
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


def decisions(
    seed, *, trials_a_condition=40, units=4, direction=0.0, colour=0.0, context=0.0, time=None, bias=0.0, undecided=0.0
):
    """Trials of a colour discrimination with two target layouts, and a known d' of each unit for each variable.

    direction, colour, context: SDs between right and left, red and green, red_left and green_left; a number, or one for
    each unit. Signs of coherence and layouts are equally frequent. Weak stimuli cause more errors, and in the layout
    red_left a share `bias` of the choices is left, whatever the stimulus. A random share of trials is undecided.
    """
    rng = np.random.default_rng(seed)
    time = np.zeros(1) if time is None else time
    layout, coherence = (
        np.repeat(v.ravel(), trials_a_condition)
        for v in np.meshgrid(["red_left", "green_left"], [-0.6, -0.2, -0.04, 0.04, 0.2, 0.6])
    )
    right = rng.random(len(layout)) < 1 / (1 + np.exp(-8 * coherence * np.where(layout == "red_left", -1, 1)))
    right &= ~((layout == "red_left") & (rng.random(len(layout)) < bias))
    red = right == (layout == "green_left")
    sides = [np.where(v, 0.5, -0.5) for v in (right, red, layout == "red_left")]
    sizes = [np.broadcast_to(v, units) for v in (direction, colour, context)]
    rate = rng.standard_normal((len(layout), len(time), units))
    rate += sum(side[:, None, None] * size for side, size in zip(sides, sizes, strict=True))
    lost = rng.random(len(layout)) < undecided
    behaved = {"choice": np.where(right, "right", "left"), "colour": np.where(red, "red", "green")}
    behaved = {name: np.where(lost, "undecided", values) for name, values in behaved.items()}
    rt = np.where(lost, np.nan, np.round(rng.uniform(0.2, 0.6, len(layout)), 2))
    return trials(
        rate,
        condition=[f"{a}/{b:g}" for a, b in zip(layout, coherence, strict=True)],
        time=time,
        per_trial=behaved | {"context": layout, "coherence": coherence, "rt": rt},
    )


COORDINATES = {"direction": "choice", "colour": "colour", "context": "context"}
