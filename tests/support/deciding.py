"""Tasks with decisions and leaky networks that can be simulated and trained within a second."""

from rnncompare.models.leaky import leaky
from rnncompare.tasks.checkerboard import checkerboard
from rnncompare.tasks.context_integration import context_integration
from rnncompare.tasks.cue_set_go import cue_set_go
from rnncompare.tasks.delayed_discrimination import delayed_discrimination
from rnncompare.tasks.go_anti import go_anti
from rnncompare.tasks.match_to_category import match_to_category
from rnncompare.tasks.match_to_sample import match_to_sample
from rnncompare.tasks.perceptual_decision import perceptual_decision
from rnncompare.tasks.perceptual_discrimination import perceptual_discrimination

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
TIMING = {
    "intervals": [0.4, 0.6, 0.8], "levels": [0.5, 0.3, 0.1], "cue": 0.1, "delays": [0.2, 0.4, 0.6],
    "test_delays": [0.3, 0.5], "pulse": 0.1, "overshoot": 0.15, "dt": 0.05, "test_trials": 2,
}  # fmt: skip
DISCRIMINATION = {
    "coherences": [0.1, 0.5], "onset": [0.0, 0.3], "stimulus": [0.0, 0.3], "reaction": 0.05, "duration": 1.0,
    "test_onset": 0.2, "test_stimulus": 0.3, "high": 1.0, "low": 0.2, "dt": 0.05, "train_trials": 200,
    "test_trials": 5, "seed": 0,
}  # fmt: skip
DELAYED = {
    "pairs": [[18.0, 10.0], [26.0, 18.0], [34.0, 26.0]], "fixation": [0.0, 0.2], "stimulus": [0.0, 0.3],
    "delay": [0.0, 0.3], "decision": [0.0, 0.2], "test_fixation": 0.1, "test_stimulus": 0.2, "test_delay": 0.2,
    "test_decision": 0.1, "high": 1.0, "low": 0.2, "dt": 0.05, "train_trials": 200, "test_trials": 5, "seed": 0,
}  # fmt: skip
CATEGORY = {
    "directions": 8, "channels": 16, "tuning_width": 1.0, "fixation": 0.1, "stimulus": 0.4, "decision": 0.3,
    "high": 1.0, "low": 0.2, "dt": 0.05, "train_trials": 200, "test_trials": 5, "seed": 0,
}  # fmt: skip
RULES = {
    "share_go": 0.2, "rule_inputs": True, "directions": 8, "channels": 8, "concentration": 2.0, "height": 1.0,
    "fixation": 0.1, "stimulus": 0.2, "delay": 0.1, "decision": 0.1, "dt": 0.05, "train_trials": 400, "test_trials": 2,
    "seed": 0,
}  # fmt: skip
MATCHING = {
    "directions": 8, "channels": 12, "concentration": 2.0, "height": 4.0, "fixation": 0.1, "sample": 0.2, "delay": 0.3,
    "test": 0.2, "reaction": 0.05, "dt": 0.05, "train_trials": 400, "test_trials": 7, "seed": 0,
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


def small_timing(**changes):
    """Cue-Set-Go of three intervals in steps of 50 ms."""
    return cue_set_go(None, None, **TIMING | changes)


def small_discrimination(**changes):
    """Perceptual discrimination of two coherences in steps of 50 ms."""
    return perceptual_discrimination(None, None, **DISCRIMINATION | changes)


def small_delayed(**changes):
    """Delayed discrimination of three pairs of frequencies in steps of 50 ms."""
    return delayed_discrimination(None, None, **DELAYED | changes)


def small_category(**changes):
    """Match to category of eight directions in steps of 50 ms."""
    return match_to_category(None, None, **CATEGORY | changes)


def small_rules(**changes):
    """Go and anti of eight directions in steps of 50 ms."""
    return go_anti(None, None, **RULES | changes)


def small_matching(**changes):
    """Delayed match to sample of eight directions in steps of 50 ms."""
    return match_to_sample(None, None, **MATCHING | changes)


def timing_network(**changes):
    """A network without areas and noise for Cue-Set-Go."""
    more = {"inputs": 2, "outputs": 1, "dt": 0.05, "tau": 0.1, "units": 40, "nonlinearity": "tanh"}
    return small_network(**more | changes)


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
