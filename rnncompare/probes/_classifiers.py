"""Linear classifiers of trials: (training trial, unit), their classes, (test trial, unit) to the latter's classes."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from sklearn.covariance import ledoit_wolf
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

PENALTIES = np.logspace(-3, 1, 5)  # inverse strengths that are tried; the strongest wins ties
RIDGE = 1e-9  # of the mean variance; keeps units that never vary in training from dividing by nothing


def lda(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Linear discriminant analysis: one covariance within classes, shrunk after Ledoit and Wolf 2004, classes alike in
    prior.

    Units are first divided by their SD within the training classes, so that shrinking treats them alike.
    """
    names, index = np.unique(classes, return_inverse=True)
    means = np.stack([training[index == k].mean(axis=0) for k in range(len(names))])
    within = training - means[index]
    spread = within.std(axis=0)
    spread[spread == 0] = 1.0
    covariance, _ = ledoit_wolf(within / spread, assume_centered=True)
    covariance += RIDGE * max(np.trace(covariance) / len(covariance), 1.0) * np.eye(len(covariance))
    means = means / spread
    weights = cho_solve(cho_factor(covariance), means.T)
    scores = (test / spread) @ weights - 0.5 * (means.T * weights).sum(axis=0)
    return names[scores.argmax(axis=1)]


def logistic(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Logistic regression of z-scored units; the squared penalty that tells most left-out training trials, classes
    alike.
    """
    inner = StratifiedKFold(int(min(3, np.unique(classes, return_counts=True)[1].min())))  # in order: nothing random
    weight = 1 / np.bincount(classes)[classes]  # of a trial, so that classes count alike
    told = np.zeros(len(PENALTIES))
    for train, rest in inner.split(training, classes):
        for k, penalty in enumerate(PENALTIES):
            guess = _regression(training[train], classes[train], training[rest], penalty)
            told[k] += weight[rest][guess == classes[rest]].sum()
    return _regression(training, classes, test, PENALTIES[told.argmax()])


def _regression(training: np.ndarray, classes: np.ndarray, test: np.ndarray, penalty: float) -> np.ndarray:
    mean, spread = training.mean(axis=0), training.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=penalty, class_weight="balanced", max_iter=2000, tol=1e-3)
    return model.fit((training - mean) / spread, classes).predict((test - mean) / spread)


CLASSIFIERS = {"lda": lda, "logistic": logistic}
