"""Steps of tasks and of the networks that are trained on them."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


@step
def task(out: Path, options: dict, recording: Path = None, muscles: Path = None):
    """Make a task, from a recording if the task is matched to one."""
    given = [None if path is None else activity.condition_average(activity.read(path)) for path in (recording, muscles)]
    activity.write_dataset(plugins.bind("tasks", options, "task")(*given), out)


@step
def train(task: Path, out: Path, seed: int, options: dict, label: str):
    """Train one network with one thread; if `training` is null, only create it, with published `weights` if given."""
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
    """Simulate networks on their task: one trial per condition at the times of the recording, or the test set."""
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
    """Measure the error of each network when its inputs and recurrent weights are perturbed."""
    import torch

    from rnncompare.training import checkpoint
    from rnncompare.training.robustness import robustness

    torch.set_num_threads(1)
    data = activity.at_reference_delay(activity.read_dataset(task))
    arrays = [data[name].values for name in ("inputs", "targets", "mask")]
    rows = []
    for index, path in enumerate(weights):
        network = checkpoint.network_of(checkpoint.load(path))
        rows += [{"seed": index, "minimum": 0, **row} for row in robustness(network, *arrays, seed=seed, **options)]
    tables.write(tables.label(rows, columns), out)


@step
def history(weights: list, out: Path):
    """Tabulate the training of each network (error by update, reason to stop); weights: [labels, paths] each."""
    from rnncompare.training import checkpoint

    found = []
    for columns, paths in weights:
        rows = [
            {"seed": k, **row} for k, path in enumerate(paths) for row in checkpoint.history_rows(checkpoint.load(path))
        ]
        found.append(tables.label(rows, columns))
    tables.write(tables.stack(found), out)
