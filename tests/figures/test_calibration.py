"""The calibration figure marks measures with too many false positives."""

from figures.made_up import made_up_tables

from rnncompare.figures import draw
from rnncompare.figures.calibration import FAILING


def test_measures_with_too_many_false_positives_are_red_and_no_others():
    table = made_up_tables()["calibration"]
    table = table[table["study"] == "reach"]
    figure, _ = draw("calibration", made_up_tables(), "reach")
    red = {float(x) for line in figure.axes[0].lines if line.get_color() == FAILING for x in line.get_xdata()}
    failing = table[table["failing"]]
    assert set(failing["measure"]) == {"cca_in_sample"}
    assert set(failing["false_positive_rate"]) <= red
    passing = table[~table["failing"] & ~table["false_positive_rate"].isin(failing["false_positive_rate"])]
    assert not set(passing["false_positive_rate"]) & red
