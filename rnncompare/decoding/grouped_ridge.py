"""Ridge regression with one group of samples left out at a time, and nested cross-validation of the penalty."""

import numpy as np

from rnncompare.decoding.ridge_moments import errors_by_moments

RANK = 1e-12  # of the largest eigenvalue; directions with less variance are rounding error


def held_out_errors(
    x: np.ndarray, y: np.ndarray, group: np.ndarray, penalties: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Sums over left-out samples of squared errors, and of squares about the training mean, (output,) each.

    x: (sample, feature); y: (sample, output); group: (sample,) numbers. penalties are relative to the total variance of
    the training features: lambda = penalty * sum of squares, so that the scale of x does not matter. For each output,
    the penalty is the one with the smallest error when the training groups are left out in turn.
    """
    tall = len(group) > x.shape[1] * len(np.unique(group))
    return (errors_by_moments if tall else errors_by_decomposition)(x, y, group, penalties)


def errors_by_decomposition(
    x: np.ndarray, y: np.ndarray, group: np.ndarray, penalties: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """`held_out_errors` for groups with fewer samples than features."""
    error, total = np.zeros(y.shape[1]), np.zeros(y.shape[1])
    for left_out in np.unique(group):
        test = group == left_out
        fit = Decomposed(x[~test], y[~test])
        strengths = [p * (fit.singular**2).sum() for p in penalties]
        inner = np.stack([left_out_squares(fit, group[~test], s) for s in strengths])
        best = inner.argmin(axis=0)
        scores = fit.scores(x[test])
        for k in np.unique(best):
            chosen = best == k
            residual = y[test][:, chosen] - fit.predict(scores, strengths[k], chosen)
            error[chosen] += (residual**2).sum(axis=0)
        total += ((y[test] - fit.y_mean) ** 2).sum(axis=0)
    return error, total


class Decomposed:
    """Singular value decomposition U S V' of centred training samples, from which the fit of every penalty follows."""

    def __init__(self, x: np.ndarray, y: np.ndarray):
        from scipy.linalg import eigh  # slow to import

        self.x_mean, self.y_mean = x.mean(axis=0), y.mean(axis=0)
        x = x - self.x_mean
        wide = x.shape[1] > x.shape[0]
        values, vectors = eigh(x @ x.T if wide else x.T @ x)
        keep = values > RANK * max(values[-1], np.finfo(float).tiny)
        self.singular = np.sqrt(values[keep])
        if wide:
            self.left, self.right = vectors[:, keep], x.T @ vectors[:, keep] / self.singular
        else:
            self.left, self.right = x @ vectors[:, keep] / self.singular, vectors[:, keep]
        self.y = y - self.y_mean
        self.loads = self.left.T @ self.y

    def shrunk(self, strength: float) -> np.ndarray:
        """Shrinkage factor of each direction, 0 to 1."""
        return self.singular**2 / (self.singular**2 + strength)

    def scores(self, x: np.ndarray) -> np.ndarray:
        return (x - self.x_mean) @ (self.right / self.singular)

    def predict(self, scores: np.ndarray, strength: float, chosen: np.ndarray) -> np.ndarray:
        return self.y_mean[chosen] + scores @ (self.shrunk(strength)[:, None] * self.loads[:, chosen])


def left_out_squares(fit: Decomposed, group: np.ndarray, strength: float) -> np.ndarray:
    """Squared errors (output,) when each group of training samples is left out in turn, without refitting.

    With the hat matrix H of the fit including its intercept, the residuals of a left-out group are (I - H_gg)^-1 times
    its residuals in the full fit. This is exact for penalised least squares (block form of the leave-one-out formula,
    Cook and Weisberg 1982).
    """
    shrunk = np.append(fit.shrunk(strength), 1.0)
    basis = np.column_stack([fit.left, np.full(len(group), len(group) ** -0.5)])  # the last column is the intercept
    residuals = fit.y - fit.left @ (shrunk[:-1, None] * fit.loads)
    squares = np.zeros(residuals.shape[1])
    for k in np.unique(group):
        here = group == k
        part = basis[here]
        outside = np.linalg.solve(np.eye(len(part)) - (part * shrunk) @ part.T, residuals[here])
        squares += (outside**2).sum(axis=0)
    return squares
