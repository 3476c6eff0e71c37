"""Control: single trials for a source that has only averages, by Poisson spikes drawn from its rates."""

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.rate_units import refuse_not_drawable
from rnncompare.controls._trials import per_trial
from rnncompare.options.ranges import Positive, Seed, Smoothing, TrialCount
from rnncompare.plugins import BadOption


def poisson(
    recording: xr.Dataset,
    task: xr.Dataset | None,
    *,
    seed: Seed,
    trials: TrialCount,
    mean_rate: Positive,
    smooth: Smoothing,
) -> xr.Dataset:
    """Poisson spikes drawn independently for each unit, time and trial from the condition averages, in spikes/s.

    Units with negative rates are shifted so that their minimum is 0; then all rates are multiplied by one factor, so
    that the population mean is `mean_rate` spikes/s. trials: number for each condition. smooth: SD (s) of a Gaussian
    that smooths the spikes, 0 for none. Behavior is the average of the source, repeated for each trial. Trials have no
    common noise, and the remaining noise of the averages is treated as signal. Decoding accuracy from these trials is
    therefore an upper bound, which is most inflated for averages of few real trials. Raises BadOption, BadActivity.
    """
    from scipy.ndimage import gaussian_filter1d  # slow to import

    if trials < 1 or mean_rate <= 0 or smooth < 0:
        raise BadOption(
            f"control poisson: found trials {trials}, mean_rate {mean_rate}, smooth {smooth}, "
            "wanted at least 1 trial, a mean_rate above 0, and smooth of at least 0"
        )
    source = recording.attrs.get("source", "recording")
    refuse_not_drawable(recording, f"control poisson of {source}")
    average = activity.condition_average(recording)
    if average.sizes["time"] < 2:
        raise BadActivity(
            f"control poisson of {source}: found 1 time, wanted at least 2, as the time step is the bin of spikes"
        )
    rate = average.rate.values - np.minimum(average.rate.values.min(axis=(0, 1)), 0)
    if not rate.any():
        raise BadActivity(
            f"control poisson of {source}: found rates of 0 throughout, wanted rates above 0 to draw spikes from"
        )
    step = activity.interval(average)
    expected = np.repeat(rate * (mean_rate / rate.mean() * step), trials, axis=0)
    drawn = np.random.default_rng(seed).poisson(expected) / step
    if smooth:
        drawn = gaussian_filter1d(drawn, smooth / step, axis=1, mode="nearest")
    has_behavior = "behavior" in average
    per_unit = {str(n): c.values for n, c in average.coords.items() if c.dims == ("unit",) and n != "unit"}
    return activity.build(
        drawn,
        time=average.time.values,
        unit=average.unit.values,
        condition=np.repeat(average.condition.values, trials),
        behavior=np.repeat(average.behavior.values, trials, axis=0) if has_behavior else None,
        channel=average.channel.values if has_behavior else (),
        per_trial=per_trial(average, copies=trials),
        per_unit=per_unit,
        **{**average.attrs, "source": f"Poisson spikes of {source}", "rate_units": "spikes/s"},
    )


poisson.first_look = {"trials": 2, "mean_rate": 10, "smooth": 0}
