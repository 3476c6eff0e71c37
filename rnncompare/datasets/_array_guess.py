"""The card of a .mat or .npz file of an array, guessed: what its dimensions are, from the variables that fit them."""

import math
import zipfile
from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.datasets._columns import FORMS, Column
from rnncompare.datasets._guesses import angle_of, choice_of, condition_of, keep_of, named
from rnncompare.datasets._npz import list_npz
from rnncompare.datasets._variables import Variables
from rnncompare.draft import UNKNOWN, Draft, Guess, one_line
from rnncompare.matlab import list_matlab

DIMENSIONS = ["trial", "unit", "time"]
NUMBERS = ("double", "single", "logical", "int", "uint", "float", "bool")


def guess(path: Path) -> Draft:
    """A card's draft from a .mat or .npz file. Raises BadActivity where no array of three dimensions is in it."""
    shapes = _listed(path)
    listed = one_line(", ".join(f"{name} ({kind} {shape})" for name, (kind, shape) in shapes.items())) or "none"
    plain = {
        name: shape
        for name, (kind, shape) in shapes.items()
        if kind.startswith(NUMBERS) and math.prod(shape) > 0 and "." not in name  # which a card takes for a field
    }
    arrays = [name for name, shape in plain.items() if len(shape) == 3]
    if not arrays:
        raise BadActivity(
            f"{path}: found variables {listed}; wanted one of numbers with three dimensions. Rates in structures and "
            "spike times in cells are read too, with a card that you write: see docs/adding.md, arrays or spike times"
        )
    data = max(arrays, key=lambda name: math.prod(plain[name]))
    lengths = set(plain[data]) - {1}
    vectors = [name for name, shape in plain.items() if max(shape, default=0) == math.prod(shape) in lengths]
    found = Variables(path, [data, *vectors])
    columns = {name: _column(found, name) for name in vectors}
    return _draft(found.numbers(data, DIMENSIONS, DIMENSIONS), data, columns, listed)


def _draft(values: np.ndarray, data: str, columns: dict[str, Column], listed: str) -> Draft:
    untold = ["what the event at 0 is: 'alignment' says it, in words", "what of a sample a time marks: 'time_marks'"]
    time, names, trials = _dimensions(values.shape, columns)
    fit = f"times are those of {time or 'no variable'}, trials those of {', '.join(trials) or 'no variable'}"
    if not time or not trials or len(set(values.shape)) < 3:
        untold.append(f"which dimension of {data} is which: {list(values.shape)} is taken as {names}")
    if not time:
        untold.append("when samples are: 'time' is a start and a step that are made up: no variable holds even times")
    keep, kept = keep_of(trials, values.shape[names.index("trial")], untold)
    condition, more = condition_of(trials, kept, untold)
    if condition.value == UNKNOWN:
        condition = Guess(None, "no variable names conditions, so each trial is one")
    whole = bool((values >= 0).all() and (values == np.floor(values)).all())
    step = float(np.diff(columns[time].values[:2])[0]) if time else 1.0
    reader = {
        "use": Guess("array"),
        "data": Guess(data, "the largest array of three dimensions"),
        "dims": Guess(names, f"{data} is {list(values.shape)}; {fit}"),
        "values": Guess("counts" if whole else "rates", f"its numbers are {'whole' if whole else 'not whole'}"),
        "time": Guess(time, "it rises evenly") if time else Guess({"start": 0, "step": 1}, "no variable holds times"),
        "time_unit": Guess("ms" if step >= 0.5 else "s", f"a step of {step:g}"),
        "time_marks": Guess("start", "the file does not say"),
        "alignment": Guess(UNKNOWN, "the file does not say"),
        "condition": condition,
        "incomplete": Guess("leave out"),
        "choice": choice_of(trials, kept, condition.value),
        "per_trial": angle_of(trials, condition.value or [], untold),
        "keep": keep | more,
    }
    keys = ("title", "animal", "area", "task", "licence", "citation")
    sizes = ", ".join(f"{number} {name}s" for number, name in zip(values.shape, names, strict=True))
    return Draft(
        about=dict.fromkeys(keys, Guess(f"{UNKNOWN}: the file does not say")),
        reader={key: value for key, value in reader.items() if value},
        also=[f"variables: {listed}"],
        measured=[f"{data} is of {sizes}, if its dimensions are those"],
        untold=untold,
    )


def _dimensions(shape: tuple[int, ...], columns: dict[str, Column]) -> tuple[str | None, list[str], dict[str, Column]]:
    """The variable of times, what each dimension is, and the variables that have a value for each trial."""
    even = [name for name, c in columns.items() if len(c.values) in shape and _even(c.values)]
    time = min(even, key=lambda n: (not named(n, "time|^t(_|$)"), -len(columns[n].values)), default=None)
    at_time = shape.index(len(columns[time].values) if time else max(shape))
    fits = [{n: c for n, c in columns.items() if n != time and len(c.values) == size} for size in shape]
    rest = [k for k in range(3) if k != at_time]
    at_trial = max(rest, key=lambda k: len(fits[k]))
    names = ["time" if k == at_time else "trial" if k == at_trial else "unit" for k in range(3)]
    return time, names, fits[at_trial]


def _even(times: np.ndarray) -> bool:
    """Whether numbers rise by even steps."""
    steps = np.diff(times) if times.dtype.kind in "fiu" else np.zeros(0)
    return len(steps) > 1 and bool((steps > 0).all()) and np.ptp(steps) <= 1e-3 * steps.mean()


def _column(found: Variables, name: str) -> Column:
    values = found.vector(name)
    return Column(name, "", values, FORMS[values.dtype.kind])


def _listed(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The kind and shape of every variable, without reading it. Raises BadActivity."""
    if zipfile.is_zipfile(path):
        return {name: (kind.name, shape) for name, (shape, kind) in list_npz(path).items()}
    return list_matlab(path)
