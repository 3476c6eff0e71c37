"""The options of a training that cannot be, refused in words before anything is trained."""

import math

import torch

from rnncompare.plugins import BadOption
from rnncompare.training.optimisers import OPTIMISERS


def check(
    penalty_weights: dict[str, float],
    learning_rate: float,
    optimiser: str,
    decay: str,
    steps: int,
    clip: float | None,
    stop_at: float | None,
    stop_correct: float | None,
    at_least: int,
    check_every: int,
    validation: int,
    patience: int | None,
) -> None:
    """Raise BadOption for the first option of `train` that is out of range."""
    for name, value in penalty_weights.items():
        if not (math.isfinite(value) and value >= 0):
            refuse(name, value, "a penalty's weight of at least 0")
    for name, value in {"clip": clip, "stop_at": stop_at}.items():
        if value is not None and not (math.isfinite(value) and value > 0):
            refuse(name, value, "a number above 0, or null")
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        refuse("learning_rate", learning_rate, "a number above 0")
    if decay not in ("cosine", "none"):
        refuse("decay", decay, "'cosine' or 'none'")
    if optimiser not in OPTIMISERS:
        refuse("optimiser", optimiser, f"one of {', '.join(OPTIMISERS)}")
    if stop_correct is not None and not 0 < stop_correct <= 1:
        refuse("stop_correct", stop_correct, "a share above 0 and up to 1, or null")
    if steps < 1:
        refuse("steps", steps, "at least 1 update")
    if not 0 <= at_least <= steps:
        refuse("at_least", at_least, f"from 0 to steps, {steps}")
    if check_every < 1:
        refuse("check_every", check_every, "at least 1 update")
    if patience is not None and validation == 0:
        refuse(
            "patience", patience, "null where validation is 0: without held-out conditions nothing can stop improving"
        )
    if patience is not None and patience < 1:
        refuse("patience", patience, "at least 1 update, or null")


def choose(device: str) -> torch.device:
    """The device that 'auto' (a GPU where there is one), 'cpu' or 'cuda' stands for. Raises BadOption."""
    if device not in ("auto", "cpu", "cuda"):
        refuse("device", device, "'auto', 'cpu' or 'cuda'")
    if device == "cuda" and not torch.cuda.is_available():
        refuse("device", device, "'auto' or 'cpu': torch sees no GPU here")
    return torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")


def refuse(name: str, found: object, wanted: str) -> None:
    raise BadOption(f"training: found {name} {found!r}, wanted {wanted}")
