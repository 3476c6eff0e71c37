"""The report says how data were processed, and which networks and conditions were left out."""

import re

import yaml
from conftest import make_activity
from figures.made_up import made_up_tables
from report.made_up_results import card

from rnncompare import activity
from rnncompare.recordings import sessions
from rnncompare.report.page import report
from rnncompare.tabulation import tables


def test_networks_that_did_not_reach_the_criterion_are_counted_with_the_reason(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        if name == "training":
            mine = table["study"].eq("reach") & table["model"].eq("unregularized")
            table.loc[mine & table["seed"].isin([0, 1]), "stopped"] = "steps"
            table.loc[mine & table["seed"].eq(2), "stopped"] = "diverged"
            networks = table[mine]["seed"].nunique()
        tables.write(table, tmp_path / "tables" / f"{name}.csv")
    said = report(tmp_path, cards, config).split('<section id="reach"')[1].split("<section")[0]
    assert f"unregularized 2 of {networks} (maximum number of updates)" in said
    assert f"unregularized 1 of {networks} (the loss diverged)" in said


def test_a_study_without_networks_has_a_page(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        table = table.iloc[:0][["study", "model", "seed"]] if name == "training" else table
        tables.write(table, tmp_path / "tables" / f"{name}.csv")
    assert "did not learn" not in report(tmp_path, cards, config)


def test_if_all_networks_reached_the_criterion_there_is_no_note(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        tables.write(
            table.assign(stopped="reached") if name == "training" else table, tmp_path / "tables" / f"{name}.csv"
        )
    assert "did not learn" not in report(tmp_path, cards, config)


def matched_study(folder) -> tuple:
    """Results, cards and config with mismatches: two pooled sessions, one without 300 degrees, renamed and shifted by
    their card, and a second animal with 300 degrees and other names of conditions."""
    names, offset = {"0": {"condition": "east"}, "45": {"condition": "north east"}}, 0.05
    path = folder / "pooled" / "card.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(card(path.parent) | {"conditions": names, "offset": offset}))
    other = make_activity(1, conditions=6)
    parts = {"monday": other, "tuesday": other.isel(trial=slice(5))}
    recording = activity.translated(sessions.pool_sessions(parts, "pooled"), names, offset)
    for source, data in {"recording": recording, "second_animal": other}.items():
        activity.write(data, folder / "reach" / "activity" / source / "0.nc")
    for name, table in made_up_tables().items():
        if name == "similarity":
            mine = table["study"].eq("reach") & table["model"].eq("second_animal")
            table = table.assign(note=mine.map({True: activity.unmatched(other, recording), False: None}))
        tables.write(table, folder / "tables" / f"{name}.csv")
    read = {"recording": {"card": "pooled"}, "others": {"second_animal": {"card": "made_up_m1"}}}
    return read, path


def test_renamed_shifted_pooled_and_excluded_data_are_described_in_the_study(written, tmp_path):
    _, cards, config = written
    read, path = matched_study(tmp_path)
    studies = config["studies"] | {"reach": config["studies"]["reach"] | read}
    page = report(tmp_path, [*cards, path], config | {"studies": studies})
    before, reach = (re.sub(r"<[^>]+>", "", part) for part in page.split('<section id="reach"'))
    reach, after = reach.split("Small", 1)
    said = [
        "recording (pooled): units were not recorded together; times shifted by 0.05 s; "
        "conditions renamed by its card: 0 as east, 45 as north east; 2 sessions not recorded simultaneously; ",
        "monday: 20 units, 6 trials, without conditions 300, which are missing in another session",
        "conditions that keep their names: 60, 120, 180, 240; new names for conditions that do not exist: 45.",
        "Activities are compared at the conditions that both sides have. Excluded: conditions only of the source: 0, "
        "300; conditions only of the recording: east (second animal).",
    ]
    for sentence in said:
        assert sentence in reach.split("At a glance")[0]
    assert "Excluded" not in before + after and "(made_up_m1):" not in page  # recordings that were not changed


def test_networks_trained_elsewhere_are_named_with_their_files_and_what_leaves_them_out(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        tables.write(table, tmp_path / "tables" / f"{name}.csv")
    data = make_activity(0, notes="imported from runs/a.npz, sha256 ab; rates not smoothed")
    activity.write(data, tmp_path / "reach" / "activity" / "kinematics" / "0.nc")
    models = {"kinematics": {"activities": ["runs/a.npz", "runs/<b>.npz"]}, "regularized": {"activities": None}}
    studies = config["studies"] | {"reach": config["studies"]["reach"] | {"models": models, "probes": None}}
    probes = {"overlap": {"use": "axis_overlap"}, "ratio": {"use": "participation_ratio"}}
    more = {"studies": studies, "probes": probes, "robustness": {"repeats": 1}}
    page = report(tmp_path, cards, config | more)
    reach = re.sub(r"<[^>]+>", "", page.split('<section id="reach"')[1]).split("At a glance")[0]
    said = (
        "kinematics (2 files, runs/a.npz to runs/&lt;b&gt;.npz): rates not smoothed. Left out, since they need weights"
    )
    assert said in reach and "a training here: provenance, robustness, overlap." in reach
    assert "trained elsewhere" not in page.split('<section id="small"')[1].split("</section>")[0]
