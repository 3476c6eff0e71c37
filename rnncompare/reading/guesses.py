"""Guesses of the roles of columns of trials, from their values and from names that are common in the field."""

import re

import numpy as np

from rnncompare.files.labels import label, labels
from rnncompare.files.text import natural
from rnncompare.reading.columns import Column
from rnncompare.recordings.draft import UNKNOWN, Guess

# Patterns of names in snake case. Earlier ones have precedence.
CONDITION = (
    r"(^|_)cond",
    r"(^|_|t)dir|angle",
    r"(^|_)(target|tgt)",
    r"maze",
    r"coh|contrast|stim|cue|odou?r|side|context|object|instruct",
    r"type|version|class|categor|code",
)
TOGETHER = [(r"maze", r"version")]  # columns that name a condition only in combination
NO_CONDITION = r"success|correct|outcome|result|reward|error|split|block|bad|valid|abort|^num|^n_|count|trial_?(id|num)"
CHOICE = r"choice|chosen|decision|selected|(^|_)resp(onse)?$"
GOOD = r"success|correct|reward|result|outcome|feedback|(is_|^)valid|(is_|^)good"
BAD = r"discard|exclu|abort|artifact|invalid|(is_|^)bad|(^|trial_)err(or)?(_?code)?$"
AMOUNT = (
    r"size|amount|volume|magnitude|prob|num|time|latency|(^|_)(ml|ul|rt)$"  # amounts of reward rather than outcomes
)
YES = ("1", "true", "r", "s", "success", "successful", "correct", "hit", "reward", "rewarded", "good", "valid")
NO = ("0", "false")
AREA = r"area|region|location|brain|(^|_)loc(_|$)"
LIMB = r"hand|cursor|wrist|finger|arm|joint|elbow|shoulder|joystick|wheel|manipul|pos|vel"
NO_LIMB = r"eye|gaze|pupil|lfp|emg|electrical|raw"
ANGLE = r"(^|_|t)dir|angle"
ROUNDED = 0.05  # tolerance in degrees for angles in radians that are given with a few digits
# Patterns of names of events; trials are aligned to the first one that is found.
ALIGN = {
    "movement's onset": r"(mov|mv|reach|saccade|lick|resp)\w*(onset|start|begin|init|_on(_|$))|^onset"
    r"|first_(mov|reach|lick)|(mov\w*|reach|lick|saccade)_times?$|(^|_)move(ment)?$",
    "a go cue": r"(^|_)go(_|$)|gocue|imperative",
    "a cue or target": r"cue|target|tgt|stim|tone|sample",
}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace(".", "_")).lower()


def named(name: str, pattern: str) -> bool:
    return re.search(pattern, snake(name)) is not None


def values_of(column: Column) -> str:
    """The values of a column as a short text."""
    values, _ = column.distinct
    if column.form == "number" and len(values) > 8:
        return f"{values[0]:g} to {values[-1]:g}"
    shown = sorted(set(labels(values).tolist()), key=natural)
    return ", ".join(shown[:8]) + (", .." if len(shown) > 8 else "")


def keep_of(plain: dict[str, Column], trials: int, undetermined: list[str]) -> tuple[dict[str, Guess], np.ndarray]:
    """The values to keep of columns about the outcome of trials, and (trial,) of bool: which trials are kept."""
    keep, kept = {}, np.ones(trials, dtype=bool)
    for name, column in plain.items():
        wanted = () if named(name, AMOUNT) else YES if named(name, GOOD) else NO if named(name, BAD) else ()
        values = [v for v in column.distinct[0] if label(v).lower() in wanted]
        if wanted is YES and column.form == "number" and set(column.distinct[0].tolist()) not in ({0, 1}, {-1, 1}):
            values = []  # codes, in which the meaning of 1 is unknown
        chosen = np.isin(column.values, values)
        if values and chosen.any() and not chosen.all() and (kept & chosen).any():
            keep[name] = Guess(
                [v.item() for v in values],
                f"its name; {chosen.sum()} of {trials} trials; values {values_of(column)}",
            )
            kept &= chosen
            if 2 * chosen.sum() <= trials:
                undetermined.append(
                    f"whether trials should be selected by {name}: 'keep' selects {chosen.sum()} of {trials}"
                )
        elif wanted and not values and len(column.distinct[0]) > 1:
            undetermined.append(
                f"which values of {name} ({values_of(column)}) mark trials to keep: use 'keep: {{{name}: [..]}}'"
            )
    return keep, kept


def condition_of(plain: dict[str, Column], kept: np.ndarray, undetermined: list[str]) -> tuple[Guess, dict[str, Guess]]:
    """The column or columns that name a condition, and its values to keep if some trials have none."""
    able = {name: c for name, c in plain.items() if _repeats(c, kept)}
    able = {name: c for name, c in able.items() if not named(name, NO_CONDITION) and not named(name, CHOICE)}
    for first, second in TOGETHER:
        both = [next((n for n in able if named(n, part)), None) for part in (first, second)]
        if all(both):
            return Guess(both, "together they name a condition, by their names"), _without(both, plain, kept)
    for pattern in CONDITION:
        for name in able:
            if named(name, pattern):
                others = f"; it might be {', '.join(n for n in able if n != name)}" if len(able) > 1 else ""
                return Guess(name, f"its name; values {values_of(able[name])}{others}"), _without([name], plain, kept)
    if able:
        name = min(able, key=lambda n: len(able[n].distinct[0]))
        undetermined.append(f"which column names a condition: {name} is assumed; it might be any of {', '.join(able)}")
        why = f"it has few values ({values_of(able[name])}); no name suggests a condition"
        return Guess(name, why, sure=False), _without([name], plain, kept)
    undetermined.append(
        f"which column names a condition: none has few values with several trials each. Set 'condition' to one of "
        f"{', '.join(plain) or 'no columns'}"
    )
    return Guess(UNKNOWN, "no column has few values with several trials each"), {}


def _repeats(column: Column, kept: np.ndarray) -> bool:
    """Whether a column has at least two values in the kept trials, most of them with several trials."""
    _, many = np.unique(column.values[kept & ~column.missing], return_counts=True)
    return len(many) > 1 and np.median(many) >= 2


def _without(names: list[str], plain: dict[str, Column], kept: np.ndarray) -> dict[str, Guess]:
    """All values of the columns of a condition in which some trials have no value, so that these are left out."""
    found = {}
    for name in names:
        column = plain[name]
        none = int((column.missing & kept).sum())
        if none:
            found[name] = Guess([v.item() for v in column.distinct[0]], f"leaves out {none} trials without a value")
    return found


def choice_of(plain: dict[str, Column], kept: np.ndarray, condition: str | list[str]) -> Guess | None:
    for name, column in plain.items():
        few = _repeats(column, kept) and len(column.distinct[0]) <= 8
        if named(name, CHOICE) and few and name not in np.atleast_1d(condition):
            return Guess(name, f"its name; values {values_of(column)}")
    return None


def angle_of(
    plain: dict[str, Column], condition: str | list[str], undetermined: list[str]
) -> tuple[dict[str, Guess], dict[str, Guess]]:
    """The direction in degrees, which the task delayed_reach needs as `angle`: a column, or one for each condition."""
    for name in np.atleast_1d(condition).tolist():
        if name not in plain or not named(name, ANGLE) or plain[name].form != "number":
            continue
        values = plain[name].distinct[0].astype(float)
        low, high, degrees = values[0], values[-1], np.degrees(values)
        codes = bool((np.diff(values) == 1).all())
        if not codes and high - low > 2 * np.pi and low >= -360 and high <= 360:
            return {"angle": Guess(name, f"a direction, by its name, from {low:g} to {high:g}, so degrees")}, {}
        whole = bool((np.abs(degrees - np.round(degrees)) < ROUNDED).all())
        if not codes and whole and np.abs(values).max() <= 2 * np.pi + 1e-3 and isinstance(condition, str):
            why = f"{name}, a direction by its name, is in radians by its values, {low:g} to {high:g}"
            undetermined.append(
                f"the unit of {name}: {why.partition(' is ')[2]}; 'conditions' gives the angles in degrees"
            )
            names = [{"condition": f"{d:g}", "angle": float(d)} for d in np.round(degrees)]
            return {}, {str(v): Guess(n, why) for v, n in zip(labels(values), names, strict=True)}
        undetermined.append(
            f"the unit of {name} ({low:g} to {high:g}): {'numbers of directions' if codes else 'not degrees'}, so "
            "there is no coordinate 'angle', which the task delayed_reach needs: 'conditions' of a card can give the "
            "angle of each condition (docs/recordings.md, names and clocks)"
        )
    return {}, {}


def channels_of(name: str, columns: int) -> list[str]:
    """A name for each column of a variable of a limb."""
    base = re.sub(r"_?vel$", "_velocity", re.sub(r"_?pos$", "_position", snake(name))).strip("_")
    return [base] if columns == 1 else [f"{base}_{axis}" for axis in "xyz"[:columns]]
