"""The result of a measure or a probe in a notebook: its statistics by name, and the table that contains them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.plugins import nearest

# Columns by which the rows of one statistic differ.
DISTINGUISH = ("variable", "area", "to", "unit", "strength", "time", "condition_independent")


@dataclass(frozen=True, eq=False, repr=False)
class Result(Mapping):
    """The named statistics of a measure or probe; `float(result)` is the primary one, the first in its card.

    result.mean and result["mean"] are the statistic `mean`: a number, or a Series by unit, area, variable or strength
    if it has several values. p, low, high, null_mean and null_95 refer to the primary statistic, and are None if they
    were not computed. table: a row for each statistic, with the columns of the pipeline's tables. null: statistic ->
    (draw,) its null distribution, for the statistics that have one. card: the meaning of the values. options: all
    options with which they were computed.
    """

    name: str
    table: pd.DataFrame
    card: MeasureCard
    options: dict[str, Any]
    null: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def primary(self) -> str:
        """The name of the primary statistic, which is the first in the table."""
        return str(self.table["statistic"].iloc[0])

    @property
    def p(self) -> float | None:
        """p value of the primary statistic against its null distribution; None without a null distribution."""
        return self._beside("p")

    @property
    def low(self) -> float | None:
        """Lower end of the 95 % interval of the primary statistic; None without an interval."""
        return self._beside("low")

    @property
    def high(self) -> float | None:
        """Upper end of the 95 % interval of the primary statistic; None without an interval."""
        return self._beside("high")

    @property
    def null_mean(self) -> float | None:
        """Mean of the null distribution of the primary statistic; None without a null distribution."""
        return self._beside("null_mean")

    @property
    def null_95(self) -> float | None:
        """95th percentile of that null distribution, or the 5th if smaller values mean more similar."""
        return self._beside("null_95")

    def __getitem__(self, statistic: str) -> float | pd.Series:
        if statistic not in list(self):
            raise KeyError(f"{self.name}: found no '{statistic}', wanted one of {', '.join(self)}")
        rows = self._rows(statistic)
        of_units = "unit" in rows and rows["unit"].notna().any()
        if len(rows) == 1 and not of_units:
            return float(rows["value"].iloc[0])
        by = [name for name in DISTINGUISH if name in rows and rows[name].nunique(dropna=False) > 1]
        by = ["unit"] if of_units and not by else by
        return (rows.set_index(by) if by else rows.reset_index(drop=True))["value"].rename(statistic)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self.table["statistic"]))

    def __len__(self) -> int:
        return self.table["statistic"].nunique()

    def __getattr__(self, statistic: str) -> float | pd.Series:
        if statistic.startswith("_") or "table" not in vars(self):
            raise AttributeError(statistic)
        if statistic not in list(self):
            near = nearest(statistic, self)
            raise AttributeError(f"{self.name}: found no '{statistic}', wanted one of {', '.join(self)}.{near}")
        return self[statistic]

    __eq__, __hash__ = object.__eq__, object.__hash__  # by identity, as == of two Series is not a single truth value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self})

    def __float__(self) -> float:
        value = self[self.primary]
        if isinstance(value, pd.Series):
            raise BadActivity(
                f"{self.name}: found {len(value)} values of {self.primary}, by "
                f"{', '.join(map(str, value.index.names))}, wanted one: result.{self.primary} has all of them"
            )
        return value

    def __repr__(self) -> str:
        shown = [self._line(name) for name in self]
        return "\n".join([f"{self.name} ({len(shown)} statistics; .table has a row for each)", *shown])

    def _rows(self, statistic: str) -> pd.DataFrame:
        """The rows of a statistic for the whole window and, if it has both signals, for the signal `removed`."""
        rows = self.table[self.table["statistic"] == statistic]
        if "time" in rows and rows["time"].isna().any():
            rows = rows[rows["time"].isna()]
        if "condition_independent" in rows and (rows["condition_independent"] == "removed").any():
            rows = rows[rows["condition_independent"] == "removed"]
        return rows

    def _beside(self, column: str) -> float | None:
        rows = self._rows(self.primary)
        if len(rows) != 1 or column not in rows or pd.isna(rows[column].iloc[0]):
            return None
        return float(rows[column].iloc[0])

    def _line(self, statistic: str) -> str:
        """A line of text with the value of a statistic, its interval and its p value."""
        value, rows = self[statistic], self._rows(statistic)
        if isinstance(value, pd.Series):
            by = ", ".join(map(str, value.index.names))
            return f"  {statistic}: {len(value)} values by {by}, {value.min():.4g} to {value.max():.4g}"
        beside = rows.reindex(columns=["low", "high", "null_95", "p"]).iloc[0].to_dict()
        interval = "" if pd.isna(beside["low"]) else f" [{beside['low']:.4g}, {beside['high']:.4g}]"
        null = "" if pd.isna(beside["p"]) else f", p {beside['p']:.3g}"
        null += "" if pd.isna(beside["null_95"]) else f" (null_95 {beside['null_95']:.4g})"
        return f"  {statistic}: {value:.4g}{interval}{null}"
