"""Check that everything named by a config exists, and that all options are valid for their functions."""

import os
from pathlib import Path

from rnncompare.comparison.permutations import RING
from rnncompare.plugins import BadOption
from rnncompare.recordings.needs import check_needs
from rnncompare.study.animal_checks import check_animals
from rnncompare.study.batches import batches, check_batches
from rnncompare.study.claims import check_claim
from rnncompare.study.comparison_checks import check_nulls, check_sweep, check_within
from rnncompare.study.config_keys import Config, Study, View
from rnncompare.study.contents import chosen, recordings, shows_dynamics, sources, viewed
from rnncompare.study.dynamics_checks import check_dynamics
from rnncompare.study.generalisation_checks import check_generalisation
from rnncompare.study.mechanism_checks import check_mechanism, check_tasks
from rnncompare.study.member_checks import check_known, check_member, check_options
from rnncompare.study.model_networks import seeds, simulated
from rnncompare.study.network_distances import check_distances
from rnncompare.study.probe_checks import check_parts, check_probe
from rnncompare.study.recovery_checks import check_recovery
from rnncompare.study.study_checks import check_study, provided_by
from rnncompare.study.times import check_times
from rnncompare.training.disturbances import Disturbances

TABLES = {
    "similarity",
    "nulls",
    "sweep",
    "ranking",
    "within_models",
    "recovery",
    "generalisation",
    "network_distances",
    "universality",
    "size_curves",
    "probes",
    "summary",
    "contrasts",
    "training",
    "animals",
    "animal_nearness",
    "verdict",
}  # of every run; views add further ones
FOLDERS = {"recordings", "tables", "figures", "report", "logs", "calibration"}  # of results, next to those of studies
TASK = "target"  # name of the task among the sources of a view
MOST_ACTIVITIES = 20_000  # files of one config


def check(config: Config, where: str) -> None:
    """Raise BadOption for the first name or option that is not valid."""
    _check_folders(config, where)
    _check_studies(config, where)
    for name, options in config.similarity.items():
        check_member("similarity", options, f"{where}: similarity.{name}")
    for name, study in config.studies.items():
        if study.sweep is not None:
            check_sweep(config, study, f"{where}: studies.{name}.sweep")
    _check_names(config, where)
    _check_activities(config, where)
    check_batches(config, where)
    _check_probes_and_views(config, where)
    check_animals(config, f"{where}: animals")
    if config.calibration is not None:
        _check_calibration(config, f"{where}: calibration")
    if config.robustness is not None:
        check_options(Disturbances, config.robustness, f"{where}: robustness")
    for name, study in config.studies.items():
        check_times(config, study, f"{where}: studies.{name}")
        check_dynamics(config, study, f"{where}: studies.{name}")
        if study.claim is not None:
            check_claim(config, study, f"{where}: studies.{name}.claim")
        if study.within is not None:
            check_within(config, study, f"{where}: studies.{name}.within")
        if study.recovery is not None:
            check_recovery(config, study, f"{where}: studies.{name}.recovery")
        if study.generalisation is not None:
            check_generalisation(config, study, f"{where}: studies.{name}.generalisation")
        if study.distances is not None:
            check_distances(config, study, f"{where}: studies.{name}.distances")


def _check_folders(config: Config, where: str) -> None:
    """Check that the folder of results is outside that of the cards and is not a file."""
    results, data = (Path(os.path.abspath(folder)) for folder in (config.results, config.data))
    if results.is_relative_to(data) or data.is_relative_to(results):
        raise BadOption(
            f"{where}: results: found '{config.results}' and cards in data '{config.data}', wanted two folders, "
            "neither in the other"
        )
    for part in (results, *results.parents):
        if part.exists() and not part.is_dir():
            raise BadOption(f"{where}: results: found '{config.results}', but {part} is a file, wanted a folder")


def _check_studies(config: Config, where: str) -> None:
    kinds: dict[str, str] = {}
    for name, study in config.studies.items():
        here = f"{where}: studies.{name}"
        if name in FOLDERS:
            raise BadOption(
                f"{here}: found the name of another folder of results, wanted one not among {_list(FOLDERS)}"
            )
        _check_kinds(study, kinds, here)  # first, because what follows finds sources by their names
        check_study(config, study, here)


def _check_kinds(study: Study, kinds: dict[str, str], where: str) -> None:
    """Check that each name is of one kind of source in all studies; `kinds` collects those found so far."""
    named = [
        *[(r, "recording") for r in recordings(study)],
        *[(m, "model") for m in study.models],
        *[(c, "control") for c in study.controls],
    ]
    for source, kind in named:
        if source == TASK:
            raise BadOption(
                f"{where}: found a {kind} '{TASK}', which is the name of the task in views, wanted another name"
            )
        if kinds.setdefault(source, kind) != kind:
            raise BadOption(f"{where}: found '{source}' as a {kind} and as a {kinds[source]}, wanted different names")


def _check_names(config: Config, where: str) -> None:
    """Check that the names of views and probes differ from those of other tables and measures."""
    for name in config.views:
        if name in TABLES:
            raise BadOption(
                f"{where}: views.{name}: found the name of another table, wanted one that is not among {_list(TABLES)}"
            )
    for name in config.probes:
        if name in {*config.similarity, "robustness"}:
            raise BadOption(f"{where}: probes.{name}: found the name of another measure, wanted a different name")
    for name in config.mechanisms:
        if name in {*config.similarity, *config.probes, "robustness"}:
            raise BadOption(f"{where}: mechanisms.{name}: found the name of another measure, wanted a different name")


def _check_activities(config: Config, where: str) -> None:
    """Check that the number of activities is not too large for the workflow."""
    every = [(name, study, source) for name, study in config.studies.items() for source in sources(study)]
    count = sum(len(batches(config, name, source)) or len(seeds(study, source)) for name, study, source in every)
    if count > MOST_ACTIVITIES:
        raise BadOption(
            f"{where}: found {count:,} files of activities of all sources of the studies, wanted at most "
            f"{MOST_ACTIVITIES:,}: all of them are planned before the first is computed"
        )


def _check_probes_and_views(config: Config, where: str) -> None:
    known = list(dict.fromkeys(s for study in config.studies.values() for s in sources(study)))
    for folder, given in {"probes": ("seed",), "mechanisms": ("seed",), "views": ()}.items():
        for name, entry in getattr(config, folder).items():
            check_member(folder, {"use": entry.use, **entry.options}, f"{where}: {folder}.{name}", given=given)
            for source in entry.sources or []:
                check_known(source, known, f"{where}: {folder}.{name}.sources", "source")
    for name, probe in config.probes.items():
        check_parts(probe, f"{where}: probes.{name}")
    for study_name, study in config.studies.items():
        here = f"{where}: studies.{study_name}"
        for name in chosen(config, study, "probes"):
            check_probe(config, study, config.probes[name], f"{here}, probes.{name}")
        for name in chosen(config, study, "mechanisms"):
            check_mechanism(study, config.mechanisms[name], f"{here}, mechanisms.{name}")
        for name, view in config.views.items():
            _check_view(study, view, f"{here}, views.{name}")


def _check_view(study: Study, view: View, where: str) -> None:
    """Check that the study has the task that a view of its sources shows."""
    shown = viewed(study, view)
    if shown:
        here = f"{where}, of {', '.join(shown)}"
        check_needs("views", {"use": view.use, **view.options}, provided_by(study), here)
        if shows_dynamics(view):
            check_tasks(study, "views", view.use, [source for source in shown if source in simulated(study)], here)


def _check_calibration(config: Config, where: str) -> None:
    calibration = config.calibration
    check_known(calibration.study, config.studies, f"{where}.study", "study")
    if config.studies[calibration.study].recording is None:
        raise BadOption(
            f"{where}.study: found '{calibration.study}', a study without a recording, wanted one whose recording has "
            "the numbers of units, conditions and trials that are simulated"
        )
    measures = chosen(config, config.studies[calibration.study], "similarity")
    for name in calibration.measures or []:
        check_known(name, measures, f"{where}.measures", "similarity measure of the study")
    for name in calibration.condition_measures or []:
        check_known(name, calibration.measures or measures, f"{where}.condition_measures", "calibrated measure")
    check_nulls(calibration.nulls, calibration.measures or measures, f"{where}.nulls")
    for name, null in calibration.nulls.items():
        if null.use == RING:
            raise BadOption(
                f"{where}.nulls.{name}: found {RING}, wanted another null: conditions of simulated recordings have no "
                "directions"
            )
    if calibration.power_share not in calibration.shares:
        found = f"found power_share {calibration.power_share}"
        raise BadOption(f"{where}: {found}, wanted one of the shares {calibration.shares}")


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))
