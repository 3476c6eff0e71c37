"""Rates of decay and growth of the leading modes at the end of the stimulus."""

import numpy as np
import xarray as xr

from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.fixed_points.modes import Modes, eigenvalues
from rnncompare.fixed_points.starts import trajectories
from rnncompare.linearisation.contexts import contexts
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Count, Seed
from rnncompare.plugins import BadOption
from rnncompare.statistics.bounds import ANY


def modes(data: xr.Dataset, network: NoisyDynamics, task: xr.Dataset, *, seed: Seed, leading: Count) -> list[dict]:
    """Rates of the leading modes of the linearised map at the end of a stimulus without evidence, in each context.

    leading: number of modes, from the largest modulus |mu| of an eigenvalue of the Jacobian of one step to smaller
    ones; both eigenvalues of a complex pair count. The state is that of the trajectory without noise at the last time
    of the stimulus, when both stimuli are 0, and the inputs are the context alone. seed: not used.

    Rows for each context (`variable`): rate_K, ln |mu| / dt of the K-th mode, 1 / s; moduli below 1e-3 count as 1e-3.
    Raises BadOption, BadActivity.
    """
    dynamics, rows = network.dynamics, []
    if leading > dynamics.state_size:
        raise BadOption(f"modes: found leading {leading}, wanted at most the {dynamics.state_size} states of a network")
    for context in contexts(task):
        end = np.flatnonzero(context.stimulus)[-1]
        x = trajectories(dynamics, context.without_evidence[None])[0, end]
        found = Modes(eigenvalues(dynamics.jacobian(x[None], context.without_evidence[end])[0]), network.dt)
        rows += [
            {"variable": context.name, "statistic": f"rate_{k}", "value": float(rate)}
            for k, rate in enumerate(found.rates[:leading], 1)
        ]
    return rows


def differing_rates(rates: np.ndarray, names: list[str]) -> dict[str, np.ndarray]:
    """Distances (network, network) from rates (network, context, mode): the mean absolute difference, 1 / s."""
    return {"rate": np.abs(rates[:, None] - rates[None]).mean(axis=(-2, -1))}


modes.of_tasks = ("contexts", "context_integration")  # see study.mechanism_checks
modes.distances = differing_rates
modes.card = MeasureCard(
    formula="ln |mu| / dt of the eigenvalues mu of dF/dx with the largest moduli, for the map F of one step of dt",
    statistics={"rate_K": "rate of the K-th mode, 1 / s: negative if it decays"},
    bounds={"rate_K": ANY},
    zero="the mode neither grows nor decays",
    one="",
    cost="contexts x (time steps x variables^2 + variables^3)",
    pitfalls="Frequencies are not included. The state at the end of the stimulus is not a fixed point, and a network "
    "that decides without evidence is then far from the states of a trial with evidence. Gated networks keep more slow "
    "modes than leaky ones whether they are trained or not: compare with untrained networks.",
    reference="Maheswaranathan et al. 2019",
)
