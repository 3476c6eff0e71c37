"""Error and decisions of a network during training."""

import numpy as np
import pytest
import torch
import xarray as xr

from rnncompare.training.loss import null_error
from rnncompare.training.measurement import CHUNK, Decisions, decisions_of, measure, share_correct


class Identity(torch.nn.Module):
    """Returns its inputs as rates and as outputs."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, u, generator=None):
        return u, u


TIME = np.arange(6) * 0.1
ASKED = Decisions(np.array([0, 0, 1, 1, -1]), TIME, np.array([0.2, 0.2, 0.2, 0.2, np.nan]), None, 0.6)


def outputs(*reached):
    """One trial for each (output, step) at which it reaches the threshold, or None."""
    z = np.zeros((len(reached), 6, 2))
    for trial, one in enumerate(reached):
        if one is not None:
            z[trial, one[1] :, one[0]] = 0.7
    return z


@pytest.mark.parametrize(
    ("reached", "share"),
    [
        ([(0, 3), (0, 3), (1, 5), (1, 2), None], 1.0),
        ([(0, 3), (1, 3), (1, 3), (1, 3), None], 0.5),
        ([(0, 3), (0, 3), (1, 3), None, (0, 3)], 0.5),
        ([(0, 3), (0, 3), (0, 3), (0, 3), None], 0.0),  # a constant answer is correct in half of the trials
    ],
)
def test_correct_is_the_lowest_share_over_the_answers(reached, share):
    assert share_correct(outputs(*reached), ASKED, np.arange(5)) == share


def test_trials_without_an_answer_are_ignored_and_if_there_are_no_others_the_share_is_nan():
    assert np.isnan(share_correct(outputs(None), ASKED, np.array([4])))
    assert share_correct(outputs((1, 3), None), ASKED, np.array([3, 4])) == 1.0


def test_outputs_after_the_end_of_a_trial_are_not_decisions():
    ended = Decisions(ASKED.answer, TIME, ASKED.onset, np.full(5, 0.4), 0.6)
    z = outputs((0, 3), (0, 4), (1, 2), (1, 5), None)
    assert share_correct(z, ended, np.arange(5)) == 0.5 and share_correct(z, ASKED, np.arange(5)) == 1.0


def test_a_checkerboard_has_decisions_and_a_task_without_a_threshold_has_none(decisions):
    asked = decisions_of(decisions)
    right = {1: "red", -1: "green"}
    for trial in np.flatnonzero(asked.answer >= 0)[:40]:
        colour, side = right[int(np.sign(decisions.coherence.values[trial]))], ["left", "right"][asked.answer[trial]]
        assert (side == "left") == (decisions.context.values[trial] == f"{colour}_left")
    assert np.array_equal(asked.answer < 0, decisions.catch.values == 1)
    assert decisions_of(xr.Dataset(coords={"onset": ("trial", [0.1]), "answer": ("trial", ["left"])})) is None


def test_the_error_does_not_depend_on_chunks():
    rng = np.random.default_rng(0)
    u, z = (torch.as_tensor(rng.standard_normal((CHUNK + 30, 7, 2))) for _ in range(2))
    mask = torch.as_tensor((rng.random((CHUNK + 30, 7)) < 0.8).astype(float))
    trials = rng.permutation(CHUNK + 30)[: CHUNK + 10]
    expected = (((u - z) ** 2).mean(2) * mask)[trials].sum() / mask[trials].sum()
    scale = null_error(z.numpy(), mask.numpy())
    error, correct = measure(Identity(), [u, z, mask], trials, scale)
    assert error == pytest.approx(expected.item() / scale) and np.isnan(correct)
    assert all(np.isnan(measure(Identity(), [u, z, mask], np.array([], int), scale)))
