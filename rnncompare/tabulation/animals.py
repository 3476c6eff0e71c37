"""Contrasts over several animals: the same question asked of the recordings of different animals."""

import numpy as np
import pandas as pd

from rnncompare.comparison.primary_statistics import lower_is_better
from rnncompare.statistics.intervals import t_interval
from rnncompare.statistics.p_values import LEVEL, TIE, sign_flip_p
from rnncompare.tabulation.tables import KEYS

ABOUT = [key for key in (*KEYS, "minus") if key not in ("study", "recording")]  # what one contrast is about
OF_ANIMAL = ["difference", "low", "high", "condition_low", "condition_high", "p", "p_corrected", "seeds", "input_sets"]


def over_animals(contrasts: pd.DataFrame, groups: dict[str, list[str]]) -> pd.DataFrame:
    """The contrasts of each animal of a group, and over the animals.

    contrasts: contrasts.csv; groups: name -> studies, one for each animal. A contrast that not all studies have is left
    out. There is a row for each animal, with the columns of its contrast, and one over animals, without a study:
    `animals`, their number; difference, the mean of their differences; low and high, its 95 % t interval, in which
    animals are a random sample and the uncertainty about each is contained in their spread; same_sign, how many
    animals have the sign of the mean; p, two-sided, of a sign-flip test over animals. The smallest p of n animals is
    2**(1 - n), `smallest_p`; if it exceeds .05 (fewer than 6 animals), no p is given.
    """
    tables = []
    keys = [key for key in ABOUT if key in contrasts]
    for group, studies in groups.items():
        of_group = contrasts[contrasts.study.isin(studies)]
        for values, rows in of_group.groupby(keys, sort=False, dropna=False):
            rows = rows.set_index("study").reindex(studies)
            if rows["difference"].isna().any():
                continue
            about = {"group": group} | dict(zip(keys, values, strict=True))
            own = rows.reset_index()[["study", "recording", *(c for c in OF_ANIMAL if c in rows)]]
            tables.append(own.assign(**about))
            tables.append(pd.DataFrame([about | _over(rows["difference"].to_numpy(dtype=float))]))
    if not tables:
        return pd.DataFrame(columns=["group", "study", "recording", *keys, *OF_ANIMAL])
    found = pd.concat(tables, ignore_index=True)
    first = ["group", "study", "recording", *keys]
    return found[[*first, *(c for c in found if c not in first)]]


def _over(differences: np.ndarray) -> dict:
    """The row over animals from the (animal,) differences."""
    n, mean = len(differences), differences.mean()
    low, high = t_interval(differences)
    smallest = 2.0 ** (1 - n)
    return {
        "animals": n,
        "difference": mean,
        "low": low,
        "high": high,
        "same_sign": int((np.sign(differences) == np.sign(mean)).sum()),
        "smallest_p": smallest,
        "p": sign_flip_p(differences) if smallest <= LEVEL else np.nan,
    }


def as_near_as_animals(
    similarity: pd.DataFrame, groups: dict[str, list[str]], others: dict[str, list[str]]
) -> pd.DataFrame:
    """How often a network is as similar to an animal as the other animals of its group are.

    similarity: similarity.csv, a row for each source, network and statistic; others: study -> the sources that are
    recordings of the group's other animals. The score of each network of a model is compared with the score of each
    other animal for the same recording; `share` is the fraction of these pairs in which the network scores at least as
    well, averaged over the animals, which count equally, and `pairs` their number (after Feather et al. 2025, who
    compare models by the distance between animals). It is .5 if networks differ from an animal as animals differ from
    each other. Rows: group, model, measure, statistic, condition_independent. `animals` is the number of recordings to
    which both networks and other animals were compared.
    """
    keys = ["measure", "statistic", "condition_independent"]
    table = []
    for group, studies in groups.items():
        rows = similarity[similarity.study.isin(studies) & similarity["null_95"].notna()]
        animals = {source for study in studies for source in others.get(study, [])}
        for values, of_statistic in rows.groupby(keys, sort=False, dropna=False):
            sign = -1.0 if lower_is_better(of_statistic) else 1.0
            shares = {}
            for study, of_study in of_statistic.groupby("study", sort=False):
                reference = sign * of_study.loc[of_study.model.isin(others.get(study, [])), "value"].to_numpy()
                for model, of_model in of_study[~of_study.model.isin(animals)].groupby("model", sort=False):
                    scores = sign * of_model["value"].to_numpy()[:, None]
                    if len(reference):
                        better = scores >= reference - TIE * np.maximum(1.0, np.abs(reference))
                        shares.setdefault(model, []).append((better.mean(), better.size))
            for model, found in shares.items():
                share, pairs = zip(*found, strict=True)
                about = {"group": group, "model": model} | dict(zip(keys, values, strict=True))
                table.append(about | {"animals": len(found), "pairs": sum(pairs), "share": float(np.mean(share))})
    return pd.DataFrame(table, columns=["group", "model", *keys, "animals", "pairs", "share"])
