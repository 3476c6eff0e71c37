"""The gallery shows every figure; docs/figures.md has every point of the guide, and the styles as they are."""

import inspect
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import yaml
from figures.guide import POINTS
from figures.made_up import made_up_tables
from generators import gallery
from PIL import Image

from rnncompare import plugins
from rnncompare.__main__ import main
from rnncompare.drawing.journals import STYLES
from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.options.mosaic import places
from rnncompare.study.config_keys import Composed, Config

PAGE = (Path(__file__).parents[1] / "docs" / "figures.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def test_the_gallery_shows_every_figure_with_what_it_shows_its_entry_and_its_file():
    shown = re.findall(r"^```\{figure\} gallery/(\w+)\.png\n(.*?)^```", gallery.page(), re.MULTILINE | re.DOTALL)
    assert [name for name, _ in shown] == plugins.available("figures")
    for name, text in shown:
        caption = " ".join(inspect.getdoc(plugins.find("figures", name)).partition("\n\n")[0].split())
        assert caption in text.replace("\\", "")
        assert f"`figures: [{name}]`, [file](../../rnncompare/figures/{name}.py)\n" in text


def test_a_picture_of_the_gallery_is_that_of_the_demo_or_is_said_to_be_made_up(tmp_path):
    demo, out = tmp_path / "results/demo", tmp_path / "gallery"
    (demo / "figures/demo").mkdir(parents=True)
    Image.new("RGB", (1000, 500), "red").save(demo / "figures/demo/verdict.png")
    gallery.draw(out, ["verdict", "contrasts"], demo)
    with Image.open(out / "verdict.png") as shrunk, Image.open(out / "contrasts.png") as drawn:
        assert shrunk.size == (800, 400) and shrunk.getpixel((0, 0)) == (255, 0, 0)
        assert drawn.width == 792
    texts = dict(re.findall(r"^```\{figure\} gallery/(\w+)\.png\n(.*?)^```", gallery.page(demo), re.M | re.S))
    assert [name for name, text in texts.items() if "Made-up numbers" not in text] == ["verdict"]
    assert "Made-up numbers." not in gallery.page(tmp_path) and "made-up numbers, not from" in gallery.page(tmp_path)


def test_the_gallery_lists_the_twenty_points_that_are_checked():
    listed = re.findall(r"^\d+\. (.*)$", gallery.page(), re.MULTILINE)
    assert listed == list(POINTS) and len(listed) == 20


def test_the_page_gives_the_widths_and_sizes_of_every_style():
    rows = [[cell.strip(" `") for cell in row.split("|")[1:-1]] for row in section("Styles").splitlines() if "`" in row]
    listed = {row[0]: row[1:] for row in rows if row and row[0] in STYLES}
    assert list(listed) == list(STYLES)
    for name, style in STYLES.items():
        column, page, tallest, sizes, lines, letters = listed[name]
        assert (float(column), float(page), float(tallest)) == (style.column, style.page, style.tallest)
        assert letters == ("A, B, C" if style.capital else "a, b, c")
        if np.isfinite(style.lines[1]):
            assert sizes == "{:g} to {:g}".format(*style.sizes) and lines == "{:g} to {:g}".format(*style.lines)


def test_the_entries_of_the_page_are_valid():
    blocks = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]
    assert blocks[0]["figure_style"] in STYLES and "figure_style" in Config.model_fields
    for entry in blocks[1]["studies"]["reach"]["composed"].values():
        composed = Composed.model_validate(entry)
        assert set(composed.panels) <= set(plugins.available("figures"))
        assert list(places(composed.layout, len(composed.panels)))


@pytest.mark.parametrize("command", re.findall(r"^rnncompare .*$", PAGE, re.MULTILINE))
def test_the_commands_of_the_page_draw_the_figures(command, tmp_path, monkeypatch):
    """Their tables are made-up ones; the study is that of these tables."""
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(command)[1:]
    folder = Path(arguments[arguments.index("--tables-in") + 1])
    folder.mkdir(parents=True)
    for name in ("verdict", "summary", "similarity", "training", "contrasts", "probes", "psths", "trajectories"):
        with atomic_with_checksum(folder / f"{name}.csv") as temporary:
            made_up_tables()[name].to_csv(temporary, index=False)
    arguments[arguments.index("--study") + 1] = "reach"
    out = Path(arguments[arguments.index("--out") + 1])
    out.parent.mkdir(exist_ok=True)
    assert main(arguments) == 0
    assert all(out.with_suffix(suffix).exists() for suffix in (".pdf", ".svg", ".png"))
