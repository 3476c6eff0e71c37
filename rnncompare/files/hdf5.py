"""Safety checks of HDF5 files from other sources, made before any of their data are read."""

from collections.abc import Iterator
from typing import BinaryIO

from rnncompare.files.members import File, for_hdf5, opened, size_of
from rnncompare.files.safety import size_limit

SCALES = "DIMENSION_LIST"
MOST_OBJECTS = 200_000
DEEPEST = 64  # nested groups; libraries traverse them by recursion
PIECE = 1 << 20  # bytes read at once; small enough for the processor's cache
READ_AS = 8  # bytes: readers compute with double-precision numbers, to which smaller numbers are converted
HEAP = b"GCOL\1\0\0\0"  # signature of a global heap collection, which holds strings of variable length


def refuse_unsafe(path: File) -> int:
    """The total size in bytes of all data sets of a file, once their numbers have double precision.

    Raises ValueError if the file refers to other files (external links, external storage, virtual data sets), or if the
    total size exceeds `safety.size_limit`, so that a small malicious file cannot fill the memory.
    """
    import h5py

    claimed = 0
    most = size_limit(path)
    with h5py.File(for_hdf5(path), "r") as file:
        address, width = file.id.get_create_plist().get_sizes()
        _refuse_unsound_heaps(path, width)
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
            if _varies_in_length(item.dtype):
                _refuse_long_values(path, item, address)
            claimed += size_as_read(item)
            if claimed > most:
                raise ValueError(f"data sets up to {item.name} claim {claimed} bytes, more than {most}")
    return claimed


def size_as_read(item) -> int:
    """The size in bytes of the values of a data set, once numbers have double precision; 0 for a group."""
    return item.size * max(item.dtype.itemsize, READ_AS) if getattr(item, "shape", None) is not None else 0


def _varies_in_length(kind) -> bool:
    """Whether values of this type, such as texts, are stored in heaps."""
    import h5py

    text = h5py.check_string_dtype(kind)
    return h5py.check_vlen_dtype(kind) is not None or (text is not None and text.length is None)


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


def _refuse_long_values(path: File, item, address: int) -> None:
    """Raise ValueError for a value of variable length, such as a text, that is longer than the file.

    HDF5 would allocate its length before it looks for the value. A value is stored as its length (4 bytes), the address
    of a heap (`address` bytes) and an index (4 bytes). Filtered chunks and values in headers are not examined.
    """
    import numpy as np

    end, kind = size_of(path), np.dtype([("length", "<u4"), ("place", f"V{address + 4}")])
    with opened(path) as file:
        for offset, size in _stored(item):
            file.seek(offset)
            raw = file.read(size)
            lengths = np.frombuffer(raw, kind, len(raw) // kind.itemsize)["length"]
            if lengths.max(initial=0) > end:
                raise ValueError(f"{item.name} has a value of {lengths.max()} bytes in {end}")


def _stored(item) -> Iterator[tuple[int, int]]:
    """Yield the position and size in bytes of each unfiltered block of values of a data set."""
    if item.chunks is None:
        if (offset := item.id.get_offset()) is not None:
            yield offset, item.id.get_storage_size()
    elif item.id.get_create_plist().get_nfilters() == 0:
        for number in range(item.id.get_num_chunks()):
            chunk = item.id.get_chunk_info(number)
            yield chunk.byte_offset, chunk.size


def _refuse_unsound_heaps(path: File, width: int) -> None:
    """Raise ValueError for a heap that exceeds the file, whose size HDF5 would allocate, or has an object of size 0.

    HDF5 would loop on such an object without end. width: number of bytes in which this file stores a size. An object
    consists of an index (2 bytes), 6 further bytes, its size, and its content padded to a multiple of 8 bytes; index 0
    marks free space, whose size includes the header.
    """
    end = size_of(path)
    with opened(path) as file:
        for at in list(_places(file, HEAP)):
            file.seek(at + len(HEAP))
            whole = int.from_bytes(file.read(width), "little")
            if at + whole > end:
                raise ValueError(f"a heap of {whole} bytes at byte {at} of {end}")
            left = whole - len(HEAP) - width
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
