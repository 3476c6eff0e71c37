"""Rows of finished runs: values are those of their tables, and a run whose files were changed is refused."""

import json

import numpy as np
import pandas as pd
import pytest
from scores.made_up_runs import MEANS, config_of, run_of, similarity_of, summary_of

from rnncompare.files.checksums import checksum_path
from rnncompare.provenance.manifest import NAME
from rnncompare.scores.finished import all_finished, finished
from rnncompare.scores.kinds import kind, role
from rnncompare.scores.rows import COLUMNS, scores
from rnncompare.study.config_keys import Config
from rnncompare.tabulation import tables

TWO_ANIMALS = {
    "studies": {"t": config_of()["studies"]["s"] | {"recording": {"card": "m3", "options": {"bin": 0.01}}}},
    "animals": {"all": ["s", "t"]},
}


def contrast_with_ring(difference: float, measure: str, statistic: str, **columns) -> dict:
    about = {"study": "s", "model": "trained", "minus": "ring", "measure": measure, "statistic": statistic}
    about |= {"condition_independent": "removed", "seeds": 8, "minus_seeds": 20, "difference": difference}
    ends = {"low": difference - 0.1, "high": difference + 0.2, "p_corrected": 0.02}
    return about | ends | {"condition_low": np.nan, "condition_high": np.nan} | columns


def test_scores_and_their_provenance_are_those_of_the_run(tmp_path):
    run = finished(run_of(tmp_path / "a"))
    table, summary = scores([run]), run.table("summary")
    assert list(table) == list(COLUMNS) and set(table.model) == set(MEANS)
    both = table.merge(summary, on=["study", "model", "measure", "statistic"], suffixes=("", "_there"))
    assert len(both) == len(table) == 2 * len(MEANS)
    for name in ("mean", "low", "high", "null_95", "p_corrected"):
        pd.testing.assert_series_equal(both[name], both[f"{name}_there"], check_names=False)
    pd.testing.assert_series_equal(both["margin"], both["over_baseline"], check_names=False)
    assert (table.manifest_sha256 == run.digest).all() and (table.baseline == "ring").all()
    assert (table.rows == [f"s/similarity/{model}.rows.csv" for model in table.model]).all()
    assert table.full_length.notna().tolist() == (table.model == "halves").tolist()


def test_the_interval_of_a_margin_is_that_of_the_contrast_and_positive_is_more_similar(tmp_path):
    contrasts = [contrast_with_ring(0.2, "ridge", "r2", condition_low=0.05, condition_high=0.45)]
    contrasts.append(contrast_with_ring(-0.2, "procrustes", "angle"))  # a smaller angle
    table = scores([finished(run_of(tmp_path / "a", contrasts=pd.DataFrame(contrasts)))])
    found = table[table.model == "trained"].set_index("measure")
    columns = ["margin_low", "margin", "margin_high"]
    np.testing.assert_allclose(found.loc["ridge", columns].astype(float), [0.05, 0.2, 0.45])
    np.testing.assert_allclose(found.loc["procrustes", columns].astype(float), [0.0, 0.2, 0.3], atol=1e-12)
    assert found.margin_over_conditions.to_dict() == {"ridge": True, "procrustes": False}
    assert table[table.model != "trained"].margin_low.isna().all()


def test_margins_of_few_networks_have_no_interval(tmp_path):
    contrasts = pd.DataFrame([contrast_with_ring(0.2, "ridge", "r2", seeds=3)])
    table = scores([finished(run_of(tmp_path / "a", contrasts=contrasts))])
    assert table.margin_low.isna().all() and (table.margin_p_corrected == 0.02).sum() == 1


def test_animals_are_those_of_the_group_in_which_the_source_was_compared(tmp_path):
    means = MEANS | {"other_animal": 0.2}  # worse than the ring in both animals
    other = summary_of(means | {"untrained": 0.45}, study="t", recording="m3")  # better than the ring in this animal
    summary = pd.concat([summary_of(means), other[other.model != "mine"]], ignore_index=True)
    run = run_of(tmp_path / "a", config=TWO_ANIMALS, summary=summary, similarity=similarity_of(summary))
    found = scores([finished(run)]).query("study == 's' and measure == 'ridge'").set_index("model")
    assert found.animals[["trained", "untrained", "mine"]].tolist() == [2, 2, 1]
    assert found.same_direction[["trained", "untrained", "mine", "other_animal"]].tolist() == [2, 1, 1, 2]


def test_what_cosine_tuning_predicts_of_the_recording_is_described_and_not_ranked(tmp_path):
    tuned = {"study": "s", "recording": "m1", "model": "recording", "measure": "tuned", "statistic": "r2"}
    tuned |= {"condition_independent": "removed", "mean": 0.62, "null_mean": 0.0, "null_95": 0.2, "seeds": 1}
    summary = pd.concat([summary_of(MEANS), pd.DataFrame([tuned])], ignore_index=True)
    similarity = similarity_of(summary_of(MEANS))
    table = scores([finished(run_of(tmp_path / "a", summary=summary, similarity=similarity))])
    (row,) = table[table.role == "description"].to_dict("records")
    assert row["mean"] == 0.62 and row["kind"] == "cosine_tuning of the recording" and row["not_ranked"] == "reference"
    assert row["rows"] == "s/probes/tuned/recording.csv" and (table.of.dropna() == 4).all()


def test_the_same_measure_with_other_options_or_another_window_is_not_comparable(tmp_path):
    first = run_of(tmp_path / "a")
    options = {"results": "results/b", "similarity": {"ridge": {"components": 5}}}
    window = {"results": "results/c", "studies": {"s": {"comparison": {"preparation": {"window": [0, 0.4]}}}}}
    draws = {"results": "results/d", "studies": {"s": {"comparison": {"intervals": {"draws": 99}}}}}
    others = [run_of(tmp_path / c["results"], config=c) for c in (options, window, draws)]
    table = scores(all_finished([first, *others]))
    by_run = table[table.measure == "ridge"].groupby("run")[["settings", "options"]].first()
    same = by_run.eq(by_run.loc["results/a"]).to_dict("index")
    assert same["results/b"] == {"settings": True, "options": False}
    assert same["results/c"] == {"settings": False, "options": True}
    assert same["results/d"] == {"settings": True, "options": True}  # more draws do not change a score
    assert table[table.run == "results/c"].of.dropna().eq(4).all()


def test_what_a_source_is_follows_from_its_entry_in_the_config():
    config = config_of({"studies": {"s": {"models": {"other": {"task": {"output": "direction"}}}}}})
    config["studies"]["s"]["models"]["local"] = {"training": {"rule": "rflo"}}
    config["studies"]["s"]["models"]["published"] = {"training": None, "weights": "data/x/y.pt"}
    study = Config.model_validate(config).studies["s"]
    names = (*study.models, "ring", "halves", "other_animal")
    assert {name: (role(study, name), kind(study, name)) for name in names} == {
        "trained": ("model", "trained leaky network"),
        "untrained": ("model", "untrained leaky network"),
        "mine": ("model", "network trained elsewhere"),
        "other": ("model", "trained leaky network; its task differs in output"),
        "local": ("model", "trained leaky network (rflo)"),
        "published": ("model", "leaky network with published weights"),
        "ring": ("control", "control: ring"),
        "halves": ("reference", "reference: units, compared with other_half"),
        "other_animal": ("reference", "recording m2"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "trained leaky network on its task and activity of m2"),
        ({"source": "recording"}, "trained leaky network on its task and recorded activity"),
        ({"task": 0.0}, "trained leaky network on activity of m2"),
        ({"shuffle": 3}, "trained leaky network on its task and activity of m2 with exchanged conditions"),
        ({"weight": 0.0}, "trained leaky network"),
    ],
)
def test_recorded_activity_on_which_a_model_is_trained_is_named(changes, words):
    recorded = {
        "weight": 1.0, "task": 1.0, "source": "other_animal", "units": {"share": 0.5, "seed": 0}, "shuffle": None,
    } | changes  # fmt: skip
    config = config_of({"studies": {"s": {"models": {"joint": {}}}}})
    config["studies"]["s"]["models"]["joint"]["training"] = {"validation": 2, "recorded": recorded}
    assert kind(Config.model_validate(config).studies["s"], "joint") == words


def test_the_networks_with_which_those_of_a_model_begin_are_named():
    condense = {"by": "random", "components": None, "pairs": 1}
    models = {"later": {"start": {"model": "trained"}}, "small": {"start": {"model": "trained", "condense": condense}}}
    study = Config.model_validate(config_of({"studies": {"s": {"models": models}}})).studies["s"]
    assert kind(study, "later") == "trained leaky network, begun with those of trained"
    assert kind(study, "small") == "trained leaky network, condensed from those of trained"


def test_a_table_that_is_not_that_of_the_manifest_is_refused(tmp_path):
    folder = run_of(tmp_path / "a")
    path = folder / "tables/summary.csv"
    tables.write(pd.read_csv(path).assign(mean=0.99), path)  # with a new checksum beside it
    with pytest.raises(ValueError, match=r"summary\.csv: found sha256 .* as in manifest\.json"):
        scores([finished(folder)])
    checksum_path(path).unlink()
    with pytest.raises(ValueError, match=r"summary\.csv"):
        scores([finished(folder)])


def test_an_unfinished_run_and_one_of_another_version_are_refused(tmp_path):
    folder = run_of(tmp_path / "a")
    manifest = json.loads((folder / NAME).read_text())
    manifest["config"]["studies"]["s"]["new_key"] = 1
    (folder / NAME).write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match="a config that this version cannot read"):
        finished(folder)
    (folder / NAME).write_text("{}")
    with pytest.raises(ValueError, match="a manifest of another form"):
        finished(folder)
    (folder / NAME).unlink()
    with pytest.raises(ValueError, match=r"found no manifest\.json, wanted the results of a finished run"):
        finished(folder)


def test_a_run_that_is_given_twice_or_named_as_another_is_refused(tmp_path):
    one, other = run_of(tmp_path / "a"), run_of(tmp_path / "b", means=MEANS | {"mine": 0.1})
    with pytest.raises(ValueError, match="found the same run as in"):
        all_finished([one, one])
    with pytest.raises(ValueError, match="wanted different folders of results in their configs"):
        all_finished([one, other])
    with pytest.raises(ValueError, match="found no folder of results"):
        all_finished([])


def test_runs_without_a_recording_have_no_rows_and_are_refused_alone(tmp_path):
    config = {"results": "results/n", "studies": {"s": {"recording": None, "comparison": None}}}
    without = run_of(tmp_path / "n", config=config)
    assert set(scores(all_finished([run_of(tmp_path / "a"), without])).run) == {"results/a"}
    with pytest.raises(ValueError, match="results/n: found no scores of a recording"):
        scores([finished(without)])
