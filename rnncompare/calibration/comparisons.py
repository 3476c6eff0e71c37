"""Single simulated comparisons, whose random numbers depend only on the seed and the number of the comparison."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.calibration.known_networks import KINDS, Shared, inputs, known_network
from rnncompare.calibration.pipeline import scored, tested
from rnncompare.calibration.recordings import Dimensions, as_activity, recorded, signals
from rnncompare.comparison.measure_card import card_of

Measures = dict[str, Callable]


class Seeds(NamedTuple):
    """Seeds of one simulated comparison; pairs are for the network of the source and an unrelated network."""

    recording: int
    comparison: int
    kind: tuple[int, int]
    own: tuple[int, int]  # inputs that differ between conditions
    common: tuple[int, int]  # inputs common to all conditions
    weights: tuple[int, int]
    units: tuple[int, int]  # selection of recorded units


def seeds_of(*number: int) -> Seeds:
    """The seeds for the seed of the calibration and the number of the comparison."""
    drawn = np.random.SeedSequence(number).generate_state(12).tolist()
    return Seeds(*drawn[:2], *zip(drawn[2::2], drawn[3::2], strict=True))


def tested_pair(
    dimensions: Dimensions, measures: Measures, *, comparison: dict, seeds: Seeds, share: float, shared: Shared
) -> list[dict]:
    """Rows with p of a network and a recording of which it explains `share` of the variance (0: unrelated)."""
    source, own, other = two_networks(dimensions, shared, seeds)
    recording = recorded(mixed(own, other, share), dimensions, seed=seeds.recording)
    labels = {"share": share, "shared": shared}
    found = tested(source, recording, measures, comparison=comparison, seed=seeds.comparison)
    return [labels | row for row in found]


def two_networks(dimensions: Dimensions, shared: Shared, seeds: Seeds) -> tuple:
    """A network as a source, signals of as many of its units as are recorded, and signals of an unrelated network.

    shared: what the inputs of both networks have in common: nothing, the condition-independent time course, or the
    circular geometry of conditions.
    """
    rates = []
    for k, kind in enumerate(seeds.kind):
        common = seeds.common[0 if shared == "condition_independent" else k]
        drive = drives(dimensions, seeds.own[k], common, ring=shared == "geometry")
        rates.append(known_network(list(KINDS)[kind % len(KINDS)], drive, seed=seeds.weights[k], step=dimensions.step))
    source = as_activity(rates[0], dimensions, dimensions.condition, "known network")
    return source, *(signals(r, len(dimensions.mean), seed=seed) for r, seed in zip(rates, seeds.units, strict=True))


def drives(dimensions: Dimensions, own: int, common: int, *, ring: bool) -> np.ndarray:
    """Inputs for the conditions and times of the recording."""
    generators = (np.random.default_rng(seed) for seed in (own, common))
    return inputs(dimensions.clock, len(dimensions.condition), *generators, ring=ring)


def mixed(own: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """Standardised signals in which `own` accounts for `share` of the variance, on average over units."""
    return np.sqrt(share) * own + np.sqrt(1 - share) * other


def sized_pair(
    dimensions: Dimensions,
    measures: Measures,
    *,
    comparison: dict,
    seeds: Seeds,
    unit_fractions: list[float],
    trial_counts: list[int],
) -> list[dict]:
    """Scores of a network with its own recording and with an unrelated one, for different numbers of units and trials.

    Fractions of units are combined with all trials, and numbers of trials with all units; an infinite number of trials
    is a recording without trial noise. If a measure refuses a size (for example, for too few trials), there is no row.
    """
    source, own, other = two_networks(dimensions, "nothing", seeds)
    count = len(dimensions.mean)
    sizes = [(max(2, round(f * count)), float(dimensions.trials)) for f in unit_fractions]
    sizes += [(count, float(n)) for n in [*trial_counts, dimensions.trials, np.inf]]
    how = {"comparison": comparison, "seed": seeds.comparison}
    rows = []
    for units, trials in dict.fromkeys(sizes):
        for share, signal in ((1.0, own), (0.0, other)):
            recording = recorded(signal[..., :units], dimensions, seed=seeds.recording, trials=trials)
            labels = {"share": share, "shared": "nothing", "unit_count": units, "trial_count": trials}
            for name, measure in measures.items():
                with suppress(BadActivity):
                    rows += [labels | row for row in scored(source, recording, name, measure, **how)]
    return rows


def recovery(dimensions: Dimensions, measures: Measures, *, comparison: dict, seeds: Seeds, kind: str) -> list[dict]:
    """Whether the generating network of a recording ranks first, and whether the one of its kind does among new ones.

    The new networks, one of each kind, have the same inputs and other weights. Ties count as failures.
    """
    drive = drives(dimensions, seeds.own[0], seeds.common[0], ring=False)
    truth = known_network(kind, drive, seed=seeds.weights[0], step=dimensions.step)
    signal = signals(truth, len(dimensions.mean), seed=seeds.units[0])
    recording = recorded(signal, dimensions, seed=seeds.recording)
    new = [known_network(k, drive, seed=seeds.weights[1] + i, step=dimensions.step) for i, k in enumerate(KINDS)]
    found = {}
    for position, rates in enumerate([truth, *new]):
        source = as_activity(rates, dimensions, dimensions.condition, "known network")
        for name, measure in measures.items():
            lower = card_of(measure).lower_is_better
            for row in scored(source, recording, name, measure, comparison=comparison, seed=seeds.comparison):
                key = (name, row["statistic"], row["condition_independent"])
                value = -row["value"] if row["statistic"] in lower else row["value"]
                found.setdefault(key, np.empty(1 + len(new)))[position] = value
    same = list(KINDS).index(kind)
    return [
        {"kind": kind, "measure": measure, "statistic": statistic, "condition_independent": signal}
        | {"first": best(values, 0), "kind_first": best(values[1:], same)}
        for (measure, statistic, signal), values in found.items()
    ]


def best(values: np.ndarray, which: int) -> bool:
    """Whether the value at index `which` is larger than all others."""
    return bool(values[which] > np.delete(values, which).max())
