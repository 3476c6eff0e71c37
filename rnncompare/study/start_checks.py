"""Check models whose networks begin with the weights of another model's networks."""

from rnncompare.condensing.pairs import check_network
from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Study
from rnncompare.study.member_checks import check_known
from rnncompare.study.model_networks import model_options, seeds, trained
from rnncompare.study.model_tasks import task_options
from rnncompare.training.full_force_options import RULE


def check_starts(study: Study, where: str) -> None:
    """Raise BadOption for the first model that cannot begin with the networks that its `start` names."""
    for name, model in study.models.items():
        if model.start is not None:
            _check_start(study, name, f"{where}.models.{name}.start")
            _refuse_circle(study, name, f"{where}.models.{name}.start")


def _check_start(study: Study, name: str, where: str) -> None:
    start, own = study.models[name].start, model_options(study, name)
    check_known(start.model, {**study.models}, f"{where}.model", "model")
    if own["training"] is None or "weights" in own:
        raise BadOption(
            f"{where}: found a model that is not trained here, wanted one with training and without weights"
        )
    if own["training"].get("rule") == RULE:
        raise BadOption(
            f"{where}: found the rule '{RULE}' of '{name}', wanted another: its teacher would be a trained network"
        )
    for model in (name, start.model):
        if model in study.models and _recorded_weight(study, model):
            raise BadOption(
                f"{where}: found '{model}', which is trained on recorded activity, wanted networks trained on their "
                "task alone: those that begin with them would have no mark of it"
            )
    if start.model not in trained(study):
        raise BadOption(f"{where}.model: found '{start.model}', which is not trained here, wanted a trained model")
    found, wanted = len(seeds(study, start.model)), len(seeds(study, name))
    if found < wanted:
        raise BadOption(
            f"{where}.model: found {found} networks of '{start.model}', wanted at least {wanted}, one for each"
        )
    other = model_options(study, start.model)["network"]
    differing = [key for key in sorted(own["network"] | other) if own["network"].get(key) != other.get(key)]
    allowed = ["units"] if start.condense else []
    if unlike := [key for key in differing if key not in allowed]:
        what = "the same network but for its units" if start.condense else "the same network"
        raise BadOption(
            f"{where}: found another network than that of '{start.model}' ({', '.join(unlike)}), wanted {what}"
        )
    _refuse_more_held_out(study, name, where)
    if start.condense:
        _check_condensing(study, name, other, f"{where}.condense")


def _recorded_weight(study: Study, model: str) -> float:
    """The weight of recorded activity in the training of a model."""
    return ((model_options(study, model)["training"] or {}).get("recorded") or {"weight": 0.0})["weight"]


def _refuse_more_held_out(study: Study, name: str, where: str) -> None:
    """Raise BadOption for a model that holds out what its networks were trained on before.

    Networks with the same seed hold out the same conditions, or trials of a test set, up to their numbers.
    """
    start = study.models[name].start.model
    options = [model_options(study, model)["training"] for model in (name, start)]
    if None in options:  # with published weights
        return
    own, other = (of["validation"] for of in options)
    same = study.simulation is None or task_options(study, name) == task_options(study, start)
    if own > other and same:
        raise BadOption(
            f"{where}: found validation {own}, and {other} of '{start}', wanted at most {other}: networks that begin "
            f"with those of '{start}' were trained on what '{start}' did not hold out"
        )


def _check_condensing(study: Study, name: str, parent: dict, where: str) -> None:
    start, own = study.models[name].start, model_options(study, name)["network"]
    check_network(own, where)
    if any((model_options(study, name)["training"].get("fixed") or {}).values()):
        raise BadOption(f"{where}: found fixed weights, wanted none: a merge of units changes those from them")
    if task_options(study, name) != task_options(study, start.model):
        raise BadOption(f"{where}: found another task than that of '{start.model}', wanted the same")
    if not own["units"] < parent["units"]:
        raise BadOption(
            f"{where}: found {own['units']} units, wanted fewer than the {parent['units']} of '{start.model}'"
        )
    components, pairs = start.condense.components, start.condense.pairs
    if pairs > parent["units"] // 2:
        raise BadOption(f"{where}: found {pairs} pairs, wanted at most {parent['units'] // 2}, half of the units")
    if start.condense.by != "loadings" and components is not None:
        raise BadOption(f"{where}: found components {components} by {start.condense.by}, wanted null")
    if start.condense.by == "loadings" and not (components is not None and components <= own["units"]):
        raise BadOption(f"{where}: found components {components} by loadings, wanted 1 to {own['units']}, its units")


def _refuse_circle(study: Study, name: str, where: str) -> None:
    chain = [name]
    while (start := study.models[chain[-1]].start) is not None:
        chain.append(start.model)
        if start.model in chain[:-1]:
            raise BadOption(f"{where}: found the circle {' -> '.join(chain)}, wanted a model that begins by itself")
        if start.model not in study.models:
            return  # what is wrong with it is found when it is checked
