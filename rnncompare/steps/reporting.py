"""Steps from tables to figures and the report."""

import json
from pathlib import Path

from rnncompare import activity
from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


@step
def figure(name: str, study: str, tables_in: list[Path], out: Path, style: str = "default"):
    """Draw one figure of a study from the tables, as PDF, SVG and PNG, and write its source data."""
    from rnncompare import figures

    figures.save(*figures.draw(name, _tables(tables_in), study, style), out, style)


@step
def composed_figure(panels: list, layout: list, study: str, tables_in: list[Path], out: Path, style: str = "default"):
    """Draw several figures of a study as the panels of one, and write its source data and caption."""
    from rnncompare.figures import _composed

    _composed.save(_composed.compose(panels, layout, _tables(tables_in), study, style), out, style)


def _tables(paths: list[Path]) -> tables.Tables:
    """Tables by name, which are read when they are used.

    A folder stands for the tables in it, without the unfinished files of a killed job.
    """
    paths = [p for t in paths for p in (sorted(t.glob("[!.]*.csv")) if t.is_dir() else [t])]
    return tables.Tables({path.stem: path for path in paths})


@step
def provenance(weights: list[Path], draws: list[Path], out: Path):
    """Write the provenance of a run: processor, kernels used for every network and comparison, versions."""
    from rnncompare.reproducibility.provenance import provenance

    networks = []
    if weights:
        from rnncompare.training import checkpoint

        networks = [stored.get("kernels") for stored in checkpoint.load_all(weights) if stored["history"]]
    comparisons = [activity.read_labels(path).get("kernels") for path in draws]
    with atomic_with_checksum(out) as temporary:
        temporary.write_text(json.dumps(provenance(networks, comparisons), indent=1) + "\n")


@step
def report(results: Path, cards: list[Path], out: Path, config: dict, calibration: Path = None, times: Path = None):
    """Write the report, a single HTML file without external resources; times: records of jobs, see `runtimes`."""
    from rnncompare.report.page import report

    with atomic_with_checksum(out) as temporary:
        temporary.write_text(report(results, cards, config, calibration, times), encoding="utf-8")


@step
def manifest(results: Path, config: dict, out: Path):
    """Write the manifest of a finished run: the checksum of every result, and what it was made from."""
    from rnncompare.provenance.manifest import write_manifest

    write_manifest(results, config, out)
