"""Views of single trials by choice and strength of the evidence, and of one trial of a task."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist
from support.deciding import perceptual_network, small_checkerboard, small_perceptual

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.training.simulate import as_activity
from rnncompare.views.choice_trajectories import choice_trajectories
from rnncompare.views.example_trial import example_trial
from rnncompare.views.example_units import example_units

CELLS = {"choice": "choice", "strength": "|coherence|", "leave_out": ["undecided"], "align": None}
CELLS |= {"window": [-0.2, 0.5], "min_trials": 2}
PATHS = CELLS | {"components": 2, "condition_independent": "kept", "soft_normalise": None}


def decisions(trials=120, units=9, areas=3, seed=0):
    """Trials with left, right and undecided outcomes at three strengths of both signs, in areas of equal size."""
    rng = np.random.default_rng(seed)
    time = np.round(np.arange(-0.3, 0.81, 0.02), 9)
    choice = rng.choice(["left", "right", "undecided"], trials, p=[0.45, 0.45, 0.1])
    coherence = rng.choice([-0.9, -0.3, -0.1, 0.1, 0.3, 0.9], trials)
    rt = np.where(choice == "undecided", np.nan, rng.choice([0.1, 0.2, 0.3], trials))
    return activity.build(
        rng.standard_normal((trials, len(time), units)) + 3,
        time=time,
        unit=[f"unit_{k}" for k in range(units)],
        condition=[f"{c:g}" for c in coherence],
        per_trial={"choice": choice, "coherence": coherence, "rt": rt},
        per_unit={"area": np.repeat([str(k + 1) for k in range(areas)], units // areas)},
        source="made up",
    )


def test_rates_are_means_over_trials():
    data = decisions()
    table = example_units({"model": [data]}, units=2, **CELLS)
    assert set(table["choice"]) == {"left", "right"} and sorted(set(table["strength"])) == [0.1, 0.3, 0.9]
    for (unit, choice, strength), rows in table.groupby(["unit", "choice", "strength"]):
        trials = (data.choice.values == choice) & np.isclose(np.abs(data.coherence.values), strength)
        wanted = data.rate.sel(unit=unit).values[trials].mean(axis=0)
        inside = (data.time.values > -0.201) & (data.time.values < 0.501)
        np.testing.assert_allclose(rows.sort_values("time")["rate"], wanted[inside])


def test_every_area_shows_its_own_units():
    data = decisions()
    table = example_units({"model": [data]}, units=2, **CELLS)
    shown = table.groupby("area")["unit"].unique()
    assert {area: len(units) for area, units in shown.items()} == {"1": 2, "2": 2, "3": 2}
    for area, units in shown.items():
        assert set(data.area.sel(unit=list(units)).values) == {area}


def test_units_without_areas_are_in_one_area():
    table = example_units({"model": [decisions().drop_vars("area")]}, units=2, **CELLS)
    assert set(table["area"]) == {"all"} and table["unit"].nunique() == 2


def test_times_are_relative_to_the_alignment_event():
    data = decisions()
    at = np.round((data.rt.values[:, None] - data.time.values) / 0.02)  # number of steps from the decision
    data["rate"] = data.rate * 0 + np.where(at == 0, 5.0, 1.0)[:, :, None] * (1 + np.arange(9))
    table = example_units({"model": [data]}, units=1, **CELLS | {"align": "rt", "window": [-0.2, 0.2]})
    highest = table.loc[table["rate"] > 1.5 * table.groupby("unit")["rate"].transform("min"), "time"]
    assert set(highest) == {0.0}


def test_combinations_with_too_few_trials_are_excluded():
    data = decisions()
    count = ((data.choice.values == "left") & (np.abs(data.coherence.values) == 0.9)).sum()
    rare = example_units({"model": [data]}, units=1, **CELLS | {"min_trials": int(count) + 1})
    assert not ((rare["choice"] == "left") & (rare["strength"] == 0.9)).any()
    with pytest.raises(BadActivity, match=r"found no choice and .coherence. with at least 1000 of 120 trials"):
        example_units({"model": [data]}, units=1, **CELLS | {"min_trials": 1000})


def test_trajectories_keep_the_distances_between_averages():
    data = decisions(units=2, areas=1)
    table = choice_trajectories({"model": [data]}, **PATHS)
    wanted = []
    inside = (data.time.values > -0.201) & (data.time.values < 0.501)
    for choice, strength in table[["choice", "strength"]].drop_duplicates().itertuples(index=False):
        trials = (data.choice.values == choice) & np.isclose(np.abs(data.coherence.values), strength)
        wanted.append(data.rate.values[trials][:, inside].mean(axis=0))
    np.testing.assert_allclose(pdist(table[["pc1", "pc2"]]), pdist(np.concatenate(wanted)))
    np.testing.assert_allclose(table["variance_explained"], 1)


def test_the_last_choice_ends_higher():
    for seed in range(4):
        table = choice_trajectories({"model": [decisions(seed=seed)]}, **PATHS)
        end = table[table["time"] == table["time"].max()].groupby(["area", "choice"])[["pc1", "pc2"]].mean()
        right, left = (end.xs(choice, level="choice") for choice in ("right", "left"))
        assert (right > left).all(axis=None)


def test_the_common_time_course_is_removed_if_requested():
    kept, removed = (
        choice_trajectories({"model": [decisions()]}, **PATHS | {"condition_independent": which})
        for which in ("kept", "removed")
    )
    mean = removed.groupby(["area", "time"])[["pc1", "pc2"]].mean()
    np.testing.assert_allclose(mean, 0, atol=1e-12)
    assert kept.groupby(["area", "time"])["pc1"].mean().abs().max() > 0.01


@pytest.mark.parametrize("view", [example_units, choice_trajectories])
def test_invalid_options_of_averages_are_refused(view):
    options = {"units": 1} | CELLS if view is example_units else PATHS
    data = {"model": [decisions()]}
    with pytest.raises(BadActivity, match=r"wanted 'coherense'. Did you mean 'coherence'?"):
        view(data, **options | {"strength": "|coherense|"})
    with pytest.raises(BadActivity, match=r"of type .*, wanted numbers"):
        view(data, **options | {"strength": "condition"})
    with pytest.raises(BadActivity, match="wanted numbers to take the magnitude of"):
        view(data, **options | {"choice": "|condition|"})
    with pytest.raises(BadOption, match="found min_trials 0, wanted at least 1"):
        view(data, **options | {"min_trials": 0})


def as_network(data, silent=False):
    """The activity as that of a network; silent: of a network that never decides."""
    data = data.assign_attrs(source="network")
    never = {"choice": ("trial", np.full(data.sizes["trial"], "undecided"))}
    return data.assign_coords(never | {"rt": data.rt * np.nan}) if silent else data


@pytest.mark.parametrize("align", [None, "rt"])
@pytest.mark.parametrize(("view", "options"), [(example_units, CELLS | {"units": 1}), (choice_trajectories, PATHS)])
def test_a_network_that_never_decides_is_skipped_with_a_note(view, options, align):
    options = options | {"align": align, "window": [-0.1, 0.2]}
    never, also, decided = as_network(decisions(), True), as_network(decisions(seed=1), True), as_network(decisions())
    table = view({"first": [never, also, decided], "second": [decided]}, **options)
    passed = table[table["note"].notna()]
    assert passed[["source", "seed"]].to_numpy().tolist() == [["first", 0], ["first", 1]]
    assert passed.drop(columns=["source", "seed", "note"]).isna().all(axis=None)
    shown = table[table["note"].isna()].drop(columns="note")
    assert shown.groupby("source")["seed"].unique().map(list).to_dict() == {"first": [2], "second": [0]}
    alone = view({"second": [decided]}, **options)
    for name in ("first", "second"):
        mine = shown[shown["source"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine[list(alone)].assign(source="second", seed=0), alone)


@pytest.mark.parametrize(("view", "options"), [(example_units, CELLS | {"units": 1}), (choice_trajectories, PATHS)])
def test_if_no_network_decides_there_are_notes_and_for_a_recording_an_error(view, options):
    table = view({"model": [as_network(decisions(seed=k), True) for k in range(2)]}, **options)
    assert table["seed"].tolist() == [0, 1] and table["note"].str.contains("wanted some").all()
    with pytest.raises(BadActivity, match=r"found no choice and .coherence. with at least 2 of"):
        view({"recording": [as_network(decisions(), True).assign_attrs(source="recording")]}, **options)


def test_too_few_units_for_the_components_are_refused():
    with pytest.raises(BadActivity, match="of model, area 1: found 3 units, wanted at least 4, one per component"):
        choice_trajectories({"model": [decisions()]}, **PATHS | {"components": 4})
    with pytest.raises(BadOption, match="found components 0, wanted at least 1"):
        choice_trajectories({"model": [decisions()]}, **PATHS | {"components": 0})
    with pytest.raises(BadOption, match="found units 0, wanted at least 1"):
        example_units({"model": [decisions()]}, units=0, **CELLS)


def a_task():
    times = {"alone": [0.3, 0.5], "both": 0.6, "after": 0.2, "early": 0.1, "early_outputs": "free", "dt": 0.02}
    return small_checkerboard(red_squares=[45, 180], low=0.2, train_trials=20, test_trials=3, **times)


def ran(task, order=None):
    """A network that was simulated on the test trials, or on some of them."""
    shown = task.isel(trial=task["set"].values == "test")
    shown = shown if order is None else shown.isel(trial=order)
    count = shown.sizes["trial"]
    rng = np.random.default_rng(1)
    return activity.build(
        rng.standard_normal((count, 11, 4)),
        time=np.arange(11) * 0.02,
        unit=[f"unit_{k}" for k in range(4)],
        condition=shown.condition.values.tolist(),
        behavior=rng.standard_normal((count, 11, 2)),
        channel=["left", "right"],
        per_trial={"rt": np.where(np.arange(count) == 4, 0.16, np.nan)},
        source="network",
    )


def test_a_trial_of_the_task_is_shown_from_its_onset_to_its_end():
    task = a_task()
    condition = task.condition.values[task["set"].values == "test"][4]
    table = example_trial({"model": [ran(task)], "target": [task]}, condition=str(condition), events=["onset", "end"])
    tested = task.isel(trial=task["set"].values == "test")
    trial = tested.isel(trial=tested.condition.values.tolist().index(condition))
    mine = table[table["source"] == "target"]
    when = mine[mine["kind"] == "event"].set_index("channel")["time"]
    assert when["onset"] == 0 and when["end"] == pytest.approx(float(trial.end - trial.onset))
    red = mine[mine["channel"] == "coherence_red"]
    assert red["time"].max() < when["end"] and red["time"].min() == pytest.approx(-float(trial.onset))
    assert red.loc[red["time"] >= 0, "value"].iloc[0] == pytest.approx(float(trial.coherence))
    assert (red.loc[red["time"] < 0, "value"] == 0).all()
    unpunished = mine[(mine["kind"] == "mask") & (mine["value"] == 0)]["time"]
    assert unpunished.min() == 0 and unpunished.max() == pytest.approx(0.08)
    assert set(mine.loc[mine["kind"] == "threshold", "value"]) == {0.6}


def test_the_outputs_of_a_network_are_those_of_the_same_trial():
    task = a_task()
    network = ran(task)
    names = network.condition.values.tolist()
    table = example_trial({"model": [network], "target": [task]}, condition=names[4], events=[])
    first = names.index(names[4])
    own = table[(table["source"] == "model") & (table["kind"] == "output")]
    for k, channel in enumerate(["left", "right"]):
        assert own.loc[own["channel"] == channel, "value"].tolist() == network.behavior.values[first, :, k].tolist()
    other = ran(task, order=[9, 3, 4])
    table = example_trial({"model": [other], "target": [task]}, condition=other.condition.values[1], events=[])
    own = table[(table["source"] == "model") & (table["channel"] == "left")]
    assert own["value"].tolist() == other.behavior.values[1, :, 0].tolist()


def test_a_decision_is_an_event_of_the_network():
    task = a_task()
    network = ran(task).assign_coords(rt=("trial", np.full(12, 0.16)))
    rows = example_trial({"model": [network], "target": [task]}, condition=None, events=[])
    assert rows.loc[(rows["source"] == "model") & (rows["kind"] == "event"), "time"].tolist() == [0.16]
    undecided = network.assign_coords(rt=("trial", np.full(12, np.nan)))
    rows = example_trial({"model": [undecided], "target": [task]}, condition=None, events=[])
    assert not ((rows["source"] == "model") & (rows["kind"] == "event")).any()


def test_invalid_conditions_and_events_are_refused():
    task = a_task()
    study = {"model": [ran(task)], "target": [task]}
    with pytest.raises(BadOption, match=r"found condition 'red_left/46', wanted a condition of the task. Did you mean"):
        example_trial(study, condition="red_left/46", events=[])
    with pytest.raises(BadOption, match=r"found events \['onsett'\], wanted a choice of .*Did you mean 'onset'"):
        example_trial(study, condition=None, events=["onsett"])
    with pytest.raises(BadActivity, match=r"found sources \['model'\], wanted also 'target', the task"):
        example_trial({"model": [ran(task)]}, condition=None, events=[])


def test_the_targets_of_a_task_with_classes_are_1_for_the_class_of_each_time():
    task = small_perceptual(test_trials=1)
    condition = "-0.100"
    options = {"condition": condition, "events": ["stimulus_on", "decision_on"]}
    network = as_activity(perceptual_network(), task, smooth=0.0, window=(-0.1, 0.85), bin=0.05, seed=0)
    found = example_trial({"target": [task], "leaky": [network]}, **options)
    shown = found[found["kind"] == "target"].pivot(index="time", columns="channel", values="value")
    assert (shown.sum(axis=1) == 1).all()
    assert (shown.loc[shown.index < 0.79, "fixate"] == 1).all() and (shown.loc[shown.index > 0.79, "right"] == 1).all()
    events = found[found["kind"] == "event"].set_index("channel")["value"]
    assert events["stimulus_on"] == 0 and events["decision_on"] == pytest.approx(0.8)
