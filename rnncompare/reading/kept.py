"""Which units are kept, what their rates are measured in, and what is said of the others."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.notes import caution, join_notes, left_out
from rnncompare.activity.rate_units import ARBITRARY, KINDS, SPIKES, RateUnits
from rnncompare.plugins import BadOption

UNDERSHOOT = 0.1  # of the highest rate, that filters reach below 0; spikes/s are never farther below it


class Kept(NamedTuple):
    """The units that stay."""

    index: np.ndarray  # (kept unit,) their positions among all
    measured: RateUnits  # what their rates are measured in
    note: str  # which were left out, how many of how many, and why; what is doubtful


def fast_enough(
    mean_rate: np.ndarray,
    minimum_rate: float | None,
    where: str,
    *,
    measured: str | None = SPIKES,
    low_high: tuple[float, float] = (0.0, np.inf),
    absent: np.ndarray | None = None,
    names: np.ndarray | None = None,
) -> Kept:
    """The units whose mean (over trials and window) is at least `minimum_rate`; with null or 0, all.

    mean_rate: (unit,) in `measured`, one of `rate_units.KINDS`, or None where nobody says: spikes/s then, unless values
    are below 0. low_high: the lowest and highest of all values. absent: (unit,) which have no value at all; names:
    (unit,) for notes. Raises BadOption where a threshold says nothing of such values, BadActivity where no unit stays.
    """
    number = isinstance(minimum_rate, int | float) and not isinstance(minimum_rate, bool)
    if minimum_rate is not None and not (number and 0 <= minimum_rate < np.inf):
        raise BadOption(
            f"{where}: found minimum_rate {minimum_rate}, wanted a mean rate, 0 or more; null or 0 for all units"
        )
    threshold, doubt = minimum_rate or 0, ""
    if measured is None:
        measured, doubt = _unsaid(mean_rate, low_high)
    unit = measured.split(" (")[0]
    if threshold and (doubt or (unit in KINDS and not KINDS[unit].threshold)):
        found = doubt or f"values in {unit}"
        raise BadOption(
            f"{where}: found minimum_rate {threshold:g} for {found}: a mean near 0 there is no silent unit; wanted "
            "minimum_rate: null, which keeps all units"
        )
    absent = np.zeros(len(mean_rate), dtype=bool) if absent is None else absent
    # Not `>=`: a unit with NaN stays, so that the contract refuses it instead of this line hiding it.
    slow = ~absent & (mean_rate < threshold) if threshold else np.zeros(len(mean_rate), dtype=bool)
    index = np.flatnonzero(~slow & ~absent)
    if len(index) == 0:
        raise BadActivity(
            f"{where}: found no unit of {len(mean_rate)} with {threshold:g} {unit} or more "
            f"(the fastest has {mean_rate.max(initial=0):.3g}), wanted at least one"
        )
    names = np.array([f"unit_{k}" for k in range(len(mean_rate))]) if names is None else names
    why = {f"with a mean rate below {threshold:g} {unit}": slow, "that are NaN throughout": absent}
    gone = [left_out("units", names[which], len(mean_rate), reason) for reason, which in why.items()]
    said = f"{doubt}; `rates` of the card says what they are".replace(";", ",") if doubt else ""
    return Kept(index, measured, join_notes(*gone, caution(said)))


def _unsaid(mean_rate: np.ndarray, low_high: tuple[float, float]) -> tuple[RateUnits, str]:
    """What values are of which a card says nothing, and why they are no spikes/s."""
    low, high = low_high
    rounding = 1e-9 * max(abs(low), abs(high), 1e-300)
    below = int((mean_rate < -rounding).sum())
    if not below and low >= -UNDERSHOOT * max(high, 0) - rounding:
        return SPIKES, ""
    found = f"values down to {low:.3g}, {below} of {len(mean_rate)} units with a mean below 0, which are no spikes/s"
    return ARBITRARY, found
