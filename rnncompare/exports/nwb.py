"""Export of an activity as an NWB file."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare.exports._trials import CLOCK_NOTE, as_text, concatenated_clock, coordinates_along, flattened, provenance
from rnncompare.files.atomic import atomic

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)  # NWB requires a date, which an activity does not have


def nwb(data: xr.Dataset, out: Path, *, about: dict) -> None:
    """Write rates as the time series processing/rates/rate (times of all trials, unit); no spikes are generated.

    The table of trials has the condition, the event at time 0 of the activity and all other coordinates along trial;
    times in these coordinates remain relative to the event, in s. The table of units has names and coordinates, but no
    spike_times. Behavior is processing/behavior/behavior, whose columns are named by the table `channels` in the same
    module. `notes` contain the provenance.
    """
    from pynwb import NWBHDF5IO, NWBFile, TimeSeries
    from pynwb.core import DynamicTable, VectorData

    clock, found = concatenated_clock(data), provenance(data, about)
    values = [data[name].values for name in ("rate", "behavior") if name in data]
    session = NWBFile(
        session_description=f"activity of {found.get('source', 'an unnamed source')}; {CLOCK_NOTE}",
        identifier=hashlib.sha256(b"".join(np.ascontiguousarray(v).tobytes() for v in values)).hexdigest(),
        session_start_time=NO_DATE,
        file_create_date=NO_DATE,
        notes=as_text(found),
    )
    columns = {"event_time": clock.event, **coordinates_along(data, "trial")}
    for name in columns:
        session.add_trial_column(
            name=name, description=str(data.attrs.get("alignment", name)) if name == "event_time" else name
        )
    for k, (start, stop) in enumerate(zip(clock.start, clock.stop, strict=True)):
        session.add_trial(start_time=start, stop_time=stop, **{name: v[k].item() for name, v in columns.items()})
    labels = {"unit_name": data.unit.values, **coordinates_along(data, "unit")}
    for name in labels:
        session.add_unit_column(name=name, description=name)
    for k in range(data.sizes["unit"]):
        session.add_unit(**{name: v[k].item() for name, v in labels.items()})
    timestamps = clock.times.ravel()
    rates = session.create_processing_module(name="rates", description="firing rates, or other values in their place")
    unit = str(data.attrs.get("rate_units", "unknown"))
    rates.add(TimeSeries(name="rate", data=flattened(data, "rate"), unit=unit, timestamps=timestamps))
    if "behavior" in data:
        module = session.create_processing_module(name="behavior", description="behavior, or a network's output")
        unit = str(data.attrs.get("behavior_units", "unknown"))
        module.add(TimeSeries(name="behavior", data=flattened(data, "behavior"), unit=unit, timestamps=timestamps))
        names = VectorData(name="channel", description="names of behavior's columns", data=data.channel.values.tolist())
        module.add(DynamicTable(name="channels", description="columns of behavior", columns=[names]))
    with atomic(out) as temporary, NWBHDF5IO(str(temporary), "w") as handle:
        handle.write(session)
