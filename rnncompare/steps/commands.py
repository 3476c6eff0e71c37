"""The commands of the user: recordings and studies are added, checked or exported, and cards and tables printed."""

from pathlib import Path
from typing import Annotated

from rnncompare import activity, plugins
from rnncompare.files.atomic import atomic
from rnncompare.steps.registry import command
from rnncompare.tabulation import tables

CARDS = Annotated[Path, "the folder of cards"]
STUDY = Annotated[str, "the name of the study in its config"]


@command
def check(
    name: Annotated[str, "a recording: the name of a folder with a card"] = None,
    /,
    *,
    config: Annotated[Path, "a config to check instead of a recording"] = None,
    data: CARDS = Path("data"),
    out: Annotated[Path, "where the figure is written; results/check/NAME.png if not given"] = None,
    options: Annotated[
        dict, "reader options (bin, smooth, window, minimum_rate, ...) that differ from the defaults"
    ] = None,
    choice: Annotated[dict, "`only` and `pool` as in a study's recording, to check part of the recording"] = None,
):
    """Check a recording, list the analyses it can be used for, and draw it; or check a config."""
    if (name is None) == (config is None):
        found = "neither" if name is None else f"{name} and --config {config}"
        raise ValueError(f"check: found {found}, wanted either the name of a recording or --config FILE")
    if config is not None:
        _check_config(config)
        return
    import tempfile

    from rnncompare.recordings.check import as_text, card_named, check_recording

    card = card_named(name, data)
    with tempfile.TemporaryDirectory() as generated:
        checked = check_recording(card, options or {}, Path(generated), choice)
    print(as_text(checked))
    if checked.data is not None:
        path = out or Path(f"results/check/{card.name}.png")
        _draw_overview(checked.data, card.name, path)
        print(f"\nThe figure is {path}")
    if checked.errors:
        raise ValueError(
            f"{name}: found {checked.errors} {'error' if checked.errors == 1 else 'errors'} (see above), wanted none"
        )


def _check_config(config: Path) -> None:
    """Check a config and print the numbers of its models, networks and controls."""
    from rnncompare.study import model_networks
    from rnncompare.study.config import read_config

    checked = read_config(config)
    for name, study in checked.studies.items():
        networks = sum(len(model_networks.seeds(study, m)) for m in study.models)
        print(f"{name}: {study.title}; {len(study.models)} models, {networks} networks, {len(study.controls)} controls")
        for model in model_networks.imported(study):
            _examine_imported(checked, study, model)


def _examine_imported(config, study, model: str) -> None:
    """Read the files of a model whose networks were trained elsewhere, and say what they hold."""
    from rnncompare.imported.agreement import examine
    from rnncompare.recordings.card import read_card
    from rnncompare.study import model_networks, places
    from rnncompare.study.times import windows_of

    recorded, named = None, []
    if study.recording is not None:
        window, step = windows_of(config, study).get("recording"), study.recording.options.get("bin")
        recorded = None if None in (window, step) else (window, step)
        card = read_card(places.card(config.data, study.recording.card))
        named = [names["condition"] for names in card.conditions.values()]
    options = model_networks.reading_options(study, model)
    for line in examine(study.models[model].activities, options, recorded, named):
        print(f"  {model}: {line}")


def _draw_overview(data, name: str, path: Path) -> None:
    from rnncompare import figures

    view = plugins.bind("views", {"use": "overview", "units": 4, "trials": 160, "channels": 4}, "check")
    table = tables.label(view({"recording": [data]}), {"study": name})
    figures.save(*figures.draw("overview", {"overview": table}, name), path)


@command
def add(
    name: Annotated[str, "the name of the recording, which is a new folder of data/"],
    source: Annotated[str, "a file, an http(s) address, or dandi:DANDISET/PATH@VERSION"],
    /,
    *,
    data: CARDS = Path("data"),
):
    """Draft the card of a recording from its file."""
    from rnncompare.recordings.add import add

    print("\n".join(add(name, source, data)))


@command
def study(
    name: Annotated[str, "the name of the study, which is also that of its folder of results"],
    /,
    *,
    recording: Annotated[str, "a recording: the name of a folder with a card"] = "simulated_reach",
    data: CARDS = Path("data"),
    out: Annotated[Path, "the config to write; workflow/config/NAME.yaml if not given"] = None,
):
    """Write the config of a new study, with a comment on every key, and check it."""
    from rnncompare.study.new_study import new_study

    path = out or Path(f"workflow/config/{name}.yaml")
    print(new_study(name, recording, data, path))
    print(f"to run it: rnncompare run {path}")


@command
def export(
    source: Annotated[Path, "an activity, such as results/STUDY/activity/MODEL/SEED.nc"],
    out: Annotated[Path, "the file to write"],
    to: Annotated[str, "nwb, rsatoolbox or pynapple"],
    about: Annotated[dict, "metadata on the origin of the activity (config, seed, ...)"] = None,
):
    """Write an activity in the format of another tool."""
    plugins.find("exports", to)(activity.read(source), out, about=about or {})


@command
def measures(out: Annotated[Path, "write a Markdown page instead of printing"] = None):
    """Print the card of every measure: formula, range, invariances, cost, pitfalls, reference."""
    from rnncompare.comparison.measure_pages import page

    if out is None:
        print(page())
        return
    with atomic(out) as temporary:
        temporary.write_text(page(), encoding="utf-8")


@command
def primary(
    summary: Annotated[Path, "the table summary.csv of a run"],
    study: STUDY,
    probe: Annotated[str, "a probe, to print a statistic of it by area instead of similarities"] = None,
    statistic: Annotated[str, "the statistic of that probe"] = None,
):
    """Print the primary similarity statistics of a study, or a statistic of a probe by area, as a Markdown table."""
    table = tables.read(summary)
    print(tables.primary_table(table, study) if probe is None else tables.probe_table(table, study, probe, statistic))


@command
def verdict(results: Annotated[Path, "the folder of the results of a run"], /):
    """Print the verdict on the claim of each study of a run, with its numbers, as Markdown."""
    from rnncompare.verdict.sentences import markdown

    print(markdown(tables.read(results / "tables" / "verdict.csv")))


@command
def side_by_side(
    contrasts: Annotated[list[Path], "the table contrasts.csv of each run; a run is named after its results folder"],
    study: STUDY,
):
    """Print the corrected contrasts of several runs of a study as one Markdown table."""
    print(tables.side_by_side({path.parent.parent.name: tables.read(path) for path in contrasts}, study))


@command
def scores(
    results: Annotated[list[Path], "the folders of the results of finished runs"],
    /,
    *,
    out: Annotated[Path, "the Markdown page to write; other files are written in the folder of the same name"],
):
    """Write a page with the scores of every model and control of finished runs, by recording, and how they rank."""
    from rnncompare.scores.finished import all_finished
    from rnncompare.scores.writing import write_scores

    runs = all_finished(results)
    table = write_scores(runs, out)
    for run in runs:
        rows = table[table["run"] == run.name]
        sources, recordings = len(rows[["study", "model"]].drop_duplicates()), ", ".join(rows["recording"].unique())
        print(f"{run.folder}: {sources} sources compared with {recordings or 'no recording'}")
    print(f"The page is {out}")
