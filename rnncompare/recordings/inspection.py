"""Findings about the contents of a recording: facts, warnings, and errors that make it unusable."""

import unicodedata
from typing import Literal, NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import COPY, conditions, interval
from rnncompare.activity.notes import split_notes
from rnncompare.activity.rate_units import SPIKES, measured_in
from rnncompare.activity.selection import along_trials, areas
from rnncompare.files.labels import names as names_of
from rnncompare.files.text import NUMBER, abbreviated

SLOW, FAST = 1.0, 200.0  # spikes/s; range in which the mean rate of a unit is expected
DUPLICATE = 0.99  # correlation of single-trial rates above which two units are regarded as the same
SAMPLES = 20_000  # largest number of (trial, time) samples over which rates are correlated


class Finding(NamedTuple):
    """One line of a check: an error makes a recording unusable, and a warning requires a decision of the user."""

    level: Literal["error", "warning", "fact"]
    about: str
    found: str


def inspect_activity(data: xr.Dataset) -> list[Finding]:
    """Findings about the trials, times, coordinates, units and behavior of an activity, and about irregularities."""
    found = [*_trials(data), *_labels(data), *_coordinates(data), *_time(data)]
    found += (
        [*_units(data), *_no_area(data), *_duplicates(data)]
        if data.sizes["unit"]
        else [Finding("fact", "units", "none: only behavior")]
    )
    return [*found, *_behavior(data), *_notes(data)]


def _trials(data: xr.Dataset) -> list[Finding]:
    """Number of trials of each condition."""
    names, labels = conditions(data), data.condition.values
    count = np.array([int((labels == name).sum()) for name in names])
    each = f"{count.min()} to {count.max()} of each, median {np.median(count):g}"
    each = f"{count[0]} of each" if np.ptp(count) == 0 else each
    listed = names if np.ptp(count) == 0 else [f"{name}: {n}" for name, n in zip(names, count, strict=True)]
    found = [Finding("fact", "trials", f"{len(labels)} of {len(names)} conditions, {each} ({abbreviated(listed)})")]
    if len(names) < 3:
        found.append(Finding("warning", "conditions", f"found {len(names)}, wanted at least 3 to compare populations"))
    single = [name for name, n in zip(names, count, strict=True) if n == 1]
    if len(single) == len(names):
        text = "one trial for each condition (averages, or a condition for each trial): trials cannot be split"
        found.append(Finding("warning", "conditions", text))
    elif single:
        text = f"{len(single)} of {len(names)} have one trial ({abbreviated(single, 5)}): their trials cannot be split"
        found.append(Finding("warning", "conditions", text))
    return found


def _labels(data: xr.Dataset) -> list[Finding]:
    """Names that appear to be different spellings of the same name."""
    found = []
    for about in [n for n in along_trials(data) if data[n].dtype.kind in "OSU"]:
        by_spelling: dict[str, list[str]] = {}
        for name in filter(None, dict.fromkeys(names_of(data[about].values).tolist())):
            by_spelling.setdefault(_spelling(name), []).append(name)
        for names in by_spelling.values():
            if len(names) > 1:
                text = f"{' and '.join(map(repr, names[:5]))} may be the same name, and are treated as {len(names)}"
                found.append(Finding("warning", about, text))
    return found


def _spelling(name: str) -> str:
    """A normalised name, which is equal for different spellings of the same name."""
    if not NUMBER.fullmatch(name.strip()):
        return "".join(unicodedata.normalize("NFKC", name).casefold().split())
    whole = name.strip().lstrip("+").partition(".")[0]  # identifiers with many digits are not rounded
    return f"{float(name):.3g}" if len(whole) < 4 else whole


def _coordinates(data: xr.Dataset) -> list[Finding]:
    """The coordinates along trial other than the condition."""
    found = []
    for name in [n for n in along_trials(data) if n not in ("condition", COPY)]:
        values = data[name].values
        if values.dtype.kind not in "fiu":
            distinct = list(filter(None, dict.fromkeys(names_of(values).tolist())))
            found.append(Finding("fact", name, f"{len(distinct)} values: {abbreviated(distinct)}"))
            if lacking := int((names_of(values) == "").sum()):
                found.append(Finding("warning", name, f"{lacking} of {len(values)} trials have no value"))
            continue
        known = values[np.isfinite(values.astype(float))]
        spread = f"{known.min():g} to {known.max():g}, median {np.median(known):g}" if len(known) else "no values"
        found.append(Finding("fact", name, spread))
        if len(known) < len(values):
            text = f"NaN in {len(values) - len(known)} of {len(values)} trials"
            found.append(Finding("warning", name, text))
    return found + _angles(data)


def _angles(data: xr.Dataset) -> list[Finding]:
    """Whether `angle`, if it exists, has one value for each condition and is in degrees."""
    if "angle" not in along_trials(data) or data.angle.dtype.kind not in "fiu":
        return []
    found, angle = [], data.angle.values.astype(float)
    differ = [c for c in conditions(data) if np.ptp(angle[data.condition.values == c]) > 0]
    if differ:
        text = f"differs between trials of {len(differ)} conditions ({abbreviated(differ, 5)})"
        found.append(Finding("warning", "angle", text))
    if len(np.unique(angle)) > 2 and np.abs(angle).max() <= 2 * np.pi + 1e-6:
        found.append(
            Finding("warning", "angle", f"at most {np.abs(angle).max():.3g}: possibly in radians, wanted degrees")
        )
    return found


def _time(data: xr.Dataset) -> list[Finding]:
    times, alignment = data.time.values, data.attrs.get("alignment", "an unnamed event")
    if len(times) == 1:
        return [Finding("fact", "time", f"one time, {times[0]:g} s from {alignment}")]
    text = f"{len(times)} times from {times[0]:g} to {times[-1]:g} s, every {interval(data):g} s, from {alignment}"
    return [Finding("fact", "time", text)]


def _units(data: xr.Dataset) -> list[Finding]:
    """Number and mean rates of the units of each area."""
    mean, measured = data.rate.values.mean(axis=(0, 1)), data.attrs.get("rate_units", "a.u.")
    simultaneous = {1: "recorded simultaneously", 0: "not recorded simultaneously"}
    simultaneous = simultaneous.get(data.attrs.get("simultaneous"), "")
    found = [Finding("fact", "units", ", ".join(filter(None, [f"{len(mean)}", simultaneous])))]
    for area, members in areas(data).items():
        low, first, middle, third, high = np.quantile(mean[members], [0, 0.25, 0.5, 0.75, 1])
        spread = f"mean rates {low:.3g} to {high:.3g} {measured}, quartiles {first:.3g}, {middle:.3g}, {third:.3g}"
        found.append(Finding("fact", f"units of {area}" if area else "rates", f"{members.sum()} units: {spread}"))
    names = data.unit.values
    silent = np.ptp(data.rate.values, axis=(0, 1)) == 0
    if silent.any():
        found.append(
            Finding("warning", "units", f"{silent.sum()} with constant rate ({abbreviated(names[silent], 5)})")
        )
    if measured_in(data) == SPIKES:
        low = data.rate.values.min()
        if low < 0:
            text = (
                f"found rates of {low:.3g} {SPIKES}, wanted none below 0; `rates` of the card gives the unit of values"
            )
            found.append(Finding("warning", "rates", text))
        slow, fast = (mean < SLOW) & ~silent, mean > FAST
        if slow.any():
            text = (
                f"{slow.sum()} others below {SLOW:g} spikes/s ({abbreviated(names[slow], 5)}): minimum_rate omits them"
            )
            found.append(Finding("warning", "units", text))
        if fast.any():
            text = (
                f"{fast.sum()} above {FAST:g} spikes/s ({abbreviated(names[fast], 5)}): multi-units, or times not in s"
            )
            found.append(Finding("warning", "units", text))
    return found


def _no_area(data: xr.Dataset) -> list[Finding]:
    """Units without an area, if other units have one."""
    lacking = int((names_of(data.area.values) == "").sum()) if "area" in data.coords else 0
    text = f"{lacking} of {data.sizes['unit']} units have none: results by area leave them out"
    return [Finding("warning", "area", text)] if lacking else []


def _duplicates(data: xr.Dataset) -> list[Finding]:
    """Pairs of units with the same single-trial rates."""
    rate = data.rate.values.reshape(-1, data.sizes["unit"])
    rate = rate[:: max(1, len(rate) // SAMPLES)].astype(float)
    rate = rate - rate.mean(axis=0)
    norm = np.linalg.norm(rate, axis=0)
    duplicate = np.triu((rate.T @ rate) > DUPLICATE * np.outer(norm, norm), k=1) & (np.outer(norm, norm) > 0)
    if not duplicate.any():
        return []
    pairs = [f"{data.unit.values[i]} and {data.unit.values[j]}" for i, j in np.argwhere(duplicate)]
    text = f"{len(pairs)} pairs have the same rates in all trials (r > {DUPLICATE}): {abbreviated(pairs, 5)}"
    return [Finding("warning", "units", text)]


def _behavior(data: xr.Dataset) -> list[Finding]:
    if "behavior" not in data:
        return [Finding("fact", "behavior", "none: analyses of behavior are not possible")]
    values, names = data.behavior.values, data.channel.values.tolist()
    ends = [f"{n} {v.min():.3g} to {v.max():.3g}" for n, v in zip(names, np.moveaxis(values, 2, 0), strict=True)]
    units = data.attrs.get("behavior_units", "unknown units")
    found = [Finding("fact", "behavior", f"{abbreviated(ends)} ({units})")]
    constant = [name for name, spread in zip(names, np.ptp(values, axis=(0, 1)), strict=True) if spread == 0]
    return [*found, *([Finding("warning", "behavior", f"constant: {abbreviated(constant)}")] if constant else [])]


def _notes(data: xr.Dataset) -> list[Finding]:
    """The notes of the reader, its cautions, and the unconfirmed facts of the card."""
    single = split_notes(data.attrs.get("notes"))
    facts = "; ".join(text for doubtful, text in single if not doubtful)
    notes = [Finding("fact", "notes", facts)] if facts else []
    notes += [Finding("warning", "notes", text) for doubtful, text in single if doubtful]
    inferred = dict.fromkeys(data.attrs.get("inferred", "").split("; "))  # reader and card may give the same fact
    return [*notes, *(Finding("warning", "inferred", text) for text in inferred if text)]
