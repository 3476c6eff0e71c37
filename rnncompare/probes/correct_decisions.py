"""Correct decisions: their share of all trials, and by a variable such as the rule of the trial."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import coordinate
from rnncompare.behaviour.decisions import UNDECIDED
from rnncompare.behaviour.subjects import proportion
from rnncompare.comparison.measure_card import INVARIANCES, SHARE, MeasureCard
from rnncompare.files.labels import names
from rnncompare.files.text import natural
from rnncompare.options.ranges import Seed
from rnncompare.populations.population import name_of


def correct_decisions(data: xr.Dataset, *, seed: Seed, by: str | None) -> list[dict]:
    """Shares of trials that are correct and of trials without a decision, of all trials and for each value of `by`.

    The required coordinates along trial are choice and correct (0 or 1). by: another one, such as rule, whose values
    are the variable of the rows; None: all trials alone. Trials without a decision are not correct. low, high: exact
    binomial 95 % interval; samples: number of trials. Raises BadActivity.
    """
    choice, correct = (coordinate(data, name, "correct_decisions") for name in ("choice", "correct"))
    undecided, correct = names(choice) == UNDECIDED, np.asarray(correct).astype(float)
    if not np.isin(correct, (0, 1)).all():
        strange = correct[~np.isin(correct, (0, 1))][0]
        raise BadActivity(f"correct_decisions of {name_of(data)}: found correct of {strange:g}, wanted 0 or 1")
    parts = {None: np.ones(len(correct), dtype=bool)}
    if by is not None:
        values = names(coordinate(data, by, "correct_decisions"))
        parts |= {name: values == name for name in sorted(set(values.tolist()), key=natural)}
    rows = []
    for name, own in parts.items():
        place = {} if name is None else {"variable": name}
        for statistic, hits in (("fraction_correct", correct), ("fraction_undecided", undecided)):
            rows.append({"statistic": statistic, **place, **proportion(hits[own].sum(), own.sum())})
    return rows


correct_decisions.card = MeasureCard(
    formula="number of correct trials, or of trials without a decision, divided by the number of all trials",
    statistics={
        "fraction_correct": "share of all trials that are correct; undecided trials are not",
        "fraction_undecided": "share of all trials without a decision",
    },
    bounds=dict.fromkeys(("fraction_correct", "fraction_undecided"), SHARE),
    landmarks="1 / answers: chance level of fraction_correct, if all answers are equally frequent",
    zero="fraction_correct: no trial is correct",
    one="fraction_correct: all trials are correct",
    invariant_to=tuple(INVARIANCES),
    cost="trials",
    pitfalls="A subject that always gives the same answer has the frequency of that answer as its share. Intervals "
    "take trials as independent: trials of a network without noise that have the same condition are copies.",
    reference="intervals: Clopper & Pearson 1934",
)
