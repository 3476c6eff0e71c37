"""The figure of training without a criterion."""

from figures.made_up import made_up_tables

from rnncompare.figures import draw


def test_networks_without_a_criterion_neither_reach_nor_miss_it():
    tables = made_up_tables()
    training = tables["training"].drop(columns=["stop_at", "stop_correct"], errors="ignore")
    figure, data = draw("training", tables | {"training": training}, "reach")
    assert not any(" of " in axis.get_title() for axis in figure.axes)
    assert all(line.get_marker() in ("", "None", None) for axis in figure.axes for line in axis.lines)
    assert "stopped" not in data
    figure, data = draw("training", tables, "reach")
    assert any(" of " in axis.get_title() for axis in figure.axes) and "stopped" in data
