"""Calibration: the pipeline applied to simulated recordings of known networks, of the size of the user's recording.

Also of the networks of a study (model recovery).
"""

from rnncompare.calibration.chunks import calibrate_chunk
from rnncompare.calibration.recordings import dimensions_of
from rnncompare.calibration.simulations import Simulations
from rnncompare.calibration.table import calibration_curves, calibration_table

__all__ = ["Simulations", "calibrate_chunk", "calibration_curves", "calibration_table", "dimensions_of"]
