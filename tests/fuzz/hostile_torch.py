"""Changes to a file of torch.save: pickles that run code, huge sizes, compressed zeros, other tensors."""

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from fuzz.hostile_numpy import Runs, circle, laughs, nested
from fuzz.values import wrong

CALLS = [
    b"cos\nsystem\n(S'true'\ntR.",
    b"cbuiltins\neval\n(S'1'\ntR.",
    b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    b"\x80\x02ctorch.hub\nload\n(X\x01\x00\x00\x00atR.",
    b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R.",
    b"\x80\x02ctorch\nones\n(J\xff\xff\xff\x7ftR.",
    b"\x80\x02ccollections\nOrderedDict\n)RJ\xff\xff\xff\x7fb.",
]


def changed(path: Path, rng: np.random.Generator) -> None:
    found = torch.load(path, weights_only=True)
    ALL[rng.integers(len(ALL))](path, found, str(rng.choice(list(found))), rng)


def rewritten(path: Path, change, compression: int = zipfile.ZIP_STORED) -> None:
    """Rewrite the archive with the bytes change(name, bytes) of each member."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as before, zipfile.ZipFile(path, "w", compression) as after:
        for info in before.infolist():
            after.writestr(info.filename, change(info.filename, before.read(info)))


def pickled(path: Path, raw: bytes) -> None:
    rewritten(path, lambda name, old: raw if name.endswith("data.pkl") else old)


def wrong_values(path, found, name, rng):
    value = np.asarray(wrong(found[name].double().numpy(), rng))
    value = np.ascontiguousarray(value)
    kinds = "fiub" + "c" * (value.dtype.kind == "c")
    found[name] = torch.from_numpy(value) if value.dtype.kind in kinds else value.shape
    torch.save(found, path)


def other_tensors(path, found, name, rng):
    value = found[name]
    others = [
        value.to_sparse(), value.to("meta"), value[0].expand(value.shape), value.half(), value.bfloat16(),
        torch.quantize_per_tensor(value, 0.1, 0, torch.qint8), torch.nn.Parameter(value), value.T, value.bool(),
        torch.zeros(0), torch.zeros(1).expand(1 << 20, 1 << 20), torch.full_like(value, torch.nan),
        value.to(torch.cfloat),
    ]  # fmt: skip
    found[name] = others[rng.integers(len(others))]
    torch.save(found, path)


def other_things(path, found, name, rng):
    """Write something other than a dictionary of tensors by name."""
    value = found[name]
    things = [
        [found], None, 3, value, {1: value}, found | {name: Runs(path.parent / "ran")}, found | {"x" * 50_000: value},
        OrderedDict(found), found | {name: {"a": value}}, circle(), laughs(int(rng.choice([3, 60]))),
    ]  # fmt: skip
    torch.save(things[rng.integers(len(things))], path)


def dropped(path, found, name, rng):
    torch.save({key: value for key, value in found.items() if key != name}, path)


def calls(path, found, name, rng):
    pickled(path, CALLS[rng.integers(len(CALLS))])


def depths(path, found, name, rng):
    pickled(path, nested(int(rng.choice([100, 100_000, 3_000_000]))))


def claims(path, found, name, rng):
    """Change a number in the pickle: sizes, strides, offsets or lengths of storages."""

    def changed(member, raw):
        if not member.endswith("data.pkl"):
            return raw
        at = [k for k in range(len(raw) - 1) if raw[k : k + 1] == b"K"]  # instructions with a small number
        k = at[rng.integers(len(at))]
        number = [b"J\xff\xff\xff\x7f", b"J\xff\xff\xff\xff", b"K\x00", b"\x8a\x08" + b"\xff" * 7 + b"\x7f"]
        return raw[:k] + number[rng.integers(len(number))] + raw[k + 2 :]

    rewritten(path, changed)


def storages(path, found, name, rng):
    """Write storages that are empty, shorter or longer than declared, or reversed."""
    change = [lambda raw: b"", lambda raw: raw[:-1], lambda raw: raw * 1000, lambda raw: raw[::-1]][rng.integers(4)]
    rewritten(path, lambda member, raw: change(raw) if "/data/" in member and rng.random() < 0.5 else raw)


def bomb(path, found, name, rng):
    """Write a compressed member with 0.1 to 1.2 GB of zeros."""
    large, place = bytes(int(rng.choice([10**8, 12 * 10**8]))), ["/data/0", "data.pkl", "/version"][rng.integers(3)]
    rewritten(path, lambda member, raw: large if member.endswith(place) else raw, zipfile.ZIP_DEFLATED)


def members(path, found, name, rng):
    """Add members, up to thousands, some with paths outside."""
    with zipfile.ZipFile(path, "a") as archive:
        names = ["a/constants.pkl", "../../outside/written", "a/data/99", *(f"a/{k}" for k in range(3000))]
        for member in names[: int(rng.choice([1, 2, 3, 3003]))]:
            archive.writestr(member, b"0")


def old_formats(path, found, name, rng):
    """Write a pickle, or the older format of torch with a wrong storage size."""
    if rng.random() < 0.5:
        path.write_bytes(pickle.dumps({key: value.numpy() for key, value in found.items()}))
        return
    torch.save(found, path, _use_new_zipfile_serialization=False)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"K\x90", b"J\xff\xff\xff\x7f") if rng.random() < 0.5 else raw)


ALL = (
    wrong_values,
    wrong_values,
    wrong_values,
    other_tensors,
    other_tensors,
    other_things,
    other_things,
    dropped,
    calls,
    depths,
    claims,
    claims,
    storages,
    bomb,
    members,
    old_formats,
)
