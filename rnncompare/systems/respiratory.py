"""The oscillator that generates the rhythm of breathing: four neurons with inhibition and slow adaptation."""

from collections.abc import Callable
from functools import cache

import numpy as np

from rnncompare.systems._readout import random_readout

CAPACITANCE = 20.0  # pF; times are in ms, voltages in mV, conductances in nS
POTASSIUM, ADAPTING, LEAK, EXCITED, INHIBITED = 5.0, 10.0, 2.8, 10.0, 60.0  # conductances
E_SODIUM, E_POTASSIUM, E_LEAK, E_INHIBITION = 50.0, -85.0, -60.0, -75.0  # reversal potentials; of excitation: 0
WIDTH = np.array([8.0, 4.0, 4.0, 4.0])  # mV, of the outputs of pre-I, early-I, post-I and aug-E
TAU_SODIUM, TAU_ADAPTATION = 6000.0, np.array([2000.0, 1000.0, 2000.0])
EXCITATION = 0.4  # from pre-I to early-I, the only one
INHIBITION = np.array(  # from the neuron of the row (early-I, post-I, aug-E) to that of the column
    [[0.0, 0.0, 0.25, 0.35], [0.3, 0.05, 0.0, 0.35], [0.2, 0.35, 0.1, 0.0]]
)
DRIVE = np.array([[0.115, 0.3, 0.63, 0.33], [0.07, 0.3, 0.0, 0.4], [0.025, 0.0, 0.0, 0.0]])  # of each source
START = np.array([-50.8, -36.2, -36.8, -41.8, 0.4, 0.3, 0.3, 0.3])
SETTLE, LONGEST = 25000.0, 10000.0  # ms: before the cycle is measured, and of two cycles at most
CROSSING = -35.0  # mV of pre-I, at which a cycle begins
TOLERANCE = {"rtol": 1e-6, "atol": 1e-7}


def respiratory(
    *,
    seed: int,
    conditions: int,
    times: int,
    units: int,
    step: float = 10.0,
    drives: tuple[float, float, float] = (1.0, 1.0, 1.0),
    adaptation: tuple[float, float, float] = (0.9, 1.3, 0.9),
    sodium: float = 5.0,
) -> np.ndarray:
    """(condition, time, unit) the cycle every `step` ms from evenly spaced phases, with a random read-out.

    The reduced model of Rubin et al. 2009: neurons pre-I, early-I, post-I and aug-E, with C V' = minus the currents,
    outputs f = 1 / (1 + exp(-(V + 30) / width)), a persistent sodium current of conductance `sodium` (nS) with a slow
    inactivation h in pre-I, and a slow adaptation m with strengths `adaptation` in the other three; `drives` are those
    of the pons, of the retrotrapezoid nucleus and of the pre-Botzinger complex. The read-out is of the four outputs,
    h, and the three m: eight dimensions, a one-to-one function of the state.

    Known properties, for integration by LSODA with rtol 1e-10: a period of 2518.56 ms; 1953.86 ms with adaptation (.9,
    .9, 1.3), and 2443.52 ms without the pons as well; 1250.8 ms without pons and retrotrapezoid nucleus, by pre-I
    alone. With rtol 1e-6, which is used here, periods differ from these by at most .03 ms. Without sodium there is no
    oscillation but a stable fixed point, which is refused. Motion is slow in the phases of breathing and fast between
    them, so that no linear map explains it. The DSA angle is 0 to another seed, but not to other drives. The weights,
    the drives and which of the three neurons adapts with 1.3 were not checked against the publication: with the
    default, aug-E is active once a cycle, as in the rhythm of three phases that it describes. Raises ValueError.

    A notebook for teaching has no persistent sodium current (a conductance of 0; here 5 nS), an inactivation that does
    not change, and one neuron's voltage in all adaptation currents; so written, it does not oscillate. Its strongest
    adaptation (1.3) is that of aug-E, which `adaptation` can select; with the default, post-I, aug-E is active once a
    cycle instead of twice.
    """
    period, course = cycle(tuple(drives), tuple(adaptation), sodium)
    phase = np.arange(conditions)[:, None] / conditions * period + np.arange(times) * step
    state = course(phase.ravel() % period).reshape(-1, conditions, times).transpose(1, 2, 0)
    observed = np.concatenate([outputs(state), state[..., 4:]], axis=-1)
    return random_readout(observed, units=units, seed=seed)


@cache
def cycle(
    drives: tuple[float, ...], adaptation: tuple[float, ...], sodium: float
) -> tuple[float, Callable[[np.ndarray], np.ndarray]]:
    """The period (ms), and the states (variable, time) at given times (ms, below the period) of one cycle."""
    from scipy.integrate import solve_ivp  # slow to import

    def flow(_: float, state: np.ndarray) -> np.ndarray:
        return slopes(state, drives, adaptation, sodium)

    def crossing(_: float, state: np.ndarray) -> float:
        return state[0] - CROSSING

    crossing.direction, crossing.terminal = 1.0, 2
    settled = solve_ivp(flow, (0.0, SETTLE), START, method="LSODA", **TOLERANCE).y[:, -1]
    found = solve_ivp(flow, (0.0, LONGEST), settled, method="LSODA", events=crossing, dense_output=True, **TOLERANCE)
    begun = found.t_events[0]
    if len(begun) < 2:
        raise ValueError(
            f"respiratory: found no oscillation with drives {drives}, adaptation {adaptation} and sodium {sodium:g}, "
            f"wanted two cycles in {LONGEST / 1000:g} s after {SETTLE / 1000:g} s; give values with which it oscillates"
        )
    return float(begun[1] - begun[0]), lambda time: found.sol(begun[0] + time)


def outputs(state: np.ndarray) -> np.ndarray:
    """(.., neuron) outputs of states (.., variable), from 0 to 1."""
    return 1 / (1 + np.exp(-(state[..., :4] + 30) / WIDTH))


def slopes(state: np.ndarray, drives: tuple[float, ...], adaptation: tuple[float, ...], sodium: float) -> np.ndarray:
    """Derivatives by time (per ms) of states (.., variable): four V (mV), h, and m of the last three neurons."""
    v, h, m = state[..., :4], state[..., 4], state[..., 5:]
    output, pre = outputs(state), v[..., 0]
    excitation = np.asarray(drives) @ DRIVE + EXCITATION * output[..., :1] * [0.0, 1.0, 0.0, 0.0]
    synapses = EXCITED * v * excitation + INHIBITED * (v - E_INHIBITION) * (output[..., 1:] @ INHIBITION)
    persistent = sodium * _sigmoid((pre + 40) / 6) * h * (pre - E_SODIUM)
    rectifier = POTASSIUM * _sigmoid((pre + 29) / 4) ** 4 * (pre - E_POTASSIUM)
    adapting = ADAPTING * m * (v[..., 1:] - E_POTASSIUM)
    own = np.concatenate([(persistent + rectifier)[..., None], adapting], axis=-1)
    inactivation = (_sigmoid(-(pre + 48) / 6) - h) * np.cosh((pre + 48) / 12) / TAU_SODIUM
    adjusted = (np.asarray(adaptation) * output[..., 1:] - m) / TAU_ADAPTATION
    voltages = -(own + LEAK * (v - E_LEAK) + synapses) / CAPACITANCE
    return np.concatenate([voltages, inactivation[..., None], adjusted], axis=-1)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
