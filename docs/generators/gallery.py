"""The gallery: every figure with a thumbnail, what it shows, its entry in a study, and the file that draws it.

A thumbnail is the figure of the finished demo, if there is one, and is otherwise drawn from the made-up tables of the
tests (27 s of processor time for all), so that the site can be built without a run.
"""

import inspect
from collections.abc import Iterable
from pathlib import Path

from generators.markdown import prose
from rnncompare import plugins

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "results/demo"
THUMBNAILS = "gallery"  # folder beside the page
WIDEST = 800  # pixels
DOTS = 110  # per inch: 792 pixels for the width of a page
DRAWN_BY = ("rnncompare/figures", "rnncompare/drawing", "tests/figures")
START = """# Gallery of figures

A study lists the figures it wants: `figures: [verdict, psths]`. Each is drawn from the tables of the run, with its
source data beside it ([styles and composed figures](../figures.md)). A click enlarges a picture.
Pictures are from {sources}.
"""


def page(demo: Path = DEMO) -> str:
    names = plugins.available("figures")
    of_demo = [name for name in names if _of_demo(name, demo)]
    if of_demo:
        rest = "; where it says so, numbers are made up" if len(of_demo) < len(names) else ""
        sources = f"the finished run in `{demo.parent.name}/{demo.name}`{rest}"
    else:
        sources = "made-up numbers, not from a recording: `make demo` computes an example"
    mark = bool(of_demo)
    figures = [_figure(name, made_up=mark and name not in of_demo) for name in names]
    shown = ["````{container} gallery", *figures, "````"]
    return "\n\n".join([START.format(sources=sources), *shown, *_points()]) + "\n"


def draw(folder: Path, names: Iterable[str] | None = None, demo: Path = DEMO) -> None:
    """Write the thumbnails of figures (default: all) into a folder; those that are up to date are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = max(path.stat().st_mtime for part in DRAWN_BY for path in (ROOT / part).glob("*.*"))
    for name in plugins.available("figures") if names is None else names:
        out, finished = folder / f"{name}.png", _of_demo(name, demo)
        if not out.exists() or out.stat().st_mtime < (finished.stat().st_mtime if finished else changed):
            _shrink(finished, out) if finished else _make_up(name, out)


def heading(name: str) -> str:
    """The first sentence of a caption."""
    return " ".join(inspect.getdoc(plugins.find("figures", name)).partition("\n\n")[0].split())


def _figure(name: str, made_up: bool) -> str:
    return "\n".join(
        [
            f"```{{figure}} {THUMBNAILS}/{name}.png",
            f":alt: the figure {name}",
            ":width: 100%",
            "",
            f"`{name}`",
            "",
            f"{prose(heading(name))}{' Made-up numbers.' if made_up else ''}",
            "",
            f"`figures: [{name}]`, [file](../../rnncompare/figures/{name}.py)",
            "```",
        ]
    )


def _points() -> list[str]:
    """The points of a journal's guide that the tests check, in the words of the tests."""
    from figures.guide import POINTS

    points = "\n".join(f"{number}. {prose(point)}" for number, point in enumerate(POINTS, start=1))
    colours = "Colours differ by at least 0.04 in Oklab, twice the just noticeable difference, for normal vision and "
    colours += "simulated deuteranopia, protanopia and tritanopia."
    return ["## What every figure is tested for", points, colours]


def _of_demo(name: str, demo: Path) -> Path | None:
    """The figure of the first study of the demo that has it."""
    return next(iter(sorted(demo.glob(f"figures/*/{name}.png"))), None)


def _shrink(path: Path, out: Path) -> None:
    from PIL import Image

    with Image.open(path) as image:
        image.thumbnail((WIDEST, 2 * WIDEST))
        image.save(out)


def _make_up(name: str, out: Path) -> None:
    from figures.guide import STYLE
    from figures.studies import drawn_first

    from rnncompare.drawing.canvas import styled

    with styled(STYLE):
        drawn_first(name)[0].savefig(out, dpi=DOTS)
