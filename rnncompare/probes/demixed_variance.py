"""Shares of the variance of a population due to each factor of the experiment."""

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable
from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error
from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.decoding.splits import orders
from rnncompare.geometry.demixing import centred, demixed, marginal, purity, variance_explained
from rnncompare.options.ranges import Components, DrawsOrNone, Penalty, Seed, TrialCount, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.cells import Cells, in_cells
from rnncompare.populations.population import by_area, name_of

PROBE = "demixed_variance"
BATCH = 2**22  # size of the averages of permuted trials that are held together, in numbers


def demixed_variance(
    data: xr.Dataset,
    *,
    seed: Seed,
    parts: dict[str, list[str]],
    leave_out: list[str],
    align: str | None,
    window: Window,
    min_trials: TrialCount,
    components: Components,
    penalty: Penalty,
    permutations: DrawsOrNone,
) -> list[dict]:
    """Shares of the variance of trial averages due to each factor, over the times in `window`, by demixed PCA.

    parts: name in the rows -> the coordinates along trial whose interaction it is, none for the time course that all
    trials have in common. Every combination of the coordinates has to be named once, and each part includes its
    interaction with time (choice and colour: time [], direction [choice], colour [colour], context [choice, colour],
    because choice and colour together determine the layout). Trials are averaged for each combination of all
    coordinates, which needs `min_trials`. leave_out, align: as for decoding.

    There are rows for each area and part: marginal_variance, the share of the variance about the means of units due to
    the part; these shares add up to 1. component_variance, the share that the `components` demixed components of the
    part explain, which was published for one component each (Kleinman et al. 2021). purity, the share of the variance
    of these components that is due to the part. penalty: ridge penalty relative to the norm |X| of the averages about
    the means of units (lambda in the text of Kobak et al. 2016; 0: none), so that it does not depend on the scale of
    the activity; in their code it is relative to |X|^2, so that lambda of dpca.m or the regularizer of the package dPCA
    corresponds to a penalty of lambda |X| here. The null distribution of marginal_variance permutes trials and is
    relative to the variance as recorded; time has none. left_out: number of excluded trials. Raises BadActivity,
    BadOption, Unmeasurable.
    """
    _check(components, penalty, permutations, min_trials)
    where, trials = f"{PROBE} of {name_of(data)}", data.sizes["trial"]
    options = {"leave_out": leave_out, "align": align, "window": window, "min_trials": min_trials}
    data, cells, numbered = in_cells(data, parts, probe=PROBE, **options)
    rows = []
    if permutations:
        refuse_copies(data, where)
    for area, part in by_area(data):
        rate = part.rate.values.astype(float)
        averages = cells.averages(rate)
        samples = centred(averages)
        total = (samples**2).sum()
        if not total > rounding_error((averages**2).sum(), averages.reshape(-1, *averages.shape[-2:])):
            raise Unmeasurable(f"{where}: found {rate.shape[-1]} units without variance, wanted some that vary")
        nulls = _shuffled(rate, cells, numbered, permutations, seed)
        more = area | {"units": rate.shape[-1], "left_out": trials - len(rate)}
        for name, members in numbered.items():
            share = marginal(averages, members).reshape(samples.shape)
            values = np.array([(share**2).sum(), *nulls[name]]) / total
            found = [{"statistic": "marginal_variance", **against_null(values, lower=False)}]
            found += _components(samples, share, components, penalty)
            rows += [{"variable": name} | row | more for row in found]
    return rows


demixed_variance.card = MeasureCard(
    formula="norm(X_p)^2 / norm(X)^2; X: averages about the means of units, X_p: marginal of part p of the factors; "
    "component: 1 - norm(X - X D F')^2 / norm(X)^2, with D and F of rank `components` from the ridge regression of X_p "
    "on X",
    statistics={
        "marginal_variance": "share of the variance due to the part; the shares of all parts add up to 1",
        "component_variance": "share of the variance that the part's demixed components explain",
        "purity": "share of the variance of these components that is due to the part",
    },
    bounds={"marginal_variance": SHARE, "component_variance": SHARE, "purity": SHARE},
    zero="the part has no effect",
    one="all of the variance is due to the part",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="an average of all trials for each permutation, and one singular value decomposition of the averages",
    pitfalls="Noise in averages of few trials contributes to every part: interpret shares relative to their null "
    "distribution. Combinations of factors can differ in other variables: choices at low coherence are slower and "
    "less often correct, which is attributed to the factor that is correlated with it. Around the decision, the share "
    "of time is smaller. The components of different parts are not orthogonal: their shares need not add up and can "
    "include variance shared with another part. With more units than combinations x times and no penalty, parts can "
    "always be separated, so that purity is 1 for any activity. Units with high rates have the largest weight.",
    reference="Kobak, Brendel, Constantinidis, Feierstein, Kepecs, Mainen, Qi, Romo, Uchida & Machens 2016; parts and "
    "one component each: Kleinman, Chandrasekaran & Kao 2021",
)
demixed_variance.first_look = {
    "parts": {"time": [], "condition": ["condition"]},
    "leave_out": [],
    "align": None,
    "min_trials": 1,
    "components": 1,
    "penalty": 0,
    "permutations": 0,
}


def _check(components: int, penalty: float, permutations: int, min_trials: int) -> None:
    if components < 1 or penalty < 0 or permutations < 0 or min_trials < 1:
        raise BadOption(
            f"{PROBE}: found components {components}, penalty {penalty:g}, permutations {permutations}, "
            f"min_trials {min_trials}, wanted at least 1, 0, 0 and 1"
        )


def _components(samples: np.ndarray, share: np.ndarray, components: int, penalty: float) -> list[dict]:
    """Rows of the components of a part; without purity if the part has no variance."""
    if not (share**2).sum() > NEGLIGIBLE * (samples**2).sum():
        return [{"statistic": "component_variance", "value": 0.0, "components": components}]
    axes = demixed(samples, share, components=components, penalty=penalty)
    found = {"component_variance": variance_explained(samples, axes), "purity": purity(samples, share, axes)}
    return [{"statistic": n, "value": v, "components": components} for n, v in found.items() if v is not None]


def _shuffled(
    rate: np.ndarray, cells: Cells, numbered: dict[str, frozenset[int]], permutations: int, seed: int
) -> dict[str, list[float]]:
    """Sums of squares of the marginal of each part in averages of permuted trials; empty for time, without a null."""
    found = {name: [] for name in numbered}
    order = orders(len(rate), permutations, np.random.default_rng(seed))[1:]
    size = max(1, BATCH // (int(np.prod(cells.levels)) * (len(rate) + rate[0].size)))
    for start in range(0, permutations, size):
        for averages in cells.averages(rate, order[start : start + size]):
            for name, members in numbered.items():
                if members:
                    found[name].append(float((marginal(averages, members) ** 2).sum()))
    return found
