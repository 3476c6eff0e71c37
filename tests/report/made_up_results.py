"""Results of two made-up studies, for tests of the report."""

import json
from pathlib import Path

import yaml
from figures.made_up import made_up_tables

from rnncompare import plugins
from rnncompare.figures import draw, save
from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.reproducibility import processor
from rnncompare.reproducibility.provenance import provenance
from rnncompare.tabulation import tables

NASTY = "<script>alert('card')</script> & \"quotes\""
FIGURES = ["similarity_by_measure", "ablations"]


def card(folder) -> dict:
    return {
        "name": folder.name,
        "title": NASTY,
        "animal": "macaque",
        "area": "M1",
        "task": "reaching",
        "reader": {"use": plugins.available("readers")[0]},
        "files": [
            {"file": "session.mat", "sha256": "0" * 64, "bytes": 1},
            {"file": "yours.mat", "url": None, "sha256": None, "bytes": None},
        ],
        "licence": "CC0",
        "citation": NASTY,
        "source": "javascript:alert('source')",
        "facts": [{"fact": f"{status} fact", "status": status} for status in ("measured", "inferred")],
    }


def computed_with(results, kernels):
    """Write the provenance of two networks and a comparison, one network of which was computed with these kernels."""
    found = provenance([processor.PORTABLE, kernels], [processor.PORTABLE])
    with atomic_with_checksum(results / "provenance.json") as temporary:
        temporary.write_text(json.dumps(found))


def made_up_results(results: Path) -> tuple[Path, list[Path], dict]:
    """Write the results of two made-up studies, one of which has malicious text as its title.

    Return the folder of results, the paths of cards, and the config, as `report` takes them.
    """
    for name, table in made_up_tables().items():
        tables.write(table, results / "tables" / f"{name}.csv")
    for study, name in [("reach", "similarity_by_measure"), ("reach", "ablations"), ("small", "similarity_by_measure")]:
        save(*draw(name, made_up_tables(), study), results / "figures" / study / f"{name}.svg")
    computed_with(results, processor.PORTABLE)
    path = results / "made_up_m1" / "card.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(card(path.parent)))
    comparison = {
        "nulls": {"conditions": {"use": "conditions", "draws": 999}},
        "intervals": {"draws": 200, "units": 20},
        "correction": {"method": "max_t", "family": None},
    }
    study = {"comparison": comparison, "figures": FIGURES, "recording": None, "others": {}, "baseline": None}
    studies = {"reach": {"title": NASTY, **study}, "small": {"title": "Small", **study}}
    return results, [path], {"studies": studies, "note": NASTY}
