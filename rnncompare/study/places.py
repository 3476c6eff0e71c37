"""Where a study finds what lies in the project: in the folder in which it is run, or in the folder of the workflow.

The workflow runs in any folder. Cards and the calibration that a report cites are those of this folder; what it lacks
is taken from the folder of the workflow, which may be read-only. Files are always downloaded to this folder.
"""

import os
from pathlib import Path

from rnncompare.plugins import PACKAGE
from rnncompare.study.config_keys import Config

PROJECT = "RNNCOMPARE_PROJECT"  # the folder of the workflow; by default, that of the package
RESULTS = "RNNCOMPARE_RESULTS"  # the folder in which the folder of results is created; by default, the current one
IMAGE = "RNNCOMPARE_CONTAINER"  # an image for `--sdm apptainer`


def project() -> Path:
    """The folder that contains workflow/, data/ and environment/."""
    installed = PACKAGE / "project"  # of a package that was not installed from its folder (setup.py)
    return Path(os.environ.get(PROJECT) or (installed if installed.is_dir() else PACKAGE.parent))


def card(data: str, name: str) -> str:
    """The path of a card: in the folder `data` of a config, or else in that of the project."""
    own = f"{data}/{name}/card.yaml"
    installed = project() / "data" / name / "card.yaml"
    return str(installed) if not os.path.exists(own) and installed.exists() else own


def cards(data: str) -> list[str]:
    """The names of all cards that a config can use."""
    found = {path.parent.name for folder in (Path(data), project() / "data") for path in folder.glob("*/card.yaml")}
    return sorted(found)


def label(path: str) -> str:
    """A path without that of the project, so that moving the project does not change what a job depends on."""
    return str(Path(path).relative_to(project())) if Path(path).is_relative_to(project()) else path


def existing(path: str) -> str | None:
    """A path if it exists, or else the same path in the project if that exists, or else None."""
    return next((str(p) for p in (path, project() / path) if os.path.exists(p)), None)


def own_cards(data: str, paths: list[str]) -> bool:
    """Whether all cards are in the folder `data` of a config."""
    return all(Path(path).is_relative_to(data) for path in paths)


def moved(config: Config) -> Config:
    """The config with its results in the folder that the environment names, if it names one."""
    return config.model_copy(update={"results": os.path.join(os.environ.get(RESULTS, ""), config.results)})


def image() -> str | None:
    """The container image that the environment names, or None."""
    return os.environ.get(IMAGE) or None
