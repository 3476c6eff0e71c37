"""Options of a training about single matrices of weights: penalties on each, and which weights are not trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, get_args

from rnncompare.options.combinations import require
from rnncompare.options.masks import Matrix
from rnncompare.options.ranges import Penalty
from rnncompare.plugins import BadOption

MATRICES = get_args(Matrix)
KINDS = ("l1", "l2")
# The names of the penalties in tables, and their places in a config.
OF_MATRICES = {f"{kind}_{matrix}": f"matrices.{matrix}.{kind}" for matrix in MATRICES for kind in KINDS}
ALL = "all"


@dataclass(frozen=True, kw_only=True)
class MatrixPenalties:
    """Weights of the penalties on one matrix (`penalties.of_matrix`): l1 of its mean |w|, l2 of its mean w^2."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    l1: Penalty = 0.0
    l2: Penalty = 0.0


def weights_of(matrices: Mapping | None) -> dict[str, float]:
    """The weight of each of OF_MATRICES; matrices: the option of a config, or with its parts as MatrixPenalties."""
    given = {name: part if isinstance(part, Mapping) else vars(part) for name, part in (matrices or {}).items() if part}
    return {f"{kind}_{matrix}": given.get(matrix, {}).get(kind, 0.0) for matrix in MATRICES for kind in KINDS}


def of_fixed(
    fixed: Mapping | None,
    rule: str,
    optimiser: str,
    weights: float,
    mean_weights: float,
    vanishing: float,
    wiring: float,
    absolute_weights: float,
    matrices: Mapping | None,
) -> None:
    """Raise BadOption for fixed weights that a rule or an optimiser cannot hold, and for penalties on them alone."""
    given = {name: found for name, found in (fixed or {}).items() if found is not None}
    if not given:
        return
    if rule == "full_force" or optimiser == "gauss_newton":
        what = "the rule 'full_force'" if rule == "full_force" else "the optimiser 'gauss_newton'"
        raise BadOption(f"found fixed {_named(given)} with {what}, wanted null: its steps are solved for all weights")
    if rule == "output_only" and set(given) - {"output"}:
        raise BadOption(
            f"found fixed {_named(given)} with the rule 'output_only', wanted output or null: only output weights and "
            "biases are trained"
        )
    whole = {name for name, found in given.items() if found == ALL}
    penalised = {OF_MATRICES[name]: weight for name, weight in weights_of(matrices).items() if name[3:] in whole}
    penalised |= {"weights": weights} if {"input", "output"} <= whole else {}
    penalised |= {"mean_weights": mean_weights} if whole == set(MATRICES) else {}
    if "recurrent" in whole:
        penalised |= {"vanishing": vanishing, "wiring": wiring, "absolute_weights": absolute_weights}
    for name, found in penalised.items():
        require(name, found, 0.0, given=f"fixed {_named(whole)}", reason="it depends on fixed weights alone")


def _named(matrices: Mapping | set) -> str:
    return " and ".join(name for name in MATRICES if name in matrices)
