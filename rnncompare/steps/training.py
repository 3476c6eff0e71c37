"""Steps that create and train networks."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.steps.sets import with_sets


@step
def train(
    task: Path,
    out: Path,
    seed: int,
    options: dict,
    label: str,
    input_set: int = None,
    start: Path = None,
    recording: Path = None,
    smooth: float = 0.0,
):
    """Train one network with one thread.

    input_set: the set of inputs of this network, for a task that has several; start: the file that has the network with
    whose weights it begins, that of the same seed; recording: whose activity is trained as well, with rates of the
    network smoothed by a Gaussian of SD `smooth` (s).
    """
    from rnncompare.training import checkpoint

    data, recorded = activity.read_dataset(task), _recorded(recording, smooth)
    checkpoint.save_all([_trained(data, seed, options, label, input_set, start, recorded)], [out])


@step
def train_batch(
    task: Path,
    out: list[Path],
    seeds: list,
    options: dict,
    label: str,
    input_sets: list = None,
    start: Path = None,
    recording: Path = None,
    smooth: float = 0.0,
):
    """Train several networks one after another, each as `train` does; `out` is a file of all of them.

    input_sets: the set of inputs of each network, for a task that has several; start: the file of the networks with
    whose weights they begin; recording, smooth: see `train`.
    """
    from rnncompare.training import checkpoint

    data = activity.read_dataset(task)
    recorded, networks = _recorded(recording, smooth), with_sets(seeds, input_sets)
    trained = (_trained(data, seed, options, f"{label}/{seed}", own, start, recorded) for seed, own in networks)
    checkpoint.save_all(trained, out)


def _recorded(recording: Path | None, smooth: float) -> dict:
    """The arguments of a training on recorded activity, if there is any."""
    return {} if recording is None else {"recording": activity.read(recording), "smooth": smooth}


def _trained(
    data, seed: int, options: dict, label: str, input_set: int | None, start: Path | None, recorded: dict
) -> dict:
    """A trained network, as the arguments of `checkpoint.save`."""
    import torch

    from rnncompare.imported.masks import with_entries
    from rnncompare.training.curriculum import train_in_stages
    from rnncompare.training.device import choose
    from rnncompare.training.options import Training
    from rnncompare.training.progress import printer

    torch.set_num_threads(1)
    data = activity.with_input_set(data, input_set)
    read = with_entries(options, label)
    network, given = _initial_network(data, options, read, seed, label)
    training, same = Training(**read["training"]), {"seed": seed, "progress": printer(label)}
    stages = [plugins.bind("tasks", stage["task"], label)(None, None) for stage in training.curriculum or []]
    if start is not None:
        from rnncompare.training import checkpoint
        from rnncompare.training.starting import train_from

        other = checkpoint.network_of(checkpoint.load_seed(start, seed))
        history = train_from(other, network, data, training, condense=options["start"]["condense"], **same)
    elif recorded:
        from rnncompare.training.train import train

        history = train(network, data, training, **recorded, **same)
    else:
        history = train_in_stages(network, [*stages, data], training, **same)
    readout = history.pop("readout", None)
    shares = f", {history['final_correct']:.4f} correct" if history["final_correct"] >= 0 else ""
    shares += f" (ideal observer {history['ideal_correct']:.4f})" if "ideal_correct" in history else ""
    print(
        f"{label}: error {history['final_error']:.4f}{shares} after {history['final_step']} updates "
        f"({history['stopped']})" + (f"; earlier stages: {history['stages']}" if stages else ""),
        flush=True,
    )
    device = str(choose(training.device))
    found = {"network": network, "config": options, "given": given, "device": device, "history": history}
    return found if readout is None else found | {"readout": readout}


@step
def initialise(task: Path, out: list[Path], seeds: list, options: dict, label: str):
    """Create the networks of a model that is not trained here, with published `weights` if they are given."""
    from rnncompare.imported.masks import with_entries
    from rnncompare.training import checkpoint

    data = activity.read_dataset(task)
    same = {"config": options, "device": "cpu", "history": None}
    read = with_entries(options, label)
    made = (_initial_network(data, options, read, seed, label) for seed in seeds)
    checkpoint.save_all(({"network": network, "given": given, **same} for network, given in made), out)


def _initial_network(data, options: dict, read: dict, seed: int, label: str) -> tuple:
    """A network before training, and the arguments that the task, the seed and files of masks give it.

    read: the options with the entries of masks for files.
    """
    given = {
        "inputs": data.sizes["input"],
        "outputs": data.sizes["output"],
        "dt": activity.interval(data),
        "seed": seed,
    }
    if read["network"] != options["network"]:
        given["masks"] = read["network"]["masks"]
    network = plugins.bind("models", options["network"] | given, label)()
    if "weights" in options:
        from rnncompare.training.published_weights import give_weights

        give_weights(network, options["weights"])
    return network, given
