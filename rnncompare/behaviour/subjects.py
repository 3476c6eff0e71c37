"""What a subject chose, when and on which evidence: per-trial coordinates alone, the same for monkeys and networks."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import along_trials
from rnncompare.behaviour.decisions import CONTEXTS, SIDES, UNDECIDED, behaviour
from rnncompare.comparison.statistics import binomial_interval, tails
from rnncompare.files.labels import names
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of

LEVEL = 0.95
WORDS = {"choice": tuple(SIDES.tolist()), "colour": ("red", "green", UNDECIDED), "context": CONTEXTS}


class Behaviour(NamedTuple):
    """Each (trial,)."""

    coherence: np.ndarray  # -1 to 1, above 0 red
    strength: np.ndarray  # |coherence|
    context: np.ndarray  # of WORDS
    choice: np.ndarray
    colour: np.ndarray
    correct: np.ndarray  # bool
    decided: np.ndarray  # bool
    session: np.ndarray  # number of its session; 0 for all where none is named


def behaviour_of(data: xr.Dataset, probe: str) -> Behaviour:
    """Checked behaviour. Raises BadActivity where a coordinate is missing or two contradict each other."""
    where = f"{probe} of {name_of(data)}"
    there = along_trials(data)
    missing = [n for n in ("coherence", "correct", *WORDS) if n not in there]
    if missing:
        raise BadActivity(f"{where}: found coordinates {there} along trial, wanted {', '.join(missing)} too")
    words = {name: names(data[name].values) for name in WORDS}
    for name, values in words.items():
        strange = sorted(set(values.tolist()) - set(WORDS[name]))
        if strange:
            raise BadActivity(f"{where}: found {name} {', '.join(strange[:5])}, wanted {', '.join(WORDS[name])}")
    coherence = data.coherence.values.astype(float)
    bad = ~(np.abs(coherence) <= 1)
    if bad.any():
        raise BadActivity(f"{where}: found coherence {coherence[bad][0]:g} in {bad.sum()} trials, wanted -1 to 1")
    index = np.select([words["choice"] == side for side in SIDES], [0, 1, -1])
    expected = behaviour(index, np.zeros(len(index)), words["context"], coherence)
    decided, correct = index >= 0, data.correct.values.astype(bool)
    contradict = {
        "choice, colour and context": words["colour"] != expected["colour"],
        "correct, colour and coherence": correct != expected["correct"],
    }
    for said, wrong in contradict.items():
        if wrong.any():
            raise BadActivity(f"{where}: found {wrong.sum()} trials whose {said} contradict each other, wanted none")
    named = "session" in there
    session = np.unique(data.session.values, return_inverse=True)[1] if named else np.zeros(len(decided), dtype=int)
    strength = np.abs(coherence)
    return Behaviour(
        coherence, strength, *(words[n] for n in ("context", "choice", "colour")), correct, decided, session
    )


def check_bootstrap(bootstrap: int, probe: str) -> None:
    """Raise BadOption for fewer than no draws."""
    if bootstrap < 0:
        raise BadOption(f"{probe}: found bootstrap {bootstrap}, wanted at least 0")


def levels_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Different coherences, rising, and (trial,) which of them; what differs by rounding alone is the same."""
    return np.unique(np.round(values, 9), return_inverse=True)


def sessions_drawn(sessions: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(draw, session) how often a resample holds each session.

    Sessions are drawn whole: their trials' own scatter is in them already (Davison and Hinkley 1997, 3.8).
    """
    return rng.multinomial(sessions, np.full(sessions, 1 / sessions), size=draws)


def percentiles(draws: np.ndarray) -> dict[str, float]:
    """low and high of the draws that are defined; nothing where there are none."""
    defined = draws[np.isfinite(draws)]
    if not len(defined):
        return {}
    low, high = np.quantile(defined, tails(LEVEL))
    return {"low": float(low), "high": float(high)}


def proportion(hits: int, trials: int, drawn: np.ndarray | None = None) -> dict[str, float | int]:
    """Value, exact binomial interval and trials; drawn: the value in resampled sessions, which can only widen it."""
    low, high = binomial_interval(int(hits), int(trials), LEVEL)
    more = {} if drawn is None else percentiles(drawn)
    ends = {"low": min(low, more.get("low", low)), "high": max(high, more.get("high", high))}
    return {"value": float(hits / trials), **ends, "samples": int(trials)}
