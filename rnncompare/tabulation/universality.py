"""What networks share: are networks of one model nearer to each other than to those of other models?"""

import numpy as np
import pandas as pd

from rnncompare.statistics.clusters import clustering, mean_distance

KEYS = ["study", "recording", "measure", "statistic"]
FOUND = ["within", "between", "ratio", "silhouette"]
COLUMNS = [
    *KEYS, "set", "stage", "models", "networks",
    *(name + end for name in FOUND[:3] for end in ("", "_low", "_high")), "p",
    "silhouette", "silhouette_low", "silhouette_high", "silhouette_p",
    "to_untrained", "to_untrained_low", "to_untrained_high", "draws",
]  # fmt: skip


def universality(
    distances: pd.DataFrame,
    sets: dict[str, dict[str, dict[str, list[str]]]],
    untrained: dict[str, dict[str, str]],
    draws: dict[str, int],
    *,
    seed: int,
    sharing: dict[str, list[list[str]]] | None = None,
) -> pd.DataFrame:
    """Distances within and between models for each measure, of trained and of untrained networks.

    distances: network_distances.csv. sets: study -> set of models -> `trained` and `untrained` -> models. untrained:
    study -> model -> the untrained model with the same network and task. draws: study -> number of permutations.
    sharing: study -> groups of models whose networks with the same seed share random inputs or ancestors; these pairs,
    which are of different models, are left out of all means. There is a row for each set and stage that has models with
    distances; networks of different stages are compared only in `to_untrained`, the mean over pairs of a trained
    network and an untrained one of its own kind. All other columns are explained by `statistics.clusters.clustering`,
    where labels are models and blocks are seeds.
    """
    table = []
    # A study without a recording has no name of one in the file.
    for key, rows in distances.groupby(KEYS, sort=False, dropna=False) if len(distances) else []:
        about = dict(zip(KEYS, key, strict=True))
        study = about["study"]
        groups = (sharing or {}).get(study, [])
        for name, stages in sets[study].items():
            for stage, models in stages.items():
                own = _of_stage(rows, models, groups, draws[study], seed)
                if own is not None:
                    pairs = {m: other for m, other in untrained[study].items() if stage == "trained" and m in models}
                    table.append(about | {"set": name, "stage": stage} | own | _to_untrained(rows, pairs, groups))
    return pd.DataFrame(table, columns=COLUMNS)


def _of_stage(rows: pd.DataFrame, models: list[str], groups: list[list[str]], draws: int, seed: int) -> dict | None:
    """The numbers of the networks of some models; None if none of them has distances."""
    rows = rows[rows["model"].isin(models) & rows["other_model"].isin(models)]
    if rows.empty:
        return None
    networks, matrix = distance_matrix(rows)
    labels = np.array([models.index(model) for model, _ in networks])
    blocks = np.array([seed for _, seed in networks])
    left_out = np.array([[_share(one, other, groups) for other in networks] for one in networks])
    found = clustering(matrix, labels, blocks, draws=draws, seed=seed, left_out=left_out)
    return {"models": len(np.unique(labels)), "networks": len(networks), "draws": draws} | found


def distance_matrix(rows: pd.DataFrame) -> tuple[list[tuple[str, int]], np.ndarray]:
    """The networks (model, seed) of distances, in the order of their rows, and the matrix (network, network).

    Raises ValueError if a pair has no distance.
    """
    one, other = (
        list(zip(rows[m], rows[s], strict=True)) for m, s in (("model", "seed"), ("other_model", "other_seed"))
    )
    networks = list(dict.fromkeys([*one, *other]))
    place = {network: k for k, network in enumerate(networks)}
    matrix = np.full((len(networks),) * 2, np.nan)
    np.fill_diagonal(matrix, 0)
    i, j = ([place[network] for network in side] for side in (one, other))
    matrix[i, j] = matrix[j, i] = rows["value"]
    if np.isnan(matrix).any():
        (i, j), *_ = np.argwhere(np.isnan(matrix))
        about = f"{rows['measure'].iloc[0]}, {rows['statistic'].iloc[0]}"
        raise ValueError(
            f"universality: found no distance by {about} between network {networks[i][1]} of {networks[i][0]} and "
            f"network {networks[j][1]} of {networks[j][0]}, wanted one for each pair"
        )
    return networks, matrix


def _share(one: tuple[str, int], other: tuple[str, int], groups: list[list[str]]) -> bool:
    """Whether two networks (model, seed) of different models share random inputs or ancestors."""
    same = one[1] == other[1] and one[0] != other[0]
    return same and any(one[0] in group and other[0] in group for group in groups)


def _to_untrained(rows: pd.DataFrame, counterparts: dict[str, str], groups: list[list[str]]) -> dict[str, float]:
    """Mean distance of trained networks to the untrained networks of their own kind."""
    pairs = list(counterparts.items())
    wanted = [*pairs, *((two, one) for one, two in pairs)]
    names = [rows[name] for name in ("model", "seed", "other_model", "other_seed")]
    used = [(m, o) in wanted and not _share((m, s), (o, t), groups) for m, s, o, t in zip(*names, strict=True)]
    chosen = rows[used]
    sides = (chosen[name].to_numpy() for name in ("value", "seed", "other_seed"))
    return {
        f"to_untrained{end}": value
        for end, value in zip(("", "_low", "_high"), mean_distance(*sides).values(), strict=True)
    }
