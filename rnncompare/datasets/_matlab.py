"""MATLAB files up to version 7.2."""

from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity


def read_matlab(path: Path, *fields: str) -> dict[str, np.ndarray]:
    """The named variables of a .mat file. Raises BadActivity where the file is broken or lacks one."""
    import scipy.io

    try:
        found = scipy.io.loadmat(path, variable_names=fields)
        missing = [f for f in fields if f not in found]
        listed = [name for name, _, _ in scipy.io.whosmat(path)] if missing else []
    except Exception as error:  # a cut or broken file raises nearly anything
        raise BadActivity(f"{path}: found no readable MATLAB file ({error}), wanted {', '.join(fields)}") from error
    if missing:
        raise BadActivity(f"{path}: found variables {listed}, wanted {', '.join(missing)} too")
    return {f: found[f] for f in fields}
