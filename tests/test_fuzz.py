"""A short run of the fuzzer: no damaged file makes a reader do anything forbidden; for long runs see docs."""

import pytest
from fuzz.run import fuzz
from fuzz.seeds import modules

CASES = 10  # of each reader


@pytest.mark.parametrize("name", modules())
def test_damaged_files_end_in_a_clear_error_or_in_a_correct_reading(name):
    """A reader runs no code, writes nothing, reads nothing outside of the file, and needs at most 10 s and 2 GB."""
    found = fuzz(CASES, seed=0, only=name)[name]
    assert found.wrong == []
    assert found.ends.total() == CASES
