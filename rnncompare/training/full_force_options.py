"""The options of the rule `full_force`, `training.teacher` of a config."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from rnncompare.options.combinations import require
from rnncompare.options.ranges import Positive
from rnncompare.plugins import BadOption

RULE, OPTIMISER = "full_force", "least_squares"


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """How targets drive the teacher, and how the student is fitted to it (`full_force`).

    amplitude: weights from targets to units of the teacher are drawn from N(0, amplitude^2 / outputs), as input weights
    with h.
    between: what drives the teacher at times at which the task asks for no output: 'zero', nothing; 'ramp', straight
    lines from one wanted output to the next, the first from 0 before the trial; 'next', the next wanted output.
    ridge: of the squared distance of the weights from the initial ones, in units of one squared error of one time; for
    output weights, of a time with a weight of 1 in the loss. With balance 'epochs', the weights of a trial sum to 1.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    amplitude: Positive
    between: Literal["zero", "ramp", "next"]
    ridge: Positive


def of_full_force(
    rule: str,
    optimiser: str,
    teacher: dict | Teacher | None,
    learning_rate: float,
    decay: str,
    clip: float | None,
    curriculum: list | None,
) -> None:
    """Raise BadOption for options that full-FORCE does not have, and for its options with another rule."""
    if rule != RULE:
        if optimiser == OPTIMISER:
            raise BadOption(f"found the optimiser '{optimiser}' with the rule '{rule}', wanted the rule '{RULE}'")
        if teacher is not None:
            raise BadOption(f"found a teacher with the rule '{rule}', wanted null")
        return
    if teacher is None:
        raise BadOption(f"found no teacher with the rule '{rule}', wanted its amplitude, between and ridge")
    whole = "each update is the solution of a least-squares problem"
    needed = [
        ("optimiser", optimiser, OPTIMISER, whole),
        ("learning_rate", learning_rate, 1.0, whole),
        ("decay", decay, "none", whole),
        ("clip", clip, None, "there is no gradient"),
        ("curriculum", curriculum or None, None, "the teacher of a later stage would be a trained network"),
    ]
    for name, found, wanted, reason in needed:
        require(name, found, wanted, given=f"the rule '{rule}'", reason=reason)
