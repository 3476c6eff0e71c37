"""Notes on trials whose windows overlap, and on events outside their own trial."""

import numpy as np

from rnncompare.activity import RESOLUTION
from rnncompare.files.text import abbreviated

CROWDED = 2.5  # mean number of windows that contain a time; above it, the clock of the events is questioned


def overlapping(event: np.ndarray, time: np.ndarray, bin: float) -> str:
    """A note on the number of trials whose windows overlap; '' if there are none.

    event: (trial,) s, on a common clock; time: (time,) bin centres relative to the event in s; bin: s. The margins for
    smoothing are not part of the windows.
    """
    length, start = time[-1] - time[0] + bin, np.sort(event)
    near = np.diff(start) < length - RESOLUTION
    both = np.append(near, False) | np.insert(near, 0, False)
    if len(start) < 2 or not both.any():
        return ""
    covered = np.minimum(np.diff(start), length).sum() + length
    over = np.searchsorted(start, start + length - RESOLUTION) - np.arange(len(start))
    share = len(start) * length / covered
    note = (
        f"windows of {both.sum()} of {len(start)} trials overlap: windows of {length:.3g} s cover {covered:.3g} s of "
    )
    note += f"the recording, with up to {over.max()} at the same time, so that each spike is counted in {share:.2g} "
    note += "trials on average"
    return note + (", are events and spikes on the same clock, that of the session?" if share > CROWDED else "")


def outside(name: str, event: np.ndarray, start: np.ndarray, stop: np.ndarray, number: np.ndarray) -> str:
    """A note on the trials with an event before their start or after their stop; '' if there are none.

    event, start, stop: (trial,) s on a common clock, NaN for missing ones; number: (trial,) row in the file.
    """
    where = {"before they start": event < start - RESOLUTION, "after they stop": event > stop + RESOLUTION}
    known = int(np.isfinite(event).sum())
    found = [
        f"{odd.sum()} of {known} trials have {name} {place} (rows {abbreviated(number[odd], 5)})"
        for place, odd in where.items()
        if odd.any()
    ]
    return ", ".join(found)
