"""The trials of Cue-Set-Go: inputs, ramps, masks and the sets of trials."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.deciding import TIMING, small_timing

from rnncompare import activity, plugins
from rnncompare.behaviour.decisions import decide
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.tasks.cue_set_go import cue_set_go

PUBLISHED = {
    "intervals": [0.5, 0.7, 0.9, 1.1, 1.3], "levels": [0.5, 0.4, 0.3, 0.2, 0.1], "cue": 0.1,
    "delays": [0.3, 0.4, 0.5, 0.6], "test_delays": [0.36, 0.44], "pulse": 0.1, "overshoot": 0.1, "dt": 0.02,
    "test_trials": 1,
}  # fmt: skip


def part(data, name):
    return data.isel(trial=data["set"].values == name)


def by_hand(interval, level, delay, options, times):
    """Inputs, targets and mask of one trial, written step by step in whole steps."""
    dt = options["dt"]
    cue, start, pulse, length = (
        round(t / dt) for t in (options["cue"], options["cue"] + delay, options["pulse"], interval)
    )
    inputs, targets, mask = [], [], []
    for k in range(times):
        inputs.append([level if k >= cue else 0.0, float(start <= k < start + pulse)])
        # The ramp ends with the first step at which (1 + overshoot) of the interval has passed.
        ended = k - start - 1 >= (1 + options["overshoot"]) * length - 1e-6
        targets.append(max(k - start, 0) / length)
        mask.append(float(not ended))
    return inputs, targets, mask


@settings(max_examples=20, derandomize=True, deadline=None)
@given(
    dt=st.sampled_from([0.01, 0.02, 0.05]),
    cue=st.sampled_from([0.0, 0.1]),
    pulse=st.sampled_from([0.05, 0.2]),
    overshoot=st.sampled_from([0.15, 0.5]),
)
def test_inputs_targets_and_mask_follow_from_the_labels(dt, cue, pulse, overshoot):
    pulse = 0.1 if dt == 0.02 else pulse
    changes = {"dt": dt, "cue": cue, "pulse": pulse, "overshoot": overshoot}
    made = small_timing(**changes)
    for trial in range(0, made.sizes["trial"], 4):
        label = made.isel(trial=trial)
        found = by_hand(
            *(float(label[n]) for n in ("interval", "level", "foreperiod")), TIMING | changes, made.sizes["time"]
        )
        np.testing.assert_allclose(label.inputs.values, found[0], atol=1e-6)
        np.testing.assert_array_equal(label.mask.values, found[2])
        scored = label.mask.values > 0
        np.testing.assert_allclose(label.targets.values[scored, 0], np.array(found[1])[scored], atol=1e-6)


def test_the_task_of_the_source_has_20_training_trials_of_108_steps():
    made = cue_set_go(None, None, **PUBLISHED)
    assert part(made, "train").sizes["trial"] == 20 and made.sizes["time"] == 108
    assert part(made, "test").sizes["trial"] == 10


def test_a_perfect_output_produces_every_interval_and_one_that_ends_below_1_none():
    made = cue_set_go(None, None, **PUBLISHED)
    perfect = made.targets.values
    given = made.time.values, made.onset.values, made.attrs["threshold"]
    _, produced = decide(perfect, *given, until=made.offset.values)
    np.testing.assert_allclose(produced, made.interval.values, atol=1e-6)
    _, produced = decide(0.99 * np.minimum(perfect, 1), *given, until=made.offset.values)
    assert np.isnan(produced).all()


def test_the_time_allowed_for_production_does_not_depend_on_the_delay_or_the_interval():
    made = cue_set_go(None, None, **PUBLISHED)
    assert len(set(np.round(made.offset.values - made.onset.values, 6))) == 1
    assert made.offset.values.max() <= made.time.values[-1] + PUBLISHED["dt"] + 1e-9


def test_no_delay_is_in_both_sets_and_each_interval_has_each_delay_of_its_set():
    made = small_timing()
    for name, delays, trials in (("train", TIMING["delays"], 1), ("test", TIMING["test_delays"], 2)):
        own = part(made, name)
        counts = np.unique(np.stack([own.interval, own.foreperiod]), axis=1, return_counts=True)
        assert counts[1].tolist() == [trials] * 3 * len(delays)
        assert set(own.foreperiod.values) == set(delays)
    assert made.identical(small_timing())


def test_a_longer_test_delay_changes_nothing_in_the_training_trials_but_the_padding():
    one, other = part(small_timing(), "train"), part(small_timing(test_delays=[0.3, 1.0]), "train")
    times = one.sizes["time"]
    assert other.sizes["time"] > times
    np.testing.assert_array_equal(one.targets.values, other.targets.values[:, :times])
    assert (other.mask.values[:, times:] == 0).all()


def test_the_task_can_be_written_and_read(tmp_path):
    made = small_timing()
    activity.write_dataset(made, tmp_path / "task.nc")
    again = activity.read_dataset(tmp_path / "task.nc")
    assert again.equals(made) and again.attrs == made.attrs


def test_options_in_the_form_of_a_config_match_their_annotations():
    check_values(cue_set_go, TIMING, "task")
    assert set(TIMING) == set(plugins.options_of(cue_set_go))
    assert cue_set_go.needs(**TIMING).simulation
    assert cue_set_go.count_inputs(**TIMING) == small_timing().sizes["input"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"intervals": [], "levels": []}, "cue_set_go.intervals: found [], wanted at least one"),
        ({"levels": [0.5, 0.3]}, "found 2 levels, wanted 3, one for each interval"),
        ({"levels": [0.5, 0.3, 0.3]}, "cue_set_go.levels: found [0.5, 0.3, 0.3], wanted each once"),
        ({"levels": [0.5, 0.3, 0.0]}, "levels.2: found 0.0, wanted a share above 0"),
        ({"intervals": [0.4, 0.6, 0.72]}, "found an interval of 0.72 s, wanted a whole number of steps of 0.05 s"),
        ({"intervals": [0.4, 0.4, 0.8]}, "wanted each once"),
        ({"intervals": [0.4, 0.6, -0.8]}, "intervals.2: found -0.8, wanted a time above 0"),
        ({"overshoot": 0.1}, "found overshoot 0.1, wanted at least 0.125, a step of the shortest interval"),
        ({"overshoot": 0.0}, "overshoot: found 0.0, wanted a share above 0"),
        ({"delays": [0.2, 0.21]}, "found a delay of 0.21 s, wanted a whole number of steps of 0.05 s"),
        ({"delays": [1e-9]}, "found a delay of 1e-09 s, wanted at least a step of 0.05 s"),
        ({"test_delays": [0.3, 0.4]}, "found test_delays [0.4] among the delays, wanted others"),
        ({"cue": 0.12}, "found cue 0.12 s, wanted a whole number of steps of 0.05 s"),
        ({"pulse": 0.0}, "pulse: found 0.0, wanted a time above 0"),
        ({"dt": 0}, "cue_set_go.dt: found 0.0, wanted a time step of at least 0.0001"),
        ({"test_trials": 1_000_000, "dt": 0.0005}, "GB: use fewer trials or a longer dt"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(changes, message):
    with pytest.raises(BadOption) as error:
        small_timing(**changes)
    assert message in str(error.value)
