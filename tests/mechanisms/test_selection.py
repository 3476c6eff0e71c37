"""Selection: predicted slopes are exact for an integrator, and agree with the choices that it makes."""

import numpy as np
import pytest
from linearisation.made_up import Gate
from linearisation.test_contexts import task

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.mechanisms.selection import selection

INPUT_SD = np.array([0.8, 0.8, 0.0, 0.0])


def noisy_trials(system, made, *, state_sd: float = 0.0, seed: int = 0):
    """The outputs of a system in the noisy test trials of a task during the decision period, as an activity."""
    rng = np.random.default_rng(seed)
    test = made.isel(trial=np.flatnonzero(made["set"].values == "test"))
    onset = round(float(test.onset.values[0]) / 0.05)
    inputs = test.inputs.values + INPUT_SD * rng.standard_normal(test.inputs.shape)
    x, outputs = np.zeros((len(inputs), 1)), []
    for t in range(onset + 4):
        x = system.step(x, inputs[:, t]) + state_sd * rng.standard_normal(x.shape)
        outputs.append(system.read(x))
    return activity.build(
        np.zeros((len(inputs), 4, 1)),
        time=np.arange(4) * 0.05,
        unit=["x"],
        condition=test.condition.values.tolist(),
        behavior=np.stack(outputs[onset:], axis=1),
        channel=["left", "right"],
        per_trial={name: test[name].values for name in ("motion", "colour", "context")},
        source="integrator",
        rate_units="a.u.",
        behavior_units="a.u.",
        alignment="onset",
    )


def rows_of(system, made, *, largest: float = 0.2, state_sd: float = 0.0):
    network = NoisyDynamics(system, INPUT_SD, state_sd, 0.05)
    rows = selection(noisy_trials(system, made, state_sd=state_sd), network, made, seed=0, largest=largest)
    return {
        context: {r["statistic"]: r["value"] for r in rows if r["variable"] == context}
        for context in ("motion", "colour")
    }


def test_slopes_of_an_integrator_are_exact_and_those_of_its_choices():
    """12 steps of evidence; noise of 4 cue steps, 12 of stimulus, 6 of delay and 1 to 4 of the decision."""
    made = task(coherences=[0.05, 0.1, 0.2], test_trials=60)
    for found in rows_of(Gate(), made).values():
        decision = sum(((4 - k) / 4) ** 2 for k in range(4))
        predicted = 12 / (0.8 * np.sqrt(4 + 12 + 6 + decision))
        assert found["predicted_relevant"] == pytest.approx(predicted)
        assert found["predicted_irrelevant"] == 0
        assert found["slope_ideal"] == pytest.approx(np.sqrt(12) / 0.8)
        assert found["late_to_early"] == pytest.approx(1)
        assert (found["cosine_relevant"], found["cosine_irrelevant"]) == (1, 0)
        modes = [found[f"mode_{name}"] for name in ("pair", "relevant", "irrelevant", "readout", "condition")]
        assert modes == pytest.approx([0, 1, 0, 1, 1])
        assert found["slope_relevant"] == pytest.approx(predicted, abs=3 * found["slope_error"])
        assert found["slope_irrelevant"] == pytest.approx(0, abs=3 * found["slope_error"])
        assert found["slope_error"] < 0.2 * predicted


def test_an_input_that_is_not_gated_out_changes_the_choices_as_predicted():
    made = task(coherences=[0.05, 0.1, 0.2], test_trials=60)
    for found in rows_of(Gate(leaking=0.5), made, state_sd=0.3).values():
        assert found["kernel_ratio"] == pytest.approx(2)
        assert found["predicted_irrelevant"] == pytest.approx(found["predicted_relevant"] / 2)
        for name in ("relevant", "irrelevant"):
            assert found[f"slope_{name}"] == pytest.approx(found[f"predicted_{name}"], abs=3 * found["slope_error"])


def test_choices_without_errors_have_no_slope():
    made = task(coherences=[1.0], test_trials=2)
    for found in rows_of(Gate(), made, largest=1.0).values():
        assert found["separated"] == 1
        assert "slope_relevant" not in found and "predicted_relevant" in found


def test_activities_without_the_decision_period_are_refused():
    made = task()
    data = noisy_trials(Gate(), made)
    network = NoisyDynamics(Gate(), INPUT_SD, 0.0, 0.05)
    with pytest.raises(BadActivity, match=r"found no outputs from 0 to 0\.2 s, the decision period"):
        selection(data.assign_coords(time=data.time - 1), network, made, seed=0, largest=0.2)
    with pytest.raises(BadActivity, match=r"found no trial of context colour with a coherence of at most 0\.01"):
        selection(data, network, made, seed=0, largest=0.01)
