"""A trained network on disk: its weights, what made them, and how its training went."""

import io
import json
import platform
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

import rnncompare
from rnncompare import plugins
from rnncompare.files import checksums
from rnncompare.files.atomic import atomic
from rnncompare.reproducibility.processor import kernels

FORMAT = "rnncompare network 1"
WANTED = f"a checkpoint that rnncompare wrote; where it was cut or damaged, {checksums.REMEDY}"
ARCHIVE = b"PK\x03\x04"  # how a zip archive begins


class BadCheckpoint(ValueError):
    """A file that holds no network of ours; the message names it."""


def save(path: str | Path, network: nn.Module, *, config: dict, given: dict, device: str, history: dict | None) -> None:
    """Write a network, whole or not at all; the same network and history give the same bytes.

    config: the model's entry, resolved: {"network": {"use": .., ..}, "training": {..} or None}; given: what the
    program adds to it, {"inputs", "outputs", "dt", "seed"}; device: where it was trained; history: of `train`,
    None if untrained. Only tensors, strings and numbers are stored, so that nothing in the file can run.
    """
    content = {
        "format": FORMAT,
        "config": json.dumps(config, sort_keys=True),
        "given": dict(given),
        "seed": given["seed"],
        "threads": torch.get_num_threads(),  # they decide the last bits of every product
        "kernels": kernels(device),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": str(torch.__version__),
            "rnncompare": rnncompare.__version__,
        },
        "device": device,
        "history": {n: torch.as_tensor(v) if isinstance(v, np.ndarray) else v for n, v in (history or {}).items()},
        "weights": {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()},
    }
    buffer = io.BytesIO()  # a file's own name would become part of the bytes
    torch.save(content, buffer)
    archive = buffer.getvalue()
    # The checksum is the archive's comment, whose length stands in its last two bytes.
    archive = archive[:-2] + checksums.TRAILER.to_bytes(2, "little")
    with atomic(path) as temporary:
        temporary.write_bytes(checksums.with_checksum(archive))


def load(path: str | Path) -> dict:
    """Read what `save` wrote: config as a dict, history as arrays, weights as tensors.

    Raises BadCheckpoint, checksums.Damaged.
    """
    sealed = checksums.has_checksum(path)
    content = _unpacked(path, WANTED)
    try:
        found = content.get("format") if isinstance(content, dict) else type(content).__name__
        if found == FORMAT:
            content["config"] = json.loads(content["config"])
            content["history"] = {n: v.numpy() if torch.is_tensor(v) else v for n, v in content["history"].items()}
    except Exception as error:  # what is missing from it, or is of another kind, raises nearly anything
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise BadCheckpoint(f"{path}: found no whole checkpoint ({reason}), wanted {WANTED}") from error
    if found != FORMAT:
        raise BadCheckpoint(f"{path}: found format {found!r}, wanted {FORMAT!r}")
    if not sealed:
        raise checksums.missing_checksum(path)
    return content


def plain(path: str | Path, wanted: str) -> Any:
    """What `torch.save` wrote: tensors, text, numbers and containers, of which nothing is run.

    Raises BadCheckpoint; checksums.Damaged where it has our checksum and other content.
    """
    checksums.has_checksum(path)
    return _unpacked(path, wanted)


def _unpacked(path: str | Path, wanted: str) -> Any:
    """The same of a file whose checksum was looked at.

    Compressed archives and torch's formats before 1.6 are refused: what they hold may be of any size.
    """
    raw = Path(path).read_bytes()  # a file that cannot be read is told from one that cannot be understood
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
        packed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
        if not raw.startswith(ARCHIVE) or packed or sum(member.file_size for member in members) > len(raw):
            raise ValueError("an archive that torch.save does not write")
        return torch.load(io.BytesIO(raw), map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises what its unpickler and its zip reader happen to
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:500]
        raise BadCheckpoint(f"{path}: found no readable file of tensors ({reason}), wanted {wanted}") from error


def network_of(checkpoint: dict) -> nn.Module:
    """The network of a loaded checkpoint, with its weights."""
    options = dict(checkpoint["config"]["network"])
    make: Callable[..., nn.Module] = plugins.find("models", options.pop("use"))
    network = make(**options, **checkpoint["given"])
    network.load_state_dict(checkpoint["weights"])
    return network


def history_rows(checkpoint: dict) -> list[dict]:
    """A row for each check of a training, with how it stopped and what it was to stop at; no row if untrained."""
    history = checkpoint["history"]
    if not history:
        return []
    columns = {name: values for name, values in history.items() if isinstance(values, np.ndarray)}
    asked = {name: checkpoint["config"]["training"].get(name) for name in ("stop_at", "stop_correct")}
    same = {"stopped": history["stopped"], **asked}
    return [
        {n: v.item() for n, v in zip(columns, row, strict=True)} | same for row in zip(*columns.values(), strict=True)
    ]
