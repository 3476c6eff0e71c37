"""Checkpoints: files of a trained network with its weights, options, provenance and training history."""

import io
import json
import platform
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

import rnncompare
from rnncompare import plugins
from rnncompare.files import bundles, checksums, records
from rnncompare.files.atomic import atomic
from rnncompare.files.members import File, opened
from rnncompare.reproducibility.processor import kernels

FORMAT = "rnncompare network 1"
WANTED = f"a checkpoint that rnncompare wrote; if it was truncated or damaged, {checksums.REMEDY}"
ARCHIVE = b"PK\x03\x04"  # signature of a zip archive


class BadCheckpoint(ValueError):
    """The file is not a checkpoint; the message names it."""


def save(
    path: str | Path,
    network: nn.Module,
    *,
    config: dict,
    given: dict,
    device: str,
    history: dict | None,
    readout: dict | None = None,
) -> None:
    """Write a network, completely or not at all; the same network and history give the same bytes.

    config: the resolved entry of the model: {"network": {"use": .., ..}, "training": {..} or None}; given: the options
    that the program adds, {"inputs", "outputs", "dt", "seed"}, and `masks` with the entries of those that the config
    names as files; device: on which it was trained; history: from `train`,
    None for an untrained network; readout: of a network that was trained on recorded activity, as from
    `recorded_term.RecordedTerm.stored`. Only tensors, text and numbers are stored, so that loading executes no code.
    """
    record = records.line_for(path)
    content = _content(network, config, given, device, history, record, readout)
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def save_all(networks: Iterable[dict], out: list[Path]) -> None:
    """Write networks, each given as the arguments of `save`, to a file each or, if `out` is a bundle, all to one.

    Each is written before the next is asked for.
    """
    if len(out) == 1 and bundles.is_bundle(out[0]):
        bundles.write(((f"{one['given']['seed']}.pt", _content(**one)) for one in networks), out[0])
        return
    for one, path in zip(networks, out, strict=True):
        save(path, **one)


def _content(
    network: nn.Module,
    config: dict,
    given: dict,
    device: str,
    history: dict | None,
    record: str | None = None,
    readout: dict | None = None,
) -> bytes:
    """The content of the file of a network; record: what it was made from, if the file is not in a bundle."""
    content = {
        "format": FORMAT,
        "config": json.dumps(config, sort_keys=True),
        "given": dict(given),
        "seed": given["seed"],
        "threads": torch.get_num_threads(),  # the last bits of products depend on it
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
    if readout is not None:
        content["readout"] = dict(readout)
    if record is not None:
        content[records.ATTRIBUTE] = record
    buffer = io.BytesIO()  # torch.save would include the name of a file in the bytes
    torch.save(content, buffer)
    archive = buffer.getvalue()
    # The checksum is the comment of the archive, whose length is given in the last two bytes before it.
    archive = archive[:-2] + checksums.TRAILER.to_bytes(2, "little")
    return checksums.with_checksum(archive)


def load_all(paths: Iterable[str | Path]) -> Iterator[dict]:
    """The checkpoints in files of one or of several networks, in their order, each read when it is asked for.

    Raises BadCheckpoint, bundles.BadBundle, checksums.Damaged.
    """
    for path in paths:
        yield from map(load, bundles.read(path)) if bundles.is_bundle(path) else [load(path)]


def load_seed(path: str | Path, seed: int) -> dict:
    """The checkpoint of the network with this seed, in a file of one or of several networks.

    Raises BadCheckpoint, bundles.BadBundle, checksums.Damaged.
    """
    stored = load(bundles.read_one(path, f"{seed}.pt") if bundles.is_bundle(path) else path)
    if stored["seed"] != seed:
        raise BadCheckpoint(f"{path}: found the network of seed {stored['seed']}, wanted that of seed {seed}")
    return stored


def load(path: File) -> dict:
    """Read a checkpoint written by `save`: config as a dict, history as arrays, weights as tensors.

    Raises BadCheckpoint, checksums.Damaged.
    """
    has_checksum = checksums.has_checksum(path)
    content = _unpacked(path, WANTED)
    try:
        found = content.get("format") if isinstance(content, dict) else type(content).__name__
        if found == FORMAT:
            content["config"] = json.loads(content["config"])
            content["history"] = {n: v.numpy() if torch.is_tensor(v) else v for n, v in content["history"].items()}
    except Exception as error:  # missing or invalid items can raise any exception
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise BadCheckpoint(f"{path}: found no complete checkpoint ({reason}), wanted {WANTED}") from error
    if found != FORMAT:
        raise BadCheckpoint(f"{path}: found format {found!r}, wanted {FORMAT!r}")
    if not has_checksum:
        raise checksums.missing_checksum(path)
    return content


def load_tensors(path: str | Path, wanted: str) -> Any:
    """The content of a file written by `torch.save`: tensors, text, numbers and containers; no code is executed.

    Raises BadCheckpoint, and checksums.Damaged for a file with a checksum that does not match.
    """
    checksums.has_checksum(path)
    return _unpacked(path, wanted)


def _unpacked(path: File, wanted: str) -> Any:
    """The content of a file whose checksum has been verified. Raises BadCheckpoint.

    Compressed archives and torch's formats before version 1.6 are refused, because their size is not limited.
    """
    with opened(path) as file:  # separate from parsing, so that an OSError is not reported as a wrong format
        raw = file.read()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
        packed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
        if not raw.startswith(ARCHIVE) or packed or sum(member.file_size for member in members) > len(raw):
            raise ValueError("an archive that was not written by torch.save")
        return torch.load(io.BytesIO(raw), map_location="cpu", weights_only=True)
    except Exception as error:  # torch's unpickler and zip reader can raise any exception
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:500]
        raise BadCheckpoint(f"{path}: found no readable file of tensors ({reason}), wanted {wanted}") from error


def network_of(checkpoint: dict) -> nn.Module:
    """The network of a loaded checkpoint with its weights."""
    options = dict(checkpoint["config"]["network"])
    make: Callable[..., nn.Module] = plugins.find("models", options.pop("use"))
    network = make(**options | checkpoint["given"])  # what was given stands for files that the config names
    network.load_state_dict(checkpoint["weights"])
    return network


def history_rows(checkpoint: dict) -> list[dict]:
    """A row for each check of a training, with the reason and criteria of its end; no rows for an untrained network.

    For a task with an ideal observer, ideal_correct is its share of correct decisions. With a patience, kept is whether
    the weights are those of this check.
    """
    history = checkpoint["history"]
    if not history:
        return []
    columns = {name: values for name, values in history.items() if isinstance(values, np.ndarray)}
    if checkpoint["config"]["training"].get("patience") is not None:
        kept = np.flatnonzero(history["step"] == history["final_step"])[-1]
        columns["kept"] = np.arange(len(history["step"])) == kept
    criteria = {name: checkpoint["config"]["training"].get(name) for name in ("stop_at", "stop_correct")}
    observer = {name: history[name] for name in ("ideal_correct",) if name in history}
    same = {"stopped": history["stopped"], **criteria, **observer}
    return [
        {n: v.item() for n, v in zip(columns, row, strict=True)} | same for row in zip(*columns.values(), strict=True)
    ]
