"""How well a unit's single trials tell the choice that was made, the stimulus being the same."""

import xarray as xr

from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.rate_units import refuse_unranked
from rnncompare.choice.draws import Trials
from rnncompare.choice.held_stimulus import held
from rnncompare.choice.rows import of_area
from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.options.ranges import Draws, DrawsOrNone, Level, Seed, SlidingWindows, TrialCount, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of
from rnncompare.populations.trials import aligned, named, without
from rnncompare.populations.windows import sliding_windows

PROBE = "choice_probability"


def choice_probability(
    data: xr.Dataset,
    *,
    seed: Seed,
    variable: str | dict[str, str],
    leave_out: list[str],
    fixed: list[str],
    balance: list[str],
    align: str | None,
    window: Window,
    windows: SlidingWindows | None,
    min_trials: TrialCount,
    alpha: Level,
    permutations: Draws,
    bootstrap: DrawsOrNone,
) -> list[dict]:
    """Choice probability of each unit's mean rate in `window`, of the population in it, and over time.

    variable: the coordinate along trial that is told, such as choice, or several by the name that each has in the rows;
    the second of its two values is the later in natural order of the names. leave_out: values that are no choice, such
    as undecided. Trials are compared with those that have the coordinates `fixed` in common: [condition] holds the
    stimulus; [|coherence|] its strength, bars standing for the magnitude. balance: coordinates whose combinations with
    the variable each such group holds equally often, trials too many being left out at random, so that none of them is
    told by another. Groups without `min_trials` of each are left out. Choices are shuffled within groups, and trials
    resampled within group, choice and combination, for all units alike, so that both keep what units share; a
    population's resamples draw units too (whole sessions first). align: as for decoding.

    Rows an area and variable: mean_cp, mean_unsigned_cp, mean_grand_cp and fraction_significant in `window`; cp,
    unsigned_cp and grand_cp of each unit (per_unit 1) with q; and, where `windows` gives a width and a step in s, the
    population's again with time, the centre of each window that the trials hold whole. p: two-sided, one-sided for the
    unsigned; without permutations none, nor fraction_significant. p_corrected: over the times of one statistic. low,
    high: 95 % of `bootstrap` resamples (0: no interval).
    left_out: trials not used. Sessions may differ between units. Raises BadActivity, BadOption.
    """
    _check(min_trials, alpha, permutations, bootstrap)
    where, count, rows = f"{PROBE} of {name_of(data)}", data.sizes["trial"], []
    refuse_unranked(data, where)
    data = aligned(data, align, window, windows, PROBE)
    for name, source in named(variable).items():
        decided = without(data, [n for n in [source, *balance] if n in data.coords], leave_out, where)
        decided = without(decided, fixed, [], where)
        few = {"min_trials": min_trials, "seed": seed, "where": where}
        chosen = held(decided, source, fixed=fixed, balance=balance, **few)
        refuse_copies(chosen.data, where)
        trials = Trials.of(chosen, permutations=permutations, bootstrap=bootstrap, seed=seed)
        spans = {} if windows is None else sliding_windows(chosen.data, windows, PROBE)
        more = {"variable": name, "left_out": count - len(chosen.second)}
        for area, part in by_area(chosen.data):
            found = of_area(part, window, spans, trials, alpha, bootstrap, seed)
            rows += [row | area | more for row in found]
    return rows


choice_probability.card = MeasureCard(
    formula="area under the ROC curve between trials of two choices: P(rate second > rate first) + P(equal) / 2 over "
    "all pairs of trials of the same group, such as one condition; grand: over all pairs, after z-scoring within group",
    statistics={
        "mean_cp": "mean over units; units that prefer opposite choices cancel",
        "mean_unsigned_cp": "mean over units of 0.5 + |cp - 0.5|",
        "mean_grand_cp": "mean over units of the area after z-scoring, comparable with most of the literature",
        "fraction_significant": "share of units whose cp passes a false discovery rate alpha over units; over time, "
        "over units and times together",
        "cp": "of one unit",
        "unsigned_cp": "of one unit: 0.5 + |cp - 0.5|",
        "grand_cp": "of one unit",
    },
    bounds=dict.fromkeys(("mean_cp", "mean_grand_cp", "fraction_significant", "cp", "grand_cp"), SHARE)
    | dict.fromkeys(("mean_unsigned_cp", "unsigned_cp"), (0.5, 1)),
    landmarks="0.5: the rate says nothing of the choice",
    zero="every trial of the second choice has the lower rate",
    one="every trial of the second choice has the higher rate",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="a product of (permutations x trials) and (trials x units) a window; resamples: of (bootstrap x pairs of "
    "trials) and (pairs x units)",
    pitfalls="Within a condition the choice, its colour and being right are one and the same: of choice and colour, "
    "only what both layouts share is left in the mean over conditions, and what a context does cannot be seen. Over "
    "conditions of one strength, choices follow the stimulus, so that a unit that carries the stimulus alone tells "
    "the choice; and a subject that prefers one side of one layout makes direction, colour and context tell each other "
    "unless they are balanced. Signals of the other two then are noise, which makes areas and tests too modest. "
    "The unsigned mean is above 0.5 by chance, .533 with 100 against 100 trials: read it beside its null; it "
    "has no interval, since resampling adds to that bias. Grand areas are drawn towards 0.5 where choices are "
    "unbalanced (Kang and Maunsell 2012). Intervals are too narrow with few trials of a choice, and of no width where "
    "choices are told perfectly; the population's are wide rather than narrow, for drawing units repeats the noise of "
    "trials. A rate that drifts while choices come in runs looks like a choice signal. A negative factor turns an area "
    "about 0.5.",
    reference="Britten, Newsome, Shadlen, Celebrini & Movshon 1996; false discovery rate: Benjamini & Hochberg 1995; "
    "correction over time: Westfall & Young 1993",
)
choice_probability.first_look = {
    "variable": "choice",
    "leave_out": ["undecided"],
    "fixed": ["condition"],
    "balance": [],
    "align": None,
    "windows": None,
    "min_trials": 2,
    "alpha": 0.05,
    "permutations": 1,
    "bootstrap": 0,
}


def _check(min_trials: int, alpha: float, permutations: int, bootstrap: int) -> None:
    if permutations < 0 or min_trials < 1 or bootstrap < 0 or not 0 < alpha < 1:
        raise BadOption(
            f"choice_probability: found permutations {permutations}, min_trials {min_trials}, bootstrap {bootstrap}, "
            f"alpha {alpha}, wanted at least 0, at least 1, at least 0, and between 0 and 1"
        )
