"""What tasks share whose outputs are classes, one of which is to be the largest in a decision period."""

import numpy as np
import xarray as xr

EPOCHS = ["before_decision", "decision"]


def classified(
    *,
    inputs: np.ndarray,
    outputs: list[str],
    answer: np.ndarray,
    asked: np.ndarray,
    mask: np.ndarray,
    trials: list[int],
    dt: float,
    times: dict[str, np.ndarray],
    along_input: dict[str, object],
    along_trial: dict[str, object],
) -> xr.Dataset:
    """The data set of a task with the loss cross_entropy.

    inputs (trial, time, input); outputs: names of the classes, of which the first is to be given before the decision;
    answer (trial,): number of the class that is right in the decision period; asked, mask (trial, time): the decision
    period, and when errors count; trials: numbers of trials of the pool and the test set; times (trial,): in steps, by
    name; along_input, along_trial: other coordinates, with the names of the inputs as `input`.
    """
    dims, whole = ("trial", "time"), np.int8 if len(outputs) <= 128 else np.int16
    return xr.Dataset(
        {
            "inputs": ((*dims, "input"), inputs.astype(np.float32)),
            "answer_class": (dims, (asked * np.asarray(answer)[:, None]).astype(whole)),
            "mask": (dims, mask.astype(np.float32)),
            "epoch": (dims, asked.astype(np.int8)),
        },
        coords={
            "time": np.round(np.arange(asked.shape[1]) * dt, 9),
            **along_input,
            "output": outputs,
            "set": ("trial", np.repeat(["train", "test"], trials)),
            **{name: ("trial", values) for name, values in along_trial.items()},
            **{name: ("trial", np.round(steps * dt, 9)) for name, steps in times.items()},
        },
        attrs={
            "loss": "cross_entropy", "decide": "argmax", "epochs": " ".join(EPOCHS), "alignment": "trial start",
            "output_units": "probability",
        },
    )  # fmt: skip
