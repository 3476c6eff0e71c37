"""Steps that measure single activities: probes and the tables of figures; and the activities of controls."""

from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


@step
def control(recording: Path, out: list[Path], seeds: list, options: dict, task: Path = None):
    """Make the control activities of all seeds from the recording or the task."""
    recorded, task = activity.read(recording), None if task is None else activity.read_dataset(task)
    for path, seed in zip(out, seeds, strict=True):
        made = plugins.bind("controls", {"seed": seed, **options}, "control")(recorded, task)
        activity.write(made, path)


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
    input_sets: list = None,
):
    """Apply one probe to each activity of a source; `trials` draws single trials for sources with averages only.

    targets: one activity, or one for each source, whose behavior is decoded: that of the recording for sources without
    behavior. weights: checkpoints of the networks, for a probe that uses their weights. If a network cannot be measured
    (for example, because it never decides), rows with the statistic `measured` give for each network whether it was,
    and the reason. minimum, maximum: bounds of the statistic from the card of the probe. input_sets: the set of random
    inputs of each network, if inputs are random.
    """
    from rnncompare.comparison.measure_card import card_of

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
            if not activity.is_network(data):
                raise
            found, why = [], str(reason)
        rows += [{"seed": index, "trials": drawn, **row} for row in found]
        note = {} if why is None else {"note": why}
        measured.append({"seed": index, "statistic": "measured", "value": int(why is None), **note})
    if not all(row["value"] for row in measured):
        rows += measured
    for row in rows:
        row["minimum"], row["maximum"] = card_of(function).bounds_of(row["statistic"])
    tables.write(tables.label(tables.with_input_sets(rows, input_sets), columns), out)


def _recurrent(weights: Path):
    """(unit to, unit from) effective recurrent weights of a network."""
    from rnncompare.training import checkpoint

    network = checkpoint.network_of(checkpoint.load(weights))
    return network.effective_recurrent_weights().detach().numpy().astype(float)


@step
def view(sources: dict, out: Path, options: dict, columns: dict, task: Path = None, weights: dict = None):
    """Tabulate the data of a figure from the activities of several sources.

    weights: source -> checkpoints, for a view that uses the map of one step of networks.
    """
    data = {name: [activity.read(path) for path in paths] for name, paths in sources.items()}
    function = plugins.bind("views", options, "view")
    if task is not None:
        data["target"] = [activity.with_input_set(activity.read_dataset(task), None)]
    more = (_networks(weights or {}),) if plugins.takes(function, "networks") else ()
    tables.write(tables.label(function(data, *more), columns), out)


def _networks(weights: dict) -> dict:
    """Source -> the maps of one step of its networks."""
    from rnncompare.steps.noisy_dynamics import noisy_dynamics

    return {name: [noisy_dynamics(path) for path in paths] for name, paths in weights.items()}
