"""Counts of choices by session, coherence and target layout, bootstrap resamples of the counts, and their summaries."""

import numpy as np

from rnncompare.behaviour.subjects import WORDS, Behaviour, levels_of, sessions_drawn

LEFT, RIGHT, NEITHER = range(3)


def choice_counts(subject: Behaviour) -> tuple[np.ndarray, np.ndarray]:
    """Signed coherences in increasing order, and (session, coherence, context, choice) numbers of trials.

    Contexts and choices are in the order of WORDS.
    """
    level, at = levels_of(subject.coherence)
    context, choice = (
        np.argmax(values[:, None] == np.array(WORDS[name]), axis=1)
        for name, values in (("context", subject.context), ("choice", subject.choice))
    )
    counts = np.zeros((subject.session.max() + 1, len(level), 2, 3), dtype=int)
    np.add.at(counts, (subject.session, at, context, choice), 1)
    return level, counts


def with_resamples(counts: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """(1 + draw, coherence, context, choice): the counts over all sessions, followed by those of resamples.

    With several sessions, whole sessions are resampled; with one session, the trials of each coherence and context.
    """
    rng = np.random.default_rng(seed)
    total = counts.sum(axis=0)
    if len(counts) > 1:
        drawn = np.tensordot(sessions_drawn(len(counts), draws, rng), counts, axes=1)
    else:
        trials = total.sum(axis=-1)
        chances = total / np.maximum(trials, 1)[..., None]
        chances[..., NEITHER] = np.maximum(1 - chances[..., [LEFT, RIGHT]].sum(axis=-1), 0)
        drawn = rng.multinomial(trials, chances, size=(draws, *trials.shape))
    return np.concatenate([total[None], drawn])


def red(counts: np.ndarray) -> np.ndarray:
    """(draw, coherence) number of red choices: left if the red target is left, right if it is right."""
    return counts[..., 0, LEFT] + counts[..., 1, RIGHT]


def decided(counts: np.ndarray) -> np.ndarray:
    """(draw, coherence) number of trials with a choice."""
    return counts[..., [LEFT, RIGHT]].sum(axis=(-2, -1))


def by_strength(level: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, ...]:
    """|coherence| in increasing order, and (draw, |coherence|) numbers of correct, decided and all trials.

    At coherence 0 no trial is correct.
    """
    made = decided(counts)
    correct = np.where(level > 0, red(counts), np.where(level < 0, made - red(counts), 0))
    strengths, at = levels_of(np.abs(level))
    fold = np.eye(len(strengths), dtype=int)[at]
    return strengths, *(values @ fold for values in (correct, made, counts.sum(axis=(-2, -1))))
