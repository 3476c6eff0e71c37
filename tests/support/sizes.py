"""Made-up tables of networks with different numbers of units, whose values are known."""

import numpy as np
import pandas as pd

UNITS = {"parent": 200, "half": 100, "fifth": 40, "random_half": 100, "own_half": 100, "own_fifth": 40}
FAMILY = {"parent": "trained", "half": "loadings", "fifth": "loadings", "random_half": "random"}
SEEDS = 5
DISTANT = {"parent": 0.0, "half": 0.1, "fifth": 0.3, "random_half": 0.5, "own_half": 0.6, "own_fifth": 0.7}


def sizes() -> list[dict]:
    families = {model: FAMILY.get(model, "trained") for model in UNITS}
    return [{"parent": "parent", "family": families[m], "model": m, "units": units} for m, units in UNITS.items()]


def sized_tables(study: str = "reach") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """training.csv, probes.csv, similarity.csv and network_distances.csv of five networks of each model."""
    rng, labels = np.random.default_rng(0), {"study": study, "recording": "made_up_m1"}
    networks = [(model, seed) for model in UNITS for seed in range(SEEDS)]
    training = [
        {"model": m, "seed": k, "step": step, "error": error}
        for m, k in networks
        for step, error in ((0, 1.0), (10, 5 / UNITS[m] + 0.001 * k))
    ]
    probes = [
        {"model": m, "seed": k, "measure": "participation_ratio", "statistic": "participation_ratio"}
        | {"condition_independent": signal, "value": rng.normal(np.log(UNITS[m]), 0.1) + (signal == "kept")}
        for m, k in networks
        for signal in ("removed", "kept")
    ]
    probes += [
        {"model": m, "seed": k, "measure": "temporal_scaling", "statistic": s, "value": rng.normal(0.6, 0.05)}
        for m, k in networks
        for s in ("ramp", "scaling", "absolute")
    ]
    probes += [
        {"model": m, "seed": k, "measure": "produced_interval", "statistic": "mean_produced", "strength": t, "value": t}
        for m, k in networks
        for t in (0.5, 0.9)
    ]
    similarity = [
        {"model": m, "seed": k, "measure": "cka", "statistic": s, "value": rng.normal(0.5, 0.05)}
        | {"condition_independent": "removed", "null_95": 0.3, "null_mean": 0.1}
        for m, k in networks
        for s in ("cka", "debiased")
    ]
    distances = [
        {"model": one[0], "seed": one[1], "other_model": other[0], "other_seed": other[1]}
        | {"measure": "procrustes", "statistic": "angle", "value": _distance(one, other)}
        for i, one in enumerate(networks)
        for other in networks[i + 1 :]
    ]
    return tuple(pd.DataFrame([labels | row for row in rows]) for rows in (training, probes, similarity, distances))


def _distance(one: tuple[str, int], other: tuple[str, int]) -> float:
    """Networks of the same seed are as far apart as their models; all others have a distance of .7."""
    return DISTANT[other[0]] + 0.01 * one[1] if one[1] == other[1] and one[0] == "parent" else 0.7
