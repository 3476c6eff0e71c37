"""Hidden states of PyTorch's modules are those that the modules compute, and the modules stay as they were."""

import numpy as np
import pytest
import torch
import xarray as xr
from torch import nn

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.imported.hidden_states import hidden_states
from rnncompare.library.from_torch import from_torch
from rnncompare.plugins import BadOption

TIME = np.arange(-3, 4) / 10
NAMES = ["0", "90", "180"]


def inputs(seed=0):
    return np.random.default_rng(seed).standard_normal((len(NAMES), len(TIME), 2))


def run(module, given=None, **options):
    return from_torch(module, inputs() if given is None else given, **({"time": TIME, "conditions": NAMES} | options))


def made(kind, **options):
    torch.manual_seed(1)
    return kind(2, 5, **options)


KINDS = {
    "rnn": (nn.RNN, {}),
    "rnn_relu": (nn.RNN, {"nonlinearity": "relu"}),
    "gru": (nn.GRU, {}),
    "lstm": (nn.LSTM, {}),
    "lstm_projected": (nn.LSTM, {"proj_size": 3}),
    "without_bias": (nn.GRU, {"bias": False}),
}


@pytest.mark.filterwarnings("ignore:LSTM with projections")  # of a library that torch falls back from
@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_the_last_layer_is_the_modules_output(kind, layers, batch_first):
    function, options = KINDS[kind]
    module = made(function, num_layers=layers, batch_first=batch_first, **options)
    given = torch.as_tensor(inputs(), dtype=torch.float32)
    with torch.no_grad():
        expected, _ = module(given if batch_first else given.transpose(0, 1))
    expected = expected if batch_first else expected.transpose(0, 1)
    data = run(module)
    np.testing.assert_allclose(data.rate.values, expected.numpy(), rtol=0, atol=1e-6)
    assert data.condition.values.tolist() == NAMES and np.allclose(data.time.values, TIME)


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_a_lower_layer_is_the_output_of_the_layers_up_to_it(kind):
    module = made(kind, num_layers=3)
    below = kind(2, 5, num_layers=2)
    with torch.no_grad():
        for ours, theirs in zip(below.all_weights, module.all_weights[:2], strict=True):
            for one, other in zip(ours, theirs, strict=True):
                one.copy_(other)
    for layer in (1, -2):
        np.testing.assert_allclose(run(module, layer=layer).rate, run(below).rate, rtol=0, atol=1e-6)


def test_states_are_those_of_elmans_equation():
    module, given = made(nn.RNN).double(), inputs()
    w, u, b, c = (p.detach().numpy() for p in module.all_weights[0])
    h, expected = np.zeros((len(NAMES), 5)), []
    for t in range(len(TIME)):
        h = np.tanh(given[:, t] @ w.T + b + h @ u.T + c)
        expected.append(h)
    np.testing.assert_allclose(run(module).rate.values, np.stack(expected, axis=1), rtol=0, atol=1e-12)


def test_cells_and_hidden_states_of_an_lstm_belong_to_each_other():
    module = made(nn.LSTM)
    hidden, cell = (run(module, state=state).rate.values for state in ("hidden", "cell"))
    ratio = hidden / np.tanh(cell)
    assert ((ratio > 0) & (ratio < 1)).all()  # the output gate


def test_an_initial_state_is_where_the_module_begins():
    module, start = made(nn.GRU, num_layers=2), torch.randn(2, len(NAMES), 5)
    with torch.no_grad():
        expected, _ = module(torch.as_tensor(inputs(), dtype=torch.float32).transpose(0, 1), start)
    found = run(module, initial=start).rate.values
    np.testing.assert_allclose(found, expected.transpose(0, 1).numpy(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_dropout_is_off_no_gradient_is_kept_and_the_mode_is_restored(training):
    module = made(nn.GRU, num_layers=2, dropout=0.5).train(training)
    one, other = run(module), run(module)
    assert one.identical(other) and module.training is training
    assert all(parameter.grad is None for parameter in module.parameters())
    with pytest.raises(RuntimeError):
        run(module, initial=torch.zeros(1, 1, 1))
    assert module.training is training


def test_what_is_written_is_read_as_the_activity_of_a_model(tmp_path):
    outputs = np.random.default_rng(0).standard_normal((len(NAMES), len(TIME), 2))
    data = run(made(nn.GRU), outputs=torch.as_tensor(outputs), out=tmp_path / "0.nc")
    xr.testing.assert_identical(activity.read(tmp_path / "0.nc"), data)
    found = hidden_states(tmp_path / "0.nc", smooth=0)
    assert found.rate.equals(data.rate) and (found.behavior.values == outputs).all()


class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(2, 5)


@pytest.mark.parametrize(
    ("module", "options", "message"),
    [
        (nn.GRU(2, 5, bidirectional=True), {}, "found a bidirectional module, wanted one that runs forwards"),
        (Whole(), {}, r"found Whole, wanted nn\.RNN, nn\.GRU or nn\.LSTM; it has one, `module\.rnn`"),
        (nn.GRUCell(2, 5), {}, r"found GRUCell, wanted nn\.RNN.*numpy\.savez"),
        (3, {}, "found int, wanted"),
        (nn.GRU(2, 5, num_layers=2), {"layer": 2}, "found layer 2 of 2, wanted -2 to 1"),
        (nn.GRU(2, 5), {"state": "cell"}, "found state 'cell' of GRU, wanted hidden .or cell of an LSTM"),
    ],
)
def test_what_has_no_such_states_is_refused_in_words(module, options, message):
    with pytest.raises(BadOption, match=message):
        run(module, **options)


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (inputs()[0], {}, r"found inputs of shape \(7, 2\), wanted \(condition, time, 2\)"),
        (inputs()[..., :1], {}, r"found inputs of shape \(3, 7, 1\), wanted \(condition, time, 2\)"),
        (inputs().swapaxes(0, 1), {}, r"found inputs of shape \(7, 3, 2\), 3 conditions and 7 times, wanted inputs"),
        (np.full((3, 7, 2), np.nan), {}, "found inputs with NaN"),
        (inputs(), {"outputs": np.zeros((3, 6, 1))}, r"found outputs of shape \(3, 6, 1\), wanted \(3, 7, 'outputs'\)"),
    ],
)
def test_arrays_of_other_shapes_are_refused(given, options, message):
    with pytest.raises(BadActivity, match=message):
        run(made(nn.GRU), given, **options)
