"""Checks of the options that all models have."""

import math

from rnncompare.plugins import BadOption


def check_options(model: str, *, units: int, tau: float, dt: float, g: float, h: float) -> None:
    """Raise BadOption, which names the model, for invalid options."""
    if units < 1 or int(units) != units:
        raise BadOption(f"{model}: found units {units}, wanted a whole number of at least 1")
    for name, value in {"g": g, "h": h}.items():
        if not (math.isfinite(value) and value >= 0):
            raise BadOption(f"{model}: found {name} {value}, wanted a number of at least 0")
    if not 0 < dt <= tau:
        raise BadOption(
            f"{model}: found a step dt of {dt:g} s and a time constant tau of {tau:g} s, "
            "wanted 0 < dt <= tau, because Euler's method overshoots for larger steps"
        )
