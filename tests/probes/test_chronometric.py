"""Reaction times, compared with known distributions, numpy, and regression with statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from probes.subjects import LEVELS, planted, subject

from rnncompare.activity import BadActivity
from rnncompare.behaviour.weibull import accuracy
from rnncompare.plugins import BadOption
from rnncompare.probes.chronometric import chronometric

OPTIONS = {"seed": 0, "min_trials": 5, "bootstrap": 0}
CURVE = accuracy(LEVELS, 0.15, 1.3, 0.03)
FALLING = 0.6 - 0.1 * np.log10(LEVELS / LEVELS[0])


def rows(data, statistic, variable=None, **changes):
    found = [r for r in chronometric(data, **(OPTIONS | changes)) if r["statistic"] == statistic]
    return found if variable is None else [r for r in found if r["variable"] == variable]


@pytest.fixture(scope="module")
def slow_when_hard():
    return planted(0, CURVE, trials=60, undecided=0.1, rt=FALLING, shift=0.07)


@pytest.mark.parametrize("variable", ["correct", "error"])
@pytest.mark.parametrize(
    ("statistic", "of_trials"),
    [
        ("mean_rt", np.mean),
        ("sd_rt", lambda t: np.std(t, ddof=1)),
        ("quartile_1_rt", lambda t: np.quantile(t, 0.25)),
        ("median_rt", np.median),
        ("quartile_3_rt", lambda t: np.quantile(t, 0.75)),
    ],
)
def test_rows_are_the_statistics_of_their_trials(slow_when_hard, variable, statistic, of_trials):
    data = slow_when_hard
    trials_of_outcome = (data.choice.values != "undecided") & (data.correct.values == (variable == "correct"))
    for row in rows(data, statistic, variable):
        times = data.rt.values[trials_of_outcome & (np.abs(data.coherence.values) == row["strength"])]
        assert row["samples"] == len(times) and row["value"] == pytest.approx(of_trials(times), abs=1e-9)
    assert len(rows(data, statistic, variable)) >= 6


@pytest.mark.parametrize("variable", ["correct", "error"])
@pytest.mark.parametrize(("statistic", "scale"), [("slope_rt_log10", np.log10), ("slope_rt_linear", lambda c: c)])
def test_slopes_agree_with_a_regression_over_single_trials(slow_when_hard, variable, statistic, scale):
    data = slow_when_hard
    trials_of_outcome = (data.choice.values != "undecided") & (data.correct.values == (variable == "correct"))
    fitted = sm.OLS(
        data.rt.values[trials_of_outcome], sm.add_constant(scale(np.abs(data.coherence.values[trials_of_outcome])))
    ).fit()
    (row,) = rows(data, statistic, variable)
    assert row["value"] == pytest.approx(fitted.params[1], rel=1e-9) and row["samples"] == trials_of_outcome.sum()


def test_a_known_slope_is_recovered_with_the_interval_of_the_regression():
    data = planted(1, CURVE, trials=400, rt=FALLING)
    trials_of_outcome = data.correct.values == 1
    fitted = sm.OLS(
        data.rt.values[trials_of_outcome], sm.add_constant(np.log10(np.abs(data.coherence.values[trials_of_outcome])))
    ).fit()
    (row,) = rows(data, "slope_rt_log10", "correct", bootstrap=400)
    assert row["value"] == pytest.approx(-0.1, abs=0.01)
    low, high = fitted.conf_int()[1]
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=0.2 * (high - low))


def test_intervals_of_means_agree_with_normal_theory_for_many_trials():
    data = planted(2, CURVE, trials=300, rt=FALLING)
    mean, sd = rows(data, "mean_rt", "correct", bootstrap=1000), rows(data, "sd_rt", "correct", bootstrap=1000)
    for m, s in zip(mean, sd, strict=True):
        half = 1.96 * s["value"] / np.sqrt(m["samples"])
        assert (m["low"], m["high"]) == pytest.approx((m["value"] - half, m["value"] + half), abs=0.15 * half)
        assert s["low"] < s["value"] < s["high"]


def test_slower_errors_have_longer_reaction_times():
    data = planted(3, CURVE, trials=300, shift=0.07)
    right, wrong = (np.array([r["value"] for r in rows(data, "mean_rt", v)][:3]) for v in ("correct", "error"))
    np.testing.assert_allclose(wrong - right, 0.07, atol=0.02)


def test_sessions_that_differ_make_intervals_wider():
    rng = np.random.default_rng(0)
    data = planted(4, CURVE, trials=20, sessions=15)
    slower = data.assign_coords(rt=data.rt + rng.normal(0.2, 0.05, 15)[data.session.values])
    apart, pooled = (rows(d, "mean_rt", "correct", bootstrap=400) for d in (slower, slower.drop_vars("session")))
    for one, other in zip(apart, pooled, strict=True):
        assert one["value"] == pytest.approx(other["value"])
        assert one["high"] - one["low"] > 2 * (other["high"] - other["low"])


def test_differences_between_sessions_do_not_affect_slopes_if_all_have_all_coherences():
    """A slow session changes the means, but not their dependence on coherence."""
    data = planted(5, np.ones(7), trials=20, sessions=15, rt=FALLING)
    slow = np.random.default_rng(0).normal(0.2, 0.1, 15)[data.session.values]
    slower = data.assign_coords(rt=data.rt + slow)
    before, after = (rows(d, "slope_rt_log10", "correct", bootstrap=200)[0] for d in (data, slower))
    assert [after[k] for k in ("value", "low", "high")] == pytest.approx([before[k] for k in ("value", "low", "high")])


def test_all_trials_are_counted_once_including_undecided_ones(slow_when_hard):
    counts = rows(slow_when_hard, "count")
    assert sum(r["value"] for r in counts) == slow_when_hard.sizes["trial"]
    undecided = slow_when_hard.choice.values == "undecided"
    assert sum(r["value"] for r in counts if r["variable"] == "undecided") == undecided.sum()
    (share,) = rows(slow_when_hard, "fraction_undecided")
    assert share["value"] == pytest.approx(undecided.mean()) and share["samples"] == len(undecided)


def test_strengths_with_too_few_trials_are_counted_but_not_averaged():
    data = planted(6, np.array([0.6, 0.7, 0.9, 0.99, 1, 1, 1]), trials=30)
    counts = {r["strength"]: r["value"] for r in rows(data, "count", "error")}
    assert 0 in counts.values()
    shown = {r["strength"] for r in rows(data, "mean_rt", "error")}
    assert shown == {c for c, n in counts.items() if n >= 5} and len(shown) < 7


def test_a_subject_that_never_decides_has_counts_and_fraction_undecided():
    found = chronometric(planted(7, CURVE, trials=3, undecided=1.1), **(OPTIONS | {"bootstrap": 10}))
    assert {r["statistic"] for r in found} == {"count", "fraction_undecided"}
    assert found[-1]["value"] == 1 and sum(r["value"] for r in found[:-1]) == 84


def test_there_is_no_slope_with_a_single_coherence():
    data = planted(8, CURVE, trials=30)
    data = data.isel(trial=np.abs(data.coherence.values) == 0.2)
    assert rows(data, "mean_rt", "correct") and not rows(data, "slope_rt_log10")


def test_decisions_at_coherence_zero_are_a_separate_outcome():
    n = 20
    data = subject(
        np.repeat([0.0, 0.5, 0.9], n), ["red_left"] * 3 * n, np.tile([0, 1], 3 * n // 2), np.linspace(0.3, 0.6, 3 * n)
    )
    assert [r["value"] for r in rows(data, "count", "zero_coherence")] == [n, 0, 0]
    assert [r["value"] for r in rows(data, "count", "correct")] == [0, n // 2, n // 2]
    assert len(rows(data, "mean_rt", "zero_coherence")) == 1 and not rows(data, "slope_rt_log10", "zero_coherence")
    assert np.isfinite(rows(data, "slope_rt_log10", "correct")[0]["value"])


def test_statistics_are_equivariant_to_a_scale_and_shift_of_reaction_times():
    """A factor scales all but counts and fractions; a constant shifts only means and quartiles."""
    data = planted(9, CURVE, trials=20, rt=FALLING)
    double, later = data.assign_coords(rt=data.rt * 2), data.assign_coords(rt=data.rt + 10)
    sets = [chronometric(d, **(OPTIONS | {"bootstrap": 30})) for d in (data, double, later)]
    for one, twice, shifted in zip(*sets, strict=True):
        if one["statistic"] in ("count", "fraction_undecided"):
            assert one == twice == shifted
        else:
            moved = 0 if one["statistic"].startswith(("slope", "sd")) else 10
            for name in {"value", "low", "high"} & set(one):
                assert twice[name] == pytest.approx(2 * one[name], abs=1e-9)
                assert shifted[name] == pytest.approx(one[name] + moved, abs=1e-9)


def trials(**changes):
    data = subject([0.5, 0.5], ["red_left"] * 2, [0, -1], [0.3, np.nan])
    return data.assign_coords({n: ("trial", v) for n, v in changes.items()})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (trials().drop_vars("rt"), "found no coordinate 'rt' along trial"),
        (trials(rt=[np.nan, np.nan]), "found rt nan in 1 decided trials, wanted 0 s or more"),
        (trials(rt=[-0.1, np.nan]), "found rt -0.1 in 1 decided trials, wanted 0 s or more"),
        (trials(coherence=[0.5, 2.0]), "found coherence 2 in 1 trials, wanted -1 to 1"),
    ],
)
def test_invalid_reaction_times_are_refused(data, message):
    with pytest.raises(BadActivity) as error:
        chronometric(data, **OPTIONS)
    assert message in str(error.value) and str(error.value).startswith("chronometric of planted: found")


def test_invalid_options_are_refused():
    with pytest.raises(BadOption, match="found min_trials 1, wanted at least 2"):
        chronometric(trials(), **(OPTIONS | {"min_trials": 1}))
    with pytest.raises(BadOption, match="chronometric: found bootstrap -1, wanted at least 0"):
        chronometric(trials(), **(OPTIONS | {"bootstrap": -1}))
