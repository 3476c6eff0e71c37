"""Selection of units by their mean rate, the unit of their rates, and notes on the units that are left out."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.notes import caution, join_notes, left_out
from rnncompare.activity.rate_units import ARBITRARY, KINDS, SPIKES, RateUnits
from rnncompare.plugins import BadOption

UNDERSHOOT = 0.1  # share of the highest rate by which filtered rates in spikes/s may be below 0


class SelectedUnits(NamedTuple):
    """The selected units."""

    index: np.ndarray  # (selected unit,) indices among all units
    measured: RateUnits  # unit of their rates
    note: str  # which units were left out and why, and whether the unit of rates is uncertain


def select_units(
    mean_rate: np.ndarray,
    minimum_rate: float | None,
    where: str,
    *,
    measured: str | None = SPIKES,
    low_high: tuple[float, float] = (0.0, np.inf),
    absent: np.ndarray | None = None,
    names: np.ndarray | None = None,
) -> SelectedUnits:
    """The units whose mean rate (over trials and window) is at least `minimum_rate`; with null or 0, all units.

    mean_rate: (unit,) in `measured`, one of `rate_units.KINDS`, or None if it is unknown; then spikes/s are assumed
    unless values are below 0. low_high: the lowest and highest of all values. absent: (unit,) of bool: units without
    any value; names: (unit,) for notes. Raises BadOption if a threshold is not meaningful for the unit of rates, and
    BadActivity if no unit is selected.
    """
    number = isinstance(minimum_rate, int | float) and not isinstance(minimum_rate, bool)
    if minimum_rate is not None and not (number and 0 <= minimum_rate < np.inf):
        raise BadOption(
            f"{where}: found minimum_rate {minimum_rate}, wanted a mean rate, 0 or more; null or 0 for all units"
        )
    threshold, doubt = minimum_rate or 0, ""
    if measured is None:
        measured, doubt = _guessed_unit(mean_rate, low_high)
    unit = measured.split(" (")[0]
    if threshold and (doubt or (unit in KINDS and not KINDS[unit].threshold)):
        found = doubt or f"values in {unit}"
        raise BadOption(
            f"{where}: found minimum_rate {threshold:g} for {found}, in which a mean near 0 does not mean a low firing "
            "rate; wanted minimum_rate: null, which keeps all units"
        )
    absent = np.zeros(len(mean_rate), dtype=bool) if absent is None else absent
    # Units with NaN are kept, so that the validation of the activity reports them.
    slow = ~absent & (mean_rate < threshold) if threshold else np.zeros(len(mean_rate), dtype=bool)
    index = np.flatnonzero(~slow & ~absent)
    if len(index) == 0:
        raise BadActivity(
            f"{where}: found no unit of {len(mean_rate)} with {threshold:g} {unit} or more "
            f"(the fastest has {mean_rate.max(initial=0):.3g}), wanted at least one"
        )
    names = np.array([f"unit_{k}" for k in range(len(mean_rate))]) if names is None else names
    why = {f"with a mean rate below {threshold:g} {unit}": slow, "that are NaN throughout": absent}
    omitted = [left_out("units", names[which], len(mean_rate), reason) for reason, which in why.items()]
    note = f"{doubt}; `rates` of the card gives their unit".replace(";", ",") if doubt else ""
    return SelectedUnits(index, measured, join_notes(*omitted, caution(note)))


def _guessed_unit(mean_rate: np.ndarray, low_high: tuple[float, float]) -> tuple[RateUnits, str]:
    """The likely unit of rates if a card does not give it, and the reason if it is not spikes/s."""
    low, high = low_high
    rounding = 1e-9 * max(abs(low), abs(high), 1e-300)
    below = int((mean_rate < -rounding).sum())
    if not below and low >= -UNDERSHOOT * max(high, 0) - rounding:
        return SPIKES, ""
    found = f"values down to {low:.3g}, {below} of {len(mean_rate)} units with a mean below 0, which are not spikes/s"
    return ARBITRARY, found
