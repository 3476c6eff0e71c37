"""The simulated comparisons of a calibration, in chunks that run in parallel; rows do not depend on their number."""

from itertools import chain

import pandas as pd

from rnncompare.calibration.comparisons import Measures, recovery, seeds_of, sized_pair, tested_pair
from rnncompare.calibration.known_networks import KINDS
from rnncompare.calibration.recordings import Dimensions
from rnncompare.plugins import BadOption

PARTS = ("unrelated", "geometry", "power", "bias", "recovery")
COLUMNS = ["job", "part", "kind", "shared", "share", "unit_count", "trial_count", "measure", "statistic"]
COLUMNS += ["condition_independent", "null", "value", "p", "first", "kind_first"]
SHARED_INPUTS = ("nothing", "condition_independent")  # what the inputs of unrelated networks share, alternating


def calibrate_chunk(
    dimensions: Dimensions,
    measures: Measures,
    *,
    comparison: dict,
    null_pairs: int,
    geometry_pairs: int,
    power_pairs: int,
    shares: list[float],
    bias_pairs: int,
    unit_fractions: list[float],
    trial_counts: list[int],
    recoveries: int,
    seed: int,
    chunk: int,
    chunks: int,
) -> pd.DataFrame:
    """Rows of every `chunks`-th simulated comparison, starting with number `chunk`.

    measures: name -> measure with its options bound; comparison: options of `comparison.compare`; null_pairs: number of
    networks compared with recordings of unrelated networks, half of them with a common condition-independent time
    course; geometry_pairs: number of pairs that share only the circular geometry of conditions; power_pairs: number of
    pairs for each of `shares`, the share of the recording's variance that the network explains; bias_pairs: number of
    pairs for each of unit_fractions and trial_counts; recoveries: number of recordings whose network is identified
    among new networks of every kind. Rows depend only on the seed and the number of the comparison. Raises BadOption.
    """
    _check(shares, unit_fractions, trial_counts, chunk, chunks)
    jobs = chain(
        [("unrelated", i, {"share": 0.0, "shared": SHARED_INPUTS[i % 2]}) for i in range(null_pairs)],
        [("geometry", i, {"share": 0.0, "shared": "geometry"}) for i in range(geometry_pairs)],
        [("power", i, {"share": s, "shared": SHARED_INPUTS[i % 2]}) for s in shares for i in range(power_pairs)],
        [("bias", i, {"unit_fractions": unit_fractions, "trial_counts": trial_counts}) for i in range(bias_pairs)],
        [("recovery", i, {"kind": list(KINDS)[i % len(KINDS)]}) for i in range(recoveries)],
    )
    work = {"bias": sized_pair, "recovery": recovery}
    rows = []
    for job, (part, index, options) in list(enumerate(jobs))[chunk::chunks]:
        seeds = seeds_of(seed, PARTS.index(part), index)
        found = work.get(part, tested_pair)(dimensions, measures, comparison=comparison, seeds=seeds, **options)
        rows += [{"job": job, "part": part} | row for row in found]
    return pd.DataFrame(rows, columns=COLUMNS)


def _check(shares: list[float], unit_fractions: list[float], trial_counts: list[int], chunk: int, chunks: int) -> None:
    for name, values, high in (("shares", shares, 1), ("unit_fractions", unit_fractions, 1)):
        if not all(0 < v <= high for v in values):
            raise BadOption(f"calibration: {name}: found {values}, wanted numbers above 0 and at most {high}")
    if not all(n >= 1 for n in trial_counts):
        raise BadOption(f"calibration: trial_counts: found {trial_counts}, wanted at least 1 each")
    if not 0 <= chunk < chunks:
        raise BadOption(f"calibration: found chunk {chunk} of {chunks}, wanted one from 0 to {chunks - 1}")
