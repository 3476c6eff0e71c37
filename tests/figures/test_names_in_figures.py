"""Names in figures are plain text, even if they contain mathematical notation."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from rnncompare import activity, figures, plugins
from rnncompare.drawing.canvas import page, styled
from rnncompare.figures.robustness import _axis
from rnncompare.tabulation import tables

NAMES = ["$\\alpha$", "a$b", "$x_{", "\\frac{1}{2}", "left_1^2"]


def overview(names):
    rng = np.random.default_rng(0)
    data = activity.build(
        rng.standard_normal((10, 20, 5)) + 9,
        time=np.arange(20) * 0.01,
        unit=names,
        condition=names * 2,
        behavior=rng.standard_normal((10, 20, 5)),
        channel=names,
        per_unit={"area": np.array(names)},
        rate_units="spikes/s",
        alignment="$t_0$",
        behavior_units="$m$",
    )
    view = plugins.bind("views", {"use": "overview", "units": 4, "trials": 160, "channels": 4}, "check")
    table = tables.label(view({"recording": [data]}), {"study": "$s"})
    figure, _ = figures.draw("overview", {"overview": table}, "$s")
    with styled():
        figure.draw_without_rendering()
    return figure


def test_a_dollar_in_a_name_is_shown_as_a_dollar():
    figure = overview(NAMES)
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    assert any("$" in text.get_text() for text in texts)
    assert not any(text.get_parse_math() for text in texts)


@pytest.mark.parametrize("name", sorted(plugins.available("figures")))
def test_no_figure_uses_mathematical_text(name):
    text = (plugins.PACKAGE / f"figures/{name}.py").read_text()
    assert "$" not in text.replace("contain a $", "")


def test_a_logarithmic_axis_has_plain_numbers():

    with styled():
        figure = page(50)
        axis = figure.subplots()
        axis.plot([0.1, 1, 10], [20, 30, 80])
        _axis(axis, "inputs", {0.1: 0.1, 1.0: 1.0})
        axis.yaxis.set_major_formatter("{x:g}")
        figure.draw_without_rendering()
        shown = [t.get_text() for t in [*axis.get_yticklabels(which="both"), *axis.get_xticklabels(which="both")]]
    assert any(shown) and not any("$" in text for text in shown)
    assert pd.to_numeric(pd.Series([text for text in shown if text])).gt(0).all()
