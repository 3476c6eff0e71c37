"""Networks in batches: files of several networks, and the same tables from one batch and from many, to the byte."""

import json

import numpy as np
import pytest
import torch
import xarray as xr

from rnncompare import activity, steps
from rnncompare.files import bundles, checksums, records
from rnncompare.provenance.artefact import examine
from rnncompare.training import checkpoint

COUNT = 5
BATCHES = [range(0, 2), range(2, 4), range(4, 5)]  # the last has one network
SETS = [0, 1, 2, 3, 4]
LABELS = {"study": "s", "recording": "r", "model": "m"}
RSA = {"use": "rsa", "distance": "sqeuclidean", "compare": "spearman", "average": "dissimilarities"}
MEASURES = [
    ["ridge", {"use": "ridge", "components": 3, "penalties": [0.01, 0.1, 1.0]}],
    ["rsa", RSA | {"trial_folds": None, "time_resolved": False}],
]
COMPARISON = {
    "preparation": {"window": [-0.2, 0.15], "soft_normalise": 0.2},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": 6, "repeats": 2},
    "nulls": {
        "conditions": {"use": "conditions", "draws": 19, "measures": None},
        "entropy": {
            "use": "tensor_maximum_entropy", "draws": 3, "measures": None, "options": {"keep": ["times", "units"]}
        },
    },
    "intervals": {"draws": 50, "units": 3},
}  # fmt: skip
KINDS = ("rows.csv", "summary.csv", "nulls.csv", "draws.nc")


@pytest.fixture
def networks(tmp_path, made_up):
    """Activities of five networks in a file each and in three bundles, and a recording that shares a part with them."""
    data = [made_up(seed=k, conditions=5, times=36, units=9) for k in range(COUNT)]
    recording = made_up(seed=99, conditions=5, times=36, units=8)
    recording.rate.values += sum(one.rate.values[..., :8] for one in data) / 3
    alone = [tmp_path / f"{k}.nc" for k in range(COUNT)]
    activity.write(recording, tmp_path / "recording.nc")
    activity.write_all(enumerate(data), alone)
    together = [tmp_path / f"batch_{k}.zip" for k in range(len(BATCHES))]
    for path, batch in zip(together, BATCHES, strict=True):
        activity.write_all(((k, data[k]) for k in batch), [path])
    return alone, together, tmp_path / "recording.nc"


def in_batches(call, folder, files, suffix: str, sets) -> list:
    """The files that a step writes for each batch; call: a function of files, output, first position and sets."""
    made = []
    for batch, path in zip(BATCHES, files, strict=True):
        made.append(folder / f"part_{batch.start}{suffix}")
        call([path], made[-1], first=batch.start, input_sets=sets and [sets[k] for k in batch])
    return made


def test_a_bundle_of_activities_has_the_files_of_single_ones(networks):
    alone, together, _ = networks
    found = [member.read() for path in together for member in bundles.read(path)]
    assert found == [path.read_bytes() for path in alone]
    for one, other in zip(activity.read_all(alone), activity.read_all(together), strict=True):
        xr.testing.assert_identical(one, other)
    assert activity.count(together) == activity.count(alone) == COUNT


@pytest.mark.parametrize("sets", [None, SETS], ids=["networks", "sets of inputs"])
def test_a_comparison_of_many_batches_has_the_tables_of_one_to_the_byte(networks, tmp_path, sets):
    alone, together, recording = networks
    made, again = ({kind: tmp_path / name / kind for kind in KINDS} for name in ("one", "many"))
    steps.compare(alone, [recording], *made.values(), MEASURES, COMPARISON, 3, LABELS, input_sets=sets)

    def one(files, out, **more):
        steps.compare_batch(files, [recording], out, MEASURES, COMPARISON, 3, LABELS, **more)

    parts = in_batches(one, tmp_path, together, ".nc", sets)
    steps.compare_batches(parts, *again.values(), MEASURES, COMPARISON["intervals"]["draws"], 3, LABELS)
    for kind in KINDS[:3]:
        assert again[kind].read_bytes() == made[kind].read_bytes(), kind
    first, second = (activity.read_dataset(files["draws.nc"]) for files in (made, again))
    assert first.attrs == second.attrs
    assert set(first) == set(second)
    for name in first:
        if name.partition("|")[2].startswith("null|"):  # the sum over sources is taken in another order
            np.testing.assert_allclose(second[name], first[name], rtol=1e-14, atol=1e-16)
        else:
            xr.testing.assert_identical(second[name], first[name])


def test_batches_with_other_conditions_are_refused(networks, tmp_path, made_up):
    _, _, recording = networks
    parts = [tmp_path / f"part_{k}.nc" for k in (5, 4)]
    for k, part in zip((5, 4), parts, strict=True):
        data = made_up(seed=k, conditions=5, times=36, units=9)
        activity.write_all([(k, data.isel(trial=slice(k)))], [tmp_path / f"{k}.zip"])
        steps.compare_batch([tmp_path / f"{k}.zip"], [recording], part, MEASURES[1:], COMPARISON, 3, LABELS)
    with pytest.raises(activity.BadActivity, match="found 4 and 5 conditions shared"):
        steps.compare_batches(parts, *[tmp_path / kind for kind in KINDS], MEASURES[1:], 10, 3, LABELS)


def joined(parts, tmp_path, by=()) -> bytes:
    steps.join(parts, tmp_path / "joined.csv", by)
    return (tmp_path / "joined.csv").read_bytes()


@pytest.mark.parametrize("sets", [None, SETS], ids=["networks", "sets of inputs"])
def test_a_probe_draws_the_trials_of_each_network_by_its_position_in_the_model(networks, tmp_path, sets):
    alone, together, recording = networks
    options = {"use": "participation_ratio", "units": 5, "repeats": 2}
    trials = {"use": "poisson", "trials": 3, "mean_rate": 10, "smooth": 0}

    def probe(files, out, **more):
        steps.probe(files, [recording], out, options, 7, LABELS | {"measure": "ratio"}, trials=trials, **more)

    probe(alone, tmp_path / "all.csv", input_sets=sets)
    parts = in_batches(probe, tmp_path, together, ".json", sets)
    assert joined(parts, tmp_path) == (tmp_path / "all.csv").read_bytes()
    assert b"measured" not in (tmp_path / "all.csv").read_bytes()


def test_a_network_that_cannot_be_measured_is_named_beside_those_of_all_batches(networks, tmp_path, monkeypatch):
    alone, together, recording = networks
    seen = []

    def some(data, *, seed):
        seen.append(data)
        if (len(seen) - 1) % COUNT == 2:
            raise activity.Unmeasurable("no decision")
        return [{"statistic": "participation_ratio", "value": float(data.rate.values.std())}]

    from rnncompare.probes.participation_ratio import participation_ratio

    some.card = participation_ratio.card
    monkeypatch.setattr("rnncompare.plugins.bind", lambda *given: lambda data: some(data, seed=0))
    monkeypatch.setattr("rnncompare.activity.is_network", lambda data: True)
    monkeypatch.setattr("rnncompare.comparison.measure_card.card_of", lambda function: some.card)

    def probe(files, out, **more):
        steps.probe(files, [recording], out, {"use": "some"}, 7, LABELS, **more)

    probe(alone, tmp_path / "all.csv")
    table = (tmp_path / "all.csv").read_text()
    assert table.count("measured") == COUNT and "no decision" in table
    assert joined(in_batches(probe, tmp_path, together, ".json", None), tmp_path).decode() == table


def test_a_sweep_has_its_rows_by_specification_and_then_by_network(networks, tmp_path):
    alone, together, recording = networks
    varied = {"preparation": {"smooth": [0, 0.02], "soft_normalise": [None, 0.2]}, "options": {"components": [2, 3]}}
    comparison = COMPARISON | {"preparation": COMPARISON["preparation"] | {"smooth": 0}}

    def sweep(files, out, **more):
        steps.sweep(files, [recording], out, MEASURES, varied, comparison, 3, LABELS, **more)

    sweep(alone, tmp_path / "all.csv", input_sets=SETS)
    parts = in_batches(sweep, tmp_path, together, ".json", SETS)
    assert joined(parts, tmp_path, list(varied["preparation"])) == (tmp_path / "all.csv").read_bytes()


@pytest.fixture
def task(tmp_path):
    """A task without a test set, of four directions."""
    rng = np.random.default_rng(0)
    values = {"inputs": ("input", 3), "targets": ("output", 2)}
    made = {n: (("trial", "time", side), rng.standard_normal((4, 20, size))) for n, (side, size) in values.items()}
    made["mask"] = (("trial", "time"), np.ones((4, 20)))
    coordinates = {
        "time": np.arange(20) * 0.02 - 0.2, "input": ["a", "b", "c"], "output": ["x", "y"],
        "condition": ("trial", ["0", "90", "180", "270"]), "delay": ("trial", np.full(4, 0.1)),
        "recorded": ("time", np.arange(20) >= 5),
    }  # fmt: skip
    path = tmp_path / "task.nc"
    activity.write_dataset(xr.Dataset(made, coordinates, {"reference_delay": 0.1, "source": "task"}), path)
    return path


NETWORK = {"use": "leaky", "units": 6, "tau": 0.05, "h": 1.0, "nonlinearity": "rectified_tanh", "g": 1.5}
UNTRAINED = {"network": NETWORK | {"connectivity": None, "noise": None}, "training": None}


def test_initial_networks_and_their_activities_do_not_depend_on_their_batch(task, tmp_path):
    alone, together = [tmp_path / f"{k}.pt" for k in range(3)], tmp_path / "batch_0.zip"
    for files in (alone, [together]):
        steps.initialise(task, files, [0, 1, 2], UNTRAINED, "s/m")
    assert [m.read() for m in bundles.read(together)] == [path.read_bytes() for path in alone]
    made, whole = [tmp_path / f"{k}.nc" for k in range(3)], tmp_path / "activities.zip"
    steps.simulate(alone, task, made, 0.02)
    steps.simulate([together], task, [whole], 0.02)
    assert [m.read() for m in bundles.read(whole)] == [path.read_bytes() for path in made]
    states = [stored["weights"] for stored in checkpoint.load_all([*alone[:2], together])]
    assert all(torch.equal(states[k][name], states[k + 2][name]) for k in (0, 1) for name in states[0])


def test_a_damaged_network_is_named_with_the_file_of_its_batch(tmp_path, made_up):
    path = tmp_path / "batch_3.zip"
    good = [(k, made_up(seed=k, conditions=3)) for k in range(2)]
    activity.write_all(good, [path])
    members = [(member.name, member.read()) for member in bundles.read(path)]
    bundles.write([members[0], ("151.nc", checksums.with_checksum(b"not netCDF"))], path)
    found = activity.read_all([path])
    next(found)
    with pytest.raises(activity.BadActivity, match=r"batch_3\.zip, 151\.nc: found no readable netCDF file"):
        next(found)
    bundles.write([("7.pt", members[0][1])], path)
    with pytest.raises(checkpoint.BadCheckpoint, match=r"batch_3\.zip, 7\.pt: found no readable file of tensors"):
        next(checkpoint.load_all([path]))
    with pytest.raises(activity.BadActivity, match=r"batch_0\.zip, 1\.nc"):
        activity.write_all([good[0], (1, good[1][1].drop_vars("condition"))], [tmp_path / "batch_0.zip"])
    assert not (tmp_path / "batch_0.zip").exists()


def test_rows_of_a_batch_that_are_not_rows_are_named(tmp_path):
    path = tmp_path / "batch_0.json"
    with checksums.atomic_with_checksum(path) as temporary:
        temporary.write_text(json.dumps([1]))
    with pytest.raises(ValueError, match=r"batch_0\.json: found no readable rows"):
        steps.join([path], tmp_path / "out.csv")


def test_the_record_of_a_bundle_names_all_networks_that_its_files_were_made_from(networks, tmp_path):
    """A bundle is an input by its own checksum, and a single file is recorded with its own network alone."""
    alone, together, _ = networks
    (tmp_path / records.RUN).write_text("{}")
    with records.job("again", {}, lambda: {"code": {}, "made_with": {}}):
        activity.write_all(enumerate(activity.read_all([*alone[:2], together[2]])), [tmp_path / "batch_9.zip"])
    with records.job("again", {}, lambda: {"code": {}, "made_with": {}}):
        activity.write_all(enumerate(activity.read_all(alone[:2])), [tmp_path / "a.nc", tmp_path / "b.nc"])
    inputs = {name: examine(tmp_path / name).record["inputs"] for name in ("batch_9.zip", "a.nc", "b.nc")}
    assert {name: list(found) for name, found in inputs.items()} == {
        "batch_9.zip": ["0.nc", "1.nc", "batch_2.zip"], "a.nc": ["0.nc"], "b.nc": ["1.nc"]
    }  # fmt: skip
    assert inputs["batch_9.zip"]["batch_2.zip"] == examine(together[2]).checksum
    assert activity.count([tmp_path / "batch_9.zip"]) == 3
