"""The initial files of the fuzzer: small valid files, which the tests of each reader create.

A test module takes part if it has `seeds(folder)`, which writes files into an empty folder and yields (path, read);
`read` is a function of the path that returns an activity, rows, or the text of a card. It may use other files there.
"""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
ALONE = (
    "activity/activity",
    "imported/hidden_states",
    "recordings/add",
    "recordings/card",
    "training/published_weights",
)  # other code that reads files from users
FOLDERS = ("readers", "published")

Seeds = Callable[[Path], Iterator[tuple[Path, Callable[[Path], object]]]]


def modules() -> dict[str, Path]:
    """Each test module that should have seeds, by its name in the report, such as 'readers/nwb' or 'recordings/card'.

    Readers may share a module: the files of sussillo2015_m1 and sussillo2015_task are created in test_sussillo2015.
    """
    readers = [
        f"{folder}/{path.stem}" for folder in FOLDERS for path in sorted((Path("rnncompare") / folder).glob("[!_]*.py"))
    ]
    return {name: _module(name) for name in (*ALONE, *dict.fromkeys(map(_shared, readers)))}


def _shared(reader: str) -> str:
    """The name of a reader, or the beginning of it for which there is a test module."""
    names = ["_".join(reader.split("_")[:many]) for many in range(reader.count("_") + 1, 0, -1)]
    return next((name for name in names if _module(name).exists()), reader)


def _module(name: str) -> Path:
    return (TESTS / name).with_name(f"test_{name.rpartition('/')[2]}.py")


def seeds_of(path: Path) -> Seeds:
    """The function `seeds` of a test module. Raises AttributeError if it has none."""
    spec = importlib.util.spec_from_file_location(f"fuzzed_{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.seeds
