"""What a measure or a probe gives in a notebook: its statistics by name, and the table that they are from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.plugins import nearest

OF_A_ROW = ("p", "low", "high", "null_mean", "null_95")  # what stands beside a value
DISTINGUISH = ("variable", "area", "to", "unit", "strength", "time", "condition_independent")  # rows of one statistic


@dataclass(frozen=True, eq=False, repr=False)
class Result(Mapping):
    """Named statistics of one measure or probe; `float(result)` is the primary one, the first that its card names.

    result.mean and result["mean"] are the statistic `mean`: a number, or a Series by unit, area, variable or strength
    where there are several. p, low, high, null_mean and null_95 are the primary statistic's, None where there is none;
    of all of them, `table` has a row each, in the form of the pipeline's tables. null: statistic -> its null, (draw,),
    where one was drawn. card: what the numbers mean. options: all that it was measured with.
    """

    name: str
    table: pd.DataFrame
    card: MeasureCard
    options: dict[str, Any]
    null: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def primary(self) -> str:
        """The statistic that stands for all: the first one of the table, which is the first of the measure."""
        return str(self.table["statistic"].iloc[0])

    @property
    def p(self) -> float | None:
        """p of the primary statistic against the null; None where there is none."""
        return self._beside("p")

    @property
    def low(self) -> float | None:
        """Lower end of the 95 % interval of the primary statistic; None where there is none."""
        return self._beside("low")

    @property
    def high(self) -> float | None:
        """Upper end of that interval."""
        return self._beside("high")

    @property
    def null_mean(self) -> float | None:
        """Mean of the null distribution of the primary statistic; None where there is none."""
        return self._beside("null_mean")

    @property
    def null_95(self) -> float | None:
        """95th percentile of that distribution, or the 5th where a smaller value is more alike."""
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

    __eq__, __hash__ = object.__eq__, object.__hash__  # a Series of values is equal to another one by one

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
        """The rows of a statistic that are of the whole window, of the signal `removed` where there are both."""
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
        """A statistic with its interval and p."""
        value, rows = self[statistic], self._rows(statistic)
        if isinstance(value, pd.Series):
            by = ", ".join(map(str, value.index.names))
            return f"  {statistic}: {len(value)} values by {by}, {value.min():.4g} to {value.max():.4g}"
        said = rows.reindex(columns=["low", "high", "null_95", "p"]).iloc[0].to_dict()
        interval = "" if pd.isna(said["low"]) else f" [{said['low']:.4g}, {said['high']:.4g}]"
        null = "" if pd.isna(said["p"]) else f", p {said['p']:.3g}"
        null += "" if pd.isna(said["null_95"]) else f" (null_95 {said['null_95']:.4g})"
        return f"  {statistic}: {value:.4g}{interval}{null}"
