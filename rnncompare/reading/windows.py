"""Trials of a session held against each other: windows that overlap, and events outside their own trial."""

import numpy as np

from rnncompare.activity import RESOLUTION
from rnncompare.recordings.inspection import some

CROWDED = 2.5  # trials that a moment of the windows is in, on average, above which events are asked about


def overlapping(event: np.ndarray, time: np.ndarray, bin: float) -> str:
    """How many trials' windows overlap another's, in words; nothing where none does.

    event: (trial,) s, on one clock for all; time: (time,) s, the bins' centres about it; bin: s. What smoothing reads
    beyond windows is not counted.
    """
    length, start = time[-1] - time[0] + bin, np.sort(event)
    near = np.diff(start) < length - RESOLUTION
    both = np.append(near, False) | np.insert(near, 0, False)
    if len(start) < 2 or not both.any():
        return ""
    lie_in = np.minimum(np.diff(start), length).sum() + length
    over = np.searchsorted(start, start + length - RESOLUTION) - np.arange(len(start))
    share = len(start) * length / lie_in
    said = f"windows of {both.sum()} of {len(start)} trials overlap another's: windows of {length:.3g} s lie in "
    said += (
        f"{lie_in:.3g} s of the recording, up to {over.max()} over one another, so that each spike there is counted "
    )
    said += f"in {share:.2g} trials on average"
    return said + (", are events and spikes on the same clock, the session's?" if share > CROWDED else "")


def outside(name: str, event: np.ndarray, start: np.ndarray, stop: np.ndarray, number: np.ndarray) -> str:
    """How many trials have an event before they start or after they stop, in words; nothing where none has.

    event, start, stop, number: (trial,) s on one clock, NaN where there is none, and the trials' numbers in the file.
    """
    where = {"before they start": event < start - RESOLUTION, "after they stop": event > stop + RESOLUTION}
    known = int(np.isfinite(event).sum())
    found = [
        f"{odd.sum()} of {known} trials have {name} {place} (rows {some(number[odd], 5)})"
        for place, odd in where.items()
        if odd.any()
    ]
    return ", ".join(found)
