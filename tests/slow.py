"""Plain references: one pairing, one fold, whole arrays, no algebra. What the package must agree with."""

import numpy as np


def folds(x, y, order, signal):
    """Training and left-out samples of both sides, about the training mean, for each left-out condition."""
    axes = {"removed": 0, "kept": (0, 1)}[signal]
    for left_out in range(len(x)):
        training = [i for i in range(len(x)) if i != left_out]
        sides = []
        for data, index in ((x, training), (y, [order[i] for i in training])):
            mean = data[index].mean(axis=axes)
            test = data[left_out if data is x else order[left_out]] - mean
            sides += [(data[index] - mean).reshape(-1, data.shape[-1]), test]
        yield tuple(sides)


def principal_axes(samples, components):
    """(unit, component) right singular vectors."""
    return np.linalg.svd(samples, full_matrices=False)[2][:components].T


def canonical_directions(x, y):
    """Weights of unit variance and correlations, by QR and SVD."""
    (qx, rx), (qy, ry) = np.linalg.qr(x), np.linalg.qr(y)
    left, correlations, right = np.linalg.svd(qx.T @ qy)
    return np.linalg.solve(rx, left), np.linalg.solve(ry, right.T), correlations
