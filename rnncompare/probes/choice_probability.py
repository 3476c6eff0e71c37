"""Choice probability: how well the rates of single units predict the choice for the same stimulus."""

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
    """Choice probability of the mean rate of each unit in `window`, of the population, and over time.

    variable: the coordinate along trial with the two choices, such as choice, or several coordinates by their name in
    the rows; the second of the two values is the later in natural order. leave_out: values that are not a choice, such
    as undecided. Trials are compared within groups that have equal values of the coordinates `fixed`: [condition] fixes
    the stimulus, [|coherence|] its strength (the bars denote the absolute value). balance: coordinates whose
    combinations with the variable are made equally frequent in each group, by excluding trials at random, so that none
    of them predicts another. Groups with fewer than `min_trials` of each are excluded. Choices are permuted within
    groups, and trials resampled within group, choice and combination, in the same way for all units, which keeps the
    correlations between units; for the population, units are resampled as well (whole sessions first). align: as for
    decoding.

    There are rows for each area and variable: mean_cp, mean_unsigned_cp, mean_grand_cp and fraction_significant in
    `window`; cp, unsigned_cp and grand_cp of each unit (per_unit 1) with q; and, if `windows` gives a width and a step
    in s, those of the population with time, the centre of each window that lies within the trials. p: two-sided, and
    one-sided for unsigned areas; missing without permutations, as is fraction_significant. p_corrected: corrected over
    the times of one statistic. low, high: 95 % interval of `bootstrap` resamples (0: no interval). left_out: number of
    excluded trials. Units may be from different sessions. Raises BadActivity, BadOption, Unmeasurable.
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
    "all pairs of trials of the same group, such as a condition; grand: over all pairs, after z-scoring within groups",
    statistics={
        "mean_cp": "mean over units; units with opposite preferences cancel",
        "mean_unsigned_cp": "mean over units of 0.5 + |cp - 0.5|",
        "mean_grand_cp": "mean over units of the area after z-scoring, as in most of the literature",
        "fraction_significant": (
            "share of units whose cp is significant at a false discovery rate of alpha, over units (over time: and "
            "times)"
        ),
        "cp": "of one unit",
        "unsigned_cp": "of one unit, likewise",
        "grand_cp": "of one unit",
    },
    bounds=dict.fromkeys(("mean_cp", "mean_grand_cp", "fraction_significant", "cp", "grand_cp"), SHARE)
    | dict.fromkeys(("mean_unsigned_cp", "unsigned_cp"), (0.5, 1)),
    landmarks="0.5: chance level",
    zero="every trial of the second choice has the lower rate",
    one="every trial of the second choice has the higher rate",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="a product of (permutations x trials) and (trials x units) for each window; resamples: of (bootstrap x pairs "
    "of trials) and (pairs x units)",
    pitfalls="Within a condition, choice, colour and correctness are equivalent: in the mean over conditions only the "
    "part of the choice and colour signals that both layouts share remains, and a context signal cannot be measured. "
    "Over conditions of one strength, choices follow the stimulus, so that a unit that represents only the stimulus "
    "predicts the choice. If a subject prefers one side of one layout, direction, colour and context predict each "
    "other unless they are balanced; signals of the other two then act as noise, which makes areas and tests "
    "conservative. The unsigned mean is above 0.5 by chance, .533 with 100 trials of each choice: interpret it "
    "relative to its null distribution. It has no interval, because resampling increases that bias. Grand areas are "
    "biased towards 0.5 if choices are unbalanced (Kang and Maunsell 2012). Intervals of units are too narrow with "
    "few trials of a choice, and have no width if the choice is predicted perfectly; those of the population are "
    "conservative, because resampling units repeats the noise of trials. A drift of the rate with runs of equal "
    "choices resembles a choice signal. A negative factor reflects an area about 0.5.",
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
    "permutations": 0,
    "bootstrap": 0,
}


def _check(min_trials: int, alpha: float, permutations: int, bootstrap: int) -> None:
    if permutations < 0 or min_trials < 1 or bootstrap < 0 or not 0 < alpha < 1:
        raise BadOption(
            f"choice_probability: found permutations {permutations}, min_trials {min_trials}, bootstrap {bootstrap} "
            f"and alpha {alpha}, wanted at least 0, at least 1, at least 0, and a number between 0 and 1"
        )
