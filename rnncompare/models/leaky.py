"""The leaky recurrent network of one or several areas: tau dx/dt = -x + B u + J r(x) + b, z = W r + c."""

from typing import TYPE_CHECKING, Literal, get_args

from rnncompare.models import _connectivity as areas
from rnncompare.models._connectivity import Connectivity
from rnncompare.models._initial_state import LACKS_WITH_TRAINED_START, InitialState
from rnncompare.models._noise import Noise, read_noise
from rnncompare.models._options import check_options
from rnncompare.options import masks as patterns
from rnncompare.options.masks import Mask, Matrix
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Seed, TimeConstant, TimeStep
from rnncompare.plugins import BadOption, nearest

if TYPE_CHECKING:
    from rnncompare.models._leaky_network import LeakyNetwork

Nonlinearity = Literal["rectified_tanh", "tanh", "relu", "softplus"]
Initial = Literal["random", "identity"]


def leaky(
    *,
    inputs: Count,
    outputs: Count,
    dt: TimeStep,
    seed: Seed,
    units: NetworkUnits,
    tau: TimeConstant,
    g: NotNegative,
    h: NotNegative,
    nonlinearity: Nonlinearity,
    connectivity: Connectivity | None,
    noise: Noise | None,
    initial_weights: Initial = "random",
    initial_state: InitialState = "zero",
    masks: dict[Matrix, Mask | None] | None = None,
) -> "LeakyNetwork":
    """An untrained network: J ~ N(0, g^2 / units), B ~ N(0, h^2 / inputs), W ~ N(0, 1 / units), b = c = 0.

    dt and tau in s; nonlinearity: rectified_tanh, tanh, relu or softplus, log(1 + exp x), whose rates are log 2 at the
    start. Networks with the same seed and size have the same random numbers on any device, so that their J differ only
    by the factor g.

    connectivity: null, or a sequence of `areas` with dense connections within each. `excitatory`: share of excitatory
    units of each area; `dale`: the weights from a unit are all >= 0 or all <= 0 (Song, Yang and Wang 2016);
    `inhibition`: ratio of the initial inhibitory to excitatory weight of a unit within its area (1: balanced; null: all
    weights have the same distribution); `forward` and `backward`: shares of the possible connections from excitatory
    units to the next and the previous area; `self_connections`: whether units have connections to themselves;
    `input_areas`, `output_areas` (1 is the first); `output_cells` that are read out; `positive_inputs`: input weights
    are not negative. Weights with constrained signs start as the absolute values of the same random numbers, and J is
    scaled to a spectral radius of g, which it has approximately without connectivity. If inhibition is stronger than
    excitation, g is the magnitude of the negative eigenvalue by which an area damps the mean activity of its units, and
    all other eigenvalues are smaller.
    noise: null, or SDs, `recurrent` and one for each input (`_noise`), which are used if a generator is given.
    initial_weights: of J, random as above, or identity: J = g times the identity matrix, with the B and W of random.
    With relu and g = 1, a unit whose rate is above 0 then keeps it without inputs (Le, Jaitly and Hinton 2015).
    initial_state: x before the first step, the same in all trials: zero, or trained like the weights, from 0 on, as far
    as the rule does so (`_initial_state`).
    masks: of the matrices `recurrent` J (unit to, unit from), `input` B (unit, input) and `output` W (output, unit):
    which connections there are (`options.masks`), or null for all. With connectivity, there are those that both have.
    Other weights are 0 and stay so; J with a mask is scaled to a spectral radius of g, B and W are not scaled.
    Raises BadOption. (Sussillo et al. 2015, Online Methods, with the rectified tanh of the published code; several
    areas: Kleinman, Chandrasekaran and Kao 2021.)
    """
    from rnncompare.models._leaky_network import initial_network  # torch is slow to import

    check(units=units, tau=tau, dt=dt, g=g, h=h, nonlinearity=nonlinearity)
    check_initial(initial_weights=initial_weights, initial_state=initial_state, connectivity=connectivity)
    check_masks(units=units, initial_weights=initial_weights, masks=masks)
    return initial_network(
        inputs=inputs, outputs=outputs, seed=seed, units=units, g=g, h=h, leak=dt / tau, nonlinearity=nonlinearity,
        initial_weights=initial_weights, trained_start=initial_state == "trained",
        noise=None if noise is None else read_noise(noise, inputs, "leaky"),
        connectivity=None if connectivity is None else areas.read(connectivity), masks=read_masks(masks),
    )  # fmt: skip


def together(*, units: int, connectivity: dict | Connectivity | None) -> None:
    """Raise BadOption if there are too few units for the areas."""
    if connectivity is not None:
        areas.cells(areas.read(connectivity), units)


def check_initial(*, initial_weights: str, initial_state: str, connectivity: dict | Connectivity | None) -> None:
    """Raise BadOption for initial weights or states that do not exist, or that the connectivity does not have."""
    options = {"initial_weights": (initial_weights, Initial), "initial_state": (initial_state, InitialState)}
    for name, (found, kind) in options.items():
        known = get_args(kind)
        if found not in known:
            wanted = f"wanted one of {', '.join(known)}.{nearest(found, known)}"
            raise BadOption(f"leaky: found {name} '{found}', {wanted}")
    if initial_weights == "identity" and connectivity is not None:
        raise BadOption(
            "leaky: found initial_weights 'identity' with connectivity, wanted connectivity null, or initial_weights "
            "'random': connections between units would begin at 0, and areas would not be connected"
        )


def read_masks(masks: dict[str, dict | Mask | None] | None) -> dict[str, Mask]:
    """The mask of each matrix that has one. Raises BadOption."""
    given = {name: mask for name, mask in (masks or {}).items() if mask is not None}
    for name in given:
        if name not in get_args(Matrix):
            known = get_args(Matrix)
            raise BadOption(f"leaky: masks: found '{name}', wanted {', '.join(known)}.{nearest(name, known)}")
    return {name: patterns.read(mask, f"leaky: masks.{name}") for name, mask in given.items()}


def check_masks(*, units: int, initial_weights: str, masks: dict | None) -> None:
    """Raise BadOption for recurrent masks that do not fit the units, or that initial weights may not have."""
    found = read_masks(masks)
    if "recurrent" not in found:
        return
    found["recurrent"].of(units, units, "leaky: masks.recurrent")
    if initial_weights == "identity":
        raise BadOption(
            "leaky: found initial_weights 'identity' with a mask of recurrent weights, wanted 'random', or none: "
            "a mask need not have the connections of units to themselves"
        )


leaky.together = (together, check_initial, check_masks)
leaky.lacks_with = {"initial_state=trained": LACKS_WITH_TRAINED_START}


def check(*, units: int, tau: float, dt: float, g: float, h: float, nonlinearity: str) -> None:
    """Raise BadOption for invalid options."""
    known = get_args(Nonlinearity)
    if nonlinearity not in known:
        wanted = ", ".join(known)
        raise BadOption(
            f"leaky: found nonlinearity '{nonlinearity}', wanted one of {wanted}.{nearest(nonlinearity, known)}"
        )
    check_options("leaky", units=units, tau=tau, dt=dt, g=g, h=h)
