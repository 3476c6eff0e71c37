"""A figure of a run in the report: the image itself, its caption, and links to its files."""

import base64
import inspect
import re
from pathlib import Path
from urllib.parse import quote

from rnncompare import plugins
from rnncompare.files.checksums import verify
from rnncompare.report.alternative import alternative
from rnncompare.tabulation import tables

SCREEN = 1.9  # pixels per point; figures are drawn for print and enlarged for the screen
LARGEST = 400_000  # characters of the data URL of an SVG; instead of a longer one, the PNG is embedded if it is smaller
# Characters that a data URL contains as they are: they end neither the URL nor the attribute of HTML that holds it.
LITERAL = "".join(sorted(set(map(chr, range(32, 127))) - set('"#%&')))
# What is shorter in an SVG of matplotlib without a visible change; lengths of paths and positions have six decimals.
METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
LENGTHS = re.compile(r'\b(?:d|x|y)="[^"]*"')
DECIMALS = re.compile(r"-?\d+\.\d{3,}")


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
    found = address(svg)
    if len(found) > LARGEST and drawn.exists() and drawn.stat().st_size * 4 / 3 < len(found):
        verify(drawn)
        return "data:image/png;base64," + base64.b64encode(drawn.read_bytes()).decode("ascii")
    return found


def address(svg: bytes) -> str:
    """A data URL of an SVG, which can be a quoted attribute as it is: base64 would be a third longer."""
    return "data:image/svg+xml," + quote(shortened(svg.decode("utf-8")), safe=LITERAL)


def shortened(svg: str) -> str:
    """An SVG of matplotlib that looks the same: without metadata and indentation, and with lengths rounded to .01."""
    return re.sub(r">\s+<", "><", LENGTHS.sub(_rounded, METADATA.sub("", svg)))


def _rounded(lengths: re.Match) -> str:
    numbers = DECIMALS.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), lengths[0])
    return " ".join(numbers.split())
