"""Where the fuzzer begins: the small valid files that the tests of each reader make.

A test module that has `seeds(folder)` joins: it writes files into an empty folder and yields (path, read), `read`
being a function of that path that gives an activity or rows. Files beside the path may belong to it.
"""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
ALONE = ("test_activity", "test_card")  # modules outside these folders, for what else reads a file
FOLDERS = ("datasets", "published")

Seeds = Callable[[Path], Iterator[tuple[Path, Callable[[Path], object]]]]


def modules() -> dict[str, Path]:
    """Each test module that should have seeds, by the name in the report: 'datasets/nwb' or 'card'."""
    found = {name.removeprefix("test_"): TESTS / f"{name}.py" for name in ALONE}
    for folder in FOLDERS:
        for path in sorted((Path("rnncompare") / folder).glob("[!_]*.py")):
            found[f"{folder}/{path.stem}"] = TESTS / folder / f"test_{path.stem}.py"
    return found


def seeds_of(path: Path) -> Seeds:
    """The function `seeds` of a test module. Raises AttributeError where it has none."""
    spec = importlib.util.spec_from_file_location(f"fuzzed_{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.seeds
