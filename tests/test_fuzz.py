"""A short run of the fuzzer: no damaged file makes a reader do what none may; the long one is in docs/robustness.md."""

import pytest
from fuzz.run import fuzz
from fuzz.seeds import modules, seeds_of

CASES = 15  # of each reader


@pytest.mark.parametrize("name", modules())
def test_damaged_files_end_in_a_clear_error_or_in_a_correct_reading(name):
    """No code run, nothing written, nothing read from outside, 10 s and 2 GB at most."""
    found = fuzz(CASES, seed=0, only=name)[name]
    assert found.wrong == []
    assert found.ends.total() == CASES


def test_every_reader_gives_seeds_that_it_reads(tmp_path):
    for name, path in modules().items():
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for seed, read in seeds_of(path)(folder):
            assert len(read(seed)), name
