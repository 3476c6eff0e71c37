"""Pages of the documentation that are made from the code, the cards and the notebooks."""

from pathlib import Path

from generators import (
    cards,
    columns,
    command_line,
    config_keys,
    functions,
    gallery,
    measure_cards,
    members,
    notebooks,
    packages,
    repository,
)

ROOT = Path(__file__).parents[2]
PAGES = {
    "config_keys": config_keys.page,
    "functions": functions.page,
    "members": members.page,
    "command_line": command_line.page,
    "cards": cards.page,
    "measure_cards": measure_cards.page,
    "columns": columns.page,
    "packages": packages.page,
    "gallery": gallery.page,
    "contributing": lambda: repository.page(ROOT / "CONTRIBUTING.md"),
    "changelog": lambda: repository.page(ROOT / "CHANGELOG.md"),
}


def write(folder: Path) -> None:
    """Write all pages; a page whose text is unchanged keeps its file, so that it is not built again."""
    folder.mkdir(exist_ok=True)
    pages = {name: page() for name, page in PAGES.items()}
    pages |= {f"notebook_{path.stem}": notebooks.page(path) for path in notebooks.all_of(ROOT / "docs/notebooks")}
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.stem not in pages:
            path.unlink()
