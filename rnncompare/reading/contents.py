"""The variables of a .mat, .npz or .nc file, and guesses of the roles of those with a value for each trial."""

import math
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnncompare.activity import BadActivity, read_dataset
from rnncompare.reading.arrays.npz import PICKLED, list_npz
from rnncompare.reading.arrays.variables import Variables, leaves
from rnncompare.reading.columns import FORMS, Column
from rnncompare.reading.guesses import (
    ALIGN,
    AREA,
    NO_CONDITION,
    angle_of,
    choice_of,
    condition_of,
    keep_of,
    named,
    values_of,
)
from rnncompare.reading.matlab.matlab import list_matlab
from rnncompare.reading.rates import LARGEST
from rnncompare.reading.series import rounding_of
from rnncompare.recordings.draft import UNKNOWN, Draft, Guess, one_line

READABLE = (
    *("double", "single", "logical", "int", "uint", "float", "bool", "sparse"),
    *("cell", "struct", "char", "str", "object", "bytes", "datetime"),
)
DEEPEST = 4  # nested structures whose fields a card can name
EVENT = r"(^|_)(on|off|onset|offset|cue|go|start|end|stop|times?)(_|$|time)|onset"


class FileVariables:
    """The variables of a file, including fields of structures as 'Data.spikes'. Raises BadActivity."""

    def __init__(self, path: Path):
        shapes, self.dims, self.pickled = _listed(path)
        self.path, self.where = path, str(path)
        self.listed = one_line(", ".join(f"{n} ({kind} {shape})" for n, (kind, shape) in shapes.items())) or "none"
        # In a card, a point denotes a field and brackets a column.
        names = [
            name
            for name, (kind, shape) in shapes.items()
            if kind.startswith(READABLE) and not set(".[]") & set(name) and 0 < 8 * math.prod(shape) <= LARGEST
            if name not in self.pickled
        ]
        self.shapes = {name: shapes[name][1] for name in names}
        self.variables = Variables(path, names)
        self.names = [inner for name in names for inner in _names(self.variables.found[name], name, DEEPEST)]
        self.columns = {name: c for name in self.names if (c := self._column(name)) is not None}

    def value(self, name: str) -> Any:
        return self.variables.value(name)

    def _column(self, name: str) -> Column | None:
        """The variable as a column: one value for each of several items, or times that are the same in all trials."""
        try:
            values = self.variables.vector(name)
        except BadActivity:
            values = self._shared(name)
        if values is None:
            return None
        return Column(name, "", values, FORMS[values.dtype.kind]) if len(values) > 1 else None

    def _shared(self, name: str) -> np.ndarray | None:
        try:
            values = self.variables.shared(name)
        except BadActivity:
            return None
        return values if is_even(values) else None

    def of_length(self, length: int) -> dict[str, Column]:
        return {name: c for name, c in self.columns.items() if len(c.values) == length}

    def likely(self, without: set[str], units: list[int]) -> int:
        """The likely number of trials: the most common length of the variables that are not in `without`.

        Lengths that are numbers of units are considered only if there are no others. 0: there is no variable.
        """
        lengths = Counter(len(c.values) for name, c in self.columns.items() if name not in without)
        return max(lengths, key=lambda n: (n not in units, lengths[n], -n), default=0)


class Mapped(NamedTuple):
    """The options of a reader that follow from columns of trials, and the angles of conditions."""

    align: Guess | None
    rest: dict[str, Guess | dict[str, Guess] | None]
    conditions: dict[str, Guess]


def mapped(plain: dict[str, Column], trials: int, clock: tuple[float, float] | None, undetermined: list[str]) -> Mapped:
    """The roles of the columns of trials. clock: range of event times in their unit; None to look for no events."""
    events = {n: c for n, c in plain.items() if clock is not None and _is_event(c, clock)}
    plain = {name: c for name, c in plain.items() if name not in events}
    keep, kept = keep_of(plain, trials, undetermined)
    condition, more = condition_of(plain, kept, undetermined)
    if condition.value == UNKNOWN:
        condition = Guess(None, "no variable names conditions, so each trial is one")
        undetermined[-1] = (
            f"which variable names a condition: none was recognised ({', '.join(plain) or 'no variables'}), so each "
            "trial is one"
        )
    per_trial, conditions = angle_of(plain, condition.value or [], undetermined)
    align = _align(events)
    rest = {
        "condition": condition,
        "incomplete": Guess("leave out"),
        "choice": choice_of(plain, kept, condition.value or []),
        "per_trial": per_trial,
        "events": {
            last(name): Guess(name, "its name, and its times are in the range of events")
            for name in events
            if align is None or name != align.value
        },
        "keep": keep | more,
    }
    return Mapped(align, rest, conditions)


def per_unit_of(file: FileVariables, units: int, trials: int) -> dict[str, Guess]:
    """The areas of units, from a variable with a suitable name and length."""
    columns = file.of_length(units) if units != trials else {}
    areas = [n for n, c in columns.items() if named(last(n), AREA) and not c.missing.all()]
    return {"area": Guess(areas[0], f"its name; values {values_of(columns[areas[0]])}")} if areas else {}


def draft(file: FileVariables, reader: dict, mapping: Mapped, measured: str, undetermined: list[str]) -> Draft:
    """The draft of a card for a file without metadata."""
    keys = ("title", "animal", "area", "task", "licence", "citation")
    return Draft(
        about=dict.fromkeys(keys, Guess(f"{UNKNOWN}: not in the file")),
        reader={key: value for key, value in (reader | mapping.rest).items() if value},
        unused=[f"variables: {file.listed}", *_unused(file, reader | mapping.rest), *_tables(file)],
        measured=[measured],
        undetermined=[*undetermined, *(f"what {name} is: {PICKLED.format(name=name)}" for name in file.pickled)],
        conditions=mapping.conditions,
    )


def _unused(file: FileVariables, reader: dict) -> list[str]:
    """Fields of structures that the card does not use; the list of variables does not include them."""
    used = str(reader)
    fields = [name for name in file.names if "." in name and f"'{name}'" not in used]
    return [f"fields not used: {one_line(', '.join(fields))}"] if fields else []


def _tables(file: FileVariables) -> list[str]:
    """Tables of numbers, whose columns can be used in a card."""
    shapes = {name: np.shape(v) for name in file.names if isinstance(v := file.value(name), np.ndarray)}
    found = [f"{name} {list(s)}" for name, s in shapes.items() if len(s) == 2 and min(s) > 1]
    return [f"tables, whose columns are NAME[0], NAME[1] .. in a card: {one_line(', '.join(found))}"] if found else []


def last(name: str) -> str:
    """The last field of a name such as 'Data.spikes'."""
    return name.rpartition(".")[2]


def is_named_event(column: Column) -> bool:
    """Whether the name of a numeric column suggests the times of an event, or codes of it."""
    shown = last(column.name)
    by_name = named(shown, EVENT) or any(named(shown, pattern) for pattern in ALIGN.values())
    return column.form == "number" and by_name and not named(shown, NO_CONDITION)


def is_even(times: np.ndarray) -> bool:
    """Whether numbers increase in even steps, up to rounding in single precision."""
    if times.dtype.kind not in "fiu" or len(times) < 3:
        return False
    steps = np.diff(times.astype(float))
    return bool((steps > 0).all() and np.ptp(steps) <= max(1e-3 * steps.mean(), 4 * rounding_of(times)))


def _is_event(column: Column, clock: tuple[float, float]) -> bool:
    """Whether a column contains event times: mostly within the range of the clock, and mostly different."""
    shown = last(column.name)
    known = column.values[~column.missing]
    if len(known) < 2 or not is_named_event(column):
        return False
    many = 3 if named(shown, r"_on(set)?(_|$)") else len(known) / 2  # other names may be those of codes
    return bool(np.mean((known >= clock[0]) & (known <= clock[1])) > 0.9 and len(np.unique(known)) > many)


def _align(events: dict[str, Column]) -> Guess | None:
    for what, pattern in ALIGN.items():
        for name, column in events.items():
            if named(last(name), pattern):
                known = (~column.missing).sum()
                return Guess(name, f"{what}, by its name; {known} of {len(column.values)} trials have it")
    return None


def _names(value: Any, name: str, deep: int) -> Iterator[str]:
    """Yield the name of a variable, or those of all nested fields if it is a structure or an array of structures."""
    each = list(leaves(value))
    if deep and each and all(isinstance(one, dict) for one in each):
        for field in each[0]:
            if all(field in one for one in each) and "." not in field:
                yield from _names([one[field] for one in each], f"{name}.{field}", deep - 1)
    else:
        yield name


def _listed(path: Path) -> tuple[dict[str, tuple[str, tuple[int, ...]]], dict[str, list[str]], list[str]]:
    """Kind and shape of every variable (which is not read), names of its dimensions, and the names of pickled ones.

    Raises BadActivity.
    """
    if zipfile.is_zipfile(path):
        found = list_npz(path)
        pickled = [name for name, (_, kind) in found.items() if kind.hasobject]
        return {name: (kind.name, shape) for name, (shape, kind) in found.items()}, {}, pickled
    if path.suffix == ".nc":
        found = read_dataset(path, from_user=True).variables
        dims = {str(name): list(map(str, v.dims)) for name, v in found.items()}
        return {str(name): (v.dtype.name, v.shape) for name, v in found.items()}, dims, []
    return list_matlab(path), {}, []
