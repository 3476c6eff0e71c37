"""The code blocks and commands of the documentation's pages."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
FENCE = re.compile(r"^```([\w{}]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block, and the page that it is on."""

    page: str
    language: str
    text: str


def blocks_of(path: Path) -> list[Block]:
    """All fenced blocks of a page."""
    return [Block(path.stem, *found) for found in FENCE.findall(path.read_text(encoding="utf-8"))]


def commands_of(path: Path) -> list[str]:
    """The lines of `sh` blocks, and indented lines that begin with a program, without comments."""
    text = path.read_text(encoding="utf-8")
    lines = [line for block in blocks_of(path) if block.language == "sh" for line in joined(block.text).splitlines()]
    lines += re.findall(
        r"^ {4}((?:make|rnncompare|snakemake|python|pip) .*)$", joined(FENCE.sub("", text)), re.MULTILINE
    )
    return [line.split(" #")[0].strip() for line in lines if not line.startswith("#")]


def joined(text: str) -> str:
    """A text in which a line that ends with a backslash is continued by the next."""
    return re.sub(r"\\\n\s*", "", text)


def inline_commands_of(path: Path) -> list[str]:
    """The commands of the project that stand in a sentence."""
    text = " ".join(FENCE.sub("", path.read_text(encoding="utf-8")).split())
    return re.findall(r"`((?:make|rnncompare) [^`]+)`", text)
