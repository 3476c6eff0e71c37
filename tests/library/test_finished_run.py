"""Tables and figures of a finished run, in memory."""

import matplotlib
import pandas as pd
import pytest
from figures.made_up import made_up_tables
from matplotlib.figure import Figure

import rnncompare
from rnncompare import figures
from rnncompare.activity import BadActivity
from rnncompare.files.checksums import Damaged
from rnncompare.plugins import BadOption
from rnncompare.tabulation import tables

NAMES = ("similarity", "summary", "contrasts")


@pytest.fixture
def results(tmp_path):
    for name in NAMES:
        tables.write(made_up_tables()[name], tmp_path / "tables" / f"{name}.csv")
    (tmp_path / "tables" / ".unfinished.csv").write_text("half")
    return tmp_path


def test_tables_of_a_run_are_read_by_name_from_its_folder_or_theirs(results):
    found = rnncompare.tables(results)
    assert sorted(found) == sorted(NAMES)
    pd.testing.assert_frame_equal(found["summary"], tables.read(results / "tables/summary.csv"))
    assert rnncompare.tables(results / "tables").keys() == found.keys()


def test_a_table_that_was_changed_is_refused(results):
    path = results / "tables/summary.csv"
    path.write_text(path.read_text().replace("regularized", "regularised", 1))
    with pytest.raises(Damaged, match=r"summary\.csv: found sha256"):
        rnncompare.tables(results)


def test_a_folder_without_tables_is_refused_with_how_to_make_some(tmp_path):
    with pytest.raises(BadActivity, match=r"found no tables in .*, wanted the results of a run: `make demo`"):
        rnncompare.tables(tmp_path / "results")


def test_a_figure_is_the_reports_and_a_notebook_can_show_it(results):
    found = rnncompare.tables(results)
    before = dict(matplotlib.rcParams)
    figure = rnncompare.figure("similarity_by_measure", found, "reach")
    wanted, _ = figures.draw("similarity_by_measure", found, "reach")
    assert isinstance(figure, Figure)
    assert figure.get_size_inches().tolist() == wanted.get_size_inches().tolist()
    assert len(figure.axes) == len(wanted.axes)
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert dict(matplotlib.rcParams) == before


def test_the_study_may_be_left_out_where_there_is_one(results):
    found = rnncompare.tables(results)
    with pytest.raises(ValueError, match="figure: found studies reach, small in the tables, wanted study="):
        rnncompare.figure("similarity_by_measure", found)
    alone = {name: table[table.study == "small"] for name, table in found.items()}
    assert isinstance(rnncompare.figure("similarity_by_measure", alone), Figure)


def test_a_figure_that_there_is_not_is_answered_with_the_nearest(results):
    with pytest.raises(BadOption, match="Did you mean 'similarity_by_measure'"):
        rnncompare.figure("similarity_by_measures", rnncompare.tables(results), "reach")
