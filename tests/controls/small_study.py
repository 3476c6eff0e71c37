"""A small recording with behavior, and a task for it."""

import numpy as np
import xarray as xr


def recording(made_up, trials=1):
    data = made_up(1, trials=trials, alignment="movement onset", rate_units="spikes/s")
    behavior = np.random.default_rng(0).standard_normal((8 * trials, 40, 2))
    return data.assign(behavior=(("trial", "time", "channel"), behavior)).assign_coords(
        channel=["hand_velocity_x", "hand_velocity_y"]
    )


def task(data):
    """A small valid task of the recording, with two delays and 10 times before the recording begins."""
    time = np.round(data.time.values[0] + 0.01 * np.arange(-10, 40), 9)
    return xr.Dataset(
        {"inputs": (("trial", "time", "input"), np.random.default_rng(2).standard_normal((16, 50, 3)))},
        coords={
            "time": time,
            "recorded": ("time", np.arange(50) >= 10),
            "condition": ("trial", np.tile(data.condition.values, 2)),
            "angle": ("trial", np.tile(data.angle.values, 2)),
            "delay": ("trial", np.repeat([0.3, 0.5], 8)),
            "input": ["cos", "sin", "go"],
        },
        attrs={"reference_delay": 0.5},
    )
