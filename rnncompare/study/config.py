"""Read a config and check it completely, before any job runs.

A config is a list of studies and of the measures, probes and views that are applied to them.
"""

from pathlib import Path

from pydantic import BaseModel, ValidationError

from rnncompare import plugins
from rnncompare.imported.files import matching
from rnncompare.options.values import in_words
from rnncompare.plugins import BadOption
from rnncompare.study import config_file
from rnncompare.study.claim_keys import Claim, ClaimedStatistic
from rnncompare.study.comparison_keys import (
    Ceiling,
    Comparison,
    Correction,
    Distances,
    Folds,
    Intervals,
    Null,
    Preparation,
    Sweep,
    Units,
)
from rnncompare.study.config_keys import Calibration, Config, Probe, Study, View
from rnncompare.study.inherited import with_inherited
from rnncompare.study.source_keys import Control, Model, Recording, Simulation

RENAMED = {"in_brief": "primary_only"}  # former names of keys, which errors translate


def read_config(source: str | Path | dict, *, deep: bool = True) -> Config:
    """Read and check a config. Raises BadOption with the place, what was found and what was wanted.

    deep: whether cards and the options of every function are checked as well, which takes about a second; otherwise,
    only keys, types and ranges are checked. See checked.py for how the workflow avoids repeating it.
    """
    where = "config" if isinstance(source, dict) else str(source)
    if not isinstance(source, dict):
        source = config_file.read(source)
    try:
        config = Config.model_validate(with_inherited(config_file.plain(source, where), where))
    except ValidationError as error:
        raise BadOption("\n".join(_explain(where, e) for e in error.errors())) from None
    config = _with_files(config, where)
    if deep:
        from rnncompare.study.complete_check import check

        check(config, where)
    return config


def _with_files(config: Config, where: str) -> Config:
    """The config in which each pattern of `activities` is replaced by the existing files. Raises BadOption."""
    studies = {}
    for name, study in config.studies.items():
        models = {m: _found(model, f"{where}: studies.{name}.models.{m}") for m, model in study.models.items()}
        studies[name] = study.model_copy(update={"models": models})
    return config.model_copy(update={"studies": studies})


def _found(model: Model, where: str) -> Model:
    if model.activities is None:
        return model
    files = matching(model.activities, f"{where}.activities")
    if model.seeds is not None and model.seeds > len(files):
        raise BadOption(f"{where}.seeds: found {model.seeds} and {len(files)} files, wanted a file for each seed")
    return model.model_copy(update={"activities": files[: model.seeds]})


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
        "intervals": Intervals, "statistics": ClaimedStatistic,
        "correction": Correction, "comparison": Comparison, "sweep": Sweep, "claim": Claim, "calibration": Calibration,
        "distances": Distances, "studies": Study, "probes": Probe, "views": View,
    }  # fmt: skip
    for part in reversed(location):
        if part in inside:
            return inside[part]
    return Config
