"""Classifiers of single trials, for many draws of trials with the same classes at once.

A classifier is a function of training trials (draw, trial, unit), their classes (trial,) numbered from 0, and test
trials (draw, trial, unit). It returns the classes of the test trials (draw, trial).
"""

import warnings

import numpy as np

PENALTIES = np.logspace(-3, 1, 5)  # inverse penalties among which one is chosen; the strongest penalty wins ties
RIDGE = 1e-9  # of the variance of a unit; keeps the covariance invertible if a unit is constant in training
LAYERS, DECAY, EPOCHS = (64, 64, 64), 1.0, 100  # of the network: units, penalty, passes over the training trials
STILL = 1e-10  # relative to the mean rate of a unit; a smaller SD is rounding error


def lda(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Linear discriminant analysis with equal priors and a pooled covariance, shrunk as in Ledoit and Wolf 2004.

    Units are first divided by their SD within the training classes, so that shrinkage affects them equally.
    """
    return lda_scores(training, classes, test).argmax(axis=-1)


def lda_scores(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """(draw, trial, class) linear discriminant functions of test trials, up to a constant for each trial."""
    member = np.eye(classes.max() + 1)[classes]
    means = (member / member.sum(axis=0)).T @ training
    within = training - member @ means
    spread = spread_of(within, means)
    within /= spread
    means, test = means / spread, test / spread
    gram = gram_of(within)
    shrinkage, size = shrinkage_to_sphere(within, gram)
    scale, sphere = (1 - shrinkage) / within.shape[1], shrinkage * size + RIDGE
    weights = solve_sphered(within, gram, scale[:, None, None], sphere[:, None, None], means)
    return test @ np.swapaxes(weights, 1, 2) - 0.5 * (means * weights).sum(axis=2)[:, None]


def spread_of(residuals: np.ndarray, means: np.ndarray) -> np.ndarray:
    """(.., 1, unit) SD of residuals (.., trial, unit) about means (.., class, unit); 1 for a unit without variance."""
    spread = np.sqrt(np.einsum("...ti,...ti->...i", residuals, residuals)[..., None, :] / residuals.shape[-2])
    return np.where(spread > STILL * np.abs(means).max(axis=-2, keepdims=True), spread, 1.0)


def gram_of(samples: np.ndarray) -> np.ndarray:
    """(draw, n, n) products between variables summed over samples, or between samples if there are more variables."""
    transposed = np.swapaxes(samples, 1, 2)
    return transposed @ samples if samples.shape[2] <= samples.shape[1] else samples @ transposed


def shrinkage_to_sphere(samples: np.ndarray, gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(draw,) weight and variance of the scaled identity to which a covariance is shrunk (Ledoit and Wolf 2004).

    samples: (draw, sample, variable), whose means are 0. The weight is the squared sampling error of the covariance S
    divided by the squared difference between S and the target, and at most 1.
    """
    count, variables = samples.shape[1:]
    lengths = np.einsum("dti,dti->dt", samples, samples)
    variance = lengths.sum(axis=1) / (count * variables)
    squares = (gram**2).sum(axis=(1, 2)) / count**2  # of all entries of S; equal for both kinds of gram
    apart = squares - variables * variance**2
    error = ((lengths**2).mean(axis=1) - squares) / count
    return np.divide(np.minimum(error, apart), apart, out=np.zeros_like(apart), where=apart > 0), variance


def solve_sphered(
    samples: np.ndarray, gram: np.ndarray, scale: np.ndarray, sphere: np.ndarray, sides: np.ndarray
) -> np.ndarray:
    """(draw, side, variable) solutions w of (scale samples' samples + sphere I) w = side; scale, sphere: (draw, 1, 1).

    With fewer samples than variables, the system is reduced to the number of samples by the Woodbury identity.
    """
    matrix = scale * gram + sphere * np.eye(gram.shape[1])
    if gram.shape[1] == samples.shape[2]:
        return np.swapaxes(np.linalg.solve(matrix, np.swapaxes(sides, 1, 2)), 1, 2)
    inside = np.linalg.solve(matrix, samples @ np.swapaxes(sides, 1, 2))
    return (sides - scale * np.swapaxes(inside, 1, 2) @ samples) / sphere


def logistic(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Logistic regression on z-scored units, with the L2 penalty of the highest balanced accuracy on inner folds."""
    return np.stack([_logistic(one, classes, other) for one, other in zip(training, test, strict=True)])


def _logistic(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    from sklearn.model_selection import StratifiedKFold  # slow to import

    inner = StratifiedKFold(int(min(3, np.bincount(classes).min())))  # folds in the order of trials, not random
    weight = 1 / np.bincount(classes)[classes]  # of each trial, so that classes have equal weight
    correct = np.zeros(len(PENALTIES))
    for train, rest in inner.split(training, classes):
        for k, penalty in enumerate(PENALTIES):
            guess = _regression(training[train], classes[train], training[rest], penalty)
            correct[k] += weight[rest][guess == classes[rest]].sum()
    return _regression(training, classes, test, PENALTIES[correct.argmax()])


def _regression(training: np.ndarray, classes: np.ndarray, test: np.ndarray, penalty: float) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression  # slow to import

    mean = training.mean(axis=0, keepdims=True)
    spread = spread_of(training - mean, mean)
    model = LogisticRegression(C=penalty, class_weight="balanced", max_iter=2000, tol=1e-3)
    return model.fit((training - mean) / spread, classes).predict((test - mean) / spread)


def network(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """A feedforward network with three layers of 64 rectified linear units (Kleinman et al. 2021) on z-scored units.

    Weights have an L2 penalty, whereas the paper uses dropout. The initial weights are always the same.
    """
    return np.stack([_network(one, classes, other) for one, other in zip(training, test, strict=True)])


def _network(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    from sklearn.exceptions import ConvergenceWarning  # slow to import
    from sklearn.neural_network import MLPClassifier

    mean = training.mean(axis=0, keepdims=True)
    spread = spread_of(training - mean, mean)
    model = MLPClassifier(LAYERS, activation="relu", alpha=DECAY, max_iter=EPOCHS, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is fixed on purpose
        model.fit((training - mean) / spread, classes)
    # Dividing by the class frequencies that the network has learnt gives equal priors.
    return (model.predict_proba((test - mean) / spread) * (len(classes) / np.bincount(classes))).argmax(axis=1)


CLASSIFIERS = {"lda": lda, "logistic": logistic, "network": network}
