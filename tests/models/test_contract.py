"""What every model of the folder does: it learns, is reproducible, and can be stored, simulated and perturbed."""

import numpy as np
import pytest
import torch
from support.deciding import small_context
from support.gated import MODELS, OPTIONS, network_of_model, options_of_model

from rnncompare.training import checkpoint, streams
from rnncompare.training.capabilities import lacks_of
from rnncompare.training.disturbances import Disturbances
from rnncompare.training.goal import ideal_correct
from rnncompare.training.measurement import decisions_of, measure
from rnncompare.training.options import Training
from rnncompare.training.robustness import robustness
from rnncompare.training.simulate import as_activity
from rnncompare.training.train import train

TRAINING = {
    "weights": 1e-5, "rates": 1e-3, "dynamics": 0.0, "mean_weights": 1e-3, "vanishing": 0.0, "delays": None,
    "rule": "backpropagation",
    "optimiser": "adam", "learning_rate": 1e-2, "decay": "cosine", "steps": 150, "batch": 32, "clip": 1.0,
    "stop_at": None, "stop_correct": None, "stop_over": 1, "at_least": 0, "check_every": 75, "validation": 2,
    "patience": None, "device": "cpu",
}  # fmt: skip
RECURRENT = [name for name in MODELS if "robustness" not in lacks_of(name)]
UNITS = {"gru": 20, "lstm": 20, "ugrnn": 20}  # of networks that learn this task; others have 40


def options_of(name, **changes):
    """The training of a model, without the penalties that it lacks."""
    lacking = [n for n in TRAINING if f"training.{n}" in lacks_of(name)]
    return Training(**TRAINING | dict.fromkeys(lacking, 0.0) | changes)


@pytest.fixture(scope="module")
def task():
    return small_context()


@pytest.fixture(scope="module")
def learnt(task):
    """A trained network of each model, and its history, when they are first asked for."""
    made = {}

    def of(name):
        if name not in made:
            network = network_of_model(name, units=UNITS.get(name, 40))
            made[name] = network, train(network, task, options_of(name), seed=0, progress=None)
        return made[name]

    return of


@pytest.mark.parametrize("name", MODELS)
def test_a_model_learns_to_decide_by_the_relevant_input(name, task, learnt):
    """A share above .75 needs the context: a network that sums both inputs is right in about half of the conflicts."""
    network, history = learnt(name)
    test = np.flatnonzero(task["set"].values == "test")
    data = [torch.as_tensor(task[part].values) for part in ("inputs", "targets", "mask")]
    noise = streams.noise(0, streams.SIMULATED_NOISE)
    assert measure(network, data, test, 1.0, noise, decisions_of(task))[1] > 0.8
    assert history["correct"][0] < 0.65 and 0.9 < history["ideal_correct"] < 1
    assert (history["rates"][1:] > 0).all() and (history["mean_weights"] > 0).all() == (name in RECURRENT)


def test_all_models_with_the_same_noise_have_the_same_ideal_observer(task):
    shares = [ideal_correct(network_of_model(name), task, np.arange(100)) for name in MODELS]
    assert len(set(shares)) == 1


@pytest.mark.parametrize("name", MODELS)
def test_the_same_seed_gives_the_same_bytes(name, task):
    def trained(seed):
        network = network_of_model(name)
        train(network, task, options_of(name, steps=3), seed=seed, progress=None)
        return b"".join(tensor.numpy().tobytes() for tensor in network.state_dict().values())

    first = trained(0)
    torch.manual_seed(1)
    assert trained(0) == first != trained(1)


@pytest.mark.parametrize("name", MODELS)
def test_a_stored_network_is_the_same_and_is_simulated_on_the_test_set(name, task, learnt, tmp_path):
    network, history = learnt(name)
    given = {part: OPTIONS[part] for part in ("inputs", "outputs", "dt", "seed")}
    options = options_of_model(name, units=UNITS.get(name, 40), noise=vars(network.noise))
    own = {part: value for part, value in options.items() if part not in given}
    about = {"config": {"network": {"use": name, **own}, "training": TRAINING}, "given": given, "device": "cpu"}
    checkpoint.save(tmp_path / "weights.pt", network, **about, history=history)
    again = checkpoint.network_of(checkpoint.load(tmp_path / "weights.pt"))
    how = {"smooth": 0.0, "window": (-0.5, 0.1), "bin": 0.1, "seed": 0}
    one, other = (as_activity(net, task, **how) for net in (network, again))
    variables = 2 if name == "stp" else 1
    assert (
        one.equals(other) and one.sizes["unit"] == variables * UNITS.get(name, 40) and one.correct.values.mean() > 0.8
    )


@pytest.mark.parametrize("name", RECURRENT)
def test_perturbations_of_a_model_include_those_of_all_its_recurrent_weights(name, task, learnt):
    some = task.isel(trial=slice(0, 40))
    strengths = Disturbances(repeats=3, input_strengths=[0.5], recurrent_strengths=[0.0, 2.0], recurrent_sds=[1.0])
    arrays = (some[part].values for part in ("inputs", "targets", "mask"))
    rows = robustness(learnt(name)[0], *arrays, strengths, seed=0)
    error = {(r["variable"], r["strength"]): r["value"] for r in rows if r["statistic"] == "error_mean"}
    assert len({error[variable, 0.0] for variable, _ in error}) == 1
    assert error["recurrent", 2.0] > 1.5 * error["recurrent", 0.0] and error["recurrent_absolute", 1.0] > 50
    assert error["inputs", 0.5] != error["inputs", 0.0]
