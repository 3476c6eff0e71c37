"""How a network is trained: the options of a training, held to their ranges when they are put together."""

from dataclasses import dataclass
from typing import Literal

from rnncompare.options.ranges import (
    LearningRate,
    Penalty,
    Positive,
    PositiveShare,
    TrialCount,
    TrialCountOrNone,
    Updates,
    UpdatesOrNone,
)
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption

PENALTIES = ("weights", "rates", "dynamics", "mean_weights", "vanishing")


@dataclass(frozen=True, kw_only=True)
class Training:
    """The options of `train.train`, as a config's `training` gives them.

    weights, rates, dynamics, mean_weights, vanishing: what each penalty counts in the loss
    (`penalties`, `vanishing_gradient`); 0: it is not computed.
    delays: trials of 'all' delays are trained, or of 'one', the reference delay; None for a task without delays.
    optimiser: see `optimisers`; learning_rate: at the first update; decay: 'cosine' to 0 at `steps`, or 'none'.
    steps: updates at most; batch: trials of each update; clip: largest norm of the gradient, None: any.
    stop_at: training ends once the normalised error is as small as this; stop_correct: once the share of right
    decisions (`measurement.share_correct`) is as large; None: not asked for, with both None training never ends
    so. at_least: updates before it may: a network may do the task long before its penalties have acted.
    check_every: updates from one measurement of the error to the next.
    validation: conditions that are held out; of a task with sets, trials of each condition.
    patience: updates without a better validation error after which training ends; None: any number.
    device: where it is trained; 'auto': on a GPU where there is one.

    Raises BadOption for a value that its annotation does not allow, and for two that contradict each other.
    """

    weights: Penalty
    rates: Penalty
    dynamics: Penalty
    mean_weights: Penalty
    vanishing: Penalty
    delays: Literal["all", "one"] | None
    optimiser: Literal["adam", "sgd"]
    learning_rate: LearningRate
    decay: Literal["cosine", "none"]
    steps: Updates
    batch: TrialCount
    clip: Positive | None
    stop_at: Positive | None
    stop_correct: PositiveShare | None
    at_least: UpdatesOrNone
    check_every: Updates
    validation: TrialCountOrNone
    patience: Updates | None
    device: Literal["auto", "cpu", "cuda"]

    def __post_init__(self):
        check_values(Training, vars(self), "training")

    @property
    def penalties(self) -> dict[str, float]:
        """What each of PENALTIES counts in the loss."""
        return {name: getattr(self, name) for name in PENALTIES}

    @staticmethod
    def together(steps: int, at_least: int, validation: int, patience: int | None) -> None:
        """Raise BadOption for options that contradict each other; `check_values` asks it."""
        if at_least > steps:
            raise BadOption(f"found at_least {at_least}, wanted from 0 to steps, {steps}")
        if patience is not None and validation == 0:
            raise BadOption(
                f"found patience {patience}, wanted null where validation is 0: without held-out conditions nothing "
                "can stop improving"
            )
