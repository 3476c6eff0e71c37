"""Model recovery: two models of a study, compared with simulated recordings of their own networks.

The networks of either model generate recordings with the numbers of units and trials and the rates of the real one. If
the contrast of the two models can tell which of them is more similar to a recording, it should favour the one whose
network generated it.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.calibration.recordings import Dimensions, dimensions_of, recorded, signals
from rnncompare.comparison.preparation import Prepared, prepare
from rnncompare.comparison.within import alone, check_alike, named, primary_rows

Network = tuple[str, int]  # model, position among its networks
Sets = dict[str, list[int] | None]


def model_recovery(
    networks: dict[str, list[xr.Dataset]],
    recording: xr.Dataset,
    measures: dict[str, Callable],
    *,
    generator: str,
    comparison: dict,
    simulation: dict,
    seed: int,
    input_sets: Sets,
) -> dict[str, list[dict]]:
    """Measure -> rows of its primary statistics for all models and recordings of the networks of one of the models.

    networks: model -> activities. generator: the model whose networks generate recordings. comparison: preparation,
    folds and units, see `compare.compare_measures`. simulation: noise, smooth and trials, see
    `recordings.dimensions_of`. input_sets: model -> the set of random inputs of each network; None if they are not
    random.

    Every network is prepared once. A recording is compared with the networks of all models except those that share the
    seed of its generator or its set of random inputs: they would be similar to it for another reason than their model.
    The condition-independent signal is removed. Recordings depend only on `seed`, the name of the model and the
    position of the network. The columns of a row are: recording_of (the position of the generating network), model,
    seed (the position of the network that is compared), input_set (if inputs are random), statistic, value and
    lower_is_better. Raises BadActivity or BadOption, with the measure and the networks.
    """
    options = comparison["preparation"] | comparison["folds"]
    sides = {(m, k): alone(x, recording, options) for m, of in networks.items() for k, x in enumerate(of)}
    check_alike(list(sides.values()), "model recovery")
    dimensions = dimensions_of(recording, **simulation)
    made = {}
    for k, network in enumerate(networks[generator]):
        simulated = simulated_recording(network, dimensions, (generator, k), seed)
        made[k] = prepare(network, simulated, **options)
    found = {name: [] for name in measures}
    for k, of_network in made.items():
        for source in compared_with((generator, k), networks, input_sets):
            labels = {"recording_of": k, "model": source[0], "seed": source[1]} | _set_of(source, input_sets)
            for name, measure in measures.items():
                rows = _rows(name, measure, sides[source], of_network, source, (generator, k), comparison, seed)
                found[name] += [labels | row for row in rows]
    return found


def simulated_recording(network: xr.Dataset, dimensions: Dimensions, which: Network, seed: int) -> xr.Dataset:
    """A recording of randomly selected units of a network at the conditions and times of the real recording.

    The rates of the network are those at the same clock times: the lag of a comparison does not apply to them. They are
    already smoothed as those of the recording are, and the recording that is made of them is smoothed by the same
    kernel again, so that its signals are slightly smoother than those of the network. Before its first and after its
    last time, which smoothing needs, the network has the rates of these times. Raises BadActivity.
    """
    model, position = which
    drawn = np.random.SeedSequence([seed, position, *model.encode()]).generate_state(2).tolist()
    margin = [(0, 0), (dimensions.margin, dimensions.margin), (0, 0)]
    rates = np.pad(
        _rates_at(network, dimensions, f"model recovery, network {position} of {model}"), margin, mode="edge"
    )
    signal = signals(rates, len(dimensions.mean), seed=drawn[0])
    return recorded(signal, dimensions, seed=drawn[1], source=f"simulated recording of network {position} of {model}")


def _rates_at(network: xr.Dataset, dimensions: Dimensions, where: str) -> np.ndarray:
    """(condition, time, unit) averages at the conditions and times of the recording. Raises BadActivity."""
    average = activity.condition_average(network)
    own = {name: k for k, name in enumerate(average.condition.values.tolist())}
    ticks, wanted = (np.round(times / RESOLUTION).astype(int) for times in (average.time.values, dimensions.time))
    lacking = [name for name in dimensions.condition if name not in own]
    missing = dimensions.time[~np.isin(wanted, ticks)]
    if lacking or len(missing):
        found = f"conditions {', '.join(own)} from {average.time.values[0]:g} to {average.time.values[-1]:g} s"
        more = [f"conditions {', '.join(lacking)}"] if lacking else []
        more += [f"{len(missing)} further times, such as {missing[0]:g} s"] if len(missing) else []
        raise BadActivity(f"{where}: found {found}, wanted also the recording's {' and '.join(more)}")
    at = np.searchsorted(ticks, wanted)
    return average.rate.values[[own[name] for name in dimensions.condition]][:, at].astype(float)


def compared_with(generator: Network, networks: dict[str, list], input_sets: Sets) -> list[Network]:
    """The networks that share neither the seed nor, if inputs are random, the set of inputs of the generator."""
    model, position = generator
    own = None if input_sets[model] is None else input_sets[model][position]
    return [
        (name, k)
        for name, of_model in networks.items()
        for k in range(len(of_model))
        if k != position and (own is None or input_sets[name] is None or input_sets[name][k] != own)
    ]


def _set_of(network: Network, input_sets: Sets) -> dict[str, int]:
    sets = input_sets[network[0]]
    return {} if sets is None else {"input_set": sets[network[1]]}


def _rows(
    name: str,
    measure: Callable,
    side: Prepared,
    made: Prepared,
    source: Network,
    generator: Network,
    comparison: dict,
    seed: int,
) -> list[dict]:
    """Rows of the primary statistics of one measure for a network and a simulated recording."""
    (one, k), (other, n) = source, generator
    with named(f"model recovery, {name} of network {k} of {one} and a recording of network {n} of {other}"):
        how = {"folds": comparison["folds"], "units": comparison["units"], "seed": seed}
        return primary_rows(measure, side, made.y, made.y_trials, **how)
