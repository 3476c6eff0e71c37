"""Calibration: the pipeline run on recordings of known networks, at the counts and rates of the user's own."""

from rnncompare.calibration.chunks import calibrate_chunk
from rnncompare.calibration.recordings import dimensions_of
from rnncompare.calibration.simulations import Simulations
from rnncompare.calibration.table import calibration_curves, calibration_table

__all__ = ["Simulations", "calibrate_chunk", "calibration_curves", "calibration_table", "dimensions_of"]
