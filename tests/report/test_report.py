"""The report is one page without external resources, with filters, and escapes all text."""

import json
import re

import pandas as pd
import pytest
import yaml
from conftest import make_activity
from figures.made_up import STATISTICS, made_up_tables

from rnncompare import activity, plugins
from rnncompare.figures import draw, save
from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.recordings import sessions
from rnncompare.report.page import _judged, p_value, report, score
from rnncompare.reproducibility import processor
from rnncompare.reproducibility.provenance import provenance
from rnncompare.tabulation import tables

NASTY = "<script>alert('card')</script> & \"quotes\""
FIGURES = ["similarity_by_measure", "ablations"]


def card(folder) -> dict:
    return {
        "name": folder.name,
        "title": NASTY,
        "animal": "macaque",
        "area": "M1",
        "task": "reaching",
        "reader": {"use": plugins.available("readers")[0]},
        "files": [
            {"file": "session.mat", "sha256": "0" * 64, "bytes": 1},
            {"file": "yours.mat", "url": None, "sha256": None, "bytes": None},
        ],
        "licence": "CC0",
        "citation": NASTY,
        "source": "javascript:alert('source')",
        "facts": [{"fact": f"{status} fact", "status": status} for status in ("measured", "inferred")],
    }


def computed_with(results, kernels):
    """Write the provenance of two networks and a comparison, one network of which was computed with these kernels."""
    found = provenance([processor.PORTABLE, kernels], [processor.PORTABLE])
    with atomic_with_checksum(results / "provenance.json") as temporary:
        temporary.write_text(json.dumps(found))


@pytest.fixture(autouse=True)
def results_are_portable(tmp_path):
    """The provenance for tests that make their own results in tmp_path."""
    computed_with(tmp_path, processor.PORTABLE)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> tuple:
    """Results of two made-up studies, one of which has malicious text as its title."""
    results = tmp_path_factory.mktemp("results")
    for name, table in made_up_tables().items():
        tables.write(table, results / "tables" / f"{name}.csv")
    for study, name in [("reach", "similarity_by_measure"), ("reach", "ablations"), ("small", "similarity_by_measure")]:
        save(*draw(name, made_up_tables(), study), results / "figures" / study / f"{name}.svg")
    computed_with(results, processor.PORTABLE)
    path = results / "made_up_m1" / "card.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(card(path.parent)))
    comparison = {
        "nulls": {"conditions": {"use": "conditions", "draws": 999}},
        "intervals": {"draws": 200, "units": 20},
        "correction": {"method": "max_t", "family": None},
    }
    study = {"comparison": comparison, "figures": FIGURES, "recording": None, "others": {}}
    studies = {"reach": {"title": NASTY, **study}, "small": {"title": "Small", **study}}
    return results, [path], {"studies": studies, "note": NASTY}


@pytest.fixture(scope="module")
def page(written) -> str:
    return report(*written)


def test_nothing_is_loaded_from_outside(page):
    assert "default-src 'none'" in page
    for source in re.findall(r"(?:src|srcset|data|action)=\"([^\"]*)", page):
        assert source.startswith("data:image/svg+xml;base64,")
    assert not re.search(r"<link|<iframe|@import|url\(|fetch\(", page)


def test_links_stay_on_the_page_or_in_results(page):
    links = re.findall(r"href=\"([^\"]*)", page)
    assert "../figures/reach/similarity_by_measure.pdf" in links
    assert "../tables/summary.csv" in links
    assert all(link.startswith(("#", "../figures/", "../tables/")) for link in links)


def test_text_from_cards_and_configs_is_escaped(page):
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(&#39;card&#39;)") >= 4  # study, card title, citation, config


def test_there_is_a_filter_for_each_study_and_each_source(page):
    for kind, values in {
        "study": ["reach", "small"],
        "model": ["regularized", "only_rates", "half_of_units", "second_animal"],
    }.items():
        for value in values:
            assert f'data-filter="{kind}" value="{value}" checked' in page
    assert page.count('<section id="reach" data-study="reach">') == 1


def test_every_similarity_of_the_summary_has_a_row(page):
    summary = made_up_tables()["summary"]
    assert page.count("data-signal=") == summary["measure"].isin(STATISTICS).sum() + contrasts()


def contrasts() -> int:
    return int(made_up_tables()["contrasts"]["measure"].isin(STATISTICS).sum())


def test_scores_at_chance_and_above_a_ceiling_are_marked(page):
    rows = re.findall(r'<tr data-model="(\w+)"><th scope="row">.*?</tr>', page, flags=re.S)
    cells = dict(
        zip(rows, re.findall(r'<tr data-model="\w+"><th scope="row">(.*?)</tr>', page, flags=re.S), strict=True)
    )
    assert 'class="chance' in cells["untrained"]
    assert 'class="chance' not in cells["regularized"]
    assert 'class="above"' not in cells["half_of_units"] + cells["untrained"]


@pytest.mark.parametrize(("lower", "sign"), [(False, 1), (True, -1)])
def test_for_lower_is_better_the_5th_percentile_is_used(lower, sign):
    """The mean of the null is 0 and its 95th percentile 0.2."""
    means = pd.DataFrame({"mean": [0.8, 0.5, 0.1]}).assign(null_mean=0.0, null_95=0.2)
    means[["mean", "null_95"]] *= sign
    judged = _judged(means.assign(measure="m", statistic="s", condition_independent="removed"))
    assert judged["chance"].tolist() == [False, False, True]


def test_scores_above_a_ceiling_are_marked_with_its_name(written, tmp_path):
    results, cards, config = written
    for path in (results / "tables").glob("*.csv"):
        table = tables.read(path)
        if path.stem == "summary":
            table["above_ceiling"] = (table["model"] == "kinematics").map({True: "ceiling_animal", False: ""})
        tables.write(table, tmp_path / "tables" / path.name)
    page = report(tmp_path, cards, config)
    rows = re.findall(r'<tr data-model="(\w+)"><th scope="row">(.*?)</tr>', page, flags=re.S)
    marked = {model for model, row in rows if 'class="above" title="above ceiling animal"' in row}
    assert marked == {"kinematics"}


def test_a_calibration_is_shown_below_the_scores_of_its_study_with_failing_measures_in_red(written, page, tmp_path):
    table = made_up_tables()["calibration"]
    table = table[table["study"] == "reach"].assign(failing=table["measure"] == "cca")
    tables.write(table, tmp_path / "calibration.csv")
    cited = report(*written, tmp_path / "calibration.csv")
    foot = re.findall(r"<tfoot>(.*?)</tfoot>", cited, flags=re.S)
    assert len(foot) == 1 and "<tfoot>" not in page
    first = table[(table["measure"] == "ridge") & (table["condition_independent"] == "removed")].iloc[0]
    assert f"{100 * first.false_positive_rate:.0f} %<small>" in foot[0]
    assert foot[0].count("distrust") == 1


def test_figures_are_embedded_with_caption_and_source_data(page):
    assert page.count("<figure ") == 3
    assert 'id="small-ablations"' not in page
    assert page.count("The grey band extends from the") == 2


def test_a_study_without_similarities_still_has_its_probes(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        kept = table[(table["study"] == "reach") | ~table.get("measure", table["study"]).isin(STATISTICS)]
        tables.write(kept, tmp_path / "tables" / f"{name}.csv")
    small = report(tmp_path, cards, config).split('<section id="small"')[1].split("<section")[0]
    assert "balanced accuracy" in small
    assert "At a glance" not in small


def test_without_similarities_the_primary_contrasts_are_the_first_of_each_probe(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        if name == "contrasts":
            one = table[table["study"] == "small"].iloc[:1]
            given = [("decoding", "balanced_accuracy"), ("decoding", "accuracy"), ("tangling", "tangling_90")]
            table = pd.concat([one.assign(measure=m, statistic=s) for m, s in given])
        kept = table[~table.get("measure", table["study"]).isin(STATISTICS)]
        tables.write(kept, tmp_path / "tables" / f"{name}.csv")
    small = report(tmp_path, cards, config).split('<section id="small"')[1].split("<section")[0]
    assert re.findall('data-minus="[^"]+" data-primary="(true|false)"', small) == ["true", "false", "true"]


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
    assert "trained elsewhere" not in page.split('<section id="small"')[1].split("The config of this run")[0]


def test_numbers_of_both_models_stand_beside_a_contrast_of_networks_that_share_no_seed(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        table = table.assign(minus_seeds=5.0) if name == "contrasts" else table
        tables.write(table, tmp_path / "tables" / f"{name}.csv")
    one, other = report(*written), report(tmp_path, cards, config)
    assert "share no seeds" in other and re.search(r"<td>\d+ and 5</td>", other)
    assert "share no seeds" not in one and not re.search(r"<td>\d+ and 5</td>", one)


def test_a_run_with_processor_dependent_results_is_marked(page, written, tmp_path):
    _, cards, config = written
    assert "results are identical" in page and "not all processors have" not in page
    for path in (written[0] / "tables").glob("*.csv"):
        tables.write(tables.read(path), tmp_path / "tables" / path.name)
    computed_with(tmp_path, "Other <i>One</i>, as its libraries choose")
    other = report(tmp_path, cards, config)
    assert "1 of 2 networks (Other &lt;i&gt;One&lt;/i&gt;, as its libraries choose)" in other
    assert "results are identical" not in other


def test_inferred_facts_about_a_recording_are_marked(page):
    assert re.search(r'<li class="inferred"><span class="status">inferred</span> inferred fact', page)


def test_a_file_without_a_checksum_is_marked_as_unchecked(page):
    assert "session.mat, yours.mat (not checked: the card has no checksum)" in page


def test_the_same_results_make_the_same_page(written, page):
    assert report(*written) == page
    assert not re.search(r"20\d\d-\d\d-\d\d", page.split("<main>")[0])


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (-0.0001, "0.00"), (-0.25, "−0.25"), (0.905, "0.91"), (0.0213, "0.021")]
)
def test_scores_have_two_decimals_and_small_ones_a_third(value, text):
    assert score(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0.0001, "< 0.001"), (0.0123, "0.012")])
def test_small_p_values_are_not_zero(value, text):
    assert p_value(value) == text
