"""A penalty that is made of the gradient itself, and so has to be computed on its way back."""

import torch


class VanishingGradient:
    """A penalty on gradients that grow or shrink on their way back through time (Pascanu et al. 2013, eq. 9).

    Omega = mean over times and trials of (|delta_(t+1) dx_(t+1)/dx_t|^2 / |delta_(t+1)|^2 - 1)^2, where delta_t =
    dL/dx_t is what backpropagation carries, L all of the loss that sees rates; the mean leaves out where delta_(t+1)
    is 0, as after the last time that counts. 0: every step hands the gradient on at its size; 1: it is lost at once.
    As in the paper delta and x are held constant: Omega depends on the recurrent weights by
    dx_(t+1)/dx_t = (1 - leak) I + recurrent diag(r'(x_t)) alone. Its gradient joins theirs on the way back, `weight`
    times, whatever the loss is scaled by; its `value`, likewise times `weight`, is known only after that.
    """

    def __init__(self, weight: float):
        self.weight, self.value = weight, torch.zeros(())

    def begin(self, felt: torch.Tensor) -> None:
        """Start anew, for as many steps as there are rates that a later step has felt (time, trial, unit)."""
        self.total, self.count, self.parts = 0.0, 0, torch.empty_like(felt)

    def see(self, start: int, delta: torch.Tensor, by_rate: torch.Tensor, slopes: torch.Tensor) -> None:
        """Take in steps from `start` on: their delta (time, trial, unit) and one after, their dL/dr and r'(x).

        delta_(t+1) dx_(t+1)/dx_t needs no product with the weights: it is delta_t without what t itself adds to it.
        """
        later = delta[1:]
        now = slice(0, len(later))
        carried = torch.addcmul(delta[now], by_rate[now], slopes[now], value=-1, out=self.parts[start:][now])
        size = later.square().sum(-1, keepdim=True)
        counts = size > torch.finfo(size.dtype).tiny
        size = torch.where(counts, size, 1)
        excess = torch.where(counts, carried.square().sum(-1, keepdim=True) / size - 1, 0)
        self.total += excess.square().sum()
        self.count += counts.sum()
        carried.mul_(slopes[now]).mul_(excess / size)

    def joined(self, felt: torch.Tensor) -> torch.Tensor:
        """What delta_(t+1) is multiplied with for the gradient of the recurrent weights, this penalty's included.

        dOmega / d recurrent = sum over t of delta_(t+1) (4 / n) (ratio - 1) / |delta_(t+1)|^2 (carried r'(x_t)): the
        product is that of the loss, delta_(t+1) r_t, with another second factor, and one is enough for both.
        """
        share = self.weight / max(int(self.count), 1)
        self.value = torch.as_tensor(self.total * share).cpu()
        return self.parts.mul_(4 * share).add_(felt)
