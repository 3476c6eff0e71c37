"""A folder of results is used by one run at a time, and a run that was killed leaves no claim on it."""

import signal
import subprocess
import sys

import pytest

from rnncompare.files.claim import Claimed, claim

HOLD = """
import sys
from rnncompare.files.claim import claim
held = claim(sys.argv[1])
print("held", flush=True)
input()
"""


def test_a_second_claim_is_refused_until_the_first_is_given_up(tmp_path):
    folder = tmp_path / "results" / "study"
    first = claim(folder)
    with pytest.raises(Claimed, match=rf"{folder}: found another run in this folder"):
        claim(folder)
    claim(tmp_path / "results").close()
    first.close()
    claim(folder).close()


def test_a_killed_process_leaves_no_claim(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Claimed):
            claim(tmp_path)
        other.send_signal(signal.SIGKILL)
    claim(tmp_path).close()
