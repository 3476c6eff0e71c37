"""A finished run of a very small study within seconds: the steps of the workflow in one process, without its engine."""

import json
from pathlib import Path

import yaml
from test_workflow import ROOT, micro, write

from rnncompare.__main__ import main
from rnncompare.files import records
from rnncompare.study import contents, model_networks
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths

STUDY = "micro"
CODE = {"commit": "0" * 40, "changed": False}


def tiny_config() -> dict:
    """The config of the tests of the workflow without the tables that need further steps."""
    config = micro()
    study = config["studies"][STUDY]
    study |= {"within": None, "sweep": None, "question": None, "claim": None, "controls": {"inputs": {"use": "inputs"}}}
    study["comparison"]["intervals"] = {"draws": 10, "units": 2}
    study["training"] |= {"steps": 10}
    config["probes"]["ratio"]["options"] = {"units": 5, "repeats": 1}
    return config | {"calibration": None}


def tiny_run(folder: Path, config: dict | None = None) -> Path:
    """Run all steps in a folder, which must be the working directory; return the folder of results."""
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 6, "directions": 4, "trials": 2}
    write(folder / "data/simulated_reach/card.yaml", card)
    write(folder / "config.yaml", config or tiny_config())
    config = read_config(folder / "config.yaml")
    results = Path(config.results)
    results.mkdir()
    records.begin(results, CODE)
    activities(config)
    comparisons(config)
    finish(config)
    return folder / results


def step(name: str, /, **arguments) -> None:
    """Run a step by its command line, as a rule does."""
    words = [name]
    for option, value in arguments.items():
        values = value if isinstance(value, list) and all(isinstance(v, str) for v in value) and value else [value]
        texts = [v if isinstance(v, str) else json.dumps(v) for v in values]
        words += [f"--{option.replace('_', '-')}", *texts]
    assert main(words) == 0, words


def activities(config) -> None:
    """Recording, task, networks and controls, and their activities."""
    paths, study, found = Paths(config), config.studies[STUDY], f"{config.results}/recordings/found.json"
    step("fetch", cards=paths.cards(), folder=f"{config.results}/recordings", out=found)
    (recording,), task = paths.activities(STUDY, "recording"), paths.task(STUDY)
    step("load", card=paths.cards()[0], records=found, out=recording, options=study.recording.options)
    step("task", recording=recording, out=task, options=study.task)
    for model in study.models:
        options, weights = model_networks.model_options(study, model), paths.weights(STUDY, model)
        if options["training"] is None:
            made = {"seeds": model_networks.seeds(study, model), "label": f"{STUDY}/{model}"}
            step("initialise", task=task, out=weights, options=options, **made)
        else:
            for seed, path in enumerate(weights):
                step("train", task=task, out=path, seed=seed, options=options, label=f"{STUDY}/{model}/{seed}")
        step("simulate", weights=weights, task=task, out=paths.activities(STUDY, model), smooth=study.smooth)
    (control,) = paths.activities(STUDY, "inputs")
    step("control", recording=recording, task=task, out=[control], seeds=[0], options={"use": "inputs"})


def comparisons(config) -> None:
    """The rows of similarity measures, of a probe and of a view."""
    paths, study = Paths(config), config.studies[STUDY]
    for source in contents.compared(study):
        columns = contents.labels(config, STUDY, model=source)
        made = {kind: f"{config.results}/{STUDY}/similarity/{source}.{kind}" for kind in ("rows", "summary", "nulls")}
        made = {kind: f"{path}.csv" for kind, path in made.items()}
        made["draws"] = f"{config.results}/{STUDY}/similarity/{source}.draws.nc"
        measures = contents.with_options(config, contents.similarity_of(config, study, source))
        sides = {"sources": paths.activities(STUDY, source), "references": paths.references(STUDY, source)}
        how = {"comparison": contents.comparison_of(study, source), "seed": config.seed, "columns": columns}
        step("compare", **sides, **made, measures=measures, **how)
    for source in config.probes["ratio"].sources:
        how = {"options": contents.entry(config.probes["ratio"]), "seed": config.seed}
        columns = contents.labels(config, STUDY, model=source, measure="ratio")
        out, own = f"{config.results}/{STUDY}/probes/ratio/{source}.csv", paths.activities(STUDY, source)
        step("probe", sources=own, targets=own[:1], out=out, columns=columns, **how)
    (view,) = paths.views("outputs")
    shown = paths.shown(STUDY, "outputs")
    options = contents.entry(config.views["outputs"])
    step("view", sources=shown, task=paths.task(STUDY), out=view, options=options, columns={"study": STUDY})


def finish(config) -> None:
    """The tables, a figure, the report and the manifest."""
    paths, results, study = Paths(config), config.results, config.studies[STUDY]
    table = {name: f"{results}/tables/{name}.csv" for name in contents.tables(config)}
    of = {"similarity": paths.similarity("rows.csv"), "nulls": paths.similarity("nulls.csv"), "probes": paths.probes()}
    for name, rows in (of | {"outputs": paths.views("outputs")}).items():
        step("collect", rows=rows, out=table[name])
    how = {"corrections": contents.corrections(config), "seed": config.seed, "bootstrap": 10}
    draws = {"draws": paths.similarity("draws.nc")}
    summary = {"similarity": paths.similarity("summary.csv"), "probes": table["probes"], "ceilings": {STUDY: {}}}
    step("summarise", **summary, **draws, out=table["summary"], baselines={}, **how)
    pairs = {"pairs": {STUDY: [list(pair) for pair in study.contrasts]}}
    given = {"similarity": table["similarity"], "probes": table["probes"]}
    step("contrast", **given, **draws, out=table["contrasts"], **pairs, **how)
    weights = [path for _, trained in paths.networks() for path in trained]
    step("history", weights=[list(each) for each in paths.networks()], out=table["training"])
    for figure in study.figures:
        step(
            "figure",
            name=figure,
            study=STUDY,
            tables_in=[*table.values()],
            out=f"{results}/figures/{STUDY}/{figure}.pdf",
        )
    step("provenance", weights=weights, **draws, out=f"{results}/provenance.json")
    whole = config.model_dump()
    step("report", results=results, cards=paths.cards(), out=f"{results}/report/index.html", config=whole)
    step("manifest", results=results, out=f"{results}/manifest.json", config=whole)
