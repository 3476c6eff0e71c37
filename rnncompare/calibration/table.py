"""Tables of a calibration: one row for each measure and null, and the curves of the figures."""

import numpy as np
import pandas as pd

from rnncompare.calibration.known_networks import KINDS
from rnncompare.statistics.intervals import binomial_interval
from rnncompare.statistics.p_values import LEVEL

SCORE = ["measure", "statistic", "condition_independent"]


def calibration_table(rows: pd.DataFrame, *, power_share: float) -> pd.DataFrame:
    """One row for each primary statistic, condition-independent signal (removed first) and null.

    rows: rows of all chunks. false_positive_rate [low, high]: share of null pairs with p <= .05, with its 95 % binomial
    interval; failing: whether the whole interval is above .05. geometry_rate: the same share for networks that share
    only the geometry of conditions; these are not false positives, but cases that a small p does not exclude. power:
    share of p <= .05 if the network explains `power_share` of the recording's variance. first_rate: share of recordings
    for which the generating network ranks first among new ones; kind_rate: share for which the network of its kind
    ranks first among the new ones, with chance level kind_chance. Raises ValueError.
    """
    rows = _in_order(rows)
    chosen = rows["part"].eq("power") & np.isclose(rows["share"].astype(float), power_share)
    if rows["part"].eq("power").any() and not chosen.any():
        shares = sorted(set(rows.loc[rows["part"] == "power", "share"]))
        raise ValueError(f"calibration: power_share: found {power_share}, wanted one of the shares {shares}")
    null = _rates(rows, "unrelated", [*SCORE, "null"], "false_positive_rate")
    table = null.assign(failing=null["low"] > LEVEL)
    parts = [
        (_rates(rows, "geometry", [*SCORE, "null"], "geometry_rate"), ["geometry_rate"]),
        (_rates(rows[chosen], "power", [*SCORE, "null"], "power"), ["power"]),
        (_rates(rows, "recovery", SCORE, "first_rate", of="first"), ["first_rate", "first_low", "first_high"]),
        (_rates(rows, "recovery", SCORE, "kind_rate", of="kind_first"), ["kind_rate", "kind_low", "kind_high"]),
    ]
    for found, columns in parts:
        prefix = columns[0].split("_")[0]
        found = found.rename(columns={"low": f"{prefix}_low", "high": f"{prefix}_high"})
        by = [c for c in (*SCORE, "null") if c in found]
        table = table.merge(found[[*by, *columns]], on=by, how="left")
    table["power_share"], table["kind_chance"] = power_share, 1 / len(KINDS)
    return table.sort_values("condition_independent", ascending=False, kind="stable", ignore_index=True)


def calibration_curves(rows: pd.DataFrame) -> pd.DataFrame:
    """The points of the figures, one row for each.

    Parts unrelated, geometry, power: rate [low, high] of p <= .05 for each null, shared input and share of explained
    variance; bias: mean score [low, high: 95 % of the pairs] for each share, unit_count and trial_count; conditions:
    rate [low, high] at which networks are significantly more similar to a recording with condition_count directions
    than rings, ring_rate [ring_low, ring_high] at which rings are, and the mean difference, positive in favour of
    networks.
    """
    rows = _in_order(rows)
    by, sizes = [*SCORE, "null", "share"], [*SCORE, "share", "unit_count", "trial_count"]
    parts = [(part, _rates(rows, part, [*by, "shared"], "rate")) for part in ("unrelated", "geometry", "power")]
    parts.append(("power", _rates(rows, "power", by, "rate").assign(shared="either")))
    scores = rows[rows["part"] == "bias"].groupby(sizes, sort=False)["value"]
    of_pairs = {"low": lambda v: v.quantile(0.025), "high": lambda v: v.quantile(0.975)}
    parts.append(("bias", scores.agg(pairs="size", mean="mean", **of_pairs).reset_index()))
    parts.append(("conditions", _against_ring(rows)))
    return pd.concat([table.assign(part=part) for part, table in parts if len(table)], ignore_index=True)


def _against_ring(rows: pd.DataFrame) -> pd.DataFrame:
    """How often networks and rings are favoured, by the number of directions."""
    by, rows = [*SCORE, "condition_count"], rows[rows["part"] == "conditions"]
    network, ring = (
        _rates(rows.assign(hit=rows["favoured"] == sign), "conditions", by, name, of="hit")
        for sign, name in ((1, "rate"), (-1, "ring_rate"))
    )
    ring = ring.rename(columns={"low": "ring_low", "high": "ring_high"}).drop(columns="pairs")
    return network.merge(ring, on=by).merge(rows.groupby(by, sort=False)["value"].mean().rename("mean"), on=by)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in order of simulated comparisons, for any chunks. Raises ValueError for repeated rows."""
    rows = rows.sort_values("job", kind="stable", ignore_index=True)
    twice = rows.duplicated(["job", *SCORE, "null", "share", "unit_count", "trial_count", "condition_count"]).sum()
    if twice:
        raise ValueError(f"calibration: found {twice} rows twice, wanted each chunk once")
    return rows


def _rates(rows: pd.DataFrame, part: str, by: list[str], name: str, of: str = "p") -> pd.DataFrame:
    """Number of pairs, share of hits and its binomial interval; a hit is p <= .05, or true in the column `of`."""
    chosen = rows[(rows["part"] == part) & rows[of].notna()]
    hit = chosen["p"] <= LEVEL + 1e-12 if of == "p" else chosen[of].astype(bool)
    counts = chosen.assign(hit=hit).groupby(by, sort=False)["hit"].agg(["sum", "size"]).reset_index()
    intervals = [binomial_interval(int(k), int(n)) for k, n in zip(counts["sum"], counts["size"], strict=True)]
    return counts[by].assign(
        pairs=counts["size"],
        **{name: counts["sum"] / counts["size"]},
        low=[low for low, _ in intervals],
        high=[high for _, high in intervals],
    )
