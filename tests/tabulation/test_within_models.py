"""The spread of networks within a model, beside their distance from the animal."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rnncompare.tabulation import tables
from rnncompare.tabulation.within_models import within_models

LABELS = {"study": "s", "recording": "r", "model": "a", "measure": "m", "statistic": "t"}


def rows_of(pairs: dict, minimum=None, maximum=None, **labels) -> pd.DataFrame:
    """Rows of pairs (source, recording) -> value."""
    about = LABELS | labels | {"lower_is_better": False, "minimum": minimum, "maximum": maximum}
    return pd.DataFrame([about | {"seed": i, "other_seed": j, "value": v} for (i, j), v in pairs.items()])


def with_recording(scores, input_sets=None, **labels) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of similarity.csv and of summary.csv, each also with the condition-independent signal, as another value."""
    rows = [LABELS | labels | {"seed": k, "value": v} for k, v in enumerate(scores)]
    rows = rows if input_sets is None else [r | {"input_set": input_sets[r["seed"]]} for r in rows]
    means = [LABELS | labels | {"low": -0.5, "high": 0.5}]
    return tuple(
        pd.concat([pd.DataFrame(part).assign(condition_independent="removed"), kept], ignore_index=True)
        for part, kept in (
            (rows, pd.DataFrame(rows).assign(value=9.0, condition_independent="kept")),
            (means, pd.DataFrame(means).assign(low=8.0, high=9.0, condition_independent="kept")),
        )
    )


def every_pair(n, kernel):
    return {(i, j): kernel(i, j) for i, j in combinations(range(n), 2)}


def interval(values):
    found = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    return pytest.approx((found.low, found.high))


def test_intervals_are_those_of_students_t_if_the_score_of_a_pair_is_the_mean_of_two_networks():
    own, animal = np.random.default_rng(0).normal(0.5, 0.1, (2, 8))
    found = within_models(rows_of(every_pair(8, lambda i, j: (own[i] + own[j]) / 2)), *with_recording(animal))
    (row,) = found.itertuples()
    assert (row.inputs, row.networks, row.pairs) == ("all", 8, 28)
    assert row.within == pytest.approx(own.mean()) and row.to_animal == pytest.approx(animal.mean())
    assert row.difference == pytest.approx(own.mean() - animal.mean())
    assert (row.within_low, row.within_high) == interval(own)
    assert (row.difference_low, row.difference_high) == interval(own - animal)
    assert (row.to_animal_low, row.to_animal_high) == (-0.5, 0.5)
    assert "input_sets" not in found


def plain_jackknife(pairs, scores, groups) -> dict:
    """Standard errors of the mean of pairs and of its difference from the mean of scores, by two loops."""
    within, difference = [], []
    for group in sorted(set(groups)):
        kept = [v for (i, j), v in pairs.items() if groups[i] != group and groups[j] != group]
        others = [s for s, of in zip(scores, groups, strict=True) if of != group]
        within.append(sum(kept) / len(kept))
        difference.append(within[-1] - sum(others) / len(others))
    n = len(within)
    return {
        name: (sum((v - sum(found) / n) ** 2 for v in found) * (n - 1) / n) ** 0.5
        for name, found in (("within", within), ("difference", difference))
    }


def test_intervals_are_those_of_a_plain_loop_over_networks_and_their_pairs():
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 1, 10)
    pairs = {(k, (k + d) % 10): rng.normal() for k in range(10) for d in (1, 3)}
    (row,) = within_models(rows_of(pairs), *with_recording(scores)).itertuples()
    errors, t = plain_jackknife(pairs, scores, range(10)), stats.t.ppf(0.975, 9)
    assert row.within_high - row.within == pytest.approx(t * errors["within"])
    assert row.difference - row.difference_low == pytest.approx(t * errors["difference"])


def test_networks_with_the_same_inputs_are_deleted_together_and_have_a_row_of_their_own():
    rng, sets = np.random.default_rng(2), [5 + k % 4 for k in range(12)]
    scores, pairs = rng.normal(0, 1, 12), every_pair(12, lambda i, j: rng.normal())
    found = within_models(rows_of(pairs), *with_recording(scores, sets)).set_index("inputs")
    assert found.index.tolist() == ["same", "different"] and found.input_sets.tolist() == [4, 4]
    for inputs, row in found.iterrows():
        chosen = {p: v for p, v in pairs.items() if (sets[p[0]] == sets[p[1]]) == (inputs == "same")}
        errors, t = plain_jackknife(chosen, scores, sets), stats.t.ppf(0.975, 3)
        assert row.pairs == len(chosen) and row.within == pytest.approx(np.mean(list(chosen.values())))
        assert row.within_high - row.within == pytest.approx(t * errors["within"])
        assert row.difference_high - row.difference == pytest.approx(t * errors["difference"])


def test_with_one_network_for_each_set_of_inputs_all_pairs_have_different_inputs():
    found = within_models(rows_of(every_pair(4, lambda i, j: i * j)), *with_recording(range(4), [0, 1, 2, 3]))
    assert found.inputs.tolist() == ["different"] and found.pairs.tolist() == [6]


def test_a_pair_in_both_directions_is_one_pair():
    both = {(0, 1): 0.2, (1, 0): 0.4, (0, 2): 0.1, (2, 0): 0.1, (1, 2): 0.3, (2, 1): 0.1}
    (row,) = within_models(rows_of(both), *with_recording([0.0, 0.1, 0.2])).itertuples()
    assert row.pairs == 3 and row.within == pytest.approx(0.2)


def test_two_networks_have_a_difference_and_no_interval():
    (row,) = within_models(rows_of({(0, 1): 0.7}), *with_recording([0.2, 0.4])).itertuples()
    assert row.difference == pytest.approx(0.4)
    assert np.isnan([row.within_low, row.within_high, row.difference_low, row.difference_high]).all()


def test_the_interval_of_the_scores_is_truncated_at_the_bounds_and_that_of_the_difference_is_not():
    pairs, animal = every_pair(4, lambda i, j: 0.9 + 0.03 * (i + j - 3)), [-0.9, 0.5, -0.8, 0.9]
    (row,) = within_models(rows_of(pairs, minimum=-1, maximum=1), *with_recording(animal)).itertuples()
    assert row.within_high == 1 and row.difference_high > 2


def test_models_and_statistics_are_kept_apart():
    parts = [(rows_of({(0, 1): v}, model=m), *with_recording([v, v], model=m)) for m, v in (("a", 0.1), ("b", 0.6))]
    found = within_models(*(pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True)))
    assert found.model.tolist() == ["a", "b"] and found.within.tolist() == found.to_animal.tolist() == [0.1, 0.6]


def test_without_pairs_there_is_a_table_without_rows():
    found = within_models(tables.stack([]), *with_recording([0.1]))
    assert found.empty and {"model", "within", "to_animal", "difference"} <= set(found)


def test_networks_that_were_not_compared_with_each_other_do_not_count():
    """The row is that of a model of the first four networks, except for the interval of the summary."""
    animal = np.random.default_rng(4).normal(0.5, 0.1, 40)
    pairs = rows_of(every_pair(4, lambda i, j: animal[i] * animal[j]))
    some, alone = within_models(pairs, *with_recording(animal)), within_models(pairs, *with_recording(animal[:4]))
    interval = ["to_animal_low", "to_animal_high"]
    assert some[interval].isna().all(axis=None) and alone[interval].notna().all(axis=None)
    pd.testing.assert_frame_equal(some.drop(columns=interval), alone.drop(columns=interval))
