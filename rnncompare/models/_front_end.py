"""The form of a convolutional front end, and what networks with one lack."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncompare.plugins import BadOption

# What a leaky network has and one with a front end does not, by its place among the options of a model.
LACKS = {
    "training.rule=full_force": "its teacher receives the inputs of the task, and not images with noise in each pixel",
    "training.optimiser=gauss_newton": "its products are computed for inputs that units receive directly",
    "network.connectivity": "features have no areas",
    "weights": "published weights are those of networks without a front end",
    "mechanisms": "their map of a step has the inputs of the task, and not images with noise in each pixel",
}


@dataclass(frozen=True, kw_only=True)
class FrontEnd:
    """The options of `convolutional`. Raises BadOption for an image that cannot be divided in stripes or squares."""

    shown: Sequence[int]
    pixels: int
    filters: int
    filter_size: int
    pools: int
    filter_seed: int

    def __post_init__(self):
        stripes, filtered = len(self.shown), self.pixels - self.filter_size + 1
        if self.pixels % stripes:
            raise BadOption(
                f"convolutional: found {self.pixels} pixels, wanted a multiple of {stripes}, the number of inputs that "
                "are shown, because each fills a stripe of equal width"
            )
        if filtered < 1:
            found = f"filter_size {self.filter_size}"
            raise BadOption(f"convolutional: found {found}, wanted at most the {self.pixels} pixels of a side")
        if filtered % self.pools:
            raise BadOption(
                f"convolutional: found pools {self.pools}, wanted a divisor of {filtered}, the side of an image of "
                f"{self.pixels} pixels after a filter of {self.filter_size} pixels"
            )

    @property
    def stripe(self) -> np.ndarray:
        """(row, column) number of the stripe of each pixel."""
        return np.tile(np.arange(self.pixels) * len(self.shown) // self.pixels, (self.pixels, 1))

    @property
    def features(self) -> int:
        """The number of features of an image."""
        return self.filters * self.pools**2

    def others(self, inputs: int) -> list[int]:
        """Indices of the inputs that are not shown."""
        return [k for k in range(inputs) if k + 1 not in self.shown]

    def weights(self) -> np.ndarray:
        """(filter, row, column) random filters."""
        shape = (self.filters, self.filter_size, self.filter_size)
        return np.random.default_rng(self.filter_seed).standard_normal(shape) / self.filter_size
