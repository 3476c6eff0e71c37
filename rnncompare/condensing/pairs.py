"""Pairs of units that are merged one after another: similar ones, or, as the control, ones that are drawn at random.

Unit j of a pair is removed, and unit i, which stays, receives its outgoing weights. The outputs are unchanged if both
units always have the same rate.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from rnncompare.plugins import BadOption

CRITERIA = ("loadings", "correlation", "random")
WHERE = "condensing"


def pairs(
    rates: np.ndarray,
    *,
    outputs: int,
    by: Literal["loadings", "correlation", "random"],
    merges: int,
    components: int | None,
    seed: int,
) -> Iterator[tuple[int, int]]:
    """Yield the pair of each of `merges` merges: positions of the unit that stays and of the one that is removed.

    Positions are those among the units that are left, in their order; the first one of a pair stays. rates (trial,
    time, unit): those by which units are compared; they are not computed anew, so that each unit that stays keeps its
    own rate. outputs: of the network; as many units must remain.

    by: 'loadings' merges the two units whose loadings on the first `components` principal components of the rates are
    closest (Euclidean distance); 'correlation' those with the highest correlation of rates; 'random' two units drawn
    with `seed`, the control. components must be None for the latter two. Raises BadOption.
    """
    units = rates.shape[-1]
    check_pairs(units, outputs, by, merges, components)
    cost = costs(rates.reshape(-1, units).astype(float), by, components, seed)
    left = np.arange(units)
    for _ in range(merges):
        among = cost[np.ix_(left, left)]
        kept, gone = sorted(np.unravel_index(int(np.argmin(among)), among.shape))
        left = np.delete(left, gone)
        yield int(kept), int(gone)


def costs(samples: np.ndarray, by: str, components: int | None, seed: int) -> np.ndarray:
    """How unlike each two units are (unit, unit), infinite on the diagonal; samples (sample, unit)."""
    centred = samples - samples.mean(axis=0)
    if by == "loadings":
        _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
        loadings = (sizes[:components, None] * axes[:components]).T
        found = np.linalg.norm(loadings[:, None] - loadings[None], axis=2)
    elif by == "correlation":
        sizes = np.linalg.norm(centred, axis=0)
        scaled = centred / np.where(sizes > 0, sizes, 1.0)  # a constant rate is correlated with none
        found = 1 - scaled.T @ scaled
    else:
        found = np.random.default_rng(seed).random((samples.shape[1],) * 2)
        found = np.triu(found, 1) + np.triu(found, 1).T
    return found + np.where(np.eye(samples.shape[1], dtype=bool), np.inf, 0.0)


def outgoing(weights, kept: int, gone: int):
    """Outgoing weights (.., unit) after a merge, an array or a tensor: those of `gone` are added to those of `kept`."""
    stay = staying(weights.shape[1], gone)
    made = weights[:, stay]  # a copy
    made[:, stay.index(kept)] += weights[:, gone]
    return made


def staying(units: int, gone: int) -> list[int]:
    """The positions of the units that stay."""
    return [k for k in range(units) if k != gone]


def check_pairs(units: int, outputs: int, by: str, merges: int, components: int | None) -> None:
    """Raise BadOption for merges that are not possible with so many units, or options that do not belong together."""
    if by not in CRITERIA:
        raise BadOption(f"{WHERE}: found by {by!r}, wanted one of {', '.join(CRITERIA)}")
    if not 1 <= merges <= units - outputs:
        raise BadOption(
            f"{WHERE}: found {merges} merges of {units} units, wanted 1 to {units - outputs}, so that at least as many "
            f"units as outputs ({outputs}) remain"
        )
    if by == "loadings" and not (components is not None and 1 <= components <= units):
        raise BadOption(f"{WHERE}: found components {components} by loadings, wanted 1 to {units}, the number of units")
    if by != "loadings" and components is not None:
        raise BadOption(f"{WHERE}: found components {components} by {by}, wanted None")


def check_network(network: Mapping, where: str) -> None:
    """Raise BadOption for the options of a network, {"use": .., ..}, whose units cannot be merged."""
    if network["use"] != "leaky" or network.get("connectivity") is not None or network.get("masks"):
        kind = "leaky with connectivity or masks" if network["use"] == "leaky" else network["use"]
        raise BadOption(
            f"{where}: found a network of the kind {kind}, wanted leaky without connectivity and masks: units of other "
            "networks, and of areas, signs or masks, cannot be merged"
        )
