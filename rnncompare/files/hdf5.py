"""Safety checks of HDF5 files from other sources, made before any of their data are read."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rnncompare.files.safety import size_limit

SCALES = "DIMENSION_LIST"
MOST_OBJECTS = 200_000
DEEPEST = 64  # nested groups; libraries traverse them by recursion
PIECE = 1 << 20  # bytes read at once; small enough for the processor's cache
HEAP = b"GCOL\1\0\0\0"  # signature of a global heap collection, which holds strings of variable length


def refuse_unsafe(path: Path) -> int:
    """The total size in bytes of all data sets of a file.

    Raises ValueError if the file refers to other files (external links, external storage, virtual data sets), or if the
    total size exceeds `safety.size_limit`, so that a small malicious file cannot fill the memory.
    """
    import h5py

    claimed, most = 0, size_limit(path)
    with h5py.File(path, "r") as file:
        _refuse_objects_of_size_zero(path, file.id.get_create_plist().get_sizes()[1])
        for item in _objects(file):
            if not isinstance(item, h5py.Dataset):
                continue
            if item.external or item.is_virtual:
                kind = "external storage" if item.external else "a virtual data set"
                raise ValueError(f"{item.name} is {kind}: its values are in other files")
            if SCALES in item.attrs and item.attrs.get_id(SCALES).shape != (len(item.shape or ()),):
                # HDF5 copies all entries of the list into a buffer with one entry for each dimension.
                found = item.attrs.get_id(SCALES).shape
                raise ValueError(f"{item.name} of shape {item.shape} has scales for {found} dimensions")
            claimed += item.size * item.dtype.itemsize if item.shape is not None else 0
            if claimed > most:
                raise ValueError(f"data sets up to {item.name} claim {claimed} bytes, more than {most}")
    return claimed


def _objects(file) -> Iterator:
    """Yield every group and data set once, however many links refer to it."""
    import h5py

    waiting, visited = [(file["/"], 0)], set()
    while waiting:
        item, depth = waiting.pop()
        address = h5py.h5o.get_info(item.id).addr
        if address in visited:
            continue
        visited.add(address)
        if len(visited) > MOST_OBJECTS or depth > DEEPEST:
            raise ValueError(f"more than {MOST_OBJECTS} objects or {DEEPEST} nested groups")
        yield item
        if isinstance(item, h5py.Group):
            for name in item:
                link = item.get(name, getlink=True)
                if isinstance(link, h5py.ExternalLink):
                    raise ValueError(f"{item.name}: {name} is a link to another file, {link.filename}")
                if isinstance(link, h5py.HardLink):  # the target of a valid soft link also has a hard link
                    waiting.append((item[name], depth + 1))


def _refuse_objects_of_size_zero(path: Path, width: int) -> None:
    """Raise ValueError for a heap with an object of size 0, on which HDF5 would loop without end.

    width: number of bytes in which this file stores a size. An object consists of an index (2 bytes), 6 further bytes,
    its size, and its content padded to a multiple of 8 bytes; index 0 marks free space, whose size includes the header.
    """
    with open(path, "rb") as file:
        for at in list(_places(file, HEAP)):
            file.seek(at + len(HEAP))
            left = int.from_bytes(file.read(width), "little") - len(HEAP) - width
            while left >= 8 + width and len(head := file.read(8 + width)) == 8 + width:
                size = int.from_bytes(head[8:], "little")
                taken = 8 + width + size + -size % 8 if any(head[:2]) else size
                if taken == 0:
                    raise ValueError(f"a heap at byte {at} with an object of no size at byte {file.tell() - 8 - width}")
                left -= taken
                file.seek(taken - 8 - width, 1)


def _places(file: BinaryIO, word: bytes) -> Iterator[int]:
    """Yield the positions of a byte string in a file, which is read in blocks."""
    begin, raw = 0, file.read(PIECE)
    while len(raw) >= len(word):
        at = raw.find(word)
        while at >= 0:
            yield begin + at
            at = raw.find(word, at + 1)
        begin += len(raw) - len(word) + 1  # the byte string may extend across two blocks
        raw = raw[1 - len(word) :] + file.read(PIECE)
