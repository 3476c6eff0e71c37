"""Reader of choices and reaction times of two macaques in 237,271 trials of the checkerboard task, without units."""

from pathlib import Path
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.reading.matlab.matlab import read_matlab, structures

SQUARES = 225
COLUMNS = ("red squares", "chosen colour", "RT", "left target colour", "right target colour", "session")
RED, GREEN = 2, 3  # codes of target colours (inferred)
INFERRED = (
    "target colours 2 and 3 are red and green: according to the authors' description of another file, left minus right "
    "is 1 if the left target is green",
    "the chosen side follows from the chosen colour and the layout",
)


def pmd_checkerboard_boucher2023(files: dict[str, Path], *, monkey: Literal["T", "O"]) -> xr.Dataset:
    """All trials of monkey T (128,837, 75 sessions) or O (108,434, 66): an activity without units, at one time.

    Coordinates along trial: condition, such as red_left/214 (layout and red squares of 225); coherence, 2 n / 225 - 1,
    from -1 (all green) to 1 (all red); context, red_left or green_left; choice, left or right; colour, red or green;
    rt, s from checkerboard onset; correct, 0 or 1; session, such as T001, in the authors' numbering. Raises BadActivity
    for rows with invalid or contradictory values, with their number; BadOption.
    """
    if monkey not in ("T", "O"):
        raise BadOption(f"pmd_checkerboard_boucher2023: found monkey '{monkey}', wanted T or O")
    name = f"Fig2_Monkey{monkey}_data.mat"
    if name not in files:
        raise BadActivity(f"pmd_checkerboard_boucher2023: found files {', '.join(files)}, wanted {name}")
    squares, red, milliseconds, left, _, session = _columns(files[name], f"fig{monkey}Data", monkey).T
    coherence = 2 * squares / SQUARES - 1
    red_left = left == RED
    context = np.where(red_left, "red_left", "green_left")
    names = np.array([f"{layout}/{n:03d}" for layout in ("green_left", "red_left") for n in range(SQUARES + 1)])
    sessions, of_trial = np.unique(session, return_inverse=True)
    return activity.build(
        np.zeros((len(squares), 1, 0)),
        time=np.zeros(1),
        unit=[],
        condition=names[(SQUARES + 1) * red_left + squares],
        per_trial={
            "coherence": coherence,
            "context": context,
            "choice": np.where((red == 1) == red_left, "left", "right"),
            "colour": np.where(red == 1, "red", "green"),
            "rt": milliseconds / 1000,
            "correct": ((red == 1) == (coherence > 0)).astype(int),
            "session": np.array([f"{monkey}{k:03d}" for k in sessions])[of_trial],
        },
        source=name,
        rate_units="spikes/s",
        alignment="checkerboard onset",
        simultaneous=1,
        notes=f"only behaviour, no units: {len(squares)} trials of monkey {monkey} in {len(sessions)} sessions",
        inferred="; ".join(INFERRED),
    )


pmd_checkerboard_boucher2023.first_look = {"monkey": "T"}


def _columns(path: Path, variable: str, monkey: str) -> np.ndarray:
    """(trial, column) signed whole numbers; those of the file are unsigned, so that 2 n - 225 would overflow."""
    (found,) = structures(read_matlab(path, variable)[variable], "monkey", "combined", where=f"{path}: {variable}")[:1]
    if not isinstance(found["monkey"], str) or found["monkey"] != monkey:
        raise BadActivity(f"{path}: {variable}.monkey: found {found['monkey']!r}, wanted '{monkey}'")
    rows, where = found["combined"], f"{path}: {variable}.combined"
    wanted = f"wanted numbers (trials, {len(COLUMNS)}): {', '.join(COLUMNS)}"
    if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "fiu":
        raise BadActivity(f"{where}: found {type(rows).__name__}, {wanted}")
    if rows.ndim != 2 or rows.shape[1] != len(COLUMNS) or len(rows) == 0:
        raise BadActivity(f"{where}: found shape {rows.shape} of {rows.dtype}, {wanted}")
    return _refused(rows, where)


def _refused(rows: np.ndarray, where: str) -> np.ndarray:
    """The rows as whole numbers. Raises BadActivity for invalid rows, with their number."""
    squares, red, milliseconds, left, right, session = rows.T.astype(float)
    rules = {
        "NaN, infinite or not whole": ~(np.isfinite(rows) & (rows == np.floor(rows))).all(axis=1),
        f"red squares outside 0 to {SQUARES}": (squares < 0) | (squares > SQUARES),
        "a chosen colour that is neither 0 nor 1": ~np.isin(red, (0, 1)),
        "an RT of 0 ms or less": milliseconds <= 0,
        f"a target colour that is neither {RED} nor {GREEN}": ~np.isin(rows[:, 3:5], (RED, GREEN)).all(axis=1),
        "both targets of one colour": left == right,
        "a session below 1": session < 1,
    }
    wrong = {reason: bad for reason, bad in rules.items() if bad.any()}
    if wrong:
        reasons = "; ".join(
            f"{bad.sum()} with {reason} (the first is row {bad.argmax() + 1})" for reason, bad in wrong.items()
        )
        raise BadActivity(f"{where}: found {len(rows)} trials, {reasons}; wanted no such trials")
    return rows.astype(int)
