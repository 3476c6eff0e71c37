"""The statistics of probes that claims are about."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from verdict.made_up_claims import STATISTICS, VARIABLES, claimed_of, probes_of

MEANS = {
    "a": {"colour": 0.55, "context": 0.7},
    "b": {"colour": 0.9, "context": 0.72},
    "c": {"colour": 0.5, "context": 0.5},
}


def noisy(seed: int = 0, **keys) -> pd.DataFrame:
    """Rows with independent noise of each network."""
    probes = probes_of(MEANS, {"colour": 0.522}, **keys)
    noise = np.random.default_rng(seed).normal(0, 0.03, len(probes))
    return probes.assign(value=probes["value"] + np.where(probes["origin"].isna(), noise, 0))


def last(probes: pd.DataFrame, model: str, variable: str) -> np.ndarray:
    """Values of the networks of a model in its last area, taken by hand."""
    rows = probes[
        (probes.model == model) & (probes.variable == variable) & (probes.area == ("1" if model == "c" else "3"))
    ]
    return rows.sort_values("seed")["value"].to_numpy()


@pytest.mark.parametrize("unpaired", [[], ["b", "c"]])
def test_differences_means_and_p_are_those_of_the_last_areas(unpaired):
    probes = noisy()
    found = claimed_of(probes, unpaired=unpaired, controls={"c": "other model"}).set_index(["minus", "variable"])
    assert len(found) == 4
    for minus in ("b", "c"):
        for variable in VARIABLES:
            row, (x, y) = found.loc[(minus, variable)], (last(probes, m, variable) for m in ("a", minus))
            np.testing.assert_allclose([row["mean"], row.minus_mean], [x.mean(), y.mean()], rtol=1e-9)
            np.testing.assert_allclose(row.difference, x.mean() - y.mean(), rtol=1e-9)
            kind = "independent" if unpaired else "samples"
            sides = (x, y) if unpaired else (x - y,)
            statistic = (lambda u, v: u.mean() - v.mean()) if unpaired else np.mean
            tested = stats.permutation_test(sides, statistic, permutation_type=kind, n_resamples=np.inf)
            assert row.p == pytest.approx(tested.pvalue, abs=1e-9)
            assert row.p_corrected >= row.p and row.low < row.difference < row.high


def test_a_recorded_value_is_that_of_the_same_statistic_and_missing_without_one():
    found = claimed_of(noisy()).set_index("variable")
    assert found.loc["colour", "recorded"] == 0.522 and found.loc["colour", "recorded_source"] == "PMd (authors)"
    assert np.isnan(found.loc["context", "recorded"])


def test_one_network_of_a_model_gives_a_difference_without_a_test():
    found = claimed_of(noisy(networks=1))
    assert found["p"].isna().all() and found["p_corrected"].isna().all() and found["difference"].notna().all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recorded": "M1"}, "found no claimed statistic of 'M1', wanted `recorded` to name a source in summary.csv"),
        (
            {"statistics": [STATISTICS[0] | {"at": {"variable": "colour"}}]},
            "of a: found several values of each network, which differ in area, wanted `at` to name a value",
        ),
        (
            {"statistics": [STATISTICS[0] | {"at": {"area": "4", "variable": "colour"}}]},
            "found no value of measure decoding, statistic accuracy, area 4, variable colour for a and b, wanted some",
        ),
    ],
)
def test_a_claim_about_something_that_was_not_measured_is_an_error(change, message):
    with pytest.raises(ValueError) as error:
        claimed_of(noisy(), **change)
    assert message in str(error.value)


def test_areas_that_are_numbers_in_a_table_are_found_as_well():
    probes = noisy()
    numbered = probes[probes["origin"].isna()].assign(area=lambda rows: rows["area"].astype(int))
    assert claimed_of(numbered, recorded=None)["difference"].tolist() == claimed_of(probes)["difference"].tolist()


def test_without_a_time_the_row_of_the_whole_window_is_meant():
    probes = noisy()
    over_time = pd.concat([probes.assign(time=np.nan), probes.assign(time=0.3, value=0.1)], ignore_index=True)
    assert claimed_of(over_time)["difference"].tolist() == claimed_of(probes)["difference"].tolist()
    at = [{**statistic, "at": statistic["at"] | {"time": 0.3}} for statistic in STATISTICS]
    assert claimed_of(over_time, statistics=at)["mean"].tolist() == pytest.approx([0.1, 0.1])


def test_the_last_of_areas_with_names_is_the_last_one_in_the_table():
    probes = noisy()
    named = probes.assign(area=probes["area"].map({"1": "PMd", "2": "DLPFC", "3": "M1"}).fillna("PMd"))
    assert claimed_of(named)["mean"].tolist() == claimed_of(probes)["mean"].tolist()


def test_networks_that_the_probe_could_not_measure_have_no_values_and_no_difference():
    probes = noisy()
    unmeasured = {"statistic": "measured", "value": 0.0, "area": None, "variable": None}
    alone = probes[(probes["area"] == "1") & (probes["variable"] == "colour")].assign(**unmeasured)
    found = claimed_of(alone, recorded=None)
    assert found[["mean", "minus_mean", "difference", "p"]].isna().all(axis=None) and len(found) == 2


def test_a_statistic_with_and_without_the_condition_independent_signal_is_two_statistics():
    probes = noisy()
    kept = probes.assign(condition_independent="kept", value=probes["value"] + 1)
    both = pd.concat([probes.assign(condition_independent="removed"), kept])
    removed = [s | {"at": s["at"] | {"condition_independent": "removed"}} for s in STATISTICS]
    assert claimed_of(both, statistics=removed)["mean"].tolist() == claimed_of(probes)["mean"].tolist()
    with pytest.raises(ValueError, match="which differ in condition_independent, wanted `at`"):
        claimed_of(both)
