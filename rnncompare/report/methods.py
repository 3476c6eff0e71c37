"""The methods of a run in plain sentences, from its config, the cards of its recordings and the cards of measures.

Every number is an option of the config or comes from a card; tests change each option and find the text changed.
"""

from pathlib import Path

from rnncompare import __version__, plugins
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.primary_statistics import number_of
from rnncompare.recordings.card import read_card
from rnncompare.recordings.card_model import Card
from rnncompare.report.option_words import listed, named, of_member, options, value, words
from rnncompare.report.source_words import controls, data, models, networks, recordings, task
from rnncompare.report.statistics_words import comparison, further_comparisons

HEADINGS = {
    "similarity": "Similarity measures",
    "probes": "Measures of single activities",
    "mechanisms": "Analyses of how networks compute",
}


def methods_of(config: dict, cards: dict[str, Card] | None = None) -> list[str]:
    """The paragraphs of a methods section.

    config: the config of a run with all options, as `Config.model_dump()` gives it; parts that it lacks are left out.
    cards: name -> card of each recording; default: those in the config's folder of cards.
    """
    cards = _cards(config) if cards is None else cards
    paragraphs = [text for study in config["studies"].values() for text in _study(study, cards)]
    paragraphs += [_measures(config, folder, heading) for folder, heading in HEADINGS.items()]
    paragraphs += [_robustness(config), _views(config), _animals(config), _calibration(config), _program(config)]
    return [text for text in paragraphs if text]


def _cards(config: dict) -> dict[str, Card]:
    """The cards that a config names, if they exist."""
    names = {r["card"] for study in config["studies"].values() for r in recordings(study).values()}
    names |= {name for study in config["studies"].values() for name in study.get("published") or []}
    paths = {name: Path(config.get("data", "data")) / name / "card.yaml" for name in sorted(names)}
    return {name: read_card(path, deep=False) for name, path in paths.items() if path.is_file()}


def _study(study: dict, cards: dict[str, Card]) -> list[str]:
    """The paragraphs on one study: data, task, networks, controls, comparison."""
    found = [data(study, cards), task(study), networks(study), models(study), controls(study)]
    found = [text for text in [*found, comparison(study), further_comparisons(study)] if text]
    title = (study.get("title") or "").rstrip(".?!")
    return [f"{title}. {found[0]}", *found[1:]] if found and title else found


def _measures(config: dict, folder: str, heading: str) -> str:
    """The measures of a kind: what they compute, their options and their references."""
    sentences = [_measure(folder, name, entry) for name, entry in (config.get(folder) or {}).items()]
    chosen = [
        f"Of these, the study {words(name)} has {listed(study[folder])}."
        for name, study in config["studies"].items()
        if study.get(folder) is not None
    ]
    return " ".join([f"{heading}.", *sentences, *chosen]) if sentences else ""


def _measure(folder: str, name: str, entry: dict) -> str:
    # An entry of `similarity` contains its options, and one of the others has them under `options`.
    given = entry if folder == "similarity" else {"use": entry["use"]} | (entry.get("options") or {})
    text = named(name, of_member(folder, given))
    if entry.get("sources") is not None:
        text += f"; of the sources {listed(entry['sources'])}"
    if entry.get("trials"):
        text += f"; sources without trials are given trials by {of_member('controls', entry['trials'])}"
    known = entry["use"] in plugins.available(folder)
    reference = card_of(plugins.find(folder, entry["use"])).reference if known else ""
    return f"{text}{f' [{reference}]' if reference else ''}."


def _robustness(config: dict) -> str:
    given = config.get("robustness")
    return f"Inputs and recurrent weights of trained networks are perturbed: {options(given)}." if given else ""


def _views(config: dict) -> str:
    sentences = []
    for name, view in (config.get("views") or {}).items():
        text = named(name, of_member("views", {"use": view["use"]} | (view.get("options") or {})))
        if view.get("sources") is not None:
            text += f"; of the sources {listed(view['sources'])}"
        if view.get("seeds") is not None:
            text += f"; of {number_of(view['seeds'], 'network')} of each"
        sentences.append(f"{text}.")
    return " ".join(["Tables for figures.", *sentences]) if sentences else ""


def _animals(config: dict) -> str:
    groups = [f"{words(name)}: {listed(studies)}" for name, studies in (config.get("animals") or {}).items()]
    return f"Contrasts are also given over animals, of the studies {'; '.join(groups)}." if groups else ""


def _calibration(config: dict) -> str:
    given = config.get("calibration")
    if not given:
        return ""
    kept = options(given, ("study", "chunks", "cited"))
    cited = f" The report cites {given['cited']}." if given.get("cited") else ""
    of = words(given["study"])
    return f"Measures can be calibrated on simulated recordings like that of the study {of}: {kept}.{cited}"


def _program(config: dict) -> str:
    seed = f"; seed of permutations, bootstraps, splits and trials: {value(config['seed'])}" if "seed" in config else ""
    return f"Program: rnncompare {__version__}{seed}."
