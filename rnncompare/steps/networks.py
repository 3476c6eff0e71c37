"""Tasks, and the networks that are trained on them."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


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
    from rnncompare.training.device import choose
    from rnncompare.training.options import Training
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
        training = Training(**options["training"])
        device = str(choose(training.device))
        history = train(network, data, training, seed=seed, progress=printer(label))
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
def robustness(weights: list[Path], task: Path, out: Path, options: dict, seed: int, columns: dict):
    """Perturb each network's inputs and recurrent weights; the error that follows."""
    import torch

    from rnncompare.training import checkpoint
    from rnncompare.training.disturbances import Disturbances
    from rnncompare.training.robustness import robustness

    torch.set_num_threads(1)
    data = activity.at_reference_delay(activity.read_dataset(task))
    arrays = [data[name].values for name in ("inputs", "targets", "mask")]
    disturbances, rows = Disturbances(**options), []
    for index, path in enumerate(weights):
        network = checkpoint.network_of(checkpoint.load(path))
        found = robustness(network, *arrays, disturbances, seed=seed)
        rows += [{"seed": index, "least": 0, **row} for row in found]
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
