"""The section of a study marks scores at chance and above a ceiling, and shows every similarity, probe and figure."""

import re

import pandas as pd
import pytest
from figures.made_up import STATISTICS, made_up_tables

from rnncompare.report.formats import score
from rnncompare.report.page import report
from rnncompare.report.study_section import judged
from rnncompare.tabulation import tables


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
    marked = judged(means.assign(measure="m", statistic="s", condition_independent="removed"))
    assert marked["chance"].tolist() == [False, False, True]


def test_scores_above_a_ceiling_are_marked_with_its_name(written, tmp_path):
    results, cards, config = written
    for path in (results / "tables").glob("*.csv"):
        table = tables.read(path)
        if path.stem == "summary":
            table["above_ceiling"] = (table["model"] == "kinematics").map({True: "ceiling_animal", False: ""})
            table["over_baseline"] = 0.25
        tables.write(table, tmp_path / "tables" / path.name)
    studies = {name: study | {"baseline": "kinematics"} for name, study in config["studies"].items()}
    page = report(tmp_path, cards, config | {"studies": studies})
    assert "Better than kinematics by" in page and "<td>0.25</td>" in page
    assert "Ceiling animal is a reference score and not an upper bound: kinematics, which has no dynamics" in page
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
    assert re.findall('data-minus="[^"]+" data-measure="[^"]+" data-primary="(true|false)"', small) == [
        "true",
        "false",
        "true",
    ]


def test_the_interval_over_networks_and_conditions_stands_beside_that_over_networks(page):
    study = page.split('<section id="reach"')[1].split("</section>")[0]
    (table,) = re.findall(r"\. Contrasts</h3>.*?<table[^>]*>(.*?)</table>", study, flags=re.S)
    heads = re.findall(r"<button[^>]*>(.*?)</button>", table)
    wanted = made_up_tables()["contrasts"].query("study == 'reach' and measure == 'cca'").iloc[0]
    row = next(r for r in re.findall(r"<tr data-model=.*?</tr>", table, flags=re.S) if ">CCA<" in r)
    cells = dict(zip(heads, re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row), strict=True))
    names = {"Low over networks": "low", "High over networks": "high"}
    names |= {f"{end} over networks and conditions": f"condition_{end.lower()}" for end in ("Low", "High")}
    assert {head: cells[head] for head in names} == {head: score(wanted[name]) for head, name in names.items()}
    assert cells["Low over networks and conditions"] != cells["Low over networks"]


def test_numbers_of_both_models_stand_beside_a_contrast_of_networks_that_share_no_seed(written, tmp_path):
    _, cards, config = written
    for name, table in made_up_tables().items():
        table = table.assign(minus_seeds=5.0) if name == "contrasts" else table
        tables.write(table, tmp_path / "tables" / f"{name}.csv")
    pages = report(*written), report(tmp_path, cards, config)
    one, other = (page.split('<section id="recordings"')[0] for page in pages)  # without the glossary
    assert "share no seeds" in other and re.search(r"<td>\d+ and 5</td>", other)
    assert "share no seeds" not in one and not re.search(r"<td>\d+ and 5</td>", one)


def section_with_spread(written, folder, **columns) -> str:
    """The section of a study whose networks were compared with each other; columns: those of its only row."""
    results, cards, config = written
    for path in (results / "tables").glob("*.csv"):
        tables.write(tables.read(path), folder / "tables" / path.name)
    of_pairs = {"within": 0.81, "within_low": 0.72, "within_high": 0.9, "to_animal": 0.31, "difference": 0.5}
    row = {"study": "small", "recording": "r", "model": "untrained", "measure": "cca", "statistic": "mean"}
    row |= {"inputs": "all", "networks": 24, "pairs": 96, "lower_is_better": False} | of_pairs
    row |= dict.fromkeys(("to_animal_low", "to_animal_high", "difference_low", "difference_high"), float("nan"))
    tables.write(pd.DataFrame([row | columns]), folder / "tables" / "within_models.csv")
    studies = config["studies"] | {"small": config["studies"]["small"] | {"within": {"pairs": 100}}}
    page = report(folder, cards, config | {"studies": studies})
    heading = r"<h3[^>]*>Table \d+\. Networks of one model compared with each other</h3>"
    assert len(re.findall(heading, page)) == 1  # not in the study without
    return page.split('<section id="small"')[1].split("<section")[0]


def test_the_similarity_of_networks_to_each_other_is_shown_beside_that_to_the_animal(written, tmp_path):
    found = section_with_spread(written, tmp_path).split("Networks of one model compared")[1].split("</table>")[0]
    rows = re.findall(r"<tr data-model=\"untrained\"[^>]*>(.*?)</tr>", found, flags=re.S)
    numbers = ["24", "96", "0.81", "0.72", "0.90", "0.31", "–", "–", "0.50", "–", "–"]
    assert [re.findall(r"<td>(.*?)</td>", row) for row in rows] == [numbers]
    assert "intervals</a> over networks." in found and "Inputs" not in found


def test_with_random_inputs_pairs_with_the_same_inputs_are_marked(written, tmp_path):
    found = section_with_spread(written, tmp_path, inputs="same", input_sets=8)
    assert "intervals</a> over sets of random inputs." in found and '<td class="text">same</td>' in found


def test_how_often_the_generator_of_a_recording_is_recovered_is_shown_where_the_study_has_it(written, tmp_path):
    results, cards, config = written
    for path in (results / "tables").glob("*.csv"):
        tables.write(tables.read(path), tmp_path / "tables" / path.name)
    studies = config["studies"] | {"reach": config["studies"]["reach"] | {"recovery": {"trials": 20}}}
    page = report(tmp_path, cards, config | {"studies": studies})
    heading = r"<h3[^>]*>Table \d+\. Contrasts of recordings of known networks</h3>"
    (table,) = re.findall(rf"{heading}(.*?)</table>", page, flags=re.S)  # in one study
    assert not re.search(heading, report(*written))
    assert "the contrast regularized - unregularized favours" in table
    wanted = made_up_tables()["recovery"]
    names = ["difference", "low", "high", "for_model", "undecided", "for_minus", "recovered"]
    rows = re.findall(r"<tr data-model=.*?</tr>", table, flags=re.S)
    assert len(rows) == len(wanted)
    for row, found in zip(wanted.to_dict("records"), rows, strict=True):
        assert re.findall(r"<td>(.*?)</td>", found) == ["6", "6", *(score(row[name]) for name in names)]


def test_scores_in_held_out_conditions_are_shown_where_the_study_has_them(written, tmp_path):
    results, cards, config = written
    for path in (results / "tables").glob("*.csv"):
        tables.write(tables.read(path), tmp_path / "tables" / path.name)
    labels = {"study": "small", "recording": "r", "model": "untrained", "measure": "cca", "statistic": "mean"}
    about = {"trained_on_all": False, "networks": 8, "trained_conditions": 6, "held_out_conditions": 2}
    values = {"trained": 0.81, "trained_low": 0.72, "trained_high": 0.9, "held_out": 0.31, "held_out_low": 0.2}
    values |= {"held_out_high": 0.42, "difference": -0.5, "difference_low": float("nan"), "difference_high": -0.3}
    rows = [labels | about | values, labels | about | values | {"model": "regularized", "trained_on_all": True}]
    rows.append(labels | about | values | {"model": "as_made", "trained_on_all": None})
    tables.write(pd.DataFrame(rows), tmp_path / "tables" / "generalisation.csv")
    studies = config["studies"] | {"small": config["studies"]["small"] | {"generalisation": {"conditions": 2}}}
    page = report(tmp_path, cards, config | {"studies": studies})
    heading = r"<h3[^>]*>Table \d+\. Conditions held out of training</h3>"
    (table,) = re.findall(rf"{heading}(.*?)</table>", page, flags=re.S)  # in one study
    assert not re.search(heading, report(*written))
    for model, count in (("untrained", "6 of 8"), ("regularized", "8 of 8"), ("as_made", "none of 8")):
        (row,) = re.findall(rf'<tr data-model="{model}"[^>]*>(.*?)</tr>', table, flags=re.S)
        numbers = ["8", "0.81", "0.72", "0.90", "0.31", "0.20", "0.42", "−0.50", "–", "−0.30"]
        assert re.findall(r"<td>(.*?)</td>", row) == numbers and f'<td class="text">{count}</td>' in row
    assert 'href="#term-generalisation"' in page and 'id="term-generalisation"' in page


def test_networks_that_were_trained_on_the_recording_are_named(written, tmp_path):
    results, cards, config = written
    for path in (results / "tables").glob("*.csv"):
        tables.write(tables.read(path), tmp_path / "tables" / path.name)
    summary = tables.read(results / "tables" / "summary.csv")
    said = ["half of it" if model == "regularized" else None for model in summary["model"]]
    tables.write(summary.assign(trained_on=said), tmp_path / "tables" / "summary.csv")
    found = "they cannot be ranked with networks that were not: regularized (half of it)."
    assert found in report(tmp_path, cards, config) and found not in report(*written)


def test_distances_between_networks_are_a_table_of_all_sets_and_stages(written):
    folder, cards, config = written
    studies = config["studies"] | {"reach": config["studies"]["reach"] | {"distances": {"measures": ["cka"]}}}
    page = report(folder, cards, config | {"studies": studies})
    universality = made_up_tables()["universality"]
    row = universality[(universality["measure"] == "cka") & (universality["stage"] == "trained")].iloc[0]
    assert "Distances between networks" in page and "leaky (2)" in page
    assert f"<td>{score(row['between'])}</td>" in page
