"""Size curves: means over networks with known values, and the distances from the network of the same seed."""

import numpy as np
import pytest
from scipy import stats
from study.test_config import ROOT
from study.test_start_checks import smaller, timing_with
from support.sizes import DISTANT, SEEDS, UNITS, sized_tables, sizes

from rnncompare.figures.size_curves import size_curves as drawn
from rnncompare.study.config import read_config
from rnncompare.study.model_sizes import with_sizes
from rnncompare.tabulation.size_curves import COLUMNS, size_curves


@pytest.fixture(scope="module")
def table():
    return size_curves({"reach": sizes()}, *sized_tables())


def test_errors_are_those_of_the_last_check_without_a_patience_with_t_intervals(table):
    rows = table[table["measure"] == "training"].set_index("model")
    assert (
        list(table) == [name for name in COLUMNS if name not in ("curve", "input_sets")]
        and set(rows.index) == set(UNITS)
        and (rows["networks"] == SEEDS).all()
    )
    values = 5 / 40 + 0.001 * np.arange(SEEDS)
    wanted = stats.t.interval(0.95, SEEDS - 1, values.mean(), stats.sem(values))
    assert rows.loc["fifth", ["mean", "low", "high"]].tolist() == pytest.approx([values.mean(), *wanted])
    assert rows.loc["fifth", ["parent", "family", "units"]].tolist() == ["parent", "loadings", 40]


def test_each_network_is_compared_with_the_network_of_the_parent_with_the_same_seed(table):
    rows = table[(table["compared_with"] == "parent") & (table["family"] != "other_seeds")].set_index("model")
    wanted = {m: DISTANT[m] + 0.01 * np.arange(SEEDS).mean() for m in UNITS if m != "parent"}
    assert rows["mean"].to_dict() == pytest.approx(wanted)
    others = table[table["family"] == "other_seeds"]
    assert others["mean"].tolist() == [pytest.approx(0.7)] and others["units"].tolist() == [200]
    assert others[["low", "high"]].isna().all(axis=None)


def test_statistics_of_which_a_network_has_several_are_left_out_and_primary_ones_are_kept(table):
    assert "produced_interval" not in set(table["measure"])
    assert len(table[table["measure"] == "participation_ratio"]) == len(UNITS)  # without the common signal
    similar = table[table["compared_with"] == "recording"]
    assert set(similar["statistic"]) == {"cka"} and len(similar) == len(UNITS)


def test_the_error_is_that_of_the_weights_that_were_kept():
    training, *others = sized_tables()
    kept = np.where(training["model"] == "fifth", training["step"] == 0, np.nan)  # the others have no patience
    rows = size_curves({"reach": sizes()}, training.assign(kept=kept), *others)
    rows = rows[rows["measure"] == "training"].set_index("model")["mean"]
    assert rows["fifth"] == 1 and rows["half"] == pytest.approx(5 / 100 + 0.002)


def test_intervals_are_over_sets_of_random_inputs_if_there_are_any():
    models = [one | {"input_sets": [7, 8, 7, 8, 9]} for one in sizes()]
    table = size_curves({"reach": models}, *sized_tables())
    assert set(table["input_sets"]) == {3}  # in rows of pairs of networks of the parent, too
    rows = table[(table["measure"] == "training")].set_index("model").loc["fifth"]
    values = 5 / 40 + 0.001 * np.array([1, 2, 4])  # means of networks 0 and 2, 1 and 3, and 4
    wanted = stats.t.interval(0.95, 2, values.mean(), stats.sem(values))
    assert rows[["low", "high"]].tolist() == pytest.approx(list(wanted))
    assert (rows["networks"], rows["input_sets"]) == (SEEDS, 3)


def test_without_distances_there_are_none():
    training, probes, similarity, _ = sized_tables()
    found = size_curves({"reach": sizes()}, training, probes, similarity, None)
    assert set(found["compared_with"]) == {"", "recording"} and "other_seeds" not in set(found["family"])


def test_models_of_other_sizes_belong_to_a_parent_if_nothing_else_differs(monkeypatch):
    monkeypatch.chdir(ROOT)
    models = {
        "half": smaller(100),
        "fifth": smaller(40, "half", by="correlation", components=None),
        "own_half": {"network": {"units": 100}},
        "shorter": {"network": {"units": 50}, "training": {"steps": 300}},
    }
    found = with_sizes(read_config(timing_with(**models)))["cue_set_go"]
    assert [(one["model"], one["family"], one["units"]) for one in found] == [
        ("adam", "trained", 200),
        ("own_half", "trained", 100),
        ("half", "loadings", 100),
        ("fifth", "correlation", 40),
    ]
    assert {one["parent"] for one in found} == {"adam"} and with_sizes(read_config(timing_with())) == {}
    assert not any("curve" in one for one in found)


def test_models_of_one_criterion_and_size_have_curves_by_the_first_model_of_their_chain(monkeypatch):
    monkeypatch.chdir(ROOT)
    models = {
        "half": smaller(100),
        "fifth": smaller(40, "half"),
        "more_at_once": smaller(100, pairs=50),
        "fifth_at_once": smaller(40, "more_at_once"),
        "tenth": smaller(20, "fifth"),
        "tenth_at_once": smaller(20, "fifth", pairs=20),  # two models begin with `fifth`
        "random_tenth": smaller(20, "fifth", by="random", components=None),
        "more_networks": {"seeds": 5},  # a model like the parent
    }
    found = {one["model"]: one["curve"] for one in with_sizes(read_config(timing_with(**models)))["cue_set_go"]}
    assert found == {
        **{
            "more_networks": "more_networks",
            "adam": "adam",
            "half": "half",
            "fifth": "half",
            "random_tenth": "random_tenth",
        },
        **{"more_at_once": "more_at_once", "fifth_at_once": "more_at_once"},
        **{"tenth": "tenth", "tenth_at_once": "tenth_at_once"},
    }


def with_two_curves() -> list[dict]:
    """The sizes of made-up models of which two are condensed by loadings to 100 units, each with its curve."""
    changes = {"random_half": {"family": "loadings", "curve": "random_half"}}
    changes |= {m: {"curve": "half"} for m in ("half", "fifth")}
    return [{"curve": "parent"} | one | changes.get(one["model"], {}) for one in sizes()]


def test_two_models_that_would_be_one_point_are_refused_unless_their_curves_differ():
    models = [{k: v for k, v in one.items() if k != "curve"} for one in with_two_curves()]
    with pytest.raises(
        ValueError, match=r"found half and random_half of reach with the same parent \(parent\), family"
    ):
        size_curves({"reach": models}, *sized_tables())


def test_each_curve_of_a_family_is_a_line_of_its_own_in_the_figure():
    table = size_curves({"reach": with_two_curves()}, *sized_tables())
    figure, _ = drawn({"size_curves": table}, "reach")
    rows = table[table["compared_with"] == "parent"].set_index("model")["mean"]
    panel = next(axis for axis in figure.axes if axis.get_title().endswith("to parent"))
    lines = {tuple(np.round(line.get_ydata(), 9)): line for line in panel.lines}
    one, other = (lines[tuple(np.round(rows[m].to_numpy(), 9))] for m in (["fifth", "half"], ["random_half"]))
    assert one.get_color() == other.get_color() and one.get_linestyle() != other.get_linestyle()
    named = {text.get_text() for text in figure.legends[0].get_texts()}
    assert {"condensed by loadings, half", "condensed by loadings, random half"} <= named
