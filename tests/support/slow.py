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


def weights_by_linear_programming(values):
    """(row, column) weights with uniform sums of rows and of columns with the largest sum of weight times value."""
    from scipy.optimize import linprog

    rows, columns = values.shape
    sums = [np.repeat(np.eye(rows), columns, axis=1), np.tile(np.eye(columns), rows)]
    wanted = [np.full(rows, 1 / rows), np.full(columns, 1 / columns)]
    found = linprog(-values.ravel(), A_eq=np.vstack(sums), b_eq=np.concatenate(wanted), method="highs-ds")
    return found.x.reshape(values.shape)


def transport_by_linear_programming(values):
    """The largest sum of weight times value."""
    return float((weights_by_linear_programming(values) * values).sum())


def matched_correlation(parts, weights_of):
    """Correlation of matched units, one pair of units at a time.

    parts: (training of x, left out of x, training of y, left out of y) for each fold, each (sample, unit); weights_of:
    from training correlations (unit of x, unit of y) to the weight of each pair.
    """
    parts = list(parts)
    x_size, y_size = (np.sqrt(sum((part[i] ** 2).sum(axis=0) for part in parts)) for i in (1, 3))
    both = of_x = of_y = 0.0
    for x_training, x, y_training, y in parts:
        weights = weights_of(correlations(x_training, y_training))
        for i, j in zip(*np.nonzero(weights), strict=True):
            one, other = x[:, i] / x_size[i], y[:, j] / y_size[j]
            both += weights[i, j] * (one @ other)
            of_x += weights[i, j] * (one @ one)
            of_y += weights[i, j] * (other @ other)
    return both / np.sqrt(of_x * of_y)


def correlations(x, y):
    """(unit of x, unit of y) cosines of samples that have been centred already."""
    return np.array([[a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in y.T] for a in x.T])
