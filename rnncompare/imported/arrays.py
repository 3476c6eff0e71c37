"""What a file of a network holds under the names that are looked for: .npz, .npy, .nc, .mat, or tensors in .pt."""

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
DIMENSIONS = ("time", "unit")  # that a variable of a netCDF file may name, beside one of trials


class Arrays(Variables):
    """The variables of one file, of those that are wanted; `names` are all that there are.

    No pickle is run: arrays of objects and tensors in anything but torch's own plain containers are refused. An .npy
    file has no names, and its one array is `rate`. Raises BadActivity, BadCheckpoint, Damaged.
    """

    def __init__(self, path: Path, wanted: list[str]):
        self.where = str(path)
        self.found, self.names = FORMATS[path.suffix.lower()](path, wanted)

    def has(self, name: str) -> bool:
        """Whether the file has a variable of this name, and it was wanted."""
        return name in self.found


def _of_npz(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    names = list(list_npz(path))
    return read_npz(path, *(name for name in wanted if name in names)), names


def _of_npy(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The one array of an .npy file, made of the file's own bytes whatever its header claims."""
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
    except Exception as error:  # a broken header raises nearly anything
        raise BadActivity(f"{path}: found no readable npy file ({error}), wanted one array of numbers") from error
    return {RATE: values}, [RATE]


def _of_netcdf(path: Path, wanted: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Variables and coordinates; one whose dimensions have our names comes in our order of them."""
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
    """What torch.save wrote of a dictionary of tensors and of lists of names, read with weights_only=True."""
    from rnncompare.training.checkpoint import load_tensors

    asked = "a dictionary of tensors by their names: torch.save({'rate': .., 'time': .., 'condition': [..]}, FILE)"
    found = load_tensors(path, asked)
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise BadActivity(f"{path}: found {type(found).__name__}, wanted {asked}")
    read = {name: _plain(found[name], f"{path}: {name}", path) for name in wanted if name in found}
    return read, list(found)


def _plain(value: Any, where: str, path: Path) -> Any:
    """A tensor as an array, a list of names or numbers as it is. Raises BadActivity."""
    import torch

    if isinstance(value, list | tuple) and all(isinstance(v, str | int | float) for v in value):
        return list(value)
    if not torch.is_tensor(value):
        raise BadActivity(f"{where}: found {type(value).__name__}, wanted a tensor, or a list of names")
    usual = value.layout == torch.strided and value.device.type == "cpu" and not value.is_quantized
    if not usual or value.is_complex():
        raise BadActivity(f"{where}: found {value.dtype} of layout {value.layout}, wanted a dense tensor of numbers")
    if value.numel() * 8 > size_limit(path):  # one number may be a whole tensor by its strides
        raise BadActivity(f"{where}: found {tuple(value.shape)} in {path.stat().st_size} bytes, wanted what these hold")
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
