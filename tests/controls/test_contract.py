"""What every control of controls/ must keep to, found by itself: a new file is tested without a new test."""

import pytest
from controls.small_study import recording, task

from rnncompare import activity, plugins

OPTIONS = {
    "channels": ["hand_velocity_x"],
    "half": "first",
    "trials": 3,
    "mean_rate": 10.0,
    "smooth": 0.02,
}
CONTROLS = plugins.available("controls")


def made(name, data, of_task, **changes):
    wanted = plugins.options_of(plugins.find("controls", name))
    options = {k: v for k, v in ({"seed": 0} | OPTIONS | changes).items() if k in wanted}
    return plugins.bind("controls", {"use": name} | options, name)(data, of_task)


@pytest.mark.parametrize("name", CONTROLS)
def test_no_option_has_a_default_and_a_seed_is_one(name):
    options = plugins.options_of(plugins.find("controls", name))
    assert "seed" in options and all(p.default is p.empty for p in options.values())


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_is_an_activity_that_matches_the_recording(name, made_up):
    data = recording(made_up)
    control = activity.validate(made(name, data, task(data)), name)
    x, y = activity.match(control, data)
    assert x.condition.values.tolist() == y.condition.values.tolist() == activity.conditions(data)
    assert x.sizes["time"] == 40
    assert control.attrs["source"] != data.attrs["source"]
    assert (activity.condition_average(control).angle.values == data.angle.values).all()


@pytest.mark.parametrize("name", CONTROLS)
def test_the_same_seed_gives_the_same_control_and_leaves_the_recording_alone(name, made_up):
    data = recording(made_up)
    first = made(name, data, task(data), seed=3)
    assert first.equals(made(name, data, task(data), seed=3))
    assert data.equals(recording(made_up))


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_can_be_written_and_read(name, made_up, tmp_path):
    data = recording(made_up)
    control = made(name, data, task(data))
    activity.write(control, tmp_path / "control.nc")
    assert activity.read(tmp_path / "control.nc").equals(control)
