"""The conditions on which a trained network was not trained, and its error on them and on the others."""

from typing import NamedTuple

import xarray as xr
from torch import nn

from rnncompare.training import checkpoint
from rnncompare.training.objective import objective_of
from rnncompare.training.train import checked
from rnncompare.training.trials import BadTraining, Split, split


class HeldOut(NamedTuple):
    """The held-out conditions of one network, and its errors."""

    conditions: list[str]
    others: int  # number of conditions that were not held out
    errors: tuple[float, float]  # on the others, and on the held-out conditions
    on_all: bool | None  # whether the network was trained on the held-out conditions as well; None: it was not trained


def held_out(stored: dict, task: xr.Dataset, validation: int) -> HeldOut:
    """The `validation` conditions that training holds out for the seed of a network, and the errors of the network.

    stored: from `checkpoint.load`; task: that of the network. If the network was trained on all conditions, they are
    those of a network with the same seed that was not; and likewise if it was not trained. Raises BadTraining if it was
    trained without another number.
    """
    options = stored["config"]["training"] or untrained(task)
    if options["validation"] not in (0, validation):
        raise BadTraining(
            f"held-out conditions: found a network trained without {options['validation']} conditions, wanted one "
            f"trained without {validation}, or on all"
        )
    part = split(task, delays=options["delays"], validation=validation, seed=stored["seed"])
    names = task.condition.values.astype(str)
    conditions = list(dict.fromkeys(names[part.held_out].tolist()))
    found = errors(checkpoint.network_of(stored), task, part, stored["seed"], options.get("balance"))
    on_all = options["validation"] == 0 if stored["config"]["training"] else None
    return HeldOut(conditions, len(set(names)) - len(conditions), found, on_all)


def untrained(task: xr.Dataset) -> dict:
    """The options of a training that determine which conditions are held out, for a network that was not trained."""
    return {"validation": 0, "delays": "one" if "delay" in task.coords else None}


def conditions_of(task: xr.Dataset, validation: int, seed: int) -> list[str]:
    """The `validation` conditions that training holds out for a seed."""
    part = split(task, delays=untrained(task)["delays"], validation=validation, seed=seed)
    return list(dict.fromkeys(task.condition.values.astype(str)[part.held_out].tolist()))


def errors(
    network: nn.Module, task: xr.Dataset, part: Split, seed: int, balance: str | None = None
) -> tuple[float, float]:
    """Normalised errors on the trained and on the held-out conditions, as training measures them.

    Both are relative to the error of the null model in the trained conditions.
    """
    objective = objective_of(task, balance)
    data = objective.tensors(task.inputs.values, next(network.parameters()).dtype)
    return checked(network, data, part, objective.null(part.measured), seed, None)[:2]


def error_rows(networks: list[HeldOut]) -> list[dict]:
    """Rows of the errors of networks, with the columns of `comparison.generalisation`."""
    return [
        {"seed": k, "conditions": name, "condition_count": count, "statistic": "error", "value": error}
        | {"lower_is_better": True}
        for k, one in enumerate(networks)
        for name, count, error in zip(
            ("trained", "held_out"), (one.others, len(one.conditions)), one.errors, strict=True
        )
    ]
