"""What every probe of probes/ must keep to, found by itself: a new file is tested without a new test."""

import inspect
import json

import numpy as np
import pytest

from rnncompare import activity, plugins

OPTIONS = {
    "alpha": 0.05,
    "average": "dissimilarities",
    "bootstrap": 20,
    "channels": ["hand_velocity_x", "hand_velocity_y"],
    "classifier": "lda",
    "compare": "spearman",
    "components": 4,
    "distance": "sqeuclidean",
    "epsilon": 0.1,
    "groups": 2,
    "folds": {"decoding": 3, "kinematic_decoding": "condition"},
    "lags": [0.0, 0.05],
    "min_trials": 2,
    "of": "rate",
    "penalties": [1e-4, 1e-2],
    "permutations": 5,
    "repeats": 2,
    "seed": 0,
    "soft_normalise": 0.1,
    "split": "units",
    "splits": None,
    "surrogates": {name: {"use": "time_shift", "draws": 3} for name in ("jpca", "tangling")},
    "trial_folds": None,
    "units": None,
    "variable": "condition",
    "window": [-0.1, 0.1],
    "windows": {"choice_probability": {"width": 0.05, "step": 0.05}},
}
PROBES = plugins.available("probes")


def single_trials(made_up, **changes):
    """Trials with a choice and a hand: whatever any probe may ask for."""
    data = made_up(1, conditions=4, trials=6, units=10, **changes)
    rng = np.random.default_rng(0)
    behavior = data.rate.values[..., :3] @ rng.standard_normal((3, 2))
    data = data.assign(behavior=(("trial", "time", "channel"), behavior))
    return data.assign_coords(
        channel=["hand_velocity_x", "hand_velocity_y"], choice=("trial", np.tile(["left", "right"], 12))
    )


def rows(name, data, **changes):
    function = plugins.find("probes", name)
    options = {
        k: (v[name] if isinstance(v, dict) else v) for k, v in OPTIONS.items() if k in plugins.options_of(function)
    }
    arguments = (data, data) if "target" in inspect.signature(function).parameters else (data,)
    return plugins.bind("probes", {"use": name} | options | changes, name)(*arguments)


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
        (r["statistic"], r.get("variable"), r.get("area"), r.get("condition_independent"), r.get("time")) for r in found
    ]
    assert len(set(keys)) == len(keys)


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
def test_the_order_of_units_changes_nothing(name, made_up):
    data = single_trials(made_up)
    turned = data.isel(unit=np.random.default_rng(1).permutation(10))
    by_name = [
        sorted((r["statistic"], str(r.get("variable")), str(r.get("time")), r["value"]) for r in rows(name, d))
        for d in (data, turned)
    ]
    for one, other in zip(*by_name, strict=True):
        assert one[:-1] == other[:-1] and one[-1] == pytest.approx(other[-1], abs=1e-6)


@pytest.mark.parametrize("name", PROBES)
def test_areas_are_measured_apart(name, made_up):
    data = single_trials(made_up)
    areas = data.assign_coords(area=("unit", np.repeat(["M1", "PMd"], 5)))
    both = rows(name, areas)
    assert {row["area"] for row in both} == {"M1", "PMd"}
    alone = rows(name, data.isel(unit=slice(5, 10)))
    pmd = [row for row in both if row["area"] == "PMd"]
    assert values([r for r in pmd if r["statistic"] != "fraction_significant"]) == pytest.approx(
        values([r for r in alone if r["statistic"] != "fraction_significant"])
    )


@pytest.mark.parametrize("name", PROBES)
def test_the_data_are_left_alone(name, made_up):
    data = single_trials(made_up)
    rows(name, data)
    assert data.equals(single_trials(made_up))


@pytest.mark.parametrize("name", PROBES)
def test_rows_survive_a_file(name, made_up, tmp_path):
    activity.write(single_trials(made_up), tmp_path / "a.nc")
    assert rows(name, activity.read(tmp_path / "a.nc")) == rows(name, single_trials(made_up))
