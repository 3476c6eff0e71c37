"""The learning curve of a training, with a row for each check."""

import math

import numpy as np
import torch

from rnncompare.training.loss import FURTHER, TERMS
from rnncompare.training.vanishing_gradient import VanishingGradient

MEASURED = ("error", "validation_error", "correct")


def row(
    step: int, terms: dict[str, torch.Tensor], vanishing: VanishingGradient | None, measured: tuple[float, float, float]
) -> dict[str, float]:
    """A row: the update, the loss and its terms (with the penalty computed in the backward pass), and MEASURED."""
    named = (*TERMS, *(name for name in FURTHER if name in terms))
    numbers = {name: float(terms[name].detach()) for name in named}
    if vanishing is not None:
        numbers["vanishing"] = float(vanishing.value)
        numbers["loss"] += numbers["vanishing"]
    return {"step": step} | numbers | dict(zip(MEASURED, measured, strict=True))


def history(rows: list[dict[str, float]], stopped: str, step: int, *measured: float, ideal: float) -> dict:
    """The columns of the rows, the reason of the end, and update and measurements of the weights that were kept.

    ideal: the share of correct decisions of the ideal observer, which is left out if it is NaN.
    """
    columns = {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}
    columns["step"] = columns["step"].astype(int)
    final = {f"final_{name}": value for name, value in zip(MEASURED, measured, strict=True)}
    observer = {} if math.isnan(ideal) else {"ideal_correct": ideal}
    return columns | {"stopped": stopped, "final_step": step} | final | observer


def joined(histories: list[dict]) -> dict:
    """The history of trainings one after another: updates are counted through, and the end is that of the last.

    Each but the first begins with a row at the update of the last row before it: the same number of updates, and the
    network with which that training began.
    """
    last, before, columns = histories[-1], 0, []
    for one in histories:
        arrays = {name: values for name, values in one.items() if isinstance(values, np.ndarray)}
        columns.append(arrays | {"step": arrays["step"] + before})
        done, before = before, int(columns[-1]["step"][-1])
    whole = {name: np.concatenate([each[name] for each in columns]) for name in columns[0]}
    return last | whole | {"final_step": done + last["final_step"]}
