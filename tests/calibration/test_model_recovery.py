"""Recordings of a study's own networks are compared with the networks of two models, and their contrast is tested."""

import numpy as np
import pytest

from rnncompare import activity, plugins
from rnncompare.activity import BadActivity
from rnncompare.calibration.model_recovery import model_recovery, simulated_recording
from rnncompare.calibration.recordings import dimensions_of
from rnncompare.comparison.compare import compare
from rnncompare.tabulation import tables
from rnncompare.tabulation.recovery import recovery

COMPARISON = {
    "preparation": {"window": [-0.2, 0.19], "bin": None, "smooth": 0, "lag": 0, "soft_normalise": 0.2},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
}
SILENT = {"noise": "gaussian", "smooth": 0.0, "trials": 10**6}  # averages of so many trials have no noise
MEASURES = {
    "procrustes": {"use": "shape", "alpha": 1.0, "components": 4},
    "cka": {"use": "cka", "samples": "conditions", "kernel": "linear", "bandwidth": None},
    "ridge": {"use": "ridge", "components": 4, "penalties": [1e-3, 0.1]},
}


@pytest.fixture
def networks_of(made_up):
    """A function that makes networks that share a geometry, from its seed, and have activity of their own."""

    def make(geometry: int, count: int, seed: int, own: float = 0.3) -> list:
        shared = made_up(geometry, units=4)
        made = []
        for k in range(count):
            weights = np.linalg.qr(np.random.default_rng([seed, k]).standard_normal((12, 4)))[0].T  # a rotation
            alone = made_up(1000 * seed + k, units=12).rate.values
            rate = shared.rate.values @ weights + own * np.std(shared.rate.values @ weights) / alone.std() * alone
            made.append(activity.build(rate, time=shared.time.values, unit=[f"u{n}" for n in range(12)],
                                       condition=shared.condition.values.tolist(), source="network"))  # fmt: skip
        return made

    return make


def rows_of(networks, recording, names=("cka",), generators=None, input_sets=None, **changes):
    """Generator -> measure -> rows."""
    bound = {name: plugins.bind("similarity", MEASURES[name], name) for name in names}
    sets = input_sets or dict.fromkeys(networks)
    how = {"comparison": COMPARISON, "simulation": SILENT, "seed": 3, "input_sets": sets} | changes
    return {g: model_recovery(networks, recording, bound, generator=g, **how) for g in generators or networks}


def table_of(found):
    labels = {"study": "s", "recording": "r"}
    rows = [
        tables.label(rows, labels | {"generator": generator, "measure": measure})
        for generator, of_measures in found.items()
        for measure, rows in of_measures.items()
    ]
    return recovery(tables.stack(rows), {"s": ("a", "b")})


def test_models_of_different_geometries_are_recovered_by_angles_and_by_correlations(networks_of, made_up):
    models = {"a": networks_of(1, 7, 10), "b": networks_of(2, 7, 20)}
    found = table_of(rows_of(models, made_up(9, units=20), ("procrustes", "cka")))
    assert len(found) == 2 * 2 and (found["recordings"] == 7).all() and (found["networks"] == 6).all()
    assert (found["recovered"] == 1).all()
    assert (found.loc[found["generator"] == "a", "for_model"] == 1).all()
    assert (found.loc[found["generator"] == "b", "for_minus"] == 1).all()


def test_models_of_one_distribution_are_hardly_ever_told_apart(networks_of, made_up):
    models = {"a": networks_of(1, 10, 10), "b": networks_of(1, 10, 20)}
    found = table_of(rows_of(models, made_up(9, units=20)))
    assert (found["for_model"] + found["for_minus"]).max() <= 0.2
    assert found["recovered"].mean() == pytest.approx(0.5, abs=0.2)


def test_a_model_and_its_copy_are_never_told_apart(networks_of, made_up):
    networks = networks_of(1, 7, 10)
    found = table_of(rows_of({"a": networks, "b": networks}, made_up(9, units=20)))
    assert found["undecided"].tolist() == [1, 1] and found["recovered"].tolist() == [0.5, 0.5]


def test_networks_that_share_the_seed_or_the_inputs_of_the_generator_are_left_out(networks_of, made_up):
    models, recording = {"a": networks_of(1, 4, 10), "b": networks_of(2, 3, 20)}, made_up(9, units=20)
    every = {("a", k) for k in range(4)} | {("b", k) for k in range(3)}
    for sets in (None, {"a": [5, 6, 5, 6], "b": [5, 6, 5]}, {"a": [5, 6, 5, 6], "b": None}):
        for generator, found in rows_of(models, recording, input_sets=sets).items():
            for one in range(len(models[generator])):
                rows = [row for row in found["cka"] if row["recording_of"] == one]
                own = sets and sets[generator] and sets[generator][one]
                same = {(m, k) for m, k in every if own and sets[m] and sets[m][k] == own}
                wanted = every - same - {("a", one), ("b", one)}
                assert {(row["model"], row["seed"]) for row in rows} == wanted and len(rows) == len(wanted)
                for row in rows:
                    assert row.get("input_set") == (sets and sets[row["model"]] and sets[row["model"]][row["seed"]])


def test_rows_depend_neither_on_the_order_of_jobs_nor_on_other_networks(networks_of, made_up):
    models, recording = {"a": networks_of(1, 4, 10), "b": networks_of(2, 4, 20)}, made_up(9, units=20)
    noisy = {"simulation": {"noise": "gaussian", "smooth": 0.01, "trials": 5}}

    def values(networks, generators):
        found = rows_of(networks, recording, ("cka", "ridge"), generators, **noisy)
        return {
            (g, measure, row["recording_of"], row["model"], row["seed"], row["statistic"]): row["value"]
            for g, of in found.items()
            for measure, rows in of.items()
            for row in rows
        }

    whole = values(models, ["a", "b"])
    assert values({name: models[name] for name in ("b", "a")}, ["b", "a"]) == whole
    fewer = values({name: of[:3] for name, of in models.items()}, ["b"])
    assert fewer and fewer.items() <= whole.items()
    assert len({whole[key] for key in whole if key[1] == "cka"}) == sum(key[1] == "cka" for key in whole)


def test_scores_are_those_of_a_comparison_with_the_simulated_recording(networks_of, made_up):
    models, recording = {"a": networks_of(1, 2, 10), "b": networks_of(2, 2, 20)}, made_up(9, units=20)
    found = rows_of(models, recording, ("ridge",))["b"]["ridge"]
    made = simulated_recording(models["b"][1], dimensions_of(recording, **SILENT), ("b", 1), 3)
    measure = plugins.bind("similarity", MEASURES["ridge"], "ridge")
    nulls = {"conditions": {"use": "conditions", "draws": 1}}
    wanted = {
        row["statistic"]: row["value"]
        for row in compare(models["a"][0], made, measure, seed=3, nulls=nulls, **COMPARISON)
        if row["condition_independent"] == "removed"
    }
    rows = [row for row in found if (row["recording_of"], row["model"], row["seed"]) == (1, "a", 0)]
    assert len(rows) == 2 and {row["statistic"]: row["value"] for row in rows} == {
        row["statistic"]: pytest.approx(wanted[row["statistic"]], rel=1e-9) for row in rows
    }


def test_a_recording_has_the_size_of_the_real_one_and_the_signals_of_units_of_the_network(networks_of, made_up):
    recording, (network,) = made_up(9, units=8), networks_of(1, 1, 10)
    network = network.isel(trial=np.random.default_rng(0).permutation(8))  # conditions are found by their names
    made = simulated_recording(network, dimensions_of(recording, **SILENT), ("a", 0), 3)
    assert dict(made.sizes) == {"trial": 8, "time": 40, "unit": 8}
    own = activity.condition_average(network).rate.values.reshape(-1, 12)
    of_made = activity.condition_average(made).rate.values.reshape(-1, 8)
    best = np.abs(np.corrcoef(own.T, of_made.T)[:12, 12:]).max(axis=0)
    assert best == pytest.approx(1, abs=1e-4)  # the noise of a million trials
    assert np.sort(of_made.mean(axis=0)) == pytest.approx(np.sort(recording.rate.values.mean(axis=(0, 1))), abs=1e-3)


def test_a_network_without_conditions_or_times_of_the_recording_is_refused_in_words(networks_of, made_up):
    dimensions = dimensions_of(made_up(9, units=8), **SILENT)
    (network,) = networks_of(1, 1, 10)
    message = (
        r"^model recovery, network 0 of a: found conditions 0, 45, .*, wanted also the recording's conditions 315$"
    )
    with pytest.raises(BadActivity, match=message):
        simulated_recording(network.isel(trial=slice(0, 7)), dimensions, ("a", 0), 3)
    with pytest.raises(
        BadActivity, match=r"found .* from -0\.2 to 0\.16 s, wanted also the recording's 3 further times"
    ):
        simulated_recording(network.isel(time=slice(0, 37)), dimensions, ("a", 0), 3)


def test_an_error_of_a_measure_names_it_and_the_networks(networks_of, made_up):
    models = {"a": networks_of(1, 2, 10), "b": networks_of(2, 2, 20)}
    comparison = COMPARISON | {"folds": {"by": "condition", "groups": 3}}
    options = {"distance": "crossnobis", "compare": "spearman", "average": "patterns", "trial_folds": 2}
    bad = plugins.bind("similarity", {"use": "rsa", "time_resolved": False} | options, "rsa")
    how = {"comparison": comparison, "simulation": SILENT, "seed": 0, "input_sets": {"a": None, "b": None}}
    with pytest.raises(
        BadActivity, match=r"^model recovery, rsa of network 1 of a and a recording of network 0 of b: "
    ):
        model_recovery(models, made_up(9, units=8), {"rsa": bad}, generator="b", **how)
