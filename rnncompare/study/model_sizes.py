"""Networks with different numbers of units: condensed ones, their parents, and those trained at each size."""

from rnncompare.study.config_keys import Config, Study
from rnncompare.study.model_networks import input_sets, model_options, trained
from rnncompare.study.model_tasks import task_options

TRAINED = "trained"  # the family of networks that were trained from the beginning at their size


def condensed(study: Study) -> list[str]:
    """The models whose networks are condensed ones of another model."""
    return [name for name, model in study.models.items() if model.start is not None and model.start.condense]


def parent(study: Study, model: str) -> str:
    """The model whose networks were condensed, in one step or in several, to those of a model; itself if none was."""
    while model in condensed(study):
        model = study.models[model].start.model
    return model


def sizes(study: Study) -> list[dict]:
    """parent, family, model and units of the condensed models of a study and of those with which they are compared.

    family: the criterion `by` of condensed networks, and `trained` for the parent and for models with the same training
    and the same network but for its units. If these do not tell the curves apart, because several networks of one
    family have the same units or a study has several parents, each model also has its curve: for condensed models, the
    first one of the chain in which each begins with the one before, and for others the parent, or, after the first of
    equally large ones, the model itself. Models with random inputs also have input_sets, that of each network.
    """
    found, options = [], {name: model_options(study, name) for name in trained(study)}
    for of in dict.fromkeys(parent(study, model) for model in condensed(study)):
        alike = [name for name in options if name not in condensed(study) and _alike(study, options, name, of)]
        own = [name for name in condensed(study) if parent(study, name) == of]
        families = [(name, TRAINED) for name in alike] + [(m, study.models[m].start.condense.by) for m in own]
        found += [
            {"parent": of, "family": family, "model": name, "units": options[name]["network"]["units"]}
            | ({} if (sets := input_sets(study, name)) is None else {"input_sets": sets})
            for name, family in families
        ]
    lines = [(one["parent"], one["family"], one["units"]) for one in found]
    if len(set(lines)) < len(lines) or len({one["parent"] for one in found}) > 1:
        repeated = [one for k, one in enumerate(found) if lines[k] in lines[:k] and one["family"] == TRAINED]
        found = [
            one
            | {"curve": one["model"] if one in repeated else curve(study, one["model"], one["parent"], one["family"])}
            for one in found
        ]
    return found


def curve(study: Study, model: str, of: str, family: str) -> str:
    """The first model of the curve of a model: that of the model with which it begins, if it alone continues it."""
    if family == TRAINED:
        return of
    while (start := study.models[model].start.model) != of:
        by = [study.models[n].start.condense.by for n in condensed(study) if study.models[n].start.model == start]
        if study.models[start].start.condense.by != family or by.count(family) > 1:
            return model
        model = start
    return model


def with_sizes(config: Config) -> dict[str, list[dict]]:
    """Study -> its sizes, for the studies with condensed models."""
    return {name: sizes(study) for name, study in config.studies.items() if condensed(study)}


def _alike(study: Study, options: dict, name: str, other: str) -> bool:
    """Whether two models differ in nothing but the number of units."""
    about = [
        options[model] | {"network": options[model]["network"] | {"units": 0}, "task": task_options(study, model)}
        for model in (name, other)
    ]
    return about[0] == about[1]
