"""The ring has the covariances of its formula over conditions and times, and refuses what it cannot be made for."""

import numpy as np
import pytest

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair
from rnncompare.controls.ring import ring
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.probes.cosine_tuning import cosine_tuning
from rnncompare.similarity.rsa import rsa

OPTIONS = {"seed": 0, "units": 20, "harmonics": 1, "decay": 0.5, "course": "smooth", "smooth": 0.05}
COURSES = [{"course": "smooth", "smooth": 0.05}, {"course": "recording", "smooth": None}]
RSA = {
    "time_resolved": False,
    "distance": "sqeuclidean",
    "compare": "pearson",
    "average": "dissimilarities",
    "trial_folds": None,
}


def made(data, **changes):
    return ring(data, None, **(OPTIONS | changes))


def turned(data, degrees):
    return data.assign_coords(angle=("trial", data.angle.values + degrees))


@pytest.mark.parametrize("degrees", [0.0, 33.0])
@pytest.mark.parametrize("changes", COURSES)
def test_the_covariance_between_conditions_is_a_sum_of_cosines_of_their_differences_also_after_a_turn(
    changes, degrees, made_up
):
    """So turning all directions leaves the distribution, which is Gaussian of mean 0, as it is."""
    data = made_up(1, times=8)
    rate = made(turned(data, degrees), units=10000, harmonics=3, seed=int(degrees), **changes).rate.values
    difference = np.deg2rad(data.angle.values[:, None] - data.angle.values)
    wanted = sum(0.5 ** (2 * (h - 1)) * np.cos(h * difference) for h in (1, 2, 3))
    found = np.mean([rate[:, t] @ rate[:, t].T / rate.shape[2] / (rate[0, t] ** 2).mean() for t in range(8)], axis=0)
    assert found == pytest.approx(wanted / wanted[0, 0], abs=0.04)
    assert np.abs(rate.mean(axis=2)).max() < 5 * np.sqrt(wanted[0, 0] * 2 / 10000)


def test_a_turned_recording_gives_other_numbers(made_up):
    data = made_up(1)
    assert not np.allclose(made(turned(data, 33.0)).rate.values, made(data).rate.values)


def test_smooth_courses_have_variance_1_and_the_covariance_of_smoothed_white_noise_up_to_both_ends(made_up):
    """A Gaussian of SD s convolved with itself is one of SD s sqrt 2."""
    data = made_up(1, conditions=4, times=30)
    rate = made(data, units=10000).rate.values[0]
    lag = data.time.values[:, None] - data.time.values
    assert rate @ rate.T / 10000 == pytest.approx(np.exp(-(lag**2) / (4 * 0.05**2)), abs=0.06)


def test_courses_of_the_recording_have_its_covariance_over_time_without_what_conditions_share(made_up):
    data = made_up(2, times=12)
    shared = 50 * np.sin(np.arange(12))[:, None]
    data = data.assign(rate=data.rate * np.linspace(1, 3, 12)[:, None] + shared)
    rate = made(data, units=10000, course="recording", smooth=None).rate.values[0]
    about = data.rate.values - data.rate.values.mean(axis=0)
    wanted = np.einsum("ctu,csu->ts", about, about)
    wanted *= 12 / np.trace(wanted)
    assert rate @ rate.T / 10000 == pytest.approx(wanted, abs=0.08)


def test_courses_of_the_recording_do_not_depend_on_signs_of_eigenvectors_or_their_choice_for_equal_eigenvalues(
    made_up, monkeypatch
):
    """Both depend on the kernels of the processor that computes the eigenvectors."""
    course = np.linalg.qr(np.random.default_rng(0).standard_normal((6, 6)))[0] * [1, 1, 1, 2, 3, 3]  # of each unit
    data = made_up(1, conditions=4, times=6, units=6)
    data = data.assign(rate=(data.rate.dims, np.stack([course, -course, 2 * course, -2 * course])))
    changes = {"course": "recording", "smooth": None}
    first, eigh = made(data, **changes), np.linalg.eigh

    def other(matrix):
        values, vectors = eigh(matrix)
        vectors[:, 4:] = vectors[:, 4:] @ [[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]]
        return values, vectors * [1, -1, 1, -1, 1, -1]

    monkeypatch.setattr(np.linalg, "eigh", other)
    assert np.abs(made(data, **changes).rate.values - first.rate.values).max() < 1e-12


@pytest.mark.parametrize("changes", COURSES)
def test_one_harmonic_is_cosine_tuning_and_evenly_spaced_directions_share_no_signal(changes, made_up):
    control = made(made_up(1), **changes)
    (row,) = cosine_tuning(control, seed=0, window=(-1.0, 1.0), soft_normalise=0.2, permutations=0)
    assert row["value"] == pytest.approx(1, abs=1e-9)
    assert np.abs(control.rate.values.mean(axis=0)).max() < 1e-12


def test_rings_of_other_seeds_arrange_conditions_alike_in_the_limit_of_many_units(made_up):
    data = made_up(1)

    def agreement(units):
        x, y = (made(data, seed=seed, units=units).rate.values for seed in (1, 2))
        pair = Pair(x, y, np.arange(8)[None], "removed")
        return float(rsa(pair, **RSA)["rdm"][0])

    assert agreement(4000) > 0.995 > 0.98 > agreement(10)


def test_there_is_one_trial_for_each_condition_with_its_coordinates(made_up):
    data = made_up(1, trials=3).assign_coords(block=("trial", np.arange(24)))
    control = made(data)
    assert control.condition.values.tolist() == activity.conditions(data)
    assert control.sizes["unit"] == 20 and "block" not in control.coords and "behavior" not in control


@pytest.mark.parametrize(
    ("change", "changes", "message"),
    [
        (lambda d: d.drop_vars("angle"), {}, "found no coordinate 'angle', wanted each condition's target direction"),
        (lambda d: d.assign(rate=0 * d.rate + 2), COURSES[1], "found 20 units with equal rates in all 8 conditions"),
        (lambda d: d.isel(unit=[]), COURSES[1], "found 0 units with equal rates in all 8 conditions"),
    ],
)
def test_a_recording_without_what_the_ring_takes_from_it_is_refused(change, changes, message, made_up):
    with pytest.raises(BadActivity) as error:
        made(change(made_up(1)), **changes)
    assert str(error.value).startswith("control ring of made up: ") and message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"course": "recording"}, r"found smooth 0.05 with course 'recording', wanted null"),
        ({"smooth": None}, r"found smooth None with course 'smooth', wanted its SD in s"),
    ],
)
def test_contradictory_options_are_refused_before_and_when_the_control_runs(changes, message, made_up):
    with pytest.raises(BadOption, match=message):
        made(made_up(1), **changes)
    with pytest.raises(BadOption, match=message):
        check_values(ring, OPTIONS | changes, "controls.ring")


def test_courses_smoother_than_the_recording_is_long_are_refused(made_up):
    with pytest.raises(BadOption, match=r"made up: found smooth 0.5 s, wanted at most the recording's 0.4 s"):
        made(made_up(1), smooth=0.5)
