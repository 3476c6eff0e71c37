"""What a network does not have of the leaky one, such as a penalty or a single matrix of recurrent weights.

A function of `models/` states it in its attribute `lacks`, and the networks that it returns in an attribute of the same
name: place among the options of a model (such as `training.vanishing`, or `training.rule=rflo` for one of its values):
reason. The places `dynamics`, `mechanisms`, `robustness` and `similarity` (to other activities) are those of whole
analyses (`study/dynamics_checks.py`), and `probes.weights` that of probes of weights. Without it, nothing is lacking.
What is lacking only with a value of an option of the network is in the attribute `lacks_with`, by `OPTION=VALUE`.
"""

from collections.abc import Mapping

from rnncompare import plugins
from rnncompare.plugins import BadOption


def lacks_of(use: str | None) -> Mapping[str, str]:
    """What the networks of a file of `models/` lack; nothing for a file that does not exist."""
    return getattr(plugins.find("models", use), "lacks", {}) if use in plugins.available("models") else {}


def lacks_with_options(network: Mapping) -> Mapping[str, str]:
    """What the networks of a model with these options lack, {"use": .., ..}."""
    use = network.get("use")
    if use not in plugins.available("models"):
        return {}
    found = dict(lacks_of(use))
    for option, lacks in getattr(plugins.find("models", use), "lacks_with", {}).items():
        name, _, value = option.partition("=")
        found |= lacks if network.get(name) == value else {}
    return found


def refuse_lacking(lacks: Mapping[str, str], options: Mapping, where: str = "") -> None:
    """Raise BadOption for an option of a model, {"network": .., "training": .., "weights": ..}, that it cannot have.

    Options that are null, 0 or not given are not used. where: the place of the model in the config.
    """
    for place, reason in lacks.items():
        path, _, value = place.partition("=")
        found = options
        for key in path.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        if found and value in ("", found):
            wanted = "another" if value else "0" if isinstance(found, float | int) else "none"
            here = ".".join(filter(None, (where, path)))
            raise BadOption(f"{here}: found {found!r}, wanted {wanted} for this network: {reason}")
