"""Simulated subjects whose choices and reaction times are drawn from known distributions."""

import numpy as np

from rnncompare import activity
from rnncompare.behaviour.decisions import behaviour

LEVELS = np.array([0.04, 0.1, 0.2, 0.31, 0.4, 0.6, 0.9])


def subject(coherence, context, index, rt, **per_trial):
    """An activity with one silent unit and this behaviour: index 0 left, 1 right, -1 undecided; rt in s."""
    coherence = np.asarray(coherence, dtype=float)
    behaved = behaviour(index, rt, context, coherence) | {"coherence": coherence, "context": np.asarray(context)}
    return activity.build(
        np.zeros((len(coherence), 1, 1)),
        time=[0.0],
        unit=["none"],
        condition=[f"{x}/{c:.3f}" for x, c in zip(context, coherence, strict=True)],
        per_trial=behaved | per_trial,
        source="planted",
    )


def planted(seed, accuracy, *, trials, sessions=None, undecided=0.0, rt=None, shift=0.0):
    """`trials` of each signed coherence and layout, correct with probability `accuracy` (level,) or (session, level).

    undecided: probability of no decision; rt: (level,) mean reaction times by |coherence|, s; shift: s by which errors
    are slower.
    """
    rng = np.random.default_rng(seed)
    level, sign, red_left = (x.ravel() for x in np.meshgrid(np.arange(7), [1, -1], [True, False], indexing="ij"))
    level, sign, red_left = (np.repeat(x, trials) for x in (level, sign, red_left))
    session = np.zeros(len(level), dtype=int) if sessions is None else np.tile(np.arange(sessions), len(level))
    if sessions is not None:
        level, sign, red_left = (np.repeat(x, sessions) for x in (level, sign, red_left))
    chance = np.broadcast_to(accuracy, (session.max() + 1, 7))[session, level]
    correct = rng.random(len(level)) < chance
    index = np.where((sign > 0) == red_left, 0, 1)
    index = np.where(correct, index, 1 - index)
    index = np.where(rng.random(len(level)) < undecided, -1, index)
    mean = 0.5 if rt is None else np.asarray(rt)[level]
    time = np.where(index < 0, np.nan, mean + shift * ~correct + 0.05 * rng.gamma(4, 1, len(level)) - 0.2)
    context = np.where(red_left, "red_left", "green_left")
    named = {} if sessions is None else {"session": session}
    return subject(sign * LEVELS[level], context, index, np.maximum(time, 0), **named)
