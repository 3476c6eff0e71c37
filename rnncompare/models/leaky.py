"""The leaky recurrent network: tau dx/dt = -x + B u + J r(x) + b, z = W r + c, of one area or several."""

import math
from typing import TYPE_CHECKING, Literal, get_args

from rnncompare.models import _connectivity as areas
from rnncompare.models._connectivity import Connectivity
from rnncompare.models._noise import Noise, read_noise
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Seed, TimeConstant, TimeStep
from rnncompare.plugins import BadOption, nearest

if TYPE_CHECKING:
    from rnncompare.models._leaky_network import LeakyNetwork

Nonlinearity = Literal["rectified_tanh", "tanh", "relu"]


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
) -> "LeakyNetwork":
    """A network at its start: J ~ N(0, g^2 / units), B ~ N(0, h^2 / inputs), W ~ N(0, 1 / units), b = c = 0.

    dt and tau in s; nonlinearity: rectified_tanh, tanh or relu. Twins of one seed and size are drawn from the
    same normal numbers, on whatever device they are trained: their J differ by the factor g alone.

    connectivity: null, or `areas` in a row, each dense inside; the share of units that are `excitatory` in each;
    `dale`: the weights from a unit are all >= 0 or all <= 0 (Song, Yang and Wang 2016); `inhibition`: within an area,
    how many times as much a unit can get from inhibitory units at the start as from others (1: they balance; null: all
    weights are drawn alike); shares `forward` and `backward` of what could pass from excitatory units to the next and
    the previous area; `self_connections`, or none of a unit to itself; `input_areas`, `output_areas` (1 is the first),
    `output_cells` that are read out; `positive_inputs`: no input weight is negative. Weights start as the sizes of the
    same normal numbers where they have a sign, and J is scaled to a spectral radius of g, which without connectivity it
    has about. Where inhibition is the stronger, g is the size of the negative eigenvalue by which an area damps what
    its units do together, and all others are smaller.
    noise: null, or SDs, `recurrent` and one an input (`_noise`), wherever a generator is given.
    Raises BadOption (Sussillo et al. 2015, Online Methods, with the rectified tanh of the published code; several
    areas: Kleinman, Chandrasekaran and Kao 2021).
    """
    from rnncompare.models._leaky_network import at_the_start  # torch is slow to import

    check(units=units, tau=tau, dt=dt, g=g, h=h, nonlinearity=nonlinearity)
    return at_the_start(
        inputs=inputs, outputs=outputs, seed=seed, units=units, g=g, h=h, leak=dt / tau, nonlinearity=nonlinearity,
        noise=None if noise is None else read_noise(noise, inputs),
        connectivity=None if connectivity is None else areas.read(connectivity),
    )  # fmt: skip


def together(*, units: int, connectivity: dict | Connectivity | None) -> None:
    """Raise BadOption for areas that the units do not fill."""
    if connectivity is not None:
        areas.cells(areas.read(connectivity), units)


leaky.together = together


def check(*, units: int, tau: float, dt: float, g: float, h: float, nonlinearity: str) -> None:
    """Raise BadOption for a network that cannot be."""
    known = get_args(Nonlinearity)
    if nonlinearity not in known:
        wanted = ", ".join(known)
        raise BadOption(
            f"leaky: found nonlinearity '{nonlinearity}', wanted one of {wanted}.{nearest(nonlinearity, known)}"
        )
    if units < 1 or int(units) != units:
        raise BadOption(f"leaky: found units {units}, wanted a whole number of at least 1")
    for name, value in {"g": g, "h": h}.items():
        if not (math.isfinite(value) and value >= 0):
            raise BadOption(f"leaky: found {name} {value}, wanted a number of at least 0")
    if not 0 < dt <= tau:
        raise BadOption(
            f"leaky: found a step dt of {dt:g} s and a time constant tau of {tau:g} s, "
            "wanted 0 < dt <= tau: Euler's method overshoots beyond it"
        )
