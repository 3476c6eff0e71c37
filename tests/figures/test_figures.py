"""Requirements of every figure, including new ones: size, legibility, source data, errors and reproducible bytes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from figures.guide import MM, POINTS, STYLE, Drawn, inside, overlaps
from figures.made_up import made_up_tables
from figures.studies import drawn_first, shown_of

from rnncompare import figures, plugins
from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import styled
from rnncompare.drawing.journals import STYLES
from rnncompare.figures import draw, save

NAMES = plugins.available("figures")
VECTOR = {".svg": figures.METADATA[".svg"]}  # the other formats take most of the time


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def drawn(name):
    """Return a figure with computed layout, and its source data."""
    figure, data = drawn_first(name)
    with styled(STYLE):
        figure.draw_without_rendering()
    return figure, data


@pytest.fixture(scope="module")
def printed(drawn, tmp_path_factory):
    """Return the figure and its vector graphics; afterwards, its texts have the sizes of the screen again."""
    path = tmp_path_factory.mktemp("figure") / "figure.pdf"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "METADATA", {s: figures.METADATA[s] for s in (".pdf", ".svg")})
        save(*drawn, path, STYLE)
    with styled(STYLE):
        drawn[0].draw_without_rendering()
    return Drawn(drawn[0], {suffix: path.with_suffix(suffix).read_bytes() for suffix in (".pdf", ".svg")})


def faults(check: Callable, drawn: Drawn) -> str:
    return "; ".join(check(drawn))


@pytest.mark.parametrize("sentence", POINTS)
def test_the_points_of_the_guide(sentence, printed):
    """One figure in the style of the journal is checked for every point of its guide."""
    assert faults(POINTS[sentence], printed) == ""


@pytest.mark.parametrize("tall", ["overview", "specification_curve", "distances", "example_units"])
def test_figures_of_the_default_style_can_be_higher_and_have_no_overlapping_texts(tall):
    figure, _ = draw(tall, *shown_of(tall))
    with styled():
        figure.draw_without_rendering()
        assert figure.get_figheight() * MM <= STYLES["default"].tallest + 0.1
        assert faults(overlaps, Drawn(figure, {})) == faults(inside, Drawn(figure, {})) == ""


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
    figure, data = draw(name, *shown_of(name), STYLE)
    with styled(STYLE):
        figure.draw_without_rendering()
    one, two = files_of(figure, data, tmp_path / "again"), files_of(*drawn, tmp_path / "first")
    assert set(one) == {".svg", ".csv"}
    assert one == two and min(map(len, one.values())) > 500


def test_drawing_again_gives_the_same_bytes_in_every_format(tmp_path):
    name = "dissimilarities"
    one, two = (files_of(*draw(name, *shown_of(name), STYLE), tmp_path / attempt) for attempt in ("one", "two"))
    assert set(one) == {".pdf", ".svg", ".png", ".csv"}
    assert one == two and min(map(len, one.values())) > 500


def files_of(figure, data, folder) -> dict[str, bytes]:
    """Return the content of each file of a figure, by its suffix."""
    save(figure, data, folder / "figure.pdf", STYLE)
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


def test_the_source_data_of_the_verdict_are_those_of_the_sources_it_shows_and_of_references():
    figure, data = drawn_first("verdict")
    shown = {t.get_text() for axis in figure.axes for t in axis.get_yticklabels()}
    assert {words(model) for model in data["model"]} == shown | {"half of units", "second animal"}


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


def test_networks_that_were_trained_on_the_recording_are_marked():
    tables = made_up_tables()
    trained_on = tables["summary"]["model"].map({"regularized": "half of the units"})
    figure, _ = draw(
        "similarity_by_measure", tables | {"summary": tables["summary"].assign(trained_on=trained_on)}, "reach"
    )
    names = {t.get_text() for axis in figure.axes for t in axis.get_yticklabels()}
    assert {name for name in names if "trained on" in name} == {"regularized (trained on the recording)"}
