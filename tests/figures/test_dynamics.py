"""The figure of dynamics: which intervals it draws."""

import numpy as np
import pytest
from figures.made_up import made_up_tables

from rnncompare.figures import draw


def bar(axis, row):
    """The ends of the interval that is drawn in a row of a panel."""
    (line,) = [line for line in axis.lines if list(line.get_ydata()) == [row, row]]
    return tuple(line.get_xdata())


def test_the_recording_has_the_interval_over_its_units_and_networks_that_over_networks():
    tables = made_up_tables()
    figure, _ = draw("dynamics", tables, "reach")
    (panel,) = [axis for axis in figure.axes if axis.get_xlabel().replace("\n", " ") == "highest frequency (Hz)"]
    shown = {"measure": "linear_dynamics", "statistic": "frequency", "study": "reach"}
    probes, summary = (
        table[(table[list(shown)] == list(shown.values())).all(axis=1)].set_index("model")
        for table in (tables["probes"], tables["summary"])
    )
    assert np.isnan(summary.loc["recording", "low"])
    assert bar(panel, 0) == pytest.approx(tuple(probes.loc["recording", ["low", "high"]]))
    assert bar(panel, 1) == pytest.approx(tuple(summary.loc["regularized", ["low", "high"]]))


def test_a_probe_without_intervals_of_units_has_none_for_the_recording():
    figure, _ = draw("dynamics", made_up_tables(), "reach")
    assert np.isnan(bar(figure.axes[0], 0)).all()
