"""A figure of a run in the report: the image itself, its caption, and links to its files."""

import base64
import inspect
import re
from pathlib import Path

from rnncompare import plugins
from rnncompare.files.checksums import verify
from rnncompare.report.alternative import alternative
from rnncompare.tabulation import tables

SCREEN = 1.9  # pixels per point; figures are drawn for print and enlarged for the screen
COORDINATES = re.compile(rb'(?<= d=")[^"]*|(?<= x=")[^"]*(?=" y)|(?<= y=")[^"]*')
NUMBER = re.compile(rb"-?\d+\.\d{3,}")
LARGEST = 400_000  # bytes of an SVG; of a larger one, the PNG is embedded if it is smaller


def embedded_figure(results: Path, study: str, name: str) -> dict | None:
    """A figure with its caption, None if it has not been drawn for the study.

    The caption is the docstring of the figure or, for a composed figure, its file.
    """
    drawn = results / "figures" / study / f"{name}.svg"
    if not drawn.exists():
        return None
    verify(drawn)
    svg = drawn.read_bytes()
    width = float(re.search(rb'width="([\d.]+)pt"', svg)[1])
    written = drawn.with_name(f"{name}_caption.txt")
    if written.exists():
        verify(written)
        text, suffixes = written.read_text(encoding="utf-8"), ("pdf", "svg", "png")
        heading = alternate = f"Composed figure {name}"
    else:
        heading, _, text = inspect.getdoc(plugins.find("figures", name)).partition("\n\n")
        heading, suffixes = " ".join(heading.split()), ("pdf", "svg", "png", "csv")
        alternate = alternative(heading, tables.read(drawn.with_suffix(".csv")))
    return {
        "name": name,
        "heading": heading,
        "alternative": alternate,
        "caption": [" ".join(part.split()) for part in text.split("\n\n")],
        "image": _image(svg, drawn.with_suffix(".png")),
        "width": round(width * SCREEN),
        "files": {suffix: f"../figures/{study}/{name}.{suffix}" for suffix in suffixes},
    }


def _image(svg: bytes, drawn: Path) -> str:
    """The SVG as the address of an image, or the PNG `drawn` if the SVG is large, as with thousands of dots."""
    if len(svg) > LARGEST and drawn.exists() and drawn.stat().st_size < len(svg):
        verify(drawn)
        return "data:image/png;base64," + base64.b64encode(drawn.read_bytes()).decode("ascii")
    return "data:image/svg+xml;base64," + base64.b64encode(lighter(svg)).decode("ascii")


def lighter(svg: bytes) -> bytes:
    """An SVG without indentation, and with coordinates rounded to .01 points, which is not visible."""
    svg = re.sub(rb">\n\s*<", b">\n<", svg)
    return COORDINATES.sub(lambda found: NUMBER.sub(lambda n: b"%g" % round(float(n[0]), 2), found[0]), svg)
