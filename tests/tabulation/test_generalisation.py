"""The table of generalisation, beside numbers that are computed by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rnncompare.tabulation import tables
from rnncompare.tabulation.generalisation import generalisation

LABELS = {"study": "s", "recording": "r", "model": "a", "measure": "m", "statistic": "t"}


def rows_of(trained, held_out, sets=None, **changes) -> pd.DataFrame:
    rows = [
        LABELS | {"trained_on_all": False, "seed": k, "conditions": name, "condition_count": count, "value": value}
        | ({} if sets is None else {"input_set": sets[k]}) | {"lower_is_better": False} | changes
        for name, count, values in (("trained", 6, trained), ("held_out", 2, held_out))
        for k, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def interval(values) -> list[float]:
    found = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    return [np.mean(values), found.low, found.high]


def columns(row: pd.Series, name: str) -> list[float]:
    return row[[name, f"{name}_low", f"{name}_high"]].tolist()


def test_means_differences_and_intervals_are_over_networks():
    trained, held_out = np.array([0.5, 0.7, 0.9]), np.array([0.4, 0.5, 0.9])
    (_, row), *others = generalisation(rows_of(trained, held_out)).iterrows()
    assert not others and row[list(LABELS)].tolist() == list(LABELS.values())
    assert columns(row, "trained") == pytest.approx(interval(trained))
    assert columns(row, "held_out") == pytest.approx(interval(held_out))
    assert columns(row, "difference") == pytest.approx(interval(held_out - trained))
    assert (row["networks"], row["trained_conditions"], row["held_out_conditions"]) == (3, 6, 2)
    assert "input_sets" not in row and not row["trained_on_all"] and not row["lower_is_better"]


def test_networks_are_paired_by_their_seed_and_not_by_the_order_of_rows():
    rows = rows_of([0.1, 0.5, 0.9], [0.0, 0.4, 0.8])
    found = generalisation(rows.iloc[[0, 1, 2, 5, 3, 4]]).iloc[0]
    assert columns(found, "difference") == pytest.approx([-0.1] * 3)


def test_with_random_inputs_intervals_are_over_means_of_sets():
    trained, held_out = np.array([0.1, 0.2, 0.5, 0.8]), np.array([0.1, 0.1, 0.2, 0.2])
    row = generalisation(rows_of(trained, held_out, sets=[3, 4, 3, 4])).iloc[0]
    assert (row["networks"], row["input_sets"]) == (4, 2)
    assert columns(row, "trained") == pytest.approx(interval([0.3, 0.5]))
    assert columns(row, "difference") == pytest.approx(interval([-0.15, -0.35]))


def test_one_network_has_no_intervals():
    row = generalisation(rows_of([0.5], [0.3])).iloc[0]
    assert row["difference"] == pytest.approx(-0.2)
    assert row[[name for name in row.index if name.endswith(("_low", "_high"))]].isna().all()


def test_models_and_statistics_are_kept_apart_and_no_rows_are_a_table_without_rows(tmp_path):
    more = [{"model": "b", "trained_on_all": True}, {"measure": "task", "statistic": "error", "lower_is_better": True}]
    both = pd.concat([rows_of([0.5, 0.6], [0.3, 0.4]), *(rows_of([0.5, 0.6], [0.1, 0.2], **each) for each in more)])
    tables.write(both, tmp_path / "rows.csv")
    found = generalisation(tables.collect([tmp_path / "rows.csv"]))
    assert found[["model", "statistic"]].values.tolist() == [["a", "t"], ["b", "t"], ["a", "error"]]
    assert found["trained_on_all"].tolist() == [False, True, False]
    assert found["lower_is_better"].tolist() == [False, False, True]
    assert found["held_out"].tolist() == pytest.approx([0.35, 0.15, 0.15])
    assert list(generalisation(both[:0])) == list(found) and len(generalisation(both[:0])) == 0
