"""Codes of conditions that networks receive as inputs: the direction of the target, or random vectors."""

import numpy as np

from rnncompare.plugins import BadOption

STREAM = 2015  # of the random numbers of vectors, which are independent of those of networks


def direction(angle: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Codes (condition, 2) of directions in rad, cosine and sine, and the names of the inputs."""
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1), ["target_cos", "target_sin"]


def random_vectors(conditions: int, numbers: int, input_set: int) -> tuple[np.ndarray, list[str]]:
    """Codes (condition, number) of one set, random directions of length 1, and the names of the inputs.

    The vectors of a set are independent, so that the inputs contain no relation between conditions apart from chance
    (as in Sussillo et al. 2015, where a condition is a vector of 15 numbers). The length is that of `direction`. They
    depend only on the number of the set.
    """
    drawn = np.random.default_rng([STREAM, input_set]).standard_normal((conditions, numbers))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True), [f"condition_{k}" for k in range(numbers)]


def check_numbers(inputs: str, numbers: int | None) -> None:
    """Raise BadOption unless `numbers` is given exactly if inputs are random."""
    if inputs == "random" and (numbers is None or numbers < 2):
        raise BadOption(
            f"delayed_reach: found numbers {numbers} for random inputs, wanted the length of each condition's vector, "
            "at least 2 (15 in Sussillo et al. 2015)"
        )
    if inputs != "random" and numbers is not None:
        raise BadOption(f"delayed_reach: found numbers {numbers} for inputs '{inputs}', wanted null")


def check_sets(inputs: str, input_sets: list[int]) -> None:
    """Raise BadOption for several sets of inputs that are not random."""
    if inputs != "random" and len(input_sets) > 1:
        raise BadOption(
            f"delayed_reach: found {len(input_sets)} input sets for inputs '{inputs}', which are the same in each, "
            "wanted 1"
        )
