"""Tasks that are small enough to be learnt in a second."""

import pytest

from rnncompare.tasks.checkerboard import checkerboard


def small_checkerboard(**changes):
    options = {
        "order": "targets_first", "red_squares": [11, 90, 135, 214], "squares": 225, "start": {"mean": 0.2, "sd": 0.05},
        "alone": (0.2, 0.4), "both": 0.8, "after": 0.1, "early": 0.2, "early_outputs": "low", "catch": 0.1,
        "catch_with_first": 0.5, "catch_duration": None, "low": 0.0, "high": 1.0, "threshold": 0.6, "dt": 0.05,
        "train_trials": 200, "test_trials": 6, "seed": 0,
    }  # fmt: skip
    return checkerboard(None, None, **options | changes)


@pytest.fixture(scope="session")
def make_decisions():
    """Makes the task below with other options."""
    return small_checkerboard


@pytest.fixture(scope="session")
def decisions():
    """A checkerboard of four amounts of red in steps of 50 ms."""
    return small_checkerboard()
