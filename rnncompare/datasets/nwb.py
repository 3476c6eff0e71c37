"""Any recording in NWB: spikes of the units table, cut by the trials table, with behavior on the same clock."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.datasets._nwb_series import behavior_of
from rnncompare.datasets._nwb_spikes import count, spikes_of
from rnncompare.datasets._nwb_tables import opened, trials_of, unit_columns
from rnncompare.datasets._rates import clock, fast_enough, margin, to_rates
from rnncompare.files import only
from rnncompare.plugins import BadOption


def nwb(
    files: dict[str, Path],
    *,
    align: str,
    condition: str | list[str],
    incomplete: str,
    bin: float,
    smooth: float,
    minimum_rate: float,
    window: list[float],
    choice: str | None = None,
    per_trial: dict[str, str] | None = None,
    events: dict[str, str] | None = None,
    per_unit: dict[str, str] | None = None,
    behavior: dict[str, list[str | None]] | None = None,
    keep: dict[str, list] | None = None,
    simultaneous: int = 1,
) -> xr.Dataset:
    """Single trials of one session: spikes/s (trial, time, unit) around an event of each trial.

    Columns of the trials table: align, the event at time 0 (s in the session); condition, one or several whose values
    joined by '_' name a trial's condition; choice, the subject's; per_trial, {coordinate: column}; events,
    {coordinate: column of times}, given in s from the event at 0; keep, {column: values that stay}.
    per_unit: {coordinate: column of the units table}. behavior: {path of a time series, such as
    'processing/behavior/hand_velocity': [a channel's name for each of its columns, null to leave one out]},
    interpolated linearly at the bins' centres; not across gaps, nor beyond its ends.
    incomplete: trials without the event, whose window (with what smoothing reads beyond it) leaves the recording, or
    without behavior: 'refuse' is an error, 'leave out' counts them in `notes`. An event that lies outside the
    recording altogether is always an error. The recording runs from the first to the last spike, or as obs_intervals
    say. bin: s, spikes are counted in bins around each time; smooth: s, SD of a Gaussian, 0 for none; minimum_rate:
    spikes/s, mean over trials and window; window: [start, stop] in s, multiples of the bin.
    Raises BadActivity, BadOption.
    """
    path = only(files)
    where = str(path)
    if incomplete not in ("refuse", "leave out"):
        raise BadOption(f"{where}: found incomplete '{incomplete}', wanted 'refuse' or 'leave out'")
    time, extra = clock(window, bin, where), margin(smooth, bin, where)
    with opened(path) as session:
        trials = trials_of(session, where, align, condition, choice, per_trial, events, keep)
        spikes, ends, span = spikes_of(session, where)
        complete, left_out = _inside(trials.align, trials.number, time, bin, extra, span, where)
        series = behavior_of(session, where, behavior or {}, trials.align[:, None] + time, bin)
        units = unit_columns(session, where, per_unit or {}, len(ends) - 1)
    seen = np.isfinite(series.values).all(axis=(1, 2))
    left_out["without behavior throughout the window"] = int((complete & ~seen).sum())
    complete &= seen
    note = _leave_out(left_out, complete, incomplete, where)
    first = trials.align[complete] + time[0] - bin / 2
    rate = np.empty((len(ends) - 1, len(first), len(time)))
    for unit in range(len(rate)):
        counts = count(spikes[ends[unit] : ends[unit + 1]], first - extra * bin, bin, len(time) + 2 * extra)
        rate[unit] = to_rates(counts, smooth, bin, where)
    kept = fast_enough(rate.mean(axis=(1, 2)), minimum_rate, where)
    rate = rate if len(kept) == len(rate) else rate[kept]
    return activity.build(
        rate.transpose(1, 2, 0),
        time=time,
        unit=[f"unit_{k}" for k in kept],
        condition=trials.condition[complete],
        behavior=series.values[complete] if series.names else None,
        channel=series.names,
        per_trial={name: values[complete] for name, values in trials.others.items()},
        per_unit={name: values[kept] for name, values in units.items()},
        source=path.name,
        rate_units="spikes/s",
        alignment=align,
        simultaneous=simultaneous,
        notes=note,
        **({"behavior_units": series.units} if series.names else {}),
    )


def _inside(
    align: np.ndarray,
    number: np.ndarray,
    time: np.ndarray,
    bin: float,
    extra: int,
    span: tuple[float, float],
    where: str,
) -> tuple[np.ndarray, dict[str, int]]:
    """Which trials have their event and whole window in the recording; how many lack what."""
    known = np.isfinite(align)
    outside = known & ~((align >= span[0]) & (align <= span[1]))
    if outside.any():
        raise BadActivity(
            f"{where}: trials {_some(number[outside])}: found events at {_some(align[outside])} s, wanted them within "
            f"the recording, which runs from {span[0]:g} to {span[1]:g} s (are they in s, on the session's clock?)"
        )
    reach = (extra + 0.5) * bin
    fits = (align + time[0] - reach >= span[0]) & (align + time[-1] + reach <= span[1])
    unknown, cut = int((~known).sum()), int((known & ~fits).sum())
    return known & fits, {"without the event": unknown, "whose window leaves the recording": cut}


def _leave_out(left_out: dict[str, int], complete: np.ndarray, incomplete: str, where: str) -> str:
    """The note on trials left out; BadActivity where there are some and the card does not say so, or none stay."""
    reasons = ", ".join(f"{n} {reason}" for reason, n in left_out.items() if n)
    if reasons and (incomplete == "refuse" or not complete.any()):
        raise BadActivity(
            f"{where}: found {(~complete).sum()} of {len(complete)} trials incomplete ({reasons}), wanted whole ones; "
            "'incomplete: leave out' in the card leaves such trials out"
        )
    return f"{complete.sum()} trials; left out: {reasons or 'none'}"


def _some(values: np.ndarray) -> str:
    """The first few of many."""
    return ", ".join(f"{v:g}" for v in values[:5]) + (f" and {len(values) - 5} more" if len(values) > 5 else "")
