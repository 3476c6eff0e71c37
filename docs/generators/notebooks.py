"""Notebooks as pages: their text, and their code without results, which the tests run."""

import json
from pathlib import Path


def all_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.ipynb"))


def page(path: Path) -> str:
    """The cells of a notebook as Markdown, with a link to the file after its title."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = [cell_text(cell) for cell in cells]
    title, _, rest = texts[0].partition("\n")
    link = f"This page is the notebook [{path.name}](../notebooks/{path.name})."
    return "\n\n".join([title, link, rest.strip(), *texts[1:]]) + "\n"


def cell_text(cell: dict) -> str:
    text = "".join(cell["source"])
    return f"```python\n{text}\n```" if cell["cell_type"] == "code" else text
