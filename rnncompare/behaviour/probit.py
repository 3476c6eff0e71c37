"""Probit regression: the slope of choices by several signed strengths of evidence at once."""

from typing import NamedTuple

import numpy as np

ITERATIONS = 100
STEEPEST = 1e3  # relative to 1 / the largest value of a predictor: larger coefficients are those of separated choices


class Probit(NamedTuple):
    """P(choice) = Phi(intercept + coefficients . predictors), by maximum likelihood."""

    intercept: float
    coefficients: np.ndarray  # (predictor,); NaN if separated
    errors: np.ndarray  # (predictor,) standard errors from the Fisher information; NaN if separated
    separated: bool  # the predictors separate the choices, or all choices are the same, so that no maximum exists


def probit_regression(predictors: np.ndarray, choice: np.ndarray) -> Probit:
    """predictors (trial, predictor), choice (trial,) of bool: Fisher scoring. Raises ValueError without trials."""
    from scipy.special import log_ndtr  # slow to import

    x = np.column_stack([np.ones(len(choice)), np.asarray(predictors, dtype=float)])
    y = np.asarray(choice, dtype=bool)
    if not len(y):
        raise ValueError("probit regression: found no trials, wanted some")
    largest = np.abs(x).max(axis=0)
    scale = np.where(largest > 0, largest, 1)
    x = x / scale
    beta, sign = np.zeros(x.shape[1]), np.where(y, 1.0, -1.0)
    for _ in range(ITERATIONS):
        eta = sign * (x @ beta)
        ratio = np.exp(-(eta**2) / 2 - log_ndtr(eta)) / np.sqrt(2 * np.pi)  # phi / Phi
        other = np.exp(-(eta**2) / 2 - log_ndtr(-eta)) / np.sqrt(2 * np.pi)
        information = (x * (ratio * other)[:, None]).T @ x
        step = np.linalg.lstsq(information, x.T @ (sign * ratio), rcond=None)[0]
        beta = beta + step / max(1.0, np.abs(step).max() / 5)  # large first steps overshoot
        if np.abs(step).max() < 1e-10 or np.abs(beta).max() > STEEPEST:
            break
    separated = len(np.unique(y)) < 2 or bool((sign * (x @ beta) > 0).all()) or np.abs(beta).max() > STEEPEST
    if separated:
        nothing = np.full(x.shape[1] - 1, np.nan)
        return Probit(float("nan"), nothing, nothing, True)
    errors = np.sqrt(np.diag(np.linalg.pinv(information)))
    return Probit(float(beta[0]), beta[1:] / scale[1:], errors[1:] / scale[1:], False)
