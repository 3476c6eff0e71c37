"""Networks of the right kind are distinguished from rings by the interval over networks and conditions."""

import numpy as np
import pytest
from calibration.small_calibration import COMPARISON, NOTHING, alike, noise, small

from rnncompare.calibration import Simulations, calibrate_chunk, calibration_curves
from rnncompare.comparison.measure_card import MeasureCard


def rates_are_positive(pair) -> dict[str, np.ndarray]:
    """1 for networks and 0 for rings, whose rates are also negative."""
    return {"positive": np.full(len(pair.orders), float(pair.x.min() >= 0))}


def rates_are_negative(pair) -> dict[str, np.ndarray]:
    return {"negative": np.full(len(pair.orders), float(pair.x.min() < 0))}


def in_favour_of_rings(pair) -> dict[str, np.ndarray]:
    return {"rings": rates_are_negative(pair)["negative"]}


rates_are_negative.card = MeasureCard(lower_is_better=("negative",))


def rows_of(made_up, measures, **work):
    simulations = Simulations(**NOTHING | {"condition_counts": [5, 40], "condition_recordings": 4} | work)
    frame = {"comparison": COMPARISON, "seed": 0, "chunk": 0, "chunks": 1}
    return calibrate_chunk(small(made_up), measures, simulations, **frame)


def test_the_favoured_source_is_the_one_with_the_better_score(made_up):
    measures = {"positive": rates_are_positive, "negative": rates_are_negative, "rings": in_favour_of_rings}
    rows = rows_of(made_up, measures)
    assert rows.groupby("condition_count").size().to_dict() == {5: 12, 40: 12}
    found = rows.groupby("measure")[["value", "favoured"]].agg(["min", "max"])
    for name, sign in (("positive", 1), ("negative", 1), ("rings", -1)):
        assert found.loc[name].tolist() == [sign] * 4
    curves = calibration_curves(rows).set_index(["measure", "condition_count"])
    assert curves.loc[("positive", 40), ["pairs", "rate", "ring_rate", "mean"]].tolist() == [4, 1, 0, 1]
    assert curves.loc[("rings", 5), ["pairs", "rate", "ring_rate", "mean"]].tolist() == [4, 0, 1, -1]


def test_noise_favours_neither_in_most_recordings(made_up):
    rows = rows_of(made_up, {"noise": noise}, condition_counts=[8], condition_recordings=40)
    assert (rows["favoured"] != 0).mean() < 0.15


def test_only_some_of_the_measures_are_used(made_up):
    rows = rows_of(made_up, {"alike": alike, "noise": noise}, condition_measures=["alike"], null_pairs=1)
    assert set(rows.loc[rows["part"] == "conditions", "measure"]) == {"alike"}
    assert set(rows.loc[rows["part"] == "unrelated", "measure"]) == {"alike", "noise"}


@pytest.mark.parametrize("counts", [[4], [8, 8]])
def test_invalid_numbers_of_directions_are_refused(counts):
    with pytest.raises(ValueError, match=r"^calibration\.condition_counts"):
        Simulations(**NOTHING | {"condition_counts": counts})
