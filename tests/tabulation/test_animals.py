"""Contrasts over animals, and models between animals."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rnncompare.tabulation.animals import as_near_as_animals, over_animals


def contrasts(differences, study="s", **more):
    """One contrast in several studies, one for each animal."""
    return pd.DataFrame(
        [
            {"study": f"{study}{k}", "recording": f"r{k}", "measure": "cca", "statistic": "t"}
            | {"model": "a", "minus": "b"}
            | {"condition_independent": "removed", "difference": d, "low": d - 1, "high": d + 1, "p": 0.01, "seeds": 8}
            | more
            for k, d in enumerate(differences)
        ]
    )


def studies(count):
    return {"reaching": [f"s{k}" for k in range(count)]}


def test_over_animals_is_the_t_interval_of_the_differences_of_animals():
    differences = np.array([0.1, 0.3, -0.05, 0.2, 0.12, 0.4, 0.22])
    found = over_animals(contrasts(differences), studies(7))
    assert found.difference.tolist()[:7] == differences.tolist() and found.study.tolist()[:7] == studies(7)["reaching"]
    over = found.iloc[7]
    assert pd.isna(over.study) and over.animals == 7 and over.same_sign == 6
    theirs = stats.ttest_1samp(differences, 0).confidence_interval()
    assert (over.low, over.high) == pytest.approx((theirs.low, theirs.high))
    every = [np.mean(differences * s) for s in np.array(np.meshgrid(*[[1, -1]] * 7)).reshape(7, -1).T]
    assert over.p == pytest.approx(np.mean(np.abs(every) >= abs(differences.mean()) - 1e-12))


@pytest.mark.parametrize(("count", "smallest"), [(2, 0.5), (3, 0.25), (5, 0.0625)])
def test_too_few_animals_have_no_p_over_animals(count, smallest):
    over = over_animals(contrasts([1.0] * count), studies(count)).iloc[-1]
    assert np.isnan(over.p) and over.smallest_p == smallest and over.same_sign == count


def test_six_animals_of_one_sign_have_the_smallest_p():
    over = over_animals(contrasts(np.linspace(1, 2, 6)), studies(6)).iloc[-1]
    assert over.p == over.smallest_p == 2**-5


def test_a_contrast_that_one_animal_lacks_is_left_out():
    both = [contrasts([0.1, 0.2]), contrasts([0.3], measure="rsa")]
    found = over_animals(pd.concat(both), studies(2))
    assert found.measure.tolist() == ["cca"] * 3
    assert over_animals(contrasts([0.1]), studies(2)).empty


def test_groups_of_studies_are_kept_apart():
    table = pd.concat([contrasts([0.1, 0.2]), contrasts([0.5, 0.7], study="t")])
    found = over_animals(table, {"one": ["s0", "s1"], "other": ["t0", "t1"]})
    over = found[found.study.isna()].set_index("group").difference
    assert over["one"] == pytest.approx(0.15) and over["other"] == pytest.approx(0.6)


def scores(study, model, values, null=(0.0, 0.1)):
    labels = {"study": study, "model": model, "measure": "cca", "statistic": "t", "condition_independent": "removed"}
    return pd.DataFrame([labels | {"value": v, "null_mean": null[0], "null_95": null[1]} for v in values])


def test_the_share_counts_pairs_of_a_network_and_another_animal_with_equal_weight_of_animals():
    table = pd.concat(
        [
            scores("s0", "net", [0.2, 0.4, 0.6]),
            scores("s0", "animal_1", [0.4]),
            scores("s1", "net", [0.9]),
            scores("s1", "animal_0", [0.4]),
        ]
    )
    found = as_near_as_animals(table, studies(2), {"s0": ["animal_1"], "s1": ["animal_0"]})
    assert found.model.tolist() == ["net"]  # the other animals are the reference, and no model
    row = found.iloc[0]
    assert row.share == pytest.approx((2 / 3 + 1) / 2) and row.pairs == 4 and row.animals == 2


def test_smaller_is_better_where_the_null_says_so():
    angle = (1.5, 1.4)
    table = pd.concat([scores("s0", "net", [0.2, 0.6], angle), scores("s0", "other", [0.4], angle)])
    assert as_near_as_animals(table, studies(1), {"s0": ["other"]}).share.tolist() == [0.5]


def test_without_another_animal_there_is_no_share():
    assert as_near_as_animals(scores("s0", "net", [0.2]), studies(1), {}).empty
