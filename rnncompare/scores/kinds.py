"""What a source of a study is, in words, from its entry in the config."""

from rnncompare.study.config_keys import Study
from rnncompare.study.model_networks import model_options
from rnncompare.study.recorded_training import trained_on, trained_on_recording

MODEL, CONTROL, REFERENCE = "model", "control", "reference"
DESCRIPTION = "description"  # of the recording itself by a probe, such as cosine tuning
USUAL_RULE = "backpropagation"


def role(study: Study, source: str) -> str:
    """MODEL: networks; CONTROL: no network; REFERENCE: a part of the recording or another recording."""
    if source in study.models:
        return MODEL
    return REFERENCE if source in study.others or study.controls[source].against is not None else CONTROL


def kind(study: Study, source: str) -> str:
    """What a source is: the kind of network and its training, the use of a control, or the card of a recording."""
    if source in study.others:
        return f"recording {study.others[source].card}"
    if source in study.controls:
        control = study.controls[source]
        part = f", compared with {control.against}" if control.against else ""
        return f"{role(study, source)}: {control.use}{part}"
    return _network(study, source)


def is_trained(study: Study, source: str) -> bool:
    """Whether a source is a model whose networks were trained, here or elsewhere."""
    if source not in study.models:
        return False
    model = study.models[source]
    return model.training is not None or model.weights is not None or model.activities is not None


def _network(study: Study, name: str) -> str:
    model = study.models[name]
    if model.activities is not None:
        return "network trained elsewhere"
    options = model_options(study, name)
    use, training = options["network"].get("use", ""), options["training"]
    if model.weights is not None:
        text = f"{use} network with published weights"
    elif training is None:
        text = f"untrained {use} network"
    else:
        rule = training.get("rule", USUAL_RULE)
        text = f"trained {use} network" + ("" if rule == USUAL_RULE else f" ({rule})") + _beside_the_task(study, name)
    return text + (f"; its task differs in {', '.join(model.task)}" if model.task else "")


def _beside_the_task(study: Study, name: str) -> str:
    """Recorded activity on which a model is trained, and the networks with which it begins; '' for neither."""
    recorded, start, text = trained_on(study, name), study.models[name].start, ""
    if recorded is not None:
        given = model_options(study, name)["training"]["recorded"]
        what = "recorded activity" if trained_on_recording(study, name) else f"activity of {recorded.card}"
        text = f" on {'its task and ' if given['task'] else ''}{what}"
        text += "" if given["shuffle"] is None else " with exchanged conditions"
    if start is not None:
        text += f", condensed from those of {start.model}" if start.condense else f", begun with those of {start.model}"
    return text
