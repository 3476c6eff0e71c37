"""Tests of single views."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from scipy.stats import ortho_group
from views.small_study import sources

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.views.dissimilarities import dissimilarities
from rnncompare.views.outputs import outputs
from rnncompare.views.psths import chosen, psths
from rnncompare.views.trajectories import trajectories


def test_rates_are_those_of_the_unit(made_up):
    data = made_up(1)
    table = psths({"recording": [data]}, units=6)
    assert table["unit"].nunique() == 6 and len(table) == 6 * 8 * 40
    for (unit, condition), rows in table.groupby(["unit", "condition"]):
        wanted = data.rate.sel(unit=unit).values[data.condition.values == condition][0]
        assert rows["rate"].tolist() == wanted.tolist() and rows["time"].tolist() == data.time.values.tolist()


def test_units_run_from_the_largest_range_to_the_median():
    span = np.random.default_rng(0).permutation(np.arange(101.0))  # one unit is silent
    rate = np.zeros((2, 3, 101))
    rate[0, 0] = span
    assert span[chosen(rate, 6, "x")].tolist() == [100, 90, 80, 71, 61, 51]
    assert (span[chosen(rate, 100, "x")] > 0).all()


def test_the_selection_of_units_does_not_depend_on_other_sources(made_up):
    alone = psths({"recording": [made_up(1)]}, units=4)
    together = psths(sources(made_up), units=4)
    assert together[together["source"] == "recording"].equals(alone)


def test_all_units_are_shown_if_there_are_fewer_than_requested(made_up):
    assert psths({"recording": [made_up(1, units=3)]}, units=10)["unit"].nunique() == 3


def test_invalid_options_and_rates_of_psths_are_refused(made_up):
    with pytest.raises(BadOption, match="found units 0, wanted at least 1"):
        psths(sources(made_up), units=0)
    with pytest.raises(BadActivity, match="psths of recording: found 20 units without variance"):
        psths({"recording": [made_up(1).assign(rate=made_up(1).rate * 0 + 1)]}, units=3)


def test_dissimilarities_agree_with_scipy_relative_to_their_mean(made_up):
    data = made_up(1)
    table = dissimilarities({"recording": [data]}, window=[-0.1, 0.1], soft_normalise=None)
    inside = (data.time.values > -0.1001) & (data.time.values < 0.1001)
    wanted = pdist(data.rate.values[:, inside].reshape(8, -1), "sqeuclidean")
    found = table.pivot(index="condition", columns="other", values="value")
    found = found.loc[data.condition.values, data.condition.values].to_numpy()
    np.testing.assert_allclose(found, squareform(wanted / wanted.mean()), atol=1e-12)


def test_dissimilarities_are_means_over_normalised_seeds(made_up):
    one, two = made_up(1), made_up(2)
    options = {"window": [-0.2, 0.2], "soft_normalise": None}
    louder = two.assign(rate=two.rate * 1000)
    both = dissimilarities({"model": [one, louder]}, **options)["value"]
    apart = [dissimilarities({"model": [d]}, **options)["value"] for d in (one, two)]
    np.testing.assert_allclose(both, (apart[0] + apart[1]) / 2)


def test_invalid_windows_and_conditions_of_dissimilarities_are_refused(made_up):
    with pytest.raises(BadOption, match="found no time in window 1 to 2 s, wanted some times"):
        dissimilarities(sources(made_up), window=[1, 2], soft_normalise=None)
    with pytest.raises(BadActivity, match="found activities with different conditions"):
        dissimilarities({"model": [made_up(1), made_up(2, conditions=6)]}, window=[-0.2, 0.2], soft_normalise=None)


def test_a_rotated_population_has_the_same_trajectory(made_up):
    data = made_up(1)
    turn = ortho_group.rvs(20, random_state=0)
    turned = data.assign(rate=(data.rate.dims, data.rate.values @ turn))
    table = trajectories({"recording": [data], "turned": [turned]}, components=3, soft_normalise=None)
    paths = [table.loc[table["source"] == s, ["pc1", "pc2", "pc3"]].to_numpy() for s in ("recording", "turned")]
    np.testing.assert_allclose(paths[0], paths[1], atol=1e-9)


def test_shared_trajectories_of_two_sources_are_aligned(made_up):
    """Both sources have the same three time courses, but in another order of variance."""
    data = made_up(1, conditions=30, units=3)
    courses = np.linalg.qr((data.rate.values - data.rate.values.mean(axis=0)).reshape(-1, 3))[0]
    here, there = (data.assign(rate=(data.rate.dims, (courses * s).reshape(30, 40, 3))) for s in ([3, 2, 1], [1, 3, 2]))
    table = trajectories({"recording": [here], "other": [there]}, components=3, soft_normalise=None)
    paths = [table.loc[table["source"] == s, ["pc1", "pc2", "pc3"]].to_numpy() for s in ("recording", "other")]
    for k in range(3):
        assert np.corrcoef(paths[0][:, k], paths[1][:, k])[0, 1] > 0.95


def test_alignment_keeps_the_scale_and_distances_of_a_trajectory(made_up):
    other = made_up(2, units=30)
    options = {"components": 3, "soft_normalise": None}
    own = trajectories({"model": [other]}, **options)[["pc1", "pc2", "pc3"]].to_numpy()
    together = trajectories({"recording": [made_up(1)], "model": [other]}, **options)
    beside = together.loc[together["source"] == "model", ["pc1", "pc2", "pc3"]].to_numpy()
    np.testing.assert_allclose(pdist(beside[::7]), pdist(own[::7]))
    assert not np.allclose(beside, own)


def test_trajectories_are_principal_components_about_the_mean_over_conditions(made_up):
    table = trajectories({"recording": [made_up(1)]}, components=4, soft_normalise=None)
    path = table[["pc1", "pc2", "pc3", "pc4"]].to_numpy()
    rate = made_up(1).rate.values
    variance = np.sort(np.linalg.eigvalsh(np.cov((rate - rate.mean(axis=0)).reshape(-1, 20).T)))[::-1]
    np.testing.assert_allclose(np.cov(path.T), np.diag(variance[:4]), atol=1e-9)
    np.testing.assert_allclose(table["variance_explained"], variance[:4].sum() / variance.sum())
    assert table.groupby("time")[["pc1", "pc2"]].mean().abs().max(axis=None) < 1e-9


def test_invalid_options_and_rates_of_trajectories_are_refused(made_up):
    options = {"components": 3, "soft_normalise": None}
    with pytest.raises(BadActivity, match="trajectories of recording: found 2 units, wanted at least 3"):
        trajectories({"recording": [made_up(1, units=2)]}, **options)
    with pytest.raises(BadActivity, match="found equal rates in all conditions"):
        trajectories(
            {"recording": [made_up(1).isel(trial=[0] * 3).assign_coords(condition=("trial", ["a", "b", "c"]))]},
            **options,
        )
    with pytest.raises(BadOption, match="found components 0, wanted at least 1"):
        trajectories(sources(made_up), **options | {"components": 0})


def test_outputs_are_in_one_table_with_the_targets_of_training(made_up):
    study = sources(made_up)
    table = outputs(study, seeds=None)
    target = table[table["source"] == "target"]
    wanted = study["target"][0].targets.values[8:, 10:]
    assert target["value"].tolist() == wanted.ravel().tolist()
    assert set(table["units"]) == {"of the largest"}
    for seed, network in enumerate(study["regularized"]):
        mine = table[(table["source"] == "regularized") & (table["seed"] == seed)]
        assert mine["value"].tolist() == network.behavior.values.ravel().tolist()
        keys = ["condition", "time", "output"]
        assert mine[keys].to_numpy().tolist() == target[keys].to_numpy().tolist()


def test_fewer_seeds_are_the_first_ones(made_up):
    assert set(outputs(sources(made_up), seeds=1)["seed"]) == {0}


def test_behavior_that_is_no_output_is_left_out(made_up):
    study = sources(made_up)
    hand = study["regularized"][0].assign_coords(channel=["hand_x", "hand_y"])
    assert "recording" not in set(outputs(study | {"recording": [hand]}, seeds=None)["source"])


def test_outputs_without_a_task_are_refused(made_up):
    study = {"recording": [made_up(1)]}
    with pytest.raises(BadActivity, match=r"outputs: found sources \['recording'\], wanted also 'target', the task"):
        outputs(study, seeds=None)
