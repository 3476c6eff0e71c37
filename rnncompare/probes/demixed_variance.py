"""How much of a population's variance each factor of the experiment makes."""

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable
from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error
from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.decoding.splits import orders
from rnncompare.geometry.demixing import captured, centred, demixed, marginal, purity
from rnncompare.options.ranges import Components, DrawsOrNone, Penalty, Seed, TrialCount, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.cells import Cells, in_cells
from rnncompare.populations.population import by_area, name_of

PROBE = "demixed_variance"
LOT = 2**22  # numbers of shuffled averages that are held at once


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
    """Shares of the variance of trial averages, over factors and the times in `window`, by demixed PCA.

    parts: name in the rows -> the coordinates along trial whose combination it is, none for the course of time that all
    trials have in common; every combination of the coordinates is named once, and each holds its change over time
    (choice and colour: time [], direction [choice], colour [colour], context [choice, colour], the layout being what
    the two together say). Trials are averaged by all the coordinates together, whatever else they differ in; each
    combination needs `min_trials`. leave_out, align: as for decoding.

    Rows an area and part: marginal_variance, share of the variance about units' means that the part makes: all add up
    to 1; component_variance, share that the part's `components` demixed components put back, which was published for
    one component each (Kleinman et al. 2021); purity, share of those components' own variance that the part makes.
    penalty: ridge, relative to the norm |X| of the averages about units' means (lambda of the text of Kobak et al.
    2016; 0: none), so that a scaled activity has the same; that of their code is relative to |X|^2, so that a lambda
    of dpca.m or a regularizer of the package dPCA is a penalty of lambda |X| here. The null of
    marginal_variance shuffles trials, over the variance as recorded; time has none. left_out: trials not used.
    Raises BadActivity, BadOption.
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
            raise Unmeasurable(f"{where}: found {rate.shape[-1]} units that do not vary, wanted some that do")
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
    formula="norm(X_p)^2 / norm(X)^2, X averages about units' means, X_p what part p of the factors does (marginal); "
    "component: 1 - norm(X - X D F')^2 / norm(X)^2, D and F of rank `components` from the ridge regression of X_p on X",
    statistics={
        "marginal_variance": "share of the variance that the part makes; those of all parts add up to 1",
        "component_variance": "share of the variance that the part's demixed components put back",
        "purity": "share of the components' own variance that the part makes",
    },
    bounds={"marginal_variance": SHARE, "component_variance": SHARE, "purity": SHARE},
    zero="the part does nothing",
    one="nothing else does anything",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="an average of all trials for each permutation; one singular value decomposition of the averages",
    pitfalls="Noise in averages of few trials counts for every part: read shares beside their null. Combinations of "
    "factors hold other conditions too: choices at low coherence come slower and are wrong more often, which goes to "
    "whatever factor it goes with. What a window holds is decided by the alignment: a window about the decision shows "
    "less of time. Components of one part are not orthogonal to another's, so that their shares need not add up, and "
    "take in what they share with another part; but with more units than combinations x times and no penalty they "
    "always can be told apart, so that purity is 1 whatever the activity. Units with the largest rates count most.",
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
    """Rows of a part's components; none of their purity where the part does nothing at all."""
    if not (share**2).sum() > NEGLIGIBLE * (samples**2).sum():
        return [{"statistic": "component_variance", "value": 0.0, "components": components}]
    axes = demixed(samples, share, components=components, penalty=penalty)
    found = {"component_variance": captured(samples, axes), "purity": purity(samples, share, axes)}
    return [{"statistic": n, "value": v, "components": components} for n, v in found.items() if v is not None]


def _shuffled(
    rate: np.ndarray, cells: Cells, numbered: dict[str, frozenset[int]], permutations: int, seed: int
) -> dict[str, list[float]]:
    """Sums of squares of each part's marginal in averages of shuffled trials; nothing for time, which has no null."""
    found = {name: [] for name in numbered}
    order = orders(len(rate), permutations, np.random.default_rng(seed))[1:]
    size = max(1, LOT // (int(np.prod(cells.levels)) * (len(rate) + rate[0].size)))
    for start in range(0, permutations, size):
        for averages in cells.averages(rate, order[start : start + size]):
            for name, members in numbered.items():
                if members:
                    found[name].append(float((marginal(averages, members) ** 2).sum()))
    return found
