"""Simple reference computations, one pairing and one fold at a time, with which the package must agree."""

import numpy as np


def folds(x, y, order, signal, groups=None):
    """Training and left-out samples of both sides, minus the training mean, for each left-out group of conditions."""
    groups = np.arange(len(x)) if groups is None else np.asarray(groups)
    partner = np.asarray(order)
    for group in np.unique(groups):
        out, training = np.flatnonzero(groups == group), np.flatnonzero(groups != group)
        sides = []
        for data, fitted, scored in ((x, training, out), (y, partner[training], partner[out])):
            sides += about_training(data[fitted], data[scored], signal)
        yield tuple(sides)


def split_folds(splits, order, signal):
    """The same if trials are left out: averages over training trials and over the others."""
    for x_training, x_left_out, y_training, y_left_out in zip(*splits, strict=True):
        order = np.asarray(order)
        yield (
            *about_training(x_training, x_left_out, signal),
            *about_training(y_training[order], y_left_out[order], signal),
        )


def about_training(training, left_out, signal):
    """Both as samples, minus the mean of the first over conditions at each time, or over conditions and times."""
    mean = training.mean(axis={"removed": 0, "kept": (0, 1)}[signal])
    return [(data - mean).reshape(-1, data.shape[-1]) for data in (training, left_out)]


def principal_axes(samples, components):
    """(unit, component) right singular vectors."""
    return np.linalg.svd(samples, full_matrices=False)[2][:components].T


def canonical_directions(x, y):
    """Weights with unit variance, and correlations, by QR and SVD."""
    (qx, rx), (qy, ry) = np.linalg.qr(x), np.linalg.qr(y)
    left, correlations, right = np.linalg.svd(qx.T @ qy)
    return np.linalg.solve(rx, left), np.linalg.solve(ry, right.T), correlations
