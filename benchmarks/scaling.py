"""How cost grows with networks and with permutations: each case's ratio is to be no more than the number in its name.

Held-out canonical correlations and ridge regression of 27 conditions x 100 times x 100 units. `ours` is the smaller
work, `peer` the larger: with costs that do not grow a ratio is 1, with linear ones it is the number.
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
    """Comparing so many networks with one recording."""
    rng = np.random.default_rng(0)
    shape = (1 + networks, CONDITIONS, TIMES, UNITS)
    recording, *sources = gaussian_filter1d(rng.standard_normal(shape), 5.0, axis=2)
    orders = condition_orders(CONDITIONS, permutations=permutations, seed=0)
    pairs = [Pair(source, recording, orders, "removed") for source in sources]

    def run() -> None:
        ENTRIES.clear()  # nothing is remembered of an earlier round
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
