"""The text that stands for a figure has its numbers."""

import pandas as pd
import pytest
from figures.made_up import made_up_tables

from rnncompare.figures import draw
from rnncompare.report.alternative import MOST, alternative
from rnncompare.report.formats import score


def test_means_are_listed_with_their_intervals_and_numbers_of_networks():
    rows = [{"model": "trained", "measure": "cca", "statistic": "mean", "mean": 0.61, "low": 0.5, "high": 0.7}]
    rows += [{"model": "only_rates", "measure": "cka", "statistic": "cka", "mean": -0.2}]
    said = alternative("Similarity.", pd.DataFrame(rows).assign(seeds=[8, 2]))
    first = "trained, CCA, mean: 0.61 (0.50 to 0.70, n 8)"
    assert said == f"Similarity. Mean: {first}; only rates, CKA, CKA: −0.20 (n 2)."


def test_of_many_means_the_number_of_the_others_is_said():
    said = alternative("Similarity.", pd.DataFrame({"mean": [0.5] * (MOST + 3)}))
    assert said.count("0.50") == MOST and said.endswith("; 3 more values are in the source data.")


def test_of_single_values_the_range_is_said():
    said = alternative("Units.", pd.DataFrame({"value": [0.25, 0.5, 0.75, None]}))
    assert said == "Units. 3 values from 0.25 to 0.75, median 0.50."


@pytest.mark.parametrize("name", ["verdict", "contrasts", "training"])
def test_every_kind_of_figure_is_described_with_a_number(name):
    _, data = draw(name, made_up_tables(), "reach")
    said = alternative("It shows this.", data)
    assert said.startswith("It shows this. ") and any(sign.isdigit() for sign in said) and len(said) < 2000


def test_the_first_mean_of_the_verdict_is_in_the_description_of_its_figure():
    _, data = draw("verdict", made_up_tables(), "reach")
    first = data[data["mean"].notna()].iloc[0]
    assert score(first["mean"]) in alternative("", data)
