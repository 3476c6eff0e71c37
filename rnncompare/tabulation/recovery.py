"""How often the contrast of two models finds the one whose network a recording was simulated from."""

import numpy as np
import pandas as pd

from rnncompare.statistics.intervals import by_input_set, t_interval
from rnncompare.statistics.p_values import LEVEL, TIE, sign_flip_p
from rnncompare.statistics.unpaired import permutation_p
from rnncompare.tabulation.contrasts import over_sets, scores_of

KEYS = ["study", "recording", "measure", "statistic"]
COLUMNS = {  # column -> meaning, "" if it is that of all tables
    **dict.fromkeys(KEYS, ""),
    **dict.fromkeys(("model", "minus"), "the two models of the contrast"),
    "generator": "the model whose networks generated the simulated recordings",
    "recordings": "the number of simulated recordings",
    "networks": "the number of pairs, or of sets of random inputs, in the contrast of one recording (without pairs, of "
    "networks of the smaller model), as a mean over recordings",
    "difference": "`model` - `minus`, as a mean over recordings",
    **dict.fromkeys(
        ("low", "high"),
        "95 % t interval of the difference over generating networks or their sets of random inputs, empty for one; not "
        "over the networks that are compared, which are the same for all recordings",
    ),
    "for_model": "the fraction of recordings whose contrast is significant at .05, uncorrected, in favour of `model`. "
    "The smallest p is 2^(1 - n) for n pairs or sets, so that fewer than 6 favour neither",
    "for_minus": "likewise in favour of `minus`",
    "undecided": "the fraction of all others",
    "recovered": "the fraction in which the sign of the difference favours the generator; ties count half",
    "lower_is_better": "",
}


def recovery(
    rows: pd.DataFrame, pairs: dict[str, tuple[str, str]], *, unpaired: dict[str, list[str]] | None = None
) -> pd.DataFrame:
    """The contrast of two models for recordings of networks of either, a row for each statistic and generator.

    rows: those of `calibration.model_recovery`, labelled; pairs: study -> (model, minus); unpaired: study -> models
    whose networks share their seeds with no other model. The contrast is computed for each recording as in
    contrasts.csv: over pairs of networks with the same seed, over the means of sets of random inputs, or, for an
    unpaired model, over the networks of both. Columns: see `COLUMNS`.
    """
    table = []
    for values, of_statistic in rows.groupby(KEYS, sort=False) if len(rows) else []:
        labels = dict(zip(KEYS, values, strict=True))
        one, other = pairs[labels["study"]]
        paired = not {one, other} & set((unpaired or {}).get(labels["study"], []))
        for generator in (one, other):
            found = of_statistic[of_statistic["generator"] == generator]
            about = labels | {"model": one, "minus": other, "generator": generator}
            table.append(about | _of_generator(found, one, other, paired, _sets_of(of_statistic, generator)))
    return pd.DataFrame(table, columns=list(COLUMNS))


def _sets_of(rows: pd.DataFrame, model: str) -> pd.Series | None:
    """The set of random inputs of each network of a model, by position; None if its inputs are not random."""
    of_model = rows[rows["model"] == model].drop_duplicates("seed").set_index("seed")
    sets = of_model.get("input_set", pd.Series(dtype=float)).dropna()
    return sets if len(sets) else None


def _of_generator(rows: pd.DataFrame, one: str, other: str, paired: bool, sets: pd.Series | None) -> dict:
    """The numbers of one row; rows: of all recordings of one generator; sets: of the generating networks."""
    lower = bool(rows["lower_is_better"].iloc[0])
    recordings, contrasts = zip(
        *((k, _contrast(found, one, other, paired)) for k, found in rows.groupby("recording_of", sort=False)),
        strict=True,
    )
    counts, differences, p = np.array(contrasts).T
    means = by_input_set(differences, None if sets is None else sets[list(recordings)].to_numpy())
    low, high = t_interval(means)
    favour = np.where(np.abs(differences) <= TIE, 0, np.sign(differences)) * (-1 if lower else 1)  # 1: of model
    decided = favour * (p <= LEVEL)
    own = favour if rows["generator"].iloc[0] == one else -favour
    return {
        "recordings": len(recordings),
        "networks": counts.mean(),
        "difference": means.mean(),
        "low": low,
        "high": high,
        "for_model": (decided == 1).mean(),
        "for_minus": (decided == -1).mean(),
        "undecided": (decided == 0).mean(),
        "recovered": ((own + 1) / 2).mean(),
        "lower_is_better": lower,
    }


def _contrast(rows: pd.DataFrame, one: str, other: str, paired: bool) -> tuple[int, float, float]:
    """The number of pairs, sets or networks, the difference and its p, for one recording."""
    sides, sets = scores_of(rows, one, other, paired)
    sides = [side.to_numpy() for side in over_sets(sides, None, None, sets)[0]]
    difference = sides[0].mean() - sum(side.mean() for side in sides[1:])
    return min(map(len, sides)), difference, sign_flip_p(*sides) if paired else permutation_p(*sides)
