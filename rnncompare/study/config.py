"""A config is a list of studies and of what is measured on them: read, checked whole, resolved before any job runs."""

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


def read_config(source: str | Path | dict, *, deep: bool = True) -> Config:
    """A checked config. Raises BadOption: where, what was found and what was wanted, with the nearest valid name.

    deep: whether cards, files and the options of every function are looked at as well, which takes seconds; if not,
    keys, kinds and ranges alone.
    """
    where = "config" if isinstance(source, dict) else str(source)
    if not isinstance(source, dict):
        source = config_file.read(source)
    try:
        config = Config.model_validate(config_file.plain(source, where))
    except ValidationError as error:
        raise BadOption("\n".join(_explain(where, e) for e in error.errors())) from None
    if deep:
        from rnncompare.study.checks import check

        check(config, where)
    return config


def _explain(where: str, error: dict) -> str:
    place = ": ".join([where, ".".join(str(p) for p in error["loc"])])
    if error["type"] != "extra_forbidden":
        return f"{place}: {in_words(error)}"
    keys = _model_at(error["loc"][:-1]).model_fields
    name = str(error["loc"][-1])
    return f"{place}: found unknown key '{name}', wanted one of {', '.join(keys)}.{plugins.nearest(name, keys)}"


def _model_at(location: tuple) -> type[BaseModel]:
    """The model whose keys are valid at a place of the config."""
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
