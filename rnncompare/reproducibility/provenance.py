"""Provenance of a run: hardware, kernels and library versions, which are stored with the results and reported."""

import platform
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version

from rnncompare import __version__
from rnncompare.reproducibility import processor

LIBRARIES = ("numpy", "scipy", "pandas", "xarray", "scikit-learn", "torch", "matplotlib", "pynwb", "snakemake")
UNKNOWN = "not recorded"  # for results of older versions


def provenance(networks: Iterable[str | None], comparisons: Iterable[str | None]) -> dict:
    """The properties of machine and software, other than the config, that the results of a run depend on.

    networks, comparisons: the kernels (`processor.kernels`) that were recorded with each trained network and each
    comparison. In the returned mapping, `machine` is the one on which the run finished; on a cluster, jobs run on
    several, which is why each result has its own record. `portable` is true if every result was computed with the
    kernels that are available on all processors.
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
    """Descriptions of the results that were computed with kernels of one processor: their number, kind and kernels."""
    return [
        f"{count} of {sum(counts.values())} {kind} ({kernels})"
        for kind, counts in found["kernels"].items()
        for kernels, count in counts.items()
        if kernels != processor.PORTABLE
    ]
