"""A short run of the fuzzer: no damaged file makes a reader do anything forbidden; for long runs see docs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.run import fuzz
from fuzz.seeds import modules

from rnncompare.reproducibility.processor import PINNED, THREADS

ROOT = Path(__file__).parents[1]
CASES = 10  # of each reader


@pytest.mark.parametrize("name", modules())
def test_damaged_files_end_in_a_clear_error_or_in_a_correct_reading(name):
    """A reader runs no code, writes nothing, reads nothing outside of the file, and needs at most 10 s and 2 GB."""
    found = fuzz(CASES, seed=0, only=name)[name]
    assert found.wrong == []
    assert found.ends.total() == CASES


def test_the_long_run_starts_as_its_documentation_says():
    """In a new shell: this process has pinned its kernels, and its child processes would inherit them."""
    command = next(
        line.partition("`")[2].partition("`")[0]
        for line in (ROOT / "docs/robustness.md").read_text(encoding="utf-8").splitlines()
        if "`python -m tests.fuzz" in line
    )
    words = [*command.split()[1:3], "--cases", "3", "--only", "activity/activity"]
    shell = {name: value for name, value in os.environ.items() if name not in PINNED | THREADS}
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=shell, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "activity/activity" in done.stdout
