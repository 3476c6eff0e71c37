"""Steps of tasks and of the networks that are trained on them."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.files import records
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


@step
def task(out: Path, options: dict, recording: Path = None, muscles: Path = None, input_sets: list = None):
    """Make a task, from a recording if the task is matched to one.

    input_sets: numbers of the sets of inputs of a task that can have several; default: one set.
    """
    given = [None if path is None else activity.condition_average(activity.read(path)) for path in (recording, muscles)]
    if plugins.takes(plugins.find("tasks", options["use"]), "input_sets"):
        options = options | {"input_sets": input_sets or [0]}
    activity.write_dataset(plugins.bind("tasks", options, "task")(*given), out)


@step
def train(task: Path, out: Path, seed: int, options: dict, label: str, input_set: int = None):
    """Train one network with one thread, from published `weights` if they are given.

    input_set: the set of inputs of this network, for a task that has several.
    """
    import torch

    from rnncompare.training import checkpoint
    from rnncompare.training.device import choose
    from rnncompare.training.options import Training
    from rnncompare.training.progress import printer
    from rnncompare.training.train import train

    torch.set_num_threads(1)
    data = activity.with_input_set(activity.read_dataset(task), input_set)
    network, given = _initial_network(data, options, seed, label)
    training = Training(**options["training"])
    history = train(network, data, training, seed=seed, progress=printer(label))
    shares = f", {history['final_correct']:.4f} correct" if history["final_correct"] >= 0 else ""
    shares += f" (ideal observer {history['ideal_correct']:.4f})" if "ideal_correct" in history else ""
    print(
        f"{label}: error {history['final_error']:.4f}{shares} after {history['final_step']} updates "
        f"({history['stopped']})",
        flush=True,
    )
    device = str(choose(training.device))
    checkpoint.save(out, network, config=options, given=given, device=device, history=history)


@step
def initialise(task: Path, out: list[Path], seeds: list, options: dict, label: str):
    """Create the networks of a model that is not trained here, with published `weights` if they are given."""
    from rnncompare.training import checkpoint

    data = activity.read_dataset(task)
    for path, seed in zip(out, seeds, strict=True):
        network, given = _initial_network(data, options, seed, label)
        checkpoint.save(path, network, config=options, given=given, device="cpu", history=None)


def _initial_network(data, options: dict, seed: int, label: str) -> tuple:
    """A network before training, and the arguments that the task and the seed give it."""
    given = {
        "inputs": data.sizes["input"],
        "outputs": data.sizes["output"],
        "dt": activity.interval(data),
        "seed": seed,
    }
    network = plugins.bind("models", options["network"] | given, label)()
    if "weights" in options:
        from rnncompare.training.published_weights import give_weights

        give_weights(network, options["weights"])
    return network, given


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
    for path, made, given in zip(weights, out, input_sets or [None] * len(weights), strict=True):
        own = activity.with_input_set(data, given)
        with records.apart():  # each activity is recorded with its own network
            stored = checkpoint.load(path)
            activity.write(
                as_activity(checkpoint.network_of(stored), own, smooth=smooth, seed=stored["seed"], **kept), made
            )


@step
def import_networks(files: dict, out: list[Path], options: dict, recording: Path = None):
    """Read the hidden states of networks that were trained elsewhere, as activities.

    files: path: sha256 of its content when the run was planned, in the order of `out`; recording: what the networks are
    to be compared with.
    """
    from rnncompare.activity.notes import join_notes, plain
    from rnncompare.files.checksums import sha256
    from rnncompare.files.safety import BadFile
    from rnncompare.imported.agreement import refuse_unlike
    from rnncompare.imported.hidden_states import hidden_states

    recorded = None if recording is None else activity.read(recording)
    for (file, planned), made in zip(files.items(), out, strict=True):
        held = sha256(file)
        if planned not in ("", held):
            raise BadFile(f"{file}: found sha256 {held}, wanted {planned}, its content when this run began: run again")
        data = hidden_states(Path(file), **options)
        if recorded is not None:
            refuse_unlike(data, recorded, file)
        origin = f"imported from {plain(file)}, sha256 {held}"
        with records.apart("files"):
            records.note(file, held)
            activity.write(data.assign_attrs(notes=join_notes(origin, data.attrs.get("notes"))), made)


@step
def robustness(
    weights: list[Path], task: Path, out: Path, options: dict, seed: int, columns: dict, input_sets: list = None
):
    """Measure the error of each network when its inputs and recurrent weights are perturbed.

    input_sets: the set of inputs of each network, for a task that has several.
    """
    import torch

    from rnncompare.training import checkpoint
    from rnncompare.training.disturbances import Disturbances
    from rnncompare.training.robustness import robustness

    torch.set_num_threads(1)
    data = activity.at_reference_delay(activity.read_dataset(task))
    disturbances, rows = Disturbances(**options), []
    for index, (path, given) in enumerate(zip(weights, input_sets or [None] * len(weights), strict=True)):
        network, own = checkpoint.network_of(checkpoint.load(path)), activity.with_input_set(data, given)
        found = robustness(
            network, *(own[name].values for name in ("inputs", "targets", "mask")), disturbances, seed=seed
        )
        rows += [{"seed": index, "minimum": 0, **row} for row in found]
    tables.write(tables.label(tables.with_input_sets(rows, input_sets), columns), out)


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
):
    """Analyse how each network computes, from its map of one step, its noise, its activity and its task.

    input_sets: the set of inputs of each network, for a task that has several.
    """
    from rnncompare.comparison.measure_card import card_of
    from rnncompare.steps.noisy_dynamics import noisy_dynamics

    function = plugins.bind("mechanisms", {"seed": seed, **options}, "mechanism")
    data, rows = activity.read_dataset(task), []
    for index, (path, own) in enumerate(zip(weights, activities, strict=True)):
        given = activity.with_input_set(data, input_sets[index] if input_sets else None)
        rows += [{"seed": index, **row} for row in function(activity.read(own), noisy_dynamics(path), given)]
    for row in rows:
        row["minimum"], row["maximum"] = card_of(function).bounds_of(row["statistic"])
    tables.write(tables.label(tables.with_input_sets(rows, input_sets), columns), out)


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
        rows = [
            {"seed": k, **row} for k, path in enumerate(paths) for row in checkpoint.history_rows(checkpoint.load(path))
        ]
        found.append(tables.label(rows, columns))
    return found
