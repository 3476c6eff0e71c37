"""A session of the Dryad folder FigureS14, made here as the authors' dictionary describes it."""

import numpy as np
import pytest
import scipy.io
import scipy.stats
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.boucher2023_spikes import boucher2023_spikes

OPTIONS = {"bin": 0.02, "smooth": 0, "minimum_rate": 0, "window": [-0.2, 0.4]}
UNITS, TRIALS = 5, 280


def fields() -> dict:
    """Units of 20 spikes/s; after the checkerboard the first fires more for right choices."""
    rng = np.random.default_rng(1)
    choice = np.tile([[1.0], [2.0]], (TRIALS // 2, 1))
    rate = np.full((UNITS, 1802, TRIALS), 0.02)
    rate[0, 600:, :] += 0.04 * (choice.ravel() == 2)
    return {
        "rawCounts": rng.binomial(1, rate).astype(float),
        "choice": choice,
        "RT": rng.integers(300, 900, (TRIALS, 1)).astype(float),
        "conditionIds": np.repeat(np.arange(1.0, 8.0), TRIALS // 7)[:, None],
        "subject": "t_14October2013_123.mat",
        "rates": np.zeros((UNITS, 180, 3)),
    }


def save_5(path, things):
    scipy.io.savemat(path, things)
    return path


SAVE = {"5": save_5, "7.3": save_73}


def read(path, **options):
    return boucher2023_spikes({path.name: path}, **(OPTIONS | options))


def seeds(folder):
    """Where the fuzzer begins."""
    few = {name: value[..., :14] if name == "rawCounts" else value[:14] for name, value in fields().items()}
    few["subject"] = fields()["subject"]
    for version, save in SAVE.items():
        yield save(folder / f"v{version}.mat", few), read


@pytest.mark.parametrize("version", SAVE)
def test_counts_choices_and_rts_are_the_files_in_both_formats(tmp_path, version):
    made = fields()
    data = read(SAVE[version](tmp_path / "Tsess1.mat", made))
    assert dict(data.sizes) == {"trial": TRIALS, "time": 31, "unit": UNITS}
    # The first sample is at -.6 s: the bin around .1 s is samples 690 .. 709.
    around = made["rawCounts"][:, 690:710].sum(axis=1).T / 0.02
    assert np.allclose(data.rate.sel(time=0.1), around)
    assert (data.choice.values == np.where(made["choice"].ravel() == 1, "left", "right")).all()
    assert np.allclose(data.rt, made["RT"].ravel() / 1000)
    assert set(data.session.values.tolist()) == {"t_14October2013_123"}


def test_conditions_are_the_seven_coherences_from_easy_to_hard(tmp_path):
    data = read(save_5(tmp_path / "a.mat", fields()))
    assert list(dict.fromkeys(data.condition.values.tolist())) == ["90", "60", "40", "31", "20", "10", "4"]
    levels = np.unique(data.absolute_coherence.values)
    assert levels == pytest.approx(np.abs(2 * np.array([117, 124, 135, 147, 158, 180, 214]) / 225 - 1))
    assert (np.round(100 * data.absolute_coherence).astype(int).astype(str) == data.condition).all()


def test_condition_numbers_8_to_14_are_the_same_coherences(tmp_path):
    made = fields()
    made["conditionIds"][::2] += 7
    data = read(save_5(tmp_path / "a.mat", made))
    assert (data.condition.values == read(save_5(tmp_path / "b.mat", fields())).condition.values).all()


def test_the_planted_unit_tells_the_choice_at_every_coherence_and_no_other_does(tmp_path):
    data = read(save_5(tmp_path / "a.mat", fields())).sel(time=slice(0, 0.4))
    rate, right = data.rate.mean("time").values, data.choice.values == "right"
    for level in np.unique(data.absolute_coherence.values):
        here = data.absolute_coherence.values == level
        left, of_right = rate[here & ~right], rate[here & right]
        area = scipy.stats.mannwhitneyu(of_right, left).statistic / (len(left) * len(of_right))
        assert area[0] > 0.9
        assert (np.abs(area[1:] - 0.5) < 0.3).all()


def test_slow_units_are_left_out(tmp_path):
    made = fields()
    made["rawCounts"][3] = 0
    assert read(save_5(tmp_path / "a.mat", made), minimum_rate=1).unit.values.tolist() == [
        "unit_0", "unit_1", "unit_2", "unit_4",
    ]  # fmt: skip


@pytest.mark.parametrize("version", SAVE)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.pop("RT"), "found variables .*rawCounts.*, wanted RT too"),
        (
            lambda f: f.update(rawCounts=f["rawCounts"][:, :1800]),
            r"rawCounts: found shape \(5, 1800, 280\) .*1802 samples",
        ),
        (lambda f: f.update(rawCounts=f["rawCounts"][0]), r"rawCounts: found shape \(1802, 280\)"),
        (lambda f: f.update(rawCounts="none"), "rawCounts: found str, wanted whole numbers"),
        (
            lambda f: f["rawCounts"].__setitem__((0, 0, 0), -1),
            "rawCounts: found 1 of 2522800 values that are no counts",
        ),
        (lambda f: f["rawCounts"].__setitem__((0, 0, 0), 0.5), "rawCounts: found 1 of .* values that are no counts"),
        (lambda f: f["rawCounts"].__setitem__((0, 0, 0), np.nan), "rawCounts: found 1 of .* values that are no counts"),
        (
            lambda f: f["choice"].__setitem__(slice(2), 0),
            "choice: found 2 of 280 trials with 0, 0, wanted 1 .left. or 2",
        ),
        (lambda f: f["choice"].__setitem__(0, np.nan), "choice: found 1 of 280 values NaN or infinite"),
        (lambda f: f["RT"].__setitem__(5, -30), "RT: found 1 of 280 trials with -30, wanted ms above 0"),
        (lambda f: f["RT"].__itruediv__(1000), "RT: found at most 0.8.*, wanted ms, not s"),
        (lambda f: f.update(RT=f["RT"][:-1]), "RT: found 279 values, wanted 280: one a trial"),
        (
            lambda f: f["conditionIds"].__setitem__(0, 15),
            r"conditionIds: found 1 of 280 trials with 15, wanted 1 .90 %",
        ),
        (lambda f: f.update(subject=np.ones((1, 1))), "subject: found ndarray, wanted the session's name"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, version, change, message):
    made = fields()
    change(made)
    with pytest.raises(BadActivity, match=message):
        read(SAVE[version](tmp_path / "a.mat", made))


@pytest.mark.parametrize("version", SAVE)
def test_a_truncated_file_is_refused(tmp_path, version):
    path = SAVE[version](tmp_path / "cut.mat", fields())
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(BadActivity, match=r"cut.mat: found no readable MATLAB file"):
        read(path)


def test_a_window_beyond_the_samples_is_refused(tmp_path):
    with pytest.raises(BadOption, match=r"found 1802 samples in the shortest trial, -0.6 to 1.202 s, wanted -0.61 to"):
        read(save_5(tmp_path / "a.mat", fields()), window=[-0.6, 0])
