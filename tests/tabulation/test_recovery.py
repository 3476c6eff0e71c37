"""The table of model recovery, beside contrasts that are computed by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rnncompare.tabulation.contrasts import contrast
from rnncompare.tabulation.recovery import recovery

LABELS = {"study": "s", "recording": "r", "measure": "m", "statistic": "t"}
PAIRS = {"s": ("a", "b")}


def rows_of(score, networks, input_sets=None, lower=False) -> pd.DataFrame:
    """Rows for two models of some networks; score(generator, recording_of, model, seed) gives their values."""
    rows = []
    for generator in "ab":
        for of in range(networks):
            for model in "ab":
                for k in range(networks):
                    if k == of or (input_sets and input_sets[k] == input_sets[of]):
                        continue
                    about = {"generator": generator, "recording_of": of, "model": model, "seed": k}
                    about |= {"input_set": input_sets[k]} if input_sets else {}
                    value = score(generator, of, model, k)
                    rows.append(LABELS | about | {"value": value, "lower_is_better": lower})
    return pd.DataFrame(rows)


def table(rows, **options):
    return recovery(rows, PAIRS, **options).set_index("generator")


def test_the_numbers_are_those_of_a_computation_by_hand():
    """Three networks: two pairs for each recording, which cannot be significant; one tie and one wrong sign of b."""
    first = {"a": [0.1, 0.3, 0.5], "b": [0.0, 0.2, -0.1]}  # a - b for recordings of a and of b

    def score(generator, of, model, k):
        return 0.5 + k + (model == "a") * (first[generator][of] + (0.05 if k == (of + 1) % 3 else -0.05))

    found = table(rows_of(score, 3))
    assert found.index.tolist() == ["a", "b"]
    assert found[["model", "minus"]].values.tolist() == [["a", "b"]] * 2
    assert found["recordings"].tolist() == [3, 3] and found["networks"].tolist() == [2, 2]
    assert found["difference"].tolist() == pytest.approx([0.3, 0.1 / 3])
    half = 4.302652729911275 * np.std(first["a"], ddof=1) / np.sqrt(3)
    assert found.loc["a", ["low", "high"]].tolist() == pytest.approx([0.3 - half, 0.3 + half])
    assert found["undecided"].tolist() == [1, 1]
    assert found["recovered"].tolist() == pytest.approx([1, 0.5])  # of b: a tie, one of a and one of b


def test_recordings_are_decided_by_the_test_of_the_table_of_contrasts():
    rng = np.random.default_rng(0)
    shift = rng.normal(0, 0.6, (2, 9))
    rows = rows_of(lambda g, of, model, k: rng.normal() + (model == "a") * 3 * shift["ab".index(g), of], 9)
    found, decided = table(rows), {"a": [], "b": []}
    for (generator, _), one in rows.groupby(["generator", "recording_of"]):
        one = one.assign(condition_independent="removed", null_95=0.0, draws=9)
        (row,) = contrast(one, {}, {"s": [PAIRS["s"]]}, corrections={}, seed=0, bootstrap=1).itertuples()
        decided[generator].append(np.sign(row.difference) * (row.p <= 0.05))
    for generator, row in found.iterrows():
        assert row.for_model == pytest.approx(np.mean(np.array(decided[generator]) == 1))
        assert row.for_minus == pytest.approx(np.mean(np.array(decided[generator]) == -1))
        assert row.for_model + row.undecided + row.for_minus == pytest.approx(1)
    assert found["for_model"].max() > 0 and found["for_minus"].max() > 0


@pytest.mark.parametrize("lower", [False, True])
def test_smaller_values_favour_a_model_if_they_mean_more_similar(lower):
    sign = -1 if lower else 1
    found = table(rows_of(lambda g, of, model, k: sign * (model == g) + 0.01 * k, 8, lower=lower))
    assert found["recovered"].tolist() == [1, 1]
    assert found["for_model"].tolist() == [1, 0] and found["for_minus"].tolist() == [0, 1]
    assert np.sign(found["difference"]).tolist() == [sign, -sign]


def test_a_model_that_is_nearer_to_every_recording_is_recovered_for_its_own_alone():
    found = table(rows_of(lambda g, of, model, k: (model == "a") + 0.01 * k, 8))
    assert found["for_model"].tolist() == [1, 1] and found["recovered"].tolist() == [1, 0]


def test_equal_scores_are_undecided_ties():
    found = table(rows_of(lambda g, of, model, k: 0.3 + 0.1 * k, 8))
    assert found["undecided"].tolist() == [1, 1] and found["recovered"].tolist() == [0.5, 0.5]


def test_with_random_inputs_tests_and_intervals_are_over_sets():
    """Eight networks with four sets: three sets remain, whose smallest p is .25, and four sets generate."""
    rng, sets = np.random.default_rng(1), [5, 6, 7, 8] * 2
    effect = rng.normal(0, 1, 8)
    found = table(rows_of(lambda g, of, model, k: (model == "a") * (5 + effect[of]), 8, sets))
    assert found["networks"].tolist() == [3, 3] and found["recordings"].tolist() == [8, 8]
    assert found["undecided"].tolist() == [1, 1] and found["recovered"].tolist() == [1, 0]
    wanted = stats.ttest_1samp(5 + (effect[:4] + effect[4:]) / 2, 0).confidence_interval(0.95)
    assert found.loc["a", ["low", "high"]].tolist() == pytest.approx([wanted.low, wanted.high])


def test_networks_that_share_no_seed_are_compared_by_permutations_of_all_networks():
    """Differences between models are smaller than those between seeds, so that only pairs are significant."""

    def score(generator, of, model, k):
        return float(k) + 0.1 * (model == "a")

    rows = rows_of(score, 9)
    assert table(rows)["for_model"].tolist() == [1, 1]
    assert table(rows, unpaired={"s": ["b"]})["undecided"].tolist() == [1, 1]


def test_statistics_are_kept_apart_and_no_rows_are_a_table_without_rows():
    rows = rows_of(lambda g, of, model, k: (model == "a") + 0.01 * k, 3)
    both = recovery(pd.concat([rows, rows.assign(statistic="u", value=-rows["value"])]), PAIRS)
    assert both["statistic"].tolist() == ["t", "t", "u", "u"]
    assert np.sign(both["difference"]).tolist() == [1, 1, -1, -1]
    assert list(recovery(rows[:0], {})) == list(both) and len(recovery(rows[:0], {})) == 0
