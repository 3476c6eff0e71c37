"""Which comparisons of different studies and runs are the same, so that their scores can be shown in one table."""

import json

from rnncompare.study.config_keys import Config, Study


def settings(study: Study) -> dict:
    """All that two studies must share for their scores to be comparable, apart from the options of each measure.

    Preparation, folds and units of the comparison, and how the recording was read. Null distributions and numbers of
    draws have no effect on a score; whether units are resampled has one on its interval.
    """
    recording = study.recording.model_dump(exclude={"card"})
    comparison = study.comparison.model_dump(include={"preparation", "folds", "units"})
    return comparison | {"recording": recording, "units_resampled": study.comparison.intervals.units > 0}


def as_text(settings: dict) -> str:
    """Settings as one line that is the same for the same settings."""
    return json.dumps(settings, sort_keys=True)


def measure_options(config: Config, measure: str) -> str:
    """`use` and options of a similarity measure as one line."""
    return json.dumps(config.similarity[measure], sort_keys=True)
