"""Noise of a leaky network, on its inputs and in its units: how much there is."""

import math
from dataclasses import dataclass
from typing import ClassVar

from rnncompare import plugins
from rnncompare.options.ranges import NotNegative
from rnncompare.plugins import BadOption


@dataclass(frozen=True, kw_only=True)
class Noise:
    """SDs that noise alone would give the state of a unit: of its own noise, and through an input weight of 1."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    recurrent: NotNegative
    inputs: list[NotNegative]

    def __post_init__(self):
        for name, sd in [("recurrent", self.recurrent), *(("inputs", sd) for sd in self.inputs)]:
            if not (math.isfinite(sd) and sd >= 0):
                raise BadOption(f"found {name} {sd}, wanted an SD of at least 0")


def read_noise(options: dict | Noise, inputs: int) -> Noise:
    """The noise that a config's entry asks for, on a task of so many inputs. Raises BadOption."""
    where = "leaky: noise"
    if not isinstance(options, Noise):
        plugins.check(Noise, options, where)
        try:
            options = Noise(**options)
        except BadOption as error:
            raise BadOption(f"{where}: {error}") from None
    if len(options.inputs) != inputs:
        raise BadOption(
            f"{where}: found inputs of {len(options.inputs)} SDs, wanted {inputs}, one an input of the task"
        )
    return options
