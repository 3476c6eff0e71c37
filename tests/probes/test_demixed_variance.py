"""Shares of variance of known signals, their null distribution, and errors."""

import numpy as np
import pytest
from probes.planted import decisions

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes.demixed_variance import demixed_variance

PARTS = {"time": [], "direction": ["choice"], "colour": ["colour"], "context": ["choice", "colour"]}
OPTIONS = {
    "seed": 0,
    "parts": PARTS,
    "leave_out": ["undecided"],
    "align": None,
    "window": [-0.1, 0.2],
    "min_trials": 5,
    "components": 1,
    "penalty": 0.0,
    "permutations": 0,
}
TIMES = np.arange(-10, 31) * 0.01
SIZES = {"time": 1.0, "direction": 2.0, "colour": 0.5, "context": 1.0}


def planted(seed, *, noise=0.0, units=30, **more):
    """An axis for each part with alternating signs over time, so that shares are proportional to squared sizes."""
    data = decisions(seed, units=units, time=TIMES, **more)
    axes = np.linalg.qr(np.random.default_rng(seed).standard_normal((units, 4)))[0].T
    course = np.where(TIMES > -1, 1.0, 0.0)
    sign = {
        "direction": np.where(data.choice.values == "right", 1, -1),
        "colour": np.where(data.colour.values == "red", 1, -1),
        "context": np.where(data.context.values == "red_left", 1, -1),
    }
    rate = 10 + noise * data.rate.values
    wave = np.where(np.arange(len(TIMES)) % 2, 1.0, -1.0)  # mean 0 and mean square 1 over an even number of times
    rate = rate + SIZES["time"] * wave[:, None] * axes[0]
    for axis, (name, one) in zip(axes[1:], sign.items(), strict=True):
        rate = rate + SIZES[name] * one[:, None, None] * course[:, None] * axis
    return data.assign(rate=(data.rate.dims, rate))


def rows(data, statistic, **changes):
    found = demixed_variance(data, **(OPTIONS | changes))
    return {r["variable"]: r for r in found if r["statistic"] == statistic}


def values(data, statistic, **changes):
    return {name: r["value"] for name, r in rows(data, statistic, **changes).items()}


@pytest.mark.parametrize("statistic", ["marginal_variance", "component_variance"])
def test_known_signals_have_their_known_shares(statistic):
    """Context is the interaction of choice and colour. The number of times is even, so that the wave has mean 0."""
    found = values(planted(0), statistic, window=[-0.1, 0.19])
    total = sum(s**2 for s in SIZES.values())
    assert found == pytest.approx({name: s**2 / total for name, s in SIZES.items()})
    assert values(planted(0), "purity", window=[-0.1, 0.19]) == pytest.approx(dict.fromkeys(SIZES, 1.0))


def test_shares_add_up_to_one_whatever_the_trials():
    data = planted(1, noise=3.0, bias=0.4)
    assert sum(values(data, "marginal_variance").values()) == pytest.approx(1)


def test_the_shares_are_those_of_averages_over_trials():
    data = planted(2, noise=1.0)
    levels = [("left", "right"), ("green", "red")]
    means = np.array(
        [
            [data.rate.values[(data.choice.values == a) & (data.colour.values == b)].mean(axis=0) for b in levels[1]]
            for a in levels[0]
        ]
    )[:, :, :31]
    direction = means.mean(axis=1) - means.mean(axis=(0, 1))
    total = ((means - means.mean(axis=(0, 1, 2))) ** 2).sum()
    assert values(data, "marginal_variance")["direction"] == pytest.approx(2 * (direction**2).sum() / total)


def test_the_share_due_to_noise_agrees_with_its_null():
    """Without a colour signal, its share of the noise in the averages is that of permuted trials."""
    rng = np.random.default_rng(3)
    data = decisions(3, units=20, time=TIMES, direction=0.0)
    data = data.assign(rate=data.rate + 0.5 * rng.standard_normal((1, len(TIMES), 20)))
    found = rows(data, "marginal_variance", permutations=39)
    for name in ("direction", "colour", "context"):
        assert found[name]["value"] == pytest.approx(found[name]["null_mean"], rel=0.25)
        assert found[name]["p"] > 0.02
    assert found["time"]["p"] is None
    strong = rows(planted(3, noise=1.0), "marginal_variance", permutations=39)
    assert strong["direction"]["p"] == 1 / 40 and strong["direction"]["value"] > 10 * strong["direction"]["null_95"]


def test_strength_can_be_a_factor():
    parts = {"time": [], "direction": ["choice"], "strength": ["|coherence|"], "both": ["choice", "|coherence|"]}
    data = planted(4, trials_a_condition=80)
    weak = data.assign(rate=data.rate + 3.0 * np.abs(data.coherence.values)[:, None, None])
    found = values(weak, "marginal_variance", parts=parts)
    assert found["strength"] > 0.3 and sum(found.values()) == pytest.approx(1)


def test_each_area_has_its_own_shares():
    data = planted(5).assign_coords(area=("unit", np.repeat(["1", "2"], 15)))
    alone = demixed_variance(data.isel(unit=slice(15, 30)).drop_vars("area"), **OPTIONS)
    second = [r for r in demixed_variance(data, **OPTIONS) if r["area"] == "2"]
    assert [r["value"] for r in second] == [r["value"] for r in alone]


def test_trials_aligned_to_the_decision_are_the_decided_ones():
    data = decisions(6, units=4, time=np.arange(-30, 81) * 0.01, undecided=0.1, direction=1.0)
    found = demixed_variance(data, **(OPTIONS | {"align": "rt"}))
    assert {r["left_out"] for r in found} == {int(np.isnan(data.rt.values).sum())}


def test_a_missing_combination_of_choices_is_refused():
    data = planted(7)
    keep = ~((data.choice.values == "left") & (data.colour.values == "red"))
    with pytest.raises(BadActivity, match="found 0 trials with choice left, colour red, wanted at least 5 of every"):
        values(data.isel(trial=keep), "purity")
    with pytest.raises(BadActivity, match="found one choice, 'right', wanted at least two"):
        values(data.isel(trial=data.choice.values == "right"), "purity")


def test_units_without_variance_are_refused():
    with pytest.raises(BadActivity, match="found 30 units without variance"):
        values(planted(8) * 0 + 1.0, "purity")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parts": {"time": [], "direction": ["choice"], "colour": ["colour"]}}, "missing: [['choice', 'colour']]"),
        ({"parts": {"direction": ["choice"]}}, "missing: [[]] ([] is time)"),
        ({"parts": {"time": [], "a": ["choice"], "b": ["choice"]}}, "wanted every combination of choice once"),
        ({"parts": {"time": []}}, "wanted every combination of some factors once"),
        ({"components": 0}, "found components 0"),
        ({"penalty": -1.0}, "penalty -1"),
        ({"window": [5, 6]}, "found 0 times in window 5 to 6 s"),
    ],
)
def test_invalid_options_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        values(planted(9), "purity", **changes)
    assert message in str(error.value)
