"""The spread of networks within a model, beside their distance from the animal."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from rnncompare.statistics.bounds import Bounds
from rnncompare.statistics.jackknife import jackknife_interval
from rnncompare.tabulation.summary import input_sets_of

KEYS = ["study", "recording", "model", "measure", "statistic"]
JACKKNIFE = (
    "95 % jackknife interval, in which each network (or set of random inputs) is deleted with all of its pairs; empty "
    "if no pair remains, as for two networks"
)
COLUMNS = {  # column -> meaning, "" if it is that of all tables
    **dict.fromkeys(KEYS, ""),
    "inputs": "`all` pairs, or, if inputs are random, those with the `same` and those with `different` inputs",
    "networks": "the number of networks that were compared with each other",
    "input_sets": "",
    "pairs": "the number of pairs",
    "within": "the mean score over pairs",
    **dict.fromkeys(("within_low", "within_high"), JACKKNIFE),
    "to_animal": "the mean score of these networks with the recording",
    **dict.fromkeys(
        ("to_animal_low", "to_animal_high"),
        "the interval of summary.csv; empty if only some networks of the model were compared with each other",
    ),
    "difference": "`within` - `to_animal`",
    **dict.fromkeys(("difference_low", "difference_high"), JACKKNIFE),
    "lower_is_better": "",
}


def within_models(pairs: pd.DataFrame, similarity: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """How similar the networks of each model are to each other, and to the animal.

    pairs: rows of `comparison.within`, labelled; similarity, summary: similarity.csv and summary.csv. There is a row
    for each model and statistic, or, if inputs are random, one for pairs with the same and one for pairs with different
    inputs. Columns: see `COLUMNS`; input_sets only if inputs are random.
    """
    scores = similarity[similarity["condition_independent"] == "removed"].groupby(KEYS, sort=False)
    means = summary[summary["condition_independent"] == "removed"].set_index(KEYS)
    table = []
    for key, of_statistic in pairs.groupby(KEYS, sort=False) if len(pairs) else []:
        networks = scores.get_group(key).set_index("seed")
        compared = networks[networks.index.isin(of_statistic[["seed", "other_seed"]].to_numpy().ravel())]
        summarised = len(compared) == len(networks)  # the summary is of all networks
        with_animal = {f"to_animal_{end}": means.loc[key, end] if summarised else None for end in ("low", "high")}
        table += [
            dict(zip(KEYS, key, strict=True)) | with_animal | row for row in _of_statistic(of_statistic, compared)
        ]
    found = pd.DataFrame(table, columns=list(COLUMNS))
    return found if found["input_sets"].notna().any() else found.drop(columns="input_sets")


def _of_statistic(pairs: pd.DataFrame, networks: pd.DataFrame) -> Iterator[dict]:
    """The rows of one statistic of one model; networks: scores with the recording by seed."""
    first = pairs.iloc[0]
    bounds = tuple(None if pd.isna(end) else end for end in (first["minimum"], first["maximum"]))
    sets = input_sets_of(networks)
    part = pd.Series(networks.index if sets is None else sets, index=networks.index)  # what is deleted with a network
    pairs = pairs.assign(first=part[pairs["seed"]].to_numpy(), second=part[pairs["other_seed"]].to_numpy())
    about = {"networks": len(networks)} | ({} if sets is None else {"input_sets": part.nunique()})
    for inputs, chosen in _by_inputs(pairs, random=sets is not None):
        found = _spread(chosen, networks["value"], part, bounds)
        yield {"inputs": inputs} | about | found | {"lower_is_better": first["lower_is_better"]}


def _by_inputs(pairs: pd.DataFrame, random: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    """The pairs with the same inputs and those with different inputs, if there are any; all, if none are random."""
    if not random:
        yield "all", pairs
        return
    same = pairs["first"] == pairs["second"]
    yield from ((name, pairs[chosen]) for name, chosen in (("same", same), ("different", ~same)) if chosen.any())


def _spread(pairs: pd.DataFrame, scores: pd.Series, part: pd.Series, bounds: Bounds) -> dict:
    """Means over pairs and over networks, and their difference, with intervals.

    pairs: value, and `first` and `second`, the parts to which the two networks belong; scores, part: by seed.
    """
    within, to_animal = pairs["value"].mean(), scores.mean()
    without = [
        (pairs.loc[(pairs["first"] != k) & (pairs["second"] != k), "value"].mean(), scores[part != k].mean())
        for k in part.unique()
    ]
    of_pairs, of_networks = np.array(without).T
    low, high = jackknife_interval(within, of_pairs, bounds=bounds)
    between = jackknife_interval(within - to_animal, of_pairs - of_networks)
    unordered = np.sort(pairs[["seed", "other_seed"]].to_numpy(), axis=1)
    return {
        "pairs": len(np.unique(unordered, axis=0)),
        "within": within,
        "within_low": low,
        "within_high": high,
        "to_animal": to_animal,
        "difference": within - to_animal,
        "difference_low": between[0],
        "difference_high": between[1],
    }
