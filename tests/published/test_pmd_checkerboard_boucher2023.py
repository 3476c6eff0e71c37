"""The authors' decoding accuracies and significant units, as means and shares with intervals."""

import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.optimize
import scipy.stats
from statsmodels.stats.proportion import proportion_confint

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.published.pmd_checkerboard_boucher2023 import pmd_checkerboard_boucher2023
from rnncompare.readers.pmd_checkerboard_boucher2023 import pmd_checkerboard_boucher2023 as read_behaviour
from rnncompare.tabulation.tables import KEYS

BEHAVIOUR = ("Fig2_MonkeyT_data.mat", "Fig2_MonkeyO_data.mat")
NAMES = ("decoderbyRTBinsAllCoh.mat", "decoderbyRTBins.mat", "RTandChoice_allCoh.mat", *BEHAVIOUR)
OPTIONS = {"every": 0.02, "level": 0.95}
COHERENCES = [0.04, 0.1022, 0.2, 0.3067, 0.4044, 0.6, 0.9022]


@pytest.fixture
def real(real_recording):
    folder = real_recording("pmd_checkerboard_boucher2023")
    return {name: folder / name for name in NAMES}


@pytest.fixture
def table(real):
    return pd.DataFrame(pmd_checkerboard_boucher2023(real, **OPTIONS))


def curves(table: pd.DataFrame, statistic: str) -> pd.DataFrame:
    found = table[(table.measure == "decoding") & (table.statistic == statistic)]
    return found.pivot(index="strength", columns="time", values="value")


def test_the_real_decoding_accuracy_is_at_chance_before_the_checkerboard_and_peaks_at_66_to_72_percent(table):
    found = curves(table, "accuracy")
    assert np.round(found.index, 4).tolist() == COHERENCES
    assert abs(found.loc[:, :0] - 0.5).mean(axis=1).max() < 0.015
    peaks = found.max(axis=1).to_numpy()
    assert peaks == pytest.approx([0.664, 0.668, 0.673, 0.683, 0.720, 0.697, 0.712], abs=6e-4)
    assert ((found.idxmax(axis=1) > 0.35) & (found.idxmax(axis=1) < 0.55)).all()


def test_the_real_peaks_over_all_coherences_are_75_to_83_percent_by_rt(table):
    of_all = table[(table.measure == "decoding") & table.strength.isna()]
    peaks = of_all.groupby("statistic")["value"].max()
    assert len(peaks) == 11
    assert 0.745 < peaks.min() < 0.755 and 0.83 < peaks.max() < 0.835


def test_the_real_share_of_choice_selective_units_increases_from_1_to_74_percent(table):
    share = table[(table.measure == "unit_selectivity") & (table.variable == "direction")].set_index("time")["value"]
    assert len(share) == 91
    assert share.loc[:0].mean() == pytest.approx(0.015, abs=1e-3)
    assert share.max() == pytest.approx(735 / 996) and share.idxmax() == 0.42
    rt = table[(table.measure == "unit_selectivity") & (table.variable == "rt")].set_index("time")["value"]
    assert rt.loc[:0].mean() > 10 * share.loc[:0].mean()


@pytest.mark.parametrize(("monkey", "sessions"), [("T", 75), ("O", 66)])
def test_the_real_mean_thresholds_are_close_to_those_of_pooled_trials(real, table, monkey, sessions):
    data = read_behaviour({name: real[name] for name in BEHAVIOUR}, monkey=monkey)
    strength, correct = np.abs(data.coherence.values), data.correct.values == 1

    def unlikely(parameters):
        expected = 1 - 0.5 * np.exp(-((strength / parameters[0]) ** parameters[1]))
        return -np.log(np.clip(np.where(correct, expected, 1 - expected), 1e-3, 1)).mean()

    pooled = scipy.optimize.minimize(unlikely, [0.15, 1.0], method="Nelder-Mead").x
    fits = table[(table.measure == "psychometric") & (table.model == f"monkey {monkey} (authors)")]
    assert fits.n.tolist() == [sessions, sessions]
    # Slopes differ more, because pooling sessions with different thresholds gives a shallower curve.
    assert fits["value"].iloc[0] == pytest.approx(pooled[0], rel=0.04)
    assert fits["value"].iloc[1] > pooled[1]


def test_every_row_has_its_source_and_unique_labels(table):
    assert set(table.origin) == {"authors"}
    assert set(table.model) == {"PMd (authors)", "monkey T (authors)", "monkey O (authors)"}
    assert table.source.str.startswith("Boucher et al. 2023, ").all()
    assert not table.duplicated([k for k in KEYS if k in table]).any()
    assert table[table.area == "PMd"].drop(columns="strength").notna().all().all()
    assert ((table.low < table.value) & (table.value < table.high)).all()


def made_up(sessions: int = 4, units: int = 30, seed: int = 0) -> dict[str, dict]:
    """Variables of the three files; the first session has no trials in the last RT bin."""
    rng = np.random.default_rng(seed)

    def classifier(bins):
        made = np.empty((1, sessions), dtype=[("name", object), ("accuracy", object)])
        for k in range(sessions):
            accuracy = rng.uniform(0.4, 0.9, (90, bins))
            accuracy[:, -1] = np.nan if k == 0 else accuracy[:, -1]
            made[0, k] = (f"session_{k}", accuracy)
        return made

    decodes = np.empty((1, 7), dtype=[("classifier", object)])
    for k in range(7):
        decodes[0, k]["classifier"] = classifier(3)
    return {
        NAMES[0]: {"allDecodes": decodes},
        NAMES[1]: {"classifier": classifier(11)},
        NAMES[2]: {"allRTsigmap": rng.binomial(1, 0.3, (units, 1801, 3)).astype(np.float32)},
        BEHAVIOUR[0]: {"figTData": {"thresholds": rng.uniform(5, 20, (sessions, 2))}},
        BEHAVIOUR[1]: {"figOData": {"thresholds": rng.uniform(5, 20, (sessions, 2))}},
    }


def save(folder, made):
    for name, fields in made.items():
        scipy.io.savemat(folder / name, fields)
    return {name: folder / name for name in made}


def seeds(folder):
    """The initial files of the fuzzer."""
    files = save(folder, made_up())
    for path in files.values():
        yield path, lambda path: pmd_checkerboard_boucher2023({n: path.with_name(n) for n in NAMES}, **OPTIONS)


def test_means_and_intervals_over_sessions_with_trials_match_scipy(tmp_path):
    made = made_up()
    found = pd.DataFrame(pmd_checkerboard_boucher2023(save(tmp_path, made), every=0.1, level=0.9))
    each = [s["accuracy"] for s in made[NAMES[0]]["allDecodes"][0, 2]["classifier"][0]]
    at = (found.measure == "decoding") & np.isclose(found.strength, 2 * 158 / 225 - 1) & np.isclose(found.time, 0.01)
    for statistic, values in (
        ("accuracy_rt_0.2_0.425", [a[30, 0] for a in each]),
        ("accuracy_rt_0.5_1", [a[30, 2] for a in each[1:]]),
        ("accuracy", [each[0][30, :2].mean(), *(a[30].mean() for a in each[1:])]),
    ):
        row = found[at & (found.statistic == statistic)].iloc[0]
        assert row["value"] == pytest.approx(np.mean(values)) and row["n"] == len(values)
        wanted = scipy.stats.t.interval(0.9, len(values) - 1, np.mean(values), scipy.stats.sem(values))
        assert (row["low"], row["high"]) == pytest.approx(wanted)


def test_shares_and_intervals_match_statsmodels(tmp_path):
    made = made_up()
    found = pd.DataFrame(pmd_checkerboard_boucher2023(save(tmp_path, made), every=0.3, level=0.95))
    found = found[found.measure == "unit_selectivity"]
    assert sorted(set(found.time)) == [-0.6, -0.3, 0.0, 0.3, 0.6, 0.9, 1.2]
    row = found[(found.variable == "rt") & (found.time == 0.3)].iloc[0]
    count = int(made[NAMES[2]]["allRTsigmap"][:, 900, 0].sum())
    assert row["value"] == count / 30
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(count, 30, method="beta"))


def change_accuracy(made, at, value):
    made[NAMES[0]]["allDecodes"][0, 1]["classifier"][0, 2]["accuracy"][at] = value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: change_accuracy(m, (3, 1), 1.2), "180 red squares: accuracy: found 1 values outside 0 to 1"),
        (lambda m: change_accuracy(m, (3, 1), np.nan), "accuracy: found 1 curves with NaN at only some times"),
        (
            lambda m: m[NAMES[0]]["allDecodes"][0, 1]["classifier"][0, 2].__setitem__("accuracy", np.ones((80, 3))),
            r"squares\(3\): found shape \(80, 3\) of .*, wanted numbers of shape \(90, 3\)",
        ),
        (
            lambda m: m[NAMES[0]]["allDecodes"][0, 1]["classifier"][0, 2].__setitem__("name", "x"),
            "found sessions that differ from those of the preceding coherence",
        ),
        (lambda m: m[NAMES[0]].update(allDecodes=m[NAMES[0]]["allDecodes"][:, :6]), "found 6 coherences, wanted 7"),
        (lambda m: m[NAMES[1]].update(classifier=np.ones((2, 2))), "classifier: found ndarray, wanted structures"),
        (lambda m: m[NAMES[2]]["allRTsigmap"].__setitem__((0, 0, 0), 0.5), "found 1 values that are neither 0 nor 1"),
        (
            lambda m: m[NAMES[2]]["allRTsigmap"].__setitem__((0, 0, 2), np.nan),
            "found 1 values that are neither 0 nor 1",
        ),
        (
            lambda m: m[NAMES[2]].update(allRTsigmap=np.zeros((30, 1801))),
            r"allRTsigmap: found shape \(30, 1801\) of .*wanted numbers of shape \(any, 1801, 3\)",
        ),
        (lambda m: m[NAMES[4]]["figOData"]["thresholds"].__setitem__((0, 0), 0), "thresholds: found 1 not above 0"),
        (lambda m: m[NAMES[4]]["figOData"].pop("thresholds"), r"figOData: found .*wanted structures with thresholds"),
        (lambda m: m.pop(NAMES[1]), r"found files .*, wanted decoderbyRTBins.mat too"),
    ],
)
def test_invalid_files_are_refused(tmp_path, change, message):
    made = made_up()
    change(made)
    with pytest.raises(BadActivity, match=message):
        pmd_checkerboard_boucher2023(save(tmp_path, made), **OPTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_refused(tmp_path, name):
    files = save(tmp_path, made_up())
    whole = files[name].read_bytes()
    files[name].write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadActivity, match=rf"{name}: found .*wanted"):
        pmd_checkerboard_boucher2023(files, **OPTIONS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": 0.0005}, "found every 0.0005, wanted a multiple of 0.001 s"),
        ({"every": -1}, "found every -1"),
        ({"every": 0.0015}, "found every 0.0015"),
        ({"every": "often"}, "found every often"),
        ({"level": 1}, "found level 1, wanted a number between 0 and 1"),
        ({"level": True}, "found level True"),
    ],
)
def test_invalid_options_are_refused(tmp_path, options, message):
    with pytest.raises(BadOption, match=message):
        pmd_checkerboard_boucher2023(save(tmp_path, made_up()), **(OPTIONS | options))
