"""The work of a calibration, in chunks that run side by side and add up to the same rows however many there are."""

from itertools import chain

import pandas as pd

from rnncompare.calibration.comparisons import Measures, recovery, seeds_of, sized_pair, tested_pair
from rnncompare.calibration.known_networks import KINDS
from rnncompare.calibration.recordings import Dimensions
from rnncompare.plugins import BadOption

PARTS = ("unrelated", "geometry", "power", "bias", "recovery")
COLUMNS = ["job", "part", "kind", "shared", "share", "unit_count", "trial_count", "measure", "statistic"]
COLUMNS += ["condition_independent", "null", "value", "p", "first", "kind_first"]
TRAP = ("nothing", "condition_independent")  # what unrelated networks have in common, in turn


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
    """Rows of every `chunks`-th simulated comparison, from number `chunk` on.

    measures: name -> measure with its options bound; comparison: options of `comparison.compare`; null_pairs: networks
    against recordings of unrelated ones, half of them with a common condition-independent time course;
    geometry_pairs: with conditions round the same circle, and nothing else; power_pairs: of each of `shares`, the
    part of the recording's variance that the network explains; bias_pairs: at each of unit_fractions and
    trial_counts; recoveries: recordings whose network is looked for among new ones of every kind.
    Rows depend on seed and number alone. Raises BadOption.
    """
    _check(shares, unit_fractions, trial_counts, chunk, chunks)
    jobs = chain(
        [("unrelated", i, {"share": 0.0, "shared": TRAP[i % 2]}) for i in range(null_pairs)],
        [("geometry", i, {"share": 0.0, "shared": "geometry"}) for i in range(geometry_pairs)],
        [("power", i, {"share": s, "shared": TRAP[i % 2]}) for s in shares for i in range(power_pairs)],
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
