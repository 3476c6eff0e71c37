"""Steps that compare activities by similarity measures: with recordings, and networks with each other."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.reproducibility import processor
from rnncompare.steps.registry import step
from rnncompare.tabulation import batches, tables


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
    found = _compared(sources, references, measures, comparison, seed, input_sets)
    _write_comparison(found, rows, summary, nulls, draws, columns, processor.kernels())


@step
def compare_batch(
    sources: list[Path],
    references: list[Path],
    out: Path,
    measures: list,
    comparison: dict,
    seed: int,
    columns: dict,
    input_sets: list = None,
    first: int = 0,
):
    """Compare some networks of a model as `compare` does, and write what `compare_batches` combines.

    first: the position of the first of them in the model.
    """
    from rnncompare.comparison.batches import as_dataset

    found = _compared(sources, references, measures, comparison, seed, input_sets)
    data = as_dataset(found, input_sets=input_sets or None, first=first)
    activity.write_dataset(data.assign_attrs(columns, kernels=processor.kernels()), out)


@step
def compare_batches(
    parts: list[Path],
    rows: Path,
    summary: Path,
    nulls: Path,
    draws: Path,
    measures: list,
    bootstrap: int,
    seed: int,
    columns: dict,
):
    """Combine the comparisons of the batches of a model: what `compare` writes for all networks at once.

    parts: from `compare_batch`. measures: a list of [name, options]. bootstrap: number of draws of the intervals.
    """
    from rnncompare.comparison.batches import combined

    kernels = set()

    def read_in_turn():
        for path in parts:
            data = activity.read_dataset(path)
            kernels.add(data.attrs["kernels"])
            yield data

    joined = combined(read_in_turn(), _bound(measures), bootstrap=bootstrap, seed=seed)
    _write_comparison(joined, rows, summary, nulls, draws, columns, "; ".join(sorted(kernels)))


def _bound(measures: list) -> dict:
    """Name -> similarity measure with its options; measures: a list of [name, options]."""
    return {name: plugins.bind("similarity", options, name) for name, options in measures}


def _compared(sources: list[Path], references: list[Path], measures: list, comparison: dict, seed: int, input_sets):
    """Measure -> comparison of sources, each of which is read when it is prepared."""
    from rnncompare.comparison.compare import compare_measures

    x, y = activity.read_all(sources), list(activity.read_all(references))
    frame = {name: comparison[name] for name in ("preparation", "folds", "units", "nulls", "intervals")}
    return compare_measures(x, y, _bound(measures), seed=seed, input_sets=input_sets or None, **frame)


def _write_comparison(found: dict, rows: Path, summary: Path, nulls: Path, draws: Path, columns: dict, kernels: str):
    import xarray as xr

    every = [each.draws.rename({name: f"{measure}|{name}" for name in each.draws}) for measure, each in found.items()]
    activity.write_dataset(xr.merge(every).assign_attrs(columns, kernels=kernels), draws)
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
    first: int = 0,
):
    """Compare the networks of a model with the recording by every measure under every specification of a sweep.

    measures: a list of [name, options]. input_sets: the set of random inputs of each network, if inputs are random.
    first: the position of the first network in its model.
    """
    from rnncompare.comparison.sweep import sweep_measures

    x, y = (list(activity.read_all(paths)) for paths in (sources, references))
    varied = {"preparation": sweep["preparation"], "measure_options": sweep["options"]}
    found = sweep_measures(x, y, dict(measures), **varied, base=comparison, seed=seed)
    batches.write(batches.Rows(found, columns), out, input_sets=input_sets, first=first)


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

    bound = _bound(measures)
    x, y = list(activity.read_all(networks)), activity.read(recording)
    found = within_model(x, y, bound, pairs=pairs, seed=seed, input_sets=input_sets or None, **comparison)
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in found.items()]), out)


@step
def distances(networks: dict, out: Path, measures: list, comparison: dict, seed: int, columns: dict):
    """Measure the distances of the networks of a model to each other and to those of other models.

    networks: model -> paths, the model itself first. measures: a list of [name, options]. comparison: preparation and
    folds.
    """
    from rnncompare.comparison.between import network_distances

    bound = _bound(measures)
    # Averages are taken at once, because all trials of all networks may not fit into memory.
    given = {m: list(map(activity.condition_average, activity.read_all(paths))) for m, paths in networks.items()}
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

    bound = _bound(measures)
    sources = {model: list(activity.read_all(paths)) for model, paths in networks.items()}
    how = {"comparison": comparison, "simulation": simulation, "seed": seed, "input_sets": input_sets}
    found = model_recovery(sources, activity.read(recording), bound, generator=generator, **how)
    tables.write(tables.stack([tables.label(rows, columns | {"measure": m}) for m, rows in found.items()]), out)


@step
def rank(sweep: Path, out: Path, pairs: dict):
    """Compute the fraction of the specifications of a sweep in which models keep their order."""
    from rnncompare.comparison.ranking import ranking

    tables.write(ranking(tables.read(sweep), pairs), out)
