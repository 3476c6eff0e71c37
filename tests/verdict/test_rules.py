"""Each verdict and its opposite, on made-up tables."""

import numpy as np
import pandas as pd
import pytest
from verdict.made_up_evidence import animals_of, contrasts_of, evidence_of, summary_of

from rnncompare.verdict.rules import (
    CONTRADICTED,
    NOT_SPECIFIC,
    SUPPORTED,
    UNDECIDED,
    decision,
    of_claim,
    strength,
    votes,
)

LARGE, CLEAR = 0.3, 0.01


def test_a_claim_is_supported_if_most_statistics_favour_the_first_model_and_contradicted_if_the_second():
    gains, p = [LARGE, LARGE, LARGE, 0.01], [CLEAR, CLEAR, CLEAR, 0.5]
    assert decision(evidence_of(gains, p)) == SUPPORTED
    assert decision(evidence_of([-gain for gain in gains], p)) == CONTRADICTED


@pytest.mark.parametrize(
    ("gains", "p"),
    [
        ([LARGE, LARGE, 0.01, 0.01], [CLEAR, CLEAR, 0.5, 0.5]),  # half
        ([LARGE, LARGE, LARGE, -LARGE], [CLEAR] * 4),  # one statistic favours the second model
        ([LARGE] * 4, [0.05] * 4),
        ([0.09] * 4, [CLEAR] * 4),  # the interval includes 0
        ([LARGE] * 4, [np.nan] * 4),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_claim_is_undecided_without_a_majority_or_with_a_statistic_against_it(gains, p, sign):
    assert decision(evidence_of([sign * gain for gain in gains], p)) == UNDECIDED


def test_the_interval_over_networks_decides_only_where_no_condition_was_left_out():
    gains, p = [0.08] * 4, [CLEAR] * 4
    contrasts = contrasts_of(gains, p)
    alone = contrasts.assign(condition_low=np.nan, condition_high=np.nan)
    assert decision(evidence_of(gains, p)) == UNDECIDED
    assert decision(evidence_of(gains, p, contrasts=alone)) == SUPPORTED
    without = contrasts.drop(columns=["condition_low", "condition_high"])
    assert decision(evidence_of(gains, p, contrasts=without)) == SUPPORTED


def test_an_animal_with_the_opposite_difference_prevents_a_verdict_and_one_without_a_value_does_not():
    group = {"claim": {"group": "g"}}
    same = {study: [LARGE] * 4 for study in ("s", "t", "u")}
    other = same | {"u": [LARGE, LARGE, -0.01, -0.01]}
    missing = same | {"u": [np.nan] * 4}
    found = {name: evidence_of([LARGE] * 4, [CLEAR] * 4, animals=animals_of(gains), **group)
             for name, gains in (("same", same), ("other", other), ("missing", missing))}  # fmt: skip
    assert {name: decision(rows) for name, rows in found.items()} == {
        "same": SUPPORTED, "other": UNDECIDED, "missing": SUPPORTED,
    }  # fmt: skip
    assert found["same"]["animals"].tolist() == [3] * 4 and found["missing"]["animals"].tolist() == [2] * 4
    assert found["other"]["same_direction"].tolist() == [3, 3, 2, 2]


def with_control(gain: float, p: float) -> pd.DataFrame:
    """The evidence of a supported claim with a control, to which `a` is better by `gain`."""
    both = [contrasts_of([LARGE] * 4, [CLEAR] * 4), contrasts_of([gain] * 4, [p] * 4, minus="ring")]
    means = summary_of({"a": 0.5, "b": 0.2, "ring": 0.5 - gain})
    claim = {"controls": {"ring": "no network"}}
    return evidence_of([], [], contrasts=pd.concat(both), summary=means, claim=claim)


@pytest.mark.parametrize(("gain", "wanted"), [(LARGE, SUPPORTED), (-LARGE, NOT_SPECIFIC), (0.0, NOT_SPECIFIC)])
def test_a_control_that_scores_as_well_as_the_first_model_limits_a_verdict_and_a_worse_one_does_not(gain, wanted):
    assert strength(with_control(gain, CLEAR)) == wanted


def test_a_control_without_a_contrast_is_judged_by_its_means():
    for mean, wanted in ((0.1, SUPPORTED), (0.6, NOT_SPECIFIC)):
        means = summary_of({"a": 0.5, "b": 0.2, "ring": mean})
        found = evidence_of([LARGE] * 4, [CLEAR] * 4, summary=means, claim={"controls": {"ring": "no network"}})
        assert strength(found) == wanted
        assert votes(found[found["role"] != "claim"]) == (0, 0, 4)


def test_a_control_does_not_change_what_is_undecided_or_contradicted():
    means = summary_of({"a": 0.5, "b": 0.2, "ring": 0.9})
    claim = {"controls": {"ring": "no network"}}
    for gain, wanted in ((0.0, UNDECIDED), (-LARGE, CONTRADICTED)):
        assert strength(evidence_of([gain] * 4, [CLEAR] * 4, summary=means, claim=claim)) == wanted


@pytest.mark.parametrize(
    ("share", "networks", "wanted"), [(0.8, 8, NOT_SPECIFIC), (0.2, 8, SUPPORTED), (0.8, 5, SUPPORTED)]
)
def test_recordings_of_the_second_model_with_the_same_contrast_limit_a_verdict(share, networks, wanted):
    """With five pairs of networks, no contrast of a recording can be significant, and a share means nothing."""
    of_claim_rows = contrasts_of([LARGE] * 4, [CLEAR] * 4).drop(columns="condition_independent")
    about = {"recordings": 16, "networks": networks}
    parts = [of_claim_rows.assign(generator=g, for_model=s, **about) for g, s in (("a", 1.0), ("b", share))]
    found = evidence_of([LARGE] * 4, [CLEAR] * 4, recovery=pd.concat(parts))
    assert strength(found) == wanted
    assert of_claim(found)["minus_for_model"].tolist() == (
        [share] * 4 if networks > 5 else pytest.approx([np.nan] * 4, nan_ok=True)
    )
