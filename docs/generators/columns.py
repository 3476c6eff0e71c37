"""The page of the columns of tables whose columns are fixed, from the code that writes them."""

from itertools import groupby

from generators.markdown import cell, table
from rnncompare.scores import rows
from rnncompare.tabulation import generalisation, recovery, size_curves, within_models
from rnncompare.verdict import evidence

TABLES = {  # table -> the module that writes it, and what explains it
    "within_models": (within_models, "[spread within a model](../measures.md#spread-within-a-model)"),
    "recovery": (recovery, "[model recovery](../methods.md#model-recovery-rnncomparecalibrationmodel_recoverypy)"),
    "generalisation": (
        generalisation,
        "[generalisation](../methods.md#generalisation-rnncomparecomparisongeneralisationpy)",
    ),
    "size_curves": (size_curves, "[condensed networks](../timing.md#condensed-networks)"),
    "verdict": (evidence, "[roles](../verdict.md#what-the-verdict-rests-on) and [rules](../verdict.md#rules)"),
    "scores": (rows, "[scores](../scores.md#rules)"),
}
START = """# Columns of further tables

Columns that are not listed here mean the same in all tables: [columns of the
tables](../measures.md#columns-of-the-tables)."""


def page() -> str:
    parts = [START]
    for name, (module, explained) in TABLES.items():
        rows = [
            [", ".join(f"`{column}`" for column, _ in of), cell(meaning)]
            for meaning, of in groupby(module.COLUMNS.items(), key=lambda item: item[1])
            if meaning
        ]
        parts += [f"## {name}", f"`{name}.csv`: {explained}.", table(["column", "meaning"], rows)]
    return "\n\n".join(parts) + "\n"
