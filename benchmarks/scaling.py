"""Scaling of time with networks and permutations: the ratio of each case should not exceed the number in its name.

The measures are held-out canonical correlations and ridge regression of 27 conditions x 100 times x 100 units. `ours`
is the smaller problem and `peer` the larger: the ratio is 1 for constant time, and the number in the name for linear
time.
"""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter1d

from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import condition_orders
from rnncompare.crossvalidation.cache import ENTRIES
from rnncompare.similarity.cca import cca
from rnncompare.similarity.ridge import ridge

CONDITIONS, TIMES, UNITS, COMPONENTS = 27, 100, 100, 10
PERMUTATIONS = 250


def work(networks: int, permutations: int) -> Callable[[], None]:
    """Return a function that compares this number of networks with one recording."""
    rng = np.random.default_rng(0)
    shape = (1 + networks, CONDITIONS, TIMES, UNITS)
    recording, *sources = gaussian_filter1d(rng.standard_normal(shape), 5.0, axis=2)
    orders = condition_orders(CONDITIONS, permutations=permutations, seed=0)
    pairs = [Pair(source, recording, orders, "removed") for source in sources]

    def run() -> None:
        ENTRIES.clear()  # the cache is cleared before each round
        for pair in pairs:
            cca(pair, components=COMPONENTS, curve=[])
            ridge(pair, components=COMPONENTS, penalties=[1e-2, 1.0])

    return run


def scaling() -> list[tuple[str, Callable, Callable, dict]]:
    one = work(1, PERMUTATIONS)
    larger = {f"networks_x{n}": work(n, PERMUTATIONS) for n in (2, 4)} | {
        f"permutations_x{n}": work(1, n * PERMUTATIONS) for n in (2, 4)
    }
    return [(f"scaling_{name}", one, more, {"rounds": 3}) for name, more in larger.items()]
