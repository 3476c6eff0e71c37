"""Decisions from outputs that race to a threshold, or the largest output of a period: choices and reaction times."""

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity

UNDECIDED = "undecided"
SIDES = np.array(["left", "right", UNDECIDED])  # by the index of the output; -1 is the last
CONTEXTS = ("red_left", "green_left")


def decide(
    outputs: np.ndarray, time: np.ndarray, onset: np.ndarray, threshold: float, *, until: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Index (trial,) of the output that first reaches `threshold`, or -1, and the reaction time, s from onset, or NaN.

    outputs: (trial, time, output); time (time,) and onset (trial,) in s on the same clock; until (trial,): only earlier
    decisions count, so that outputs after the end of a trial are ignored (None: all times).

    An output reaches the threshold at the first time, from onset on (included), at which it is at or above it. An
    output that is above it at onset decides at 0 s; one that was above it only before onset does not count. If two
    outputs reach the threshold at the same time, the larger one wins, and the first of two equal ones. NaN never
    reaches the threshold, and without an onset (NaN: no stimulus) there is no decision. Raises BadActivity.
    """
    outputs, time, onset = np.asarray(outputs), np.asarray(time, dtype=float), np.asarray(onset, dtype=float)
    end = np.full(len(onset), np.inf) if until is None else np.asarray(until, dtype=float)
    if outputs.ndim != 3 or outputs.shape[:2] != (len(onset), len(time)) or end.shape != onset.shape:
        raise BadActivity(
            f"decisions: found outputs {outputs.shape}, {len(time)} times, {len(onset)} onsets and {len(end)} ends, "
            "wanted outputs (trial, time, output) with these numbers"
        )
    if not np.isfinite(threshold):
        raise BadActivity(f"decisions: found threshold {threshold}, wanted a finite number")
    counts = (time >= onset[:, None] - RESOLUTION) & (time < end[:, None] - RESOLUTION)
    there = (outputs >= threshold).any(axis=2) & counts
    decided, first = there.any(axis=1), there.argmax(axis=1)
    height = outputs[np.arange(len(outputs)), first]
    winner = np.where(height >= threshold, height, -np.inf).argmax(axis=1)
    waited = np.where(decided, time[first] - onset, np.nan)
    return np.where(decided, winner, -1), np.where(decided, np.round(np.maximum(waited, 0), 9), np.nan)


def largest(outputs: np.ndarray, time: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Index (trial,) of the output with the largest mean from `begin` to before `end`; the first of equal ones.

    outputs (trial, time, output); time (time,), begin and end (trial,) in s on the same clock. -1 if all outputs of the
    period are NaN, and without a period (NaN). Raises BadActivity for a period without any time.
    """
    outputs, time = np.asarray(outputs, dtype=float), np.asarray(time, dtype=float)
    begin, end = (np.asarray(ends, dtype=float) for ends in (begin, end))
    inside = (time >= begin[:, None] - RESOLUTION) & (time < end[:, None] - RESOLUTION)
    asked = np.isfinite(begin) & np.isfinite(end)
    empty = asked & ~inside.any(axis=1)
    if empty.any():
        first = int(empty.argmax())
        raise BadActivity(
            f"decisions: found no time from {begin[first]:g} to {end[first]:g} s in {int(empty.sum())} trials, wanted "
            "at least one in the decision period"
        )
    total = np.where(inside[..., None], outputs, 0.0).sum(axis=1)
    return np.where(asked & ~np.isnan(total).any(axis=1), np.nan_to_num(total, nan=0.0).argmax(axis=1), -1)


def behaviour(index: np.ndarray, rt: np.ndarray, context: np.ndarray, coherence: np.ndarray) -> dict[str, np.ndarray]:
    """The behaviour of a subject as coordinates along trial: choice, colour, rt, correct.

    index: (trial,) 0 left, 1 right, -1 undecided; rt: (trial,) s; context: (trial,) `red_left` or `green_left`;
    coherence: (trial,) signed, above 0 red. correct is 1 if the dominant colour was chosen, and otherwise 0: undecided
    trials and trials at coherence 0 are never correct. Raises BadActivity.
    """
    index, context, coherence = np.asarray(index), np.asarray(context).astype(str), np.asarray(coherence, dtype=float)
    if not np.isin(index, (-1, 0, 1)).all():
        raise BadActivity(f"decisions: found outputs {sorted(set(index.tolist()))}, wanted 0 (left), 1 (right) or -1")
    strange = sorted(set(context.tolist()) - set(CONTEXTS))
    if strange:
        raise BadActivity(f"decisions: found context {', '.join(strange)}, wanted {' or '.join(CONTEXTS)}")
    red = (index == 0) == (context == "red_left")
    colour = np.where(index < 0, UNDECIDED, np.where(red, "red", "green"))
    correct = (index >= 0) & (np.where(red, 1, -1) * coherence > 0)
    return {"choice": SIDES[index], "colour": colour, "rt": np.asarray(rt, dtype=float), "correct": correct.astype(int)}


def judged(index: np.ndarray, coherence: np.ndarray) -> dict[str, np.ndarray]:
    """The behaviour in a task without colours, as coordinates along trial: choice, correct.

    index: (trial,) 0 left, 1 right, -1 undecided; coherence: (trial,) signed, above 0 left. correct is 1 if the side
    with the larger evidence was chosen: as in `behaviour`, no trial at coherence 0 is correct.
    """
    index, coherence = np.asarray(index), np.asarray(coherence, dtype=float)
    right = (index >= 0) & (np.where(index == 0, 1, -1) * coherence > 0)
    return {"choice": SIDES[index], "correct": right.astype(int)}


def answered(choice: np.ndarray, rt: np.ndarray, answer: np.ndarray) -> dict[str, np.ndarray]:
    """The behaviour in a task without coherences, as coordinates along trial: choice, rt, correct.

    choice: (trial,) the name of the chosen output, or `undecided`; rt: (trial,) s; answer: (trial,) the name of the
    right output. correct is 1 if the choice is the answer, and 0 in undecided trials. Raises BadActivity.
    """
    choice, answer = np.asarray(choice).astype(str), np.asarray(answer).astype(str)
    if (answer == UNDECIDED).any():
        raise BadActivity(f"decisions: found the answer {UNDECIDED}, wanted names of outputs")
    return {"choice": choice, "rt": np.asarray(rt, dtype=float), "correct": (choice == answer).astype(int)}
