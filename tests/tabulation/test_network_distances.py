"""Distances by the rows of mechanisms, in the form of those of activities."""

import numpy as np
import pandas as pd
import pytest

from rnncompare.tabulation.network_distances import COLUMNS, mechanism_distances

LABELS = {"study": "s", "recording": "", "measure": "topology"}
NETWORKS = [("b", 0), ("b", 1), ("a", 0)]


def rows_of(value, statistics=("stable", "slow"), levels=(-0.1, 0.1)) -> pd.DataFrame:
    """Rows of two contexts; value(network, context, level, statistic) gives their values."""
    rows = [
        LABELS | {"model": model, "seed": seed, "variable": context, "strength": level, "statistic": statistic}
        | {"value": value((model, seed), context, level, statistic)}
        for model, seed in NETWORKS for context in ("motion", "colour") for level in levels for statistic in statistics
    ]  # fmt: skip
    return pd.DataFrame(rows)


def largest_difference(values: np.ndarray, names: list[str]) -> dict[str, np.ndarray]:
    """For each statistic by its name, so that the test notices values of another statistic or cell."""
    return {name: np.abs(values[:, None, :, k] - values[None, :, :, k]).max(axis=-1) for k, name in enumerate(names)}


def test_every_pair_of_networks_has_a_row_of_each_statistic_in_the_order_of_the_rows():
    place = {network: k for k, network in enumerate(NETWORKS)}
    rows = rows_of(lambda n, c, level, s: place[n] * (10 if s == "slow" else 1) * (level > 0) * (c == "colour"))
    found = mechanism_distances(rows, largest_difference)
    assert list(found) == COLUMNS and set(found["measure"]) == {"topology"}
    pairs = found[["model", "seed", "other_model", "other_seed"]].to_numpy().tolist()
    assert pairs == [["b", 0, "b", 1], ["b", 0, "a", 0], ["b", 1, "a", 0]] * 2
    assert found["statistic"].tolist() == ["stable"] * 3 + ["slow"] * 3
    assert found["value"].tolist() == [1, 2, 1, 10, 20, 10]


def test_both_statistics_of_a_cell_stay_together():
    """A value is its cell's number, and ten more for the second statistic."""
    cells = {("motion", -0.1): 1, ("motion", 0.1): 2, ("colour", -0.1): 3, ("colour", 0.1): 4}
    rows = rows_of(lambda n, c, level, s: cells[c, level] + 10 * (s == "slow")).sample(frac=1, random_state=0)
    seen = []
    mechanism_distances(rows, lambda values, names: seen.append((values, names)) or {})
    ((values, names),) = seen
    assert (np.sort(values[..., names.index("stable")]) == [1, 2, 3, 4]).all()
    assert (values[..., names.index("slow")] == values[..., names.index("stable")] + 10).all()
    assert (values == values[0]).all()


def test_rows_without_levels_have_a_cell_for_each_context():
    rows = rows_of(lambda n, c, level, s: 1.0, levels=(np.nan,))
    shapes = []
    mechanism_distances(rows, lambda values, names: shapes.append(values.shape) or {})
    assert shapes == [(3, 2, 2)]


def test_a_network_that_lacks_a_value_is_named():
    rows = rows_of(lambda n, c, level, s: 1.0)
    with pytest.raises(ValueError, match="distances by topology: found no value of some variable, strength for networ"):
        mechanism_distances(rows.iloc[:-1], largest_difference)
