"""The simulated comparisons of a calibration, in chunks that run in parallel; rows do not depend on their number."""

from collections.abc import Iterator

import pandas as pd

from rnncompare.calibration.comparisons import Measures, recovery, seeds_of, sized_pair, tested_pair
from rnncompare.calibration.conditions_needed import against_ring
from rnncompare.calibration.known_networks import KINDS
from rnncompare.calibration.recordings import Dimensions
from rnncompare.calibration.simulations import Simulations
from rnncompare.plugins import BadOption

PARTS = ("unrelated", "geometry", "power", "bias", "recovery", "conditions")
COLUMNS = ["job", "part", "kind", "shared", "share", "unit_count", "trial_count", "measure", "statistic"]
COLUMNS += ["condition_independent", "null", "value", "p", "first", "kind_first"]
COLUMNS += ["condition_count", "favoured"]
SHARED_INPUTS = ("nothing", "condition_independent")  # what the inputs of unrelated networks share, alternating


def calibrate_chunk(
    dimensions: Dimensions,
    measures: Measures,
    simulations: Simulations,
    *,
    comparison: dict,
    seed: int,
    chunk: int,
    chunks: int,
) -> pd.DataFrame:
    """Rows of every `chunks`-th simulated comparison, starting with number `chunk`.

    measures: name -> measure with its options bound; comparison: options of `comparison.compare`. Rows depend only on
    the seed and the number of the comparison. Raises BadOption.
    """
    if not 0 <= chunk < chunks:
        raise BadOption(f"calibration: found chunk {chunk} of {chunks}, wanted one from 0 to {chunks - 1}")
    work = {"bias": sized_pair, "recovery": recovery, "conditions": against_ring}
    of_part = {"conditions": {name: measures[name] for name in simulations.condition_measures or measures}}
    rows = []
    for job, (part, index, options) in list(enumerate(_jobs(simulations)))[chunk::chunks]:
        seeds = seeds_of(seed, PARTS.index(part), index)
        how = {"comparison": comparison, "seeds": seeds} | options
        found = work.get(part, tested_pair)(dimensions, of_part.get(part, measures), **how)
        rows += [{"job": job, "part": part} | row for row in found]
    return pd.DataFrame(rows, columns=COLUMNS)


def _jobs(s: Simulations) -> Iterator[tuple[str, int, dict]]:
    """Yield the part, the number within the part, and the options of each comparison, in the order of the rows."""
    sizes = {"unit_fractions": s.unit_fractions, "trial_counts": s.trial_counts}
    yield from (("unrelated", i, {"share": 0.0, "shared": SHARED_INPUTS[i % 2]}) for i in range(s.null_pairs))
    yield from (("geometry", i, {"share": 0.0, "shared": "geometry"}) for i in range(s.geometry_pairs))
    for share in s.shares:
        yield from (("power", i, {"share": share, "shared": SHARED_INPUTS[i % 2]}) for i in range(s.power_pairs))
    yield from (("bias", i, sizes) for i in range(s.bias_pairs))
    yield from (("recovery", i, {"kind": list(KINDS)[i % len(KINDS)]}) for i in range(s.recoveries))
    for count in s.condition_counts:
        yield from (("conditions", i, {"conditions": count}) for i in range(s.condition_recordings))
