"""What is odd about an NWB file, as a card reads it: by the standard, by its best practices, and by what we need."""

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from textwrap import shorten

import numpy as np

from rnncompare.activity import RESOLUTION
from rnncompare.files.safety import single_file
from rnncompare.reading.nwb.series import samples_of
from rnncompare.reading.nwb.spikes import Recorded, lasting, observed_of, spikes_of, stored_spikes, unsorted
from rnncompare.reading.nwb.tables import opened, trial_column
from rnncompare.reading.rates import clock, margin
from rnncompare.reading.spikes.windows_and_counts import inside
from rnncompare.recordings.inspection import Finding, some

WORST = ("CRITICAL", "BEST_PRACTICE_VIOLATION")  # of nwbinspector's levels, those that are shown
SHOWN = 3  # messages of a kind


def examine(
    files: dict[str, Path],
    *,
    align: str,
    bin: float,
    smooth: float,
    window: list[float],
    events: dict[str, str] | None = None,
    behavior: dict[str, list[str | None]] | None = None,
    intervals: str = "trials",
    **_,
) -> list[Finding]:
    """Findings about a file that the reader may yet refuse. Options: of the reader. Raises BadActivity, BadOption."""
    path = single_file(files)
    where = str(path)
    time, extra = clock(window, bin, where), margin(smooth, bin, where)
    with opened(path) as session:
        found = _units(*stored_spikes(session, where))
        spikes, ends, observed, _ = recorded = spikes_of(session, where)
        found += _recording(len(spikes), len(ends) - 1, recorded, observed_of(session))
        named = list(dict.fromkeys([align, *(events or {}).values()]))
        times = {
            name: trial_column(session, intervals, name, where).astype(float)
            for name in ("start_time", "stop_time", *named)
        }
        start, stop = times["start_time"], times["stop_time"]
        found += _trials(start, stop, observed)
        for name in named:
            found += _event(name, times[name], start, stop, observed)
            if name == align:
                found += _windows(name, times[name], time, bin, extra, observed)
        for place, channels in (behavior or {}).items():
            data, clocked, _unit = samples_of(session, place, channels, where)
            found += _series(place.rsplit("/", 1)[-1], channels, data, clocked)
    return [*_said_by(_standard, path), *_said_by(_best_practice, path), *found]


def _said_by(tool: Callable[[Path], list[Finding]], path: Path) -> list[Finding]:
    """What another's tool finds; a file that breaks it may still be one that we can read."""
    try:
        return tool(path)
    except Exception as fault:
        return [Finding("warning", "NWB", f"{tool.__doc__.rstrip('.')}: it broke ({type(fault).__name__}: {fault})")]


def _standard(path: Path) -> list[Finding]:
    """What pynwb's validator says."""
    import pynwb

    errors = [str(error) for error in pynwb.validate(path=str(path))]
    if not errors:
        return [Finding("fact", "NWB standard", "pynwb finds nothing wrong")]
    return [Finding("warning", "NWB standard", f"pynwb finds {len(errors)} faults: {_first(errors)}")]


def _best_practice(path: Path) -> list[Finding]:
    """What nwbinspector says, where it is installed."""
    try:
        import nwbinspector
    except ModuleNotFoundError:
        return [Finding("fact", "NWB practice", "nwbinspector is not installed (pip install 'rnncompare[nwb]')")]
    messages = list(nwbinspector.inspect_nwbfile(nwbfile_path=str(path), skip_validate=True))
    count = Counter(message.importance.name for message in messages)
    said = ", ".join(f"{many} {level}" for level, many in sorted(count.items())) or "nothing"
    found = [Finding("fact", "NWB practice", f"nwbinspector: {said}")]
    for level in WORST:
        texts = [f"{m.location or ''} {m.message}".strip() for m in messages if m.importance.name == level]
        if texts:
            found.append(Finding("warning", "NWB practice", f"{len(texts)} {level}: {_first(texts)}"))
    return found


def _first(messages: list[str]) -> str:
    """The first few, each cut to a line."""
    lines = [shorten(message, 120, placeholder=" ...") for message in messages]
    return "; ".join(lines[:SHOWN]) + (f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else "")


def _recording(spikes: int, units: int, recorded: Recorded, each: list[np.ndarray]) -> list[Finding]:
    """How long the recording is, and which units shorten it. each: (interval, 2) s of each unit."""
    observed, span, whole = recorded.observed, recorded.span, lasting(recorded.anyones)
    pieces = f" in {len(observed)} pieces" if len(observed) > 1 else ""
    text = f"{observed[0, 0]:g} to {observed[-1, 1]:g} s{pieces}, {units} units, {spikes} spikes"
    found = [Finding("fact", "recording", text)]
    if lasting(observed) < whole - RESOLUTION:
        short = [k for k, own in enumerate(each) if len(own) and lasting(own) < whole - RESOLUTION]
        text = f"some units were observed from {span[0]:g} to {span[1]:g} s, all of them (obs_intervals) only then: "
        text += (
            f"trials at other times are left out ({len(short)} units, rows {some(short, 5)}, were observed for less)"
        )
        found.append(Finding("warning", "recording", text))
    unsaid = [k for k, own in enumerate(each) if not len(own)]
    if each and unsaid:
        text = (
            f"{len(unsaid)} of {len(each)} have no obs_intervals (rows {some(unsaid, 5)}): taken as observed throughout"
        )
        found.append(Finding("warning", "units", text))
    return found


def _trials(start: np.ndarray, stop: np.ndarray, observed: np.ndarray) -> list[Finding]:
    """Rows of the trials table that cannot be, or lie outside what was recorded."""
    found, odd = [], np.flatnonzero(stop < start)
    if len(odd):
        found.append(Finding("warning", "trials", f"{len(odd)} stop before they start (rows {some(odd, 5)})"))
    away = np.flatnonzero((start > observed[-1, 1]) | (stop < observed[0, 0]))
    if len(away):
        text = f"{len(away)} of {len(start)} lie outside the recording (rows {some(away, 5)})"
        found.append(Finding("warning", "trials", text))
    order = np.argsort(start, kind="stable")
    reach = np.maximum.accumulate(stop[order])[:-1] if len(start) > 1 else np.empty(0)
    within = np.flatnonzero(start[order][1:] < reach - RESOLUTION)
    if len(within):
        rows = some(np.sort(order[1:][within]), 5)
        text = f"{len(within)} of {len(start)} start before an earlier one stops (rows {rows})"
        found.append(Finding("warning", "trials", f"{text}: are all times on the session's clock?"))
    return found


def _event(name: str, event: np.ndarray, start: np.ndarray, stop: np.ndarray, observed: np.ndarray) -> list[Finding]:
    """Whether an event is there, in the recording and in its trial."""
    about, known = f"event {name}", np.isfinite(event)
    spread = f", {event[known].min():g} to {event[known].max():g} s" if known.any() else ""
    found = [Finding("fact", about, f"{known.sum()} of {len(event)} trials{spread}")]
    if not known.all():
        lost = f"NaN in {(~known).sum()} of {len(event)} trials ({100 * (~known).mean():.1f} %)"
        found.append(Finding("warning", about, lost))
    places = {
        f"the recording, {observed[0, 0]:g} to {observed[-1, 1]:g} s": (observed[0, 0], observed[-1, 1]),
        "their own trial": (start, stop),
    }
    for place, (first, last) in places.items():
        outside = np.flatnonzero(known & ((event < first) | (event > last)))
        if len(outside):
            found.append(Finding("warning", about, f"{len(outside)} outside {place} (rows {some(outside, 5)})"))
    return found


def _windows(
    name: str, event: np.ndarray, time: np.ndarray, bin: float, extra: int, observed: np.ndarray
) -> list[Finding]:
    """How many trials' windows, with what smoothing reads beyond them, were recorded; which window all have."""
    event = event[(event >= observed[0, 0]) & (event <= observed[-1, 1])]
    if not len(event):
        return []
    whole, _ = inside(event, np.arange(len(event)), time, bin, extra, observed, "")
    text = f"{whole.sum()} of {len(event)} trials with {name} hold {time[0]:g} to {time[-1]:g} s about it"
    if whole.all():
        return [Finding("fact", "window", text)]
    piece = observed[np.searchsorted(observed[:, 0], event, side="right") - 1]
    reach = (extra + 0.5) * bin
    first, last = (piece[:, 0] - event).max() + reach, (piece[:, 1] - event).min() - reach
    text += f"; all of them hold {first:.3g} to {last:.3g} s" if first < last else ""
    return [Finding("warning" if whole.any() else "error", "window", text)]


def _units(spikes: np.ndarray, ends: np.ndarray) -> list[Finding]:
    """Units whose spikes are out of order, or are another unit's."""
    found, falls = [], unsorted(spikes, ends)
    if len(falls):
        text = f"spikes of {len(falls)} units are not in order (rows {some(falls, 5)}); they are sorted"
        found.append(Finding("warning", "units", text))
    groups: dict[bytes, list[int]] = {}
    for unit in range(len(ends) - 1):
        train = np.sort(spikes[ends[unit] : ends[unit + 1]])
        if len(train):
            groups.setdefault(sha256(train.tobytes()).digest(), []).append(unit)
    same = [" and ".join(map(str, units)) for units in groups.values() if len(units) > 1]
    if same:
        text = f"{len(same)} spike trains are in the file more than once (rows {some(same, 5)})"
        found.append(Finding("warning", "units", text))
    return found


def _series(name: str, channels: list[str | None], data: np.ndarray, times: np.ndarray) -> list[Finding]:
    """How far a series goes, and what it lacks."""
    rate = 1 / np.median(np.diff(times))
    spread = f"{times[0]:g} to {times[-1]:g} s, {len(times)} samples, {rate:.4g} Hz"
    found = [Finding("fact", f"series {name}", spread)]
    for channel, values in zip(channels, data.T, strict=True):
        lost = (~np.isfinite(values)).mean()
        if channel is not None and lost:
            text = f"{channel}: NaN or infinite in {100 * lost:.1f} % of samples"
            found.append(Finding("warning", f"series {name}", text))
    return found
