"""The options of a training on recorded activity, `training.recorded` of a config."""

from dataclasses import dataclass
from typing import ClassVar

from rnncompare.options.combinations import require
from rnncompare.options.ranges import Level, NotNegative, Penalty, Seed
from rnncompare.plugins import BadOption

PREDICTION = "prediction"  # the measure of generalisation.csv: recorded activity that networks trained on it predict
HALF = "half_of_units"  # models of generalisation.csv that are the recording itself: the trained units
GRADIENT = ("adam", "sgd")
ALONE = "the steps of the other optimisers contain the error of the task alone, with a weight of 1"
TUNING = {"cosine_tuning": 1, "tuning_of_two_harmonics": 2}  # and tuning, with the number of harmonics of the direction


@dataclass(frozen=True, kw_only=True)
class RecordedUnits:
    """The recorded units that are trained: a random share of them, which is the same for all networks.

    With a share of .5, they are the first half of the control `units` whose draw has the same number as the seed.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    share: Level
    seed: Seed


@dataclass(frozen=True, kw_only=True)
class RecordedActivity:
    """How recorded activity enters the loss (`recorded_term`).

    weight: of the term; with 0, a network is trained on its task alone, and nothing of the recording is read.
    task: weight of the error of the task; with 0, a network is trained on the recorded activity alone.
    source: `recording`, or another recording of the study.
    soft_normalise: added to the range of each unit, as a fraction of the median range, as in `comparison.preparation`;
    ranges are those in the trained conditions; None: rates are not normalised.
    readout_penalty: weight of the squared weights of the readout, relative to the term.
    shuffle: a control: each trained condition receives the activity of another one, in an order that depends on this
    seed and on that of the network; None: the activity that was recorded in it.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    weight: Penalty
    task: NotNegative
    source: str
    units: RecordedUnits
    soft_normalise: NotNegative | None
    readout_penalty: Penalty
    shuffle: Seed | None

    def __post_init__(self):
        if isinstance(self.units, dict):
            object.__setattr__(self, "units", RecordedUnits(**self.units))
        if self.weight == 0 and self.task == 0:
            raise BadOption("found weight 0 and task 0, wanted at least one above 0: nothing else is learnt")


def of_recorded(
    recorded: dict | RecordedActivity | None, rule: str, optimiser: str, stop_at: float | None, patience: int | None
) -> None:
    """Raise BadOption for options of a training that cannot be combined with recorded activity."""
    weight, task = _weights(recorded)
    given = "recorded activity"
    if task == 0:
        reason = "the error of the task is not reduced with a weight of 0"
        require("stop_at", stop_at, None, given=given, reason=reason)
    if weight == 0:
        if task != 1 and optimiser not in GRADIENT:
            raise BadOption(f"found task {task:g} in recorded with the optimiser '{optimiser}', wanted 1: {ALONE}")
        return
    reason = "only it carries the error of the activity to all weights"
    require("rule", rule, "backpropagation", given=given, reason=reason)
    require("optimiser", optimiser, GRADIENT, given=given, reason=ALONE)
    reason = "held-out conditions, in which the activity is predicted, would decide when training ends"
    require("patience", patience, None, given=given, reason=reason)


def _weights(recorded: dict | RecordedActivity | None) -> tuple[float, float]:
    """The weights of the recorded activity and of the task."""
    if recorded is None:
        return 0.0, 1.0
    given = recorded if isinstance(recorded, dict) else vars(recorded)
    return given["weight"], given["task"]
