"""Training: reproducibility, stopping, held-out conditions, penalties and errors."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch
import xarray as xr
from support.deciding import small_network

from rnncompare import plugins
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.training.loss import FURTHER, RECORDED, null_error
from rnncompare.training.measurement import measure
from rnncompare.training.options import OF_DISTANCES, PENALTIES, Training
from rnncompare.training.penalties import absolute_weights, wiring
from rnncompare.training.simulate import simulate
from rnncompare.training.train import Diverged, train
from rnncompare.training.trials import BadTraining

CHECK_EVERY = 5
OPTIONS = {
    "weights": 0.0, "rates": 0.0, "dynamics": 0.0, "mean_weights": 0.0, "vanishing": 0.0, "delays": "all",
    "rule": "backpropagation",
    "optimiser": "adam", "learning_rate": 1e-2, "decay": "none", "steps": 40, "batch": 4, "clip": 1.0,
    "stop_at": None, "stop_correct": None, "stop_over": 1, "at_least": 0, "check_every": CHECK_EVERY, "validation": 0,
    "patience": None, "device": "cpu",
}  # fmt: skip


def reaching(conditions=6, delays=(0.1, 0.2), times=40):
    """Inputs give a direction during a delay and then a go cue, after which the outputs move in that direction."""
    angle = np.repeat(np.arange(conditions) * 2 * np.pi / conditions, len(delays))
    delay = np.tile(delays, conditions)
    t = np.arange(times) * 0.01
    preparing = (t >= 0.25 - delay[:, None]) & (t < 0.25)
    inputs = np.stack(
        [
            np.cos(angle)[:, None] * preparing,
            np.sin(angle)[:, None] * preparing,
            np.tile(np.abs(t - 0.25) < 0.02, (len(angle), 1)),
        ],
        -1,
    )
    bump = np.exp(-0.5 * ((t - 0.32) / 0.04) ** 2)
    targets = np.stack([np.cos(angle)[:, None] * bump, np.sin(angle)[:, None] * bump], -1)
    condition = np.repeat([f"{k}" for k in range(conditions)], len(delays))
    return xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), inputs),
            "targets": (("trial", "time", "output"), targets),
            "mask": (("trial", "time"), np.ones((len(angle), times))),
        },
        coords={"time": t, "condition": ("trial", condition), "delay": ("trial", delay)},
        attrs={"reference_delay": delays[0]},
    )


def with_other_targets(data, trials, value=1e3):
    """The same task with all targets of some trials replaced by one value."""
    return data.assign(targets=data.targets.where(~xr.DataArray(trials, dims="trial"), value))


def network(seed=0, **changes):
    return small_network(seed=seed, **{"units": 30} | changes)


def trained(data=None, net=None, *, seed=0, progress=None, **options):
    net, data = network() if net is None else net, reaching() if data is None else data
    return net, train(net, data, Training(**OPTIONS | options), seed=seed, progress=progress)


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


def test_the_same_seed_gives_bit_identical_weights_and_history():
    options = {"weights": 1e-4, "rates": 0.05, "dynamics": 1e-4, "decay": "cosine", "validation": 1}
    (a, first), (b, second) = trained(**options), trained(**options)
    assert same(a, b)
    np.testing.assert_equal(first, second)
    assert not same(a, trained(**options, seed=1)[0])


def test_training_learns_the_task_and_reports_the_error_of_the_final_weights():
    data = reaching()
    net, history = trained(data, steps=200)
    at_reference = data.isel(trial=data.delay.values == data.attrs["reference_delay"])
    targets = at_reference.targets.values
    outputs = simulate(net, at_reference.inputs.values)[1]
    variance = ((targets - targets.mean((0, 1))) ** 2).mean()
    assert history["final_error"] == pytest.approx(((outputs - targets) ** 2).mean() / variance, rel=1e-4)
    assert history["final_error"] < 0.1 < history["error"][0]
    assert history["stopped"] == "steps" and history["final_step"] == 200


def test_training_stops_at_the_first_check_at_or_below_the_given_error():
    _, history = trained(steps=400, stop_at=0.3)
    assert history["stopped"] == "reached"
    assert history["error"][-1] <= 0.3 < history["error"][:-1].min()
    assert history["final_step"] == history["step"][-1] < 400 and history["final_step"] % CHECK_EVERY == 0


def test_training_does_not_stop_before_the_least_number_of_updates():
    _, early = trained(steps=400, stop_at=0.3)
    _, late = trained(steps=400, stop_at=0.3, at_least=early["final_step"] + 50)
    assert late["stopped"] == "reached" and late["final_step"] == early["final_step"] + 50


def test_a_training_that_does_not_reach_the_given_error_reports_it():
    _, history = trained(steps=7, stop_at=1e-6)
    assert history["stopped"] == "steps" and history["final_error"] > 1e-6
    assert history["step"].tolist() == [0, 5, 7]


def test_when_patience_ends_the_best_weights_on_held_out_conditions_are_kept():
    data = reaching(delays=(0.2,))
    net, history = trained(data, validation=2, patience=20, steps=600, learning_rate=3e-2)
    best = int(np.argmin(history["validation_error"]))
    assert history["stopped"] == "patience"
    assert history["step"][-1] - history["step"][best] >= 20
    assert history["final_step"] == history["step"][best]
    assert history["final_validation_error"] == history["validation_error"].min()
    tensors = [torch.as_tensor(data[name].values, dtype=torch.float32) for name in ("inputs", "targets", "mask")]
    errors = [measure(net, tensors, np.array([k]), 1.0)[0] for k in range(6)]
    held = np.random.default_rng([0, 0]).permutation(np.unique(data.condition))[:2]
    kept = ~np.isin(data.condition, held)
    scale = null_error(data.targets.values[kept], data.mask.values[kept])
    assert history["final_error"] == pytest.approx(np.mean(np.array(errors)[kept]) / scale, rel=1e-4)


def test_held_out_conditions_are_not_trained_on_at_any_delay():
    data = reaching()
    held = np.random.default_rng([0, 0]).permutation(np.unique(data.condition))[:2]
    other_targets = with_other_targets(data, np.isin(data.condition, held))
    (a, clean), (b, other) = trained(data, validation=2), trained(other_targets, validation=2)
    assert same(a, b)
    assert np.array_equal(clean["error"], other["error"]) and not np.array_equal(
        clean["validation_error"], other["validation_error"]
    )


def test_one_delay_trains_only_on_the_reference_delay_and_is_measured_in_the_same_trials():
    data = reaching()
    other_targets = with_other_targets(data, data.delay.values != data.attrs["reference_delay"])
    (a, one), (b, other) = trained(data, delays="one"), trained(other_targets, delays="one")
    assert same(a, b)
    assert trained(data, delays="all")[1]["error"][0] == one["error"][0] == other["error"][0]


def test_errors_do_not_depend_on_the_units_of_the_targets():
    data = reaching()
    scaled = data.assign(targets=10 * data.targets)
    history = trained(data)[1]
    net = network()
    with torch.no_grad():
        net.output_weights.mul_(10)
    assert trained(scaled, net, steps=1)[1]["error"][0] == pytest.approx(history["error"][0], rel=1e-5)


def test_the_loss_is_the_sum_of_its_terms_without_penalties_of_zero_weight():
    _, history = trained(weights=1e-3, rates=0.1, mean_weights=0.5, vanishing=2.0)
    assert np.allclose(history["loss"], sum(history[name] for name in ("task", *PENALTIES)))
    assert all((history[name] > 0).all() for name in PENALTIES if name != "dynamics") and not history["dynamics"].any()


def test_further_penalties_have_a_column_only_if_they_have_a_weight_and_change_nothing_with_0():
    plain, without = trained(steps=5)
    again, zero = trained(steps=5, wiring=0.0, absolute_weights=0.0, matrices={"input": {"l1": 0.0}, "output": None})
    assert same(plain, again) and list(without) == list(zero) and not set(FURTHER) & set(without)
    further = {name: {name: 1e-3} for name in OF_DISTANCES}
    further |= {
        f"{k}_{m}": {"matrices": {m: {k: 1e-3}}} for k in ("l1", "l2") for m in ("recurrent", "input", "output")
    }
    assert {*further, RECORDED} == set(FURTHER)
    for name, options in further.items():
        other, history = trained(steps=5, **options)
        assert not same(plain, other) and (history[name] > 0).all()
        assert np.allclose(history["loss"], history["task"] + history[name])
        assert [column for column in history if column != name] == list(without)


@pytest.mark.parametrize(
    ("penalty", "value"),
    [
        ("weights", 1e-2), ("rates", 5.0), ("dynamics", 5e-2), ("mean_weights", 5.0), ("wiring", 1e-2),
        ("absolute_weights", 1e-2),
    ],
)  # fmt: skip
def test_each_penalty_reduces_what_it_penalises(penalty, value):
    data = reaching()
    free, kept = trained(data, steps=100)[0], trained(data, steps=100, **{penalty: value})[0]
    size = {
        "weights": lambda n: n.input_weights.square().sum() + n.output_weights.square().sum(),
        "rates": lambda n: n(torch.as_tensor(data.inputs.values, dtype=torch.float32))[0].square().mean(),
        "dynamics": lambda n: n.recurrent_weights.square().sum(),
        "mean_weights": lambda n: sum(w.square().mean() for w in (n.recurrent_weights, n.input_weights)),
        "wiring": wiring,
        "absolute_weights": absolute_weights,
    }[penalty]
    assert size(kept) < 0.9 * size(free)


def test_only_the_penalty_by_distance_makes_connections_shorter():
    def length(n):
        return (wiring(n) / n.recurrent_weights.abs().sum()).item()

    free, control, short = (trained(steps=100, **p)[0] for p in ({}, {"absolute_weights": 1e-2}, {"wiring": 1e-2}))
    assert length(short) < 0.8 * length(control) and length(control) == pytest.approx(length(free), rel=0.1)


def test_the_cosine_ends_at_a_learning_rate_of_zero():
    a, history = trained(decay="cosine", steps=40)
    assert abs(history["error"][-1] - history["error"][-2]) < abs(history["error"][1] - history["error"][0]) / 10
    assert not same(a, trained(decay="none", steps=40)[0])


def test_progress_is_called_at_every_check():
    calls = []
    _, history = trained(progress=lambda *arguments: calls.append(arguments))
    assert calls == [(step, 40, error) for step, error in zip(history["step"], history["error"], strict=True)]


def test_after_divergence_the_weights_of_the_last_finite_check_are_kept():
    """The kept weights are those of a training that ends at that update."""
    options = {"optimiser": "sgd", "learning_rate": 0.3, "clip": None, "check_every": 1, "decay": "none"}
    found, history = trained(net=network(nonlinearity="relu"), **options)
    assert history["stopped"] == "diverged" and 0 < history["final_step"] < 40
    assert history["final_error"] == history["error"][-1] and np.isfinite(history["error"]).all()
    again, _ = trained(net=network(nonlinearity="relu"), **options | {"steps": history["final_step"]})
    assert same(found, again)


def test_a_network_that_explodes_before_training_raises_an_error_that_names_g_and_h():
    with pytest.raises(Diverged, match=r"found an error of (nan|inf) before the first update.*lower g or h"):
        trained(net=network(nonlinearity="relu", g=1e9))


def test_every_option_of_the_training_must_be_in_the_config():
    plugins.check(Training, OPTIONS, "reach.training")
    with pytest.raises(BadOption, match="found no value for stop_at"):
        plugins.check(Training, {k: v for k, v in OPTIONS.items() if k != "stop_at"}, "reach.training")


def test_the_options_of_a_training_are_keywords_and_cannot_be_changed():
    with pytest.raises(TypeError, match="positional"):
        Training(*OPTIONS.values())
    with pytest.raises(FrozenInstanceError):
        Training(**OPTIONS).steps = 3


def test_a_config_is_checked_like_the_options_of_a_training():
    with pytest.raises(BadOption, match=r"^reach\.training\.steps: found 0, wanted"):
        check_values(Training, OPTIONS | {"steps": 0}, "reach.training")
    with pytest.raises(BadOption, match=r"^reach\.training: found at_least 9999, wanted from 0 to steps"):
        check_values(Training, OPTIONS | {"at_least": 9999}, "reach.training")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": -1.0}, "training.weights: found -1.0, wanted a penalty of at least 0"),
        ({"learning_rate": 0}, "training.learning_rate: found 0.0, wanted a learning rate of at least 1e-12"),
        ({"clip": float("nan")}, "training.clip: found nan, wanted a finite number"),
        ({"at_least": 9999}, "training: found at_least 9999, wanted from 0 to steps"),
        ({"stop_at": 0.0}, "training.stop_at: found 0.0, wanted a number of at least 1e-12"),
        ({"decay": "linear"}, "training.decay: Input should be 'cosine' or 'none' (found 'linear')"),
        ({"steps": 0}, "training.steps: found 0, wanted a number of updates of at least 1"),
        ({"batch": 0}, "training.batch: found 0, wanted a number of trials of at least 1"),
        ({"patience": 5}, "found patience 5, wanted null if validation is 0"),
        ({"patience": 0, "validation": 1}, "training.patience: found 0, wanted a number of updates of at least 1"),
        ({"validation": 6}, "found validation 6, wanted from 0 to 5 held-out conditions of 6"),
        ({"delays": "many"}, "training.delays: Input should be 'all' or 'one' (found 'many')"),
        ({"optimiser": "adm"}, "training.optimiser: Input should be 'adam', 'sgd', 'gauss_newton' or 'least_squares'"),
        ({"check_every": 0}, "training.check_every: found 0, wanted a number of updates of at least 1"),
        ({"stop_correct": 65}, "training.stop_correct: found 65.0, wanted a share above 0 and at most 1"),
        ({"stop_correct": 0.65}, "found stop_correct 0.65, wanted null for a task without decisions"),
        ({"delays": None}, "found delays 'None', wanted 'all' or 'one'"),
        ({"device": "gpu"}, "training.device: Input should be 'auto', 'cpu' or 'cuda' (found 'gpu')"),
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(change, message):
    with pytest.raises(BadOption) as error:
        trained(**change)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.drop_vars("inputs"), "found inputs none, wanted dimensions ('trial', 'time', 'input')"),
        (lambda d: d.assign(mask=d.mask.T), "found mask ('time', 'trial'), wanted dimensions ('trial', 'time')"),
        (lambda d: d.assign(targets=d.targets.where(d.targets < 1)), "values of targets NaN or infinite, wanted none"),
        (lambda d: d.assign(mask=d.mask * (np.arange(12) > 1)[:, None]), "found 2 trials without any time in the mask"),
        (
            lambda d: d.assign(targets=0 * d.targets + 1),
            "found a variance of 0 over 240 times in the mask, wanted targets that vary",
        ),
        (
            lambda d: d.assign_attrs(reference_delay=0.15),
            "found no trial at the reference delay of 0.15 s for conditions",
        ),
    ],
)
def test_invalid_data_are_refused_with_a_reason(change, message):
    with pytest.raises(BadTraining) as error:
        trained(change(reaching()))
    assert message in str(error.value)
