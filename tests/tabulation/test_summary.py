"""The summary: intervals over seeds, ceilings, and corrected p-values."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rnncompare.statistics.p_values import holm, max_t
from rnncompare.tabulation.summary import summarise
from rnncompare.tabulation.tables import primary_table

HOLM = {"s": {"method": "holm", "family": None}}
LABELS = {"study": "s", "recording": "r", "statistic": "t"}


def score(model, mean, p=np.nan, measure="m", null_95=0.1, **more):
    row = LABELS | {"model": model, "measure": measure, "condition_independent": "removed", "mean": mean}
    return row | {"null_mean": 0.0, "null_95": null_95, "p": p} | more


def probe(model, values):
    return pd.DataFrame(
        [LABELS | {"model": model, "seed": k, "measure": "p", "value": v} for k, v in enumerate(values)]
    )


def drawn(scores, nulls=None):
    """Draws as the comparison returns them; without `nulls`, the null distribution is empty."""
    found = {}
    for row in scores:
        null = (nulls or {}).get(row["measure"], [row["mean"], 0.0])
        name = f"null|{row['statistic']}|removed"
        found["s", row["model"], row["measure"]] = xr.Dataset({name: ("draw", np.asarray(null, dtype=float))})
    return found


def summary(scores, probes=None, ceilings=None, corrections=HOLM, nulls=None, baselines=None):
    probes = probe("probed", [1.0]) if probes is None else probes
    return summarise(
        pd.DataFrame(scores),
        probes,
        drawn(scores, nulls),
        ceilings=ceilings or {},
        baselines=baselines or {},
        corrections=corrections,
        seed=0,
        bootstrap=300,
    )


def ceiling(source, spearman_brown=False):
    return {"s": {"ceiling": {"source": source, "spearman_brown": spearman_brown}}}


def test_every_score_of_a_measure_has_the_ceiling():
    table = summary([score("network", 0.4), score("halves", 0.9)], ceilings=ceiling("halves"))
    found = table.set_index(["model", "measure"]).ceiling
    assert found["network", "m"] == 0.9 and found["halves", "m"] == 0.9 and np.isnan(found["probed", "p"])


def test_every_other_score_is_given_relative_to_that_of_the_baseline_and_larger_is_better():
    angle = {"null_mean": 1.5, "null_95": 1.2}  # of which smaller is better
    scores = [score("a", 0.4), score("ring", 0.5), score("a", 0.8) | angle | {"measure": "angle"}]
    scores.append(score("ring", 0.9) | angle | {"measure": "angle"})
    table = summary(scores, baselines={"s": "ring"}, corrections={"s": {"method": "holm", "family": []}})
    found = table.set_index(["model", "measure"])
    assert found.baseline["a", "m"] == 0.5 and found.over_baseline["a", "m"] == pytest.approx(-0.1)
    assert found.baseline["a", "angle"] == 0.9 and found.over_baseline["a", "angle"] == pytest.approx(0.1)
    assert np.isnan(found.over_baseline["ring", "m"]) and np.isnan(found.over_baseline["probed", "p"])


def test_scores_above_the_ceiling_are_flagged():
    scores = [score("good", 0.8), score("better", 0.95), score("halves", 0.9)]
    table = summary(scores, ceilings=ceiling("halves")).set_index("model")
    assert table.above_ceiling.to_dict() == {"good": "", "better": "ceiling", "halves": "", "probed": ""}
    assert table["mean"]["better"] == 0.95


def test_if_smaller_is_better_exceeding_a_ceiling_means_below_it():
    scores = [score(m, v, null_95=-0.1) for m, v in {"near": 0.1, "far": 0.5, "halves": 0.2}.items()]
    found = summary(scores, ceilings=ceiling("halves")).set_index("model").above_ceiling
    assert found["near"] == "ceiling" and found["far"] == ""


def test_the_ceiling_of_a_half_is_corrected_by_spearman_brown():
    scores = [
        score("network", 0.85, spearman_brown=0.92),
        score("better", 0.95, spearman_brown=0.97),
        score("halves", 0.8, spearman_brown=8 / 9),
    ]
    table = summary(scores, ceilings=ceiling("halves", spearman_brown=True)).set_index("model")
    assert table.ceiling["network"] == 0.8 and table.ceiling_spearman_brown["network"] == 8 / 9
    assert table.above_ceiling["network"] == "" and table.above_ceiling["better"] == "ceiling"
    assert "spearman_brown" not in table


def test_the_corrected_family_is_the_primary_statistics_without_in_sample_ones():
    scores = [score("network", 0.4, p, measure=m) for m, p in {"a": 0.01, "b": 0.02, "c_in_sample": 0.001}.items()]
    kept = score("network", 0.4, 0.5, measure="a") | {"condition_independent": "kept"}
    table = summary([*scores, kept])
    assert table.p_corrected.tolist()[:2] == [0.02, 0.02] and table.p_corrected[2:].isna().all()


def test_only_the_family_of_the_config_is_corrected():
    scores = [score("network", 0.4, p, measure=m) for m, p in {"a": 0.01, "b": 0.02, "c": 0.03}.items()]
    table = summary(scores, corrections={"s": {"method": "holm", "family": ["a", "c"]}}).set_index("measure")
    np.testing.assert_allclose(table.p_corrected[["a", "b", "c"]], [0.02, np.nan, 0.03])


@pytest.mark.parametrize("lower", [False, True])
def test_max_t_uses_the_same_draws_for_all_measures(lower):
    rng = np.random.default_rng(0)
    shared = rng.standard_normal(200)
    sign = -1 if lower else 1
    nulls = {m: sign * np.r_[2.0, shared + 0.1 * rng.standard_normal(200)] for m in "abc"}
    scores = [score("network", null[0], 0.02, measure=m, null_95=sign * 1.6) for m, null in nulls.items()]
    table = summary(scores, corrections={"s": {"method": "max_t", "family": None}}, nulls=nulls)
    together = np.stack(list(nulls.values()), axis=1)
    expected = max_t(together[0], together[1:], np.full(3, lower))
    np.testing.assert_allclose(table.p_corrected[:3], expected)
    assert (expected < holm(np.full(3, 0.02))).all()  # the correction is small for correlated measures


def test_a_null_with_other_draws_is_not_in_the_family():
    nulls = {"a": np.arange(50.0)[::-1], "b": np.arange(10.0)[::-1]}
    scores = [score("network", null[0], 0.02, measure=m) for m, null in nulls.items()]
    table = summary(scores, corrections={"s": {"method": "max_t", "family": None}}, nulls=nulls).set_index("measure")
    assert table.p_corrected["a"] == 1 / 50 and np.isnan(table.p_corrected["b"])


def test_the_summary_of_a_probe_is_the_mean_over_seeds_with_its_interval():
    table = summary([score("network", 0.4)], probes=probe("network", [1.0, 2.0, 6.0]))
    row = table[table.measure == "p"].iloc[0]
    assert row["mean"] == 3.0 and row.low < 3.0 < row.high and row.seeds == 3


def test_the_interval_of_a_probe_is_truncated_at_the_bounds_of_its_statistic():
    values = [1.0, 1.0, 0.2]
    free = summary([score("network", 0.4)], probes=probe("network", values)).iloc[-1]
    cut = summary([score("network", 0.4)], probes=probe("network", values).assign(minimum=0, maximum=1)).iloc[-1]
    assert free.low < 0 and free.high > 1
    assert (cut.low, cut.high) == (0, 1) and cut["mean"] == free["mean"]
    half = summary([score("network", 0.4)], probes=probe("network", values).assign(minimum=np.nan, maximum=1)).iloc[-1]
    assert (half.low, half.high) == (free.low, 1)


def test_the_primary_table_has_a_column_for_each_statistic_of_the_family():
    scores = [score("network", 0.4, 0.01, measure=m, low=0.3, high=0.5, seeds=8) for m in ("ridge", "cca_in_sample")]
    text = primary_table(summary(scores), "s").splitlines()
    assert text[0] == "| model (networks) | ridge, t |"
    assert text[2] == "| network (8) | 0.40 [0.30, 0.50] (0.10) |"
    counts = [
        score(m, n, statistic="components_source", measure="ridge", null_95=np.nan)
        for m, n in (("network", 6.0), ("other", 10.0))
    ]
    assert primary_table(summary([*counts, *scores]), "s").splitlines()[2] == text[2][:-2] + "; 6 components |"
    with pytest.raises(ValueError, match=r"found studies \['s'\], wanted corrected statistics of other"):
        primary_table(summary(scores), "other")
