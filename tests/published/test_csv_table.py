"""Published values in CSV tables: those of kleinman2021, and invalid tables."""

from pathlib import Path

import pandas as pd
import pytest

from rnncompare.activity import BadActivity
from rnncompare.published.csv_table import csv_table
from rnncompare.recordings.card import read_card
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import published_rows
from rnncompare.tabulation.tables import KEYS

ROOT = Path(__file__).parents[2]
HEAD = "model,measure,statistic,value,source"


def rows(tmp_path, *lines, head=HEAD):
    path = tmp_path / "published.csv"
    path.write_text("\n".join([head, *lines]) + "\n")
    return csv_table({"published.csv": path})


def seeds(folder):
    """The initial files of the fuzzer."""
    path = folder / "published.csv"
    path.write_text((ROOT / "data" / "kleinman2021" / "published.csv").read_text())
    yield path, lambda path: csv_table({path.name: path})


@pytest.fixture
def kleinman(tmp_path):
    card = read_card(ROOT / "data" / "kleinman2021" / "card.yaml")
    return pd.DataFrame(published_rows(card, fetch(card, tmp_path)))


def decoding(table: pd.DataFrame, model: str) -> dict[str, list[float]]:
    found = table[(table.measure == "decoding") & (table.model == f"{model} (authors)")]
    return {v: g.sort_values("area")["value"].tolist() for v, g in found.groupby("variable")}


def test_in_kleinmans_table_colour_accuracy_decreases_across_areas_only_with_dales_law(kleinman):
    three = decoding(kleinman, "three_area")
    assert three == {
        "direction": [0.944, 0.959, 0.994],
        "colour": [0.934, 0.735, 0.512],
        "context": [0.990, 0.870, 0.543],
    }
    assert decoding(kleinman, "PMd") == {"direction": [0.897], "colour": [0.522], "context": [0.519]}
    assert decoding(kleinman, "one_area")["colour"] == [0.999]
    assert decoding(kleinman, "three_area_no_dale") == {"direction": [0.995], "colour": [0.991]}
    assert [len(v) for v in decoding(kleinman, "four_area").values()] == [4, 4, 4]


def test_every_row_of_kleinmans_table_has_its_source_and_is_unique(kleinman):
    assert len(kleinman) == 61
    assert set(kleinman.origin) == {"authors"} and kleinman.model.str.endswith(" (authors)").all()
    assert kleinman.source.str.startswith("Kleinman").all()
    assert not kleinman.duplicated([k for k in KEYS if k in kleinman]).any()
    shares = kleinman[kleinman.measure.isin(["decoding", "demixed_variance", "axis_overlap"])]["value"]
    assert ((shares > 0) & (shares < 1)).all()


def test_empty_cells_are_omitted_from_rows(tmp_path):
    found = rows(tmp_path, "a,m,s,0.5,paper,1,", "a,m,t,0.25,paper,,8", head=HEAD + ",area,n")
    assert found == [
        {
            "origin": "authors",
            "model": "a",
            "measure": "m",
            "statistic": "s",
            "value": 0.5,
            "source": "paper",
            "area": "1",
        },
        {"origin": "authors", "model": "a", "measure": "m", "statistic": "t", "value": 0.25, "source": "paper", "n": 8},
    ]


@pytest.mark.parametrize(
    ("lines", "head", "message"),
    [
        (["a,m,s,x,p"], HEAD, "line 2: value: found 'x', wanted a number"),
        (["a,m,s,nan,p"], HEAD, "line 2: value: found 'nan', wanted a number"),
        (["a,m,s,inf,p"], HEAD, "line 2: value: found 'inf', wanted a number"),
        (["a,m,s,1,"], HEAD, "line 2: found no source, wanted one"),
        (["a,m,s,1,p", "a,m,s,2,p"], HEAD, "lines 2 and 3: found the same labels, wanted each once"),
        ([], HEAD, "found no line, wanted at least one"),
        (["a,m,s,1"], "model,measure,statistic,value", r"wanted source too"),
        (["a,m,s,1,p,2"], HEAD + ",sdd", r"found column 'sdd', wanted some of .*Did you mean 'sd'\?"),
        (["a,m,s,1,p,2,3"], HEAD + ",low,high", "line 2: found 2.0 to 3.0, wanted an interval that includes 1"),
        (["a,m,s,1,p,-2"], HEAD + ",sd", "line 2: found sd -2.0, n None"),
        (["a,m,s,1,p,0.5"], HEAD + ",n", "line 2: n: found '0.5', wanted a whole number"),
        (["a,m,s,1,p,0"], HEAD + ",n", "line 2: found sd None, n 0"),
        (["a,m,s,1,p,2"], HEAD + ",value", "found columns .*, wanted each once"),
        (["a,m,s,1,p,7,8,9"], HEAD, "line 2: found 8 cells, wanted 5"),
    ],
)
def test_an_invalid_table_is_refused(tmp_path, lines, head, message):
    with pytest.raises(BadActivity, match=message):
        rows(tmp_path, *lines, head=head)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01"])
def test_a_file_that_is_not_a_table_is_refused(tmp_path, content):
    path = tmp_path / "published.csv"
    path.write_bytes(content)
    with pytest.raises(BadActivity, match=r"published.csv: found no readable CSV"):
        csv_table({"published.csv": path})
