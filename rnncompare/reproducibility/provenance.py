"""What a run was computed with: written beside its results, and said in its report."""

import platform
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version

from rnncompare import __version__
from rnncompare.reproducibility import processor

LIBRARIES = ("numpy", "scipy", "pandas", "xarray", "scikit-learn", "torch", "matplotlib", "pynwb", "snakemake")
UNKNOWN = "not recorded"  # of a result of an older version


def provenance(networks: Iterable[str | None], comparisons: Iterable[str | None]) -> dict:
    """What the results of a run depend on beside its config.

    networks, comparisons: the kernels (`processor.kernels`) that each trained network and each comparison recorded.
    `machine` is the one that the run ended on; on a cluster jobs run on several, which is why each result has its own
    record. `portable`: whether every result was computed with the kernels that are the same on all processors.
    """
    counts = {
        name: dict(sorted(Counter(k or UNKNOWN for k in recorded).items()))
        for name, recorded in (("networks", networks), ("comparisons", comparisons))
    }
    return {
        "machine": processor.described(),
        "kernels": counts,
        "portable": set().union(*counts.values()) <= {processor.PORTABLE},
        "versions": {"rnncompare": __version__, "Python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
    }


def others(found: dict) -> list[str]:
    """In words, how many results of what kind were computed with kernels that are not the same everywhere."""
    return [
        f"{count} of {sum(counts.values())} {kind} ({kernels})"
        for kind, counts in found["kernels"].items()
        for kernels, count in counts.items()
        if kernels != processor.PORTABLE
    ]
