"""Connectivity of a network of several areas: which units may project to which, and the signs of their weights."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from rnncompare import plugins
from rnncompare.options.ranges import Areas, Positive, Share
from rnncompare.plugins import BadOption

DRAW = 2  # stream of random numbers that selects the connections between areas


@dataclass(frozen=True, kw_only=True)
class Projection:
    """Shares, 0 to 1, of the possible connections from excitatory units of an area to units of a neighbouring area."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # unknown keys of a config are refused

    to_excitatory: Share
    to_inhibitory: Share

    def __post_init__(self):
        for name, share in vars(self).items():
            if not 0 <= share <= 1:
                raise BadOption(f"found {name} {share}, wanted a share from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Connectivity:
    """A sequence of areas, with dense connections within and sparse ones between neighbours; options: see `leaky`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # unknown keys of a config are refused

    areas: Areas
    excitatory: Share
    dale: bool
    inhibition: Positive | None
    self_connections: bool
    forward: Projection
    backward: Projection
    input_areas: list[Areas]
    output_areas: list[Areas]
    output_cells: Literal["excitatory", "all"]
    positive_inputs: bool
    output_bias: bool

    def __post_init__(self):
        if self.areas < 1:
            raise BadOption(f"found areas {self.areas}, wanted at least 1")
        if not 0 <= self.excitatory <= 1:
            raise BadOption(f"found excitatory {self.excitatory}, wanted a share from 0 to 1")
        if self.inhibition is not None and not self.inhibition > 0:
            raise BadOption(f"found inhibition {self.inhibition}, wanted a number above 0, or null")
        if self.output_cells not in ("excitatory", "all"):
            raise BadOption(f"found output_cells '{self.output_cells}', wanted 'excitatory' or 'all'")
        if self.output_cells == "excitatory" and self.excitatory == 0:
            raise BadOption("found output_cells 'excitatory' and excitatory 0, wanted excitatory above 0")
        for name in ("input_areas", "output_areas"):
            found = getattr(self, name)
            if not found or not set(found) <= set(range(1, self.areas + 1)):
                raise BadOption(f"found {name} {found}, wanted one or more of areas 1 to {self.areas}")
        self._check_paths()

    def _check_paths(self) -> None:
        """Raise BadOption for the first area that receives no input, or that reaches no output."""
        forward, backward = (self._passes(p) for p in (self.forward, self.backward))
        with_input = _reached(self.input_areas, self.areas, up=forward, down=backward)
        with_output = _reached(self.output_areas, self.areas, up=backward, down=forward)
        for area in range(1, self.areas + 1):
            if area not in with_input:
                raise BadOption(f"found no path from input_areas {self.input_areas} to area {area}, wanted one")
            if area not in with_output:
                raise BadOption(f"found no path from area {area} to output_areas {self.output_areas}, wanted one")

    def _passes(self, projection: Projection) -> bool:
        """Whether a projection has any connection, which requires presynaptic and postsynaptic units."""
        onto_inhibitory = projection.to_inhibitory > 0 and self.excitatory < 1
        return self.excitatory > 0 and (projection.to_excitatory > 0 or onto_inhibitory)


def read(options: dict | Connectivity) -> Connectivity:
    """The connectivity from the options of a config. Raises BadOption."""
    if isinstance(options, Connectivity):
        return options
    where = "leaky: connectivity"
    plugins.check(Connectivity, options, where)
    try:
        parts = {name: _projection(options[name], f"{where}.{name}") for name in ("forward", "backward")}
        return Connectivity(**options | parts)
    except BadOption as error:
        message = str(error)
        raise BadOption(message if message.startswith(where) else f"{where}: {message}") from None


def cells(options: Connectivity, units: int) -> tuple[np.ndarray, np.ndarray]:
    """The area of each unit (unit,), from 1, and whether it is excitatory (unit,); excitatory units of an area first.

    The sizes of areas differ by at most one unit. Raises BadOption if an area would have no units, or none of a
    required type.
    """
    if units < options.areas:
        raise BadOption(
            f"leaky: connectivity: found {options.areas} areas of {units} units, wanted at least one unit for each"
        )
    groups = np.array_split(np.arange(units), options.areas)
    area = np.repeat(np.arange(1, options.areas + 1), [len(g) for g in groups])
    counts = [round(options.excitatory * len(g)) for g in groups]
    for group, count in zip(groups, counts, strict=True):
        if 0 < options.excitatory < 1 and count in (0, len(group)):
            raise BadOption(
                f"leaky: connectivity: found excitatory {options.excitatory}, which is {count} of the {len(group)} "
                "units of an area, wanted some units of both types"
            )
    return area, np.concatenate([np.arange(len(g)) < count for g, count in zip(groups, counts, strict=True)])


def connections(options: Connectivity, units: int, seed: int) -> np.ndarray:
    """(unit to, unit from) of bool: the existing connections.

    Within an area, all units are connected, without self-connections unless they are requested. From the excitatory
    units of an area, the given shares of the possible connections to excitatory and inhibitory units of the next and
    the previous area are selected at random by the seed. Inhibitory units project only within their area. Raises
    BadOption if a share corresponds to less than one connection.
    """
    area, excitatory = cells(options, units)
    generator = np.random.default_rng([seed, DRAW])
    mask = area[:, None] == area[None, :]
    if not options.self_connections:
        np.fill_diagonal(mask, False)
    for name, step in (("forward", 1), ("backward", -1)):
        for sender in range(1, options.areas + 1):
            for kind, onto in (("to_excitatory", excitatory), ("to_inhibitory", ~excitatory)):
                to, share = onto & (area == sender + step), getattr(getattr(options, name), kind)
                pairs = np.argwhere(to[:, None] & (excitatory & (area == sender))[None, :])
                count = round(share * len(pairs))
                if share > 0 and len(pairs) and not count:
                    raise BadOption(
                        f"leaky: connectivity.{name}.{kind}: found {share}, which is none of the {len(pairs)} "
                        f"connections from area {sender} to {sender + step}, wanted 0 or a share for at least one"
                    )
                mask[tuple(pairs[generator.permutation(len(pairs))[:count]].T)] = True
    return mask


def inhibition_factors(options: Connectivity, mask: np.ndarray) -> np.ndarray:
    """Factors (unit to, unit from) of the initial weights: above 1 for inhibitory units, and 1 for excitatory ones.

    With these factors, the total inhibitory weight of a unit within its area is `inhibition` times the excitatory one
    on average: the factor is `inhibition` times the ratio of the numbers of excitatory and inhibitory inputs. All
    factors are 1 if `inhibition` is null.
    """
    if options.inhibition is None:
        return np.ones(mask.shape)
    area, excitatory = cells(options, len(mask))
    within = mask & (area[:, None] == area[None, :])
    ratio = within[:, excitatory].sum(1) / np.maximum(within[:, ~excitatory].sum(1), 1)
    return np.where(excitatory[None, :], 1.0, options.inhibition * ratio[:, None])


def labels(options: Connectivity, units: int) -> dict[str, list[str]]:
    """The coordinates of units: area ('1' ..) and cell type, which is 'mixed' without Dale's law."""
    area, excitatory = cells(options, units)
    cell = np.where(excitatory, "excitatory", "inhibitory") if options.dale else np.full(units, "mixed")
    return {"area": area.astype(str).tolist(), "cell": cell.tolist()}


def _projection(options: dict | Projection, where: str) -> Projection:
    if isinstance(options, Projection):
        return options
    plugins.check(Projection, options, where)
    try:
        return Projection(**options)
    except BadOption as error:
        raise BadOption(f"{where}: {error}") from None


def _reached(start: list[int], areas: int, *, up: bool, down: bool) -> set[int]:
    """The areas that can be reached from those in `start` by steps up, down or both."""
    row = range(1, areas + 1)
    return {*start, *(a for a in row if (up and a > min(start)) or (down and a < max(start)))}
