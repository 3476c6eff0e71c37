"""What leaky networks lack whose initial state is trained."""

from typing import Literal

InitialState = Literal["zero", "trained"]
LOCAL = "a local rule has no gradient of the initial state"
LACKS_WITH_TRAINED_START = {
    "training.rule=rflo": LOCAL,
    "training.rule=eprop": LOCAL,
    "training.rule=full_force": "its equations are those of networks that start at 0",
    "training.rule=output_only": "output weights and biases alone are trained, and the initial state is neither",
    "training.optimiser=gauss_newton": "its products are computed for networks that start at 0",
    "weights": "published weights are those of networks that start at 0",
    "mechanisms": "their trajectories start at a state of 0",
}
