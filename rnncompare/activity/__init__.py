"""The common form of all activities, recorded or simulated: one `xarray.Dataset`. See contract.py.

Validation, reading, writing, averaging, renaming and matching; notes, rate units, repeated trials.
"""

from rnncompare.activity.contract import (
    ATTRIBUTES,
    COPY,
    NAMES,
    RESOLUTION,
    BadActivity,
    Unmeasurable,
    build,
    is_network,
    validate,
)
from rnncompare.activity.labelled import from_pandas, from_xarray
from rnncompare.activity.making import from_arrays
from rnncompare.activity.matching import (
    at_reference_delay,
    condition_average,
    conditions,
    interval,
    match,
    translated,
    unmatched,
    with_input_set,
)
from rnncompare.activity.storage import (
    ADVICE_FOR_RESULTS,
    count,
    named,
    read,
    read_all,
    read_beside,
    read_dataset,
    read_labels,
    write,
    write_all,
    write_dataset,
)

__all__ = [
    "ADVICE_FOR_RESULTS",
    "ATTRIBUTES",
    "COPY",
    "NAMES",
    "RESOLUTION",
    "BadActivity",
    "Unmeasurable",
    "at_reference_delay",
    "build",
    "condition_average",
    "conditions",
    "count",
    "from_arrays",
    "from_pandas",
    "from_xarray",
    "interval",
    "is_network",
    "match",
    "named",
    "read",
    "read_all",
    "read_beside",
    "read_dataset",
    "read_labels",
    "translated",
    "unmatched",
    "validate",
    "with_input_set",
    "write",
    "write_all",
    "write_dataset",
]
