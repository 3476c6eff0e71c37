"""Tables: labels, summaries over seeds, corrections and contrasts."""

import numpy as np
import pandas as pd
import pytest

from rnncompare import statistics, tables


def rows(model, values, **more):
    return pd.DataFrame(
        [
            {"study": "s", "recording": "r", "model": model, "seed": k, "measure": "m", "statistic": "t", "value": v}
            | more
            for k, v in enumerate(values)
        ]
    )


def similarity_summary(model, mean, p=np.nan):
    return pd.DataFrame(
        [
            {
                "study": "s",
                "recording": "r",
                "model": model,
                "measure": "m",
                "statistic": "t",
                "condition_independent": "removed",
                "mean": mean,
                "null_95": 0.1,
                "p": p,
            }
        ]
    )


def test_a_table_is_read_as_it_was_written_and_names_stay_text(tmp_path):
    table = rows("45", [0.1, 1 / 3], variable="07", condition_independent="kept")
    tables.write(table, tmp_path / "a.csv")
    again = tables.read(tmp_path / "a.csv")
    assert again.model.tolist() == ["45", "45"] and again.variable.tolist() == ["07", "07"]
    np.testing.assert_allclose(again.value, table.value, rtol=1e-9)


def test_a_ceiling_stands_beside_every_score_of_its_measure():
    similarity = pd.concat([similarity_summary("network", 0.4, 0.01), similarity_summary("halves", 0.9, 0.001)])
    table = tables.summarise(
        similarity, rows("network", [1.0, 2.0], measure="p"), {"s": {"ceiling": "halves"}}, seed=0, bootstrap=200
    )
    found = table.set_index(["model", "measure"]).ceiling
    assert found["network", "m"] == 0.9 and found["halves", "m"] == 0.9 and np.isnan(found["network", "p"])


def test_the_family_of_a_correction_is_the_headlines_without_those_scored_in_sample():
    parts = [
        similarity_summary("network", 0.4, p).assign(measure=m)
        for m, p in {"a": 0.01, "b": 0.02, "c_in_sample": 0.001}.items()
    ]
    kept = similarity_summary("network", 0.4, 0.5).assign(measure="a", condition_independent="kept")
    table = tables.summarise(pd.concat([*parts, kept]), rows("network", [1.0], measure="p"), {}, seed=0, bootstrap=10)
    assert table.p_holm.tolist()[:2] == [0.02, 0.02] and table.p_holm[2:].isna().all()


def test_a_probe_is_summarised_by_the_mean_over_seeds_inside_its_interval():
    table = tables.summarise(
        similarity_summary("network", 0.4), rows("network", [1.0, 2.0, 6.0], measure="p"), {}, seed=0, bootstrap=500
    )
    row = table[table.measure == "p"].iloc[0]
    assert row["mean"] == 3.0 and 1.0 <= row.low < 3.0 < row.high <= 6.0 and row.seeds == 3


def test_holm_agrees_with_its_definition_and_never_orders_tests_anew():
    p = np.array([0.01, 0.04, 0.03, 0.005])
    np.testing.assert_allclose(tables.holm(p), [0.03, 0.06, 0.06, 0.02])
    random = np.random.default_rng(0).uniform(size=50)
    adjusted = tables.holm(random)
    assert (adjusted >= random).all() and (np.diff(adjusted[np.argsort(random)]) >= 0).all()


def test_a_contrast_pairs_by_seed_and_ignores_what_only_one_side_has():
    table = pd.concat([rows("a", [3.0, 5.0, 100.0]), rows("b", [1.0, 2.0])])
    found = tables.contrast(table, {"s": [["a", "b"]]}, seed=0, bootstrap=200).iloc[0]
    assert found.difference == 2.5 and found.seeds == 2 and found.model == "a" and found.minus == "b"


def test_a_contrast_of_a_model_with_itself_is_nothing():
    table = pd.concat([rows("a", [3.0, 5.0, 4.0]), rows("b", [3.0, 5.0, 4.0])])
    found = tables.contrast(table, {"s": [["a", "b"]]}, seed=0, bootstrap=200).iloc[0]
    assert found.difference == 0 and found.p == 1.0


def test_eight_equal_signs_have_the_exact_sign_flip_p():
    assert statistics.sign_flip_p(np.arange(1.0, 9.0)) == 2 / 2**8


def test_the_bootstrap_interval_covers_the_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(300):
        low, high = statistics.bootstrap_interval(rng.normal(size=30), seed=seed, draws=400)
        covered += low <= 0 <= high
    assert 0.88 <= covered / 300 <= 0.98  # the percentile interval of 30 values is known to be a little short


def test_one_value_has_no_interval():
    assert np.isnan(statistics.bootstrap_interval(np.array([1.0]), seed=0, draws=10)).all()


def test_a_full_disk_leaves_no_half_written_table(tmp_path, monkeypatch):
    def full(self, target, **options):
        target.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="No space left"):
        tables.write(rows("a", [1.0]), tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
