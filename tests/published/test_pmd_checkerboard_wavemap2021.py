"""The authors' choice selectivity of 8 classes of units."""

import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.stats
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.published.pmd_checkerboard_wavemap2021 import pmd_checkerboard_wavemap2021
from rnncompare.tabulation.tables import KEYS

OPTIONS = {"start": None, "every": 0.02, "level": 0.95}
COUNTS = {5: 94, 6: 29, 0: 80, 7: 72, 1: 78, 2: 113, 3: 43, 4: 116}  # class: number of units, in the order of the file


def rows(path, **options):
    return pd.DataFrame(pmd_checkerboard_wavemap2021({path.name: path}, **(OPTIONS | options)))


@pytest.fixture
def table(real_recording):
    return rows(real_recording("pmd_checkerboard_wavemap2021") / "decisionDynamics.mat")


def test_the_real_file_has_625_units_in_8_classes(table):
    slopes = table[table.statistic == "coherence_slope"]
    assert dict(zip(slopes.variable, slopes.n, strict=True)) == {f"class_{k}": n for k, n in COUNTS.items()}
    assert slopes.n.sum() == 625
    timed = table[table.statistic == "discrimination_time"]
    assert timed.n.sum() == 618
    assert (timed["value"].min(), timed["value"].max()) == (0.1985, 0.258)


def test_the_real_selectivity_increases_with_time_and_coherence_in_every_class(table):
    found = table[table.statistic == "selectivity_from_first_sample"]
    assert (found.time.min(), found.time.max()) == (0.0, 0.48)
    for _, one in found.groupby("variable"):
        curves = one.pivot(index="time", columns="strength", values="value")
        assert (curves.iloc[-5:].mean() > curves.iloc[:5].mean()).all()
        assert curves.iloc[-5:, -3:].mean(axis=None) > curves.iloc[-5:, :2].mean(axis=None)
    assert np.round(sorted(set(found.strength)), 3).tolist() == [0.04, 0.102, 0.2, 0.307, 0.404, 0.6, 0.902]


def test_every_row_has_its_source_and_unique_labels(table):
    assert set(table.origin) == {"authors"} and set(table.model) == {"PMd (authors)"} and set(table.area) == {"PMd"}
    assert not table.duplicated([k for k in KEYS if k in table]).any()
    known = table.low.notna()
    assert set(table[known].statistic) == {"mean_discrimination_time", "coherence_slope"}
    assert ((table.low < table.value) & (table.value < table.high))[known].all()


def made_up() -> dict:
    rng = np.random.default_rng(0)
    classes = [
        {
            "id": np.array([[float(k)]]),
            "numNeurons": np.array([[6.0]]),
            "AllTimeDisc": np.r_[np.nan, rng.uniform(100, 400, 5)][:, None],
            "timeDisc": np.array([[220.0]]),
            "slopeAsfCoh": rng.standard_normal((6, 1)),
            "timeSlope": rng.random((1, 7)),
            "timeSlopeE": rng.random((1, 7)),
            "diffV": rng.random((7, 499)),
            "umap": np.zeros((6, 2)),
        }
        for k in range(8)
    ]
    return {
        "forKenjiDat": classes,
        "metaData": {"coherences": np.array([[90.2], [60], [40.4], [30.7], [20], [10.2], [4]])},
    }


def seeds(folder):
    """The initial files of the fuzzer."""
    yield save_73(folder / "a.mat", made_up()), lambda path: pmd_checkerboard_wavemap2021({path.name: path}, **OPTIONS)


def test_means_and_intervals_over_units_with_a_time_match_scipy(tmp_path):
    made = made_up()
    found = rows(save_73(tmp_path / "a.mat", made))
    one = made["forKenjiDat"][3]
    for statistic, values in (
        ("mean_discrimination_time", one["AllTimeDisc"][1:, 0] / 1000),
        ("coherence_slope", one["slopeAsfCoh"][:, 0]),
    ):
        row = found[(found.variable == "class_3") & (found.statistic == statistic)].iloc[0]
        wanted = scipy.stats.t.interval(0.95, len(values) - 1, values.mean(), scipy.stats.sem(values))
        assert row["value"] == pytest.approx(values.mean()) and row["n"] == len(values)
        assert (row["low"], row["high"]) == pytest.approx(wanted)


def test_curves_are_those_of_the_file_and_start_at_the_time_given_in_the_card(tmp_path):
    made = made_up()
    path = save_73(tmp_path / "a.mat", made)
    found = rows(path, start=-0.1, every=0.05)
    one = found[(found.statistic == "selectivity") & (found.variable == "class_2") & (found.strength == 0.6)]
    assert one.time.tolist() == pytest.approx(np.arange(10) * 0.05 - 0.1)
    assert one["value"].tolist() == made["forKenjiDat"][2]["diffV"][1, ::50].tolist()
    assert "selectivity" not in set(rows(path).statistic)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.pop("metaData"), r"found variables \['forKenjiDat'\], wanted metaData too"),
        (lambda m: m["forKenjiDat"].pop(), "found 7 classes and coherences .*, wanted 8 and 7"),
        (
            lambda m: m["metaData"]["coherences"].__setitem__(0, 120),
            "found 8 classes and coherences .*120.* above 0 to 100",
        ),
        (lambda m: [c.pop("diffV") for c in m["forKenjiDat"]], r"forKenjiDat\(1\): found fields .*, wanted diffV too"),
        (lambda m: m["forKenjiDat"][4].update(diffV=np.ones((7, 400))), r"\(5\).diffV: found shape \(7, 400\)"),
        (lambda m: m["forKenjiDat"][4]["diffV"].__setitem__((0, 0), np.nan), r"\(5\).diffV: found 1 values NaN"),
        (lambda m: m["forKenjiDat"][4]["AllTimeDisc"].__setitem__(1, -5), r"\(5\).AllTimeDisc: found 1 times of 0 ms"),
        (lambda m: m["forKenjiDat"][4]["numNeurons"].__setitem__(0, 7), r"AllTimeDisc: found shape \(6, 1\).*\(7, 1\)"),
        (lambda m: m["forKenjiDat"][4].update(timeSlope=np.ones((1, 6))), "timeSlope: found 6 values, wanted 7"),
    ],
)
def test_an_invalid_file_is_refused(tmp_path, change, message):
    made = made_up()
    change(made)
    with pytest.raises(BadActivity, match=message):
        rows(save_73(tmp_path / "a.mat", made))


def test_a_truncated_file_and_a_file_of_another_format_are_refused(tmp_path):
    path = save_73(tmp_path / "a.mat", made_up())
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(BadActivity, match=r"a.mat: found no readable MATLAB file"):
        rows(path)
    scipy.io.savemat(path, {"x": 1})
    with pytest.raises(BadActivity, match=r"found variables \['x'\], wanted forKenjiDat, metaData too"):
        rows(path)


@pytest.mark.parametrize("options", [{"every": 0.0}, {"every": 0.0011}, {"start": np.inf}, {"level": 0}])
def test_invalid_options_are_refused(tmp_path, options):
    with pytest.raises(BadOption, match=r"found (every|level) .*wanted"):
        rows(save_73(tmp_path / "a.mat", made_up()), **options)
