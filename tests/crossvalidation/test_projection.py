"""The first components of a scatter matrix, also where its eigenvalues are equal."""

import numpy as np
import pytest
from scipy.linalg import eigh

from rnncompare.crossvalidation.projection import axes_of


@pytest.mark.parametrize("components", [1, 5, 10, 100])
@pytest.mark.parametrize("units", [60, 100])
def test_no_component_is_missed_if_all_but_one_eigenvalue_are_equal(units, components):
    """As for units with independent noise, centred; LAPACK alone misses some of them in a range."""
    scatter = np.eye(units) - 1 / units
    count = min(units, components)
    values, vectors = axes_of(scatter, components)
    assert values.shape == (count,) and vectors.shape == (units, count)
    np.testing.assert_allclose(values[: units - 1], 1, atol=1e-12)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(count), atol=1e-12)
    np.testing.assert_allclose(scatter @ vectors, vectors * values, atol=1e-12)


def test_different_eigenvalues_are_found_without_computing_the_others():
    data = np.random.default_rng(0).standard_normal((40, 30)) * np.linspace(1, 3, 30)
    scatter = data.T @ data
    found = axes_of(scatter, 4)
    wanted = eigh(scatter, subset_by_index=[26, 29])
    assert (found[0] == wanted[0][::-1]).all() and (found[1] == wanted[1][:, ::-1]).all()
