"""Lines of progress for a terminal or a log."""

import re

from rnncompare.training import progress


def test_progress_prints_updates_error_and_the_longest_remaining_time(capsys, monkeypatch):
    now = iter([0.0, 0.0, 0.5, 3.0, 3.1])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    report = progress.printer("unregularized, seed 3")
    for step in (0, 5, 30, 31):
        report(step, 100, 0.25)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "unregularized, seed 3: 0 of 100 updates, error 0.250",
        "unregularized, seed 3: 30 of 100 updates, error 0.250, at most 7 s left",
    ]


def test_progress_is_printed_only_to_stderr(capsys):
    progress.printer("a")(0, 1, 0.5)
    captured = capsys.readouterr()
    assert captured.out == "" and re.match("a: 0 of 1 updates", captured.err)
