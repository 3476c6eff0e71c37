"""Damage the files of a run many times, and check that each reading gives the right values or an error.

python tests/flips.py --times 1000: for each kind of file, one random bit is flipped in the file or in the checksum next
to it. A tenth as often, the file is cut, its end is overwritten by zeros (as after a power failure), or bytes are
appended. Prints a Markdown table; the status is 1 after any wrong reading. The damage depends only on `--seed`.

Results with --times 1000 (of 1000 flipped bits, and 100 files that are cut, have a zeroed end, or are appended to):

file                                              flipped  cut  zeroed  appended  read correctly  read wrongly
activity, its labels, network, task, draws,
recording after `fetch` (each)                       1000  100     100       100               0             0
table of rows                                         990   98      99        90              23             0
table of summaries                                    981   99      97        90              33             0
found.json                                            988   99     100        90              23             0
figure, read by the report                            986   99      99        90              26             0

The first four numbers are refusals. Where a file was read correctly, only the name in its checksum file was damaged.
Before there were checksums, wrong values were read from 56 of 60 activities, 24 of 150 networks, 52 of 60 tables of
rows, 45 of 60 of summaries and 59 of 60 recordings damaged after `fetch`. Checking costs .85 ms per megabyte (11 ms of
a job of two seconds that reads the demo's 13 MB of trials).
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":  # tests import it after conftest.py has pinned
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    from rnncompare.reproducibility import processor

    processor.pin()

import numpy as np
import pandas as pd
import torch
import xarray as xr
import yaml
from conftest import make_activity
from matplotlib.figure import Figure
from steps.test_steps import COMPARISON, MEASURE

from rnncompare import activity, figures, steps
from rnncompare.models.leaky import leaky
from rnncompare.recordings.card import read_card
from rnncompare.report.embedded_figure import embedded_figure
from rnncompare.steps import recordings, tabulating
from rnncompare.tabulation import tables
from rnncompare.training import checkpoint

ROOT = Path(__file__).parents[1]
NETWORK = {"units": 20, "tau": 0.05, "g": 1.5, "h": 1.0, "nonlinearity": "tanh", "connectivity": None, "noise": None}
GIVEN = {"inputs": 3, "outputs": 2, "dt": 0.01, "seed": 4}
HISTORY = {"step": np.arange(30), "error": np.linspace(1, 0.1, 30), "stopped": "steps", "final_step": 30}


class Kind(NamedTuple):
    """A kind of file: an example, and the function with which the program reads it."""

    path: Path
    read: Callable[[], object]


def kinds(folder: Path) -> dict[str, Kind]:
    """One example of each kind of file that a run writes and reads again."""
    activities = [folder / f"{seed}.nc" for seed in (0, 1)]
    for seed, path in enumerate(activities):
        activity.write(make_activity(seed, source="made up", notes="8 trials"), path)
    config = {"network": {"use": "leaky", **NETWORK}, "training": {"stop_at": 0.1}}
    weights = folder / "0.pt"
    checkpoint.save(weights, leaky(**GIVEN, **NETWORK), config=config, given=GIVEN, device="cpu", history=HISTORY)
    found = folder / "recordings/found.json"
    card = _session(folder / "data")
    steps.fetch([card], found.parent, found)
    made = {name: folder / name for name in ("rows.csv", "summary.csv", "nulls.csv", "draws.nc")}
    labels = {"study": "s", "model": "m"}
    steps.compare(activities[:1], activities[1:], *made.values(), [["a", MEASURE]], COMPARISON, 1, labels)
    _figure(folder / "figures/s/training.svg")
    return {
        "activity": Kind(activities[0], lambda: activity.read(activities[0])),
        "labels of an activity": Kind(activities[1], lambda: activity.read_labels(activities[1])),
        "checkpoint": Kind(weights, lambda: checkpoint.load(weights)),
        "task": _task(folder / "task.nc"),
        "rows": Kind(made["rows.csv"], lambda: tables.collect([made["rows.csv"]])),
        "summary": Kind(made["summary.csv"], lambda: tables.collect([made["summary.csv"]])),
        "draws": Kind(made["draws.nc"], lambda: tabulating._draws([made["draws.nc"]])),
        "found.json": Kind(found, lambda: recordings._records(read_card(card), found)),
        "recording": Kind(
            found.parent / "tiny/simulated_reach.nwb", lambda: recordings._records(read_card(card), found) and "right"
        ),
        "figure": Kind(folder / "figures/s/training.svg", lambda: embedded_figure(folder, "s", "training")["image"]),
    }


def _session(data: Path) -> Path:
    """The card of a simulated session."""
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text()) | {"name": "tiny"}
    card["files"][0]["made_by"] |= {"units": 4, "directions": 3, "trials": 2}
    path = data / "tiny/card.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(card))
    return path


def _task(path: Path) -> Kind:
    """A task with several variables and attributes."""
    rng = np.random.default_rng(3)
    shape = {"trial": 6, "time": 30}
    sides = {"inputs": ("input", ["cos", "sin", "go"]), "targets": ("output", ["x", "y"])}
    made = {n: ((*shape, side), rng.standard_normal((6, 30, len(names)))) for n, (side, names) in sides.items()}
    coordinates = dict(sides.values()) | {"time": np.arange(30) * 0.01, "delay": ("trial", np.repeat([0.3, 0.5], 3))}
    activity.write_dataset(xr.Dataset(made, coordinates, {"reference_delay": 0.3, "arm": "assumed"}), path)
    return Kind(path, lambda: activity.read_dataset(path))


def _figure(path: Path) -> None:
    figure, values = Figure(figsize=(2, 2)), np.random.default_rng(0).random(20)
    figure.subplots().plot(values)
    figures.save(figure, pd.DataFrame({"value": values}), path)


def same(x: object, y: object) -> bool:
    """Whether two readings are equal, with names and types."""
    if isinstance(x, dict) and isinstance(y, dict):
        return list(x) == list(y) and all(same(x[name], y[name]) for name in x)
    if isinstance(x, xr.Dataset):
        return x.identical(y)
    if torch.is_tensor(x):
        return torch.is_tensor(y) and torch.equal(x, y)
    if isinstance(x, np.ndarray):
        return np.array_equal(x, y, equal_nan=x.dtype.kind == "f")
    return x.equals(y) if hasattr(x, "equals") else x == y


def flip(content: bytes, draw: random.Random) -> bytes:
    """The content with one flipped bit."""
    bit = draw.randrange(8 * len(content))
    return content[: bit // 8] + bytes([content[bit // 8] ^ 1 << bit % 8]) + content[bit // 8 + 1 :]


def cut(content: bytes, draw: random.Random) -> bytes:
    """The beginning of the content; in half of the cases nearly all of it."""
    return content[: len(content) - draw.randint(1, 200 if draw.random() < 0.5 else len(content))]


def zeroed(content: bytes, draw: random.Random) -> bytes:
    """The content with zeros from a random place to the end."""
    kept = draw.randrange(len(content))
    return content[:kept] + bytes(len(content) - kept)


def appended(content: bytes, draw: random.Random) -> bytes:
    """The content with a copy of some of its bytes appended."""
    begin = draw.randrange(len(content))
    return content + content[begin : begin + draw.randint(1, 300)]


DAMAGE = {"flipped": flip, "cut": cut, "zeroed": zeroed, "appended": appended}


def damaged(path: Path, times: int, draw: random.Random) -> Iterator[tuple[str, Path, bytes]]:
    """For each damage: its name, the damaged file, and the new content."""
    note = Path(f"{path}.sha256")
    for how, change in DAMAGE.items():
        for number in range(times if how == "flipped" else times // 10):
            target = note if note.exists() and number % 10 == 9 else path
            yield how, target, change(target.read_bytes(), draw)


def attempt(kind: Kind, right: object) -> str:
    """How a reading ended: 'refused' (an error that names the file), 'right', or 'wrong' (also for other errors)."""
    try:
        found = kind.read()
    except (ValueError, OSError) as error:
        return "refused" if kind.path.name in str(error) and "wanted" in str(error) else "wrong"
    except Exception:
        return "wrong"
    return "right" if same(found, right) else "wrong"


def flips(times: int, seed: int) -> dict[str, dict[str, Counter]]:
    """Kind -> damage -> numbers of refused, right and wrong readings."""
    ends = {}
    with tempfile.TemporaryDirectory() as place:
        for name, kind in kinds(Path(place)).items():
            draw = random.Random(f"{seed} {name}")
            right = kind.read()
            assert same(kind.read(), right), name
            ends[name] = {how: Counter() for how in DAMAGE}
            for how, target, content in damaged(kind.path, times, draw):
                whole = target.read_bytes()
                target.write_bytes(content)
                ends[name][how][attempt(kind, right)] += 1
                target.write_bytes(whole)
            assert same(kind.read(), right), name
    return ends


def table(ends: dict[str, dict[str, Counter]]) -> str:
    """A Markdown table with a line for each kind: numbers of refused, right and wrong readings."""
    lines = ["| file | " + " | ".join(DAMAGE) + " | read right | wrong |", "|---" * (len(DAMAGE) + 3) + "|"]
    for name, of in ends.items():
        total = sum(of.values(), Counter())
        refused = [f"{of[how]['refused']} of {of[how].total()} refused" for how in DAMAGE]
        lines.append(f"| {name} | " + " | ".join(refused) + f" | {total['right']} | {total['wrong']} |")
    return "\n".join(lines)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--times", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=0)
    found = flips(**vars(asked.parse_args()))
    print(table(found))
    wrong = sum(ends["wrong"] for of in found.values() for ends in of.values())
    print(f"{wrong} wrong")
    sys.exit(wrong > 0)
