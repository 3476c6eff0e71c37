"""What a recording holds, in findings: facts in plain words, warnings, and errors that make it unusable."""

import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import COPY, conditions, interval
from rnncompare.activity.notes import split_notes
from rnncompare.activity.rate_units import SPIKES, measured_in
from rnncompare.activity.selection import along_trials, areas
from rnncompare.files.labels import NUMBER
from rnncompare.files.labels import names as names_of

FEW = 12  # of things that are all named
SLOW, FAST = 1.0, 200.0  # spikes/s, between which a unit's mean rate is expected
TWINS = 0.99  # correlation of single-trial rates from which two units are taken for the same
SAMPLES = 20_000  # (trial, time) that rates are correlated over, at most


class Finding(NamedTuple):
    """One line of a check. An error makes a recording unusable; a warning asks for a decision; a fact is neither."""

    level: Literal["error", "warning", "fact"]
    about: str
    found: str


def some(names: Iterable[object], limit: int = FEW) -> str:
    """The first of many, and how many more."""
    names = [str(name) for name in names]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def of_activity(data: xr.Dataset) -> list[Finding]:
    """What an activity's trials, times, coordinates, units and behavior are, and what is odd about them."""
    found = [*_trials(data), *_labels(data), *_coordinates(data), *_time(data)]
    found += (
        [*_units(data), *_no_area(data), *_twins(data)]
        if data.sizes["unit"]
        else [Finding("fact", "units", "none: behavior alone")]
    )
    return [*found, *_behavior(data), *_words(data)]


def _trials(data: xr.Dataset) -> list[Finding]:
    """How many of each condition."""
    names, labels = conditions(data), data.condition.values
    count = np.array([int((labels == name).sum()) for name in names])
    each = f"{count.min()} to {count.max()} of each, median {np.median(count):g}"
    each = f"{count[0]} of each" if np.ptp(count) == 0 else each
    listed = names if np.ptp(count) == 0 else [f"{name}: {n}" for name, n in zip(names, count, strict=True)]
    found = [Finding("fact", "trials", f"{len(labels)} of {len(names)} conditions, {each} ({some(listed)})")]
    if len(names) < 3:
        found.append(Finding("warning", "conditions", f"found {len(names)}, wanted at least 3 to compare populations"))
    single = [name for name, n in zip(names, count, strict=True) if n == 1]
    if len(single) == len(names):
        text = "one trial a condition: averages, or conditions that name single trials; nothing can be split by trials"
        found.append(Finding("warning", "conditions", text))
    elif single:
        text = f"{len(single)} of {len(names)} have one trial ({some(single, 5)}): nothing can be split by trials there"
        found.append(Finding("warning", "conditions", text))
    return found


def _labels(data: xr.Dataset) -> list[Finding]:
    """Names that look like two spellings of one."""
    found = []
    for about in [n for n in along_trials(data) if data[n].dtype.kind in "OSU"]:
        spelt: dict[str, list[str]] = {}
        for name in filter(None, dict.fromkeys(names_of(data[about].values).tolist())):
            spelt.setdefault(_spelling(name), []).append(name)
        for names in spelt.values():
            if len(names) > 1:
                text = f"{' and '.join(map(repr, names[:5]))} look like one name, and count as {len(names)}"
                found.append(Finding("warning", about, text))
    return found


def _spelling(name: str) -> str:
    """What two spellings of one name have in common."""
    if not NUMBER.fullmatch(name.strip()):
        return "".join(unicodedata.normalize("NFKC", name).casefold().split())
    whole = name.strip().lstrip("+").partition(".")[0]  # ids of many digits are different ids
    return f"{float(name):.3g}" if len(whole) < 4 else whole


def _coordinates(data: xr.Dataset) -> list[Finding]:
    """What is known of each trial beside its condition."""
    found = []
    for name in [n for n in along_trials(data) if n not in ("condition", COPY)]:
        values = data[name].values
        if values.dtype.kind not in "fiu":
            distinct = list(filter(None, dict.fromkeys(names_of(values).tolist())))
            found.append(Finding("fact", name, f"{len(distinct)} values: {some(distinct)}"))
            if lacking := int((names_of(values) == "").sum()):
                found.append(Finding("warning", name, f"{lacking} of {len(values)} trials have none"))
            continue
        known = values[np.isfinite(values.astype(float))]
        spread = f"{known.min():g} to {known.max():g}, median {np.median(known):g}" if len(known) else "no number"
        found.append(Finding("fact", name, spread))
        if len(known) < len(values):
            text = f"NaN in {len(values) - len(known)} of {len(values)} trials"
            found.append(Finding("warning", name, text))
    return found + _angles(data)


def _angles(data: xr.Dataset) -> list[Finding]:
    """Whether `angle`, where there is one, is one number a condition, and in degrees."""
    if "angle" not in along_trials(data) or data.angle.dtype.kind not in "fiu":
        return []
    found, angle = [], data.angle.values.astype(float)
    differ = [c for c in conditions(data) if np.ptp(angle[data.condition.values == c]) > 0]
    if differ:
        text = f"differs between trials of {len(differ)} conditions ({some(differ, 5)})"
        found.append(Finding("warning", "angle", text))
    if len(np.unique(angle)) > 2 and np.abs(angle).max() <= 2 * np.pi + 1e-6:
        found.append(Finding("warning", "angle", f"at most {np.abs(angle).max():.3g}: radians? degrees are wanted"))
    return found


def _time(data: xr.Dataset) -> list[Finding]:
    times, alignment = data.time.values, data.attrs.get("alignment", "an event that is not named")
    if len(times) == 1:
        return [Finding("fact", "time", f"one time, {times[0]:g} s from {alignment}")]
    text = f"{len(times)} times from {times[0]:g} to {times[-1]:g} s, every {interval(data):g} s, from {alignment}"
    return [Finding("fact", "time", text)]


def _units(data: xr.Dataset) -> list[Finding]:
    """How many of each area, and how fast they are."""
    mean, measured = data.rate.values.mean(axis=(0, 1)), data.attrs.get("rate_units", "a.u.")
    together = {1: "recorded together", 0: "not recorded together"}.get(data.attrs.get("simultaneous"), "")
    found = [Finding("fact", "units", ", ".join(filter(None, [f"{len(mean)}", together])))]
    for area, members in areas(data).items():
        low, first, middle, third, high = np.quantile(mean[members], [0, 0.25, 0.5, 0.75, 1])
        spread = f"mean rates {low:.3g} to {high:.3g} {measured}, quartiles {first:.3g}, {middle:.3g}, {third:.3g}"
        found.append(Finding("fact", f"units of {area}" if area else "rates", f"{members.sum()} units: {spread}"))
    names = data.unit.values
    silent = np.ptp(data.rate.values, axis=(0, 1)) == 0
    if silent.any():
        found.append(
            Finding("warning", "units", f"{silent.sum()} silent or always the same ({some(names[silent], 5)})")
        )
    if measured_in(data) == SPIKES:
        low = data.rate.values.min()
        if low < 0:
            text = f"rates down to {low:.3g} {SPIKES}: none is below 0; `rates` of the card says what values are"
            found.append(Finding("warning", "rates", text))
        slow, fast = (mean < SLOW) & ~silent, mean > FAST
        if slow.any():
            text = f"{slow.sum()} more below {SLOW:g} spikes/s ({some(names[slow], 5)}); minimum_rate leaves them out"
            found.append(Finding("warning", "units", text))
        if fast.any():
            text = f"{fast.sum()} above {FAST:g} spikes/s ({some(names[fast], 5)}): single units, times in s?"
            found.append(Finding("warning", "units", text))
    return found


def _no_area(data: xr.Dataset) -> list[Finding]:
    """Units that have no area where others do."""
    lacking = int((names_of(data.area.values) == "").sum()) if "area" in data.coords else 0
    text = f"{lacking} of {data.sizes['unit']} have none: results by area leave them out"
    return [Finding("warning", "area", text)] if lacking else []


def _twins(data: xr.Dataset) -> list[Finding]:
    """Units whose single-trial rates are those of another one."""
    rate = data.rate.values.reshape(-1, data.sizes["unit"])
    rate = rate[:: max(1, len(rate) // SAMPLES)].astype(float)
    rate = rate - rate.mean(axis=0)
    norm = np.linalg.norm(rate, axis=0)
    alike = np.triu((rate.T @ rate) > TWINS * np.outer(norm, norm), k=1) & (np.outer(norm, norm) > 0)
    if not alike.any():
        return []
    pairs = [f"{data.unit.values[i]} and {data.unit.values[j]}" for i, j in np.argwhere(alike)]
    text = f"{len(pairs)} pairs have the same rates in all trials (r > {TWINS}): {some(pairs, 5)}"
    return [Finding("warning", "units", text)]


def _behavior(data: xr.Dataset) -> list[Finding]:
    if "behavior" not in data:
        return [Finding("fact", "behavior", "none: nothing that reads it can be done")]
    values, names = data.behavior.values, data.channel.values.tolist()
    ends = [f"{n} {v.min():.3g} to {v.max():.3g}" for n, v in zip(names, np.moveaxis(values, 2, 0), strict=True)]
    units = data.attrs.get("behavior_units", "units that are not named")
    found = [Finding("fact", "behavior", f"{some(ends)} ({units})")]
    still = [name for name, spread in zip(names, np.ptp(values, axis=(0, 1)), strict=True) if spread == 0]
    return [*found, *([Finding("warning", "behavior", f"{some(still)} never change")] if still else [])]


def _words(data: xr.Dataset) -> list[Finding]:
    """What the reader and the card say: what was left out, what is doubtful, and what nobody has confirmed."""
    said = split_notes(data.attrs.get("notes"))
    facts = "; ".join(text for doubtful, text in said if not doubtful)
    notes = [Finding("fact", "notes", facts)] if facts else []
    notes += [Finding("warning", "notes", text) for doubtful, text in said if doubtful]
    inferred = dict.fromkeys(data.attrs.get("inferred", "").split("; "))  # reader and card may say the same
    return [*notes, *(Finding("warning", "inferred", text) for text in inferred if text)]
