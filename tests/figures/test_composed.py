"""Composed figures: letters, shared legends, source data, captions, and what does not fit."""

import inspect
import re

import pandas as pd
import pytest
from figures.guide import MM, POINTS, STYLE, Drawn
from figures.made_up import made_up_tables
from figures.made_up_deciding import deciding_tables
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from rnncompare import figures, plugins
from rnncompare.drawing.canvas import styled
from rnncompare.drawing.journals import STYLES
from rnncompare.figures import draw
from rnncompare.figures._composed import compose, save

PANELS, LAYOUT = ["psths", "trajectories", "verdict", "shape_space"], ["ab", "cd"]  # as in reach.yaml
OF_DECISIONS = ["psychometric", "chronometric", "decoding_by_area"], ["ab", "cc"]  # as in checkerboard.yaml


@pytest.fixture(scope="module")
def composed():
    return compose(PANELS, LAYOUT, made_up_tables(), "reach", STYLE)


@pytest.fixture(scope="module")
def printed(composed, tmp_path_factory):
    return saved(composed, tmp_path_factory.mktemp("composed") / "figure_1.pdf", "abcd")


@pytest.fixture(scope="module")
def printed_decisions(tmp_path_factory):
    tables = deciding_tables({"one_area": 1, "two_area": 2, "three_area": 3, "four_area": 4}, networks=4, units=20)
    made = compose(*OF_DECISIONS, tables, "deciding", STYLE)
    return saved(made, tmp_path_factory.mktemp("decisions") / "figure_1.pdf", "abc")


def saved(made, path, letters):
    """The figure as it was written, and its path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "METADATA", {s: figures.METADATA[s] for s in (".pdf", ".svg")})
        save(made, path, STYLE)
    with styled(STYLE):
        made.figure.draw_without_rendering()
    return Drawn(made.figure, {s: path.with_suffix(s).read_bytes() for s in (".pdf", ".svg")}, letters), path


@pytest.mark.parametrize("which", ["printed", "printed_decisions"])
@pytest.mark.parametrize("sentence", POINTS)
def test_figure_1_fulfils_the_points_of_the_guide(sentence, which, request):
    assert "; ".join(POINTS[sentence](request.getfixturevalue(which)[0])) == ""


def test_the_source_data_of_each_panel_are_those_of_its_figure(composed, printed):
    folder = printed[1].with_name("figure_1_source_data")
    assert [name for name, _ in composed.data.values()] == PANELS
    assert {p.name for p in folder.glob("*.csv")} == {f"{x}_{name}.csv" for x, name in zip("abcd", PANELS, strict=True)}
    _, alone = draw("verdict", made_up_tables(), "reach")
    pd.testing.assert_frame_equal(composed.data["c"][1], alone)
    assert pd.read_csv(folder / "c_verdict.csv").shape == alone.shape


def test_the_caption_is_made_of_the_captions_of_the_panels(composed, printed):
    parts = composed.caption.strip().split("\n\n")
    assert [part[:3] for part in parts] == ["a, ", "b, ", "c, ", "d, "]
    for part, name in zip(parts, PANELS, strict=True):
        assert " ".join(inspect.getdoc(plugins.find("figures", name)).split()) in part
    assert "Here, n = 8 networks of each model." in parts[2]
    assert printed[1].with_name("figure_1_caption.txt").read_text(encoding="utf-8") == composed.caption


def entries(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.findobj(Legend) for text in legend.get_texts()]


def test_what_two_panels_explain_alike_is_explained_once(composed):
    """The colours of directions are shared by both panels of rates; symbols that differ are not shared."""
    shown = entries(composed.figure)
    assert shown.count("90°") == 1 and shown.count("direction") == 1
    alone = [label for name in PANELS[:2] for label in entries(draw(name, made_up_tables(), "reach")[0])]
    assert alone.count("90°") == 2


@pytest.mark.parametrize("style", [name for name in STYLES if name != STYLE])
def test_the_width_and_letters_are_those_of_the_style(style):
    made = compose(["dissimilarities", "recovery"], ["ab"], made_up_tables(), "reach", style)
    assert made.figure.get_figwidth() * MM == pytest.approx(STYLES[style].page)
    found = [t.get_text() for t in made.figure.findobj(lambda a: a.get_gid() == "panel letter")]
    assert found == (["A", "B"] if STYLES[style].capital else ["a", "b"])
    sizes = [t.get_fontsize() for t in made.figure.findobj(lambda a: hasattr(a, "get_fontsize")) if t.get_text()]
    assert STYLES[style].sizes[0] <= min(sizes) and max(sizes) <= 8


def test_panels_that_are_too_high_for_a_page_are_an_error_in_words():
    wanted = r"found panels that are \d+ mm high together, wanted at most \d+ mm; take fewer panels, or place some"
    with pytest.raises(ValueError, match=wanted):
        compose(["psths", "overview", "training"], ["a", "b", "c"], made_up_tables(), "reach", STYLE)


def test_drawing_again_gives_the_same_vector_graphics(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "METADATA", {".svg": figures.METADATA[".svg"]})
    found = []
    for attempt in ("one", "two"):
        made = compose(["dissimilarities", "recovery"], ["ab"], made_up_tables(), "reach", STYLE)
        (tmp_path / attempt).mkdir()
        save(made, tmp_path / attempt / "figure_1.pdf", STYLE)
        found.append((tmp_path / attempt / "figure_1.svg").read_bytes())
    assert found[0] == found[1] and re.search(rb">a</text>", found[0])
