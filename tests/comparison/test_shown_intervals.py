"""Intervals are shown from four networks on, and never for fewer."""

import numpy as np
import pandas as pd
import pytest
from figures.made_up import made_up_tables

from rnncompare.comparison.shown_intervals import FEWEST, with_shown_intervals
from rnncompare.figures import draw
from rnncompare.verdict.sentences import sentences

ENDS = {"low": 0.1, "high": 0.9, "condition_low": 0.0, "prediction_high": 1.0}


def rows(**columns) -> pd.DataFrame:
    return pd.DataFrame([{"model": "trained", "mean": 0.5, "lowest": 7.0} | ENDS | columns])


def shown(table: pd.DataFrame, networks=("trained",)) -> bool:
    """Whether all ends of intervals are there; False if all are missing."""
    found = with_shown_intervals(table, networks)[list(ENDS)].notna().to_numpy()
    assert found.all() or not found.any()
    return bool(found.all())


@pytest.mark.parametrize("seeds", range(1, 9))
def test_networks_have_an_interval_from_four_on(seeds):
    assert shown(rows(seeds=seeds)) == (seeds >= FEWEST == 4)


@pytest.mark.parametrize(("seeds", "has"), [(1, True), (2, False), (3, False), (4, True)])
def test_a_source_that_is_no_network_and_was_drawn_once_keeps_its_interval_over_units(seeds, has):
    assert shown(rows(seeds=seeds, model="second_animal")) == has


@pytest.mark.parametrize("sizes", [{"seeds": 8, "minus_seeds": 3}, {"seeds": 24, "input_sets": 3}, {"networks": 2}])
def test_the_smallest_number_decides(sizes):
    assert not shown(rows(**sizes))
    assert shown(rows(**{name: max(number, 4) for name, number in sizes.items()}))


def test_rows_without_a_number_of_networks_and_other_columns_are_unchanged():
    without = rows(seeds=np.nan)
    pd.testing.assert_frame_equal(with_shown_intervals(without, ["trained"]), without)
    few = with_shown_intervals(rows(seeds=2), ["trained"])
    assert few[["mean", "seeds", "lowest"]].iloc[0].tolist() == [0.5, 2, 7.0]


def with_networks(count: int) -> dict[str, pd.DataFrame]:
    """The made-up tables, in which the numbers of networks of all models are `count`."""
    tables = dict(made_up_tables())
    for name in ("summary", "contrasts"):
        several = tables[name]["seeds"] > 1
        tables[name] = tables[name].assign(seeds=tables[name]["seeds"].mask(several, count))
    return tables


@pytest.mark.parametrize("name", ["verdict", "contrasts", "decoding"])
def test_figures_draw_no_interval_from_three_networks(name):
    ends = ["low", "high"]
    for count, drawn in ((3, False), (4, True)):
        _, data = draw(name, with_networks(count), "reach")
        means = data[data["seeds"].eq(count) & data["mean" if "mean" in data else "difference"].notna()]
        assert len(means) > 1
        assert means.reindex(columns=ends).notna().all(axis=1).any() == drawn


def test_the_sentences_of_a_verdict_state_no_interval_of_three_networks():
    evidence = made_up_tables()["verdict"]
    few = evidence.assign(networks=3, minus_networks=3)
    assert "[" in " ".join(sentences(evidence)) and "[" not in " ".join(sentences(few))
    assert "Brackets are" in sentences(evidence)[2]
    assert "No interval is stated for so few networks." in sentences(few)[2]
