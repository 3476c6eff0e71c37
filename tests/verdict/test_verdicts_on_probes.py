"""Each verdict about statistics of probes and its opposite, on made-up tables, and their sentences."""

import pandas as pd
import pytest
from verdict.made_up_claims import CLAIM, STATISTICS, VARIABLES, claimed_of, evidence_on, probes_of

from rnncompare.verdict.evidence import evidence
from rnncompare.verdict.rules import (
    CONTRADICTED,
    NOT_AS_RECORDED,
    NOT_SPECIFIC,
    PROBES,
    SUPPORTED,
    UNDECIDED,
    about,
    decision,
    strength,
)
from rnncompare.verdict.sentences import markdown, sentences

MORE = [statistic | {"claimed": "more"} for statistic in STATISTICS]


def test_a_claim_of_less_is_supported_by_smaller_values_and_contradicted_by_larger_ones():
    assert about(evidence_on(0.55, 0.9)) == PROBES
    for a, b, less, more in ((0.55, 0.9, SUPPORTED, CONTRADICTED), (0.9, 0.55, CONTRADICTED, SUPPORTED)):
        assert decision(evidence_on(a, b)) == less
        assert decision(evidence_on(a, b, statistics=MORE)) == more
        mixed = [STATISTICS[0], MORE[1]]
        assert decision(evidence_on(a, b, statistics=mixed)) == UNDECIDED


def test_few_networks_decide_nothing_and_state_no_interval():
    rows = evidence_on(0.55, 0.9, networks=3, recorded={"colour": 0.5})
    assert strength(rows) == UNDECIDED
    assert "[" not in " ".join(sentences(rows))
    assert "with so many networks, cannot be below .25: the contrast cannot be decided." in sentences(rows)[3]


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ({"colour": 0.55, "context": 0.551}, SUPPORTED),
        ({"colour": 0.55}, SUPPORTED),
        ({"colour": 0.55, "context": 0.6}, NOT_AS_RECORDED),
        ({"colour": 0.5, "context": 0.6}, NOT_AS_RECORDED),
    ],
)
def test_recorded_values_outside_of_the_interval_of_the_first_model_limit_a_verdict(recorded, found):
    rows = evidence_on(0.55, 0.9, recorded=recorded)
    inside = sum(abs(value - 0.55) < 0.004 for value in recorded.values())
    assert strength(rows) == found
    assert f"{inside} of {len(recorded)} recorded values are inside the intervals." in sentences(rows)[2]
    assert strength(evidence_on(0.9, 0.55, recorded=recorded)) == CONTRADICTED


def test_a_control_that_is_as_far_in_the_claimed_direction_makes_a_verdict_not_specific():
    for c, found, said in ((0.5, NOT_SPECIFIC, "at least as far by 2 of 2"), (0.7, SUPPORTED, "less far by 2 of 2")):
        rows = evidence_on(0.55, 0.9, c=c)
        assert strength(rows) == found
        assert f"c networks (other model) {said} statistics (2 significantly)" in sentences(rows)[3]


def test_the_sentences_have_the_numbers_of_the_table():
    rows = evidence_on(0.55, 0.9, recorded={"colour": 0.522})
    finding, differences, recorded, basis = sentences(rows)
    assert finding == (
        "A networks have lower values than b networks by 2 of 2 statistics of colour and context in the last area, and "
        "higher ones by none."
    )
    assert "Decoding (accuracy) of colour in the last area -0.35" in differences
    assert "p .0078 (.550 against .900)" in differences
    assert set(rows["recording"]) == {"m1"} and rows["recorded_source"].tolist()[0] == "PMd (authors)"
    low, high = (f"{rows['mean_' + end].iloc[0]:.3f}".lstrip("0") for end in ("low", "high"))
    assert "PMd (authors), and the means of a networks: " in recorded
    assert f"colour in the last area .522 (.550 [{low}, {high}])" in recorded
    assert basis.startswith("This rests on 8 pairs of networks and the recorded values of PMd (authors).")
    assert "corrected over the 2 statistics and, with so many networks, cannot be below .0078." in basis
    other = sentences(evidence_on(0.9, 0.55))[0]
    assert other.startswith("It is not the case that a networks have lower values than b networks: 2 of 2 statistics")
    assert sentences(evidence_on(0.55, 0.55))[0].startswith(
        "It is not decided whether a networks have lower values than b"
    )


def test_verdicts_of_both_kinds_are_stated_one_after_the_other():
    rows = evidence_on(0.55, 0.9)
    both = markdown(pd.concat([rows, rows.assign(study="t", claimed=None, recording="m1")]))
    assert "A networks have lower values than" in both and "A networks are more similar to the recording" in both


@pytest.mark.parametrize("correction", ["holm", "max_t"])
def test_the_smallest_p_of_six_pairs_is_doubled_by_holm_over_two_statistics(correction):
    found = evidence_on(0.55, 0.9, networks=6, correction=correction)
    assert found["smallest_p"].tolist() == [2**-5 * (2 if correction == "holm" else 1)] * 2
    assert found["p_corrected"].tolist() == pytest.approx(found["smallest_p"].tolist())
    assert ("the contrast cannot be decided" in sentences(found)[2]) == (correction == "holm")


def test_a_statistic_that_a_model_lacks_is_said_to_have_no_value():
    probes = probes_of({"a": dict.fromkeys(VARIABLES, 0.5), "b": dict.fromkeys(VARIABLES, 0.9)}, {})
    lacking = probes["model"].eq("a") & probes["variable"].eq("colour")
    claimed = claimed_of(probes.assign(value=probes["value"].mask(lacking)), recorded=None)
    said = sentences(evidence({"s": CLAIM}, probes[:0], probes[:0], claimed=claimed))
    assert "nan" not in " ".join(said)
    assert said[1].startswith("Differences: Decoding (accuracy) of colour in the last area: no value of a networks; ")
    few = probes.assign(value=probes["value"].mask(lacking & probes["seed"].lt(2)))
    said = sentences(evidence({"s": CLAIM}, probes[:0], probes[:0], claimed=claimed_of(few, recorded=None)))[2]
    assert said.startswith("This rests on 6 pairs of networks or 8 pairs of networks, depending on the statistic.")
    assert said.endswith("over the 2 statistics and, with so many networks, cannot be below .016.")


def test_a_difference_of_small_values_has_digits_that_are_not_zero():
    claimed = evidence_on(0.55, 0.9)
    names = [name for name in claimed if name.endswith(("mean", "low", "high")) or name == "difference"]
    small = claimed.assign(**{name: claimed[name] * 1e-4 for name in names})
    assert "colour in the last area -0.000035 [-0.000035, -0.000035], p .0078" in sentences(small)[1]
