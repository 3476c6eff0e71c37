"""Ridge regression with groups of samples left out, computed from the moments of the groups, for large groups."""

from typing import NamedTuple

import numpy as np

RANK = 1e-12  # of the variance of the features; training features with less variance count as constant


class Moments(NamedTuple):
    """Sums over samples, which are additive over groups."""

    count: float
    x: np.ndarray  # (feature,)
    y: np.ndarray  # (output,)
    xx: np.ndarray  # (feature, feature)
    xy: np.ndarray  # (feature, output)
    yy: np.ndarray  # (output,)

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray) -> "Moments":
        return cls(len(x), x.sum(axis=0), y.sum(axis=0), x.T @ x, x.T @ y, (y**2).sum(axis=0))

    def plus(self, other: "Moments") -> "Moments":
        return Moments(*(a + b for a, b in zip(self, other, strict=True)))

    def less(self, other: "Moments") -> "Moments":
        return Moments(*(a - b for a, b in zip(self, other, strict=True)))

    def about(self, x: np.ndarray, y: np.ndarray) -> "Moments":
        """The moments after subtracting x (feature,) and y (output,) from each sample."""
        n, across = self.count, np.outer(x, self.x)
        return Moments(
            n,
            self.x - n * x,
            self.y - n * y,
            self.xx - across - across.T + n * np.outer(x, x),
            self.xy - np.outer(x, self.y) - np.outer(self.x, y) + n * np.outer(x, y),
            self.yy - 2 * y * self.y + n * y**2,
        )

    def means(self) -> tuple[np.ndarray, np.ndarray]:
        return self.x / self.count, self.y / self.count


def held_out_squares(train: Moments, test: Moments, strengths: list[float]) -> np.ndarray:
    """(strength, output) squared errors, on test samples, of ridge regressions fitted to training samples."""
    from scipy.linalg import cho_factor, cho_solve  # slow to import

    centre = train.means()
    train, test = train.about(*centre), test.about(*centre)
    squares = []
    for strength in strengths:
        weights = 0 * train.xy  # constant training features are not used
        if strength > 0:
            weights = cho_solve(cho_factor(train.xx + strength * np.eye(len(train.xx))), train.xy)
        squares.append(test.yy + (weights * (test.xx @ weights - 2 * test.xy)).sum(axis=0))
    return np.array(squares)


def errors_by_moments(
    x: np.ndarray, y: np.ndarray, group: np.ndarray, penalties: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """`held_out_errors` for groups with more samples than features."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)  # keeps the sums of squares small, and therefore precise
    parts = [Moments.of(x[group == k], y[group == k]) for k in np.unique(group)]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.plus(part)
    error, total = np.zeros(y.shape[1]), np.zeros(y.shape[1])
    for left_out in parts:
        train = whole.less(left_out)
        centre = train.means()
        size = np.trace(train.about(*centre).xx)
        strengths = [p * size if size > RANK * np.trace(whole.xx) else 0.0 for p in penalties]
        inner = sum(held_out_squares(train.less(part), part, strengths) for part in parts if part is not left_out)
        squares = held_out_squares(train, left_out, strengths)
        error += squares[inner.argmin(axis=0), np.arange(y.shape[1])]
        total += left_out.about(*centre).yy
    return error, total
