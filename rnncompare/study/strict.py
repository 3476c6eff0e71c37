"""Checks of all parts of a config: unknown keys are refused, and no width is longer than its window."""

from typing import Any

from pydantic import BaseModel, ConfigDict

Options = dict[str, Any]


class Strict(BaseModel):
    """A model that rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def within_window(window: tuple[float, float], widths: dict[str, float | None]) -> None:
    """Raise ValueError for a width (s) that is longer than the window."""
    for name, width in widths.items():
        if width is not None and width > (window[1] - window[0]) * (1 + 1e-9):
            raise ValueError(
                f"found {name} {width:g} s in window {list(window)} s, wanted one no longer than the window"
            )
