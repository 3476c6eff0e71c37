"""Cache of results that depend on one side of a comparison only, such as its principal components.

A recording is compared with hundreds of networks, and each network with hundreds of surrogates and resamples.
"""

from collections import deque
from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np

Found = TypeVar("Found")
LARGEST = 2**23  # size of the largest array whose results are kept,
CAPACITY = 2**26  # and of all these arrays together, in numbers
ENTRIES = deque(maxlen=96)  # (array, about, found), the most recently used last; found by identity, not by equality


def cached(data: np.ndarray, about: Hashable, compute: Callable[[], Found]) -> Found:
    """The result of `compute` for this array, from the cache if it was computed before.

    about: identifies the computation, with all of its options. The array becomes read-only.
    """
    for place, entry in enumerate(ENTRIES):
        if entry[0] is data and entry[1] == about:
            del ENTRIES[place]
            ENTRIES.append(entry)
            return entry[2]
    found = compute()
    if data.size <= LARGEST:
        data.flags.writeable = False  # a cached result is valid only while the array does not change
        ENTRIES.append((data, about, found))
        while sum({id(array): array.size for array, *_ in ENTRIES}.values()) > CAPACITY:
            ENTRIES.popleft()
    return found
