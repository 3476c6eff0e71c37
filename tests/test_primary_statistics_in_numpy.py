"""The primary statistics of the reach study agree with an implementation in plain loops that shares no code with them.

The loops follow the definitions of docs/measures.md and of the measure cards, one fold, one penalty and one permutation
at a time. With five conditions all permutations are enumerated, so that null distributions have no random numbers.
"""

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
import yaml
from numpy.linalg import eigh, eigvalsh, norm, solve, svd

from rnncompare import activity, plugins
from rnncompare.comparison.compare import compare_measures
from rnncompare.statistics.p_values import sign_flip_max_t, sign_flip_p
from rnncompare.tabulation.summary import summarise

CONFIG = yaml.safe_load((Path(__file__).parents[1] / "workflow/config/reach.yaml").read_text())
FAMILY = CONFIG["studies"]["reach"]["comparison"]["correction"]["family"]
PRIMARY = [
    ("ridge", "r2_source_to_recording"), ("ridge", "r2_recording_to_source"), ("rsa", "rdm"), ("procrustes", "angle"),
    ("cca", "mean"), ("cka", "cka"), ("cka_times", "cka"),
]  # fmt: skip
COMPONENTS = 3
CONDITIONS, TIMES, CONSTANT = 5, 12, 0.2
ORDERS = np.array(list(permutations(range(CONDITIONS))))  # the first is the true one
DIGITS = 1e-13


def smooth(rng, units, shared):
    """(condition, time, unit) rates: smooth courses shared by all activities, and others."""
    own = np.cumsum(rng.standard_normal((CONDITIONS, TIMES, units)), axis=1)
    return 20 + shared @ rng.standard_normal((shared.shape[-1], units)) + own


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Files of a recording and of two networks."""
    rng, folder = np.random.default_rng(2015), tmp_path_factory.mktemp("study")
    shared = np.cumsum(rng.standard_normal((CONDITIONS, TIMES, 4)), axis=1)
    paths = []
    for k, units in enumerate((9, 7, 7)):
        data = activity.build(
            smooth(rng, units, shared),
            time=np.arange(TIMES) * 0.01,
            unit=[f"u{n}" for n in range(units)],
            condition=[str(45 * c) for c in range(CONDITIONS)],
            source="network" if k else "recording",
            rate_units="a.u.",
            alignment="movement onset",
        )
        paths.append(folder / f"{k}.nc")
        activity.write(data, paths[-1])
    return paths


@pytest.fixture(scope="module")
def compared(stored):
    """The frame's comparison of the networks with the recording."""
    measures = {}
    for name in FAMILY:
        options = dict(CONFIG["similarity"][name])
        options |= {"components": COMPONENTS} if "components" in options else {}
        options |= {"curve": []} if "curve" in options else {}
        measures[name] = plugins.bind("similarity", options, name)
    recording, *networks = (activity.read(path) for path in stored)
    return compare_measures(
        networks,
        [recording],
        measures,
        preparation={"window": [0, 1], "bin": None, "smooth": 0, "lag": 0, "soft_normalise": CONSTANT},
        folds={"by": "condition", "groups": None},
        units={"count": None, "repeats": 1},
        nulls={"conditions": {"use": "conditions", "draws": len(ORDERS)}},
        intervals={"draws": 10, "units": 0},
        seed=0,
    )


@pytest.fixture(scope="module")
def by_hand(stored):
    """(statistic, network, order) of the plain implementation, from the numbers in the files."""
    rates = []
    for path in stored:
        with xr.open_dataset(path, engine="h5netcdf") as data:
            rates.append(normalised(data["rate"].values.astype(float)))
    recording, *networks = rates
    statistics = (*ridge_both_ways(), rdm, angle, canonical, cka_of_conditions, cka_of_times)
    return np.array([[[f(x, recording[order]) for order in ORDERS] for x in networks] for f in statistics])


def normalised(rate):
    span = [rate[..., k].max() - rate[..., k].min() for k in range(rate.shape[-1])]
    return np.stack(
        [(rate[..., k] - rate[..., k].mean()) / (s + CONSTANT * np.median(span)) for k, s in enumerate(span)], axis=-1
    )


def folds(x, y):
    """Training and left-out condition of both sides about the training mean at each time, on the training axes."""
    for c in range(CONDITIONS):
        rows = [k for k in range(CONDITIONS) if k != c]
        sides = []
        for side in (x, y):
            mean = side[rows].mean(axis=0)
            training, left_out = side[rows] - mean, side[c] - mean
            axes = eigh(flat(training).T @ flat(training))[1][:, ::-1][:, :COMPONENTS]
            sides.append((training @ axes, left_out @ axes, training, left_out))
        yield sides


def flat(data):
    return data.reshape(-1, data.shape[-1])


def fitted(x, y, penalty):
    scatter = flat(x).T @ flat(x)
    return solve(scatter + penalty * eigvalsh(scatter).mean() * np.eye(len(scatter)), flat(x).T @ flat(y))


def best_penalty(x, y):
    """x, y: (training condition, time, component)."""
    errors = []
    for penalty in CONFIG["similarity"]["ridge"]["penalties"]:
        error = 0.0
        for c in range(len(x)):
            rows = [k for k in range(len(x)) if k != c]
            mean_x, mean_y = x[rows].mean(axis=0), y[rows].mean(axis=0)
            weights = fitted(x[rows] - mean_x, y[rows] - mean_y, penalty)
            error += (((y[c] - mean_y) - (x[c] - mean_x) @ weights) ** 2).sum()
        errors.append(error)
    return CONFIG["similarity"]["ridge"]["penalties"][int(np.argmin(errors))]


def ridge(x, y):
    error = power = 0.0
    for (training_x, left_out_x, _, _), (training_y, _, units, left_out) in folds(x, y):
        weights = fitted(training_x, units, best_penalty(training_x, training_y))
        error += ((left_out - left_out_x @ weights) ** 2).sum()
        power += (left_out**2).sum()
    return 1 - error / power


def ridge_both_ways():
    return ridge, lambda x, y: ridge(y, x)


def distances(data):
    pairs = [(i, j) for i in range(CONDITIONS) for j in range(i)]
    return np.array([((data[i] - data[j]) ** 2).mean() for i, j in pairs])


def rdm(x, y):
    ranks = [np.argsort(np.argsort(distances(side))).astype(float) for side in (x, y)]
    return np.corrcoef(*ranks)[0, 1]


def angle(x, y):
    xy = xx = yy = 0.0
    for (training_x, left_out_x, _, _), (training_y, left_out_y, _, _) in folds(x, y):
        left, _, right = svd(flat(training_x).T @ flat(training_y))
        xy += ((left_out_x @ left @ right) * left_out_y).sum()
        xx, yy = xx + norm(left_out_x) ** 2, yy + norm(left_out_y) ** 2
    return np.arccos(xy / np.sqrt(xx * yy))


def canonical(x, y):
    xy, xx, yy = np.zeros((3, COMPONENTS))
    for (training_x, left_out_x, _, _), (training_y, left_out_y, _, _) in folds(x, y):
        white = [np.linalg.inv(np.linalg.cholesky(flat(t).T @ flat(t))).T for t in (training_x, training_y)]
        left, _, right = svd(white[0].T @ flat(training_x).T @ flat(training_y) @ white[1])
        u, v = left_out_x @ white[0] @ left, left_out_y @ white[1] @ right.T
        xy, xx, yy = xy + (u * v).sum(axis=0), xx + (u**2).sum(axis=0), yy + (v**2).sum(axis=0)
    return (xy / np.sqrt(xx * yy)).mean()


def hsic(k, m):
    """Song et al. 2012, eq. 5."""
    n, one = len(k), np.ones(len(k))
    k, m = k - np.diag(np.diag(k)), m - np.diag(np.diag(m))
    middle = (one @ k @ one) * (one @ m @ one) / ((n - 1) * (n - 2))
    return (np.trace(k @ m) + middle - 2 * (one @ k @ m @ one) / (n - 2)) / (n * (n - 3))


def cka(x, y):
    x, y = x @ x.T, y @ y.T
    return hsic(x, y) / np.sqrt(hsic(x, x) * hsic(y, y))


def cka_of_conditions(x, y):
    return cka(*((side - side.mean(axis=0)).reshape(CONDITIONS, -1) for side in (x, y)))


def cka_of_times(x, y):
    return cka(*(flat(side - side.mean(axis=0)) for side in (x, y)))


def lower(statistic):
    return statistic == "angle"


def found(compared, part, measure, statistic):
    rows = getattr(compared[measure], part)
    return [r for r in rows if r["statistic"] == statistic and r["condition_independent"] == "removed"]


@pytest.mark.parametrize(("place", "of"), list(enumerate(PRIMARY)))
def test_values_null_distributions_and_p_are_those_of_plain_loops(compared, by_hand, place, of):
    measure, statistic = of
    sign = -1 if lower(statistic) else 1
    for row, draws in zip(found(compared, "rows", measure, statistic), by_hand[place], strict=True):
        agrees(row, "value", draws, sign)
    (mean,) = found(compared, "summary", measure, statistic)
    agrees(mean, "mean", by_hand[place].mean(axis=0), sign)


def agrees(row, name, draws, sign):
    assert row[name] == pytest.approx(draws[0], rel=DIGITS, abs=DIGITS)
    assert row["null_mean"] == pytest.approx(draws[1:].mean(), rel=DIGITS, abs=DIGITS)
    assert row["null_95"] == pytest.approx(np.quantile(draws[1:], 0.95 if sign > 0 else 0.05), rel=DIGITS, abs=DIGITS)
    as_good = (sign * draws >= sign * draws[0] - 1e-9).sum()
    assert row["p"] == as_good / len(draws)


def test_the_corrected_p_is_that_of_the_largest_of_all_standardised_statistics(compared, by_hand):
    labels = {"study": "s", "recording": "r", "model": "m"}
    rows = [row | labels | {"measure": name} for name in FAMILY for row in compared[name].summary]
    draws = {("s", "m", name): compared[name].draws for name in FAMILY}
    table = summarise(
        pd.DataFrame(rows), pd.DataFrame(columns=["study", "measure", "statistic", "value"]), draws,
        ceilings={}, baselines={}, corrections={"s": {"method": "max_t", "family": FAMILY}}, seed=0, bootstrap=10,
    )  # fmt: skip
    scores = np.array([(-1 if lower(s) else 1) * by_hand[k].mean(axis=0) for k, (_, s) in enumerate(PRIMARY)])
    standardised = [(each - each.mean()) / np.sqrt(((each - each.mean()) ** 2).mean()) for each in scores]
    largest = [max(each[d] for each in standardised) for d in range(len(ORDERS))]
    for (measure, statistic), own in zip(PRIMARY, standardised, strict=True):
        here = table[(table.measure == measure) & (table.statistic == statistic)]
        row = here[here.condition_independent == "removed"]
        assert row.p_corrected.item() == sum(best >= own[0] - 1e-9 for best in largest) / len(ORDERS)


def test_p_of_contrasts_are_those_of_all_sign_flips(by_hand):
    differences = (by_hand[:, 0, :7] - by_hand[:, 1, :7]).T  # (pair, statistic): any paired numbers
    signs = list(product((1, -1), repeat=len(differences)))
    size = np.sqrt((differences**2).sum(axis=0))
    flipped = np.array([abs(sum(s * d for s, d in zip(flip, differences, strict=True))) / size for flip in signs])
    alone = [(flipped[:, k] >= flipped[0, k] - 1e-9).mean() for k in range(len(PRIMARY))]
    together = [(flipped.max(axis=1) >= flipped[0, k] - 1e-9).mean() for k in range(len(PRIMARY))]
    assert [sign_flip_p(differences[:, k]) for k in range(len(PRIMARY))] == pytest.approx(alone, abs=1e-12)
    assert sign_flip_max_t(differences) == pytest.approx(together, abs=1e-12)
