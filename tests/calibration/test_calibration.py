"""A calibration recovers known error rates, independently of the chunks."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from calibration.small_calibration import COMPARISON, NOTHING, alike, flattering, noise, oracle, small
from support.number_leaves import leaves

from rnncompare.activity import BadActivity
from rnncompare.calibration import Simulations, calibrate_chunk, calibration_curves, calibration_table
from rnncompare.calibration.known_networks import KINDS
from rnncompare.plugins import BadOption
from rnncompare.statistics.intervals import binomial_interval
from rnncompare.study.config_keys import Calibration
from rnncompare.tabulation import tables


def run(
    dimensions, measures, *, chunks: int = 1, seed: int = 0, comparison: dict = COMPARISON, **work
) -> list[pd.DataFrame]:
    """Rows of each chunk."""
    simulations, frame = Simulations(**NOTHING | work), {"comparison": comparison, "seed": seed}
    return [calibrate_chunk(dimensions, measures, simulations, chunk=k, chunks=chunks, **frame) for k in range(chunks)]


@pytest.fixture(scope="module")
def planted():
    """200 pairs of unrelated networks with a measure that is noise and a biased measure."""
    from conftest import make_activity

    rows = run(small(make_activity), {"noise": noise, "flattering": flattering}, null_pairs=200)[0]
    return calibration_table(rows, power_share=0.5).set_index(["measure", "condition_independent"])


def test_noise_is_significant_in_5_percent_of_pairs(planted):
    for signal in ("removed", "kept"):
        row = planted.loc[("noise", signal)]
        assert row.pairs == 200
        assert row.low <= 0.05 <= row.high
        assert not row.failing


def test_a_biased_measure_is_reported_as_failing(planted):
    row = planted.loc[("flattering", "removed")]
    assert row.false_positive_rate > 0.2
    assert row.failing


def test_a_rate_above_the_nominal_level_fails_only_if_its_interval_excludes_the_level():
    labels = {"part": "unrelated", "measure": "m", "statistic": "s", "condition_independent": "removed"}
    labels |= {"null": "conditions", "share": 0.0, "shared": "nothing", "unit_count": None, "trial_count": None}
    labels |= {"condition_count": None}
    for hits, failing in ((25, False), (34, False), (36, True)):
        rows = [labels | {"job": k, "p": 0.05 if k < hits else 0.051} for k in range(500)]
        row = calibration_table(pd.DataFrame(rows).assign(first=None, kind_first=None), power_share=0.5).iloc[0]
        assert (row.false_positive_rate, row.failing) == (hits / 500, failing)
        assert (row.low, row.high) == binomial_interval(hits, 500)


def test_an_oracle_always_ranks_the_generating_network_first_and_noise_does_not(made_up):
    rows = run(small(made_up, trials=10**9), {"oracle": oracle, "noise": noise}, recoveries=2 * len(KINDS))[0]
    assert list(dict.fromkeys(rows["kind"])) == list(KINDS)
    first = rows.groupby("measure")["first"].mean()
    assert first["oracle"] == 1
    assert first["noise"] < 0.5


def test_the_rows_do_not_depend_on_the_number_and_order_of_chunks(made_up):
    work = {"null_pairs": 3, "geometry_pairs": 1, "power_pairs": 2, "bias_pairs": 1, "recoveries": 2}
    whole = run(small(made_up), {"noise": noise, "alike": alike}, **work)
    parts = run(small(made_up), {"noise": noise, "alike": alike}, chunks=4, **work)[::-1]
    one, other = (pd.concat(p).sort_values("job", kind="stable", ignore_index=True) for p in (whole, parts))
    pd.testing.assert_frame_equal(one, other, check_dtype=False)
    for summary in (partial(calibration_table, power_share=0.5), calibration_curves):
        pd.testing.assert_frame_equal(summary(whole[0]), summary(pd.concat(parts)), check_dtype=False)
    with pytest.raises(ValueError, match=r"^calibration: found \d+ rows twice, wanted each chunk once"):
        calibration_table(pd.concat([*parts, parts[0]]), power_share=0.5)


def test_rows_are_unchanged_by_writing_and_reading(made_up, tmp_path):
    work = {"null_pairs": 2, "geometry_pairs": 1, "power_pairs": 1, "bias_pairs": 1, "recoveries": 1}
    rows = run(small(made_up), {"alike": alike}, **work)[0]
    tables.write(rows, tmp_path / "rows.csv")
    read = tables.read(tmp_path / "rows.csv")
    for summary in (partial(calibration_table, power_share=0.5), calibration_curves):
        pd.testing.assert_frame_equal(summary(rows), summary(read), check_dtype=False)


def test_networks_that_share_only_the_circular_geometry_of_conditions_are_significant(made_up):
    """The permutation test does not exclude similarity by geometry alone, which is why this rate is shown."""
    comparison = COMPARISON | {"nulls": {"conditions": {"use": "conditions", "draws": 99}}}
    dimensions = small(made_up, trials=200)
    rows = run(dimensions, {"alike": alike}, null_pairs=24, geometry_pairs=24, comparison=comparison)[0]
    row = calibration_table(rows, power_share=0.5).iloc[0]
    assert row.false_positive_rate < 0.2
    assert row.geometry_rate > 0.5


def test_power_increases_with_the_share_of_explained_variance(made_up):
    comparison = COMPARISON | {"nulls": {"conditions": {"use": "conditions", "draws": 99}}}
    dimensions = small(made_up, trials=200)
    rows = run(dimensions, {"alike": alike}, power_pairs=16, shares=[0.05, 0.5, 1.0], comparison=comparison)[0]
    curves = calibration_curves(rows)
    rate = curves[(curves.shared == "either") & (curves.condition_independent == "removed")].set_index("share")["rate"]
    assert rate[0.05] <= rate[0.5] <= rate[1.0]
    assert rate[0.05] + 0.4 < rate[1.0]


def test_scores_with_the_own_recording_increase_with_trials_and_units(made_up):
    work = {"bias_pairs": 6, "unit_fractions": [0.3, 1.0], "trial_counts": [1, 5]}
    rows = run(small(made_up), {"alike": alike}, **work)[0]
    assert rows["p"].isna().all()
    curves = calibration_curves(rows)
    own = curves[(curves.condition_independent == "removed") & (curves.share == 1)]
    by_trials = own[own.unit_count == 10].set_index("trial_count")["mean"]
    assert by_trials[1] < by_trials[5] < by_trials[20] < by_trials[np.inf]
    assert own.set_index(["unit_count", "trial_count"])["mean"][(3, 20)] < by_trials[20]


def test_a_measure_that_requires_more_trials_has_no_score_for_smaller_sizes(made_up):
    def picky(x, y) -> dict[str, float]:
        if np.ptp(y) > 60:
            raise BadActivity("wants less noise")
        return alike(x, y)

    dimensions = small(made_up)
    noisy = replace(dimensions, trial_noise=np.full(10, 20.0))
    rows = run(noisy, {"picky": picky, "alike": alike}, bias_pairs=1, trial_counts=[1])[0]
    counts = {name: set(found["trial_count"]) for name, found in rows.groupby("measure")}
    assert counts["alike"] == {1, 20, np.inf}
    assert 1 not in counts["picky"] and np.inf in counts["picky"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"shares": [0.0]}, r"^calibration\.shares\.0: found 0\.0, wanted a share above 0 and at most 1"),
        ({"unit_fractions": [2.0]}, r"^calibration\.unit_fractions\.0: found 2\.0, wanted a share above 0"),
        ({"trial_counts": [0]}, r"^calibration\.trial_counts\.0: found 0, wanted a number of trials of at least 1"),
        ({"null_pairs": -1}, r"^calibration\.null_pairs: found -1, wanted a number of recordings of at least 0"),
    ],
)
def test_invalid_options_are_refused_with_a_readable_message(options, words):
    with pytest.raises(BadOption, match=words):
        Simulations(**NOTHING | options)


def test_a_chunk_beyond_the_last_is_refused_with_a_reason(made_up):
    with pytest.raises(BadOption, match="found chunk 2 of 2, wanted one from 0 to 1"):
        calibrate_chunk(
            small(made_up), {"noise": noise}, Simulations(**NOTHING), comparison=COMPARISON, seed=0, chunk=2, chunks=2
        )


def test_the_simulations_have_the_ranges_of_the_config():
    of_config = {leaf.place: leaf.range for leaf in leaves(Calibration)}
    simulated = {leaf.place: leaf.range for leaf in leaves(Simulations)}
    assert simulated and simulated == {place: of_config[place] for place in simulated}


def test_a_power_share_that_was_not_simulated_is_refused(made_up):
    rows = run(small(made_up), {"noise": noise}, power_pairs=1)[0]
    with pytest.raises(ValueError, match=r"power_share: found 0.3, wanted one of the shares \[0.5\]"):
        calibration_table(rows, power_share=0.3)
