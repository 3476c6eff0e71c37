"""HDF5 files of others: what is refused before anything in them is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rnncompare.files.safety import room

SCALES = "DIMENSION_LIST"
MOST_OBJECTS = 200_000
DEEPEST = 64  # groups within groups; libraries walk them by recursion
PIECE = 1 << 20  # bytes read at once: few enough to stay in the processor's cache
HEAP = b"GCOL\1\0\0\0"  # what a collection of texts of any length begins with


def refuse_unsafe(path: Path) -> int:
    """Bytes that all data sets of a file claim.

    Raises ValueError where it leads out of itself, or claims more than a file of its size can hold.
    External links, external storage and virtual data sets are other files, which a file of others does not name here.
    What data sets claim in all is held to `files.room`, so that a few bytes do not fill the memory.
    """
    import h5py

    claimed, most = 0, room(path)
    with h5py.File(path, "r") as file:
        _refuse_endless_heaps(path, file.id.get_create_plist().get_sizes()[1])
        for item in _objects(file):
            if not isinstance(item, h5py.Dataset):
                continue
            if item.external or item.is_virtual:
                kind = "external storage" if item.external else "a virtual data set"
                raise ValueError(f"{item.name} is {kind}: its numbers are in other files")
            if SCALES in item.attrs and item.attrs.get_id(SCALES).shape != (len(item.shape or ()),):
                # HDF5 copies as many as there are into room for as many as there should be.
                found = item.attrs.get_id(SCALES).shape
                raise ValueError(f"{item.name} of shape {item.shape} has scales for {found} dimensions")
            claimed += item.size * item.dtype.itemsize if item.shape is not None else 0
            if claimed > most:
                raise ValueError(f"data sets up to {item.name} claim {claimed} bytes, more than {most}")
    return claimed


def _objects(file) -> Iterator:
    """Every group and data set once, however many links lead to it."""
    import h5py

    waiting, seen = [(file["/"], 0)], set()
    while waiting:
        item, depth = waiting.pop()
        address = h5py.h5o.get_info(item.id).addr
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MOST_OBJECTS or depth > DEEPEST:
            raise ValueError(f"more than {MOST_OBJECTS} objects, or {DEEPEST} groups one inside the other")
        yield item
        if isinstance(item, h5py.Group):
            for name in item:
                link = item.get(name, getlink=True)
                if isinstance(link, h5py.ExternalLink):
                    raise ValueError(f"{item.name}: {name} is a link to another file, {link.filename}")
                if isinstance(link, h5py.HardLink):  # a soft one leads to what a hard one leads to, or nowhere
                    waiting.append((item[name], depth + 1))


def _refuse_endless_heaps(path: Path, width: int) -> None:
    """Raise ValueError for a heap with an object of size 0: HDF5 goes from one to the next by their sizes, for ever.

    width: bytes of a size in this file. An object is an index (2), 6 more, its size, and content filled up to a
    multiple of 8; index 0 is room that is left, whose size counts all of this.
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
    """Where in a file a word stands, piece by piece."""
    begin, raw = 0, file.read(PIECE)
    while len(raw) >= len(word):
        at = raw.find(word)
        while at >= 0:
            yield begin + at
            at = raw.find(word, at + 1)
        begin += len(raw) - len(word) + 1  # a word may lie across two pieces
        raw = raw[1 - len(word) :] + file.read(PIECE)
