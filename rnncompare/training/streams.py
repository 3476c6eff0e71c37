"""Independent streams of random numbers from the seed of a network."""

import numpy as np
import torch

HELD_OUT, ORDER = 0, 1  # selection of held-out trials; order of trials
NOISE, MEASURED_NOISE, SIMULATED_NOISE = 2, 3, 4  # noise of the network in updates, measurements and simulations
FEEDBACK = 5  # weights by which errors reach the units under the rule 'rflo'
SHUFFLED = 6  # order in which conditions receive the recorded activity of others
TEACHER = 7  # weights from targets to the units of the teacher under the rule 'full_force'


def numbers(seed: int, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, stream])


def noise(seed: int, stream: int) -> torch.Generator:
    """A torch generator, which is much faster for the many numbers of units, times and trials."""
    return torch.Generator().manual_seed(int(np.random.SeedSequence([seed, stream]).generate_state(1)[0]))
