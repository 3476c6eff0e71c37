"""Distances between networks by the rows of an analysis of their mechanisms, in the form of those of their activity."""

from collections.abc import Callable

import numpy as np
import pandas as pd

LABELS = ["study", "recording", "measure"]
CELL = ["variable", "strength"]  # of the rows of a mechanism; strength: the value of an input, if there are several
COLUMNS = [*LABELS, "model", "seed", "statistic", "value", "other_model", "other_seed"]


def mechanism_distances(rows: pd.DataFrame, distances: Callable) -> pd.DataFrame:
    """Distances between all networks in the rows of one mechanism of one study, in the order of their rows.

    rows: as in probes.csv. distances: the attribute of the mechanism, a function of values (network, cell, statistic)
    and the names of the statistics, which returns statistic -> (network, network); a cell is a context or, where rows
    have a strength, a context with one. The columns are those of network_distances.csv. Raises ValueError if a network
    lacks a value that another one has.
    """
    cells = [name for name in CELL if name in rows and rows[name].notna().any()]
    networks = list(dict.fromkeys(zip(rows["model"], rows["seed"], strict=True)))
    names = list(dict.fromkeys(rows["statistic"]))
    wide = rows.set_index(["model", "seed", *cells, "statistic"])["value"].unstack("statistic")[names]
    wide = wide.unstack(cells).loc[networks]
    if wide.isna().any(axis=None):
        lacking = wide.index[wide.isna().any(axis=1)][0]
        raise ValueError(
            f"distances by {rows['measure'].iloc[0]}: found no value of some {', '.join(cells)} for network "
            f"{lacking[1]} of {lacking[0]}, wanted the same rows of all networks"
        )
    values = wide.to_numpy(dtype=float).reshape(len(networks), len(names), -1).transpose(0, 2, 1)
    about = rows.iloc[0][LABELS].to_dict()
    parts = [_pairs(networks, name, matrix) for name, matrix in distances(values, names).items()]
    return pd.DataFrame([about | row for part in parts for row in part], columns=COLUMNS)


def _pairs(networks: list[tuple[str, int]], statistic: str, matrix: np.ndarray) -> list[dict]:
    """A row for each pair of networks."""
    return [
        {
            "model": networks[i][0],
            "seed": networks[i][1],
            "statistic": statistic,
            "value": float(matrix[i, j]),
            "other_model": networks[j][0],
            "other_seed": networks[j][1],
        }
        for i, j in zip(*np.triu_indices(len(networks), k=1), strict=True)
    ]
