"""Tables: labelled rows that are written atomically."""

import numpy as np
import pandas as pd
import pytest

from rnncompare.tabulation import tables


def rows(model, values, **more):
    return pd.DataFrame(
        [
            {"study": "s", "recording": "r", "model": model, "seed": k, "measure": "m", "statistic": "t", "value": v}
            | more
            for k, v in enumerate(values)
        ]
    )


def test_a_table_is_read_as_it_was_written_and_names_stay_text(tmp_path):
    table = rows("45", [0.1, 1 / 3], variable="07", condition_independent="kept")
    tables.write(table, tmp_path / "a.csv")
    again = tables.read(tmp_path / "a.csv")
    assert again.model.tolist() == ["45", "45"] and again.variable.tolist() == ["07", "07"]
    np.testing.assert_allclose(again.value, table.value, rtol=1e-8)


def test_a_full_disk_leaves_no_incomplete_table(tmp_path, monkeypatch):
    def full(self, target, **options):
        target.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="No space left"):
        tables.write(rows("a", [1.0]), tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def contrasts(difference, p=0.01, seeds=8):
    """A corrected contrast of cca with a prediction interval of width .2, and an uncorrected contrast."""
    row = {"study": "s", "model": "a_net", "minus": "b", "measure": "cca", "statistic": "mean", "seeds": seeds}
    row |= {"difference": difference, "low": difference - 0.05, "high": difference + 0.05, "p_corrected": p}
    row |= {"prediction_low": difference - 0.1, "prediction_high": difference + 0.1}
    return pd.DataFrame([row, row | {"measure": "rsa", "p_corrected": float("nan")}])


def test_runs_of_a_study_are_compared_with_the_prediction_interval_of_the_first():
    runs = {"first": contrasts(0.3), "second": contrasts(0.35, 0.5, 9), "third": contrasts(-0.3)}
    assert tables.side_by_side(runs, "s").splitlines() == [
        "| contrast | statistic | first (8) | second (9) | third (8) | inside |",
        "|---|---|---|---|---|---|",
        "| a net - b | CCA, mean | +0.300 [+0.250, +0.350], p 0.01 | +0.350 [+0.300, +0.400], p 0.5 "
        "| -0.300 [-0.350, -0.250], p 0.01 | 1 of 2 |",
    ]
    with pytest.raises(ValueError, match="second: found no corrected contrasts of t, wanted at least one"):
        tables.side_by_side({"first": contrasts(0.3).assign(study="t"), "second": contrasts(0.3)}, "t")


def test_the_table_of_a_probe_has_a_row_for_each_area_and_published_values():
    ours = [
        {"model": "net", "area": a, "variable": v, "seeds": 8, "mean": m, "low": m - 0.01, "high": m + 0.01}
        for a, v, m in [("1", "colour", 0.9), ("1", "choice", 0.8), ("2", "choice", 0.7)]
    ]
    theirs = {"model": "net (authors)", "area": "2", "variable": "choice", "mean": 0.65}
    over_time = {"model": "net", "area": "1", "variable": "choice", "seeds": 8, "mean": 0.1, "time": 0.5}
    summary = pd.DataFrame([*ours, theirs, over_time]).assign(study="s", measure="decoding", statistic="accuracy")
    assert tables.probe_table(summary, "s", "decoding", "accuracy").splitlines() == [
        "| source (networks) | area | colour | choice |",
        "|---|---|---|---|",
        "| net (8) | 1 | 0.900 [0.890, 0.910] | 0.800 [0.790, 0.810] |",
        "| net (8) | 2 |  | 0.700 [0.690, 0.710] |",
        "| net (authors) | 2 |  | 0.650 |",
    ]
    with pytest.raises(ValueError, match="found no accuracy of probe dpca in s, wanted at least one row"):
        tables.probe_table(summary, "s", "dpca", "accuracy")
