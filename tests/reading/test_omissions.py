"""Notes on what was left out."""

import numpy as np

from rnncompare.activity.notes import split_notes
from rnncompare.reading.omissions import mostly_left_out


def test_a_reader_cautions_if_it_reads_fewer_than_half_of_the_trials():
    condition, complete = np.array(list("aabbbbcc")), np.array([1, 0, 0, 0, 1, 1, 0, 0], dtype=bool)
    ((doubtful, text),) = split_notes(mostly_left_out(condition, complete))
    assert doubtful
    assert text.startswith("only 3 of 8 trials are read (1 of condition a): a shorter window, or less smoothing")
    complete[1] = True
    assert mostly_left_out(condition, complete) == ""
