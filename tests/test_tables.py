"""Tables: labelled rows, written whole or not at all."""

import numpy as np
import pandas as pd
import pytest

from rnncompare import tables


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


def test_a_full_disk_leaves_no_half_written_table(tmp_path, monkeypatch):
    def full(self, target, **options):
        target.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="No space left"):
        tables.write(rows("a", [1.0]), tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_probe_is_a_line_an_area_with_published_values_beside():
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
    with pytest.raises(ValueError, match="found no accuracy of a probe dpca in s, wanted some"):
        tables.probe_table(summary, "s", "dpca", "accuracy")
