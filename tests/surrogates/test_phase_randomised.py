import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare.surrogates.phase_randomised import phase_randomised


def cross_spectra(data):
    """(condition, frequency, unit, unit) by the definition of the discrete Fourier transform."""
    times = np.arange(data.shape[1])
    waves = np.exp(-2j * np.pi * np.outer(times, times) / len(times))
    spectrum = waves @ data
    return spectrum[..., :, None] * spectrum[..., None, :].conj()


def test_power_and_cross_spectra_of_each_condition_are_preserved(hard):
    expected = cross_spectra(hard)
    for draw in phase_randomised(hard, draws=3, seed=0):
        np.testing.assert_allclose(cross_spectra(draw), expected, rtol=0, atol=1e-10 * np.abs(expected).max())


@settings(deadline=None, max_examples=30, derandomize=True)
@given(
    st.integers(1, 5),
    st.integers(2, 12),
    st.integers(1, 4),
    st.integers(0, 2**20),
)
def test_means_spectra_and_covariances_are_preserved_for_odd_and_even_lengths(conditions, times, units, seed):
    data = np.random.default_rng(seed).standard_normal((conditions, times, units)) + 5
    (draw,) = phase_randomised(data, draws=1, seed=seed)
    assert draw.mean(axis=1) == pytest.approx(data.mean(axis=1), abs=1e-10)
    assert cross_spectra(draw) == pytest.approx(cross_spectra(data), rel=1e-10, abs=1e-10)
    products = np.matmul(draw.transpose(0, 2, 1), draw)
    assert products == pytest.approx(np.matmul(data.transpose(0, 2, 1), data), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("times", [11, 12])
def test_angles_are_uniform_and_independent_between_conditions(times):
    data = np.random.default_rng(0).standard_normal((3, times, 2))
    ratio = np.array([np.fft.rfft(draw, axis=1) for draw in phase_randomised(data, draws=2000, seed=0)])
    angles = np.angle(ratio / np.fft.rfft(data, axis=1))[:, :, 1 : (times + 1) // 2]
    assert np.abs(np.exp(1j * angles).mean(axis=0)).max() < 0.08
    assert np.abs(np.exp(1j * (angles[:, 0] - angles[:, 1])).mean(axis=0)).max() < 0.08
    assert angles[..., 0] == pytest.approx(angles[..., 1], abs=1e-9)


def test_the_highest_frequency_of_an_even_length_changes_sign_half_the_time():
    data = np.tile([1.0, -1.0], 6)[None, :, None]
    signs = [draw[0, 0, 0] for draw in phase_randomised(data, draws=1000, seed=0)]
    assert np.abs(signs) == pytest.approx(np.ones(1000))
    assert abs(np.mean(signs)) < 0.1
