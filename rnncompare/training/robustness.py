"""Robustness of a trained network: its error under perturbations of its inputs or recurrent weights."""

import numpy as np
import torch
from torch import nn

from rnncompare.training.disturbances import Disturbances
from rnncompare.training.loss import mean_squared_error, null_error


def robustness(
    network: nn.Module,
    inputs: np.ndarray,
    targets: np.ndarray,
    mask: np.ndarray,
    disturbances: Disturbances,
    *,
    seed: int,
) -> list[dict]:
    """Error under perturbations, mean and SD over repeats, in % of the error of the null model (mean of each output).

    inputs (trial, time, input), targets (trial, time, output), mask (trial, time).
    'inputs': u_t + s |u_t| v, with |u_t| the norm over inputs and v drawn from U(0, 1) for each trial and input, which
    has a positive mean. 'inputs_zero_mean': the same with v from U(-1/2, 1/2), which has the same spread.
    'recurrent': J + N(0, (s mean |J|)^2), relative to the network's own weights. 'recurrent_absolute': J + N(0, s^2),
    the same for networks whose weights differ in size.
    Each repeat uses the same draws for all strengths, so that different strengths, and networks with the same seed, get
    the same perturbations. Strength 0 is the unperturbed network. (Sussillo et al. 2015; strengths and draws as in the
    Neuromatch course.)
    """
    scale = null_error(targets, mask) / 100
    weight = next(network.parameters())
    u, z, m = (
        torch.as_tensor(np.asarray(a), dtype=weight.dtype, device=weight.device) for a in (inputs, targets, mask)
    )
    of_inputs, repeats = disturbances.input_strengths, disturbances.repeats
    strengths = {
        "inputs": of_inputs, "inputs_zero_mean": of_inputs, "recurrent": disturbances.recurrent_strengths,
        "recurrent_absolute": disturbances.recurrent_sds,
    }  # fmt: skip
    rows = []
    with torch.no_grad():
        for variable, levels in strengths.items():
            for strength in dict.fromkeys([0.0, *map(float, levels)]):
                draws = [np.random.default_rng([seed, repeat]) for repeat in range(repeats if strength else 1)]
                outputs = disturbed(network, u, variable, strength, draws)
                errors = [float(mean_squared_error(each, z, m)) / scale for each in outputs]
                labels = {"variable": variable, "strength": strength, "repeats": repeats}
                sd = float(np.std(errors, ddof=1)) if strength else 0.0
                rows += [
                    {"statistic": "error_mean", "value": float(np.mean(errors)), **labels},
                    {"statistic": "error_sd", "value": sd, **labels},
                ]
    return rows


def disturbed(
    network: nn.Module, u: torch.Tensor, variable: str, strength: float, draws: list[np.random.Generator]
) -> torch.Tensor:
    """Outputs (repeat, trial, time, output) of the network under the perturbation of each of `draws`.

    All repeats are simulated at once, because short products take less time than calling them.
    """
    if variable.startswith("recurrent"):
        weights = network.effective_recurrent_weights()
        noise = _stacked([draw.standard_normal(weights.shape) for draw in draws], u)
        size = weights.abs().mean() if variable == "recurrent" else 1.0
        return network(u, recurrent=weights + strength * size * noise)[1]
    v = _stacked([draw.random((u.shape[0], 1, u.shape[2])) for draw in draws], u)
    size = u.norm(dim=2, keepdim=True)
    moved = u + strength * size * (v - (0.5 if variable == "inputs_zero_mean" else 0.0))
    return network(moved.flatten(0, 1))[1].unflatten(0, (len(draws), len(u)))


def _stacked(drawn: list[np.ndarray], like: torch.Tensor) -> torch.Tensor:
    """The draws with a first axis repeat, as a tensor of the type of `like`."""
    return torch.as_tensor(np.stack(drawn), dtype=like.dtype, device=like.device)
