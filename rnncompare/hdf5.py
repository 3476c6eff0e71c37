"""HDF5 files of others: what is refused before anything in them is read."""

from collections.abc import Iterator
from pathlib import Path

from rnncompare.files import room

SCALES = "DIMENSION_LIST"
MOST_OBJECTS = 200_000
DEEPEST = 64  # groups within groups; libraries walk them by recursion


def refuse_unsafe(path: Path) -> int:
    """Bytes that all data sets of a file claim.

    Raises ValueError where it leads out of itself, or claims more than a file of its size can hold.
    External links, external storage and virtual data sets are other files, which a file of others does not name here.
    What data sets claim in all is held to `files.room`, so that a few bytes do not fill the memory.
    """
    import h5py

    claimed, most = 0, room(path)
    with h5py.File(path, "r") as file:
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
