"""Probes of studies with real single trials of a monkey, with the options of the config."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from rnncompare import plugins

CONFIG = yaml.safe_load((Path(__file__).parents[2] / "workflow/config/checkerboard.yaml").read_text())
FILES = ("ex1_spikecounts.mat", "ex2_rawspiketrains.mat")


def probed(real_recording, study: str, probe: str, **options) -> pd.DataFrame:
    """Rows of a probe of a study; options: smaller numbers of draws."""
    folder = real_recording("datahigh_pmd")
    reader = plugins.find("readers", "datahigh_pmd")
    data = reader({name: folder / name for name in FILES}, **CONFIG["studies"][study]["recording"]["options"])
    entry = CONFIG["probes"][probe]
    assert probe in CONFIG["studies"][study]["probes"]
    return pd.DataFrame(plugins.find("probes", entry["use"])(data, seed=1, **(entry["options"] | options)))


@pytest.fixture
def decoded(real_recording):
    """A function that returns decoding accuracy and the 95th percentile of its null by the centre of the window."""

    def by_time(study: str) -> pd.DataFrame:
        rows = probed(real_recording, study, "decoding_of_targets", permutations=20, repeats=1)
        return rows[rows.statistic.eq("accuracy") & rows.time.notna()].set_index("time")

    return by_time


def test_seven_targets_are_decoded_at_every_time_of_the_delay(decoded):
    accuracy = decoded("delay_pmd")
    assert (accuracy.value > 0.75).all() and (accuracy.null_95 < 0.25).all() and len(accuracy) == 13


def test_two_targets_are_decoded_only_in_windows_after_230_ms(decoded):
    accuracy = decoded("delay_pmd_two_targets")
    assert (accuracy.value[accuracy.index < 0.19] < 0.65).all()
    assert (accuracy.value[accuracy.index > 0.29] > 0.99).all()


def test_most_units_discriminate_two_targets_with_either_preference(real_recording):
    rows = probed(
        real_recording,
        "delay_pmd_two_targets",
        "choice_probability_of_targets",
        permutations=200,
        bootstrap=0,
        windows=None,
    )
    value = rows[rows.per_unit.isna()].set_index("statistic").value
    assert value.fraction_significant > 0.7 and value.mean_unsigned_cp > 0.7
    assert value.mean_cp == pytest.approx(0.5, abs=0.05)


def test_halves_of_the_real_trials_have_the_same_dissimilarities(real_recording):
    rows = probed(real_recording, "delay_pmd", "rsa_noise_ceiling").set_index(["condition_independent", "statistic"])
    assert 0.9 < rows.value["removed", "lower"] < rows.value["removed", "upper"] < 1
