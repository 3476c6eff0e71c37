"""What the gated models share in a config: options that they refuse, and why."""

from collections.abc import Mapping

from rnncompare.models._noise import Noise
from rnncompare.plugins import BadOption

LOCAL = "the traces of a local rule are those of the leak of a unit, and gated units have none"
# What a leaky network has and gated ones do not, by its place among the options of a model.
LACKS = {
    "training.dynamics": "R2 is the size of J diag(r'(x)), the recurrent part of the Jacobian of a leaky network",
    "training.vanishing": "it is computed in the backward pass of a leaky network",
    "training.rule=rflo": LOCAL,
    "training.rule=eprop": LOCAL,
    "training.rule=full_force": "its currents are those of a leaky network",
    "training.optimiser=gauss_newton": "its products are computed for leaky networks only",
    "training.fixed": "each unit has a matrix of weights for every gate, and a mask is that of one matrix",
    "network.connectivity": "each unit has a matrix of weights for every gate, without areas and signs",
    "network.nonlinearity": "the functions of its gates are fixed",
    "weights": "published weights are those of leaky networks",
    "probes.weights": "each pair of units has a weight for every gate, so that there is no single matrix of weights",
}


def without_noise_of_units(*, noise: Noise | Mapping | None) -> None:
    """Raise BadOption for noise of units, whose SD is defined by the time constant of a leaky unit."""
    recurrent = noise["recurrent"] if isinstance(noise, Mapping) else getattr(noise, "recurrent", 0.0)
    if recurrent:
        raise BadOption(
            f"gated cells: found noise.recurrent {recurrent:g}, wanted 0: the noise of a unit is scaled by its time "
            "constant, and gated units have none; noise of `inputs` is possible"
        )
