"""What an activity's rates are measured in: what a threshold means then, what axes say, and which measures may run."""

from typing import Literal, NamedTuple

import xarray as xr

from rnncompare.activity import BadActivity

RateUnits = Literal["spikes/s", "z-score", "normalised", "a.u.", "mV"]
SPIKES: RateUnits = "spikes/s"
UNSAID: RateUnits = "a.u."


class Kind(NamedTuple):
    """What can be done with values of one unit."""

    threshold: bool  # a mean near 0 is a unit that hardly fires
    ranked: bool  # of one unit, more is more spikes, in whichever trial
    drawn: bool  # spikes can be drawn from them: 0 is none, and units keep how fast they are among each other


KINDS: dict[RateUnits, Kind] = {
    "spikes/s": Kind(threshold=True, ranked=True, drawn=True),
    "a.u.": Kind(threshold=True, ranked=True, drawn=True),  # networks', too
    "normalised": Kind(threshold=True, ranked=True, drawn=False),
    "z-score": Kind(threshold=False, ranked=False, drawn=False),
    "mV": Kind(threshold=False, ranked=False, drawn=False),
}


def measured_in(data: xr.Dataset) -> str:
    """The unit of an activity's rates, without what is said about it in brackets."""
    return str(data.attrs.get("rate_units", UNSAID)).split(" (")[0]


def refuse_unranked(data: xr.Dataset, where: str) -> None:
    """Raise BadActivity where a larger value need not be more spikes in all trials of a unit."""
    _refuse(data, "ranked", where, "it compares how much a unit fires in single trials")


def refuse_undrawable(data: xr.Dataset, where: str) -> None:
    """Raise BadActivity where Poisson spikes cannot be drawn from the values."""
    _refuse(data, "drawn", where, "spikes are drawn from rates of which 0 is no spike, each unit at its own")


def _refuse(data: xr.Dataset, ability: str, where: str, why: str) -> None:
    found = measured_in(data)
    if found in KINDS and not getattr(KINDS[found], ability):
        able = [name for name, kind in KINDS.items() if getattr(kind, ability)]
        raise BadActivity(f"{where}: found values in {found} (rates of its card), wanted {' or '.join(able)}: {why}")
