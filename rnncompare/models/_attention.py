"""What attention lacks of the leaky network, and why."""

from collections.abc import Mapping

from rnncompare.models._noise import Noise
from rnncompare.plugins import BadOption

RECURRENT = "attention has no recurrent weights"
DYNAMICS = (
    "attention has no state: its rates are functions of all past inputs, and the present rates do not determine the "
    "next ones"
)
# What a leaky network has and attention does not, by its place among the options of a model.
LACKS = {
    "training.dynamics": RECURRENT,
    "training.mean_weights": RECURRENT,
    "training.vanishing": RECURRENT,
    "training.wiring": RECURRENT,
    "training.absolute_weights": RECURRENT,
    "training.matrices.recurrent": RECURRENT,
    "training.fixed.recurrent": RECURRENT,
    "training.rule=rflo": RECURRENT,
    "training.rule=eprop": RECURRENT,
    "training.rule=full_force": RECURRENT,
    "training.optimiser=gauss_newton": "its products are computed for leaky networks only",
    "network.connectivity": "all of its units are equal, without areas and signs",
    "network.nonlinearity": "its rates are rectified",
    "weights": "published weights are those of leaky networks",
    "probes.weights": RECURRENT,
    "robustness": f"{RECURRENT} that could be perturbed",
    "dynamics": DYNAMICS,
}


def without_noise_of_units(*, noise: Noise | Mapping | None) -> None:
    """Raise BadOption for noise of units, whose SD is defined by the time constant of a leaky unit."""
    recurrent = noise["recurrent"] if isinstance(noise, Mapping) else getattr(noise, "recurrent", 0.0)
    if recurrent:
        raise BadOption(
            f"attention: found noise.recurrent {recurrent:g}, wanted 0: the noise of a unit is scaled by its time "
            "constant, and attention has none; noise of `inputs` is possible"
        )
