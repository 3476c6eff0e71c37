"""Folders of finished runs with made-up scores, for tests of the page of scores."""

import hashlib
import json
from pathlib import Path

import pandas as pd

from rnncompare.files.plain_yaml import parse
from rnncompare.provenance.manifest import FORMAT, NAME
from rnncompare.study.config_file import on_top
from rnncompare.study.config_keys import Config
from rnncompare.tabulation import tables

MEASURES = {"ridge": ("r2", False), "procrustes": ("angle", True)}  # statistic, whether smaller is more similar
MEANS = {"trained": 0.6, "untrained": 0.3, "mine": 0.5, "ring": 0.4, "halves": 0.8, "other_animal": 0.7}
HALF = 0.06  # width of half of the intervals
CONFIG = """
results: results/a
seed: 1
studies:
  s:
    title: Made up
    recording: {card: m1, options: {bin: 0.01}}
    others: {other_animal: {card: m2, options: {bin: 0.05}}}
    seeds: 8
    network: {use: leaky, units: 5}
    training: {rule: backpropagation}
    models:
      trained: {}
      untrained: {training: null}
      mine: {activities: ["runs/mine_0.npz", "runs/mine_1.npz", "runs/mine_2.npz", "runs/mine_3.npz"]}
    controls:
      ring: {use: ring, repeats: 20}
      halves: {use: units, repeats: 10, against: other_half}
      other_half: {use: units, repeats: 10}
    ceilings: {ceiling: {source: halves, spearman_brown: true}}
    baseline: ring
    comparison:
      preparation: {window: [-0.4, 0.4], bin: null, smooth: 0, lag: 0, soft_normalise: 0.2}
      folds: {by: condition, groups: null}
      units: {count: null, repeats: 1}
      nulls: {conditions: {use: conditions, draws: 99}}
      intervals: {draws: 200, units: 2}
      correction: {method: max_t, family: null}
    figures: [similarity_by_measure]
similarity: {ridge: {use: ridge, components: 4}, procrustes: {use: shape, components: 4}}
probes: {tuned: {use: cosine_tuning}}
"""


def config_of(changes: dict | None = None) -> dict:
    """The config of a run with changes, as a manifest contains it."""
    return Config.model_validate(on_top(parse(CONFIG), changes or {})).model_dump(mode="json")


def summary_of(means: dict[str, float], study: str = "s", recording: str = "m1", **columns) -> pd.DataFrame:
    """Scores; an angle is 1.5 minus the mean that is given. columns: values of one source or of all."""
    rows = []
    for measure, (statistic, lower) in MEASURES.items():
        for model, mean in means.items():
            about = {"study": study, "recording": recording, "model": model, "measure": measure}
            about |= {"condition_independent": "removed", "seeds": 1 if model == "other_animal" else 8}
            mean, ring = (1.5 - value if lower else value for value in (mean, means.get("ring", 0.0)))
            null = {"null_mean": 1.5, "null_95": 1.4} if lower else {"null_mean": 0.0, "null_95": 0.1}
            row = about | {"statistic": statistic, "mean": mean, "low": mean - HALF, "high": mean + HALF} | null
            row |= {"p_corrected": 0.01, "draws": 99, "ceiling_spearman_brown": 0.88}
            if "ring" in means and model != "ring":
                row["over_baseline"] = (ring - mean) if lower else (mean - ring)
            rows.append(row | {name: of.get(model) if isinstance(of, dict) else of for name, of in columns.items()})
            rows.append(about | {"statistic": "components_source", "mean": 4.0})
    return pd.DataFrame(rows)


def similarity_of(summary: pd.DataFrame) -> pd.DataFrame:
    """The numbers of conditions and times of each score."""
    keys = ["study", "model", "measure", "statistic", "condition_independent"]
    return summary[keys].assign(conditions=8, times=81)


def run_of(folder: Path, *, config: dict | None = None, means: dict | None = None, **made: pd.DataFrame) -> Path:
    """Write a finished run. made: its tables, of which summary and similarity follow from `means` if not given."""
    summary = made.pop("summary", summary_of(MEANS if means is None else means))
    made = {"summary": summary, "similarity": similarity_of(summary), "contrasts": pd.DataFrame({"study": []})} | made
    for name, table in made.items():
        tables.write(table, folder / f"tables/{name}.csv")
    figure = folder / "figures/s/similarity_by_measure.png"
    figure.parent.mkdir(parents=True)
    figure.write_bytes(b"\x89PNG\r\n\x1a\n made up")
    figure.with_suffix(".svg").write_text("<svg/>")
    _write_manifest(folder, config_of(config))
    return folder


def _write_manifest(folder: Path, config: dict) -> None:
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sha256"]
    sums = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
    manifest = {
        "format": FORMAT, "written": "2020-01-01T00:00:00+00:00", "config": config,
        "code": {"version": "9.9", "commit": "0123456789abcdef", "changed": False}, "machine": {}, "recordings": [],
        "codes": {}, "made_with": {}, "files": {name: {"sha256": digest} for name, digest in sums.items()},
    }  # fmt: skip
    (folder / NAME).write_text(json.dumps(manifest))
