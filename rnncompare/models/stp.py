"""A leaky network with short-term plasticity: tau da/dt = -a + B v + J (u x r) + b, r = max(a, 0), z = W r + c."""

from typing import TYPE_CHECKING

from rnncompare.models._noise import Noise
from rnncompare.models._stp import LACKS, Synapses
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Seed, Share, TimeConstant, TimeStep
from rnncompare.plugins import BadOption

if TYPE_CHECKING:
    from rnncompare.models._stp_network import StpNetwork


def stp(
    *,
    inputs: Count,
    outputs: Count,
    dt: TimeStep,
    seed: Seed,
    units: NetworkUnits,
    tau: TimeConstant,
    g: NotNegative,
    h: NotNegative,
    facilitating: Share,
    facilitation: Synapses,
    depression: Synapses,
    noise: Noise | None,
) -> "StpNetwork":
    """An untrained network whose synapses change with the rate of the unit that they come from, for seconds.

    What a unit of rate r sends is u x r, with the resources x and the utilisation u of its synapses: dx/dt =
    (1 - x) / tau_x - u x r and du/dt = (U - u) / tau_u + U (1 - u) r, from x = 1 and u = U at the start, both kept
    between 0 and 1 (Mongillo, Barak and Tsodyks 2008; Masse et al. 2019). Rates are in spikes/s of these equations. At
    a constant rate, u becomes U (1 + tau_u r) / (1 + U tau_u r), and x becomes 1 / (1 + u tau_x r).

    facilitating: the share of units, the first ones, whose synapses have the constants `facilitation`, such that u
    outlasts a delay (U .15, tau_x .2 s, tau_u 1.5 s in the source); the others have those of `depression` (.45, 1.5 s,
    .2 s). All other parts, and their random numbers, are those of `leaky` with relu: the state a can be below 0, where
    the source keeps the rectified rate, and there are no signs of units. dt, tau in s. noise: null, or SDs, `recurrent`
    and one for each input (`_noise`).

    The activity has two variables of each unit, in the areas `rates` (r) and `synapses` (u x), so that a memory without
    activity can be decoded; it is not compared with other activities, whose variables are all of one kind. What leaky
    networks have and these do not is in `LACKS` (`_stp`), and is refused; activities have the label `dynamical` 0.
    Raises BadOption.
    """
    from rnncompare.models._stp_network import initial_network  # torch is slow to import

    check_synapses(dt=dt, facilitation=facilitation, depression=depression)
    if not 0 <= facilitating <= 1:
        raise BadOption(f"stp: found facilitating {facilitating:g}, wanted a share of the units from 0 to 1")
    return initial_network(
        inputs=inputs, outputs=outputs, dt=dt, seed=seed, units=units, tau=tau, g=g, h=h, facilitating=facilitating,
        facilitation=facilitation, depression=depression, noise=noise,
    )  # fmt: skip


def check_synapses(*, dt: float, facilitation: Synapses | dict, depression: Synapses | dict) -> None:
    """Raise BadOption for a step that is longer than a time constant of synapses."""
    for kind, found in {"facilitation": facilitation, "depression": depression}.items():
        constants = found if isinstance(found, dict) else vars(found)
        for name in ("tau_x", "tau_u"):
            if constants[name] < dt:
                raise BadOption(
                    f"stp: found {kind}.{name} {constants[name]:g} s and a step dt of {dt:g} s, wanted at least the "
                    "step, because Euler's method overshoots for shorter time constants"
                )


stp.together = check_synapses
stp.lacks = LACKS
