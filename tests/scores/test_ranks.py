"""Ranks: ranges contain the true ranks whenever intervals contain the true scores, and the rules say who is ranked."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scores.made_up_runs import HALF, MEANS, run_of, similarity_of, summary_of

from rnncompare.scores.finished import finished
from rnncompare.scores.ranks import rank_ranges, ranked
from rnncompare.scores.rows import scores


def column(**columns) -> pd.DataFrame:
    """Rows in one column of a table, without ranks."""
    n = len(next(iter(columns.values())))
    same = {"recording": "m1", "settings": "s", "measure": "m", "options": "o", "statistic": "t", "role": "model"}
    same |= {"lower_is_better": False, "trained_on": np.nan, "components": np.nan, "conditions": 8, "times": 9}
    same |= {"networks": 8, "kind": "k", "mean": 0.0, "low": 0.0, "high": 1.0}
    return pd.DataFrame({"model": [f"m{k}" for k in range(n)], **same} | columns)


def test_if_every_interval_contains_its_true_score_every_true_rank_is_in_its_range():
    rng = np.random.default_rng(0)
    for _ in range(500):
        n = rng.integers(1, 12)
        true = rng.standard_normal(n)
        low, high = true - rng.exponential(0.5, n), true + rng.exponential(0.5, n)
        ranks = 1 + (true[None] > true[:, None]).sum(axis=1)
        best, worst = rank_ranges(low, high)
        assert (best <= ranks).all() and (ranks <= worst).all()


def test_a_range_is_no_wider_than_the_ranks_that_true_scores_in_the_intervals_can_have():
    rng = np.random.default_rng(1)
    for _ in range(60):
        n = rng.integers(2, 6)
        low = rng.standard_normal(n)
        high = low + rng.exponential(0.7, n)
        best, worst = rank_ranges(low, high)
        for k in range(n):  # the others at the ends of their intervals, and this one at its own
            top = 1 + (low[np.arange(n) != k] > high[k]).sum()
            bottom = 1 + (high[np.arange(n) != k] > low[k]).sum()
            assert (best[k], worst[k]) == (top, bottom)


@pytest.mark.parametrize("lower", [False, True])
def test_disjoint_intervals_have_one_rank_each_and_equal_ones_all_ranks(lower):
    ends = np.array([[0.0, 0.1], [0.4, 0.5], [0.2, 0.3]])
    rows = ranked(column(low=ends[:, 0], high=ends[:, 1], lower_is_better=[lower] * 3))
    expected = [1, 3, 2] if lower else [3, 1, 2]
    assert rows.rank_best.tolist() == rows.rank_worst.tolist() == expected and (rows.of == 3).all()
    same = ranked(column(low=[0.2] * 3, high=[0.3] * 3, lower_is_better=[lower] * 3))
    assert (same.rank_best == 1).all() and (same.rank_worst == 3).all()


def test_the_order_of_rows_does_not_change_ranks():
    rng = np.random.default_rng(2)
    low = rng.standard_normal(4)
    rows = column(low=low, high=low + 0.5)
    first = ranked(rows).set_index("model")[["rank_best", "rank_worst"]]
    for order in itertools.permutations(range(4)):
        again = ranked(rows.iloc[list(order)].reset_index(drop=True)).set_index("model")
        pd.testing.assert_frame_equal(again.loc[first.index, ["rank_best", "rank_worst"]], first)


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"trained_on": "m1: 0.5 of units"}, "trained on this recording"),
        ({"components": 3}, "3 components, others 10"),
        ({"times": 4}, "4 times, others 9"),
        ({"conditions": 7}, "7 conditions, others 8"),
        ({"low": np.nan}, "no interval, which needs 4 networks or draws"),
        ({"role": "reference"}, "reference"),
        ({"role": "description"}, "reference"),
    ],
)
def test_a_source_that_is_not_comparable_is_not_ranked_and_does_not_change_other_ranks(change, reason):
    rows = column(low=[0.0, 0.4, 0.2], high=[0.1, 0.5, 0.3], components=[10.0] * 3).astype({"trained_on": object})
    rows = pd.concat([rows, column(low=[9.0], high=[9.5], components=[10.0], model=["x"])], ignore_index=True)
    for name, value in change.items():
        rows[name] = rows[name].astype(object)
        rows.loc[3, name] = value
    found = ranked(rows)
    assert found.not_ranked.tolist() == ["", "", "", reason]
    assert found.rank_best.tolist()[:3] == [3, 1, 2] and found.rank_best.isna()[3] and (found.of[:3] == 3).all()


def test_a_reference_with_fewer_times_says_so():
    rows = column(low=[0.0, 0.2], high=[0.1, 0.3], times=[9, 4], role=["model", "reference"])
    assert ranked(rows).differs.tolist() == ["", "4 times, others 9"]


def test_sizes_of_references_do_not_exclude_models():
    rows = column(low=[0.0, 0.2], high=[0.1, 0.3], components=[4.0, 10.0], role=["model", "reference"])
    assert ranked(rows).not_ranked.tolist() == ["", "reference"]


@pytest.mark.parametrize("name", ["recording", "settings", "measure", "options", "statistic"])
def test_what_differs_in_anything_that_scores_must_share_is_ranked_apart(name):
    rows = column(low=[0.0, 0.2], high=[0.1, 0.3])
    rows[name] = ["one", "other"]
    found = ranked(rows)
    assert (found.rank_best == 1).all() and (found.rank_worst == 1).all() and (found.of == 1).all()


def test_the_same_result_in_two_runs_counts_once():
    rows = column(low=[0.2, 0.0, 0.2], high=[0.3, 0.1, 0.3], mean=[0.25, 0.05, 0.25], model=["a", "b", "a"])
    found = ranked(rows)
    assert found.rank_best.tolist() == [1, 2, 1] == found.rank_worst.tolist() and (found.of == 2).all()


def test_models_controls_and_references_of_a_run_are_ranked_by_intervals_of_their_scores(tmp_path):
    table = scores([finished(run_of(tmp_path / "a"))])
    of = table[table.measure == "ridge"].set_index("model")
    assert of["not_ranked"].to_dict() == {"halves": "reference", "other_animal": "reference"} | dict.fromkeys(
        ["trained", "untrained", "mine", "ring"], ""
    )
    for model in ("trained", "untrained", "mine", "ring"):
        others = [v for m, v in MEANS.items() if m in ("trained", "untrained", "mine", "ring") and m != model]
        assert of.rank_best[model] == 1 + sum(v - HALF > MEANS[model] + HALF for v in others)
        assert of.rank_worst[model] == 4 - sum(v + HALF < MEANS[model] - HALF for v in others)
    angles = table[table.measure == "procrustes"].set_index("model")  # 1.5 minus the mean: the same order
    assert angles.rank_best.equals(of.rank_best) and angles.rank_worst.equals(of.rank_worst)


def test_networks_that_were_trained_on_the_recording_are_marked_by_the_column_of_the_summary(tmp_path):
    summary = summary_of(MEANS, trained_on={"mine": "m1: 0.5 of units"})
    table = scores([finished(run_of(tmp_path / "a", summary=summary))])
    found = table.drop_duplicates("model").set_index("model")
    assert found.not_ranked["mine"] == "trained on this recording" and found.not_ranked["trained"] == ""
    assert (table.of.dropna() == 3).all()
    assert (table.margin.isna() == table.model.isin(["mine", "ring"])).all()


def test_fewer_than_four_networks_have_no_interval_and_no_rank(tmp_path):
    summary = summary_of(MEANS)
    summary.loc[summary.model == "mine", "seeds"] = 3
    table = scores([finished(run_of(tmp_path / "a", summary=summary, similarity=similarity_of(summary)))])
    mine = table[table.model == "mine"]
    assert mine.low.isna().all() and mine.rank_best.isna().all() and mine.not_ranked.str.startswith("no interval").all()


def test_sources_that_were_trained_on_the_recording_do_not_decide_what_the_others_lack():
    rows = column(components=[9.0, 4.0, 4.0], trained_on=["m1: 0.5 of units", np.nan, np.nan])
    found = ranked(rows)
    assert found["differs"].tolist() == ["", "", ""]
    assert found["not_ranked"].tolist() == ["trained on this recording", "", ""] and found["of"].max() == 2
