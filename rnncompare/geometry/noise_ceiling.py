"""Noise ceiling: how well any dissimilarities could agree with those of several subjects, who differ."""

import numpy as np

from rnncompare.geometry.agreement import Compare, agreement, double_centred, rounded
from rnncompare.geometry.condition_pairs import square


def noise_ceiling(rdms: np.ndarray, compare: Compare) -> tuple[float, float]:
    """Lower and upper bound of the mean agreement of the best dissimilarities with each subject's.

    rdms: (subject, pair of conditions), at least two subjects, pairs in the order of `np.triu_indices`. Upper: of the
    mean over all subjects, each scaled to count alike. No dissimilarities agree better with them by a cosine or a
    correlation; of ranks it is the best for spearman, and a good one for kendall. Lower: of the mean over the others,
    so that no subject's noise is fitted. (Nili et al. 2014.)
    """
    if rdms.ndim != 2 or len(rdms) < 2:
        raise ValueError(f"noise ceiling: found dissimilarities {rdms.shape}, wanted (subject, pair), at least 2")
    conditions = round((1 + np.sqrt(1 + 8 * rdms.shape[1])) / 2)
    scaled = alike(rdms, conditions, compare)
    everyone = np.broadcast_to(scaled.mean(axis=0), scaled.shape)
    others = (scaled.sum(axis=0) - scaled) / (len(scaled) - 1)
    identity = np.arange(conditions)[None]
    lower, upper = (float(agreement(mean, rdms, identity, compare)[0]) for mean in (others, everyone))
    return lower, upper


def alike(rdms: np.ndarray, conditions: int, compare: Compare) -> np.ndarray:
    """(subject, pair) dissimilarities on the scale on which the mean over subjects agrees best with all of them."""
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
