"""Steps that compare networks with recordings in conditions on which they were not trained."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.steps.sets import with_sets
from rnncompare.tabulation import batches, tables


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
    first: int = 0,
    trained_units: dict = None,
):
    """Compare networks with the recording in conditions that they were not trained on and in the others.

    The rows of the measure `task` are the errors of the networks. measures: a list of [name, options]. comparison:
    preparation and units. validation: the number of held-out conditions; for networks that were trained on all, or were
    not trained, they are those of networks with the same seeds that were not trained on them. input_sets: as for
    `compare`; first: as for `sweep`. trained_units: share and seed of the recorded units on which some of the compared
    models were trained, which are left out for all of them; the rows of the measure `prediction` are those of
    `training.prediction`, for networks that were trained on them.
    """
    import torch

    from rnncompare.activity.trained_on import is_trained_on
    from rnncompare.comparison.generalisation import generalisation
    from rnncompare.training import checkpoint
    from rnncompare.training.held_out import error_rows, held_out
    from rnncompare.training.prediction import prediction_rows
    from rnncompare.training.recorded_options import PREDICTION

    torch.set_num_threads(1)
    data, y = activity.read_dataset(task), activity.read(recording)
    stored, own, tasks = [], [], []
    for one, given in with_sets(checkpoint.load_all(weights), input_sets):
        with_set = activity.with_input_set(data, given)
        own.append(held_out(one, with_set, validation))
        if trained_units and "readout" in one and is_trained_on(one["readout"]["label"], y):
            stored.append(one)
            tasks.append(with_set)
    found = {"task": error_rows(own)}
    if stored:
        found[PREDICTION] = prediction_rows(stored, tasks, own, y)
    compared = _parts(y, trained_units)[1] if trained_units else y
    how = {"held_out": [each.conditions for each in own], "seed": seed, **comparison}
    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    found |= generalisation(activity.read_all(networks), compared, bound, **how)
    columns = columns | {"trained_on_all": own[0].on_all}
    batches.write(batches.Rows(found, columns), out, input_sets=input_sets, first=first)


@step
def generalise_recording(
    task: Path,
    recording: Path,
    out: Path,
    measures: list,
    comparison: dict,
    validation: int,
    seeds: list,
    seed: int,
    columns: dict,
    trained_units: dict,
):
    """Measure what the recording itself gives beside networks that were trained on some of its units.

    seeds: of the networks; each has its own held-out conditions. Rows of the model `half_of_units` compare the trained
    units with the others, as `generalise` compares networks; those of TUNING, if the recording has directions, predict
    the activity in held-out conditions from the direction (`training.prediction.tuning_rows`).
    """
    from rnncompare.comparison.generalisation import generalisation
    from rnncompare.training.held_out import conditions_of
    from rnncompare.training.prediction import tuning_rows
    from rnncompare.training.recorded_options import HALF, PREDICTION, TUNING, RecordedUnits

    data, y = activity.read_dataset(task), activity.read(recording)
    held = [conditions_of(data, validation, own) for own in seeds]
    own, others = _parts(y, trained_units)
    bound = {name: plugins.bind("similarity", options, name) for name, options in measures}
    how = {"held_out": held, "seed": seed, **comparison}
    found = {HALF: generalisation([own] * len(held), others, bound, **how)}
    given = RecordedUnits(**trained_units), comparison["preparation"]["soft_normalise"]
    for model, harmonics in TUNING.items() if "angle" in y.coords else ():
        if rows := tuning_rows(y, held, *given, harmonics):
            found[model] = {PREDICTION: rows}
    labels = [
        (rows, columns | {"model": model, "measure": measure, "trained_on_all": False})
        for model, by_measure in found.items()
        for measure, rows in by_measure.items()
    ]
    tables.write(tables.stack([tables.label(*each) for each in labels]), out)


def _parts(recording, trained_units: dict) -> tuple:
    """The recording of the units that were trained on, and that of the others."""
    from rnncompare.training.recorded_options import RecordedUnits
    from rnncompare.training.recorded_term import trained_units as chosen

    names = recording.unit.values.tolist()
    own = set(chosen(names, RecordedUnits(**trained_units)))
    return tuple(recording.isel(unit=[k for k, n in enumerate(names) if (n in own) == is_own]) for is_own in (1, 0))
