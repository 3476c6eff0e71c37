"""Training on another recording than that of the task, which has shorter bins and a longer window."""

import numpy as np
import torch
from training.test_recorded_term import RECORDED, recording_of, task_of, term_of


def test_only_the_times_of_the_task_are_trained_of_a_recording_that_has_others_as_well():
    task = task_of()
    own = recording_of(task)
    step = np.diff(task.time.values)[0]
    first, last = task.time.values[RECORDED][[0, -1]]
    times = np.arange(round(first / step) * 2 - 3, round(last / step) * 2 + 6) * step / 2
    more = own.drop_dims("time").assign_coords(time=times)
    rate = np.full((own.sizes["trial"], len(times), own.sizes["unit"]), 1e3)
    rate[:, 3:-5:2] = own.rate.values
    more["rate"] = (own.rate.dims, rate)
    (one, _), (other, _) = term_of(task, own), term_of(task, more.assign_attrs(own.attrs))
    assert torch.equal(one.wanted, other.wanted) and (one.mean == other.mean).all() and (one.scale == other.scale).all()
