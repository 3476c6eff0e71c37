"""Notes on the data of a study in the report: how they were processed, and what was left out."""

from pathlib import Path

import pandas as pd

from rnncompare import activity, plugins
from rnncompare.activity.notes import split_notes
from rnncompare.recordings.card_model import Card


def recorded(study: dict, activities: Path, cards: dict[str, Card]) -> list[dict]:
    """The processing of each recording: the name of its source, the name of its card, and a description."""
    recordings = {"recording": study["recording"]} | study["others"]
    paths = {source: activities / source / "0.nc" for source, recording in recordings.items() if recording}
    # A recording that no other source needs has not been read.
    return [
        {"source": source, "card": recordings[source]["card"], "said": said}
        for source, path in paths.items()
        if path.exists() and (said := _said(cards[recordings[source]["card"]], activity.read_labels(path)))
    ]


def _said(card: Card, labels: dict[str, str | int]) -> list[str]:
    names = [f"{label} as {names['condition']}" for label, names in card.conditions.items()]
    said = {
        "units were not recorded together": labels.get("simultaneous") == 0,
        f"times shifted by {card.offset:g} s": card.offset,
        f"conditions renamed by its card: {', '.join(names)}": names,
        labels.get("notes"): labels.get("notes"),
    }
    return [text for text, true in said.items() if true]


def imported(study: dict, config: dict, activities: Path) -> list[dict]:
    """The files of each model whose networks were trained elsewhere, how they were read, and what is not computed."""
    found = []
    for name, model in study.get("models", {}).items():
        if model.get("activities"):
            read = sorted((activities / name).glob("[!.]*.nc"))
            said = str(activity.read_labels(read[0]).get("notes", "")) if read else ""
            how = [text for _, text in split_notes(said) if not text.startswith("imported from")]
            found.append({"source": name, "files": model["activities"], "how": how, "without": _without(study, config)})
    return found


def _without(study: dict, config: dict) -> list[str]:
    """The analyses that need weights or a training in this run, and therefore omit networks trained elsewhere."""
    probes = study.get("probes") if study.get("probes") is not None else list(config.get("probes", {}))
    of_weights = [p for p in probes if plugins.takes(plugins.find("probes", config["probes"][p]["use"]), "weights")]
    robustness = ["robustness"] if config.get("robustness") and not study.get("simulation") else []
    return ["provenance", *robustness, *of_weights]


def unmatched(tables: list[pd.DataFrame]) -> dict[str, list[str]]:
    """Description of unmatched conditions -> the sources in which they were excluded."""
    rows = pd.concat([table.reindex(columns=["model", "statistic", "origin", "note"]) for table in tables])
    # The notes of networks that were not measured give the reason, and those of published rows are by their authors.
    rows = rows[rows["note"].notna() & rows["origin"].isna() & rows["statistic"].ne("measured")]
    return {note: list(dict.fromkeys(group)) for note, group in rows.groupby("note", sort=False)["model"]}


def trained_on(summary: pd.DataFrame) -> dict[str, str]:
    """Model -> what of the recording its networks were trained on, for models that were trained on some of it."""
    said = summary.reindex(columns=["model", "trained_on"]).dropna()
    return dict(zip(said["model"], said["trained_on"], strict=True))


def unreached(training: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """(model, why training stopped) -> the number of networks that did not reach the criterion, and of all networks."""
    asked = training[training.reindex(columns=["stop_at", "stop_correct"]).notna().any(axis=1)]
    if asked.empty:  # a study of recordings alone has no such columns
        return {}
    last = asked.groupby(["model", "seed"], sort=False)["stopped"].last().reset_index()
    networks = last["model"].value_counts()
    missed = last[last["stopped"] != "reached"].groupby(["model", "stopped"], sort=False).size()
    return {(model, why): (count, networks[model]) for (model, why), count in missed.items()}
