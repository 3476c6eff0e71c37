"""Damage to the bytes of a file of any format.

Other modules of this folder damage files by their form:

any: cut, flipped, overwritten, moved, appended, another format
HDF5, NWB: wrong types, shapes, orders, units and signs, NaN, absurd numbers; external links and storage, virtual data
    sets, circular links and references; declared sizes of 10^7 to 10^12 elements, decompression bombs of 0.4 to 4 GB,
    groups nested 3,000 deep
MATLAB: the same values, declared sizes of up to 10^18, decompression bombs, cells nested 100,000 deep, objects,
    handles, version 4
npz, npy: false headers, names and sizes, decompression bombs, pickles that call functions or are circular
cards, drafts of `rnncompare add`: YAML tags, aliases and merges that multiply, deep nesting, wrong types, `..` and
    absolute names, links out of the folder
weights (.pth): wrong tensors, storages and sizes, decompression bombs, pickles, torch's older format
"""

from pathlib import Path

import numpy as np


def truncated(path: Path, rng: np.random.Generator) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: rng.integers(len(raw) + 1)])


def flipped(path: Path, rng: np.random.Generator) -> None:
    """Flip a few bits, anywhere or, equally often, in the first 4 kB, where formats store their sizes."""
    raw = np.fromfile(path, np.uint8)
    if raw.size:
        reach = raw.size if rng.random() < 0.5 else min(raw.size, 4096)
        raw[rng.integers(reach, size=rng.integers(1, 9))] ^= np.uint8(1) << rng.integers(8, dtype=np.uint8)
    path.write_bytes(raw.tobytes())


def overwritten(path: Path, rng: np.random.Generator) -> None:
    """Overwrite some bytes by zeros, ones, noise, or the largest numbers."""
    raw = bytearray(path.read_bytes())
    length = int(rng.choice([1, 2, 4, 8, 64, 512]))
    fill = [bytes(length), b"\xff" * length, rng.bytes(length), (b"\x7f" + b"\xff" * 7)[::-1] * (length // 8 + 1)]
    at = int(rng.integers(max(1, len(raw))))
    raw[at : at + length] = fill[rng.integers(len(fill))][:length]
    path.write_bytes(raw)


def moved(path: Path, rng: np.random.Generator) -> None:
    """Remove, duplicate or move some bytes."""
    raw = path.read_bytes()
    at, to = sorted(rng.integers(len(raw) + 1, size=2).tolist())
    to = min(to, at + 4096)
    piece, rest = raw[at:to], raw[:at] + raw[to:]
    there = int(rng.integers(len(rest) + 1))
    path.write_bytes([rest, raw[:to] + piece + raw[to:], rest[:there] + piece + rest[there:]][rng.integers(3)])


def grown(path: Path, rng: np.random.Generator) -> None:
    with open(path, "ab") as file:
        file.write(rng.bytes(int(rng.integers(1, 5000))))


def other_content(path: Path, rng: np.random.Generator) -> None:
    """Replace the content by nothing, noise, or the beginning of another format."""
    kinds = [
        b"",
        rng.bytes(3000),
        b"PK\x03\x04" + rng.bytes(300),
        b"\x89HDF\r\n\x1a\n" + rng.bytes(300),
        b"\x93NUMPY\x01\x00" + rng.bytes(300),
        b"%PDF-1.4",
        b"a,b\n1,2\n",
        b"{}",
        b"\x1f\x8b" + rng.bytes(300),
    ]
    path.write_bytes(kinds[rng.integers(len(kinds))])


ALL = (truncated, flipped, overwritten, moved, grown, other_content)
