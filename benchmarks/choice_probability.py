"""Areas under the ROC curve of many units, windows and permutations of choices, compared with scikit-learn.

The peer's loop over all 40 million areas would take most of a day. One case therefore compares a small part of the
work, for which our fixed costs are largest. In the other case, ours computes all areas and the peer one in 40,000, as
stated by the name: its ratio times 40,000 is that of the whole.
"""

from collections.abc import Callable

import numpy as np
from sklearn.metrics import roc_auc_score

from rnncompare.choice.draws import shuffled_within
from rnncompare.choice.roc import as_area, margin_ranks, shuffled_margins, two_sided_p

TRIALS, UNITS, WINDOWS, PERMUTATIONS = 200, 1000, 40, 1000  # trials of one stimulus: one call of the peer per area


def session(units: int, windows: int, permutations: int) -> tuple[np.ndarray, np.ndarray]:
    """(window, trial, unit) spike counts and (1 + permutation, trial) choices, the first of them observed."""
    rng = np.random.default_rng(0)
    counts = rng.poisson(5.0, (windows, TRIALS, units)).astype(float)
    return counts, shuffled_within(rng.random(TRIALS) < 0.5, np.zeros(TRIALS), permutations, rng)


def our_areas(counts: np.ndarray, choices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(window, unit) areas and their p-values; only the permutations of one window are in memory at a time."""
    pairs, stimulus = int(choices[0].sum() * (1 - choices[0]).sum()), np.zeros(TRIALS)
    areas, p = [], []
    for window in counts:
        margins = shuffled_margins(margin_ranks(window, stimulus), choices)
        areas.append(as_area(margins[0], pairs))
        p.append(two_sided_p(margins))
    return np.array(areas), np.array(p)


def loop_areas(counts: np.ndarray, choices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same in a loop over windows, units and permutations."""
    found = np.array(
        [[[roc_auc_score(made, unit) for unit in window.T] for made in choices] for window in counts]
    )  # (window, draw, unit)
    away = np.abs(found - 0.5)
    return found[:, 0], (away >= away[:, :1] - 1e-12).mean(axis=1)


def choice_probability() -> list[tuple[str, Callable, Callable]]:
    """Return the case of all work and part of the work by the peer, and the case of the same part by both."""
    whole, part, same = session(UNITS, WINDOWS, PERMUTATIONS), session(UNITS, 1, 0), session(20, 1, 49)
    return [
        (
            "choice_probability_1000_units_40_windows_1000_permutations_peer_on_1_of_40000",
            lambda: our_areas(*whole),
            lambda: loop_areas(*part),
        ),
        ("choice_probability_1000_areas", lambda: our_areas(*same), lambda: loop_areas(*same)),
    ]
