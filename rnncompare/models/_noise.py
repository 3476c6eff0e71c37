"""Noise of the inputs and units of a network, scaled to be independent of the time step."""

import math
from dataclasses import dataclass
from typing import ClassVar

from rnncompare import plugins
from rnncompare.options.ranges import NotNegative
from rnncompare.plugins import BadOption


@dataclass(frozen=True, kw_only=True)
class Noise:
    """SDs of the state of a unit due to noise alone: its own noise, and noise of an input with a weight of 1."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    recurrent: NotNegative
    inputs: list[NotNegative]

    def __post_init__(self):
        for name, sd in [("recurrent", self.recurrent), *(("inputs", sd) for sd in self.inputs)]:
            if not (math.isfinite(sd) and sd >= 0):
                raise BadOption(f"found {name} {sd}, wanted an SD of at least 0")

    def of_step(self, leak: float) -> tuple[list[float], float]:
        """SDs of the noise that a step adds to each input and to each state, for leak = dt / tau (`_noisy_drive`)."""
        return [sd * math.sqrt(2 / leak) for sd in self.inputs], self.recurrent * math.sqrt(2 * leak)


def read_noise(options: dict | Noise, inputs: int, model: str) -> Noise:
    """The noise from the options of a model, for a task with this number of inputs. Raises BadOption."""
    where = f"{model}: noise"
    if not isinstance(options, Noise):
        plugins.check(Noise, options, where)
        try:
            options = Noise(**options)
        except BadOption as error:
            raise BadOption(f"{where}: {error}") from None
    if len(options.inputs) != inputs:
        raise BadOption(
            f"{where}: found inputs of {len(options.inputs)} SDs, wanted {inputs}, one for each input of the task"
        )
    return options
