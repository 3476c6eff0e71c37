"""Whether imported networks fit a recording and each other: certain misfits are errors, doubts are cautions."""

import numpy as np
import pytest
from conftest import make_activity
from imported.test_hidden_states import NAMES, arrays, save

from rnncompare.activity import BadActivity
from rnncompare.activity.trained_on import trained_on
from rnncompare.imported.agreement import examine, refuse_unlike

PLAIN = {"smooth": 0}
RECORDED = ((-0.4, 0.0), 0.01)


def files(folder, *changes):
    """A file of another network for each set of changes."""
    return [str(save(folder / f"{k}.npz", arrays(seed=k), **change)) for k, change in enumerate(changes)]


def test_files_that_fit_are_described_without_a_caution(tmp_path):
    (line,) = examine(files(tmp_path, {}, {}), PLAIN, RECORDED, NAMES)
    assert "2 networks" in line and "0, 45, 135, left" in line and "60 times from -0.5 to 0.09 s, 5 units" in line


def test_what_may_be_wrong_is_a_caution(tmp_path):
    coarse = {n: arrays()[n][:, ::4] for n in ("rate", "outputs")} | {"time": arrays()["time"][::4]}
    found = examine(files(tmp_path, coarse), PLAIN, RECORDED, ["a", "b", "c", "left"])
    assert any(
        "caution: conditions 0, 45, 135, left, of which fewer than 3 are named by the recording" in f for f in found
    )
    assert any("caution: times in steps of 0.04 s, among which are 10 of the recording's 41" in f for f in found)
    two = {n: v[:2] for n, v in arrays().items() if n not in ("time", "output", "area")}
    assert any("caution: 2 conditions" in f for f in examine(files(tmp_path, two), PLAIN, None, []))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"condition": np.array(["0", "45", "135", "right"])}, r"1\.npz: found conditions .*wanted those of .*0\.npz"),
        ({"time": arrays()["time"] + 0.1}, r"1\.npz: found times -0\.4, .*wanted those of .*0\.npz"),
        ({"rate": None}, r"1\.npz: found arrays"),
    ],
)
def test_networks_of_one_model_do_the_same_task(change, message, tmp_path):
    with pytest.raises(BadActivity, match=message):
        examine(files(tmp_path, {}, change), PLAIN, None, [])


def test_a_network_that_is_there_twice_is_refused(tmp_path):
    paths = files(tmp_path, {}, {})
    (tmp_path / "1.npz").write_bytes((tmp_path / "0.npz").read_bytes())
    with pytest.raises(BadActivity, match=r"1\.npz: found the content of .*0\.npz, wanted another network"):
        examine(paths, PLAIN, None, [])


def test_times_that_the_recording_never_has_are_refused(tmp_path):
    milliseconds = {"time": 1000 * arrays()["time"] + 2000}
    with pytest.raises(BadActivity, match=r"0\.npz: found times from 1500 to 2090 s, wanted some of the recording's"):
        examine(files(tmp_path, milliseconds), PLAIN, RECORDED, [])


def test_a_network_is_held_against_the_recording_that_was_read():
    data = make_activity(0)
    refuse_unlike(data, make_activity(1), "a.npz")
    few = make_activity(1).assign_coords(condition=("trial", ["0", "45", *"abcdef"]))
    with pytest.raises(
        BadActivity, match=r"a\.npz: found conditions 0, 45, .*which the recording has 0, 45; wanted at le"
    ):
        refuse_unlike(data, few, "a.npz")
    label = trained_on(make_activity(1), make_activity(1).unit.values.tolist()[:1], ["0"])
    for recording in (make_activity(1), make_activity(2).assign_attrs(source=make_activity(1).attrs["source"])):
        with pytest.raises(BadActivity, match=r"a\.npz: found a network that was trained on 1 units of"):
            refuse_unlike(data.assign_attrs(trained_on=label), recording, "a.npz")
    refuse_unlike(data.assign_attrs(trained_on=label), make_activity(2).assign_attrs(source="another"), "a.npz")
    late = make_activity(1)
    late = late.assign_coords(time=late.time + 1)
    with pytest.raises(BadActivity, match=r"a\.npz: found times from -0\.2 to 0\.19 s, wanted some of the recording's"):
        refuse_unlike(data, late, "a.npz")
