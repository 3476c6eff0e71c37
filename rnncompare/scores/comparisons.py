"""Which comparisons of different studies and runs are the same, so that their scores can be shown in one table."""

import hashlib
import json

from rnncompare.files import plain_yaml
from rnncompare.study.config_keys import Config, Study

DIGITS = 8  # of the checksum by which settings and options are named in scores.csv


def settings(study: Study) -> dict:
    """All that two studies must share for their scores to be comparable, apart from the options of each measure.

    Preparation, folds and units of the comparison, and how the recording was read. Null distributions and numbers of
    draws have no effect on a score; whether units are resampled has one on its interval.
    """
    recording = study.recording.model_dump(exclude={"card"}, exclude_defaults=True)
    comparison = study.comparison.model_dump(include={"preparation", "folds", "units"})
    return comparison | {"recording": recording, "units resampled": study.comparison.intervals.units > 0}


def in_words(study: Study) -> str:
    """The settings of a comparison in one line of Markdown."""
    return "; ".join(f"{name} `{flow(value)}`" for name, value in settings(study).items())


def settings_of(study: Study) -> str:
    """The name of the settings of a comparison, which is the same for the same settings."""
    return _short(settings(study))


def options_of(config: Config, measure: str) -> str:
    """The name of `use` and the options of a similarity measure or probe."""
    if measure in config.similarity:
        return _short(config.similarity[measure])
    return _short(config.probes[measure].model_dump(include={"use", "options"}))


def flow(value: object) -> str:
    """A value in one line of YAML."""
    text = plain_yaml.dump(value, sort_keys=False, default_flow_style=True, width=float("inf")).strip()
    return text.removesuffix("\n...")


def _short(value: dict) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:DIGITS]
