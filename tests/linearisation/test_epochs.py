"""Epochs of constant inputs in tasks with a go cue."""

import numpy as np
import pytest
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.linearisation.epochs import epochs, trials

DT, SHOWN, CUE, END = 0.01, 10, 30, 40  # s; positions of the code's onset, the go cue and its end


def reaching(times: int = 100, **attributes) -> xr.Dataset:
    """Three conditions with a code of two numbers, a delay of .2 s (and other trials of .1 s), and a go cue."""
    codes = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5]])
    inputs = np.zeros((6, times, 3))
    inputs[:3, SHOWN:CUE, :2], inputs[3:, SHOWN + 10 : CUE, :2] = codes[:, None], codes[:, None]
    inputs[:, CUE:END, 2] = np.hanning(END - CUE)  # 0 at the go cue itself, as that of delayed_reach
    return xr.Dataset(
        {"inputs": (("trial", "time", "input"), inputs)},
        coords={
            "time": DT * np.arange(times),
            "input": ["cos", "sin", "go"],
            "delay": ("trial", [0.2] * 3 + [0.1] * 3),
            "condition": ("trial", list("abcabc")),
        },
        attrs={"reference_delay": 0.2} | attributes,
    )


def test_preparation_is_when_the_code_is_shown_and_movement_is_after_the_go_cue():
    preparation, movement = epochs(reaching())
    assert (preparation.name, preparation.times) == ("preparation", slice(SHOWN, CUE))
    assert (movement.name, movement.times) == ("movement", slice(END - 1, 100))
    assert preparation.inputs.tolist() == [[1, 0, 0], [0, 1, 0], [-1, 0.5, 0]] and not movement.inputs.any()
    assert trials(reaching()).shape == (3, 100, 3)


def test_without_a_delay_preparation_begins_with_the_trial():
    task = reaching()
    task.inputs[:, :CUE] = 0
    assert epochs(task)[0].times == slice(0, CUE + 1)


def changed(task: xr.Dataset, where: tuple, value: float) -> xr.Dataset:
    task.inputs[where] = value
    return task


@pytest.mark.parametrize(
    "task, words",
    [
        (
            reaching().assign_coords(input=["cos", "sin", "hold"]),
            "found the inputs cos, sin, hold, wanted one",
        ),
        (changed(reaching(), (slice(None), slice(None), 2), 0), "found a go cue that is 0 at all times"),
        (changed(reaching(), (0, 60, 0), 1), "found inputs that change during the movement"),
        (reaching(times=40), "found 1 times of movement, wanted at least 2"),
        (reaching().expand_dims(input_set=[0, 1]), "found a task with several sets of inputs"),
    ],
)
def test_other_tasks_are_refused(task, words):
    with pytest.raises(BadActivity, match=words):
        epochs(task)
