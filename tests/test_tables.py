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
    np.testing.assert_allclose(again.value, table.value, rtol=1e-9)


def test_a_full_disk_leaves_no_half_written_table(tmp_path, monkeypatch):
    def full(self, target, **options):
        target.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="No space left"):
        tables.write(rows("a", [1.0]), tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
