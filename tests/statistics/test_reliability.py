"""The Spearman-Brown formula."""

import numpy as np
import pytest

from rnncompare.statistics.reliability import spearman_brown


def test_spearman_brown_predicts_the_reliability_of_the_whole_from_that_of_halves():
    rng = np.random.default_rng(0)
    signal, noise = rng.standard_normal(200_000), rng.standard_normal((4, 200_000))
    halves = signal + noise[:2], signal + noise[2:]
    r = np.corrcoef(halves[0].mean(axis=0), halves[1].mean(axis=0))[0, 1]
    wholes = signal + rng.standard_normal((2, 4, 200_000)).mean(axis=1)
    assert spearman_brown(r) == pytest.approx(np.corrcoef(wholes)[0, 1], abs=0.005)


def test_spearman_brown_is_inverted_by_the_inverse_factor_and_keeps_0_and_1():
    r = np.array([0.0, 0.1, 0.7, 1.0])
    assert spearman_brown(spearman_brown(r, 3), 1 / 3) == pytest.approx(r)
    assert spearman_brown(r)[[0, 3]] == pytest.approx([0, 1])
    assert isinstance(spearman_brown(0.5), float)


def test_spearman_brown_does_not_extrapolate_a_negative_correlation():
    assert spearman_brown(-0.4) == -0.4


def test_spearman_brown_refuses_values_that_are_not_correlations():
    with pytest.raises(ValueError, match=r"Spearman-Brown: found correlation 1\.5, wanted values from -1 to 1"):
        spearman_brown(np.array([0.1, 1.5]))
