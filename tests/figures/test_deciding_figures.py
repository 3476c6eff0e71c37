"""Figures of studies of decisions: their contents, and that they work for small studies and incomplete tables."""

import numpy as np
import pandas as pd
import pytest
from figures.made_up import made_up_tables
from figures.made_up_deciding import deciding_tables
from figures.studies import few_deciding

from rnncompare.behaviour.weibull import accuracy
from rnncompare.figures import draw

OF_PROBES = ["decoding_by_area", "demixed_variance", "decoding_over_time", "selectivity_over_time", "psychometric"]
OF_PROBES += ["chronometric", "choice_probability_by_area", "choice_probability_scatter"]
OF_VIEWS = ["example_units", "choice_trajectories", "example_trial"]


def without(tables, **columns):
    """Return the tables without the rows of probes and summary that have the given values."""
    kept = dict(tables)
    for name in ("probes", "summary"):
        rows = kept[name]
        for column, values in columns.items():
            rows = rows[~rows[column].isin(values)]
        kept[name] = rows
    return kept


def unpublished(tables):
    return without(tables, model=[m for m in tables["probes"]["model"].unique() if m.endswith("(authors)")])


@pytest.fixture(scope="module")
def alone():
    """One network of one area and nothing else."""
    tables = unpublished(deciding_tables({"plain": 1}, networks=1, units=4))
    return without(tables, model=["recording", "monkey_o"])


@pytest.mark.parametrize("name", [*OF_PROBES, *OF_VIEWS])
def test_a_study_can_be_one_network_of_one_area(name, alone):
    figure, data = draw(name, alone, "deciding")
    figure.draw_without_rendering()
    assert len(data)


@pytest.mark.parametrize("name", [n for n in OF_PROBES if n not in ("psychometric", "chronometric")])
def test_a_study_can_have_networks_without_areas(name, alone):
    tables = {k: alone[k].drop(columns="area") for k in ("probes", "summary")} | {"training": alone["training"]}
    figure, data = draw(name, tables, "deciding")
    figure.draw_without_rendering()
    assert len(data)


@pytest.mark.parametrize("name", ["psychometric", "chronometric"])
def test_a_study_can_be_recorded_subjects_alone(name):
    tables = unpublished(few_deciding())
    monkeys = {k: tables[k][tables[k]["model"].isin(["recording", "monkey_o"])] for k in ("probes", "summary")}
    figure, data = draw(name, monkeys, "deciding")
    assert [axis.get_title() for axis in figure.axes[:2]] == ["recording", "monkey o"]
    assert set(data["model"]) == {"recording", "monkey_o"}


def squares(axis):
    """Published values of models that have a row."""
    return sorted(float(line.get_xdata()[0]) for line in axis.lines if line.get_marker() == "s")


def upright(axis, style):
    """Published values of areas that have no row."""
    lines = [line for line in axis.lines if len(set(np.ravel(line.get_xdata()))) == 1]
    return [float(line.get_xdata()[0]) for line in lines if line.get_linestyle() == style]


def test_published_decoding_is_shown_with_the_model_of_the_same_name():
    figure, data = draw("decoding_by_area", few_deciding(), "deciding")
    titles = [axis.get_title() for axis in figure.axes]
    assert titles == ["Direction", "Colour", "Context"]
    assert squares(figure.axes[1]) == [0.512, 0.735, 0.934, 0.999]
    assert upright(figure.axes[1], "--") == [0.522]
    theirs = data[data["shown"] == "published"]
    assert set(theirs["model"]) == {"one_area (authors)", "three_area (authors)", "PMd (authors)"}


def test_a_published_value_is_in_the_row_of_its_area():
    figure, _ = draw("decoding_by_area", few_deciding(), "deciding")
    labels = [t.get_text() for t in figure.axes[0].get_yticklabels()]
    at = {float(line.get_xdata()[0]): line.get_ydata()[0] for line in figure.axes[1].lines if line.get_marker() == "s"}
    assert labels[round(at[0.512])] == "three area, area 3"
    assert labels[round(at[0.999])] == "one area, area 1"


@pytest.mark.parametrize("name", ["decoding", "dynamics", "choice_probability", "choice_probability_over_time"])
def test_published_values_are_not_sources(name):
    figure, data = draw(name, few_deciding(), "deciding")
    figure.draw_without_rendering()
    assert not data["model"].str.contains("authors").any()


def test_a_study_without_published_values_has_no_panel_for_them():
    with_them, _ = draw("decoding_over_time", few_deciding(), "deciding")
    without_them, data = draw("decoding_over_time", unpublished(few_deciding()), "deciding")
    assert len(with_them.axes) == len(without_them.axes) + 1
    assert set(data["shown"]) == {"ours"}


def test_the_published_decoder_is_shown_at_every_strength():
    figure, _ = draw("decoding_over_time", few_deciding(), "deciding")
    panel = next(axis for axis in figure.axes if axis.get_title() == "PMd (authors)")
    theirs = few_deciding()["probes"]
    theirs = theirs[theirs["model"].eq("PMd (authors)") & theirs["strength"].notna()]
    drawn = sorted(tuple(line.get_ydata()) for line in panel.lines)
    assert drawn == sorted(tuple(rows["value"]) for _, rows in theirs.groupby("strength"))


def test_curves_are_the_fitted_weibull_functions():
    tables = few_deciding()
    figure, _ = draw("psychometric", tables, "deciding")
    axis = next(a for a in figure.axes if a.get_ylabel() == "Proportion correct")
    fits = tables["probes"][tables["probes"]["model"].eq("one_area") & tables["probes"]["measure"].eq("psychometric")]
    curves = [line for line in axis.lines if len(line.get_xdata()) == 60]
    for network in range(2):
        fit = fits[fits["seed"] == network].set_index("statistic")["value"]
        wanted = accuracy(curves[0].get_xdata(), *fit[["threshold", "slope", "lapse"]])
        assert any(np.allclose(line.get_ydata(), wanted) for line in curves)


def test_the_ideal_observer_is_a_line_in_the_panels_of_accuracy_and_sides_replace_colours():
    tables = few_deciding()
    for name in ("probes", "summary"):
        tables[name] = tables[name].replace({"statistic": {"p_red": "p_left"}})
    levels, values = [0.04, 0.2, 0.9], [0.8, 0.97, 1.0]
    ideal = {"study": "deciding", "model": "one_area", "measure": "psychometric", "statistic": "ideal_accuracy"}
    rows = [ideal | {"seed": 0, "strength": x, "value": y} for x, y in zip(levels, values, strict=True)]
    tables["probes"] = pd.concat([tables["probes"], pd.DataFrame(rows)], ignore_index=True)
    figure, _ = draw("psychometric", tables, "deciding")
    drawn = [a for a in figure.axes for line in a.lines if list(line.get_ydata()) == values]
    assert len(drawn) == 1 and drawn[0].get_ylabel() == "Proportion correct"
    assert {"Proportion left"} <= {a.get_ylabel() for a in figure.axes} and "Proportion red" not in {
        a.get_ylabel() for a in figure.axes
    }
    assert "ideal observer" in {t.get_text() for legend in figure.legends for t in legend.get_texts()}


def test_the_number_of_fitted_networks_is_given():
    figure, _ = draw("psychometric", few_deciding(), "deciding")
    shown = {a.texts[0].get_text() for a in figure.axes if a.texts}
    assert shown == {"fitted: 1 of 2"}


def test_histograms_count_every_unit_of_every_network():
    tables = few_deciding()
    _, data = draw("choice_probability_by_area", tables, "deciding")
    units = tables["probes"][tables["probes"]["statistic"].eq("cp")]
    counted = data.groupby(["model", "area", "variable"])[["significant", "others"]].sum().sum(axis=1)
    assert counted.to_dict() == units.groupby(["model", "area", "variable"]).size().to_dict()


def test_a_unit_is_one_dot_with_the_values_of_two_variables():
    tables = few_deciding()
    figure, data = draw("choice_probability_scatter", tables, "deciding")
    cp = tables["probes"][tables["probes"]["statistic"].eq("cp") & tables["probes"]["seed"].eq(0)]
    for column, variable in (("value", "direction"), ("value_other", "colour")):
        wanted = cp[cp["variable"] == variable].set_index(["model", "area", "unit"])["value"]
        found = data.set_index(["model", "area", "unit"])[column]
        pd.testing.assert_series_equal(found, wanted, check_names=False, check_index_type=False)
    dots = sum(len(part.get_offsets()) for axis in figure.axes for part in axis.collections)
    assert dots == len(data)


def test_one_variable_alone_is_an_error():
    tables = without(few_deciding(), variable=["colour", "context"])
    with pytest.raises(ValueError, match=r"found choice probabilities of units for 1 variables in probes.csv, wanted"):
        draw("choice_probability_scatter", tables, "deciding")


def test_example_units_have_their_choice_probabilities():
    tables = few_deciding()
    figure, data = draw("example_units", tables, "deciding")
    assert {"cp_direction", "cp_colour", "cp_context"} <= set(data)
    cp = tables["probes"][tables["probes"]["statistic"].eq("cp") & tables["probes"]["seed"].eq(0)]
    unit = data.iloc[0]
    own = cp[cp["model"].eq(unit["source"]) & cp["area"].eq(unit["area"]) & cp["unit"].eq(unit["unit"])]
    wanted = own.set_index("variable")["value"]
    assert unit["cp_colour"] == wanted["colour"]
    assert f"dir {wanted['direction']:.2f}".replace(" 0.", " .") in figure.axes[0].get_title()


def with_omitted_network(view):
    """Return the tables with a view that omitted the first network of three areas."""
    tables = dict(few_deciding())
    rows = tables[view]
    rows = rows.assign(seed=rows["source"].eq("three_area").astype(int), note=None)
    note = {"study": "deciding", "source": "three_area", "seed": 0, "note": "never decided"}
    return tables | {view: pd.concat([pd.DataFrame([note]), rows], ignore_index=True)}


@pytest.mark.parametrize("view", ["example_units", "choice_trajectories"])
def test_a_network_that_cannot_be_shown_is_in_the_source_data_and_the_next_is_drawn(view):
    figure, data = draw(view, with_omitted_network(view), "deciding")
    plain = draw(view, few_deciding(), "deciding")
    assert len(figure.axes) == len(plain[0].axes)
    assert data.loc[data["note"].notna(), ["source", "seed", "note"]].to_numpy().tolist() == [
        ["three_area", 0, "never decided"]
    ]
    assert set(data.loc[data["note"].isna() & data["source"].eq("three_area"), "seed"]) == {1}
    assert len(data) == len(plain[1]) + 1


def test_choice_probabilities_of_units_are_those_of_the_network_shown():
    tables = with_omitted_network("example_units")
    data = draw("example_units", tables, "deciding")[1]
    unit = data[data["source"].eq("three_area") & data["note"].isna()].iloc[0]
    probes = tables["probes"]
    own = probes[probes["statistic"].eq("cp") & probes["model"].eq("three_area") & probes["variable"].eq("colour")]
    own = own[own["area"].eq(unit["area"]) & own["unit"].eq(unit["unit"])].set_index("seed")["value"]
    assert unit["cp_colour"] == own[1] != own[0]


@pytest.mark.parametrize("view", ["example_units", "choice_trajectories"])
def test_a_figure_states_that_no_network_can_be_shown(view):
    notes = pd.DataFrame([{"study": "s", "source": "m", "seed": k, "note": "never decided"} for k in range(2)])
    figure, data = draw(view, {view: notes}, "s")
    assert "No network did what this figure shows" in figure.texts[0].get_text()
    assert data["note"].tolist() == ["never decided"] * 2


def test_example_units_can_be_drawn_without_choice_probabilities():
    figure, data = draw("example_units", {"example_units": few_deciding()["example_units"]}, "deciding")
    assert figure.axes[0].get_title() == "" and "cp_colour" not in data


def test_overlap_is_shown_between_different_areas():
    figure, data = draw("axis_overlap", few_deciding(), "deciding")
    assert (data["area"] != data["to"]).all()
    labels = [t.get_text() for t in figure.axes[0].get_yticklabels()]
    assert labels[:2] == ["three area, 1 → 2", "three area, 2 → 1"]
    assert squares(figure.axes[2]) == [0.005]


def test_one_area_alone_has_no_overlap(alone):
    with pytest.raises(
        ValueError, match=r"figure of deciding: found no axis_overlap between areas in probes.csv, wanted"
    ):
        draw("axis_overlap", alone, "deciding")


def test_training_stopped_by_correct_trials_shows_their_proportion():
    figure, data = draw("training", few_deciding(), "deciding")
    assert figure.axes[0].get_ylabel() == "Proportion of correct trials" and figure.axes[0].get_yscale() == "linear"
    assert [axis.get_title() for axis in figure.axes][1] == "three area (1 of 2)"
    assert "correct" in data and "ideal_correct" not in data


def test_the_share_of_an_ideal_observer_is_a_line_beside_the_criterion():
    tables = few_deciding()
    training = tables["training"].assign(ideal_correct=0.93)
    figure, data = draw("training", tables | {"training": training}, "deciding")
    heights = [line.get_ydata()[0] for line in figure.axes[0].lines if line.get_linestyle() in (":", "--")]
    assert heights == [0.65, 0.93] and (data["ideal_correct"] == 0.93).all()
    assert "ideal observer" in [text.get_text() for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize("name", ["decoding_over_time", "selectivity_over_time"])
def test_a_study_without_statistics_over_time_is_an_error(name):
    tables = few_deciding()
    tables = tables | {"summary": tables["summary"][tables["summary"]["time"].isna()]}
    with pytest.raises(ValueError, match=r"over time in summary.csv, wanted a probe with `windows`"):
        draw(name, tables, "deciding")


@pytest.mark.parametrize("name", ["choice_probability", "choice_probability_over_time"])
def test_the_variable_is_named_if_it_is_not_the_choice(name):
    def labels(variable: str) -> str:
        tables = dict(made_up_tables())
        probes = tables["probes"]
        chosen = probes["measure"].eq("choice_probability")
        new = probes[chosen].assign(measure=f"choice_probability_of_{variable}", variable=variable)
        tables["probes"] = pd.concat([probes[~chosen], new], ignore_index=True)
        axis = draw(name, tables, "reach")[0].axes[0]
        return axis.get_title() + axis.get_xlabel()

    assert labels("target").count(", target") == 1 and ", choice" not in labels("choice")
