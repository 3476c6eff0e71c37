"""Requirements of every figure, including new ones: size, legibility, source data, errors and reproducible bytes."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from figures.made_up import made_up_tables
from figures.studies import drawn_first, shown_of
from matplotlib.text import Text

from rnncompare import figures, plugins
from rnncompare.figures import draw, save

NAMES = plugins.available("figures")
VECTOR = {".svg": figures.METADATA[".svg"]}  # the other formats take most of the time
MM = 25.4


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def drawn(name):
    """Return a figure with computed layout, and its source data."""
    figure, data = drawn_first(name)
    figure.draw_without_rendering()
    return figure, data


def texts(figure) -> list[Text]:
    """Return all visible texts."""
    found = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible() and t.get_alpha() != 0]
    ticks = [
        label for axis in figure.axes for which in (axis.xaxis, axis.yaxis) for label in which.get_ticklabels("both")
    ]
    beyond = {id(label) for axis in figure.axes for which in (axis.xaxis, axis.yaxis) for label in beyond_limits(which)}
    shared = {id(label) for label in ticks if not label.get_visible()}
    return [t for t in found if id(t) not in beyond | shared]


def beyond_limits(axis) -> list[Text]:
    """Return the tick labels that matplotlib keeps but does not draw."""
    low, high = sorted(axis.get_view_interval())
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    return [label for tick in ticks if not low <= tick.get_loc() <= high for label in (tick.label1, tick.label2)]


def box(text: Text):
    return text.get_window_extent()


def test_width_is_one_or_two_columns_of_a_journal_and_height_fits_its_page(drawn):
    width, height = drawn[0].get_size_inches() * MM
    assert round(width) in (89, 183)
    assert height <= 240


def test_no_text_is_smaller_than_five_points(drawn):
    assert min(t.get_fontsize() for t in texts(drawn[0])) >= 5


def test_no_text_leaves_the_canvas(drawn):
    canvas = drawn[0].bbox
    outside = [
        t.get_text()
        for t in texts(drawn[0])
        if box(t).x0 < -1 or box(t).y0 < -1 or box(t).x1 > canvas.x1 + 1 or box(t).y1 > canvas.y1 + 1
    ]
    assert outside == []


def test_no_two_texts_overlap(drawn):
    shown = [(t, box(t)) for t in texts(drawn[0])]
    clashes = [
        (a.get_text(), b.get_text()) for (a, one), (b, other) in combinations(shown, 2) if overlap(one, other) > 4
    ]
    assert clashes == []


def overlap(one, other) -> float:
    """Return the overlap of two boxes, in square pixels."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(width, 0) * max(height, 0)


def test_every_axis_with_numbers_has_a_name(drawn):
    """The name is that of the axis or that of the figure."""
    figure, _ = drawn
    for axis in figure.axes:
        for which, whole in ((axis.xaxis, figure.get_supxlabel()), (axis.yaxis, figure.get_supylabel())):
            numbers = [t.get_text() for t in which.get_ticklabels() if re.fullmatch(r"[−\d.]+", t.get_text())]
            hidden = {"labelleft": False, "labelbottom": False}.items() & which.get_tick_params().items()
            assert which.get_label_text() or whole or hidden or not numbers, f"{numbers} of an axis without a name"


def test_source_data_hold_what_is_drawn(drawn):
    """At least 90 % of the values of some column are positions in the figure."""
    figure, data = drawn
    shown = np.unique(np.round(positions(figure), 6))
    numbers = data.select_dtypes("number").drop(columns=["seed", "time", "step", "strength"], errors="ignore")
    shares = {
        name: np.isin(np.round(column.dropna(), 6), shown).mean()
        for name, column in numbers.items()
        if column.notna().any()
    }
    assert max(shares.values()) > 0.9, shares


def positions(figure) -> np.ndarray:
    parts = [np.zeros(0)]
    for axis in figure.axes:
        parts += [np.ravel(line.get_xydata()) for line in axis.lines]
        parts += [np.ravel(dots.get_offsets()) for dots in axis.collections]
        parts += [np.ravel(image.get_array()) for image in axis.images]
        parts += [np.array([bar.get_x(), bar.get_height(), bar.get_width()]) for bar in axis.patches]
    return np.concatenate([np.asarray(p, dtype=float) for p in parts])


def test_drawing_again_gives_the_same_vector_graphics_and_data(name, drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "METADATA", VECTOR)
    figure, data = draw(name, *shown_of(name))
    figure.draw_without_rendering()
    one, two = files_of(figure, data, tmp_path / "again"), files_of(*drawn, tmp_path / "first")
    assert set(one) == {".svg", ".csv"}
    assert one == two and min(map(len, one.values())) > 500


def test_drawing_again_gives_the_same_bytes_in_every_format(tmp_path):
    name = "dissimilarities"
    one, two = (files_of(*draw(name, *shown_of(name)), tmp_path / attempt) for attempt in ("one", "two"))
    assert set(one) == {".pdf", ".svg", ".png", ".csv"}
    assert one == two and min(map(len, one.values())) > 500


def files_of(figure, data, folder) -> dict[str, bytes]:
    """Return the content of each file of a figure, by its suffix."""
    save(figure, data, folder / "figure.pdf")
    return {suffix: (folder / "figure").with_suffix(suffix).read_bytes() for suffix in (*figures.METADATA, ".csv")}


def test_a_study_without_rows_is_an_error_that_names_it(name):
    with pytest.raises(ValueError, match=r"^figure of nowhere: found .*, wanted"):
        draw(name, shown_of(name)[0], "nowhere")


def test_a_missing_table_is_an_error_that_lists_the_tables(name):
    with pytest.raises(ValueError, match=r"found tables other, wanted a table '.*'"):
        draw(name, {"other": pd.DataFrame()}, "reach")


def test_a_docstring_is_a_caption(name):
    heading, _, text = plugins.find("figures", name).__doc__.partition("\n\n")
    assert heading.endswith(".")
    assert len(text.split()) > 20


def test_a_figure_states_that_no_network_could_be_measured():
    row = {"study": "s", "model": "m", "seed": 0, "measure": "decoding", "variable": "colour"}
    unmeasured = pd.DataFrame([row | {"statistic": "measured", "value": 0.0, "note": "one choice"}])
    figure, data = draw("decoding_by_area", {"probes": unmeasured}, "s")
    assert [t.get_text()[:10] for t in figure.texts] == ["No network"]
    pd.testing.assert_frame_equal(data, unmeasured)
    with pytest.raises(ValueError, match=r"figure of s: found no"):
        draw("decoding_by_area", {"probes": unmeasured.assign(value=1.0)}, "s")


def test_sources_with_few_measures_are_listed_only_with_these():
    tables = made_up_tables()
    for name in ("summary", "similarity"):
        rows = tables[name]
        cka = rows[rows["measure"] == "cka"]
        rows = pd.concat([rows, *(cka.assign(measure=f"cka_{k}") for k in range(4))])  # more than fit side by side
        primary_only = rows["model"].str.startswith(("only_", "no_"))
        tables = tables | {name: rows[~primary_only | (rows["measure"] == "cca")]}
    figure, _ = draw("similarity_by_measure", tables, "reach")
    names = [[t.get_text() for t in axis.get_yticklabels()] for axis in figure.axes]
    full, short = filter(None, names)  # at the left of each row of panels
    assert {"only weights", "no delays", "regularized"} <= set(full)
    assert short == [name for name in full if not name.startswith(("only ", "no "))]
    _, data = draw("ablations", tables, "reach")
    assert set(data["measure"]) == {"cca"}
