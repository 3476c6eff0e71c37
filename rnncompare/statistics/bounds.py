"""Bounds of statistics, in a file of their own because configs are checked without numpy."""

Bounds = tuple[float | None, float | None]  # minimum and maximum of a statistic; None: unbounded
ANY: Bounds = (None, None)
