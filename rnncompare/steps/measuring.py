"""Steps that measure single activities: probes and the tables of figures; and the activities of controls."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rnncompare import activity, plugins
from rnncompare.steps.registry import step
from rnncompare.tabulation import batches, tables


@step
def control(recording: Path, out: list[Path], seeds: list, options: dict, task: Path = None):
    """Make the control activities of all seeds from the recording or the task."""
    recorded, task = activity.read(recording), None if task is None else activity.read_dataset(task)
    made = ((seed, plugins.bind("controls", {"seed": seed, **options}, "control")(recorded, task)) for seed in seeds)
    activity.write_all(made, out)


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
    first: int = 0,
):
    """Apply one probe to each activity of a source; `trials` draws single trials for sources with averages only.

    targets: one activity, or one for each source, whose behavior is decoded: that of the recording for sources without
    behavior. weights: checkpoints of the networks, for a probe that uses their weights. If a network cannot be measured
    (for example, because it never decides), rows with the statistic `measured` give for each network whether it was,
    and the reason. minimum, maximum: bounds of the statistic from the card of the probe. input_sets: the set of random
    inputs of each network, if inputs are random. first: the position of the first source in its model.
    """
    from rnncompare.comparison.measure_card import card_of

    function = plugins.bind("probes", {"seed": seed, **options}, "probe")
    targeted = plugins.takes(function, "target")
    pairs = activity.read_beside(sources, targets) if targeted else ((x,) for x in activity.read_all(sources))
    matrices = _recurrent(weights) if plugins.takes(function, "weights") else None
    rows, measured = [], []
    for index, (data, *target) in enumerate(pairs):
        drawn = "recorded"
        if trials and data.sizes["trial"] == len(activity.conditions(data)):
            given = {"seed": seed + first + index, **trials}
            data, drawn = plugins.bind("controls", given, "trials")(data, None), "drawn"
        arguments = (data, *target, *([] if matrices is None else [next(matrices)]))
        try:
            found, why = function(*arguments), None
        except activity.Unmeasurable as reason:
            if not activity.is_network(data):
                raise
            found, why = [], str(reason)
        rows += [{"seed": index, "trials": drawn, **row} for row in found]
        note = {} if why is None else {"note": why}
        measured.append({"seed": index, "statistic": "measured", "value": int(why is None), **note})
    rows += measured  # which `batches` leaves out if all could be measured
    for row in rows:
        row["minimum"], row["maximum"] = card_of(function).bounds_of(row["statistic"])
    batches.write(batches.Rows({batches.UNNAMED: rows}, columns), out, input_sets=input_sets, first=first)


def _recurrent(weights: list[Path]) -> Iterator:
    """(unit to, unit from) effective recurrent weights of each network."""
    from rnncompare.training import checkpoint

    for stored in checkpoint.load_all(weights):
        yield checkpoint.network_of(stored).effective_recurrent_weights().detach().numpy().astype(float)


@step
def view(
    sources: dict,
    out: Path,
    options: dict,
    columns: dict,
    task: Path = None,
    weights: dict = None,
    networks: dict = None,
):
    """Tabulate the data of a figure from the activities of several sources.

    weights: source -> checkpoints, for a view that uses the map of one step of networks. networks: source -> number of
    its first networks that are shown, for sources of which only some are.
    """
    shown = networks or {}
    data = {name: list(islice(activity.read_all(paths), shown.get(name))) for name, paths in sources.items()}
    function = plugins.bind("views", options, "view")
    if task is not None:
        data["target"] = [activity.with_input_set(activity.read_dataset(task), None)]
    more = (_networks(weights or {}, shown),) if plugins.takes(function, "networks") else ()
    tables.write(tables.label(function(data, *more), columns), out)


def _networks(weights: dict, shown: dict) -> dict:
    """Source -> the maps of one step of its networks."""
    from rnncompare.steps.noisy_dynamics import noisy_dynamics
    from rnncompare.training import checkpoint

    return {
        name: [noisy_dynamics(stored) for stored in islice(checkpoint.load_all(paths), shown.get(name))]
        for name, paths in weights.items()
    }
