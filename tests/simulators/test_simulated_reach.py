"""The simulated session: its ground truth is recovered from the file by the reader."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.stats import rankdata

from rnncompare import activity
from rnncompare.recordings.card import read_card
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import load_recording
from rnncompare.simulators._reach_network import REACH, STEP, generator
from rnncompare.simulators.simulated_reach import draw_spikes, simulated_reach

CARD = Path(__file__).parents[2] / "data" / "simulated_reach" / "card.yaml"
OPTIONS = {k: v for k, v in yaml.safe_load(CARD.read_text())["files"][0]["made_by"].items() if k != "use"}
SMALL = {"seed": 3, "units": 12, "directions": 4, "trials": 2, "choice_units": 0.5}
READING = {"bin": 0.02, "smooth": 0, "minimum_rate": 0, "window": [-0.4, 0.4]}


@pytest.fixture(scope="module")
def truth():
    return generator(**OPTIONS)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """The session generated and read through its card."""
    card = read_card(CARD)
    return load_recording(card, fetch(card, tmp_path_factory.mktemp("results")), READING)


def choice_probability(value, choice, condition):
    """Area under the ROC between choices after z-scoring within conditions: (unit,); .5 is chance."""
    z = np.empty_like(value, dtype=float)
    for name in np.unique(condition):
        at = condition == name
        z[at] = (value[at] - value[at].mean(axis=0)) / np.maximum(value[at].std(axis=0), 1e-12)
    preferred = choice == "counterclockwise"
    n = preferred.sum()
    return (rankdata(z, axis=0)[preferred].sum(axis=0) - n * (n + 1) / 2) / (n * (~preferred).sum())


def test_pynwbs_validator_finds_no_errors(tmp_path):
    import pynwb

    simulated_reach(tmp_path / "s.nwb", **SMALL)
    assert pynwb.validate(path=str(tmp_path / "s.nwb")) == []


def test_the_card_gives_96_units_8_directions_and_20_trials_of_each(session):
    assert session.sizes["unit"] == 96
    assert {c: int((session.condition == c).sum()) for c in activity.conditions(session)} == {
        f"{45 * k}": 20 for k in range(8)
    }
    assert set(session.area.values) == {"M1 (simulated)"}


def test_the_same_seed_gives_the_same_session_and_another_seed_another(tmp_path):
    spikes = []
    for seed in (3, 3, 4):
        truth = generator(**(SMALL | {"seed": seed}))
        spikes.append(np.concatenate(draw_spikes(truth, np.random.default_rng([seed, 3]))))
    assert np.array_equal(spikes[0], spikes[1])
    assert not np.array_equal(spikes[0][:1000], spikes[2][:1000])


def test_spike_histograms_match_the_rates_of_the_network_within_poisson_error(session, truth):
    rate = np.empty(session.rate.shape)
    for trial, onset in enumerate(np.round(truth.move_onset / STEP).astype(int)):
        first = onset + round(-0.4 / STEP) - 2  # a bin of 20 ms around each time is 4 steps
        rate[trial] = truth.rate[trial, first : first + 4 * session.sizes["time"]].reshape(-1, 4, 96).mean(axis=1)
    labels = truth.trials.direction.astype(int).astype(str)
    assert np.array_equal(session.condition.values, labels)
    for name in ("0", "225"):
        at = labels == name
        found, made = session.rate.values[at].mean(axis=0), rate[at].mean(axis=0)
        z = (found - made) / np.sqrt(made / (0.02 * at.sum()))
        assert abs(z.mean()) < 5 / np.sqrt(z.size)
        assert 0.95 < z.std() < 1.05


def test_firing_rates_are_in_the_range_of_motor_cortex(session):
    mean = session.rate.mean(("trial", "time")).values
    assert 5 < mean.mean() < 25
    assert mean.min() > 1
    assert mean.max() < 120


def test_the_hand_moves_8_cm_towards_its_target_and_stops_near_it(truth):
    row = np.arange(len(truth.choice))
    onset, end = (np.round(t / STEP).astype(int) for t in (truth.move_onset, truth.reach_end))
    way = truth.position[row, end] - truth.position[row, onset]
    assert abs(np.hypot(*way.T).mean() - REACH) < 0.01
    assert truth.error.std() < 10  # degrees
    assert abs(truth.error).max() < 30
    speed = np.hypot(*np.moveaxis(truth.velocity, 2, 0))
    still = truth.time < truth.trials.go_cue[:, None]
    assert speed[still].max() < 0.01 * speed.max()


def test_velocity_is_the_derivative_of_position(truth):
    derivative = np.diff(truth.position, axis=1) / STEP
    assert np.allclose(derivative, truth.velocity[:, 1:], atol=1e-9)


def test_movement_follows_the_cue_and_delays_vary(truth):
    reaction = truth.move_onset - truth.trials.go_cue
    assert reaction.min() > 0.15
    assert reaction.max() < 0.5
    assert np.ptp(truth.trials.go_cue - truth.trials.target_on) > 0.4


def test_the_choice_matches_the_hand_in_the_file(session):
    moved = session.behavior.sel(channel=["hand_position_x", "hand_position_y"])
    end = moved.sel(time=0.4).values - moved.sel(time=0, method="nearest").values
    angle = np.degrees(np.arctan2(end[:, 1], end[:, 0]))
    off = (angle - session.angle.values + 180) % 360 - 180
    clear = abs(off) > 4
    assert clear.sum() > 60
    expected = np.where(off > 0, "counterclockwise", "clockwise")
    assert (expected == session.choice.values)[clear].mean() > 0.95


def test_the_hand_is_correlated_with_the_fluctuation_and_both_choices_occur(truth):
    assert np.corrcoef(truth.error, truth.trials.fluctuation)[0, 1] > 0.6
    assert 0.4 < (truth.choice == "clockwise").mean() < 0.6


def test_the_fluctuation_enters_a_third_of_the_units_half_of_them_with_each_sign(truth):
    planted = truth.weights.inputs[:, 3]
    assert (planted > 0).sum() == (planted < 0).sum() == 16


def test_the_choice_probability_of_units_with_the_fluctuation_has_the_sign_of_their_weights(session, truth):
    counts = session.rate.sel(time=slice(-0.3, 0.3)).sum("time").values
    probability = choice_probability(counts, session.choice.values, session.condition.values)
    planted = truth.weights.inputs[:, 3]
    assert probability[planted > 0].mean() > 0.56
    assert probability[planted < 0].mean() < 0.44
    assert abs(probability[planted == 0].mean() - 0.5) < 0.04
    assert (np.sign(probability - 0.5) == np.sign(planted))[planted != 0].mean() > 0.8


def test_without_the_fluctuation_the_same_units_have_no_choice_probability():
    truth = generator(**(OPTIONS | {"choice_units": 0.0}))
    assert (truth.weights.inputs[:, 3] == 0).all()
    assert abs(np.corrcoef(truth.error, truth.trials.fluctuation)[0, 1]) < 0.25


def test_weights_depend_on_the_seed_and_not_on_the_number_of_trials():
    one, other = (generator(**(SMALL | {"trials": n})).weights for n in (1, 3))
    for mine, theirs in zip(one, other, strict=True):
        assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("bad", [{"units": 0}, {"directions": 1}, {"trials": 0}, {"choice_units": 1.5}])
def test_impossible_sessions_are_refused_and_nothing_is_written(tmp_path, bad):
    with pytest.raises(ValueError, match=r"simulated_reach: found .*wanted at least"):
        simulated_reach(tmp_path / "s.nwb", **(SMALL | bad))
    assert list(tmp_path.iterdir()) == []
