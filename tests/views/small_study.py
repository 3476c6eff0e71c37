"""Sources of a small study: a recording, two networks of a model, and their task."""

import numpy as np
import xarray as xr


def with_outputs(data, seed):
    """An activity with the outputs of a network as its behavior."""
    outputs = np.random.default_rng(seed).standard_normal((data.sizes["trial"], data.sizes["time"], 2))
    return data.assign(behavior=(("trial", "time", "channel"), outputs)).assign_coords(channel=["flexor", "extensor"])


def with_choices(data):
    """An activity with equal numbers of left and right choices at four strengths."""
    trials = np.arange(data.sizes["trial"])
    return data.assign_coords(
        choice=("trial", np.array(["left", "right"])[trials % 2]), coherence=("trial", 0.1 * (1 + trials // 2))
    )


def task(data):
    """A task with two delays that starts 10 times before the recording."""
    rng = np.random.default_rng(9)
    targets = rng.standard_normal((16, 50, 2))
    return xr.Dataset(
        {
            "targets": (("trial", "time", "output"), targets),
            "inputs": (("trial", "time", "input"), rng.standard_normal((16, 50, 3))),
        },
        coords={
            "time": np.round(data.time.values[0] + 0.01 * np.arange(-10, 40), 9),
            "recorded": ("time", np.arange(50) >= 10),
            "condition": ("trial", np.tile(data.condition.values, 2)),
            "delay": ("trial", np.repeat([0.3, 0.5], 8)),
            "output": ["flexor", "extensor"],
            "input": ["x", "y", "go"],
        },
        attrs={"reference_delay": 0.5, "output_units": "of the largest"},
    )


def sources(made_up):
    """The sources as in the workflow: the recording first, then models, and the task last."""
    networks = [with_choices(with_outputs(made_up(seed, units=30), seed)) for seed in (2, 3)]
    return {"recording": [with_choices(made_up(1))], "regularized": networks, "target": [task(made_up(1))]}
