"""Noise ceiling of the agreement with the dissimilarities of several subjects that differ from each other."""

import numpy as np

from rnncompare.geometry.agreement import Compare, agreement, double_centred, rounded
from rnncompare.geometry.condition_pairs import square


def noise_ceiling(rdms: np.ndarray, compare: Compare) -> tuple[float, float]:
    """Lower and upper bound of the best possible mean agreement with the dissimilarities of all subjects.

    rdms: (subject, pair of conditions), at least two subjects, pairs in the order of `np.triu_indices`. Upper bound:
    the agreement of the mean over all subjects, after scaling each to have the same weight. For cosines and
    correlations, no other dissimilarities agree better; for ranks, the mean is optimal for spearman and a good
    approximation for kendall. Lower bound: the agreement of each subject with the mean over the others, so that no
    subject's noise is fitted. (Nili et al. 2014.) Raises ValueError.
    """
    if rdms.ndim != 2 or len(rdms) < 2:
        raise ValueError(
            f"noise ceiling: found dissimilarities of shape {rdms.shape}, wanted (subject, pair), at least 2 subjects"
        )
    conditions = round((1 + np.sqrt(1 + 8 * rdms.shape[1])) / 2)
    scaled = scaled_alike(rdms, conditions, compare)
    everyone = np.broadcast_to(scaled.mean(axis=0), scaled.shape)
    others = (scaled.sum(axis=0) - scaled) / (len(scaled) - 1)
    identity = np.arange(conditions)[None]
    lower, upper = (float(agreement(mean, rdms, identity, compare)[0]) for mean in (others, everyone))
    return lower, upper


def scaled_alike(rdms: np.ndarray, conditions: int, compare: Compare) -> np.ndarray:
    """(subject, pair) dissimilarities on the scale on which their mean over subjects agrees best with all subjects."""
    if compare in ("spearman", "kendall"):
        from scipy.stats import rankdata  # slow to import

        return rankdata(rounded(rdms), axis=1)
    if compare == "pearson":
        rdms = rdms - rdms.mean(axis=1, keepdims=True)
    whole = square(rdms, conditions)
    if compare == "whitened_cosine":
        whole = double_centred(whole.reshape(-1, conditions, conditions)).reshape(whole.shape)
    norm = np.linalg.norm(whole, axis=1, keepdims=True)
    return np.divide(rdms, norm, out=np.zeros(rdms.shape), where=norm > 0)
