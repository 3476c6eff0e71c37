"""The models of a study: the options, seeds and random inputs of their networks."""

from rnncompare import plugins
from rnncompare.study import config_file
from rnncompare.study.config_keys import Study
from rnncompare.study.curricula import resolved
from rnncompare.study.model_tasks import has_random_inputs, task_options


def model_options(study: Study, name: str) -> dict:
    """Return the options of a model, {'network': options, 'training': options or None}.

    The options of the model take precedence over those of the study. Published weights are added as `weights`, and the
    networks with which those of the model begin as `start`. The stages of a curriculum have all options of their tasks.
    """
    model = study.models[name]
    training = None if model.training is None else config_file.on_top(study.training, model.training)
    training = resolved(training, task_options(study, name))
    weights = {} if model.weights is None else {"weights": model.weights}
    start = {} if model.start is None else {"start": model.start.model_dump()}
    return {"network": _network(study.network, model.network), "training": training, **weights, **start}


def _network(below: dict, own: dict) -> dict:
    """The options of a model's network: `own` above those of the study.

    A network of another kind than the study's (`use`) takes from the study only the options that it has, too.
    """
    if own.get("use") in plugins.available("models") and own["use"] != below.get("use"):
        known = plugins.parameters("models", own["use"])
        below = {name: value for name, value in below.items() if name in known}
    return config_file.on_top(below, own)


def mask_files(options: dict) -> list[str]:
    """The files of masks that the options of a model, as from `model_options`, name."""
    network, training = options["network"], options["training"] or {}
    masks = [*(network.get("masks") or {}).values(), *(training.get("fixed") or {}).values()]
    return [mask["file"] for mask in masks if isinstance(mask, dict) and mask.get("file")]


def imported(study: Study) -> list[str]:
    """The models whose networks were trained elsewhere: their activities are read from files."""
    return [name for name, model in study.models.items() if model.activities is not None]


def simulated(study: Study) -> list[str]:
    """The models whose networks are made, trained and run here."""
    return [name for name in study.models if name not in imported(study)]


def reading_options(study: Study, name: str) -> dict:
    """The reading options of an imported model: its own, with the study's smoothing if they do not give one."""
    return {"smooth": study.smooth, **study.models[name].options}


def trained(study: Study) -> list[str]:
    """The models that are trained here or have published weights."""
    options = {name: model_options(study, name) for name in simulated(study)}
    return [name for name, of in options.items() if of["training"] is not None or "weights" in of]


def unpaired(study: Study) -> list[str]:
    """The sources whose seeds have no counterpart in a model: controls, and imported networks that share no seeds."""
    return [name for name in imported(study) if not study.models[name].shares_seeds] + list(study.controls)


def origin(study: Study, model: str) -> str:
    """The model with whose networks those of a model began, in one step or in several; itself if with none."""
    while (start := study.models[model].start) is not None:
        model = start.model
    return model


def seeds(study: Study, source: str) -> list[int]:
    """Return the seeds of a source."""
    if source in imported(study):
        return [study.first_seed + k for k in range(len(study.models[source].activities))]
    if source in study.models:
        return [study.first_seed + k for k in range(study.models[source].seeds or study.seeds)]
    return list(range(study.controls[source].repeats)) if source in study.controls else [0]


def input_sets(study: Study, source: str) -> list[int] | None:
    """The set of random inputs of each network of a source; None if its inputs are not random.

    Network k of every model has the same set, k modulo the number of sets: networks that share a seed share their
    inputs, and a model with fewer networks than there are sets has one network for each of the first sets. The numbers
    begin at the first seed, so that a repetition with other seeds has other inputs as well.
    """
    if study.input_sets is None or source not in simulated(study) or not has_random_inputs(study, source):
        return None
    return [study.first_seed + k % study.input_sets for k in range(len(seeds(study, source)))]


def input_set(study: Study, model: str, seed: int) -> int | None:
    """The set of random inputs of the network with this seed; None if inputs are not random."""
    sets = input_sets(study, model)
    return None if sets is None else sets[seed - study.first_seed]


def all_input_sets(study: Study, model: str | None = None) -> list[int] | None:
    """The numbers of all sets of inputs of a model's task, or of the study's; None if inputs are not random."""
    if not has_random_inputs(study, model):
        return None
    return [study.first_seed + k for k in range(study.input_sets)]
