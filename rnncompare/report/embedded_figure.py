"""A figure of a run in the report: the image itself, its caption, and links to its files."""

import base64
import inspect
import re
from pathlib import Path

from rnncompare import plugins
from rnncompare.files.checksums import verify

SCREEN = 1.9  # pixels per point; figures are drawn for print and enlarged for the screen


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
        heading, text, suffixes = "", written.read_text(encoding="utf-8"), ("pdf", "svg", "png")
    else:
        heading, _, text = inspect.getdoc(plugins.find("figures", name)).partition("\n\n")
        suffixes = ("pdf", "svg", "png", "csv")
    return {
        "name": name,
        "heading": " ".join(heading.split()) or f"Composed figure {name}",
        "caption": [" ".join(part.split()) for part in text.split("\n\n")],
        "image": "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii"),
        "width": round(width * SCREEN),
        "files": {suffix: f"../figures/{study}/{name}.{suffix}" for suffix in suffixes},
    }
