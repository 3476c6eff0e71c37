"""Changes to npy and npz files: wrong values, huge sizes, compressed zeros, paths outside as members, pickles."""

import io
import os
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
from fuzz.values import UNICODE, wrong

CLAIMS = [
    "(1000000000000,)",
    "(2147483647, 5)",
    "(300000000,)",
    "(-1,)",
    "(3, 4",
    "()",
    "(True,)",
    "(" * 900,
    "(1" + "0" * 4000 + ",)",
]


class Runs:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def npy(value: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, value, allow_pickle=True)
    return stream.getvalue()


def claiming(rng: np.random.Generator, kind: str = "<f8") -> bytes:
    """A header of version 1 with a wrong shape, and a few bytes."""
    shape = CLAIMS[rng.integers(len(CLAIMS))]
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(64)


def boxed(thing: object) -> np.ndarray:
    box = np.empty((), dtype=object)
    box[()] = thing
    return box


def changed_npz(path: Path, rng: np.random.Generator) -> None:
    with np.load(path) as archive:
        fields = {name: archive[name] for name in archive.files}
    chosen = str(rng.choice(list(fields)))
    members = {f"{name}.npy": npy(value) for name, value in fields.items()}
    change = rng.integers(12)
    if change < 5:
        members[f"{chosen}.npy"] = npy(np.asarray(wrong(fields[chosen], rng)))
    elif change == 5:
        members[f"{chosen}.npy"] = claiming(rng)
    elif change == 6:
        members[f"{chosen}.npy"] = npy(boxed({"x": Runs(path.parent / "ran")}))
    elif change == 7:
        place = ["../../outside/written.npy", "/tmp/written.npy", f"{UNICODE[0]}.npy", "C:\\x.npy", chosen]
        members[place[rng.integers(len(place))]] = members.pop(f"{chosen}.npy")
    elif change == 8:
        members.pop(f"{chosen}.npy")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in members.items():
            made.writestr(name, raw)
        if change == 9:
            length = int(rng.choice([10**8, 6 * 10**8]))
            with made.open(f"{chosen}.npy", "w", force_zip64=True) as member:
                head = np.lib.format.header_data_from_array_1_0(np.zeros(1)) | {"shape": (length // 8,)}
                np.lib.format.write_array_header_1_0(member, head)
                for _ in range(length >> 24):
                    member.write(bytes(1 << 24))
        elif change == 10:
            for k in range(5000):
                made.writestr(f"m{k}.npy", b"")
    if change == 11:  # sizes in the directory differ from those of the members
        raw = bytearray(path.read_bytes())
        at = raw.find(b"PK\x01\x02")
        raw[at + 20 : at + 28] = struct.pack("<II", *rng.integers(2**32, size=2, dtype=np.uint64).tolist())
        path.write_bytes(raw)


def laughs(depth: int) -> object:
    """A list of ten times the same list, to the given depth (the billion-laughs attack)."""
    thing = ["ha"]
    for _ in range(depth):
        thing = [thing] * 10
    return thing


def circle() -> object:
    thing: dict = {}
    thing["firing_rate"] = thing
    return thing


def nested(depth: int) -> bytes:
    return b"\x80\x02" + b"]" * depth + b"a" * (depth - 1) + b"."


def changed_pickle(path: Path, rng: np.random.Generator) -> None:
    """Change an npy file with a pickled dictionary."""
    fields = np.load(path, allow_pickle=True).item()  # the test created it
    chosen = str(rng.choice(list(fields)))
    change, protocol = rng.integers(12), int(rng.integers(6))
    ran = path.parent / "ran"
    if change < 4:
        fields[chosen] = wrong(fields[chosen], rng)
    elif change == 4:
        fields[chosen] = Runs(ran)
    elif change == 5:
        fields[chosen] = laughs(int(rng.choice([3, 60])))
    elif change == 6:
        fields = circle()
    elif change == 7:
        fields = [fields, (fields,), {UNICODE[0]: fields}, None, 3, fields[chosen], {1: 2, b"x": 3}][rng.integers(7)]
    elif change == 8:
        fields.pop(chosen)
    raw = pickle.dumps(boxed(fields), protocol)
    if change == 9:
        raw = nested(int(rng.choice([100, 100_000])))
    elif change == 10:
        calls = [
            b"cos\nsystem\n(S'mkdir " + str(ran).encode() + b"'\ntR.",
            b"cbuiltins\neval\n(S'1'\ntR.",
            b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
            b"(S'true'\nios\nsystem\n.",
            b"cnumpy\nndarray\n(J\xff\xff\xff\x7ftR.",
            b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nN}(U\x0c__defaults__K\x01us\x86b.",
        ]
        raw = calls[rng.integers(len(calls))]
    head = npy(boxed(None))
    path.write_bytes(claiming(rng, "|O") + raw if change == 11 else head[: head.index(b"\n") + 1] + raw)
