"""The options of a training that cannot be, refused in words before anything is trained."""

import torch

from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption


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
    """Raise BadOption for the first option of `train` that is not what its annotation says, as a config's would be."""
    from rnncompare.training.train import train  # which imports this file

    options = penalty_weights | {
        "learning_rate": learning_rate, "optimiser": optimiser, "decay": decay, "steps": steps, "clip": clip,
        "stop_at": stop_at, "stop_correct": stop_correct, "at_least": at_least, "check_every": check_every,
        "validation": validation, "patience": patience,
    }  # fmt: skip
    check_values(train, options, "training")


def together(steps: int, at_least: int, validation: int, patience: int | None) -> None:
    """Raise BadOption for options of `train` that contradict each other."""
    if at_least > steps:
        refuse("at_least", at_least, f"from 0 to steps, {steps}")
    if patience is not None and validation == 0:
        refuse(
            "patience", patience, "null where validation is 0: without held-out conditions nothing can stop improving"
        )


def choose(device: str) -> torch.device:
    """The device that 'auto' (a GPU where there is one), 'cpu' or 'cuda' stands for. Raises BadOption."""
    if device not in ("auto", "cpu", "cuda"):
        refuse("device", device, "'auto', 'cpu' or 'cuda'")
    if device == "cuda" and not torch.cuda.is_available():
        refuse("device", device, "'auto' or 'cpu': torch sees no GPU here")
    return torch.device("cuda" if device != "cpu" and torch.cuda.is_available() else "cpu")


def refuse(name: str, found: object, wanted: str) -> None:
    raise BadOption(f"training: found {name} {found!r}, wanted {wanted}")
