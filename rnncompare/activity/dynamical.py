"""Activities that are no course of the state of a dynamical system, and the measures that need one."""

from collections.abc import Iterable, Iterator, Mapping

import xarray as xr

from rnncompare.activity.contract import BadActivity


def refuse_without_dynamics(data: xr.Dataset, where: str) -> None:
    """Raise BadActivity for an activity with the label `dynamical` 0, such as that of an attention network."""
    if not data.attrs.get("dynamical", 1):
        raise BadActivity(
            f"{where}: found an activity with the label dynamical 0, wanted the rates of a dynamical system: the next "
            "rates of this source do not follow from the present ones, so that it has no dynamics to be measured"
        )


def needs_dynamics(member: object) -> bool:
    """Whether a probe or measure, with or without bound options, is one of dynamics (`NAME.needs_dynamics`)."""
    return getattr(getattr(member, "func", member), "needs_dynamics", False)


def refuse_for(measures: Mapping[str, object], activities: Iterable[xr.Dataset]) -> None:
    """Raise BadActivity if one of the measures is one of dynamics, and one of the activities has none."""
    for name, measure in measures.items():
        if needs_dynamics(measure):
            for data in activities:
                refuse_without_dynamics(data, f"{name} of {data.attrs.get('source', 'an activity')}")


def checked_for(measures: Mapping[str, object], activities: Iterable[xr.Dataset]) -> Iterator[xr.Dataset]:
    """Each activity, when it is asked for, unless `refuse_for` refuses it."""
    for data in activities:
        refuse_for(measures, [data])
        yield data
