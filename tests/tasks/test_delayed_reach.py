"""The delayed-reach task, compared with the recording from which it is made."""

import numpy as np
import pytest
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.tasks import _arm
from rnncompare.tasks.delayed_reach import delayed_reach

OPTIONS = {
    "output": "torque",
    "preparation": True,
    "delays": [0.3, 0.5, 0.7],
    "reference_delay": 0.5,
    "reaction_time": 0.3,
    "fixation": 0.1,
    "go_width": 0.1,
    "smoothing": 0.1,
    "arm": {"posture": [0.5, 1.5], "excursion": [1.0, 1.0]},
    "inputs": "direction",
    "numbers": None,
    "latency": None,
    "step": None,
    "input_sets": [0],
}
RANDOM = {"inputs": "random", "numbers": 15}
CHANNELS = [
    "hand_position_x",
    "hand_position_y",
    "hand_velocity_x",
    "hand_velocity_y",
    "shoulder_angle",
    "elbow_angle",
]
TIME = np.arange(-60, 61) * 0.01


def bell(t, onset=-0.1, length=0.5):
    """A minimum-jerk time course from 0 to 1 and its second derivative."""
    s = np.clip((t - onset) / length, 0, 1)
    return 10 * s**3 - 15 * s**4 + 6 * s**5, (60 * s - 180 * s**2 + 120 * s**3) / length**2


def reach(trials=1, time=TIME, excursion=0.4):
    """A recording of 8 minimum-jerk reaches in joint space, with exact hand positions and angles."""
    angle = np.repeat(np.arange(8) * 45.0, trials)
    toward = np.deg2rad(angle)[:, None, None]
    joint = excursion * bell(time)[0][None, :, None] * np.concatenate([np.cos(toward), np.sin(toward)], axis=2)
    hand = _arm.hand(np.array([0.5, 1.5]) + joint)
    velocity = np.gradient(hand, 0.01, axis=1)
    return activity.build(
        np.random.default_rng(0).random((len(angle), len(time), 3)),
        time=time,
        unit=["a", "b", "c"],
        condition=[f"{a:g}" for a in angle],
        behavior=np.concatenate([hand, velocity, joint], axis=2),
        channel=CHANNELS,
        per_trial={"angle": angle},
        source="made up",
        alignment="movement onset",
    )


def muscles(start=-1.0, stop=1.0, step=0.001, conditions=range(0, 360, 45)):
    time = np.arange(round(start / step), round(stop / step) + 1) * step
    gain = np.array([1.0, 1000.0])
    rate = np.stack([np.sin(time[:, None] + np.deg2rad(c)) * gain for c in conditions])
    return activity.build(rate, time=time, unit=["biceps", "triceps"], condition=[str(c) for c in conditions])


def task(recording=None, **changes):
    return delayed_reach(recording or reach(), changes.pop("muscles", None), **(OPTIONS | changes))


def test_trials_are_conditions_by_delays_at_the_times_of_the_recording():
    made = task()
    assert made.sizes["trial"] == 24
    assert sorted(set(zip(made.condition.values, made.delay.values, strict=True)))[:2] == [("0", 0.3), ("0", 0.5)]
    assert made.time.values[made.recorded.values].tolist() == reach().time.values.tolist()
    assert np.allclose(np.diff(made.time.values), 0.01)
    assert made.time.values[0] == pytest.approx(-0.3 - 0.7 - 0.1)
    assert made.inputs.dims == ("trial", "time", "input") and made.targets.dims == ("trial", "time", "output")
    assert (made.mask == 1).all() and made.mask.dims == ("trial", "time")


@pytest.mark.parametrize("codes", [{"inputs": "direction", "numbers": None}, RANDOM])
def test_the_number_of_inputs_follows_from_the_options(codes):
    assert delayed_reach.count_inputs(**OPTIONS | codes) == task(**codes).sizes["input"]


def test_the_target_is_shown_only_during_the_delay_before_the_go_cue():
    made = task()
    for trial in range(24):
        shown = made.time.values[(made.inputs.values[trial, :, :2] != 0).any(axis=1)]
        assert shown[0] == pytest.approx(-0.3 - made.delay.values[trial])
        assert shown[-1] == pytest.approx(-0.3 - 0.01)
        shown_input = made.inputs.values[trial, np.searchsorted(made.time.values, shown[0] + 0.1), :2]
        assert np.rad2deg(np.arctan2(*shown_input[::-1])) % 360 == pytest.approx(made.angle.values[trial])


def test_the_go_cue_begins_one_reaction_time_before_the_movement():
    go = task().inputs.sel(input="go")
    after = go.time.values[(go.values > 0).any(axis=0)]
    assert -0.3 < after[0] <= -0.28 and after[-1] < -0.2
    assert go.values.max() == pytest.approx(1, abs=0.03)
    assert (go.values == go.values[0]).all()


def test_without_preparation_the_target_appears_with_the_go_cue():
    made = task(preparation=False)
    shown = made.time.values[(made.inputs.values[3, :, :2] != 0).any(axis=1)]
    assert shown[0] == pytest.approx(-0.3) and shown[-1] == pytest.approx(-0.21)
    assert made.sizes["trial"] == 8 and activity.at_reference_delay(made).sizes["trial"] == 8


def test_a_longer_delay_changes_only_the_onset_of_the_target():
    made = task()
    targets = made.targets.values.reshape(3, 8, *made.targets.shape[1:])
    assert (targets == targets[0]).all()
    assert task(delays=[0.5]).inputs.values[:, -100:].tolist() == made.inputs.values[8:16, -100:].tolist()


def test_with_a_short_delay_the_task_still_contains_the_whole_recording():
    made = task(delays=[0.05], reference_delay=0.05, fixation=0.0)
    assert made.recorded.all() and made.sizes["time"] == len(TIME)


def test_torques_match_the_exact_torques_of_the_movement():
    """Outputs are compared with the exact torques of the movement, from derivatives in closed form."""
    made = task(delays=[0.5])
    drive = made.targets.values[:, made.recorded.values]
    joint = reach().behavior.values[..., 4:]
    h = 1e-4
    slope = (bell(TIME + h)[0] - bell(TIME - h)[0]) / (2 * h)
    toward = np.deg2rad(np.arange(8) * 45.0)[:, None, None]
    heading = 0.4 * np.concatenate([np.cos(toward), np.sin(toward)], axis=2)
    moment = _arm.torques(joint + np.array([0.5, 1.5]), heading * slope[:, None], heading * bell(TIME)[1][:, None])
    exact = np.stack([np.maximum(s * moment[..., j], 0) for j in (0, 1) for s in (1, -1)], axis=-1)
    exact /= exact.max()
    # A cubic over 0.1 s approximates the corners of a minimum-jerk acceleration within a few per cent.
    assert np.sqrt(((drive - exact) ** 2).mean() / (exact**2).mean()) < 0.06


def test_torque_outputs_are_non_negative_keep_their_ratios_and_have_a_maximum_of_one():
    made = task()
    assert made.output.values.tolist() == ["shoulder_flexor", "shoulder_extensor", "elbow_flexor", "elbow_extensor"]
    assert made.targets.values.min() >= 0 and made.targets.values.max() == pytest.approx(1)
    peaks = made.targets.values.max(axis=(0, 1))
    assert (peaks > 0.05).all() and peaks[:2].min() > peaks[2:].max()  # the shoulder moves the whole arm


def test_the_outputs_of_an_arm_at_rest_are_zero():
    made = task()
    resting = made.time.values < -0.2
    assert np.abs(made.targets.values[:, resting]).max() < 1e-9


def test_the_fitted_arm_has_the_posture_of_the_simulated_arm():
    given, fitted = task(), task(arm="fitted")
    np.testing.assert_allclose(fitted.targets.values, given.targets.values, atol=1e-3)
    assert fitted.attrs["arm_r2"] == pytest.approx(1, abs=1e-6)
    assert "inferred" in fitted.attrs["arm"] and "assumed" in given.attrs["arm"]


def test_hand_velocity_is_that_of_the_recording_up_to_a_common_scale():
    made = task(output="hand_velocity", arm=None)
    recorded = reach().behavior.values[..., 2:4]
    np.testing.assert_allclose(made.targets.values[:8, made.recorded.values], recorded / np.abs(recorded).max())
    assert made.output.values.tolist() == ["hand_velocity_x", "hand_velocity_y"]


@pytest.mark.parametrize("step", [0.01, 0.02])
def test_a_velocity_that_was_not_recorded_is_the_derivative_of_the_position(step):
    """The derivative is exact for cubic movements up to the ends of the recording, and approximate for reaches."""
    t = np.arange(round(-0.6 / step), round(0.6 / step) + 1) * step
    course, slope = t**3 - 0.2 * t**2 + t, 3 * t**2 - 0.4 * t + 1
    gain = np.arange(1, 9)[:, None, None] * [1.0, -2.0]
    recording = activity.build(
        np.ones((8, len(t), 1)), time=t, unit=["a"], condition=[str(45 * k) for k in range(8)],
        behavior=course[None, :, None] * gain, channel=["hand_position_x", "hand_position_y"],
        per_trial={"angle": 45.0 * np.arange(8)},
    )  # fmt: skip
    made = task(recording, output="hand_velocity", arm=None)
    exact = slope[None, :, None] * gain
    found = made.targets.values[:8, made.recorded.values]
    np.testing.assert_allclose(found, exact / np.abs(exact).max(), atol=1e-9)
    assert made.output.values.tolist() == ["hand_velocity_x", "hand_velocity_y"]
    assert made.attrs["velocity"].startswith(
        "derived: derivative of cubics fitted to the hand's position in windows of"
    )


def test_a_derived_velocity_matches_the_reaches_and_a_recorded_one_takes_precedence():
    recorded = task(output="hand_velocity", arm=None)
    derived = task(reach().sel(channel=CHANNELS[:2]), output="hand_velocity", arm=None)
    assert np.abs(derived.targets - recorded.targets).max() < 0.02
    assert "velocity" not in recorded.attrs
    other = reach()
    other.behavior.values[..., :2] = 0  # positions are not used if the velocity was recorded
    assert task(other, output="hand_velocity", arm=None).targets.equals(recorded.targets)


def test_the_window_of_a_derived_velocity_is_the_option_smoothing():
    noisy = reach().sel(channel=CHANNELS[:2])
    noisy.behavior.values[...] += np.random.default_rng(0).normal(0, 1e-3, noisy.behavior.shape)
    true = task(output="hand_velocity", arm=None).targets
    error = [
        float(((task(noisy, output="hand_velocity", arm=None, smoothing=s).targets - true) ** 2).mean())
        for s in (0.06, 0.1, 0.2)
    ]
    assert error[0] > error[1] > error[2]
    with pytest.raises(BadOption, match=r"found smoothing 0.01 s, wanted"):
        task(noisy, output="hand_velocity", arm=None, smoothing=0.01)


def test_a_velocity_is_not_derived_from_one_axis_of_the_position():
    with pytest.raises(BadActivity, match="wanted hand_velocity_x, hand_velocity_y for output 'hand_velocity'"):
        task(reach().sel(channel=CHANNELS[:1]), output="hand_velocity", arm=None)


def test_muscles_are_matched_by_condition_and_time():
    shuffled = muscles().isel(trial=[3, 1, 0, 2, 7, 5, 6, 4])
    made = task(output="emg", arm=None, muscles=shuffled)
    assert made.output.values.tolist() == ["biceps", "triceps"]
    found = made.targets.values[:8, made.recorded.values]
    wanted = np.sin(TIME[None, :] + np.deg2rad(np.arange(8) * 45.0)[:, None])
    wanted = wanted / np.abs(wanted).max()
    for k in range(2):  # each muscle is scaled separately, although gains differ by a factor of 1000
        np.testing.assert_allclose(found[..., k], wanted, atol=1e-6)


def test_random_inputs_are_a_vector_of_length_one_for_each_condition_and_set():
    made = task(**RANDOM, input_sets=[4, 7])
    assert made.inputs.dims == ("input_set", "trial", "time", "input") and made["input_set"].values.tolist() == [4, 7]
    assert made.input.values.tolist() == [*(f"condition_{k}" for k in range(15)), "go"]
    shown = made.inputs.values[:, :8, np.searchsorted(made.time.values, -0.4), :15]
    np.testing.assert_allclose(np.linalg.norm(shown, axis=-1), 1)
    assert np.abs(shown[0] - shown[1]).min() > 0
    # The vectors of a set depend on neither the other sets nor the order in which sets are given.
    np.testing.assert_array_equal(activity.with_input_set(made, 7).inputs, task(**RANDOM, input_sets=[7]).inputs[0])


def test_random_inputs_do_not_depend_on_directions_and_have_the_time_course_of_directions():
    bare = task(reach().drop_vars("angle"), **RANDOM)
    np.testing.assert_array_equal(bare.inputs, task(**RANDOM).inputs)
    assert "angle" not in bare.coords
    shown, cued = (np.abs(made.inputs).max(["trial", "input"]) > 0 for made in (bare.isel(input_set=0), task()))
    np.testing.assert_array_equal(shown, cued)


def test_random_inputs_contain_no_ring():
    """The mean over sets of the products of two conditions' vectors is 0, whatever the angle between their targets."""
    made = task(**RANDOM, input_sets=list(range(400)))
    codes = made.inputs.values[:, :8, np.searchsorted(made.time.values, -0.4), :15]
    products = np.einsum("sik,sjk->sij", codes, codes)
    np.testing.assert_allclose(products.mean(axis=0), np.eye(8), atol=0.05)
    assert products[:, 0, 1].std() == pytest.approx(1 / np.sqrt(15), rel=0.1)


def test_a_set_that_the_task_does_not_have_is_refused():
    with pytest.raises(BadActivity, match=r"found no input set 2, wanted one of \[0, 1\]"):
        activity.with_input_set(task(**RANDOM, input_sets=[0, 1]), 2)
    assert activity.with_input_set(task(), 2).equals(task())


def test_the_report_of_the_direction_is_a_step_after_the_go_cue():
    made = task(output="direction", latency=0.15)
    assert made.output.values.tolist() == ["direction_cos", "direction_sin"]
    after = made.time.values >= -0.3 + 0.15 - 1e-9
    angle = np.deg2rad(made.angle.values)
    wanted = np.stack([np.cos(angle), np.sin(angle)], axis=-1)[:, None] * after[None, :, None]
    np.testing.assert_allclose(made.targets, wanted)


def test_a_smaller_time_step_keeps_the_times_and_movements_of_the_recording():
    """The movement is interpolated: minimum-jerk reaches, sampled at 0.05 s, are recovered to 1 % of their peak."""
    coarse = reach(time=np.arange(-12, 13) * 0.05)
    made = task(coarse, output="hand_velocity", arm=None, step=0.01)
    assert activity.interval(made) == pytest.approx(0.01)
    np.testing.assert_allclose(made.time.values[made.recorded.values], coarse.time.values)
    exact = np.gradient(reach().behavior.values[..., :2], 0.01, axis=1)
    scale = np.abs(coarse.behavior.values[..., 2:4]).max()
    own = reach(time=np.arange(-12, 13) * 0.05)
    own.behavior.values[..., 2:4] = exact[:, ::5]  # the exact velocities at the samples
    fine = task(own, output="hand_velocity", arm=None, step=0.01)
    inside = fine.time.values >= -0.6 - 1e-9
    error = fine.targets.values[:8, inside] - exact / np.abs(exact[:, ::5]).max()
    assert np.abs(error).max() < 0.01 and scale > 0


def test_averages_of_trials_give_the_same_task_as_trials():
    xr.testing.assert_allclose(task(reach(trials=3)), task(reach()))


def test_the_task_can_be_written_and_read(tmp_path):
    made = task(arm="fitted")
    activity.write_dataset(made, tmp_path / "task.nc")
    assert activity.read_dataset(tmp_path / "task.nc").equals(made)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"output": "torqe"},
            "found output 'torqe', wanted one of hand_velocity, torque, emg, direction. Did you mean 'torque'?",
        ),
        ({"delays": []}, "found delays [], wanted one or more different times above 0 s"),
        ({"delays": [0.5, 0.5]}, "found delays [0.5, 0.5], wanted one or more different times above 0 s"),
        ({"reference_delay": 0.4}, "found reference_delay 0.4, wanted one of the delays [0.3, 0.5, 0.7]"),
        ({"reaction_time": 0.9}, "found a go cue at -0.9 s"),
        ({"go_width": 0}, "found go_width 0 s, wanted above 0"),
        ({"smoothing": 0.01}, "found smoothing 0.01 s, wanted 0.04 to 1.2 s"),
        ({"arm": None}, "found arm None, wanted 'fitted', or posture: [shoulder, elbow]"),
        ({"arm": {"posture": [1, 2]}}, "found arm {'posture': [1, 2]}, wanted 'fitted'"),
        ({"output": "emg"}, "found no muscles for output 'emg'"),
        ({"inputs": "random"}, "found numbers None for random inputs, wanted the length of each condition's vector"),
        ({"inputs": "random", "numbers": 1}, "found numbers 1 for random inputs, wanted the length of each"),
        ({"numbers": 15}, "found numbers 15 for inputs 'direction', wanted null"),
        ({"input_sets": [0, 1]}, "found 2 input sets for inputs 'direction', which are the same in each, wanted 1"),
        ({"output": "direction"}, "found latency None for output 'direction', wanted the s from the go cue"),
        ({"latency": 0.1}, "found latency 0.1 for output 'torque', wanted null"),
        ({"step": 0.003}, "found step 0.003 s and a recording with time steps of 0.01 s, wanted one that divides"),
        ({"step": 0.02}, "found step 0.02 s and a recording with time steps of 0.01 s, wanted one that divides"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(changes, message):
    with pytest.raises(BadOption) as error:
        task(**changes)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("recording", "changes", "message"),
    [
        (reach().drop_vars("angle"), {}, "made up: found no coordinate 'angle', wanted each condition's target"),
        (
            reach().drop_vars(["behavior", "channel"]),
            {},
            "made up: found behavior none, wanted shoulder_angle, elbow_angle for output 'torque'",
        ),
        (reach().isel(time=[0]), {}, "found a recording with 1 time"),
        (reach(excursion=0.0), {}, "found a joint whose angle never changes, wanted movement of shoulder and elbow"),
        (reach(excursion=0.0), {"output": "hand_velocity"}, "found outputs that are 0 throughout, wanted movement"),
        (reach(), {"output": "emg", "muscles": muscles(start=-0.5)}, "muscles: found times from -0.5 to 1 s"),
        (
            reach(),
            {"output": "emg", "muscles": muscles(conditions=range(0, 315, 45))},
            "wanted also ['315'], which the recording has",
        ),
    ],
)
def test_incomplete_recordings_are_refused_with_a_readable_message(recording, changes, message):
    with pytest.raises(BadActivity) as error:
        task(recording, **changes)
    assert message in str(error.value)


def test_angles_that_do_not_fit_an_arm_are_refused():
    scrambled = reach()
    scrambled["behavior"] = scrambled.behavior.copy(data=np.random.default_rng(0).random(scrambled.behavior.shape))
    with pytest.raises(BadActivity, match="found a two-link arm that explains"):
        task(scrambled, arm="fitted")
