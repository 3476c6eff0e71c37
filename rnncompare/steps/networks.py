"""Steps of tasks and of the networks that are trained on them."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.files import records
from rnncompare.steps.registry import step
from rnncompare.steps.sets import with_sets
from rnncompare.tabulation import batches, tables


@step
def task(
    out: Path,
    options: dict,
    recording: Path = None,
    muscles: Path = None,
    input_sets: list = None,
    simulation: dict = None,
):
    """Make a task, from a recording if the task is matched to one.

    input_sets: numbers of the sets of inputs of a task that can have several; default: one set. simulation: window and
    bin of the activities of a task with decisions, which are checked before any network is trained on it.
    """
    from rnncompare.training.trial_windows import asked_trials, steps_of_bins

    given = [None if path is None else activity.condition_average(activity.read(path)) for path in (recording, muscles)]
    if plugins.takes(plugins.find("tasks", options["use"]), "input_sets"):
        options = options | {"input_sets": input_sets or [0]}
    made = plugins.bind("tasks", options, "task")(*given)
    if simulation:
        steps_of_bins(asked_trials(made), **simulation)
    activity.write_dataset(made, out)


@step
def simulate(
    weights: list[Path], task: Path, out: list[Path], smooth: float, simulation: dict = None, input_sets: list = None
):
    """Simulate networks on their task: one trial per condition at the times of the recording, or the test set.

    input_sets: the set of inputs of each network, for a task that has several.
    """
    from rnncompare.training import checkpoint
    from rnncompare.training.simulate import as_activity

    data = activity.read_dataset(task)
    kept = simulation or {"window": None, "bin": None}

    def simulated(stored: dict, given: int | None):
        own, network = activity.with_input_set(data, given), checkpoint.network_of(stored)
        made = as_activity(network, own, smooth=smooth, seed=stored["seed"], **kept)
        label = stored.get("readout", {}).get("label")
        return stored["seed"], made if label is None else made.assign_attrs(trained_on=label)

    networks = with_sets(checkpoint.load_all(weights), input_sets)
    activity.write_all((simulated(stored, given) for stored, given in networks), out)


@step
def import_networks(files: dict, out: list[Path], options: dict, recording: Path = None, first_seed: int = 0):
    """Read the hidden states of networks that were trained elsewhere, as activities.

    files: path: sha256 of its content when the run was planned, in the order of `out`; recording: what the networks are
    to be compared with; first_seed: of these networks.
    """
    from rnncompare.activity.notes import join_notes, plain
    from rnncompare.files.checksums import sha256
    from rnncompare.files.safety import BadFile
    from rnncompare.imported.agreement import refuse_unlike
    from rnncompare.imported.hidden_states import hidden_states

    recorded = None if recording is None else activity.read(recording)

    def imported(file: str, planned: str):
        held = sha256(file)
        if planned not in ("", held):
            raise BadFile(f"{file}: found sha256 {held}, wanted {planned}, its content when this run began: run again")
        data = hidden_states(Path(file), **options)
        if recorded is not None:
            refuse_unlike(data, recorded, file)
        origin = f"imported from {plain(file)}, sha256 {held}"
        records.note(file, held)
        return data.assign_attrs(notes=join_notes(origin, data.attrs.get("notes")))

    networks = ((first_seed + k, imported(*each)) for k, each in enumerate(files.items()))
    with records.apart("files"):  # each activity is recorded with its own file
        activity.write_all(networks, out)


@step
def robustness(
    weights: list[Path],
    task: Path,
    out: Path,
    options: dict,
    seed: int,
    columns: dict,
    input_sets: list = None,
    first: int = 0,
):
    """Measure the error of each network when its inputs and recurrent weights are perturbed.

    input_sets: the set of inputs of each network, for a task that has several; first: the position of the first network
    in its model.
    """
    import torch

    from rnncompare.training import checkpoint
    from rnncompare.training.disturbances import Disturbances
    from rnncompare.training.robustness import robustness

    torch.set_num_threads(1)
    data = activity.at_reference_delay(activity.read_dataset(task))
    disturbances, rows = Disturbances(**options), []
    for index, (stored, given) in enumerate(with_sets(checkpoint.load_all(weights), input_sets)):
        network, own = checkpoint.network_of(stored), activity.with_input_set(data, given)
        found = robustness(
            network, *(own[name].values for name in ("inputs", "targets", "mask")), disturbances, seed=seed
        )
        rows += [{"seed": index, "minimum": 0, **row} for row in found]
    batches.write(batches.Rows({batches.UNNAMED: rows}, columns), out, input_sets=input_sets, first=first)


@step
def mechanism(
    weights: list[Path],
    activities: list[Path],
    task: Path,
    out: Path,
    options: dict,
    seed: int,
    columns: dict,
    input_sets: list = None,
    first: int = 0,
):
    """Analyse how each network computes, from its map of one step, its noise, its activity and its task.

    input_sets: the set of inputs of each network, for a task that has several; first: the position of the first network
    in its model.
    """
    from rnncompare.comparison.measure_card import card_of
    from rnncompare.steps.noisy_dynamics import noisy_dynamics
    from rnncompare.training import checkpoint

    function = plugins.bind("mechanisms", {"seed": seed, **options}, "mechanism")
    data, rows = activity.read_dataset(task), []
    networks = zip(checkpoint.load_all(weights), activity.read_all(activities), strict=True)
    for index, ((stored, own), number) in enumerate(with_sets(networks, input_sets)):
        given = activity.with_input_set(data, number)
        rows += [{"seed": index, **row} for row in function(own, noisy_dynamics(stored), given)]
    for row in rows:
        row["minimum"], row["maximum"] = card_of(function).bounds_of(row["statistic"])
    batches.write(batches.Rows({batches.UNNAMED: rows}, columns), out, input_sets=input_sets, first=first)


@step
def history(weights: list, out: Path, imported: list = ()):
    """Tabulate the training of each network (error by update, reason to stop); weights: [labels, paths] of each model.

    imported: the same for models that were trained elsewhere; their files may contain the error by update.
    """
    found = _histories(weights) if weights else []
    for columns, paths in imported:
        from rnncompare.files.checksums import sha256
        from rnncompare.imported.hidden_states import training_curve

        for path in paths:
            records.note(path, sha256(path))
        rows = [{"seed": k, **row} for k, path in enumerate(paths) for row in training_curve(Path(path))]
        found.append(tables.label(rows, columns))
    tables.write(tables.stack(found), out)


def _histories(weights: list) -> list:
    """Return the table of each model that was trained by this package."""
    from rnncompare.training import checkpoint

    found = []
    for columns, paths in weights:
        networks = enumerate(checkpoint.load_all(paths))
        rows = [{"seed": k, **row} for k, stored in networks for row in checkpoint.history_rows(stored)]
        found.append(tables.label(rows, columns))
    return found
