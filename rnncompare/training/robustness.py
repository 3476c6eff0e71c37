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
                draws = (np.random.default_rng([seed, repeat]) for repeat in range(repeats if strength else 1))
                errors = [
                    float(mean_squared_error(disturbed(network, u, variable, strength, draw), z, m)) / scale
                    for draw in draws
                ]
                labels = {"variable": variable, "strength": strength, "repeats": repeats}
                sd = float(np.std(errors, ddof=1)) if strength else 0.0
                rows += [
                    {"statistic": "error_mean", "value": float(np.mean(errors)), **labels},
                    {"statistic": "error_sd", "value": sd, **labels},
                ]
    return rows


def disturbed(
    network: nn.Module, u: torch.Tensor, variable: str, strength: float, draw: np.random.Generator
) -> torch.Tensor:
    """Outputs (trial, time, output) of the network under one perturbation."""
    if variable.startswith("recurrent"):
        weights = network.effective_recurrent_weights()
        noise = torch.as_tensor(draw.standard_normal(weights.shape), dtype=u.dtype, device=u.device)
        size = weights.abs().mean() if variable == "recurrent" else 1.0
        return network(u, recurrent=weights + strength * size * noise)[1]
    v = draw.random((u.shape[0], 1, u.shape[2])) - (0.5 if variable == "inputs_zero_mean" else 0.0)
    size = u.norm(dim=2, keepdim=True)
    return network(u + strength * size * torch.as_tensor(v, dtype=u.dtype, device=u.device))[1]
