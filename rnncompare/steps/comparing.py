"""Steps that compare activities by similarity measures: with recordings, and networks with each other."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.reproducibility import processor
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


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
    input_sets: list = None,
):
    """Compare the networks of a model with the recording by every measure; write rows, summary, nulls and draws.

    measures: a list of [name, options]. input_sets: the set of random inputs of each network, if inputs are random.
    """
    import xarray as xr

    from rnncompare.comparison.compare import compare_measures

    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    x, y = ([activity.read(path) for path in paths] for paths in (sources, references))
    frame = {name: comparison[name] for name in ("preparation", "folds", "units", "nulls", "intervals")}
    found = compare_measures(x, y, bound, seed=seed, input_sets=input_sets or None, **frame)
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
    input_sets: list = None,
):
    """Compare the networks of a model with the recording by every measure under every specification of a sweep.

    measures: a list of [name, options]. input_sets: the set of random inputs of each network, if inputs are random.
    """
    from rnncompare.comparison.sweep import sweep_measures

    x, y = ([activity.read(path) for path in paths] for paths in (sources, references))
    varied = {"preparation": sweep["preparation"], "measure_options": sweep["options"]}
    found = sweep_measures(x, y, dict(measures), **varied, base=comparison, seed=seed)
    of_sets = {m: tables.with_input_sets(rows, input_sets) for m, rows in found.items()}
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in of_sets.items()]), out)


@step
def within(
    networks: list[Path],
    recording: Path,
    out: Path,
    measures: list,
    comparison: dict,
    pairs: int,
    seed: int,
    columns: dict,
    input_sets: list = None,
):
    """Compare the networks of a model with each other by the primary statistics of every measure.

    measures: a list of [name, options]. comparison: preparation, folds and units. pairs: the largest number of pairs.
    input_sets: the set of random inputs of each network, if inputs are random.
    """
    from rnncompare.comparison.within import within_model

    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    x, y = [activity.read(path) for path in networks], activity.read(recording)
    found = within_model(x, y, bound, pairs=pairs, seed=seed, input_sets=input_sets or None, **comparison)
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in found.items()]), out)


@step
def distances(networks: dict, out: Path, measures: list, comparison: dict, seed: int, columns: dict):
    """Measure the distances of the networks of a model to each other and to those of other models.

    networks: model -> paths, the model itself first. measures: a list of [name, options]. comparison: preparation and
    folds.
    """
    from rnncompare.comparison.between import network_distances

    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    # Averages are taken at once, because all trials of all networks may not fit into memory.
    given = {m: [activity.condition_average(activity.read(path)) for path in paths] for m, paths in networks.items()}
    found = network_distances(given, bound, seed=seed, **comparison)
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in found.items()]), out)


@step
def recover(
    networks: dict,
    recording: Path,
    out: Path,
    generator: str,
    measures: list,
    comparison: dict,
    simulation: dict,
    seed: int,
    columns: dict,
    input_sets: dict,
):
    """Compare two models with simulated recordings of the networks of one of them, `generator`, by every measure.

    networks: model -> paths. measures: a list of [name, options]. comparison: preparation, folds and units. simulation:
    noise, smooth and trials of the recordings. input_sets: model -> the set of random inputs of each network, or null.
    """
    from rnncompare.calibration.model_recovery import model_recovery

    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    sources = {model: [activity.read(path) for path in paths] for model, paths in networks.items()}
    how = {"comparison": comparison, "simulation": simulation, "seed": seed, "input_sets": input_sets}
    found = model_recovery(sources, activity.read(recording), bound, generator=generator, **how)
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in found.items()]), out)


@step
def generalise(
    networks: list[Path],
    weights: list[Path],
    task: Path,
    recording: Path,
    out: Path,
    measures: list,
    comparison: dict,
    validation: int,
    seed: int,
    columns: dict,
    input_sets: list = None,
):
    """Compare networks with the recording in conditions that they were not trained on and in the others.

    The rows of the measure `task` are the errors of the networks. measures: a list of [name, options]. comparison:
    preparation and units. validation: the number of held-out conditions; for networks that were trained on all, they
    are those of networks with the same seeds that were not. input_sets: as for `compare`.
    """
    import torch

    from rnncompare.comparison.generalisation import generalisation
    from rnncompare.training import checkpoint
    from rnncompare.training.held_out import error_rows, held_out

    torch.set_num_threads(1)
    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    data, sets = activity.read_dataset(task), input_sets or [None] * len(weights)
    own = [
        held_out(checkpoint.load(path), activity.with_input_set(data, given), validation)
        for path, given in zip(weights, sets, strict=True)
    ]
    x, y = [activity.read(path) for path in networks], activity.read(recording)
    found = {"task": error_rows(own)}
    found |= generalisation(x, y, bound, held_out=[each.conditions for each in own], seed=seed, **comparison)
    columns = columns | {"trained_on_all": own[0].on_all}
    of_sets = {m: tables.with_input_sets(rows, input_sets) for m, rows in found.items()}
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in of_sets.items()]), out)


@step
def rank(sweep: Path, out: Path, pairs: dict):
    """Compute the fraction of the specifications of a sweep in which models keep their order."""
    from rnncompare.comparison.ranking import ranking

    tables.write(ranking(tables.read(sweep), pairs), out)
