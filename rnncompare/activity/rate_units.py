"""The units of an activity's rates, and which operations are valid for each: thresholds, ranks and Poisson spikes."""

from typing import Literal, NamedTuple

import xarray as xr

from rnncompare.activity import BadActivity

RateUnits = Literal["spikes/s", "z-score", "normalised", "a.u.", "mV"]
SPIKES: RateUnits = "spikes/s"
ARBITRARY: RateUnits = "a.u."


class Kind(NamedTuple):
    """The operations that are valid for rates in one kind of unit."""

    threshold: bool  # a mean near 0 means a low firing rate
    ranked: bool  # for each neuron, a larger value means more spikes, also across trials
    drawn: bool  # Poisson spikes can be drawn: 0 means no spikes, and the ratios of rates between neurons are preserved


KINDS: dict[RateUnits, Kind] = {
    "spikes/s": Kind(threshold=True, ranked=True, drawn=True),
    "a.u.": Kind(threshold=True, ranked=True, drawn=True),  # also of networks
    "normalised": Kind(threshold=True, ranked=True, drawn=False),
    "z-score": Kind(threshold=False, ranked=False, drawn=False),
    "mV": Kind(threshold=False, ranked=False, drawn=False),
}


def measured_in(data: xr.Dataset) -> str:
    """The unit of an activity's rates, without the remark in brackets that may follow it."""
    return str(data.attrs.get("rate_units", ARBITRARY)).split(" (")[0]


def refuse_unranked(data: xr.Dataset, where: str) -> None:
    """Raise BadActivity if a larger value does not mean more spikes, such as after z-scoring."""
    _refuse(data, "ranked", where, "it compares the firing rates of a unit between single trials")


def refuse_not_drawable(data: xr.Dataset, where: str) -> None:
    """Raise BadActivity if Poisson spikes cannot be drawn from the values."""
    _refuse(data, "drawn", where, "spikes are drawn from rates in which 0 means no spikes")


def _refuse(data: xr.Dataset, ability: str, where: str, why: str) -> None:
    found = measured_in(data)
    if found in KINDS and not getattr(KINDS[found], ability):
        able = [name for name, kind in KINDS.items() if getattr(kind, ability)]
        raise BadActivity(f"{where}: found values in {found} (rates of its card), wanted {' or '.join(able)}: {why}")
