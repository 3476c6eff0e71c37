"""The leaky network with a convolutional front end as a torch module."""

import math

import torch

from rnncompare.models._front_end import LACKS, FrontEnd
from rnncompare.models._leaky_network import LeakyNetwork, drawn_weights
from rnncompare.models._noise import Noise
from rnncompare.models._noisy_drive import noisy_inputs, noisy_units
from rnncompare.training.matrix_products import linear


class ConvolutionalNetwork(LeakyNetwork):
    """A leaky network whose units receive features of an image and the inputs that are not shown (`convolutional`).

    `input_weights` B (unit, feature and other input). `lacks`: what a leaky network has and this one does not.
    """

    def __init__(self, *weights: torch.Tensor, front: FrontEnd, **parts):
        super().__init__(*weights, **parts)
        self.front, self.lacks = front, LACKS
        filters = torch.as_tensor(front.weights(), dtype=torch.get_default_dtype())
        self.register_buffer("filters", filters.flatten(1), persistent=False)  # from the options of the network
        self.register_buffer("stripe", torch.as_tensor(front.stripe), persistent=False)

    def drive(self, inputs: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
        """leak (B f + b) (time, trial, unit), f the features and other inputs of inputs (time, trial, input)."""
        noise = self.noise if generator is not None else None
        into, bias = self.leak * self.effective_input_weights(), self.leak * self.unit_bias
        seen = self.features(inputs, noise, generator)
        if noise is None:
            return linear(seen, into, bias)
        return noisy_units(noise, seen, into, bias, self.leak, generator)

    @torch.no_grad()
    def features(self, inputs: torch.Tensor, noise: Noise | None, generator: torch.Generator | None) -> torch.Tensor:
        """Features of the images, then the other inputs, with the noise of both (time, trial, feature).

        No gradient reaches the inputs, because neither they nor the filters are trained.
        """
        others, shown = self.front.others(inputs.shape[-1]), [k - 1 for k in self.front.shown]
        images, rest = inputs[..., shown][..., self.stripe], inputs[..., others]
        if noise is not None:
            pixels = self.front.pixels**2 // len(shown)
            sds = [math.sqrt(pixels) * noise.inputs[k] for k in shown]
            by_pixel = Noise(recurrent=0.0, inputs=[sds[k] for k in self.stripe.flatten().tolist()])
            images = noisy_inputs(by_pixel, images.flatten(2), self.leak, generator).view_as(images)
            kept = Noise(recurrent=0.0, inputs=[noise.inputs[k] for k in others])
            rest = noisy_inputs(kept, rest, self.leak, generator)
        return torch.cat([self.pooled(images), rest], dim=-1)

    def pooled(self, images: torch.Tensor) -> torch.Tensor:
        """Filtered, rectified and averaged images (.., row, column): (.., feature), by square, then by filter."""
        size, pools = self.front.filter_size, self.front.pools
        patches = images.unfold(-2, size, 1).unfold(-2, size, 1)  # (.., row, column, row and column of the filter)
        rectified = linear(patches.flatten(-2), self.filters).relu_()
        squares = rectified.unflatten(-2, (pools, -1)).unflatten(-4, (pools, -1))
        return squares.mean(dim=(-4, -2)).flatten(-3)


def initial_network(
    front: FrontEnd, *, inputs: int, outputs: int, seed: int, units: int, g: float, h: float, **parts
) -> ConvolutionalNetwork:
    """Return a network with initial weights as described at `convolutional`; parts: leak, nonlinearity and noise."""
    received = front.features + len(front.others(inputs))
    return ConvolutionalNetwork(*drawn_weights(received, outputs, seed, units, g, h), front=front, **parts)
