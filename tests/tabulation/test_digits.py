"""Tables contain exactly the digits that are the same on every processor."""

import numpy as np
import pandas as pd
import pytest

from rnncompare.tabulation import tables
from rnncompare.tabulation.digits import decimals, shortened, written


def rows(values, statistic="r2", **more):
    return pd.DataFrame([{"measure": "m", "statistic": statistic, "value": v} | more for v in values])


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e5])
def test_differences_between_kernels_are_not_written(scale, tmp_path):
    """Numbers from 1e-9 to 1 of the largest, each changed by 1e-15 of the largest, as measured between processors."""
    rng = np.random.default_rng(0)
    values = scale * np.sign(rng.standard_normal(500)) * 10.0 ** rng.uniform(-9, 0, 500)
    values[0] = scale
    moved = values + 1e-15 * scale * rng.uniform(-1, 1, 500)
    assert (moved != values).sum() > 400
    for name, one in (("a", values), ("b", moved)):
        tables.write(rows(one, null_mean=-one[1] / 3), tmp_path / f"{name}.csv")
    one, other = ((tmp_path / f"{name}.csv").read_text().splitlines() for name in "ab")
    assert sum(a != b for a, b in zip(one, other, strict=True)) == 0
    np.testing.assert_allclose(tables.read(tmp_path / "a.csv").value, values, rtol=1e-7, atol=1e-9 * scale)


def test_the_digits_of_one_statistic_do_not_depend_on_another():
    table = pd.concat([rows([1.23456789e-12, 3e-13]), rows([5e4], statistic="tangling")], ignore_index=True)
    assert shortened(table).value.tolist() == ["1.2345679e-12", "3e-13", "50000"]
    alone = shortened(pd.DataFrame({"value": [1.23456789e-12, 5e4]}))  # without a column of statistics
    assert alone.value.tolist() == ["0", "50000"]


def test_numbers_that_differ_from_0_or_1_by_rounding_error_are_written_as_0_or_1():
    found = [written(v, decimals(1.0)) for v in (1e-16, -1e-16, -0.0, 1 - 1e-16, 2.6e-9)]
    assert found == ["0", "0", "0", "1", "3e-09"]
    assert decimals(1 - 1e-16) == decimals(1.0) == decimals(9.9) == decimals(0.99) - 1


def test_labels_counts_and_p_are_not_rounded(tmp_path):
    table = rows([0.1] * 3, p=1 / 30001, p_corrected=2 / 30001, q=1 / 3, time=123.456789, strength=-0.123456789)
    table["draws"], table["unit"], table["flag"] = 10**9 + 1, "3.0000000001", [None, True, 1.5]
    tables.write(table, tmp_path / "a.csv")
    again = tables.read(tmp_path / "a.csv")
    assert again.p[0] == pytest.approx(1 / 30001, rel=1e-9) and again.q[0] == pytest.approx(1 / 3, rel=1e-9)
    assert again.time.tolist() == [123.456789] * 3 and again.strength.tolist() == [-0.123456789] * 3
    assert again.draws.tolist() == [10**9 + 1] * 3 and again.unit.tolist() == ["3.0000000001"] * 3
    assert again.flag.tolist()[1:] == ["True", "1.5"]


def test_missing_and_infinite_numbers_and_empty_tables_are_unchanged(tmp_path):
    table = rows([0.25, np.nan, np.inf, -np.inf], low=None)
    assert shortened(table).value.tolist()[::2] == ["0.25", "inf"] and shortened(table).value.isna().tolist()[1]
    tables.write(table, tmp_path / "a.csv")
    again = tables.read(tmp_path / "a.csv")
    assert again.value.tolist()[2:] == [np.inf, -np.inf] and again.low.isna().all() and np.isnan(again.value[1])
    assert shortened(table.iloc[:0]).shape == (0, 4)
    twice = pd.concat([rows([0.1]), rows([0.2])["value"]], axis=1)  # two columns with the same name
    assert shortened(twice).iloc[0].tolist() == ["m", "r2", "0.1", "0.2"]


def test_reading_and_writing_a_table_again_does_not_change_it(tmp_path):
    tables.write(rows(np.random.default_rng(1).standard_normal(200) ** 5), tmp_path / "a.csv")
    tables.write(tables.read(tmp_path / "a.csv"), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
