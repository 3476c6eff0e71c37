"""Requirements on every probe in probes/; a new file is tested without a new test."""

import inspect
import json

import numpy as np
import pytest
from support.ranges import beyond

from rnncompare import activity, plugins
from rnncompare.behaviour.decisions import behaviour
from rnncompare.comparison.measure_card import INVARIANCES, card_of

OPTIONS = {
    "align": None,
    "alpha": 0.05,
    "balance": [],
    "average": "dissimilarities",
    "bootstrap": 20,
    "bounds": {"psychometric": {"threshold": [0.001, 2], "slope": [0.1, 10], "lapse": [0, 0.2]}},
    "by": "condition",
    "channels": ["hand_velocity_x", "hand_velocity_y"],
    "classifier": "lda",
    "compare": "spearman",
    "components": {"demixed_variance": 2, "targeted_regression": 4, "jpca": 4, "linear_dynamics": 4, "tangling": 4},
    "dimensions": 1,
    "distance": "sqeuclidean",
    "draws": 5,
    "epsilon": 0.1,
    "groups": 2,
    "fixed": ["condition"],
    "folds": {"decoding": 3, "kinematic_decoding": "condition"},
    "lags": [0.0, 0.05],
    "leave_out": ["undecided"],
    "min_trials": 2,
    "of": "rate",
    "parts": {
        name: {"time": [], "direction": ["choice"], "condition": ["condition"], "both": ["choice", "condition"]}
        for name in ("demixed_variance", "axis_overlap")
    },
    "penalties": [1e-4, 1e-2],
    "penalty": 1e-3,
    "permutations": 5,
    "repeats": 2,
    "resamples": 5,
    "samples": 10,
    "seed": 0,
    "soft_normalise": 0.1,
    "split": "units",
    "splits": None,
    "surrogates": {name: {"use": "time_shift", "draws": 3} for name in ("jpca", "linear_dynamics", "tangling")},
    "train": None,
    "trial_folds": None,
    "units": None,
    "variables": {"targeted_regression": {"choice": "choice", "angle": "angle"}},
    "variable": {"decoding": "condition", "choice_probability": "choice"},
    "window": [-0.1, 0.1],
    "windows": {"choice_probability": {"width": 0.05, "step": 0.05}, "decoding": {"width": 0.05, "step": 0.05}},
}
PROBES = plugins.available("probes")
# Measures of behaviour use coordinates along trial and no units: their cards state every invariance.
BEHAVIOUR = [n for n in PROBES if set(card_of(plugins.find("probes", n)).invariant_to) == set(INVARIANCES)]


def single_trials(made_up, **changes):
    """Trials with choices and hand movements, as any probe may require."""
    data = made_up(1, conditions=4, trials=6, units=10, **changes)
    rng = np.random.default_rng(0)
    behavior = data.rate.values[..., :3] @ rng.standard_normal((3, 2))
    data = data.assign(behavior=(("trial", "time", "channel"), behavior))
    coherence, context = np.repeat([-0.9, -0.3, 0.1, 0.6], 6), np.tile(np.repeat(["red_left", "green_left"], 2), 6)
    did = behaviour(np.tile([0, 1], 12), np.linspace(0.2, 1.1, 24), context, coherence)
    timed = {
        "interval": np.repeat([0.1, 0.15], 12),
        "produced": np.where(np.arange(24) % 5, np.linspace(0.4, 1.2, 24), np.nan),
    }
    labels = did | timed | {"coherence": coherence, "context": context}
    behaved = {name: ("trial", values) for name, values in labels.items()}
    return data.assign_coords(channel=["hand_velocity_x", "hand_velocity_y"], **behaved)


def rows(name, data, **changes):
    function = plugins.find("probes", name)
    options = {
        k: (v[name] if isinstance(v, dict) else v) for k, v in OPTIONS.items() if k in plugins.options_of(function)
    }
    needs = inspect.signature(function).parameters
    arguments = (data, *([data] if "target" in needs else [weights_of(data)] if "weights" in needs else []))
    return plugins.bind("probes", {"use": name} | options | changes, name)(*arguments)


def weights_of(data):
    """Weights between units, which depend on the names of the units."""
    unit = [int(name.removeprefix("unit_")) for name in data.unit.values.tolist()]
    return np.random.default_rng(0).standard_normal((10, 10))[np.ix_(unit, unit)]


@pytest.mark.parametrize("name", PROBES)
def test_no_option_has_a_default_and_a_seed_is_one(name):
    options = plugins.options_of(plugins.find("probes", name))
    assert "seed" in options and all(p.default is p.empty for p in options.values())


@pytest.mark.parametrize("name", PROBES)
def test_rows_are_named_finite_and_plain(name, made_up):
    found = rows(name, single_trials(made_up))
    assert found == json.loads(json.dumps(found))
    for row in found:
        assert isinstance(row["statistic"], str) and np.isfinite(row["value"])
        assert row.get("p") is None or 0 < row["p"] <= 1
    keys = [
        tuple(
            r.get(k)
            for k in ("statistic", "variable", "area", "condition_independent", "time", "strength", "unit", "to")
        )
        for r in found
    ]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", PROBES)
def test_values_nulls_and_intervals_lie_within_the_bounds_of_the_card(name, made_up):
    """For a population, one that is determined by choice and hand with one constant unit, and one of noise."""
    data = single_trials(made_up)
    behaved = np.where(data.choice.values == "left", -1, 1)[:, None, None] + data.behavior.values[..., :1]
    plain = data.assign(rate=(data.rate.dims, behaved * np.arange(10)))
    shuffled = data.assign(rate=(data.rate.dims, np.random.default_rng(2).standard_normal(data.rate.shape)))
    card = card_of(plugins.find("probes", name))
    found = [row for one in (data, plain, shuffled) for row in rows(name, one)]
    assert {row["statistic"] for row in found} <= set(card.statistics)
    assert beyond(found, card) == []


@pytest.mark.parametrize("name", PROBES)
def test_the_same_seed_gives_the_same_rows(name, made_up):
    assert rows(name, single_trials(made_up)) == rows(name, single_trials(made_up))


@pytest.mark.parametrize("name", PROBES)
def test_labels_change_nothing(name, made_up):
    renamed = single_trials(made_up, source="someone else", rate_units="spikes/s")
    assert rows(name, renamed) == rows(name, single_trials(made_up))


def values(found):
    return [row["value"] for row in found]


@pytest.mark.parametrize("name", PROBES)
def test_a_scaled_copy_gives_the_same_values(name, made_up):
    data = single_trials(made_up)
    scaled = data.assign(rate=data.rate * 37.0)
    assert values(rows(name, scaled)) == pytest.approx(values(rows(name, data)), abs=1e-6)


@pytest.mark.parametrize("name", PROBES)
def test_a_shifted_copy_gives_the_same_values(name, made_up):
    data = single_trials(made_up)
    shifted = data.assign(rate=data.rate + 5.0 * np.arange(10))
    assert values(rows(name, shifted)) == pytest.approx(values(rows(name, data)), abs=1e-6)


@pytest.mark.parametrize("name", PROBES)
def test_the_order_of_units_has_no_effect(name, made_up):
    data = single_trials(made_up)
    turned = data.isel(unit=np.random.default_rng(1).permutation(10))
    by_name = [
        sorted(
            (r["statistic"], str(r.get("variable")), str(r.get("time")), str(r.get("unit")), r["value"])
            for r in rows(name, d)
        )
        for d in (data, turned)
    ]
    for one, other in zip(*by_name, strict=True):
        assert one[:-1] == other[:-1] and one[-1] == pytest.approx(other[-1], abs=1e-6)


# axis_overlap measures between areas
@pytest.mark.parametrize("name", [n for n in PROBES if n not in ("axis_overlap", *BEHAVIOUR)])
def test_areas_are_analysed_separately(name, made_up):
    data = single_trials(made_up)
    areas = data.assign_coords(area=("unit", np.repeat(["M1", "PMd"], 5)))
    both = rows(name, areas)
    assert {row["area"] for row in both} == {"M1", "PMd"}
    alone = rows(name, data.isel(unit=slice(5, 10)))
    pmd = [row for row in both if row["area"] == "PMd"]
    assert values([r for r in pmd if r["statistic"] != "fraction_significant"]) == pytest.approx(
        values([r for r in alone if r["statistic"] != "fraction_significant"])
    )


@pytest.mark.parametrize("name", BEHAVIOUR)
def test_measures_of_behaviour_have_no_units_and_no_area(name, made_up):
    data = single_trials(made_up)
    other = data.isel(unit=slice(5)).assign_coords(area=("unit", ["M1", "M1", "PMd", "PMd", "PMd"]))
    silent = other.assign(rate=0 * other.rate)
    assert rows(name, silent) == rows(name, data)


@pytest.mark.parametrize("name", PROBES)
def test_the_data_are_not_modified(name, made_up):
    data = single_trials(made_up)
    rows(name, data)
    assert data.equals(single_trials(made_up))


@pytest.mark.parametrize("name", PROBES)
def test_rows_are_the_same_after_writing_and_reading_an_activity(name, made_up, tmp_path):
    activity.write(single_trials(made_up), tmp_path / "a.nc")
    assert rows(name, activity.read(tmp_path / "a.nc")) == rows(name, single_trials(made_up))


RATES = ["axis_overlap", "choice_probability", "decoding", "demixed_variance", "targeted_regression"]


@pytest.mark.parametrize("name", RATES)
def test_behaviour_without_units_is_refused(name, made_up):
    data = single_trials(made_up)
    with pytest.raises(activity.BadActivity, match="made up: found behaviour without units, wanted rates"):
        rows(name, data.isel(unit=slice(0)))
