"""The sources of activity of a study in plain sentences: recordings, task, networks and controls."""

from rnncompare.comparison.primary_statistics import number_of
from rnncompare.recordings.card_model import Card
from rnncompare.report.option_words import (
    TASK_UNITS,
    listed,
    of_member,
    options,
    training,
    value,
    words,
)


def recordings(study: dict) -> dict[str, dict]:
    """Source -> recording, of all recordings of a study."""
    main = {"recording": study["recording"]} if study.get("recording") else {}
    return main | (study.get("others") or {})


def data(study: dict, cards: dict[str, Card]) -> str:
    """The recordings, how they are read, and their citations."""
    sentences = [_recording(source, recording, cards) for source, recording in recordings(study).items()]
    for name in study.get("published") or []:
        sentences.append(f"Published statistics are those of {_cited(name, cards)}.")
    return " ".join(sentences)


def _cited(name: str, cards: dict[str, Card]) -> str:
    card = cards.get(name)
    if card is None:
        return name
    citation = " ".join(card.citation.split()).rstrip(".")
    return f"{name} ({card.title}; animal: {card.animal}; area: {card.area}; citation: {citation})"


def _recording(source: str, recording: dict, cards: dict[str, Card]) -> str:
    subject = "The recording" if source == "recording" else f"The source {words(source)}"
    text = f"{subject} is {_cited(recording['card'], cards)}"
    if recording.get("options"):
        text += f", read with {options(recording['options'])}"
    if recording.get("only"):
        text += f", only {options(recording['only'])}"
    if recording.get("pool"):
        text += f"; units of several sessions are combined by {words(recording['pool'])}"
    return f"{text}."


def task(study: dict) -> str:
    """The task and its inputs."""
    given = study.get("task")
    if not given:
        return ""
    text = f"The task is {of_member('tasks', given, TASK_UNITS)}."
    if study.get("muscles"):
        text += f" Its outputs are the muscles of {words(study['muscles'])}."
    if study.get("input_sets"):
        sets = number_of(study["input_sets"], "set")
        text += f" It has {sets} of random inputs; network k has set k modulo this number."
    if study.get("simulation"):
        text += f" Networks are simulated in its test trials, of which is kept: {options(study['simulation'])}."
    return text


def networks(study: dict) -> str:
    """What the networks of all models share."""
    if not study.get("models"):
        return ""
    count, first = number_of(study.get("seeds", 1), "network"), study.get("first_seed", 0)
    text = f"A model consists of {count} with consecutive seeds from {first}, unless another number is given."
    if study.get("network"):
        text += f" Networks: {of_member('models', {'use': 'one of each model'} | study['network'])}."
    if study.get("training"):
        text += f" Training: {training(study['training'])}."
    return f"{text} Rates are smoothed by a Gaussian with an SD of {value(study.get('smooth', 0), 's')}."


def models(study: dict) -> str:
    """The models: how each differs from the networks of its study."""
    return " ".join(_model(name, model) for name, model in (study.get("models") or {}).items())


def _model(name: str, model: dict) -> str:
    parts = []
    if model.get("activities"):
        read = options({"options": model.get("options") or {}, "shares_seeds": model.get("shares_seeds", False)})
        parts.append(f"trained elsewhere, read from {value(model['activities'])} with {read}")
    if model.get("task"):
        parts.append(f"task with {options(model['task'], (), TASK_UNITS)}")
    if model.get("network"):
        parts.append(f"network with {options(model['network'], ())}")
    if model.get("training", {}) is None:
        parts.append("not trained")
    elif model.get("training"):
        parts.append(f"training with {training(model['training'])}")
    if model.get("start"):
        parts.append(_start(model["start"]))
    if model.get("weights"):
        parts.append(f"weights of {model['weights']}")
    if model.get("seeds"):
        parts.append(number_of(model["seeds"], "network"))
    return f"Model {words(name)}: {'; '.join(parts) or 'as above'}."


def _start(start: dict) -> str:
    """With whose weights the networks of a model begin."""
    text = f"begins with the networks of {words(start['model'])}"
    if start.get("condense"):
        text += f", whose units are merged ({options(start['condense'])}), with training after each time"
    return text


def controls(study: dict) -> str:
    """The controls, ceilings and the baseline."""
    sentences = [_control(name, control) for name, control in (study.get("controls") or {}).items()]
    for name, ceiling in (study.get("ceilings") or {}).items():
        corrected = ", Spearman-Brown corrected" if ceiling.get("spearman_brown") else ""
        sentences.append(f"The {words(name)} is the score of {words(ceiling['source'])}{corrected}.")
    if study.get("baseline"):
        sentences.append(f"Scores are also given relative to those of {words(study['baseline'])}.")
    if study.get("primary_only"):
        names = listed(study["primary_only"])
        sentences.append(f"Only the corrected measures and the first null distribution are computed for {names}.")
    return " ".join(sentences)


def _control(name: str, control: dict) -> str:
    made = of_member("controls", {"use": control["use"]} | (control.get("options") or {}))
    text = f"Control {words(name)}: {made}; {number_of(control.get('repeats', 1), 'draw')}"
    against = control.get("against")
    return f"{text}, compared with {words(against)} in place of the recording." if against else f"{text}."
