"""Tasks that are small enough to be learnt in a second."""

import pytest
from support.deciding import small_checkerboard


@pytest.fixture(scope="session")
def make_decisions():
    """Makes the task below with other options."""
    return small_checkerboard


@pytest.fixture(scope="session")
def decisions():
    """A checkerboard of four amounts of red in steps of 50 ms."""
    return small_checkerboard()
