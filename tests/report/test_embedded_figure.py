"""The SVG of a figure in the report is shorter than its file, and looks the same in a browser."""

import base64
import json
import xml.etree.ElementTree as ET
from collections import Counter

import matplotlib as mpl
import pytest
from support.chromium import Chromium, program

from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.report import embedded_figure
from rnncompare.report.embedded_figure import address, shortened

# The pixels (0 to 255) of an image of this address, twice as large as it is.
PIXELS = """
async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: 2 * image.width, height: 2 * image.height});
  const drawing = canvas.getContext("2d");
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
  return drawing.getImageData(0, 0, canvas.width, canvas.height).data;
}
"""
DIFFERENCES = """
async (one, other) => {
  const pixels = [await PIXELS(one), await PIXELS(other)], apart = pixels[0].map((v, k) => Math.abs(v - pixels[1][k]));
  return {largest: apart.reduce((a, b) => Math.max(a, b)), mean: apart.reduce((a, b) => a + b) / apart.length,
    drawn: pixels[0].filter(v => v < 128).length};
}
"""


@pytest.fixture(params=["path", "none"])
def drawn(request, tmp_path) -> bytes:
    """A figure with hatches, markers, an image and text, which is drawn as paths or left to the viewer."""
    with mpl.rc_context({"svg.fonttype": request.param}):
        figure = mpl.figure.Figure()
        axes = figure.subplots()
        axes.bar([0, 1], [1, 2], hatch="/")
        axes.plot([0, 1, 2], [1, 3, 1], "o-")
        axes.imshow([[0, 1]], extent=(0, 1, 0, 1))
        axes.set_title("a < b & 'c' $x^2$ −1")
        figure.savefig(tmp_path / "drawn.svg")
    return (tmp_path / "drawn.svg").read_bytes()


def test_every_shape_and_all_text_is_kept_in_less_space(drawn):
    kinds = ("path", "use", "image", "text", "tspan", "rect", "pattern", "clipPath")
    file, compact = (list(ET.fromstring(text).iter()) for text in (drawn, shortened(drawn.decode())))
    counts = [Counter(kind for e in part for kind in kinds if e.tag.endswith("}" + kind)) for part in (file, compact)]
    assert counts[0] == counts[1] and counts[0].total() > 50
    said = ["".join(e.text or "" for e in part if e.tag.endswith(("}text", "}tspan"))) for part in (file, compact)]
    assert "".join(said[0].split()) == "".join(said[1].split())
    assert len(address(drawn)) < 0.8 * len(base64.b64encode(drawn)) and '"' not in address(drawn)


@pytest.mark.skipif(program() is None, reason="needs Chromium: apt-get install chromium")
def test_a_figure_of_the_report_looks_like_its_file(drawn):
    of_file = "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()
    with Chromium() as browser:
        found = browser.run(
            f"({DIFFERENCES.replace('PIXELS', f'({PIXELS})')})({json.dumps(of_file)}, {json.dumps(address(drawn))})"
        )
        assert browser.problems == []
    assert found["drawn"] > 5000 and found["mean"] < 0.5 and found["largest"] < 128


@pytest.mark.parametrize(("largest", "size", "kind"), [(0, 10, "png"), (0, 10**5, "svg+xml"), (10**6, 10, "svg+xml")])
def test_the_png_is_embedded_only_instead_of_a_large_svg_and_if_it_is_smaller(
    largest, size, kind, drawn, tmp_path, monkeypatch
):
    with atomic_with_checksum(tmp_path / "drawn.png") as temporary:
        temporary.write_bytes(bytes(size))
    monkeypatch.setattr(embedded_figure, "LARGEST", largest)
    assert embedded_figure._image(drawn, tmp_path / "drawn.png").startswith(f"data:image/{kind}")
