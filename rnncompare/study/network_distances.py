"""The models of a study whose networks are compared with each other, and the checks of its key `distances`."""

from rnncompare import plugins
from rnncompare.plugins import BadOption
from rnncompare.study.config_keys import Config, Study
from rnncompare.study.contents import analysed, chosen
from rnncompare.study.member_checks import check_known
from rnncompare.study.model_networks import imported, input_sets, model_options, origin, seeds, simulated, trained
from rnncompare.study.model_tasks import task_options

ALL = "all"  # the set of all models


def stages(study: Study) -> dict[str, list[str]]:
    """trained, untrained -> the models of a study; those trained elsewhere are trained."""
    known = [*trained(study), *imported(study)]
    parts = {
        "trained": [m for m in study.models if m in known],
        "untrained": [m for m in study.models if m not in known],
    }
    return {stage: models for stage, models in parts.items() if models}


def sets(study: Study) -> dict[str, dict[str, list[str]]]:
    """Set -> stage -> models: all models, and the sets of `distances` with the untrained models of their own."""
    found, untrained = {ALL: stages(study)}, own_untrained(study)
    for name, models in study.distances.sets.items():
        own = [untrained[model] for model in models if model in untrained]
        found[name] = {"trained": models} | ({"untrained": list(dict.fromkeys(own))} if own else {})
    return found


def own_untrained(study: Study) -> dict[str, str]:
    """Trained model -> the first untrained model with the same network and task, for models that have one."""
    about = {m: (model_options(study, m)["network"], task_options(study, m)) for m in simulated(study)}
    untrained = stages(study).get("untrained", [])
    found = {model: [other for other in untrained if about[other] == about[model]] for model in trained(study)}
    return {model: others[0] for model, others in found.items() if others}


def sharing(study: Study) -> list[list[str]]:
    """Groups of models whose networks with the same seed share random inputs, or networks with which they began."""
    families = {}
    for model in study.models:
        families.setdefault(origin(study, model), []).append(model)
    groups = [[model for model in study.models if input_sets(study, model)], *families.values()]
    return [group for group in groups if len(group) > 1]


def networks_from(study: Study, model: str) -> list[str]:
    """The models with whose networks those of a model are compared: itself and all later ones."""
    models = list(study.models)
    return models[models.index(model) :]


def comparison(study: Study) -> dict:
    """The preparation and the folds of the comparison of networks with each other."""
    given = study.distances.model_dump()
    preparation = {name: given[name] for name in ("window", "soft_normalise")}
    return {"preparation": preparation, "folds": {"by": "condition", "groups": given["groups"]}}


def check_distances(config: Config, study: Study, where: str) -> None:
    """Raise BadOption for measures or mechanisms without distances, and without networks to compare."""
    from rnncompare.comparison.between import check_distance

    given = study.distances
    for name in given.measures:
        check_known(name, config.similarity, f"{where}.measures", "similarity measure")
        check_distance(plugins.find("similarity", config.similarity[name]["use"]), f"{where}.measures: {name}")
    for name in given.mechanisms:
        _check_mechanism(config, study, name, f"{where}.mechanisms")
    for name, models in given.sets.items():
        if name == ALL:
            raise BadOption(f"{where}.sets: found a set '{ALL}', wanted another name: it is that of all models")
        for model in models:
            check_known(model, stages(study).get("trained", []), f"{where}.sets.{name}", "trained model")
    count = sum(len(seeds(study, model)) for model in study.models)
    if count < 2:
        raise BadOption(f"{where}: found {count} networks of the study's models, wanted at least 2, which are compared")
    for model in study.models:
        given_sets = input_sets(study, model) or []
        if len(set(given_sets)) < len(given_sets):
            raise BadOption(
                f"{where}: found {len(given_sets)} networks of {model} with {len(set(given_sets))} sets of inputs, "
                "wanted a set for each: networks with different seeds have to be independent"
            )


def _check_mechanism(config: Config, study: Study, name: str, where: str) -> None:
    """Check that a mechanism has distances and is applied to all models of the study."""
    check_known(name, chosen(config, study, "mechanisms"), where, "mechanism of the study")
    entry = config.mechanisms[name]
    if not hasattr(plugins.find("mechanisms", entry.use), "distances"):
        raise BadOption(f"{where}: found {name}, which uses {entry.use}, wanted a mechanism with distances")
    lacking = [model for model in study.models if model not in analysed(study, entry)]
    if lacking:
        raise BadOption(f"{where}: found no rows of {name} for {', '.join(lacking)}, wanted it applied to all models")
