"""Short-term plasticity of the synapses from a unit: its constants, and what networks with it lack."""

from dataclasses import dataclass
from typing import ClassVar

from rnncompare.options.ranges import PositiveShare, TimeConstant
from rnncompare.options.values import check_values

STATE = (
    "the rates are a part of its state alone: synapses are in a state of their own, so that present rates do not "
    "determine the next ones"
)
ADDITIVE = "the recurrent input of a unit depends on the synapses as well as on the rates"
# What a leaky network has and this one does not, by its place among the options of a model.
LACKS = {
    "training.dynamics": f"R2 is the size of J diag(r'(x)), and {ADDITIVE}",
    "training.vanishing": "it is computed in the backward pass of a leaky network",
    "training.rule=rflo": ADDITIVE,
    "training.rule=eprop": ADDITIVE,
    "training.rule=full_force": ADDITIVE,
    "training.optimiser=gauss_newton": "its products are computed for leaky networks only",
    "network.connectivity": "all of its units are equal but for their synapses, without areas and signs",
    "network.nonlinearity": "its rates are rectified, because they use up what synapses have",
    "weights": "published weights are those of leaky networks",
    "similarity": "half of the variables of its activity are synapses, which would be compared as if they were units",
    "probes.weights": "its activity has two variables of each unit, and its weights one row",
    "dynamics": STATE,
}


@dataclass(frozen=True, kw_only=True)
class Synapses:
    """Constants of short-term plasticity: the resting utilisation U, and time constants of resources and utilisation.

    tau_x, tau_u in s: of the recovery of resources x to 1, and of the return of the utilisation u to U. Raises
    BadOption.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    U: PositiveShare
    tau_x: TimeConstant
    tau_u: TimeConstant

    def __post_init__(self):
        check_values(Synapses, vars(self), "stp")
