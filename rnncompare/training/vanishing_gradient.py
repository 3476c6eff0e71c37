"""The penalty on vanishing and exploding gradients, which is computed in the backward pass."""

import torch


class VanishingGradient:
    """A penalty on gradients that grow or shrink during backpropagation through time (Pascanu et al. 2013, eq. 9).

    Omega = mean over times and trials of (|delta_(t+1) dx_(t+1)/dx_t|^2 / |delta_(t+1)|^2 - 1)^2, where delta_t =
    dL/dx_t is the backpropagated gradient of L, the part of the loss that depends on rates. Times with delta_(t+1) = 0,
    such as after the last time in the mask, are omitted from the mean. Omega is 0 if every step preserves the size of
    the gradient, and 1 if the gradient vanishes in one step. As in the paper, delta and x are treated as constants:
    Omega depends on the recurrent weights only through dx_(t+1)/dx_t = (1 - leak) I + recurrent diag(r'(x_t)). Its
    gradient is added in the backward pass, multiplied by `weight` and independent of the scale of the loss; its
    `value`, also multiplied by `weight`, is available afterwards.
    """

    def __init__(self, weight: float):
        self.weight, self.value = weight, torch.zeros(())

    def begin(self, earlier: torch.Tensor) -> None:
        """Start a backward pass; earlier: rates of all times except the last (time, trial, unit)."""
        self.total, self.count, self.parts = 0.0, 0, torch.empty_like(earlier)

    def accumulate(self, start: int, delta: torch.Tensor, by_rate: torch.Tensor, slopes: torch.Tensor) -> None:
        """Add the steps from `start` on: delta (time, trial, unit) of these and one further step, dL/dr and r'(x).

        delta_(t+1) dx_(t+1)/dx_t needs no product with the weights: it is delta_t minus the direct contribution of t.
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

    def with_penalty(self, earlier: torch.Tensor) -> torch.Tensor:
        """The factor by which delta_(t+1) is multiplied for the gradient of the recurrent weights with this penalty.

        dOmega / d recurrent = sum over t of delta_(t+1) (4 / n) (ratio - 1) / |delta_(t+1)|^2 (carried r'(x_t)). This
        differs from the gradient of the loss, sum of delta_(t+1) r_t, only in the second factor, so that one product is
        sufficient for both.
        """
        share = self.weight / max(int(self.count), 1)
        self.value = torch.as_tensor(self.total * share).cpu()
        return self.parts.mul_(4 * share).add_(earlier)
