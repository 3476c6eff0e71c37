"""Findings about an NWB file: conformity with the standard and its best practices, and properties of its data."""

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from textwrap import shorten

import numpy as np

from rnncompare.activity import RESOLUTION
from rnncompare.files.safety import single_file
from rnncompare.files.text import abbreviated
from rnncompare.reading.nwb.series import samples_of
from rnncompare.reading.nwb.spikes import Recorded, observed_of, spikes_of, stored_spikes, total_duration, unsorted
from rnncompare.reading.nwb.tables import opened, trial_column
from rnncompare.reading.rates import clock, margin, time_text
from rnncompare.reading.spikes.windows_and_counts import inside
from rnncompare.recordings.inspection import Finding

WORST = ("CRITICAL", "BEST_PRACTICE_VIOLATION")  # levels of nwbinspector's messages that are shown
SHOWN = 3  # number of messages that are shown of each kind


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
    """Findings about a file, which the reader may still refuse. The options are those of the reader.

    Raises BadActivity, BadOption.
    """
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
    return [*_findings_of(_standard, path), *_findings_of(_best_practice, path), *found]


def _findings_of(tool: Callable[[Path], list[Finding]], path: Path) -> list[Finding]:
    """The findings of an external validator, or a warning if it fails, since the file may still be readable."""
    try:
        return tool(path)
    except Exception as error:
        what = tool.__doc__.rstrip(".")
        return [Finding("warning", "NWB", f"{what} failed ({type(error).__name__}: {error})")]


def _standard(path: Path) -> list[Finding]:
    """The validation by pynwb."""
    import pynwb

    errors = [str(error) for error in pynwb.validate(path=str(path))]
    if not errors:
        return [Finding("fact", "NWB standard", "pynwb finds no errors")]
    return [Finding("warning", "NWB standard", f"pynwb finds {len(errors)} errors: {_first(errors)}")]


def _best_practice(path: Path) -> list[Finding]:
    """The inspection by nwbinspector."""
    try:
        import nwbinspector
    except ModuleNotFoundError:
        return [Finding("fact", "NWB practice", "nwbinspector is not installed (pip install 'rnncompare[nwb]')")]
    messages = list(nwbinspector.inspect_nwbfile(nwbfile_path=str(path), skip_validate=True))
    count = Counter(message.importance.name for message in messages)
    summary = ", ".join(f"{many} {level}" for level, many in sorted(count.items())) or "no messages"
    found = [Finding("fact", "NWB practice", f"nwbinspector: {summary}")]
    for level in WORST:
        texts = [f"{m.location or ''} {m.message}".strip() for m in messages if m.importance.name == level]
        if texts:
            found.append(Finding("warning", "NWB practice", f"{len(texts)} {level}: {_first(texts)}"))
    return found


def _first(messages: list[str]) -> str:
    """The first few messages, each shortened to one line."""
    lines = [shorten(message, 120, placeholder=" ...") for message in messages]
    return "; ".join(lines[:SHOWN]) + (f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else "")


def _range(times: np.ndarray | tuple[float, float]) -> str:
    """The first and the last of sorted times or intervals (s), as text."""
    ends = np.ravel(times)[[0, -1]]
    return " to ".join(map(time_text, ends)) + " s"


def _recording(spikes: int, units: int, recorded: Recorded, each: list[np.ndarray]) -> list[Finding]:
    """The duration of the recording, and the units that limit it. each: (interval, 2) s for each unit."""
    observed, span, whole = recorded.observed, recorded.span, total_duration(recorded.observed_any)
    pieces = f" in {len(observed)} pieces" if len(observed) > 1 else ""
    text = f"{_range(observed)}{pieces}, {units} units, {spikes} spikes"
    found = [Finding("fact", "recording", text)]
    if total_duration(observed) < whole - RESOLUTION:
        short = [k for k, own in enumerate(each) if len(own) and total_duration(own) < whole - RESOLUTION]
        text = f"some units were observed from {_range(span)}, but all units only in the above times "
        text += f"(obs_intervals): trials at other times are left out ({len(short)} units were observed for less: rows "
        text += f"{abbreviated(short, 5)})"
        found.append(Finding("warning", "recording", text))
    missing = [k for k, own in enumerate(each) if not len(own)]
    if each and missing:
        text = (
            f"{len(missing)} of {len(each)} have no obs_intervals (rows {abbreviated(missing, 5)}), and are assumed to "
        )
        text += "be observed throughout"
        found.append(Finding("warning", "units", text))
    return found


def _trials(start: np.ndarray, stop: np.ndarray, observed: np.ndarray) -> list[Finding]:
    """Rows of the trials table that are inconsistent or outside the recording."""
    found, odd = [], np.flatnonzero(stop < start)
    if len(odd):
        found.append(Finding("warning", "trials", f"{len(odd)} stop before they start (rows {abbreviated(odd, 5)})"))
    away = np.flatnonzero((start > observed[-1, 1]) | (stop < observed[0, 0]))
    if len(away):
        text = f"{len(away)} of {len(start)} are outside the recording (rows {abbreviated(away, 5)})"
        found.append(Finding("warning", "trials", text))
    order = np.argsort(start, kind="stable")
    reach = np.maximum.accumulate(stop[order])[:-1] if len(start) > 1 else np.empty(0)
    within = np.flatnonzero(start[order][1:] < reach - RESOLUTION)
    if len(within):
        rows = abbreviated(np.sort(order[1:][within]), 5)
        text = f"{len(within)} of {len(start)} start before an earlier one stops (rows {rows})"
        found.append(Finding("warning", "trials", f"{text}: are all times on the clock of the session?"))
    return found


def _event(name: str, event: np.ndarray, start: np.ndarray, stop: np.ndarray, observed: np.ndarray) -> list[Finding]:
    """Whether an event exists in all trials, and is within the recording and its trial."""
    about, known = f"event {name}", np.isfinite(event)
    spread = f", {_range(np.sort(event[known]))}" if known.any() else ""
    found = [Finding("fact", about, f"{known.sum()} of {len(event)} trials{spread}")]
    if not known.all():
        missing = f"NaN in {(~known).sum()} of {len(event)} trials ({100 * (~known).mean():.1f} %)"
        found.append(Finding("warning", about, missing))
    places = {
        f"the recording, {_range(observed)}": (observed[0, 0], observed[-1, 1]),
        "their own trial": (start, stop),
    }
    for place, (first, last) in places.items():
        outside = np.flatnonzero(known & ((event < first) | (event > last)))
        if len(outside):
            found.append(Finding("warning", about, f"{len(outside)} outside {place} (rows {abbreviated(outside, 5)})"))
    return found


def _windows(
    name: str, event: np.ndarray, time: np.ndarray, bin: float, extra: int, observed: np.ndarray
) -> list[Finding]:
    """The number of trials whose window, with the margins for smoothing, was recorded, and the window common to all."""
    event = event[(event >= observed[0, 0]) & (event <= observed[-1, 1])]
    if not len(event):
        return []
    whole, _ = inside(event, np.arange(len(event)), time, bin, extra, observed, "")
    text = f"{whole.sum()} of {len(event)} trials with {name} cover {time[0]:g} to {time[-1]:g} s around it"
    if whole.all():
        return [Finding("fact", "window", text)]
    piece = observed[np.searchsorted(observed[:, 0], event, side="right") - 1]
    reach = (extra + 0.5) * bin
    first, last = (piece[:, 0] - event).max() + reach, (piece[:, 1] - event).min() - reach
    text += f"; all of them cover {first:.3g} to {last:.3g} s" if first < last else ""
    return [Finding("warning" if whole.any() else "error", "window", text)]


def _units(spikes: np.ndarray, ends: np.ndarray) -> list[Finding]:
    """Units whose spikes are not sorted, and units with the same spike train."""
    found, out_of_order = [], unsorted(spikes, ends)
    if len(out_of_order):
        text = f"spikes of {len(out_of_order)} units are not sorted (rows {abbreviated(out_of_order, 5)}); the reader "
        text += "sorts them"
        found.append(Finding("warning", "units", text))
    groups: dict[bytes, list[int]] = {}
    for unit in range(len(ends) - 1):
        train = np.sort(spikes[ends[unit] : ends[unit + 1]])
        if len(train):
            groups.setdefault(sha256(train.tobytes()).digest(), []).append(unit)
    same = [" and ".join(map(str, units)) for units in groups.values() if len(units) > 1]
    if same:
        text = f"{len(same)} spike trains occur more than once (rows {abbreviated(same, 5)})"
        found.append(Finding("warning", "units", text))
    return found


def _series(name: str, channels: list[str | None], data: np.ndarray, times: np.ndarray) -> list[Finding]:
    """The time range and rate of a series, and its missing samples."""
    rate = 1 / np.median(np.diff(times))
    spread = f"{_range(times)}, {len(times)} samples, {rate:.4g} Hz"
    found = [Finding("fact", f"series {name}", spread)]
    for channel, values in zip(channels, data.T, strict=True):
        missing = (~np.isfinite(values)).mean()
        if channel is not None and missing:
            text = f"{channel}: NaN or infinite in {100 * missing:.1f} % of samples"
            found.append(Finding("warning", f"series {name}", text))
    return found
