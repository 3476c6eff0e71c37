"""Files of the repository outside docs/ as pages, with their links changed to lead from there."""

import re
from pathlib import Path


def page(path: Path) -> str:
    return re.sub(
        r"\]\((?![a-z]+:|#)(docs/)?", lambda found: "](../" if found[1] else "](../../", path.read_text("utf-8")
    )
