"""A network's streams of random numbers, all from its one seed; none depends on how much another has drawn."""

import numpy as np
import torch

HELD_OUT, ORDER = 0, 1  # who is held out; the order of trials
NOISE, MEASURED_NOISE, SIMULATED_NOISE = 2, 3, 4  # the network's noise: in updates; in measurements; when it is run


def numbers(seed: int, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, stream])


def noise(seed: int, stream: int) -> torch.Generator:
    """As torch draws them: much faster, for there are as many as there are units, times and trials."""
    return torch.Generator().manual_seed(int(np.random.SeedSequence([seed, stream]).generate_state(1)[0]))
