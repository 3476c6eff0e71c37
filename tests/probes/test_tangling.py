"""Tangling, compared with plain loops, and its invariances."""

import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from probes.planted import reaches
from probes.test_jpca import block, linear

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes.tangling import tangled, tangling

OPTIONS = {
    "of": "rate",
    "window": (-10.0, 10.0),
    "soft_normalise": None,
    "components": 4,
    "epsilon": 0.1,
    "surrogates": None,
}
few = settings(deadline=None, max_examples=10, derandomize=True)


def values(data, **changes):
    return {row["statistic"]: row["value"] for row in tangling(data, seed=0, **OPTIONS | changes)}


def plain_tangling(state, slope, epsilon):
    """Tangling by a loop over pairs of states."""
    state, slope = state.reshape(-1, state.shape[-1]), slope.reshape(-1, state.shape[-1])
    softening = epsilon * np.mean([((x - state.mean(axis=0)) ** 2).sum() for x in state])
    return [
        max(((d - e) ** 2).sum() / (((x - y) ** 2).sum() + softening) for y, e in zip(state, slope, strict=True))
        for x, d in zip(state, slope, strict=True)
    ]


@given(st.integers(0, 10**6), st.integers(1, 4), st.floats(0.01, 1))
@few
def test_tangling_agrees_with_loops_over_pairs(seed, size, epsilon):
    state, slope = np.random.default_rng(seed).standard_normal((2, 3, 7, size))
    found = tangled(5 + state, slope, epsilon)
    assert found == pytest.approx(plain_tangling(state, slope, epsilon), rel=1e-9)


def test_tangling_of_rates_agrees_with_loops(made_up):
    data = made_up(1, conditions=3, times=12)
    flat = data.rate.values - data.rate.values.mean(axis=(0, 1))
    course = flat @ np.linalg.svd(flat.reshape(-1, 20), full_matrices=False)[2][:4].T
    slope = np.stack([(course[:, t + 1] - course[:, t - 1]) / 0.02 for t in range(1, 11)], axis=1)
    plain = plain_tangling(course[:, 1:-1], slope, 0.1)
    assert values(data) == pytest.approx({"tangling_90": np.quantile(plain, 0.9), "tangling_mean": np.mean(plain)})


def test_the_size_of_batches_of_states_has_no_effect(made_up, monkeypatch):
    whole = values(made_up(1))
    monkeypatch.setattr(importlib.import_module("rnncompare.probes.tangling"), "PAIRS", 1000)
    assert values(made_up(1)) == pytest.approx(whole, rel=1e-12)


def test_doubling_the_speed_multiplies_tangling_by_four(made_up):
    data = made_up(1)
    fast = data.assign_coords(time=data.time.values / 2)
    assert values(fast)["tangling_90"] == pytest.approx(4 * values(data)["tangling_90"])


def test_tangling_is_invariant_to_scale_translation_and_rotation(made_up):
    data = made_up(1)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
    changed = data.assign(rate=(data.rate.dims, 7.0 * data.rate.values @ turn + 3.0))
    assert values(changed) == pytest.approx(values(data))


def test_noise_increases_tangling():
    data = linear(block(2.0, 3.0))
    noise = np.random.default_rng(0).standard_normal(data.rate.shape)
    scores = [values(data.assign(rate=data.rate + size * noise))["tangling_90"] for size in (0.0, 0.003, 0.03)]
    assert scores == sorted(scores) and scores[-1] > 2 * scores[0]


def test_muscles_are_analysed_in_the_same_way_as_neurons():
    """A copy of the rates as behavior has the same tangling."""
    data = reaches(0)
    as_behavior = data.drop_vars(["behavior", "channel"]).assign(
        behavior=(("trial", "time", "channel"), data.rate.values)
    )
    as_behavior = as_behavior.assign_coords(channel=[f"muscle_{k}" for k in range(data.sizes["unit"])])
    assert values(as_behavior, of="behavior") == values(data)
    assert values(data, of="behavior") != pytest.approx(values(data), rel=0.01)


def test_smooth_dynamics_are_significantly_less_tangled_than_surrogates():
    surrogates = {"use": "tensor_maximum_entropy", "draws": 19, "keep": ["times", "units", "conditions"]}
    rows = tangling(linear(block(2.0, 3.0)), seed=0, **OPTIONS | {"surrogates": surrogates})
    assert rows[0]["statistic"] == "tangling_90" and rows[0]["p"] == pytest.approx(1 / 20)
    assert rows[0]["null_95"] > rows[0]["value"]


def test_invalid_activities_and_options_are_refused(made_up):
    data = made_up(1)
    with pytest.raises(BadActivity, match="tangling of made up: found no behavior, wanted an activity"):
        values(data, of="behavior")
    with pytest.raises(BadOption, match="found components 4, epsilon 0, wanted at least 1 and more than 0"):
        values(data, epsilon=0.0)
    with pytest.raises(BadActivity, match="found no variance in 20 columns of rate"):
        values(data.assign(rate=data.rate * 0 + 3.3))
