"""Default options in notebooks. Studies have no defaults: their config contains every option that can change a result.

The default options of measures are those of workflow/config/reach.yaml, without the curve of CCA and the time-resolved
RSA; rates are not soft-normalised. A member that is not listed here, such as a user's own, has the defaults of its
function, and its other options are required.
"""

from typing import Any

COMPARED = ("ridge", "rsa", "procrustes", "cca", "cka")  # measures that `compare` evaluates if none is named
DRAWS = 200  # permutations of conditions in `compare`; studies have 1,000
BLOCKS = 10  # blocks of neighbouring samples of (sample, unit) arrays, which are left out in turn
SPLITS = 10  # random splits into halves for a ceiling
SURROGATES = 49  # draws of a surrogate, which are evaluated one at a time
OF_UNITS = 10  # random choices of units, over which scores are averaged

# Alias -> the member and the options that the alias sets, like the names of measures in a config.
ALIASES: dict[str, dict[str, dict[str, Any]]] = {"similarity": {"procrustes": {"use": "shape", "alpha": 1.0}}}

OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "similarity": {
        "best_match": {},
        "cca": {"components": 10, "curve": []},
        "cca_in_sample": {"components": 10},
        "cka": {"samples": "conditions", "kernel": "linear", "bandwidth": None},
        "dsa": {"components": 10, "delays": 5, "interval": 1, "rank": 10, "starts": 8, "iterations": 100},
        "matching": {"match": "one_to_one"},
        "pwcca": {"variance": 0.99},
        "ridge": {"components": 10, "penalties": [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0]},
        "rsa": {
            "distance": "sqeuclidean",
            "compare": "spearman",
            "average": "dissimilarities",
            "trial_folds": None,
            "time_resolved": False,
        },
        "shape": {"alpha": 1.0, "components": 10},
        "svcca": {"variance": 0.99},
    },
    "probes": {
        "axis_overlap": {
            "leave_out": [],
            "align": None,
            "min_trials": 1,
            "penalty": 0.0,
            "dimensions": 1,
            "draws": 200,
        },
        "choice_probability": {
            "leave_out": ["undecided"],
            "balance": [],
            "align": None,
            "windows": None,
            "min_trials": 3,
            "alpha": 0.05,
            "permutations": 1000,
            "bootstrap": 0,
        },
        "chronometric": {"min_trials": 2, "bootstrap": 0},
        "correct_decisions": {"by": None},
        "cosine_tuning": {"soft_normalise": None, "permutations": 0},
        "decoding": {
            "leave_out": [],
            "align": None,
            "windows": None,
            "classifier": "lda",
            "folds": 5,
            "train": None,
            "repeats": 1,
            "units": None,
            "permutations": 0,
        },
        "demixed_variance": {
            "leave_out": [],
            "align": None,
            "min_trials": 1,
            "components": 1,
            "penalty": 0.0,
            "permutations": 0,
        },
        "jpca": {"soft_normalise": 0.2, "components": 6, "surrogates": None},
        "kinematic_decoding": {
            "lags": [0.0],
            "penalties": [1e-4, 1e-3, 1e-2, 0.1],
            "folds": "condition",
            "splits": None,
            "permutations": 0,
        },
        "linear_dynamics": {"soft_normalise": 0.2, "components": 6, "resamples": 0, "surrogates": None},
        "participation_ratio": {"units": None, "repeats": 1},
        "produced_interval": {},
        "psychometric": {
            "bounds": {"threshold": [0.001, 2.0], "slope": [0.1, 10.0], "lapse": [0.0, 0.2]},
            "bootstrap": 0,
        },
        "rsa_noise_ceiling": {
            "split": "units",
            "groups": 2,
            "repeats": 20,
            "soft_normalise": None,
            "distance": "sqeuclidean",
            "compare": "spearman",
            "average": "dissimilarities",
            "trial_folds": None,
        },
        "tangling": {"of": "rate", "soft_normalise": 0.2, "components": 8, "epsilon": 0.1, "surrogates": None},
        "targeted_regression": {"leave_out": [], "align": None, "components": 12, "permutations": 0},
        "temporal_scaling": {"samples": 50},
    },
}


def options_of(folder: str, name: str) -> dict[str, Any]:
    """The default options of a member of a folder; empty for a member that is not listed."""
    return OPTIONS.get(folder, {}).get(name, {})
