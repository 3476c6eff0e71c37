"""The delayed-reach task of the real recording: the fit of the inferred arm, and plausible target outputs."""

import numpy as np
import pytest

from rnncompare import plugins
from rnncompare.tasks import _arm
from rnncompare.tasks.delayed_reach import delayed_reach


@pytest.fixture
def recording(real_recording):
    files = {p.name: p for p in real_recording("hatsopoulos2007_m1").iterdir()}
    read = plugins.find("readers", "hatsopoulos2007_m1")
    return read(files, bin=0.01, smooth=0.025, minimum_rate=0, window=[-0.8, 0.4])


def made(recording, **changes):
    options = {
        "output": "torque",
        "preparation": True,
        "delays": [0.3, 0.5, 0.7],
        "inputs": "direction",
        "numbers": None,
        "latency": None,
        "step": None,
        "input_sets": [0],
        "reference_delay": 0.5,
        "arm": "fitted",
    }
    clock = {"reaction_time": 0.3, "fixation": 0.1, "go_width": 0.1, "smoothing": 0.2}
    return delayed_reach(recording, None, **(options | clock | changes))


def test_hand_and_angles_agree_with_a_two_link_arm(recording):
    facts = made(recording).attrs
    assert facts["arm_r2"] > 0.999
    assert 1.3 < facts["arm_posture"][1] < 1.7  # rad; an elbow bent by 75 to 97 degrees
    # The data do not determine the proportions of the links; the arm hardly changes over plausible ones.
    hand, angles = (recording.behavior.values[..., k].reshape(-1, 2) for k in ([0, 1], [4, 5]))
    for length in [(0.145, 0.175), (0.145, 0.284)]:
        posture, excursion, r2 = _arm.fit_posture(hand, angles, _arm.MACAQUE._replace(length=length))
        assert r2 > 0.999
        np.testing.assert_allclose(posture[1], facts["arm_posture"][1], atol=0.05)
        np.testing.assert_allclose(excursion, facts["arm_excursion"], atol=0.07)


def test_torque_outputs_are_constant_before_the_movement_and_differ_between_conditions(recording):
    task = made(recording)
    assert dict(task.sizes) == {"trial": 24, "time": 151, "input": 3, "output": 4}
    early = task.targets.values[:, task.time.values < -0.3]
    assert np.abs(early).max() < 0.02
    drive = task.targets.values[:8, task.recorded.values]
    shared = ((drive.mean(axis=0) - drive.mean(axis=(0, 1))) ** 2).sum() * 8
    assert shared < 0.5 * ((drive - drive.mean(axis=(0, 1))) ** 2).sum()
    assert (drive.max(axis=(0, 1)) > 0.2).all()


def test_opposite_reaches_start_with_opposite_muscles(recording):
    drive = made(recording, delays=[0.5]).sel(time=0.0)
    first = {
        c: str(drive.output.values[drive.targets.values[k].argmax()]) for k, c in enumerate(drive.condition.values)
    }
    assert first["90"] == "shoulder_flexor" and first["270"] == "shoulder_extensor"
