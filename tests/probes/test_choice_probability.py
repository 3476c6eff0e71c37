"""Choice probability, compared with known values, two libraries, and chance."""

import numpy as np
import pytest
from probes.planted import choices, trials
from scipy.stats import mannwhitneyu, norm
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes.choice_probability import choice_probability

OPTIONS = {
    "seed": 0,
    "variable": "choice",
    "leave_out": [],
    "fixed": ["condition"],
    "balance": [],
    "align": None,
    "window": [0.0, 0.0],
    "windows": None,
    "min_trials": 5,
    "alpha": 0.05,
    "permutations": 200,
    "bootstrap": 0,
}


def rows(data, statistic, **changes):
    return [r for r in choice_probability(data, **(OPTIONS | changes)) if r["statistic"] == statistic]


def values(data, statistic, **changes):
    return np.array([r["value"] for r in rows(data, statistic, **changes)])


@pytest.mark.parametrize("d_prime", [0.0, 0.3, 1.0, -0.7])
@pytest.mark.parametrize("statistic", ["mean_cp", "mean_grand_cp"])
def test_a_known_choice_probability_is_recovered(d_prime, statistic):
    """It is Phi(d' / sqrt 2) for Gaussians with distance d'; means over 200 units with 100 trials of each choice."""
    data = choices(1, trials_a_choice=100, units=200, d_prime=d_prime)
    assert values(data, statistic)[0] == pytest.approx(norm.cdf(d_prime / np.sqrt(2)), abs=0.01)


def test_stimulus_tuning_does_not_affect_choice_probability():
    """With conditions 5 SD apart and unbalanced choices, the area pooled over conditions would be far from 0.5."""
    rng = np.random.default_rng(0)
    condition = np.repeat(["a", "b"], 100)
    choice = np.concatenate([np.repeat(["left", "right"], [80, 20]), np.repeat(["left", "right"], [20, 80])])
    rate = rng.standard_normal((200, 100)) + 5.0 * (condition == "b")[:, None]
    data = trials(rate, condition=condition.tolist(), per_trial={"choice": choice})
    assert values(data, "mean_cp")[0] == pytest.approx(0.5, abs=0.015)
    assert values(data, "mean_grand_cp")[0] == pytest.approx(0.5, abs=0.015)
    assert roc_auc_score(choice == "right", rate[:, 0]) > 0.7


@pytest.mark.parametrize("ties", [False, True])
def test_one_condition_agrees_with_scikit_learn_and_mann_whitney(ties):
    data = choices(2, trials_a_choice=30, units=20, d_prime=0.5)
    data = data.assign(rate=data.rate.round(0)) if ties else data
    rate, right = data.rate.values[:, 0], data.choice.values == "right"
    areas = [roc_auc_score(right, rate[:, k]) for k in range(20)]
    np.testing.assert_allclose(values(data, "cp"), areas, atol=1e-12)
    np.testing.assert_allclose(values(data, "grand_cp"), areas, atol=1e-12)
    u = [mannwhitneyu(rate[right, k], rate[~right, k]).statistic / 900 for k in range(20)]
    np.testing.assert_allclose(values(data, "cp"), u, atol=1e-12)


def test_several_conditions_are_averaged_with_their_numbers_of_pairs():
    rng = np.random.default_rng(3)
    condition = np.repeat(["a", "b", "c"], [20, 30, 50])
    choice = np.where(rng.random(100) < 0.4, "right", "left")
    rate = rng.standard_normal((100, 4)) + (choice == "right")[:, None]
    data = trials(rate, condition=condition.tolist(), per_trial={"choice": choice})
    for k in range(4):
        areas, pairs, pooled = [], [], []
        for c in "abc":
            here = condition == c
            right = choice[here] == "right"
            areas.append(roc_auc_score(right, rate[here, k]))
            pairs.append(right.sum() * (~right).sum())
            pooled.append((rate[here, k] - rate[here, k].mean()) / rate[here, k].std())
        assert values(data, "cp")[k] == pytest.approx(np.average(areas, weights=pairs), abs=1e-12)
        assert values(data, "grand_cp")[k] == pytest.approx(roc_auc_score(choice == "right", np.concatenate(pooled)))


def test_swapping_the_choices_reflects_the_area_about_one_half():
    data = choices(4, trials_a_choice=20, units=10, d_prime=0.5, conditions=3)
    swapped = data.assign_coords(choice=("trial", np.where(data.choice.values == "left", "right", "left")))
    for statistic in ("cp", "grand_cp"):
        np.testing.assert_allclose(values(swapped, statistic), 1 - values(data, statistic), atol=1e-12)
    np.testing.assert_allclose(values(swapped, "unsigned_cp"), values(data, "unsigned_cp"), atol=1e-12)


def test_the_bias_of_unsigned_choice_probability_agrees_with_its_null():
    """With 100 trials of each choice and no signal: mean about .533, 95th percentile of a unit about .58."""
    data = choices(5, trials_a_choice=100, units=100, d_prime=0.0)
    (row,) = rows(data, "mean_unsigned_cp")
    assert row["null_mean"] == pytest.approx(0.533, abs=0.002)
    assert row["value"] == pytest.approx(row["null_mean"], abs=0.008)
    assert row["p"] > 0.01
    assert np.mean([r["null_95"] for r in rows(data, "unsigned_cp")]) == pytest.approx(0.58, abs=0.003)


def test_the_false_positive_rate_of_units_is_nominal():
    data = choices(6, trials_a_choice=15, units=600, d_prime=0.0)
    p = np.array([r["p"] for r in rows(data, "cp", permutations=199)])
    assert 12 <= (p <= 0.05).sum() <= 52  # 99.9 % interval of binomial(600, .05)
    assert values(data, "fraction_significant")[0] < 0.02


def test_units_with_a_signal_are_significant_and_the_others_are_not():
    mixed = choices(7, trials_a_choice=60, units=40, d_prime=0.0)
    rate = mixed.rate.values.copy()
    rate[mixed.choice.values == "right", :, :10] += 1.0
    found = rows(mixed.assign(rate=(mixed.rate.dims, rate)), "cp", permutations=999)
    significant = [r["unit"] for r in found if r["q"] <= 0.05]
    assert set(significant) >= {f"unit_{k}" for k in range(10)} and len(significant) <= 13
    assert all(r["per_unit"] == 1 for r in found)


def test_conditions_with_too_few_trials_of_a_choice_are_excluded():
    data = choices(8, trials_a_choice=20, units=5, d_prime=0.5)
    lone = trials(
        np.concatenate([data.rate.values, 100 + np.zeros((4, 1, 5))]),
        condition=["a"] * 40 + ["b"] * 4,
        per_trial={"choice": [*data.choice.values, "left", "left", "left", "right"]},
    )
    np.testing.assert_allclose(values(lone, "cp"), values(data, "cp"))


def test_a_silent_unit_has_an_area_of_one_half():
    data = choices(9, trials_a_choice=10, units=3, d_prime=1.0, conditions=2)
    silent = data.assign(rate=data.rate.where(data.unit != "unit_1", 0.1))
    assert values(silent, "cp")[1] == 0.5 and values(silent, "grand_cp")[1] == 0.5
    assert rows(silent, "cp")[1]["p"] == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (choices(0, trials_a_choice=9, units=2, d_prime=0).drop_vars("choice"), "found no coordinate 'choice'"),
        (
            choices(0, trials_a_choice=9, units=2, d_prime=0).isel(trial=slice(0, 9)),
            "found 1 choice, left, wanted two",
        ),
        (
            trials(np.ones((3, 2)), condition=["a"] * 3, per_trial={"choice": ["l", "m", "r"]}),
            "found 3 choices, l, m, r, wanted two",
        ),
        (
            trials(np.ones((2, 2)), condition=["a", "b"], per_trial={"choice": ["left", "right"]}),
            "found too few trials of both choices: the most balanced condition, a, "
            "has 1 of left and 0 of right, wanted at least 5",
        ),
    ],
)
def test_data_without_two_choices_are_refused(data, message):
    with pytest.raises(BadActivity) as error:
        choice_probability(data, **OPTIONS)
    assert "choice_probability of planted: " + message in str(error.value)


@pytest.mark.parametrize("changes", [{"permutations": -1}, {"min_trials": 0}, {"alpha": 1.0}, {"bootstrap": -1}])
def test_invalid_options_are_refused(changes):
    with pytest.raises(BadOption, match="choice_probability: found permutations"):
        choice_probability(choices(0, trials_a_choice=9, units=2, d_prime=0), **(OPTIONS | changes))


WINDOWS = {"width": 0.02, "step": 0.02}


def over_time(seed, *, units=20, d_prime=1.5, when=slice(4, 7), trials_a_choice=25):
    """11 bins of 10 ms, with a choice signal of all units in some of them."""
    flat = choices(seed, trials_a_choice=trials_a_choice, units=units, d_prime=0.0)
    rng = np.random.default_rng(seed)
    rate = rng.standard_normal((flat.sizes["trial"], 11, units))
    rate[flat.choice.values == "right", when] += d_prime
    per_trial = {"choice": flat.choice.values}
    return trials(rate, condition=flat.condition.values.tolist(), per_trial=per_trial)


def test_a_choice_signal_is_significant_only_when_it_is_present():
    data = over_time(0)
    for statistic in ("mean_cp", "mean_unsigned_cp", "mean_grand_cp"):
        found = {r["time"]: r for r in rows(data, statistic, windows=WINDOWS) if "time" in r}
        assert list(found) == [0.02, 0.04, 0.06, 0.08]
        assert found[0.06]["p_corrected"] < 0.01 and found[0.02]["p_corrected"] > 0.05


def test_a_time_of_the_course_equals_the_same_single_window():
    data = over_time(1)
    options = {"bootstrap": 50, "window": [0.03, 0.05]}
    for statistic in ("mean_cp", "mean_unsigned_cp", "mean_grand_cp"):
        main, *course = rows(data, statistic, windows=WINDOWS, **options)
        (same,) = [r for r in course if r["time"] == 0.04]
        assert {k: same[k] for k in main} == main
        assert same["p_corrected"] >= same["p"]


def test_significance_over_time_agrees_with_statsmodels():
    data = over_time(2, d_prime=0.6)
    course = [r for r in rows(data, "fraction_significant", windows=WINDOWS) if "time" in r]
    p = []
    for row in course:
        half = WINDOWS["width"] / 2
        p.append([r["p"] for r in rows(data, "cp", window=[row["time"] - half, row["time"] + half])])
    passed = multipletests(np.ravel(p), alpha=0.05, method="fdr_bh")[0].reshape(len(course), -1)
    assert [r["value"] for r in course] == passed.mean(axis=1).tolist()
    assert 0 < passed.mean() < 1


def test_q_agrees_with_statsmodels():
    found = rows(choices(3, trials_a_choice=20, units=30, d_prime=0.5), "cp")
    theirs = multipletests([r["p"] for r in found], method="fdr_bh")[1]
    np.testing.assert_allclose([r["q"] for r in found], theirs, atol=1e-12)


def test_the_familywise_error_rate_over_times_is_nominal():
    """Four windows in each of 60 sessions; the 99.9 % interval of binomial(60, .05)."""
    least = []
    for seed in range(60):
        data = over_time(seed, units=3, d_prime=0.0, trials_a_choice=8)
        course = [r for r in rows(data, "mean_cp", windows=WINDOWS, permutations=39) if "time" in r]
        least.append(min(r["p_corrected"] for r in course))
    assert (np.array(least) <= 0.05).sum() <= 9


def test_the_interval_of_a_unit_has_nominal_coverage():
    """400 independent units with 40 trials of each choice; a percentile interval covers slightly less than .95."""
    found = rows(choices(10, trials_a_choice=40, units=400, d_prime=0.5), "cp", permutations=1, bootstrap=400)
    truth = norm.cdf(0.5 / np.sqrt(2))
    held = np.mean([r["low"] <= truth <= r["high"] for r in found])
    assert 0.90 < held < 0.98
    assert all(r["low"] <= r["value"] <= r["high"] for r in found)


@pytest.mark.parametrize("statistic", ["mean_cp", "mean_grand_cp"])
def test_the_interval_of_the_population_has_at_least_nominal_coverage(statistic):
    """60 sessions with units that differ in d'; the interval is of the mean area over the population of units."""
    held, truth = 0, norm.cdf(0.5 / np.sqrt(2 + 0.5**2))  # the mean of Phi(d / sqrt 2) over Gaussian d, SD .5
    for seed in range(60):
        signal = 0.5 + 0.5 * np.random.default_rng([seed, 1]).standard_normal(15)
        data = choices(seed, trials_a_choice=20, units=15, d_prime=signal)
        (row,) = rows(data, statistic, permutations=1, bootstrap=200)
        held += row["low"] <= truth <= row["high"]
    assert held >= 53  # 99.9 % interval of binomial(60, .97)


def test_the_interval_narrows_with_units_and_with_trials():
    """By the square root of their number if units are independent with equal distributions."""
    widths = {}
    for units, trials_a_choice in [(20, 25), (80, 25), (20, 100)]:
        data = choices(11, trials_a_choice=trials_a_choice, units=units, d_prime=0.5)
        (row,) = rows(data, "mean_cp", permutations=1, bootstrap=500)
        widths[units, trials_a_choice] = row["high"] - row["low"]
    assert widths[80, 25] == pytest.approx(widths[20, 25] / 2, rel=0.25)
    assert widths[20, 100] == pytest.approx(widths[20, 25] / 2, rel=0.25)


def test_without_permutations_there_are_values_and_intervals_but_no_p():
    data = choices(3, trials_a_choice=20, units=5, d_prime=1.0)
    options = OPTIONS | {"bootstrap": 50, "windows": None}
    none, some = (choice_probability(data, **options | {"permutations": draws}) for draws in (0, 9))
    kept = ("statistic", "variable", "unit", "value", "low", "high", "units", "left_out")
    tested = [row for row in some if row["statistic"] != "fraction_significant"]
    assert [[row.get(k) for k in kept] for row in none] == [[row.get(k) for k in kept] for row in tested]
    assert sum("low" in row for row in none) == 2 + 2 * 5
    assert {row.get(k) for row in none for k in ("p", "q", "null_mean", "null_95")} == {None}
    assert {row["draws"] for row in none} == {0}
    course = [r for r in rows(over_time(1), "mean_cp", windows=WINDOWS, permutations=0) if "time" in r]
    assert len(course) > 2 and all(r["p"] is None and "p_corrected" not in r for r in course)


def test_rows_without_an_interval_have_no_columns_for_it():
    data = choices(12, trials_a_choice=10, units=4, d_prime=0.5)
    assert not any("low" in r or "high" in r for r in choice_probability(data, **OPTIONS))
    some = choice_probability(data, **(OPTIONS | {"bootstrap": 20}))
    assert {r["statistic"] for r in some if "low" in r} == {"mean_cp", "mean_grand_cp", "cp", "grand_cp"}


def test_counts_in_another_order_of_bins_tie():
    """Sums of the same spikes in another order differ by rounding error; such trials tie."""
    rng = np.random.default_rng(13)
    spikes = rng.poisson(0.4, (60, 9, 30)) / 0.015
    later = rng.permuted(spikes, axis=1)
    assert (later.mean(axis=1) != spikes.mean(axis=1)).any()
    choice = {"choice": np.tile(["left", "right"], 30)}
    one, other = (
        choice_probability(trials(r, condition=["a"] * 60, per_trial=choice), **(OPTIONS | {"window": [0.0, 0.09]}))
        for r in (spikes, later)
    )
    assert one == other


def test_an_invalid_window_is_refused():
    with pytest.raises(BadOption, match="choice_probability: found windows"):
        choice_probability(over_time(0), **(OPTIONS | {"windows": {"width": 0.02, "step": 0.0}}))


def test_whole_sessions_are_resampled():
    """With two sessions of opposite preference, the mean of a resample is that of one, of the other, or of both."""
    data = choices(14, trials_a_choice=60, units=20, d_prime=np.repeat([1.0, -1.0], 10))
    (apart,) = rows(data, "mean_cp", permutations=1, bootstrap=300)
    sessions = data.assign_coords(session=("unit", np.repeat(["a", "b"], 10)))
    (whole,) = rows(sessions, "mean_cp", permutations=1, bootstrap=300)
    assert whole["value"] == apart["value"]
    assert whole["high"] - whole["low"] > 2 * (apart["high"] - apart["low"])
