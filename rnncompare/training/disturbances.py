"""The perturbations of trained networks: the options of `robustness.robustness`."""

from dataclasses import dataclass

from rnncompare.options.ranges import NotNegative, SpreadRepeats
from rnncompare.options.values import check_values


@dataclass(frozen=True, kw_only=True)
class Disturbances:
    """Strengths and repeats of perturbations of inputs and recurrent weights: the options in `robustness` of a config.

    input_strengths, recurrent_strengths, recurrent_sds: s in `robustness`; repeats: number of draws at each strength,
    enough for an SD. Raises BadOption for values outside their ranges.
    """

    repeats: SpreadRepeats
    input_strengths: list[NotNegative]
    recurrent_strengths: list[NotNegative]
    recurrent_sds: list[NotNegative]

    def __post_init__(self):
        check_values(Disturbances, vars(self), "robustness")
