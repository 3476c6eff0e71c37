"""The choices of a subject with the evidence of each trial, from coordinates along trial, for monkeys and networks."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import along_trials
from rnncompare.behaviour.decisions import CONTEXTS, SIDES, UNDECIDED, behaviour
from rnncompare.files.labels import names
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of
from rnncompare.statistics.intervals import binomial_interval, tails

LEVEL = 0.95
WORDS = {"choice": tuple(SIDES.tolist()), "colour": ("red", "green", UNDECIDED), "context": CONTEXTS}


class Behaviour(NamedTuple):
    """Variables of all trials, (trial,) each."""

    coherence: np.ndarray  # -1 to 1, above 0 red
    strength: np.ndarray  # |coherence|
    context: np.ndarray  # one of WORDS, as are choice and colour
    choice: np.ndarray
    colour: np.ndarray
    correct: np.ndarray  # bool
    decided: np.ndarray  # bool
    session: np.ndarray  # number of the session; 0 for all trials if no sessions are given
    coloured: bool = True  # false if sides are chosen by their evidence: left then counts as red in `red_left`


def behaviour_of(data: xr.Dataset, probe: str) -> Behaviour:
    """The behaviour in an activity. Raises BadActivity if coordinates are missing or contradict each other.

    Without the coordinates colour and context, the evidence is for the left side if the coherence is above 0.
    """
    where = f"{probe} of {name_of(data)}"
    there = along_trials(data)
    coloured = "colour" in there or "context" in there
    needed = WORDS if coloured else {"choice": WORDS["choice"]}
    missing = [n for n in ("coherence", "correct", *needed) if n not in there]
    if missing:
        raise BadActivity(f"{where}: found coordinates {there} along trial, wanted also {', '.join(missing)}")
    words = {name: names(data[name].values) for name in needed}
    for name, values in words.items():
        strange = sorted(set(values.tolist()) - set(WORDS[name]))
        if strange:
            raise BadActivity(f"{where}: found {name} {', '.join(strange[:5])}, wanted {', '.join(WORDS[name])}")
    coherence = data.coherence.values.astype(float)
    bad = ~(np.abs(coherence) <= 1)
    if bad.any():
        raise BadActivity(f"{where}: found coherence {coherence[bad][0]:g} in {bad.sum()} trials, wanted -1 to 1")
    index = np.select([words["choice"] == side for side in SIDES], [0, 1, -1])
    if not coloured:
        words["context"] = np.full(len(index), CONTEXTS[0])
    expected = behaviour(index, np.zeros(len(index)), words["context"], coherence)
    words.setdefault("colour", expected["colour"])
    decided, correct = index >= 0, data.correct.values.astype(bool)
    contradict = {
        "choice, colour and context": words["colour"] != expected["colour"],
        f"correct, {'colour' if coloured else 'choice'} and coherence": correct != expected["correct"],
    }
    for contradiction, wrong in contradict.items():
        if wrong.any():
            raise BadActivity(f"{where}: found {wrong.sum()} trials with contradictory {contradiction}, wanted none")
    named = "session" in there
    session = np.unique(data.session.values, return_inverse=True)[1] if named else np.zeros(len(decided), dtype=int)
    strength = np.abs(coherence)
    each = (words[n] for n in ("context", "choice", "colour"))
    return Behaviour(coherence, strength, *each, correct, decided, session, coloured)


def check_bootstrap(bootstrap: int, probe: str) -> None:
    """Raise BadOption for a negative number of draws."""
    if bootstrap < 0:
        raise BadOption(f"{probe}: found bootstrap {bootstrap}, wanted at least 0")


def levels_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct coherences in increasing order, and (trial,) their index; differences by rounding error are ignored."""
    return np.unique(np.round(values, 9), return_inverse=True)


def sessions_drawn(sessions: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """(draw, session) number of times that each session is in a resample.

    Whole sessions are drawn: they already include the variability over trials (Davison and Hinkley 1997, 3.8).
    """
    return rng.multinomial(sessions, np.full(sessions, 1 / sessions), size=draws)


def percentiles(draws: np.ndarray) -> dict[str, float]:
    """low and high of the draws that are finite; empty if there are none."""
    defined = draws[np.isfinite(draws)]
    if not len(defined):
        return {}
    low, high = np.quantile(defined, tails(LEVEL))
    return {"low": float(low), "high": float(high)}


def proportion(hits: int, trials: int, drawn: np.ndarray | None = None) -> dict[str, float | int]:
    """Proportion, exact binomial interval and number of trials.

    drawn: the proportion in resampled sessions, whose percentiles can widen the interval.
    """
    low, high = binomial_interval(int(hits), int(trials), LEVEL)
    more = {} if drawn is None else percentiles(drawn)
    ends = {"low": min(low, more.get("low", low)), "high": max(high, more.get("high", high))}
    return {"value": float(hits / trials), **ends, "samples": int(trials)}
