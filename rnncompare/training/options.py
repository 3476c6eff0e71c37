"""The options of a training, whose ranges are checked when they are given."""

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from rnncompare.options.combinations import require
from rnncompare.options.masks import Mask, Matrix
from rnncompare.options.ranges import (
    Checks,
    LearningRate,
    Penalty,
    Positive,
    PositiveShare,
    Products,
    Some,
    TrialCount,
    TrialCountOrNone,
    Updates,
    UpdatesOrNone,
)
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.training.full_force_options import Teacher, of_full_force
from rnncompare.training.matrix_options import OF_MATRICES, MatrixPenalties, of_fixed, weights_of
from rnncompare.training.recorded_options import RecordedActivity, of_recorded
from rnncompare.training.stages import Stage

PENALTIES = ("weights", "rates", "dynamics", "mean_weights", "vanishing")
OF_DISTANCES = ("wiring", "absolute_weights")  # further penalties, which tables contain only if they have a weight
OUTGOING = "its gradient needs the recurrent weights from a unit, which a local rule does not use"
NOT_REDUCED = {  # penalties that a rule cannot reduce, and why
    "output_only": (
        ("rates", "dynamics", "vanishing", *OF_DISTANCES, *(n for n in OF_MATRICES if not n.endswith("output"))),
        "it does not depend on the output weights, which alone learn",
    ),
    "rflo": (("dynamics", "vanishing"), OUTGOING),
    "eprop": (("dynamics", "vanishing"), OUTGOING),
    "full_force": ((*PENALTIES, *OF_DISTANCES, *OF_MATRICES), "the `ridge` of the teacher is its only penalty"),
}


@dataclass(frozen=True, kw_only=True)
class Training:
    """The options of `train.train`, which are those in `training` of a config.

    weights, rates, dynamics, mean_weights, vanishing: weights of the penalties in the loss (`penalties`,
    `vanishing_gradient`); a penalty with weight 0 is not computed.
    delays: 'all' trains on the trials of all delays, 'one' only on those of the reference delay; None for a task
    without delays.
    rule: 'backpropagation' through time; 'output_only', which trains output weights and biases alone, by the same
    gradient; the local rules 'rflo' and 'eprop' of leaky networks (`local_credit`), which train all weights; or
    'full_force', least squares on the currents of a teacher, which trains all but the input weights (`full_force`).
    optimiser: see `optimisers` and `gauss_newton`; 'least_squares' is that of full_force; learning_rate: at the first
    update; decay: 'cosine' to 0 at `steps`, or 'none'.
    products, damping: of gauss_newton, and None for the others: the largest number of products with its matrix in an
    update, and the multiple of the identity that is added to it at the first update, in units of the normalised error
    per squared weight.
    teacher: of full_force (`full_force_options`), and None for the others.
    steps: maximum number of updates; batch: trials in each update; clip: maximum norm of the gradient, None for none.
    stop_at: training ends when the normalised error is at most this; stop_correct: when the share of correct decisions
    (`measurement.share_correct`) is at least this; None: not required, and with both None neither ends the training.
    stop_over: number of last checks over which error and share are averaged for these criteria. With 1, a training can
    end by chance at a check whose share is above that of the network: with few trials, checks vary.
    at_least: minimum number of updates before that, because a network can solve the task long before its penalties
    have an effect.
    check_every: number of updates between measurements of the error.
    validation: number of conditions that are held out; for a task with sets, of trials of each condition.
    patience: number of updates without a lower validation error after which training ends; None: no limit.
    device: where the network is trained; 'auto': on a GPU if there is one.
    balance: 'times' averages errors over times with the weights of the mask; 'epochs' gives all epochs of a trial the
    same weight, whatever their duration, so that a short decision period counts as much as a long fixation; None:
    'epochs' for cross-entropy, and 'times' for the mean squared error.
    curriculum: stages that precede the training on the task of the model (`curriculum`): each has the options `task`,
    which are on top of those of the model's task, and ends when `until: {correct: share}` is reached in trials that are
    held out of it, or with null after `steps` updates.
    wiring, absolute_weights: weights of the penalty on recurrent weights by the distances of units, and of its control,
    the penalty without distances (`penalties`).
    matrices: weights of the penalties on means of single matrices, `l1` and `l2` of `recurrent`, `input` and `output`
    (`penalties.of_matrix`); each that is above 0 has a column in the table of the training, such as l1_recurrent.
    fixed: the weights that keep the values with which the training begins (`fixed`): for each of the matrices
    `recurrent`, `input` and `output` that has some, 'all', or a mask with 1 for the fixed ones (`options.masks`).
    recorded: the weights of recorded activity and of the task in the loss, and what is trained of the recording
    (`recorded_options`); None: networks are trained on their task alone.

    Raises BadOption for values outside their ranges and for options that contradict each other.
    """

    weights: Penalty
    rates: Penalty
    dynamics: Penalty
    mean_weights: Penalty
    vanishing: Penalty
    delays: Literal["all", "one"] | None
    rule: Literal["backpropagation", "output_only", "rflo", "eprop", "full_force"]
    optimiser: Literal["adam", "sgd", "gauss_newton", "least_squares"]
    learning_rate: LearningRate
    decay: Literal["cosine", "none"]
    steps: Updates
    batch: TrialCount
    clip: Positive | None
    stop_at: Positive | None
    stop_correct: PositiveShare | None
    stop_over: Checks
    at_least: UpdatesOrNone
    check_every: Updates
    validation: TrialCountOrNone
    patience: Updates | None
    device: Literal["auto", "cpu", "cuda"]
    balance: Literal["epochs", "times"] | None = None
    products: Products | None = None
    damping: Positive | None = None
    teacher: Teacher | None = None
    curriculum: Annotated[list[Stage], Some] | None = None
    recorded: RecordedActivity | None = None
    wiring: Penalty = 0.0
    absolute_weights: Penalty = 0.0
    matrices: dict[Matrix, MatrixPenalties | None] | None = None
    fixed: dict[Matrix, Literal["all"] | Mask | None] | None = None

    def __post_init__(self):
        check_values(Training, vars(self), "training")
        if isinstance(self.recorded, dict):
            object.__setattr__(self, "recorded", RecordedActivity(**self.recorded))
        if isinstance(self.teacher, dict):
            object.__setattr__(self, "teacher", Teacher(**self.teacher))

    @property
    def uses_recording(self) -> bool:
        """Whether recorded activity has a weight in the loss."""
        return self.recorded is not None and self.recorded.weight > 0

    @property
    def task_weight(self) -> float:
        """The weight of the error of the task in the loss."""
        return 1.0 if self.recorded is None else self.recorded.task

    @property
    def penalties(self) -> dict[str, float]:
        """The weight of each of PENALTIES, OF_DISTANCES and OF_MATRICES in the loss."""
        return {name: getattr(self, name) for name in (*PENALTIES, *OF_DISTANCES)} | weights_of(self.matrices)


def consistent(
    steps: int, at_least: int, check_every: int, stop_over: int, validation: int, patience: int | None
) -> None:
    """Raise BadOption for options that contradict each other."""
    if at_least > steps:
        raise BadOption(f"found at_least {at_least}, wanted from 0 to steps, {steps}")
    checks = math.ceil(steps / check_every) + 1
    if stop_over > checks:
        raise BadOption(
            f"found stop_over {stop_over}, wanted from 1 to {checks}, the number of checks in {steps} steps with "
            f"one every {check_every}"
        )
    if patience is not None and validation == 0:
        raise BadOption(
            f"found patience {patience}, wanted null if validation is 0, because there is no validation error "
            "without held-out conditions"
        )


def reducible(
    rule: str,
    weights: float,
    rates: float,
    dynamics: float,
    mean_weights: float,
    vanishing: float,
    wiring: float,
    absolute_weights: float,
    matrices: dict | None,
) -> None:
    """Raise BadOption for a penalty that the rule cannot reduce."""
    given = dict(zip(PENALTIES, (weights, rates, dynamics, mean_weights, vanishing), strict=True))
    given |= {"wiring": wiring, "absolute_weights": absolute_weights} | weights_of(matrices)
    names, reason = NOT_REDUCED.get(rule, ((), ""))
    for name in names:
        require(OF_MATRICES.get(name, name), given[name], 0.0, given=f"the rule '{rule}'", reason=reason)


def of_gauss_newton(
    optimiser: str,
    products: int | None,
    damping: float | None,
    rule: str,
    learning_rate: float,
    decay: str,
    clip: float | None,
    dynamics: float,
    vanishing: float,
    wiring: float,
    absolute_weights: float,
    matrices: dict | None,
) -> None:
    """Raise BadOption for options that Gauss-Newton steps do not have, and for its options with another optimiser."""
    own = {"products": products, "damping": damping}
    if optimiser != "gauss_newton":
        for name, found in own.items():
            if found is not None:
                raise BadOption(f"found {name} {found:g} with the optimiser '{optimiser}', wanted null")
        return
    for name, found in own.items():
        if found is None:
            raise BadOption(f"found no {name} with the optimiser 'gauss_newton', wanted a number")
    length = "the length of a step is found by trying shorter ones until the loss falls"
    unknown = "the second derivatives of this penalty are not computed"
    needed = [
        ("rule", rule, "backpropagation", "the products are those of the whole gradient"),
        ("learning_rate", learning_rate, 1.0, length),
        ("decay", decay, "none", length),
        ("clip", clip, None, length),
        ("dynamics", dynamics, 0.0, unknown),
        ("vanishing", vanishing, 0.0, unknown),
        ("wiring", wiring, 0.0, unknown),
        ("absolute_weights", absolute_weights, 0.0, unknown),
    ]
    absolute = {OF_MATRICES[n]: weight for n, weight in weights_of(matrices).items() if n.startswith("l1")}
    needed += [(name, weight, 0.0, unknown) for name, weight in absolute.items()]
    for name, found, wanted, reason in needed:
        require(name, found, wanted, given="the optimiser 'gauss_newton'", reason=reason)


Training.together = (consistent, reducible, of_gauss_newton, of_full_force, of_recorded, of_fixed)
