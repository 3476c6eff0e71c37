"""Read a config and check it completely, before any job runs.

A config is a list of studies and of the measures, probes and views that are applied to them.
"""

from pathlib import Path

from pydantic import BaseModel, ValidationError

from rnncompare import plugins
from rnncompare.options.values import in_words
from rnncompare.plugins import BadOption
from rnncompare.study import config_file
from rnncompare.study.model import (
    Calibration,
    Ceiling,
    Comparison,
    Config,
    Control,
    Correction,
    Folds,
    Intervals,
    Model,
    Null,
    Preparation,
    Probe,
    Recording,
    Simulation,
    Study,
    Sweep,
    Units,
    View,
)

RENAMED = {"in_brief": "primary_only"}  # former names of keys, which errors translate


def read_config(source: str | Path | dict) -> Config:
    """Read and check a config. Raises BadOption with the place, what was found and what was wanted."""
    from rnncompare.study.checks import check

    where = "config" if isinstance(source, dict) else str(source)
    if not isinstance(source, dict):
        source = config_file.read(source)
    try:
        config = Config.model_validate(config_file.plain(source, where))
    except ValidationError as error:
        raise BadOption("\n".join(_explain(where, e) for e in error.errors())) from None
    check(config, where)
    return config


def _explain(where: str, error: dict) -> str:
    place = ": ".join([where, ".".join(str(p) for p in error["loc"])])
    if error["type"] != "extra_forbidden":
        return f"{place}: {in_words(error)}"
    keys = _model_at(error["loc"][:-1]).model_fields
    name = str(error["loc"][-1])
    if RENAMED.get(name) in keys:
        return f"{place}: found the former name '{name}' of a key, wanted its present name '{RENAMED[name]}'"
    return f"{place}: found unknown key '{name}', wanted one of {', '.join(keys)}.{plugins.nearest(name, keys)}"


def _model_at(location: tuple) -> type[BaseModel]:
    """Return the pydantic model with the valid keys of a place in the config."""
    inside = {
        "recording": Recording, "others": Recording, "models": Model, "controls": Control, "ceilings": Ceiling,
        "simulation": Simulation, "preparation": Preparation, "folds": Folds, "units": Units, "nulls": Null,
        "intervals": Intervals,
        "correction": Correction, "comparison": Comparison, "sweep": Sweep, "calibration": Calibration,
        "studies": Study, "probes": Probe, "views": View,
    }  # fmt: skip
    for part in reversed(location):
        if part in inside:
            return inside[part]
    return Config
