"""The stages of a curriculum, as options of a training."""

from dataclasses import dataclass
from typing import Any, ClassVar

from rnncompare.options.ranges import PositiveShare


@dataclass(frozen=True, kw_only=True)
class Until:
    """When a stage ends: at this share of correct decisions (`measurement.share_correct`), with None after `steps`."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # a config is checked against the fields

    correct: PositiveShare | None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The options by which the task of a stage differs from that of the model, and when the stage ends."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    task: dict[str, Any]
    until: Until
