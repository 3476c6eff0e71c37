"""Recall: what was computed from an activity, for when the same one is compared with the next.

A recording meets hundreds of surrogates, resamples and networks one by one; each side's own part of the work is then
done once.
"""

from collections import deque
from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np

Found = TypeVar("Found")
SMALL = 2**23  # numbers of an activity that is worth keeping,
MOST = 2**26  # and of all that are kept
RECENT = deque(maxlen=96)  # (activity, about, found): of the same array, not of an equal one; the last used last


def recalled(data: np.ndarray, about: Hashable, compute: Callable[[], Found]) -> Found:
    """What `compute` gave for this array when it was last asked about the same; computed where it was not.

    about: what was done to the array, with all options. The array can no longer be written to.
    """
    for place, entry in enumerate(RECENT):
        if entry[0] is data and entry[1] == about:
            del RECENT[place]
            RECENT.append(entry)
            return entry[2]
    found = compute()
    if data.size <= SMALL:
        data.flags.writeable = False  # what is known of an array holds as long as nobody changes it
        RECENT.append((data, about, found))
        while sum({id(known): known.size for known, *_ in RECENT}.values()) > MOST:
            RECENT.popleft()
    return found
