"""Steps of calibrations: the pipeline on simulated recordings of known networks."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


@step
def calibrate(
    recording: Path, out: Path, measures: dict, comparison: dict, calibration: dict, seed: int, chunk: int, chunks: int
):
    """Run one chunk of a calibration: the pipeline on simulated recordings of known networks.

    The simulated recordings have the numbers of units, conditions and trials, and the rates, of the given recording.
    """
    from rnncompare.calibration import Simulations, calibrate_chunk, dimensions_of

    bound = {name: plugins.bind("similarity", options, name) for name, options in measures.items()}
    dimensions = dimensions_of(
        activity.read(recording), **{name: calibration.pop(name) for name in ("noise", "smooth", "trials")}
    )
    place = {"seed": seed, "chunk": chunk, "chunks": chunks}
    tables.write(calibrate_chunk(dimensions, bound, Simulations(**calibration), comparison=comparison, **place), out)


@step
def calibration_table(rows: list[Path], out: Path, curves: Path, power_share: float, columns: dict):
    """Tabulate a calibration: false-positive rates, power, and how often the generating network ranks first."""
    from rnncompare.calibration import calibration_curves, calibration_table

    found = tables.collect(rows)
    tables.write(tables.label(calibration_table(found, power_share=power_share), columns), out)
    tables.write(tables.label(calibration_curves(found), columns), curves)
