"""What trained networks are disturbed with: the options of `robustness.robustness`."""

from dataclasses import dataclass

from rnncompare.options.ranges import NotNegative, SpreadRepeats
from rnncompare.options.values import check_values


@dataclass(frozen=True, kw_only=True)
class Disturbances:
    """How strongly and how often inputs and recurrent weights are disturbed, as a config's `robustness` says it.

    input_strengths, recurrent_strengths: the s of `robustness`; repeats: draws at each strength, of which there are
    enough for an SD. Raises BadOption for a value that its annotation does not allow.
    """

    repeats: SpreadRepeats
    input_strengths: list[NotNegative]
    recurrent_strengths: list[NotNegative]

    def __post_init__(self):
        check_values(Disturbances, vars(self), "robustness")
