"""The SVG of a figure in the report is shorter than its file, and looks the same in a browser."""

import base64
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter

import matplotlib as mpl
import pytest
from support.chromium import Chromium, program

from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.report import embedded_figure
from rnncompare.report.compact_svg import compact_svg, relative
from rnncompare.report.embedded_figure import address

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


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("M 0 0.004 \nL 10.004 0.001 \nL 10.25 5 \n", "m0 0h10l.25 5"),
        ("M 1 2 \nL 3 4 \nL 5 3.5 \nL 5 1 \nz\nM 2 2 \nL 1 1 \n", "m1 2l2 2 2-.5v-2.5zm1 0l-1-1"),
        ("M -5 0 \nQ 1406 38 1543 61 \nC 1 2 3 4 1543 61.5 \n", "m-5 0q1411 38 1548 61c-1542-59-1540-57 0 .5"),
    ],
)  # fmt: skip
def test_paths_have_relative_steps_in_hundredths(path, wanted):
    assert relative(path) == wanted


def test_rounding_does_not_add_up_along_a_path():
    path = "M 0 0 " + " ".join(f"L {0.014 * k:.6f} {k}" for k in range(1, 1001))
    steps = re.findall(r"-?[\d.]+", relative(path))  # each of .01 or .02 to the right, and of 1
    assert len(steps) == 2002 and sum(map(float, steps[::2])) == pytest.approx(14.0)


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


def test_everything_that_is_referred_to_is_there(drawn):
    found = compact_svg(drawn)
    used = re.findall(r"(?:href='|url\()#([^')]*)", found)
    assert {"clip-path", "href", "fill"} <= set(re.findall(r"(href|clip-path|fill)(?:='|:)(?:url\()?#", found))
    defined = [e.get("id") for e in ET.fromstring(found).iter() if e.get("id")]
    assert set(used) == set(defined) and len(defined) == len(set(defined))
    classes = {e.get("class") for e in ET.fromstring(found).iter()} - {None}
    assert classes == set(re.findall(r"[^*]*?\.(\w+)\{", found.partition("</style>")[0]))


def test_every_shape_and_all_text_is_kept_in_less_space(drawn):
    kinds = ("path", "use", "image", "text", "tspan", "rect", "pattern", "clipPath")
    file, compact = (list(ET.fromstring(text).iter()) for text in (drawn, compact_svg(drawn)))
    counts = [Counter(kind for e in part for kind in kinds if e.tag.endswith("}" + kind)) for part in (file, compact)]
    assert counts[0] == counts[1] and counts[0].total() > 50
    said = ["".join(e.text or "" for e in part if e.tag.endswith(("}text", "}tspan"))) for part in (file, compact)]
    assert "".join(said[0].split()) == "".join(said[1].split())
    assert "\n" not in compact_svg(drawn) and len(compact_svg(drawn)) < 0.6 * len(drawn)


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
