"""Requirements of every control in controls/; new files are tested automatically."""

import pytest
from controls.small_study import recording, task

from rnncompare import activity, plugins

OPTIONS = {
    "channels": ["hand_velocity_x"],
    "course": "smooth",
    "decay": 0.5,
    "half": "first",
    "harmonics": 2,
    "trials": 3,
    "mean_rate": 10.0,
    "smooth": 0.02,
    "units": 6,
}
CONTROLS = plugins.available("controls")


def study(made_up):
    """A recording of 4 trials for each condition, and a task of its conditions."""
    data = recording(made_up, trials=4)
    return data, task(activity.condition_average(data))


def made(name, data, of_task, **changes):
    wanted = plugins.options_of(plugins.find("controls", name))
    options = {k: v for k, v in ({"seed": 0} | OPTIONS | changes).items() if k in wanted}
    return plugins.bind("controls", {"use": name} | options, name)(data, of_task)


@pytest.mark.parametrize("name", CONTROLS)
def test_no_option_has_a_default_and_seed_is_an_option(name):
    options = plugins.options_of(plugins.find("controls", name))
    assert "seed" in options and all(p.default is p.empty for p in options.values())


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_is_an_activity_that_matches_the_recording(name, made_up):
    data, of_task = study(made_up)
    control = activity.validate(made(name, data, of_task), name)
    x, y = activity.match(control, data)
    assert x.condition.values.tolist() == y.condition.values.tolist() == activity.conditions(data)
    assert x.sizes["time"] == 40
    assert control.attrs["source"] != data.attrs["source"]
    angles = activity.condition_average(data).angle.values
    assert (activity.condition_average(control).angle.values == angles).all()


@pytest.mark.parametrize("name", CONTROLS)
def test_the_same_seed_gives_the_same_control_and_the_recording_is_unchanged(name, made_up):
    data, of_task = study(made_up)
    first = made(name, data, of_task, seed=3)
    assert first.equals(made(name, data, of_task, seed=3))
    assert data.equals(study(made_up)[0])


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_can_be_written_and_read(name, made_up, tmp_path):
    control = made(name, *study(made_up))
    activity.write(control, tmp_path / "control.nc")
    assert activity.read(tmp_path / "control.nc").equals(control)
