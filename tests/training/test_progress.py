"""Progress that a person can read and a log can hold."""

import re

from rnncompare.training import progress


def test_progress_says_how_far_it_is_and_the_most_that_is_left(capsys, monkeypatch):
    now = iter([0.0, 0.0, 0.5, 3.0, 3.1])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    told = progress.printer("unregularized, seed 3")
    for step in (0, 5, 30, 31):
        told(step, 100, 0.25)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "unregularized, seed 3: 0 of 100 updates, error 0.250",
        "unregularized, seed 3: 30 of 100 updates, error 0.250, at most 7 s left",
    ]


def test_progress_goes_to_stderr_alone(capsys):
    progress.printer("a")(0, 1, 0.5)
    captured = capsys.readouterr()
    assert captured.out == "" and re.match("a: 0 of 1 updates", captured.err)
