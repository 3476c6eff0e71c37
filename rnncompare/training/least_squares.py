"""Linear least squares, sample by sample."""

import numpy as np


class RecursiveLeastSquares:
    """Weights (target, regressor) that minimise the squared errors of all samples so far + ridge |weights - start|^2.

    They are this minimum up to rounding errors after each update. Sums of products are kept, and solved anew each time:
    updates of their inverse lose digits if the ridge is small.
    """

    def __init__(self, start: np.ndarray, ridge: float):
        self.start = np.array(start, dtype=float)
        self.weights = self.start
        self.squares = ridge * np.eye(self.start.shape[1])  # products of regressors
        self.products = np.zeros_like(self.start.T)  # of regressors and of what the weights at the start leave

    def update(self, regressors: np.ndarray, wanted: np.ndarray) -> None:
        """Take in samples: regressors (sample, regressor) and the wanted values (sample, target)."""
        self.squares += regressors.T @ regressors
        self.products += regressors.T @ (wanted - regressors @ self.start.T)
        self.weights = self.start + np.linalg.solve(self.squares, self.products).T
