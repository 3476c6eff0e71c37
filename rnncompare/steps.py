"""One function a rule: read files, call one function, write files. Every step is also `rnncompare STEP`."""

import json
from pathlib import Path

from rnncompare import activity, plugins, processor, tables
from rnncompare.card import Card, fetch_all, load_recording, published_rows, read_card
from rnncompare.checksums import check_note, noted
from rnncompare.files import atomic
from rnncompare.fingerprints import unchanged

STEPS = {}


def step(function):
    """Make a function a sub-command of the command line."""
    STEPS[function.__name__] = function
    return function


@step
def check(
    name: str = None,
    /,
    *,
    config: Path = None,
    data: Path = Path("data"),
    out: Path = None,
    options: dict = None,
    choice: dict = None,
):
    """Say whether the recording `name` can be used, and for what, and draw it; or check all of a config.

    data: the folder of cards. out: of the figure, results/check/NAME.png where left out. options: of reading (bin,
    smooth, window, minimum_rate, ...), where others than the usual ones are wanted. choice: `only` and `pool` as a
    study has them, where not all that the card has is meant. Raises ValueError where the recording cannot be used.
    """
    if (name is None) == (config is None):
        found = "neither" if name is None else f"{name} and --config {config}"
        raise ValueError(f"check: found {found}, wanted the name of a recording or --config FILE, one of them")
    if config is not None:
        _check_config(config)
        return
    import tempfile

    from rnncompare.recording_check import as_text, card_named, check_recording

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
            f"{name}: found {checked.errors} {'error' if checked.errors == 1 else 'errors'} above, wanted none"
        )


def _check_config(config: Path) -> None:
    """Read a config, check all of it, and say what it asks for."""
    from rnncompare import config as configs

    checked = configs.read_config(config)
    for name, study in checked.studies.items():
        networks = sum(len(configs.seeds(study, m)) for m in study.models)
        print(f"{name}: {study.title}; {len(study.models)} models, {networks} networks, {len(study.controls)} controls")


def _draw_overview(data, name: str, path: Path) -> None:
    from rnncompare import figures

    view = plugins.bind("views", {"use": "overview", "units": 4, "trials": 160, "channels": 4}, "check")
    table = tables.label(view({"recording": [data]}), {"study": name})
    figures.save(*figures.draw("overview", {"overview": table}, name), path)


@step
def add(name: str, source: str, /, *, data: Path = Path("data")):
    """Draft the card of a recording: of a file, an http(s) address, or dandi:DANDISET/PATH@VERSION."""
    from rnncompare.adding import add

    print("\n".join(add(name, source, data)))


@step
def fetch(cards: list[Path], folder: Path, out: Path):
    """Find, make or download every file of the cards and check it; write where each was found."""
    records = fetch_all([read_card(card) for card in cards], folder)
    with noted(out) as temporary:
        temporary.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n")


@step
def load(card: Path, records: Path, out: Path, options: dict, choice: dict = None):
    """Read a recording as an activity; choice: `only` and `pool` of a study's recording."""
    card = read_card(card)
    activity.write(load_recording(card, _records(card, records), options, **(choice or {})), out)


@step
def export(source: Path, out: Path, to: str, about: dict = None):
    """Write an activity as other tools read it, `to` nwb, rsatoolbox or pynapple; `about`: config, seed and so on."""
    plugins.find("exports", to)(activity.read(source), out, about=about or {})


@step
def published(card: Path, records: Path, out: Path, columns: dict):
    """Statistics that others published, as rows beside ours; each says whose it is."""
    card = read_card(card)
    tables.write(tables.label(published_rows(card, _records(card, records)), columns), out)


@step
def task(out: Path, options: dict, recording: Path = None, muscles: Path = None):
    """Make a task, of a recording where it is one that matches a recording."""
    given = [None if path is None else activity.condition_average(activity.read(path)) for path in (recording, muscles)]
    activity.write_dataset(plugins.bind("tasks", options, "task")(*given), out)


@step
def train(task: Path, out: Path, seed: int, options: dict, label: str):
    """Train one network; where `training` is null only make it, with published `weights` if there are; one thread."""
    import torch

    from rnncompare.training import checkpoint
    from rnncompare.training.options import choose
    from rnncompare.training.progress import printer
    from rnncompare.training.train import train

    torch.set_num_threads(1)
    data = activity.read_dataset(task)
    given = {
        "inputs": data.sizes["input"],
        "outputs": data.sizes["output"],
        "dt": activity.interval(data),
        "seed": seed,
    }
    network = plugins.bind("models", options["network"] | given, label)()
    history, device = None, "cpu"
    if "weights" in options:
        from rnncompare.training.published_weights import give_weights

        give_weights(network, options["weights"])
    if options["training"] is not None:
        device = str(choose(options["training"]["device"]))
        history = train(network, data, seed=seed, progress=printer(label), **options["training"])
        print(
            f"{label}: error {history['final_error']:.4f} after {history['final_step']} updates ({history['stopped']})",
            flush=True,
        )
    checkpoint.save(out, network, config=options, given=given, device=device, history=history)


@step
def simulate(weights: list[Path], task: Path, out: list[Path], smooth: float, simulation: dict = None):
    """Run networks on their task: one trial a condition at the recording's times, or the test set about its onsets."""
    from rnncompare.training import checkpoint
    from rnncompare.training.simulate import as_activity

    data = activity.read_dataset(task)
    kept = simulation or {"window": None, "bin": None}
    for path, made in zip(weights, out, strict=True):
        stored = checkpoint.load(path)
        activity.write(
            as_activity(checkpoint.network_of(stored), data, smooth=smooth, seed=stored["seed"], **kept), made
        )


@step
def control(recording: Path, out: Path, seed: int, options: dict, task: Path = None):
    """Make a control: a surrogate activity from the recording or the task."""
    task = None if task is None else activity.read_dataset(task)
    made = plugins.bind("controls", {"seed": seed, **options}, "control")(activity.read(recording), task)
    activity.write(made, out)


@step
def compare(
    sources: list[Path],
    references: list[Path],
    rows: Path,
    summary: Path,
    nulls: Path,
    draws: Path,
    measures: list,
    comparison: dict,
    seed: int,
    columns: dict,
):
    """Compare a model's networks with the recording by every measure: rows, their mean, its nulls, its draws.

    measures: [name, options] of each.
    """
    import xarray as xr

    from rnncompare.comparison import compare_measures

    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    x, y = ([activity.read(path) for path in paths] for paths in (sources, references))
    frame = {name: comparison[name] for name in ("preparation", "folds", "units", "nulls", "intervals")}
    found = compare_measures(x, y, bound, seed=seed, **frame)
    every = [each.draws.rename({name: f"{measure}|{name}" for name in each.draws}) for measure, each in found.items()]
    activity.write_dataset(xr.merge(every).assign_attrs(columns, kernels=processor.kernels()), draws)
    for kind, path in (("rows", rows), ("nulls", nulls), ("summary", summary)):
        table = [tables.label(getattr(each, kind), columns | {"measure": m}) for m, each in found.items()]
        tables.write(tables.stack(table), path)


@step
def sweep(
    sources: list[Path],
    references: list[Path],
    out: Path,
    measures: list,
    sweep: dict,
    comparison: dict,
    seed: int,
    columns: dict,
):
    """Compare a model's networks with the recording by every measure under every specification of a sweep.

    measures: [name, options] of each.
    """
    from rnncompare.sweep import sweep_measures

    x, y = ([activity.read(path) for path in paths] for paths in (sources, references))
    varied = {"preparation": sweep["preparation"], "measure_options": sweep["options"]}
    found = sweep_measures(x, y, dict(measures), **varied, base=comparison, seed=seed)
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in found.items()]), out)


@step
def rank(sweep: Path, out: Path, pairs: dict):
    """Say in how many specifications of a sweep the ranking of models survives."""
    from rnncompare.ranking import ranking

    tables.write(ranking(tables.read(sweep), pairs), out)


@step
def probe(
    sources: list[Path],
    targets: list[Path],
    out: Path,
    options: dict,
    seed: int,
    columns: dict,
    weights: list[Path] = (),
    trials: dict = None,
):
    """Measure each of a source's activities by one probe; `trials` draws single trials where there are only averages.

    targets: one or as many; whose behavior is decoded. A recording's own, and for what has no hand the recording's.
    weights: of the networks that the sources are of, for a probe that measures what they pass on. Where networks have
    done too little to be measured (one that never decides), rows `measured` say of each whether it was, and why not.
    least, most: what a row's statistic can be, from the probe's card.
    """
    from rnncompare.measure_card import card_of

    function = plugins.bind("probes", {"seed": seed, **options}, "probe")
    targets = targets * len(sources) if len(targets) == 1 else targets
    rows, measured = [], []
    for index, (path, target) in enumerate(zip(sources, targets, strict=True)):
        data, drawn = activity.read(path), "recorded"
        if trials and data.sizes["trial"] == len(activity.conditions(data)):
            data, drawn = plugins.bind("controls", {"seed": seed + index, **trials}, "trials")(data, None), "drawn"
        arguments = (data, activity.read(target)) if plugins.takes(function, "target") else (data,)
        arguments += (_recurrent(weights[index]),) if plugins.takes(function, "weights") else ()
        try:
            found, why = function(*arguments), None
        except activity.Unmeasurable as reason:
            if not activity.of_network(data):
                raise
            found, why = [], str(reason)
        rows += [{"seed": index, "trials": drawn, **row} for row in found]
        note = {} if why is None else {"note": why}
        measured.append({"seed": index, "statistic": "measured", "value": int(why is None), **note})
    if not all(row["value"] for row in measured):
        rows += measured
    for row in rows:
        row["least"], row["most"] = card_of(function).bounds_of(row["statistic"])
    tables.write(tables.label(rows, columns), out)


def _recurrent(weights: Path):
    """(unit to, unit from) a network's recurrent weights as its units feel them."""
    from rnncompare.training import checkpoint

    network = checkpoint.network_of(checkpoint.load(weights))
    return network.effective_recurrent_weights().detach().numpy().astype(float)


@step
def robustness(weights: list[Path], task: Path, out: Path, options: dict, seed: int, columns: dict):
    """Perturb each network's inputs and recurrent weights; the error that follows."""
    import torch

    from rnncompare.training import checkpoint
    from rnncompare.training.robustness import robustness

    torch.set_num_threads(1)
    data = activity.at_reference_delay(activity.read_dataset(task))
    arrays = [data[name].values for name in ("inputs", "targets", "mask")]
    rows = []
    for index, path in enumerate(weights):
        network = checkpoint.network_of(checkpoint.load(path))
        rows += [{"seed": index, "least": 0, **row} for row in robustness(network, *arrays, seed=seed, **options)]
    tables.write(tables.label(rows, columns), out)


@step
def history(weights: list, out: Path):
    """How each network's training went: error by update, and why it stopped; weights: [labels, paths] of each model."""
    from rnncompare.training import checkpoint

    found = []
    for columns, paths in weights:
        rows = [
            {"seed": k, **row} for k, path in enumerate(paths) for row in checkpoint.history_rows(checkpoint.load(path))
        ]
        found.append(tables.label(rows, columns))
    tables.write(tables.stack(found), out)


@step
def view(sources: dict, out: Path, options: dict, columns: dict, task: Path = None):
    """Tabulate what a figure shows of several sources' activities."""
    data = {name: [activity.read(path) for path in paths] for name, paths in sources.items()}
    function = plugins.bind("views", options, "view")
    if task is not None:
        data["target"] = [activity.read_dataset(task)]
    tables.write(tables.label(function(data), columns), out)


@step
def collect(rows: list[Path], out: Path):
    """Put tables of one kind together."""
    tables.write(tables.collect(rows), out)


@step
def summarise(
    similarity: list[Path],
    probes: list[Path],
    draws: list[Path],
    out: Path,
    ceilings: dict,
    corrections: dict,
    seed: int,
    bootstrap: int,
):
    """One row a model and statistic: mean, interval, null, p corrected over its family, ceilings."""
    from rnncompare.summary import summarise

    table = summarise(
        tables.collect(similarity),
        tables.collect(probes),
        _draws(draws),
        ceilings=ceilings,
        corrections=corrections,
        seed=seed,
        bootstrap=bootstrap,
    )
    tables.write(table, out)


@step
def contrast(
    similarity: Path,
    probes: Path,
    draws: list[Path],
    out: Path,
    pairs: dict,
    corrections: dict,
    seed: int,
    bootstrap: int,
):
    """Differences between models, seed by seed, with intervals."""
    from rnncompare.contrasts import contrast

    rows = tables.collect([similarity, probes])
    table = contrast(rows, _draws(draws), pairs, corrections=corrections, seed=seed, bootstrap=bootstrap)
    tables.write(table if len(table) else tables.collect([]), out)


def _records(card: Card, path: Path) -> list[dict[str, str]]:
    """Where a card's files are that `rnncompare fetch` found; they hold what they held then. Raises ValueError."""
    check_note(path)
    try:
        records = json.loads(path.read_text())[card.name]
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f"{path}: found no record of {card.name} ({error!r}), wanted what `rnncompare fetch` writes"
        ) from error
    return unchanged(card, records, path)


def _draws(paths: list[Path]) -> dict:
    """(study, model, measure): the draws that `compare` wrote."""
    found = {}
    for data in map(activity.read_dataset, paths):
        split = {name: name.split("|", 1) for name in data}
        for measure in {measure for measure, _ in split.values()}:
            own = {name: rest for name, (of, rest) in split.items() if of == measure}
            found[data.attrs["study"], data.attrs["model"], measure] = data[list(own)].rename(own)
    return found


@step
def calibrate(
    recording: Path, out: Path, measures: dict, comparison: dict, calibration: dict, seed: int, chunk: int, chunks: int
):
    """Run the pipeline on simulated recordings of known networks, at a recording's own counts and rates: one chunk."""
    from rnncompare.calibration import calibrate_chunk, dimensions_of

    bound = {name: plugins.bind("similarity", options, name) for name, options in measures.items()}
    dimensions = dimensions_of(
        activity.read(recording), **{name: calibration.pop(name) for name in ("noise", "smooth", "trials")}
    )
    place = {"seed": seed, "chunk": chunk, "chunks": chunks}
    tables.write(calibrate_chunk(dimensions, bound, comparison=comparison, **calibration, **place), out)


@step
def calibration_table(rows: list[Path], out: Path, curves: Path, power_share: float, columns: dict):
    """What a calibration found: false positives, power, and how often the generating network ranks first."""
    from rnncompare.calibration import calibration_curves, calibration_table

    found = tables.collect(rows)
    tables.write(tables.label(calibration_table(found, power_share=power_share), columns), out)
    tables.write(tables.label(calibration_curves(found), columns), curves)


@step
def measures(out: Path = None):
    """Say what every measure means: formula, range, invariances, cost, pitfalls, reference; `out`: as a page."""
    from rnncompare.measure_pages import page

    if out is None:
        print(page())
        return
    with atomic(out) as temporary:
        temporary.write_text(page(), encoding="utf-8")


@step
def headline(summary: Path, study: str, probe: str = None, statistic: str = None):
    """Print the headline similarities of a study, or a statistic of a probe by area, as a Markdown table."""
    table = tables.read(summary)
    print(tables.headline_table(table, study) if probe is None else tables.probe_table(table, study, probe, statistic))


@step
def verdicts(contrasts: list[Path], study: str):
    """Print the corrected contrasts of several runs of a study beside each other, as a Markdown table.

    contrasts: the table contrasts.csv of each run, which is called by the folder of its results.
    """
    print(tables.verdict_table({path.parent.parent.name: tables.read(path) for path in contrasts}, study))


@step
def figure(name: str, study: str, tables_in: list[Path], out: Path):
    """Draw one figure of a study from the tables, as PDF, SVG and PNG beside its source data."""
    from rnncompare import figures

    # A folder stands for the tables in it, but not for those that a killed job left unfinished there.
    paths = [p for t in tables_in for p in (sorted(t.glob("[!.]*.csv")) if t.is_dir() else [t])]
    data = {path.stem: tables.read(path) for path in paths}
    figures.save(*figures.draw(name, data, study), out)


@step
def provenance(weights: list[Path], draws: list[Path], out: Path):
    """Say what a run was computed with: processor, kernels of every network and comparison, versions."""
    from rnncompare.provenance import provenance

    networks = []
    if weights:
        from rnncompare.training import checkpoint

        networks = [stored.get("kernels") for stored in map(checkpoint.load, weights) if stored["history"]]
    comparisons = [activity.read_labels(path).get("kernels") for path in draws]
    with noted(out) as temporary:
        temporary.write_text(json.dumps(provenance(networks, comparisons), indent=1) + "\n")


@step
def report(results: Path, cards: list[Path], out: Path, config: dict, calibration: Path = None):
    """Write the report: one HTML file that opens offline."""
    from rnncompare.report import report

    with noted(out) as temporary:
        temporary.write_text(report(results, cards, config, calibration), encoding="utf-8")
