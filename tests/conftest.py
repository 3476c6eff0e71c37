"""Fixtures for all tests: the folders of real recordings, and small valid activities."""

import os
from pathlib import Path

from rnncompare.reproducibility import processor

processor.pin()  # as in every job

import numpy as np  # noqa: E402
import pytest  # noqa: E402

from rnncompare import activity  # noqa: E402

# Paths are made absolute, because some tests change the working directory.
PLACES = [os.path.abspath(place) for place in os.environ.get("RNNCOMPARE_DATA", "").split(os.pathsep) if place]
os.environ["RNNCOMPARE_DATA"] = os.pathsep.join(PLACES)


def pytest_collection_modifyitems(items):
    """Begin with the tests of the workflow: they share one run in one process, so that they are last otherwise."""
    items.sort(key=lambda item: item.path.name != "test_workflow.py")


@pytest.fixture
def real_recording():
    """A function that returns the folder of a real recording, or skips the test if it is missing."""

    def folder(name: str) -> Path:
        for place in PLACES:
            if (Path(place) / name).is_dir():
                return (Path(place) / name).resolve()
        pytest.skip(f"needs the real recording {name}: set RNNCOMPARE_DATA to a folder that holds {name}/")

    return folder


def make_activity(
    seed: int, conditions: int = 8, times: int = 40, units: int = 20, trials: int = 1, scale: float = 5.0, **attributes
):
    """A valid activity of smooth independent rates, (conditions x trials, times, units), from a seed."""
    rng = np.random.default_rng(seed)
    kernel = np.exp(-0.5 * (np.arange(-15, 16) / scale) ** 2)
    white = rng.standard_normal((conditions, times + 30, units))
    rate = np.apply_along_axis(np.convolve, 1, white, kernel, "valid")[:, :times]
    rate = np.repeat(rate, trials, axis=0) + (
        0.1 * rng.standard_normal((conditions * trials, times, units)) if trials > 1 else 0
    )
    angle = np.repeat(np.arange(conditions) * 360.0 / conditions, trials)
    return activity.build(
        rate,
        time=np.arange(times) * 0.01 - 0.2,
        unit=[f"unit_{k}" for k in range(units)],
        condition=[f"{a:g}" for a in angle],
        per_trial={"angle": angle},
        **({"source": "made up"} | attributes),
    )


@pytest.fixture
def made_up():
    return make_activity
