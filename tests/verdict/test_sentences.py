"""The sentences of a verdict have the numbers of the tables, and say nothing that was not computed."""

import re

import numpy as np
import pandas as pd
import pytest
from verdict.made_up_evidence import animals_of, contrasts_of, evidence_of, summary_of

from rnncompare.study.claims import ROLES
from rnncompare.tabulation import tables
from rnncompare.verdict.sentences import markdown, sentences
from rnncompare.verdict.similarity_sentences import NOT_REQUIRED

LARGE, CLEAR = [0.3] * 4, [0.01] * 4


def test_differences_intervals_p_networks_and_animals_are_those_of_the_tables():
    animals = animals_of({"s": LARGE, "t": [0.1] * 4})
    finding, differences, basis = sentences(evidence_of(LARGE, CLEAR, animals=animals, claim={"group": "g"}))
    assert (
        finding
        == "A networks are more similar to the recording than b networks by 4 of 4 statistics and less similar by none."
    )
    assert "CCA (mean) +0.30 [+0.20, +0.40], p .01; " in differences
    assert "Procrustes (angle), smaller is more similar, -0.30 [-0.40, -0.20], p .01; " in differences
    assert differences.endswith("each has this direction in 2 of 2 animals.")
    assert basis.startswith("This rests on 8 pairs of networks and 2 animals (at least 8 pairs for each).")
    assert "corrected over the 4 statistics and, with so many networks, cannot be below .0078." in basis


def test_at_most_three_measures_are_shown_and_these_are_the_ones_that_are_named():
    shown = [sentences(evidence_of(LARGE, CLEAR, claim={"measures": m}))[1] for m in (None, ["cka", "cca"])]
    assert [re.findall(r"CCA|RSA|Procrustes|CKA", text) for text in shown] == [
        ["CCA", "RSA", "Procrustes"],
        ["CKA", "CCA"],
    ]


def test_the_opposite_differences_give_the_opposite_sentence():
    found = sentences(evidence_of([-0.3] * 4, CLEAR))[0]
    assert (
        found
        == "A networks are less similar to the recording than b networks by 4 of 4 statistics and more similar by none."
    )
    assert "It is not decided whether a networks" in sentences(evidence_of(LARGE, [0.5] * 4))[0]


def test_networks_too_few_for_any_significant_p_are_said_to_be_so():
    contrasts = contrasts_of(LARGE, [1.0] * 4).assign(seeds=4)
    assert sentences(evidence_of([], [], contrasts=contrasts))[2].endswith(
        "cannot be below .12: the contrast cannot be decided."
    )
    unpaired = contrasts.assign(minus_seeds=3.0)  # 35 ways to divide seven networks
    said = sentences(evidence_of([], [], contrasts=unpaired))[2]
    assert "4 and 3 networks" in said and "cannot be below .029" in said


def test_a_study_without_the_contrast_has_differences_of_means_and_no_test():
    for contrasts in (contrasts_of(LARGE, CLEAR, study="other"), tables.collect([])):
        said = sentences(evidence_of([], [], contrasts=contrasts))
        assert "CCA (mean) +0.20, not tested" in said[1] and "too few networks for a test" in said[2]


def test_a_missing_difference_is_not_decided():
    said = sentences(evidence_of([0.3, np.nan, 0.3, 0.3], [0.01, np.nan, 0.01, 0.01]))
    assert "by 3 of 4 statistics" in said[0] and said[2].endswith("Not decided: RSA (RDM).")


@pytest.mark.parametrize("role", ROLES)
def test_a_control_that_is_as_similar_is_named_with_what_the_similarity_does_not_require(role):
    for mean, needless in ((0.9, True), (0.1, False)):
        means = summary_of({"a": 0.5, "b": 0.2, "other": mean})
        (text,) = sentences(evidence_of(LARGE, CLEAR, summary=means, claim={"controls": {"other": role}}))[3:]
        verb, how = "scores" if role == "no network" else "score", "at least as well" if needless else "worse"
        assert f" {verb} {how} by 4 of 4 statistics (not tested)" in text
        assert (f"requires no {NOT_REQUIRED[role]}." in text) == needless


def test_every_study_with_a_claim_has_a_paragraph_and_a_table_without_one_is_an_error():
    one = evidence_of(LARGE, CLEAR)
    assert markdown(one).startswith("**Supported.** A networks are more similar")
    both = markdown(pd.concat([one, one.assign(study="t")]))
    assert [line for line in both.splitlines() if line.startswith("#")] == ["### S", "### T"]
    with pytest.raises(ValueError, match=r"^verdict.csv: found no study with a claim, wanted at least one$"):
        markdown(one[:0])


def test_the_smallest_p_of_holm_is_that_of_one_test_times_the_number_of_tests():
    contrasts = contrasts_of(LARGE, [1.0] * 4).assign(seeds=6)  # 2 / 2^6 for each of four statistics
    for method, smallest in (("max_t", ".031"), ("holm", ".12: the contrast cannot be decided")):
        said = sentences(evidence_of([], [], contrasts=contrasts, claim={"correction": method}))[2]
        assert f"cannot be below {smallest}." in said
