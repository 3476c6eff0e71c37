"""Masks of weights in files, which the options of a model name."""

from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files import records
from rnncompare.files.checksums import sha256
from rnncompare.files.file_names import leads_out
from rnncompare.imported.arrays import RATE, Arrays
from rnncompare.options.masks import zeros_and_ones
from rnncompare.plugins import BadOption

NAME = "mask"  # of the array in an .npz file
NAMES = {".npy": RATE, ".npz": NAME}  # the names by which `Arrays` has them
PLACES = (("network", "masks"), ("training", "fixed"))


def with_entries(options: dict, where: str) -> dict:
    """The options of a model, {"network": .., "training": ..}, in which entries of masks stand for files.

    The checksum of a file is noted as that of a source of the running job. Raises BadOption, with `where`.
    """
    made = dict(options)
    for part, key in PLACES:
        masks = (options[part] or {}).get(key)
        if isinstance(masks, dict):
            read = {name: _entries(mask, f"{where}.{part}.{key}.{name}") for name, mask in masks.items()}
            made[part] = options[part] | {key: read}
    return made


def _entries(mask: object, where: str) -> object:
    """A mask of a file as one of entries; any other value, right or wrong, as it is."""
    given = {k: v for k, v in mask.items() if v is not None} if isinstance(mask, dict) else {}
    if set(given) != {"file"} or not isinstance(given["file"], str):
        return mask
    return {"entries": read_mask(given["file"], f"{where}.file").astype(int).tolist()}


def read_mask(file: str, where: str) -> np.ndarray:
    """The matrix of 0 and 1 in a file. Raises BadOption.

    file: .npy or .npz, relative to the folder in which the workflow runs, which it may not leave, but a link in it may
    lead elsewhere. No pickle is loaded.
    """
    path, such_as = Path(file), "such as masks/local.npy"
    if not file.strip() or leads_out(file):
        raise BadOption(f"{where}: found '{file}', wanted the path of a file in the folder of the project, {such_as}")
    if path.suffix.lower() not in NAMES:
        raise BadOption(f"{where}: found '{file}', wanted a file of the kind {' or '.join(NAMES)}, {such_as}")
    if not path.is_file():
        raise BadOption(f"{where}: found no file '{file}' in {Path.cwd()}, wanted a mask, {such_as}")
    name = NAMES[path.suffix.lower()]
    try:
        found = Arrays(path, [name])
    except BadActivity as error:
        raise BadOption(f"{where}: {error}") from None
    if not found.has(name):
        raise BadOption(f"{where}: {file}: found the arrays {', '.join(found.names)}, wanted one with the name {name}")
    records.note(path, sha256(path))
    return zeros_and_ones(found.found[name], f"{where}: {file}")
