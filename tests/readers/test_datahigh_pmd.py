"""The reader of single trials of 61 units with instructed targets."""

import numpy as np
import pytest
import scipy.io
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold, cross_val_score
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.datahigh_pmd import datahigh_pmd
from rnncompare.reading.milliseconds import rates_of

NAMES = {"ex1": "ex1_spikecounts.mat", "ex2": "ex2_rawspiketrains.mat"}
OPTIONS = {"bin": 0.02, "smooth": 0, "minimum_rate": 0, "window": [0.12, 0.48]}


def read(path, file="ex1", **options):
    return datahigh_pmd({NAMES[file]: path}, file=file, **(OPTIONS | options))


def real(folder, file, **options):
    return read(folder("datahigh_pmd") / NAMES[file], file, **options)


def accuracy(features: np.ndarray, classes: np.ndarray) -> float:
    lda = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    return cross_val_score(lda, features, classes, cv=StratifiedKFold(5, shuffle=True, random_state=0)).mean()


def made_up(file="ex1", lengths=None) -> list[dict]:
    rng = np.random.default_rng(0)
    targets = {"ex1": 7, "ex2": 2}[file]
    lengths = lengths or [400] * (2 * targets)
    return [
        {"data": rng.binomial(1, 0.02, (61, n)).astype(np.uint8), "condition": f"reach{k % targets + 1}"}
        for k, n in enumerate(lengths)
    ]


def save(path, trials):
    made = np.empty((1, len(trials)), dtype=[(name, object) for name in trials[0]])
    for k, trial in enumerate(trials):
        made[0, k] = tuple(trial.values())
    scipy.io.savemat(path, {"D": made})
    return path


def seeds(folder):
    """The initial files of the fuzzer."""
    yield save(folder / "a.mat", made_up()), read
    yield save_73(folder / "b.mat", {"D": made_up()}), read


def test_the_real_files_have_7_targets_x_30_trials_and_2_x_56(real_recording):
    for file, window, targets, trials in (("ex1", [0.12, 0.48], 7, 30), ("ex2", [0.02, 1.0], 2, 56)):
        data = real(real_recording, file, window=window)
        names, counts = np.unique(data.condition.values, return_counts=True)
        assert names.tolist() == [f"reach{k + 1}" for k in range(targets)] and set(counts) == {trials}
        assert data.sizes["unit"] == 61
        assert data.target.values.tolist() == data.condition.values.tolist()
        assert "choice" not in data.coords
        assert "no choice" in data.attrs["notes"]


def test_the_real_mean_rates_are_spike_counts_divided_by_time(real_recording):
    path = real_recording("datahigh_pmd") / NAMES["ex1"]
    stored = scipy.io.loadmat(path)["D"][0]
    data = real(real_recording, "ex1", bin=0.04, window=[0.12, 0.48])
    assert np.mean([trial["data"].mean() for trial in stored]) * 1000 == pytest.approx(9.83, abs=0.005)
    assert data.rate.mean().item() == pytest.approx(np.mean([t["data"].mean() for t in stored]) * 1000)


def test_the_real_targets_are_decoded_from_the_delay(real_recording):
    data = real(real_recording, "ex1")
    assert accuracy(data.rate.mean("time").values, data.target.values) > 0.95


def test_the_real_targets_of_ex2_are_at_chance_in_the_first_200_ms_and_decoded_later(real_recording):
    data = real(real_recording, "ex2", window=[0.02, 1.0])
    early, late = (data.rate.sel(time=slice(*w)).mean("time").values for w in ((0, 0.2), (0.3, 0.6)))
    assert accuracy(early, data.target.values) < 0.7 < 0.97 < accuracy(late, data.target.values)


def test_rates_are_counts_of_the_samples_around_each_time(tmp_path):
    trials = made_up()
    data = read(save(tmp_path / "a.mat", trials))
    # Samples begin .1 s after target onset: the bin around .14 s is samples 30 .. 49.
    for k, trial in enumerate(trials):
        assert np.allclose(data.rate.sel(time=0.14).values[k], trial["data"][:, 30:50].sum(axis=1) / 0.02)


def test_smoothing_uses_samples_beyond_the_window_and_keeps_a_constant_rate():
    spikes = [np.ones((3, 400), dtype=np.uint8)] * 2
    _, rate = rates_of(spikes, first=0.0, bin=0.01, smooth=0.02, window=[0.1, 0.3], where="x")
    assert rate.shape == (2, 21, 3) and np.allclose(rate, 1000)
    with pytest.raises(BadOption, match=r"found 400 samples in the shortest trial, 0 to 0.4 s, wanted -0.035 to 0.135"):
        rates_of(spikes, first=0.0, bin=0.01, smooth=0.02, window=[0.05, 0.05], where="x")


def test_trials_of_different_length_are_cut_to_a_window_within_the_shortest(tmp_path):
    path = save(tmp_path / "a.mat", made_up("ex2", [1000, 1200, 1100, 1000]))
    assert read(path, "ex2", window=[0.02, 0.98]).sizes["trial"] == 4
    with pytest.raises(BadOption, match=r"found 1000 samples in the shortest trial, 0 to 1 s, wanted 0.01 to 1.03 s"):
        read(path, "ex2", window=[0.02, 1.02])


@pytest.mark.parametrize("bin", [0.005, 0.0001, 0.011])
def test_bins_that_would_divide_samples_are_refused(tmp_path, bin):
    with pytest.raises(BadOption, match=rf"found bin {bin} s, wanted an even number of ms"):
        read(save(tmp_path / "a.mat", made_up()), bin=bin, window=[bin * 40, bin * 41])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda t: t[3].update(data=np.full((61, 400), 2)),
            r"D\(4\).data: found 24400 of 24400 samples that are neither",
        ),
        (
            lambda t: t[3].update(data=np.zeros((60, 400))),
            r"D\(4\).data: found shape \(60, 400\) of float64, wanted .*61",
        ),
        (lambda t: t[3].update(data="spikes"), r"D\(4\).data: found str, wanted numbers \(61 units, samples\)"),
        (lambda t: t[3].update(data=np.full((61, 400), np.nan)), r"D\(4\).data: found 24400 .*neither 0 nor 1"),
        (lambda t: t[3].update(condition=np.ones((1, 1))), r"D\(4\).condition: found array.* wanted a target's name"),
        (lambda t: [u.update(condition="reach1") for u in t], "found 1 targets, wanted 7"),
    ],
)
def test_an_invalid_file_is_refused(tmp_path, change, message):
    trials = made_up()
    change(trials)
    with pytest.raises(BadActivity, match=message):
        read(save(tmp_path / "a.mat", trials))


def test_other_files_and_variables_are_refused(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"E": 1})
    with pytest.raises(BadActivity, match=r"found variables \['E'\], wanted D too"):
        read(tmp_path / "a.mat")
    with pytest.raises(BadActivity, match=r"found files x, wanted ex2_rawspiketrains.mat"):
        datahigh_pmd({"x": tmp_path}, file="ex2", **OPTIONS)
    with pytest.raises(BadOption, match=r"found file 'ex3', wanted one of ex1, ex2"):
        datahigh_pmd({"x": tmp_path}, file="ex3", **OPTIONS)
