"""Tasks with decisions and leaky networks that can be simulated and trained within a second."""

from rnncompare.models.leaky import leaky
from rnncompare.tasks.checkerboard import checkerboard
from rnncompare.tasks.context_integration import context_integration
from rnncompare.tasks.perceptual_decision import perceptual_decision

CHECKERBOARD = {
    "order": "targets_first", "red_squares": [11, 90, 135, 214], "squares": 225, "start": {"mean": 0.2, "sd": 0.05},
    "alone": [0.2, 0.4], "both": 0.8, "after": 0.1, "early": 0.2, "early_outputs": "low", "catch": 0.1,
    "catch_with_first": 0.5, "catch_duration": None, "low": 0.0, "high": 1.0, "threshold": 0.6, "dt": 0.05,
    "train_trials": 200, "test_trials": 6, "seed": 0,
}  # fmt: skip
CONTEXT = {
    "coherences": [0.15, 0.5], "cue": 0.1, "stimulus": [0.3, 0.8], "delay": [0.0, 0.3], "decision": 0.2,
    "test_stimulus": 0.5, "test_delay": 0.2, "hold": False, "target": "choice", "threshold": 0.5, "dt": 0.05,
    "train_trials": 320, "test_trials": 3, "seed": 0,
}  # fmt: skip
PERCEPTUAL = {
    "coherences": [0.0, 0.1, 0.4], "fixation": 0.1, "stimulus": 0.8, "delay": 0.0, "decision": 0.1, "dt": 0.05,
    "train_trials": 600, "test_trials": 40, "seed": 0,
}  # fmt: skip
NETWORK = {
    "inputs": 3, "outputs": 2, "dt": 0.01, "seed": 0, "units": 20, "tau": 0.05, "g": 1.5, "h": 1.0,
    "nonlinearity": "rectified_tanh", "connectivity": None, "noise": None,
}  # fmt: skip
AREAS = {
    "areas": 2, "excitatory": 0.8, "dale": True, "inhibition": 1.0, "self_connections": False,
    "forward": {"to_excitatory": 0.3, "to_inhibitory": 0.0}, "backward": {"to_excitatory": 0.1, "to_inhibitory": 0.0},
    "input_areas": [1], "output_areas": [2], "output_cells": "excitatory", "positive_inputs": True, "output_bias": True,
}  # fmt: skip
NOISE = {"recurrent": 0.05, "inputs": [0.0, 0.0, 0.1, 0.1]}
DECIDING = {"inputs": 4, "dt": 0.05, "tau": 0.1, "nonlinearity": "relu", "connectivity": AREAS, "noise": NOISE}


def small_checkerboard(**changes):
    """A checkerboard task with four numbers of red squares and steps of 50 ms."""
    return checkerboard(None, None, **CHECKERBOARD | changes)


def small_context(**changes):
    """Context-dependent integration of two coherences in steps of 50 ms."""
    return context_integration(None, None, **CONTEXT | changes)


def small_perceptual(**changes):
    """A perceptual decision of three coherences in steps of 50 ms."""
    return perceptual_decision(None, None, **PERCEPTUAL | changes)


def perceptual_network(**changes):
    """A network without areas, with noise on both lines of evidence, for the perceptual decision."""
    noise = {"recurrent": 0.0, "inputs": [0.0, 0.07, 0.07]}
    more = {"outputs": 3, "dt": 0.05, "tau": 0.1, "units": 40, "g": 1.0, "nonlinearity": "relu", "noise": noise}
    return small_network(**more | changes)


def context_network(**changes):
    """A network without areas, with noise on motion and colour, for context-dependent integration."""
    noise = {"recurrent": 0.05, "inputs": [0.2, 0.2, 0.0, 0.0]}
    return small_network(
        **{"inputs": 4, "dt": 0.05, "units": 40, "g": 1.0, "nonlinearity": "tanh", "noise": noise} | changes
    )


def small_network(**changes):
    """A network with three inputs, without areas and noise."""
    return leaky(**NETWORK | changes)


def deciding_network(**changes):
    """A network of two areas with Dale's law and noise, for the checkerboard task."""
    return small_network(**DECIDING | changes)
