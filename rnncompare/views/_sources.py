"""The sources of a view: name -> activities, one for each seed; `target` is the task that networks were trained on."""

import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import rates_alone

TASK = "target"


def activities(sources: dict[str, list[xr.Dataset]]) -> dict[str, list[xr.Dataset]]:
    """The sources that are activities, in their order, with rates of units alone. Raises BadActivity if there are none.

    Variables of synapses would be shown, counted and compared as if they were units.
    """
    found = {name: [rates_alone(one) for one in data] for name, data in sources.items() if name != TASK}
    empty = [name for name, data in found.items() if not data]
    if empty or not found:
        raise BadActivity(f"view: found no activity of {', '.join(empty) or 'any source'}, wanted at least one")
    return found
