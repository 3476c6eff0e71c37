"""Changes to a MATLAB file of version 5: wrong values, huge sizes, compressed zeros, deep nesting, objects."""

import struct
import zlib
from pathlib import Path

import numpy as np
import scipy.io
from fuzz.values import UNICODE, wrong

DOUBLE, INT8, INT32, UINT32, MATRIX, COMPRESSED = 9, 1, 5, 6, 14, 15  # types of elements
CELL, STRUCT, CHAR, DOUBLES, SPARSE, FUNCTION, OPAQUE = 1, 2, 4, 6, 5, 16, 17  # classes of arrays
HEAD = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"


def element(kind: int, data: bytes, claim: int | None = None) -> bytes:
    """One element, padded to 8 bytes unless compressed; claim: its declared length, if it differs."""
    padding = bytes(-len(data) % 8 if kind != COMPRESSED else 0)
    return struct.pack("<II", kind, (len(data) if claim is None else claim) % 2**32) + data + padding


def array(klass: int, dims: tuple, name: bytes, *rest: bytes) -> bytes:
    shape = element(INT32, struct.pack(f"<{len(dims)}i", *dims))
    return element(MATRIX, element(UINT32, struct.pack("<II", klass, 1)) + shape + element(INT8, name) + b"".join(rest))


def changed(path: Path, rng: np.random.Generator) -> None:
    ALL[rng.integers(len(ALL))](path, rng)


def names(path: Path) -> list[str]:
    return [name for name, _, _ in scipy.io.whosmat(path)]


def written(path: Path, *elements: bytes) -> None:
    path.write_bytes(HEAD + b"".join(elements))


def wrong_values(path, rng):
    found = {k: v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")}
    chosen = str(rng.choice(list(found)))
    found[chosen] = leaf(found[chosen], rng)
    scipy.io.savemat(path, found, do_compression=bool(rng.random() < 0.5))


def leaf(value, rng):
    """The value, with itself or something inside it replaced by a wrong value."""
    if value.dtype.names and value.size and rng.random() < 0.9:
        at, name = rng.integers(value.size), str(rng.choice(value.dtype.names))
        value.reshape(-1)[at][name] = leaf(value.reshape(-1)[at][name], rng)
        return value
    if value.dtype.kind == "O" and not value.dtype.names and value.size:
        at = rng.integers(value.size)
        value.reshape(-1)[at] = leaf(np.asarray(value.reshape(-1)[at]), rng)
        return value
    if value.dtype.names or rng.random() < 0.2:
        junk = [np.ones((2, 2)), np.array(UNICODE[rng.integers(6)]), np.zeros((0, 0)), np.empty((1, 2), object)]
        return junk[rng.integers(len(junk))]
    return np.asarray(wrong(value, rng))


def dropped(path, rng):
    found = {k: v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")}
    found.pop(str(rng.choice(list(found))))
    scipy.io.savemat(path, found or {"x": 1})


def claims(path, rng):
    """Declare dimensions of up to 10^18 for a few bytes."""
    dims = [(2**31 - 1, 2**31 - 1), (10**6, 10**6), (10**8, 1), (-1, 5), (10**4,) * 4, (3, 10**7)][rng.integers(6)]
    klass = int(rng.choice([CELL, STRUCT, CHAR, DOUBLES, SPARSE, FUNCTION, OPAQUE]))
    rest = {
        CELL: [],
        STRUCT: [element(INT32, struct.pack("<i", 8)), element(INT8, b"data\0\0\0\0condition\0"[:16])],
        CHAR: [element(INT8, b"")],
        SPARSE: [element(INT32, b""), element(INT32, b""), element(DOUBLE, b"")],
    }.get(klass, [element(DOUBLE, bytes(16))])
    written(path, *(array(klass, dims, name.encode(), *rest) for name in names(path)))


def wrong_length(path, rng):
    """Declare a length of an element beyond the end of the file."""
    size = int(rng.choice([2**32 - 1, 2**31, 10**9, 10**6]))
    name = names(path)[0].encode()
    body = array(DOUBLES, (3, 3), name, element(DOUBLE, bytes(72), size))
    written(
        path,
        [body, element(COMPRESSED, zlib.compress(body)), element(COMPRESSED, zlib.compress(body), size)][
            rng.integers(3)
        ],
    )


def bomb(path, rng):
    """Write 1 to 3 GB of zeros, compressed by a factor of a thousand, with a wrong checksum at the end."""
    length = int(rng.choice([10**9, 3 * 10**9]))
    squeeze = zlib.compressobj(9)
    head = array(DOUBLES, (length // 8, 1), names(path)[0].encode())
    head = head[:4] + struct.pack("<I", (len(head) + length) % 2**32) + head[8:] + struct.pack("<II", DOUBLE, length)
    start = squeeze.compress(head) + squeeze.flush(zlib.Z_FULL_FLUSH)
    piece = squeeze.compress(bytes(1 << 22)) + squeeze.flush(
        zlib.Z_FULL_FLUSH
    )  # after a full flush the bytes are always the same
    written(path, element(COMPRESSED, start + piece * (length >> 22) + squeeze.flush()))


def deep(path, rng):
    """Write deeply nested cells."""
    inner = array(DOUBLES, (1, 1), b"", element(DOUBLE, bytes(8)))
    pieces = []
    for _ in range(int(rng.choice([40, 2000, 100_000]))):  # the outermost first: only the sizes depend on the content
        pieces.append(array(CELL, (1, 1), b""))
    total, made = len(inner), [inner]
    for piece in pieces:
        total += len(piece)
        made.append(piece[:4] + struct.pack("<I", total - 8) + piece[8:])
    name = names(path)[0].encode()
    written(path, array(CELL, (1, 1), name, b"".join(reversed(made))))


def objects(path, rng):
    """Write Java objects or function handles instead of numbers."""
    name = names(path)[0].encode()
    text = element(INT8, b"java.lang.Runtime")
    flags = element(UINT32, struct.pack("<II", OPAQUE, 0))
    opaque = element(
        MATRIX,
        flags
        + element(INT8, name)
        + element(INT8, b"java")
        + text
        + array(DOUBLES, (1, 1), b"", element(DOUBLE, bytes(8))),
    )
    handle = array(FUNCTION, (1, 1), name, array(CHAR, (1, 6), b"", element(INT8, b"system")))
    written(path, [opaque, handle][rng.integers(2)])


def version_4(path, rng):
    """Write version 4 of the format with arbitrary sizes."""
    rows = int(rng.choice([3, 10**5, 2**31 - 1]))
    name = names(path)[0].encode() + b"\0"
    path.write_bytes(
        struct.pack("<5i", int(rng.choice([0, 10, 20, 51, 2])), rows, rows, 0, len(name)) + name + bytes(72)
    )


def inside(path, rng):
    """Damage the content of a file and compress it again."""
    found = {k: v for k, v in scipy.io.loadmat(path).items() if not k.startswith("__")}
    scipy.io.savemat(path, found)
    raw = bytearray(path.read_bytes())
    for _ in range(rng.integers(1, 6)):
        raw[128 + int(rng.integers(min(len(raw) - 128, 400)))] = int(rng.integers(256))
    body = bytes(raw[128:])
    written(path, element(COMPRESSED, zlib.compress(body)) if rng.random() < 0.5 else body)


ALL = (
    *[wrong_values] * 8,
    dropped,
    claims,
    claims,
    claims,
    wrong_length,
    bomb,
    deep,
    objects,
    version_4,
    inside,
    inside,
    inside,
)
