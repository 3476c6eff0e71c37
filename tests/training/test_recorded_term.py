"""Recorded activity in the loss: what it is, that nothing held out enters it, and that weight 0 changes no bit."""

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter1d
from training.test_train import OPTIONS, network, reaching, same

from rnncompare import activity
from rnncompare.activity.trained_on import label_of, without_trained_units
from rnncompare.plugins import BadOption
from rnncompare.training.options import Training
from rnncompare.training.recorded_options import RecordedActivity, RecordedUnits
from rnncompare.training.recorded_term import RecordedTerm, shuffled, trained_units
from rnncompare.training.simulate import simulate
from rnncompare.training.train import train
from rnncompare.training.trials import BadTraining, split

RECORDED = slice(5, 35)  # the steps of the task that are recorded
ENTRY = {
    "weight": 1.0, "task": 1.0, "source": "recording", "units": {"share": 0.5, "seed": 3}, "soft_normalise": 0.2,
    "readout_penalty": 0.0, "shuffle": None,
}  # fmt: skip
SMOOTH = 0.02


def task_of(**options):
    """The reaching task, of which a part of the times is recorded."""
    data = reaching(**options)
    recorded = np.zeros(data.sizes["time"], dtype=bool)
    recorded[RECORDED] = True
    return data.assign_coords(recorded=("time", recorded))


def recording_of(task, units=7, seed=0, **changes):
    """Three trials of each condition of units with smooth activity."""
    rng = np.random.default_rng(seed)
    names = np.repeat(np.unique(task.condition.values), 3).tolist()
    rate = 10 + gaussian_filter1d(rng.standard_normal((len(names), task.recorded.values.sum(), units)), 3, axis=1) * 9
    given = {"time": task.time.values[task.recorded.values], "unit": [f"u{k}" for k in range(units)]} | changes
    return activity.build(rate, condition=names, source="session", **given)


def term_of(task, recording, *, seed=0, net=None, validation=2, delays="all", smooth=SMOOTH, **entry):
    part = split(task, delays=delays, validation=validation, seed=seed)
    options = RecordedActivity(**ENTRY | entry)
    net = network() if net is None else net
    return RecordedTerm(task, recording, options, part, smooth=smooth, seed=seed, network=net), part


def trained(task, recording, *, seed=0, entry=None, net=None, **options):
    net = network(seed) if net is None else net
    given = Training(**OPTIONS | {"recorded": ENTRY | (entry or {}), "validation": 2} | options)
    return net, train(net, task, given, seed=seed, progress=None, recording=recording, smooth=SMOOTH)


def test_weight_0_gives_the_network_of_the_task_alone_to_the_last_bit():
    task = task_of()
    recording, alone = recording_of(task), network()
    history = train(alone, task, Training(**OPTIONS | {"validation": 2}), seed=0, progress=None)
    net, found = trained(task, recording, entry={"weight": 0.0})
    assert same(alone, net)
    np.testing.assert_equal(found, history)  # of which some are NaN
    other, _ = trained(task, recording)
    assert not same(alone, other)


def test_the_term_is_the_unexplained_share_of_the_activity_of_trained_units_and_conditions():
    task = task_of()
    recording, net = recording_of(task), network(4)
    term, part = term_of(task, recording, net=net, readout_penalty=0.1)
    rng = np.random.default_rng(1)
    weights, offset = rng.standard_normal((3, 30)), rng.standard_normal(3)
    with torch.no_grad():
        term.weights.copy_(torch.as_tensor(weights))
        term.offset.copy_(torch.as_tensor(offset))
    # The same, from the rates of all trials, by loops.
    names, rates = task.condition.values, gaussian_filter1d(simulate(net, task.inputs.values)[0], SMOOTH / 0.01, axis=1,
                                                           mode="nearest")  # fmt: skip
    average = activity.condition_average(recording)
    kept = [k for k, name in enumerate(average.condition.values) if name in set(names[part.measured])]
    y = average.rate.values[kept][:, :, [average.unit.values.tolist().index(u) for u in term.units]]
    span = y.max(axis=(0, 1)) - y.min(axis=(0, 1))
    y = (y - y.mean(axis=(0, 1))) / (span + 0.2 * np.median(span))
    error = 0.0
    for k, condition in enumerate(average.condition.values[kept]):
        (trial,) = [t for t in part.measured if names[t] == condition]
        error += ((rates[trial, RECORDED] @ weights.T + offset - y[k]) ** 2).sum()
    wanted = error / (y**2).sum() + 0.1 * (weights**2).sum() / 3
    with torch.no_grad():
        every, _ = net(torch.as_tensor(task.inputs.values, dtype=torch.float32))
        found = term(every[part.epoch], part.epoch)
        size, total = 5, 0.0  # batches, some without a trial at the reference delay, average to the whole
        for start in range(0, len(part.epoch), size):
            trials = part.epoch[start : start + size]
            total += float(term(every[trials], trials)) * len(trials) / len(part.epoch)
    assert float(found) == pytest.approx(wanted, rel=1e-4) and total == pytest.approx(wanted, rel=1e-4)
    first = term_of(task, recording, net=net)[0](every[part.epoch], part.epoch)
    assert float(first.detach()) == pytest.approx(1, rel=1e-5)


def test_nothing_of_held_out_conditions_or_units_enters():
    task = task_of()
    recording = recording_of(task)
    net, found = trained(task, recording)
    term, part = term_of(task, recording)
    held = set(task.condition.values[part.held_out].tolist())
    assert len(held) == 2 and held.isdisjoint(term.conditions) and len(term.units) == 3
    rate = recording.rate.values.copy()
    rate[np.isin(recording.condition.values, list(held))] *= -50
    rate[:, :, ~np.isin(recording.unit.values, term.units)] = 7
    other = recording.assign(rate=(recording.rate.dims, rate))
    again, further = trained(task, other)
    assert same(net, again) and torch.equal(found["readout"]["weights"], further["readout"]["weights"])
    rate[~np.isin(recording.condition.values, list(held))] *= np.linspace(1, 2, 30)[:, None]
    third, _ = trained(task, recording.assign(rate=(recording.rate.dims, rate)))
    assert not same(net, third)


@pytest.mark.parametrize("delays", ["all", "one"])
def test_activity_is_learnt_beside_the_task(delays):
    task = task_of()
    source = simulate(network(9), task.inputs.values)[0]
    reference = task.delay.values == task.attrs["reference_delay"]
    recording = activity.build(
        source[reference][:, RECORDED].astype(float), time=task.time.values[RECORDED],
        unit=[f"u{k}" for k in range(30)], condition=task.condition.values[reference].tolist(), source="session",
    )  # fmt: skip
    _, found = trained(task, recording, steps=150, delays=delays, validation=0)
    assert np.mean(found["recorded"][-5:]) < 0.3 and found["final_error"] < 0.5
    only, alone = trained(task, recording, steps=150, delays=delays, validation=0, entry={"task": 0.0})
    assert np.mean(alone["recorded"][-5:]) < 0.3 and (alone["task"] == 0).all()
    assert torch.equal(only.effective_output_weights(), network().effective_output_weights())


def test_the_readout_that_is_kept_is_that_of_the_last_check():
    task = task_of()
    recording = recording_of(task)
    net, found = trained(task, recording, steps=10, check_every=10, validation=0)
    readout = found["readout"]
    assert found["final_step"] == 10 and readout["units"] == trained_units(recording.unit.values.tolist(),
                                                                        RecordedUnits(share=0.5, seed=3))  # fmt: skip
    term, part = term_of(task, recording, net=net, validation=0)
    with torch.no_grad():
        term.weights.copy_(readout["weights"])
        term.offset.copy_(readout["offset"])
        last = term(net(torch.as_tensor(task.inputs.values, dtype=torch.float32))[0][part.epoch], part.epoch)
    first, _ = trained(task, recording, steps=9, check_every=9, validation=0)
    assert float(last) < 1 and not same(first, net)


def test_shuffled_conditions_never_keep_their_own_activity():
    for count in (2, 3, 8):
        orders = np.array([shuffled(count, 0, seed) for seed in range(20)])
        assert (np.sort(orders, axis=1) == np.arange(count)).all() and (orders != np.arange(count)).all()
    assert len(np.unique(orders, axis=0)) > 1
    task = task_of()
    a, b = (term_of(task, recording_of(task), shuffle=shuffle)[0].wanted for shuffle in (None, 0))
    assert not torch.equal(a, b)
    assert sorted(a.sum((1, 2)).tolist()) == sorted(b.sum((1, 2)).tolist())


def test_trained_units_are_the_first_half_of_the_control_of_that_seed():
    from rnncompare.controls.units import units

    recording = recording_of(task_of(), units=9)
    for seed in range(3):
        half = units(recording, None, seed=seed, half="first")
        found = trained_units(recording.unit.values.tolist(), RecordedUnits(share=0.5, seed=seed))
        assert found == half.unit.values.tolist() and len(found) == 4
    assert [len(trained_units(["a", "b"], RecordedUnits(share=s, seed=0))) for s in (0.01, 0.99)] == [1, 1]


def test_the_label_names_units_with_which_the_network_is_not_compared():
    task = task_of()
    recording = recording_of(task)
    _, found = trained(task, recording, steps=1)
    label = {"trained_on": found["readout"]["label"]}
    left = without_trained_units(recording.assign_attrs(label), recording)
    units = found["readout"]["units"]
    assert left.unit.values.tolist() == [name for name in recording.unit.values.tolist() if name not in units]
    assert label_of(recording.assign_attrs(label))["conditions"] == found["readout"]["conditions"]
    changed = recording_of(task, seed=1)  # the same names of units
    another = changed.assign_attrs(source="another")
    assert without_trained_units(recording.assign_attrs(label), another).identical(another)
    with pytest.raises(activity.BadActivity, match=r"units with other averages .*wanted the recording as it was read"):
        without_trained_units(recording.assign_attrs(label), changed)
    assert without_trained_units(recording, recording) is recording
    with pytest.raises(activity.BadActivity, match="trained on all 3 of its units, wanted units on which it was not"):
        without_trained_units(recording.assign_attrs(label), recording.sel(unit=units))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": 0.0, "task": 0.0}, "found weight 0 and task 0, wanted at least one above 0"),
        ({"weight": -1.0}, "training.recorded.weight: found -1.0, wanted a penalty of at least 0"),
        ({"units": {"share": 0.0, "seed": 0}}, "recorded.units.share: found 0.0, wanted a share above 0 and below 1"),
        ({"units": {"share": 1.0, "seed": 0}}, "recorded.units.share: found 1.0, wanted a share above 0 and below 1"),
        ({"units": {"share": 0.5}}, "training.recorded.units: found no value for seed, wanted one"),
        ({"weigth": 1.0}, "training.recorded.weigth"),
    ],
)
def test_bad_options_of_recorded_activity_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        Training(**OPTIONS | {"recorded": ENTRY | changes})
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "eprop"}, "found rule eprop with recorded activity, wanted backpropagation"),
        ({"patience": 5, "validation": 1}, "found patience 5 with recorded activity, wanted null"),
        ({"stop_at": 0.1, "recorded": ENTRY | {"task": 0.0}}, "found stop_at 0.1 with recorded activity, wanted null"),
    ],
)
def test_options_that_cannot_be_combined_with_recorded_activity_are_refused(options, message):
    with pytest.raises(BadOption, match=message):
        Training(**OPTIONS | {"recorded": ENTRY} | options)
    Training(**OPTIONS | {"recorded": ENTRY | {"weight": 0.0}} | {k: v for k, v in options.items() if k != "recorded"})


def test_recordings_that_do_not_fit_the_task_are_refused():
    task = task_of()
    times = task.time.values[RECORDED]
    bad = {
        "found no activity in conditions 3 of the task": recording_of(task).isel(trial=np.arange(18) // 3 != 3),
        "found 30 recorded times from 0.1 to 0.68 s in steps of 0.02 s, wanted the 30 of the task, from 0.05 to 0.34":
            recording_of(task, time=times * 2),
        "found 1 units, wanted at least 2": recording_of(task, units=1),
        "found equal rates of all 3 trained units": recording_of(task) * 0 + 1,
        "found no recording, wanted one": None,
    }  # fmt: skip
    for message, recording in bad.items():
        with pytest.raises(BadTraining, match=message):
            trained(task, recording, steps=1)
    with pytest.raises(BadTraining, match="found a task without the times of a recording"):
        trained(reaching(), recording_of(task), steps=1)


def test_a_single_trained_condition_cannot_receive_the_activity_of_another():
    task = task_of()
    count = len(set(task.condition.values.tolist()))
    with pytest.raises(BadTraining, match="found shuffle and 1 trained condition, wanted at least 2"):
        term_of(task, recording_of(task), validation=count - 1, shuffle=0)
    term_of(task, recording_of(task), validation=count - 2, shuffle=0)
