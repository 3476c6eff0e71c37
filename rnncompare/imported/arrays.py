"""Reading of arrays by name from the file of a network: .npz, .npy, .nc, .mat, or tensors in .pt."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from rnncompare.activity import BadActivity, read_dataset
from rnncompare.files.safety import size_limit
from rnncompare.reading.arrays.npz import PICKLED, header, list_npz, read_npz
from rnncompare.reading.arrays.variables import Variables
from rnncompare.reading.matlab.matlab import list_matlab, read_matlab

RATE = "rate"
DIMENSIONS = ("time", "unit")  # recognised names of dimensions in a netCDF file; the third is that of trials


class Arrays(Variables):
    """The requested variables of one file, as far as it contains them; `names` are those of all its variables.

    No pickle is executed: arrays of objects are refused, and so are tensors in containers other than torch's plain
    ones. The array of an .npy file, which has no name, is called `rate`. Raises BadActivity, BadCheckpoint, Damaged.
    """

    def __init__(self, path: Path, wanted: list[str]):
        self.where = str(path)
        self.found, self.names = FORMATS[path.suffix.lower()](path, wanted)

    def has(self, name: str) -> bool:
        """Whether the file contains a variable of this name that was requested."""
        return name in self.found


def _of_npz(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    names = list(list_npz(path))
    return read_npz(path, *(name for name in wanted if name in names)), names


def _of_npy(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The array of an .npy file, which must have the size that its header states."""
    try:
        with open(path, "rb") as file:
            shape, fortran, kind = header(file)
            if kind.hasobject:
                raise ValueError(PICKLED.format(name=RATE))
            if math.prod(shape) * kind.itemsize != path.stat().st_size - file.tell():
                raise ValueError(f"an array of shape {shape} in {path.stat().st_size} bytes")
            values = np.frombuffer(bytearray(file.read()), kind).reshape(shape, order="F" if fortran else "C")
    except OSError:
        raise
    except Exception as error:  # a damaged header can cause almost any exception
        raise BadActivity(f"{path}: found no readable npy file ({error}), wanted one array of numbers") from error
    return {RATE: values}, [RATE]


def _of_netcdf(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Variables and coordinates; a variable with dimensions time, unit and a third becomes (third, time, unit)."""
    data = read_dataset(path, from_user=True)
    found = {}
    for name in (name for name in wanted if name in data.variables):
        values = data[name]
        others = [dim for dim in values.dims if dim not in DIMENSIONS]
        if values.ndim == 3 and len(others) == 1:
            values = values.transpose(others[0], *DIMENSIONS)
        load_tensors = values.values
        found[name] = load_tensors.ravel().tolist() if load_tensors.dtype.kind == "O" else load_tensors
    return found, [str(name) for name in data.variables]


def _of_matlab(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    names = list(list_matlab(path))
    return read_matlab(path, *(name for name in wanted if name in names)), names


def _of_torch(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The contents of a dictionary of tensors and lists of names from torch.save, read with weights_only=True."""
    from rnncompare.training.checkpoint import load_tensors

    asked = "a dictionary of tensors by their names: torch.save({'rate': .., 'time': .., 'condition': [..]}, FILE)"
    found = load_tensors(path, asked)
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise BadActivity(f"{path}: found {type(found).__name__}, wanted {asked}")
    read = {name: _plain(found[name], f"{path}: {name}", path) for name in wanted if name in found}
    return read, list(found)


def _plain(value: Any, where: str, path: Path) -> Any:
    """A tensor as an array; a list of names or numbers is returned unchanged. Raises BadActivity."""
    import torch

    if isinstance(value, list | tuple) and all(isinstance(v, str | int | float) for v in value):
        return list(value)
    if not torch.is_tensor(value):
        raise BadActivity(f"{where}: found {type(value).__name__}, wanted a tensor, or a list of names")
    usual = value.layout == torch.strided and value.device.type == "cpu" and not value.is_quantized
    if not usual or value.is_complex():
        raise BadActivity(f"{where}: found {value.dtype} of layout {value.layout}, wanted a dense tensor of numbers")
    if value.numel() * 8 > size_limit(path):  # with strides of 0, one number can be a tensor of any size
        found = f"found shape {tuple(value.shape)} in a file of {path.stat().st_size} bytes"
        raise BadActivity(f"{where}: {found}, wanted a tensor that is stored completely")
    value = value.detach()
    return (value.float() if value.dtype == torch.bfloat16 else value).numpy()  # numpy has no bfloat16


FORMATS = {
    ".npz": _of_npz,
    ".npy": _of_npy,
    ".nc": _of_netcdf,
    ".mat": _of_matlab,
    ".pt": _of_torch,
    ".pth": _of_torch,
}
