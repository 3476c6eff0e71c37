"""The steps of the workflow, one function for each rule: read files, call one function, write files.

Every step is also a sub-command, `rnncompare STEP`.
"""

from rnncompare.steps.calibrating import calibrate, calibration_table
from rnncompare.steps.commands import add, check, export, measures, primary, side_by_side, study, verdict
from rnncompare.steps.comparing import (
    compare,
    compare_batch,
    compare_batches,
    distances,
    rank,
    recover,
    sweep,
    within,
)
from rnncompare.steps.finishing import archive, methods, verify
from rnncompare.steps.generalising import generalise, generalise_recording
from rnncompare.steps.measuring import control, probe, view
from rnncompare.steps.networks import (
    history,
    import_networks,
    mechanism,
    robustness,
    simulate,
    task,
)
from rnncompare.steps.recordings import fetch, load, published
from rnncompare.steps.registry import COMMANDS, STEPS
from rnncompare.steps.reporting import figure, manifest, provenance, report
from rnncompare.steps.running import demo, run
from rnncompare.steps.tabulating import (
    collect,
    contrast,
    generalisation_table,
    join,
    network_distances,
    recovery_table,
    size_curves,
    summarise,
    universality,
    verdict_table,
    within_models,
)
from rnncompare.steps.training import initialise, train, train_batch

__all__ = [
    "COMMANDS",
    "STEPS",
    "add",
    "archive",
    "calibrate",
    "calibration_table",
    "check",
    "collect",
    "compare",
    "compare_batch",
    "compare_batches",
    "contrast",
    "control",
    "demo",
    "distances",
    "export",
    "fetch",
    "figure",
    "generalisation_table",
    "generalise",
    "generalise_recording",
    "history",
    "import_networks",
    "initialise",
    "join",
    "load",
    "manifest",
    "measures",
    "mechanism",
    "methods",
    "network_distances",
    "primary",
    "probe",
    "provenance",
    "published",
    "rank",
    "recover",
    "recovery_table",
    "report",
    "robustness",
    "run",
    "side_by_side",
    "simulate",
    "size_curves",
    "study",
    "summarise",
    "sweep",
    "task",
    "train",
    "train_batch",
    "universality",
    "verdict",
    "verdict_table",
    "verify",
    "view",
    "within",
    "within_models",
]
