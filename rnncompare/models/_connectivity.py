"""Who may project to whom in a network of several areas, and with which sign."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from rnncompare import plugins
from rnncompare.options.ranges import Areas, Positive, Share
from rnncompare.plugins import BadOption

DRAW = 2  # of a network's seed: which connections between areas there are


@dataclass(frozen=True, kw_only=True)
class Projection:
    """Shares, 0 to 1, of the connections there could be from an area's excitatory units onto a neighbour's units."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    to_excitatory: Share
    to_inhibitory: Share

    def __post_init__(self):
        for name, share in vars(self).items():
            if not 0 <= share <= 1:
                raise BadOption(f"found {name} {share}, wanted a share from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Connectivity:
    """Areas in a row, each dense inside, and what passes between them. `leaky` says what each option means."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

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
            raise BadOption("found output_cells 'excitatory' in areas that have none, wanted excitatory above 0")
        for name in ("input_areas", "output_areas"):
            found = getattr(self, name)
            if not found or not set(found) <= set(range(1, self.areas + 1)):
                raise BadOption(f"found {name} {found}, wanted one or more of areas 1 to {self.areas}")
        self._check_paths()

    def _check_paths(self) -> None:
        """Raise BadOption for the first area that inputs cannot reach, or that cannot reach an output."""
        onward, back = (self._passes(p) for p in (self.forward, self.backward))
        heard = _reached(self.input_areas, self.areas, up=onward, down=back)
        hears = _reached(self.output_areas, self.areas, up=back, down=onward)
        for area in range(1, self.areas + 1):
            if area not in heard:
                raise BadOption(f"found no path from input_areas {self.input_areas} to area {area}, wanted one")
            if area not in hears:
                raise BadOption(f"found no path from area {area} to output_areas {self.output_areas}, wanted one")

    def _passes(self, projection: Projection) -> bool:
        """Whether anything is connected: there must be units to project from and units to project to."""
        onto_inhibitory = projection.to_inhibitory > 0 and self.excitatory < 1
        return self.excitatory > 0 and (projection.to_excitatory > 0 or onto_inhibitory)


def read(options: dict | Connectivity) -> Connectivity:
    """The connectivity that a config's entry asks for. Raises BadOption."""
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
    """Each unit's area (unit), 1.., and whether it is excitatory (unit): by area, excitatory units first.

    Areas are as alike in size as can be. Raises BadOption where one would have no unit, or none of a kind asked for.
    """
    if units < options.areas:
        raise BadOption(f"leaky: connectivity: found {options.areas} areas of {units} units, wanted a unit for each")
    groups = np.array_split(np.arange(units), options.areas)
    area = np.repeat(np.arange(1, options.areas + 1), [len(g) for g in groups])
    counts = [round(options.excitatory * len(g)) for g in groups]
    for group, count in zip(groups, counts, strict=True):
        if 0 < options.excitatory < 1 and count in (0, len(group)):
            raise BadOption(
                f"leaky: connectivity: found excitatory {options.excitatory}, which is {count} of the {len(group)} "
                "units of an area, wanted some of either kind"
            )
    return area, np.concatenate([np.arange(len(g)) < count for g, count in zip(groups, counts, strict=True)])


def connections(options: Connectivity, units: int, seed: int) -> np.ndarray:
    """Which connections there are (unit to, unit from).

    All within an area, without those of a unit to itself unless asked for; from the excitatory units of an area, the
    stated share of all that there could be onto the next area's and the previous area's units of either kind, drawn by
    the seed. Inhibitory units stay within their area. Raises BadOption where a share comes to no connection at all.
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
                        f"connections from area {sender} to {sender + step}, wanted 0 or a share that is one or more"
                    )
                mask[tuple(pairs[generator.permutation(len(pairs))[:count]].T)] = True
    return mask


def inhibited(options: Connectivity, mask: np.ndarray) -> np.ndarray:
    """Factors (unit to, unit from) by which weights from inhibitory units are larger at the start, 1 from others.

    Within its area a unit can then get `inhibition` times as much from them as from excitatory units: the factor is
    that, times the number of its excitatory inputs there over that of its inhibitory ones. All are 1 where it is null.
    """
    if options.inhibition is None:
        return np.ones(mask.shape)
    area, excitatory = cells(options, len(mask))
    within = mask & (area[:, None] == area[None, :])
    ratio = within[:, excitatory].sum(1) / np.maximum(within[:, ~excitatory].sum(1), 1)
    return np.where(excitatory[None, :], 1.0, options.inhibition * ratio[:, None])


def labels(options: Connectivity, units: int) -> dict[str, list[str]]:
    """What each unit is, as an activity says it: its area, '1' ..; its cell type, 'mixed' where no sign is held."""
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
    """The areas of a row that can be reached from those of `start` by steps up, down or both."""
    row = range(1, areas + 1)
    return {*start, *(a for a in row if (up and a > min(start)) or (down and a < max(start)))}
