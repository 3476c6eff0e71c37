"""Networks of every model that are small enough to be trained within a second, and the cells of torch."""

import torch
from support.deciding import CONTEXT, NETWORK, context_network

from rnncompare import plugins

MODELS = plugins.available("models")
GATED = ("gru", "lstm", "ugrnn")
NOISE = {"recurrent": 0.0, "inputs": [0.2, 0.2, 0.0, 0.0]}
OPTIONS = {name: NETWORK[name] for name in ("outputs", "seed", "units", "tau", "g", "h")} | {
    "inputs": 4, "dt": CONTEXT["dt"], "g": 1.0, "gate_bias": 0.0, "noise": NOISE,
}  # fmt: skip


SYNAPSES = {
    "facilitating": 0.5,
    "facilitation": {"U": 0.15, "tau_x": 0.2, "tau_u": 1.5},
    "depression": {"U": 0.45, "tau_x": 1.5, "tau_u": 0.2},
}


IMAGE = {"shown": [1, 2], "pixels": 2, "filters": 6, "filter_size": 1, "pools": 2, "filter_seed": 0}


def options_of_model(name, **changes):
    """The options of a network of any model for context-dependent integration, with noise of the inputs."""
    known = plugins.parameters("models", name)
    more = SYNAPSES | IMAGE | {"nonlinearity": "tanh", "connectivity": None}
    more |= {"g": 2.0} if name == "stp" else {}  # synapses multiply weights by numbers below 1
    return {option: value for option, value in (OPTIONS | more | changes).items() if option in known}


def network_of_model(name, **changes):
    """A network of any model for context-dependent integration, with noise of the inputs."""
    if name == "leaky":
        return context_network(**{"units": 20} | changes)
    return plugins.find("models", name)(**options_of_model(name, **changes))


def random_network(name, *, seed=0, sd=0.5, **changes):
    """A gated network in double precision all of whose weights and biases are random numbers with this SD."""
    network = network_of_model(name, **changes).double()
    generator = torch.Generator().manual_seed(seed)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=sd, generator=generator)
    return network


def cell_of_torch(network):
    """The GRU or LSTM cell of torch with the weights and biases of a network."""
    inputs, units = network.input_weights.shape[1], network.output_weights.shape[1]
    kind, order = {
        "gru": (torch.nn.GRUCell, [0, 1, 2]),
        "lstm": (torch.nn.LSTMCell, [2, 1, 3, 0]),  # input, forget, candidate, output
    }[network.cell]
    cell = kind(inputs, units, dtype=torch.float64)
    by_gate = [w.detach().unflatten(0, (len(order), units))[order].flatten(0, 1) for w in (
        network.input_weights, network.recurrent_weights, network.unit_bias
    )]  # fmt: skip
    state = dict(zip(("weight_ih", "weight_hh", "bias_ih"), by_gate, strict=True))
    cell.load_state_dict(state | {"bias_hh": torch.zeros(len(order) * units, dtype=torch.float64)})
    return cell


def step_of_torch(network):
    """x' of states x (state, variable) and inputs u (state, input) by torch's cells, or by the formula of Collins."""
    units = network.output_weights.shape[1]
    if network.cell == "gru":
        cell = cell_of_torch(network)
        return lambda x, u: cell(u, x)
    if network.cell == "lstm":
        cell = cell_of_torch(network)
        return lambda x, u: torch.cat(cell(u, (x[..., :units], x[..., units:])), -1)
    (J, B, b) = network.recurrent_weights, network.input_weights, network.unit_bias

    def step(x, u):
        gate, candidate = (x @ J.T + u @ B.T + b).split(units, -1)
        return gate.sigmoid() * x + (1 - gate.sigmoid()) * candidate.tanh()

    return step
