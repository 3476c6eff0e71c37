"""The table of what networks share, beside its statistics computed from matrices."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from rnncompare.statistics.clusters import clustering
from rnncompare.tabulation.universality import COLUMNS, distance_matrix, universality

LABELS = {"study": "s", "recording": np.nan, "measure": "m"}  # as read from the table of a study without recordings
MODELS = ["a", "b", "u"]
STAGES = {"trained": ["a", "b"], "untrained": ["u"]}


def rows_of(distance, networks=3, statistic="t") -> pd.DataFrame:
    """A row for each pair of networks of all models; distance(one, other) gives its value."""
    every = [(model, k) for model in MODELS for k in range(networks)]
    return pd.DataFrame(
        [
            LABELS | {"model": one[0], "seed": one[1], "statistic": statistic, "value": distance(one, other)}
            | {"other_model": other[0], "other_seed": other[1]}
            for one, other in combinations(every, 2)
        ]
    )  # fmt: skip


def table(rows, untrained=None, sharing=None, **sets) -> pd.DataFrame:
    about = {"s": {"all": STAGES} | sets}, {"s": untrained or {}}, {"s": 99}
    return universality(rows, *about, seed=0, sharing=sharing)


def test_rows_of_a_stage_are_about_its_networks_alone():
    rng = np.random.default_rng(0)
    rows = rows_of(lambda one, other: 9.0 if "u" in (one[0], other[0]) else rng.uniform(1, 2))
    trained, untrained = table(rows).itertuples()
    assert (trained.stage, trained.models, trained.networks) == ("trained", 2, 6)
    assert (untrained.stage, untrained.models, untrained.networks) == ("untrained", 1, 3)
    assert untrained.within == 9 and np.isnan(untrained.between)
    own = rows[rows["model"].isin(["a", "b"]) & rows["other_model"].isin(["a", "b"])]
    networks, matrix = distance_matrix(own)
    assert networks == [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("b", 2)]
    theirs = clustering(matrix, np.repeat([0, 1], 3), np.tile([0, 1, 2], 2), draws=99, seed=0)
    assert {name: getattr(trained, name) for name in theirs} == pytest.approx(theirs)


def test_trained_networks_are_compared_with_the_untrained_networks_of_their_own_kind():
    def distance(one, other):
        return {("a", "u"): 3.0, ("b", "u"): 5.0}.get((one[0], other[0]), 1.0) + 0.1 * (one[1] == other[1])

    both, first = (table(rows_of(distance), of).iloc[0] for of in ({"a": "u", "b": "u"}, {"a": "u"}))
    assert both["to_untrained"] == pytest.approx(4 + 0.1 / 3) and first["to_untrained"] == pytest.approx(3 + 0.1 / 3)
    assert first["to_untrained_low"] < first["to_untrained"] < first["to_untrained_high"]
    found = table(rows_of(distance), {"a": "u"})
    assert found["to_untrained"].isna().tolist() == [False, True]
    assert table(rows_of(distance))["to_untrained"].isna().all()


def test_networks_with_the_same_seed_are_not_compared_if_their_models_share_inputs_or_ancestors():
    def distance(one, other):
        return (
            0.0
            if one[1] == other[1]
            else {("a", "b"): 2.0, ("a", "u"): 3.0, ("b", "u"): 4.0}.get((one[0], other[0]), 1.0)
        )

    trained = [
        table(rows_of(distance), {"a": "u", "b": "u"}, {"s": groups}).iloc[0]
        for groups in ([], [["a", "b"]], [["b", "u"], ["a", "u"]])
    ]
    assert [row["within"] for row in trained] == [1, 1, 1]
    assert [row["between"] for row in trained] == pytest.approx([2 * 6 / 9, 2, 2 * 6 / 9])
    assert [row["to_untrained"] for row in trained] == pytest.approx([3.5 * 6 / 9, 3.5 * 6 / 9, 3.5])
    assert trained[1]["silhouette"] == pytest.approx(1 / 2)  # distances of 1 within and 2 between


def test_statistics_are_kept_apart_and_no_rows_are_a_table_without_rows():
    rows = pd.concat([rows_of(lambda one, other, v=v: v, statistic=s) for s, v in (("t", 1.0), ("v", 2.0))])
    found = table(rows)
    assert found[["statistic", "stage", "within"]].values.tolist() == [
        ["t", "trained", 1], ["t", "untrained", 1], ["v", "trained", 2], ["v", "untrained", 2],
    ]  # fmt: skip
    assert list(table(rows[:0])) == COLUMNS and len(table(rows[:0])) == 0


def test_a_set_is_about_its_models_and_their_own_untrained_models_alone():
    def distance(one, other):
        return {("a", "u"): 3.0, ("b", "u"): 5.0}.get((one[0], other[0]), 1.0)

    found = table(rows_of(distance), {"a": "u", "b": "u"}, first={"trained": ["a"], "untrained": ["u"]})
    assert found[["set", "stage", "models", "to_untrained"]].fillna(0).values.tolist() == [
        ["all", "trained", 2, 4], ["all", "untrained", 1, 0], ["first", "trained", 1, 3], ["first", "untrained", 1, 0],
    ]  # fmt: skip


def test_a_pair_without_a_distance_is_named():
    rows = rows_of(lambda one, other: 1.0)
    with pytest.raises(ValueError, match="found no distance by m, t between network 0 of a and network 1 of a"):
        table(rows.iloc[1:])
