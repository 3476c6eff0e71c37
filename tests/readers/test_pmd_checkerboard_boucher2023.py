"""The reader of choices and reaction times of two monkeys, compared with fixed psychometric values."""

import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.pmd_checkerboard_boucher2023 import pmd_checkerboard_boucher2023
from rnncompare.reading.matlab.matlab import read_matlab

RED_SQUARES = [11, 45, 67, 78, 90, 101, 108, 117, 124, 135, 147, 158, 180, 214]
ACCURACY = {  # by |coherence|, increasing
    "T": [0.6302, 0.8023, 0.9415, 0.9861, 0.9942, 0.9972, 0.9960],
    "O": [0.5939, 0.7181, 0.8548, 0.9327, 0.9598, 0.9775, 0.9757],
}
RED = {  # by red squares, increasing
    "T": [.0050, .0031, .0060, .0136, .0565, .1958, .3591, .6196, .8003, .9396, .9857, .9944, .9976, .9970],
    "O": [.0316, .0255, .0384, .0585, .1155, .2272, .3420, .5295, .6624, .8245, .9237, .9581, .9804, .9829],
}  # fmt: skip
RT = {  # mean in s, by |coherence|, increasing
    "T": [0.5483, 0.5302, 0.4926, 0.4605, 0.4443, 0.4279, 0.4291],
    "O": [0.4519, 0.4505, 0.4431, 0.4354, 0.4297, 0.4231, 0.4301],
}
TRIALS = {"T": (128_837, 75), "O": (108_434, 66)}


@pytest.fixture
def real(real_recording):
    """A function that returns the behaviour of a monkey and the structure of the file from which it was read."""

    def read(monkey: str):
        name = f"Fig2_Monkey{monkey}_data.mat"
        path = real_recording("pmd_checkerboard_boucher2023") / name
        stored = read_matlab(path, f"fig{monkey}Data")[f"fig{monkey}Data"]
        return pmd_checkerboard_boucher2023({name: path}, monkey=monkey), stored

    return read


def by(data, coordinate: str, groups: np.ndarray) -> list[float]:
    """Means of a coordinate along trial in each group, in increasing order of groups."""
    values = data[coordinate].values.astype(float)
    return [values[groups == g].mean() for g in np.unique(groups)]


@pytest.mark.parametrize("monkey", "TO")
def test_the_real_monkeys_psychometric_numbers(real, monkey):
    data, _ = real(monkey)
    trials, sessions = TRIALS[monkey]
    assert (data.sizes["trial"], len(set(data.session.values.tolist()))) == (trials, sessions)
    strength = np.round(np.abs(data.coherence.values), 6)
    assert np.round(np.unique(strength), 2).tolist() == [0.04, 0.10, 0.20, 0.31, 0.40, 0.60, 0.90]
    assert by(data, "correct", strength) == pytest.approx(ACCURACY[monkey], abs=6e-5)
    assert by(data, "rt", strength) == pytest.approx(RT[monkey], abs=6e-5)
    chose_red = data.assign_coords(red=("trial", data.colour.values == "red"))
    assert by(chose_red, "red", data.coherence.values) == pytest.approx(RED[monkey], abs=6e-5)


@pytest.mark.parametrize("monkey", "TO")
def test_choices_and_reaction_times_of_each_real_session_match_the_authors_table(real, monkey):
    data, stored = real(monkey)
    sessions, session = np.unique(data.session.values, return_inverse=True)
    levels, level = np.unique(data.coherence.values, return_inverse=True)
    cell = session * len(levels) + level
    count = np.bincount(cell, minlength=len(sessions) * len(levels)).reshape(len(sessions), -1)
    for name, values in {"pRed": 100.0 * (data.colour.values == "red"), "RT": 1000 * data.rt.values}.items():
        mean = np.bincount(cell, values, minlength=count.size).reshape(count.shape) / count
        assert np.allclose(mean, stored["rawdata"][name], atol=1e-9)
    assert np.allclose(100 * levels, stored["signedColorCoherence"].ravel())


@pytest.mark.parametrize("monkey", "TO")
def test_both_layouts_sides_and_colours_of_the_real_data_are_about_equally_frequent(real, monkey):
    data, _ = real(monkey)
    for name in ("context", "choice", "colour"):
        _, counts = np.unique(data[name].values, return_counts=True)
        assert len(counts) == 2 and abs(counts[0] / counts.sum() - 0.5) < 0.05
    assert len(set(data.condition.values.tolist())) == 28


def test_the_real_behaviour_is_a_valid_activity_without_units(real, tmp_path):
    data, _ = real("O")
    assert dict(data.sizes) == {"trial": 108_434, "time": 1, "unit": 0}
    activity.write(data, tmp_path / "a.nc")
    assert activity.read(tmp_path / "a.nc").identical(data)


#        red squares, chosen colour, RT, left target, right target, session
ROWS = [[214, 1, 450, 2, 3, 1], [214, 0, 700, 2, 3, 1], [11, 0, 430, 2, 3, 2], [11, 1, 520, 3, 2, 2]]


def save(path, rows, monkey="T", dtype=np.uint8, **others):
    combined = np.array(rows) if dtype is None else np.array(rows).astype(dtype)
    scipy.io.savemat(path, {f"fig{monkey}Data": {"monkey": monkey, "combined": combined} | others})
    return path


def read(path, monkey="T"):
    return pmd_checkerboard_boucher2023({f"Fig2_Monkey{monkey}_data.mat": path}, monkey=monkey)


def seeds(folder):
    """The initial files of the fuzzer."""
    yield save(folder / "a.mat", ROWS, dtype=np.uint16), read


def test_the_side_follows_from_the_colour_and_the_layout(tmp_path):
    data = read(save(tmp_path / "a.mat", ROWS, dtype=np.uint16))
    assert data.condition.values.tolist() == ["red_left/214", "red_left/214", "red_left/011", "green_left/011"]
    assert data.colour.values.tolist() == ["red", "green", "green", "red"]
    assert data.choice.values.tolist() == ["left", "right", "right", "right"]
    assert data.correct.values.tolist() == [1, 0, 1, 0]
    assert data.session.values.tolist() == ["T001", "T001", "T002", "T002"]
    assert data.rt.values.tolist() == [0.45, 0.7, 0.43, 0.52]
    assert "the chosen side follows from the chosen colour and the layout" in data.attrs["inferred"]


def one_by_one(n, red, rt, left, right, session) -> dict:
    """The coordinates of a trial, computed separately."""
    context = "red_left" if left == 2 else "green_left"
    colour = ("green", "red")[red]
    on_the_left = context.removesuffix("_left")
    return {
        "condition": f"{context}/{n:03d}",
        "coherence": 2 * n / 225 - 1,
        "context": context,
        "choice": "left" if colour == on_the_left else "right",
        "colour": colour,
        "rt": rt / 1000,
        "correct": int(colour == ("red" if n > 112 else "green")),
        "session": f"T{session:03d}",
    }


TRIAL = st.tuples(
    st.integers(0, 225), st.integers(0, 1), st.integers(1, 2000), st.sampled_from([(2, 3), (3, 2)]), st.integers(1, 200)
)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.lists(TRIAL, min_size=1, max_size=30))
def test_the_coordinates_of_every_valid_trial_match_those_computed_one_by_one(tmp_path_factory, trials):
    rows = [[n, red, rt, *targets, session] for n, red, rt, targets, session in trials]
    data = read(save(tmp_path_factory.mktemp("made") / "a.mat", rows, dtype=np.uint16))
    for k, row in enumerate(rows):
        for name, value in one_by_one(*row).items():
            assert data[name].values[k] == pytest.approx(value), name


def test_unsigned_bytes_do_not_overflow(tmp_path):
    rows = [[11, 0, 250, 2, 3, 1], [214, 1, 250, 3, 2, 1]]
    coherence = read(save(tmp_path / "a.mat", rows, dtype=np.uint8)).coherence.values
    assert coherence == pytest.approx([2 * 11 / 225 - 1, 2 * 214 / 225 - 1])


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (0, 226, "1 with red squares outside 0 to 225 .the first is row 3.; wanted no such trials"),
        (0, -1, "1 with red squares outside 0 to 225"),
        (1, 2, "1 with a chosen colour that is neither 0 nor 1"),
        (2, 0, "1 with an RT of 0 ms or less"),
        (2, -300, "1 with an RT of 0 ms or less"),
        (2, 430.5, "1 with NaN, infinite or not whole"),
        (2, np.nan, "found 4 trials, 1 with NaN, infinite or not whole"),
        (3, 1, "1 with a target colour that is neither 2 nor 3"),
        (3, 3, "1 with both targets of one colour"),
        (5, 0, "1 with a session below 1"),
    ],
)
def test_invalid_rows_are_counted_and_refused(tmp_path, column, value, message):
    rows = np.array(ROWS, dtype=float)
    rows[2, column] = value
    with pytest.raises(BadActivity, match=rf"a.mat: figTData.combined: .*{message}"):
        read(save(tmp_path / "a.mat", rows, dtype=None))


def test_several_kinds_of_invalid_rows_are_reported_together(tmp_path):
    rows = np.array(ROWS)
    rows[:3, 2], rows[1, 4] = 0, 2
    with pytest.raises(BadActivity, match=r"3 with an RT of 0 ms or less .*row 1.*; 1 with both targets .*row 2"):
        read(save(tmp_path / "a.mat", rows, dtype=np.int16))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"figOData": {"monkey": "O", "combined": np.ones((2, 6))}},
            r"found variables \['figOData'\], wanted figTData",
        ),
        ({"figTData": {"monkey": "T"}}, r"figTData\(1\): found fields \['monkey'\], wanted combined too"),
        ({"figTData": np.ones((3, 6))}, "figTData: found ndarray, wanted structures with monkey, combined"),
        ({"figTData": {"monkey": "O", "combined": np.ones((2, 6))}}, "figTData.monkey: found 'O', wanted 'T'"),
        (
            {"figTData": {"monkey": "T", "combined": np.ones((2, 5))}},
            r"found shape \(2, 5\) of .*red squares, chosen colour",
        ),
        ({"figTData": {"monkey": "T", "combined": np.ones((0, 6))}}, r"combined: found shape \(0, .*wanted numbers"),
        ({"figTData": {"monkey": "T", "combined": "none"}}, "combined: found str, wanted numbers"),
    ],
)
def test_a_file_of_another_structure_is_refused(tmp_path, fields, message):
    scipy.io.savemat(tmp_path / "a.mat", fields)
    with pytest.raises(BadActivity, match=message):
        read(tmp_path / "a.mat")


def test_a_truncated_file_another_monkey_and_a_missing_file_are_refused(tmp_path):
    path = save(tmp_path / "a.mat", ROWS)
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(BadActivity, match=r"a.mat: found .*wanted figTData"):
        read(path)
    with pytest.raises(BadOption, match=r"found monkey 'X', wanted T or O"):
        read(path, "X")
    with pytest.raises(BadActivity, match=r"found files a.mat, wanted Fig2_MonkeyO_data.mat"):
        pmd_checkerboard_boucher2023({"a.mat": path}, monkey="O")
