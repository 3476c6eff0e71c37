"""Classifiers of trials, each for many draws of trials with the same classes at once.

A classifier takes training (draw, trial, unit), their classes (trial,) numbered from 0, and test (draw, trial, unit),
and gives the test trials' classes (draw, trial).
"""

import warnings

import numpy as np

PENALTIES = np.logspace(-3, 1, 5)  # inverse strengths that are tried; the strongest wins ties
RIDGE = 1e-9  # of a unit's variance; keeps units that never vary in training from dividing by nothing
LAYERS, DECAY, EPOCHS = (64, 64, 64), 1.0, 100  # of the network: units, penalty, passes over the training trials
STILL = 1e-10  # relative to a unit's mean rate; an SD below it is rounding


def lda(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Linear discriminant analysis: one covariance within classes, shrunk after Ledoit and Wolf 2004, classes alike in
    prior.

    Units are first divided by their SD within the training classes, so that shrinking treats them alike.
    """
    return lda_scores(training, classes, test).argmax(axis=-1)


def lda_scores(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """(draw, trial, class) linear discriminants of test trials, up to a constant for each trial."""
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
    """(.., 1, unit) SD of residuals (.., trial, unit) about means (.., class, unit); 1 for a unit that never varies."""
    spread = np.sqrt(np.einsum("...ti,...ti->...i", residuals, residuals)[..., None, :] / residuals.shape[-2])
    return np.where(spread > STILL * np.abs(means).max(axis=-2, keepdims=True), spread, 1.0)


def gram_of(samples: np.ndarray) -> np.ndarray:
    """Products of variables summed over samples, or of samples over variables where those are more: (draw, n, n)."""
    turned = np.swapaxes(samples, 1, 2)
    return turned @ samples if samples.shape[2] <= samples.shape[1] else samples @ turned


def shrinkage_to_sphere(samples: np.ndarray, gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(draw,) weight of a sphere in a covariance, and the sphere's variance (Ledoit and Wolf 2004).

    samples: (draw, sample, variable), whose means are 0. The weight is the squared error that sampling makes in the
    covariance S over the squared difference between S and the sphere, at most 1.
    """
    count, variables = samples.shape[1:]
    lengths = np.einsum("dti,dti->dt", samples, samples)
    variance = lengths.sum(axis=1) / (count * variables)
    squares = (gram**2).sum(axis=(1, 2)) / count**2  # of all entries of S, in whichever dimensions gram is
    apart = squares - variables * variance**2
    error = ((lengths**2).mean(axis=1) - squares) / count
    return np.divide(np.minimum(error, apart), apart, out=np.zeros_like(apart), where=apart > 0), variance


def solve_sphered(
    samples: np.ndarray, gram: np.ndarray, scale: np.ndarray, sphere: np.ndarray, sides: np.ndarray
) -> np.ndarray:
    """(draw, side, variable) solutions w of (scale samples' samples + sphere I) w = side; scale, sphere: (draw, 1, 1).

    Where there are fewer samples than variables in as many dimensions as samples, by Woodbury's identity.
    """
    matrix = scale * gram + sphere * np.eye(gram.shape[1])
    if gram.shape[1] == samples.shape[2]:
        return np.swapaxes(np.linalg.solve(matrix, np.swapaxes(sides, 1, 2)), 1, 2)
    inside = np.linalg.solve(matrix, samples @ np.swapaxes(sides, 1, 2))
    return (sides - scale * np.swapaxes(inside, 1, 2) @ samples) / sphere


def logistic(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Logistic regression of z-scored units; the squared penalty that tells most left-out training trials, classes
    alike.
    """
    return np.stack([_logistic(one, classes, other) for one, other in zip(training, test, strict=True)])


def _logistic(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    from sklearn.model_selection import StratifiedKFold  # slow to import

    inner = StratifiedKFold(int(min(3, np.bincount(classes).min())))  # in order: nothing random
    weight = 1 / np.bincount(classes)[classes]  # of a trial, so that classes count alike
    told = np.zeros(len(PENALTIES))
    for train, rest in inner.split(training, classes):
        for k, penalty in enumerate(PENALTIES):
            guess = _regression(training[train], classes[train], training[rest], penalty)
            told[k] += weight[rest][guess == classes[rest]].sum()
    return _regression(training, classes, test, PENALTIES[told.argmax()])


def _regression(training: np.ndarray, classes: np.ndarray, test: np.ndarray, penalty: float) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression  # slow to import

    mean = training.mean(axis=0, keepdims=True)
    spread = spread_of(training - mean, mean)
    model = LogisticRegression(C=penalty, class_weight="balanced", max_iter=2000, tol=1e-3)
    return model.fit((training - mean) / spread, classes).predict((test - mean) / spread)


def network(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    """A feedforward network of three layers of 64 rectifying units (Kleinman et al. 2021) on z-scored units.

    Weights are kept small by a squared penalty where the paper drops units out. Starts are the same every time.
    """
    return np.stack([_network(one, classes, other) for one, other in zip(training, test, strict=True)])


def _network(training: np.ndarray, classes: np.ndarray, test: np.ndarray) -> np.ndarray:
    from sklearn.exceptions import ConvergenceWarning  # slow to import
    from sklearn.neural_network import MLPClassifier

    mean = training.mean(axis=0, keepdims=True)
    spread = spread_of(training - mean, mean)
    model = MLPClassifier(LAYERS, activation="relu", alpha=DECAY, max_iter=EPOCHS, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a fixed number of epochs is what is wanted
        model.fit((training - mean) / spread, classes)
    # Networks learn how common classes are; here they count alike.
    return (model.predict_proba((test - mean) / spread) * (len(classes) / np.bincount(classes))).argmax(axis=1)


CLASSIFIERS = {"lda": lda, "logistic": logistic, "network": network}
