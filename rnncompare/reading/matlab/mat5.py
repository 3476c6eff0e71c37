"""Safety checks of MATLAB files of versions 5 to 7.2, made before scipy reads them.

scipy allocates arrays as their headers claim, and reads nested cells by recursion in C, without checks.
"""

import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

from rnncompare.files.safety import size_limit

HEADER, PIECE = 128, 1 << 16  # bytes
MATRIX, COMPRESSED = 14, 15  # types of elements
PLAIN = (*range(1, 8), 9, 12, 13, 16, 17, 18)  # types of numbers and text; scipy fails on any other
CELL, STRUCT, OBJECT, CHAR, SPARSE, FUNCTION, OPAQUE = 1, 2, 3, 4, 5, 16, 17  # classes of arrays
NUMBERS = range(6, 16)
COMPLEX = 8  # bit of the flags of an array
MOST_BYTES = 1 << 20  # limit of an element of names, sizes or flags
DEEPEST, MOST_ITEMS = 64, 200_000  # limits of nesting, and of the total number of cells and fields


def refuse_unsafe(path: Path, fields: tuple[str, ...]) -> list[str]:
    """The names of a file's variables. Raises ValueError if the header of one of `fields` contradicts its content."""
    with open(path, "rb") as file:
        header = file.read(HEADER)
        if len(header) < HEADER or 0 in header[:4] or header[126:] not in (b"IM", b"MI"):
            raise ValueError("not of versions 5 to 7.3")
        return _Walk(file, "<" if header[126:] == b"IM" else ">", path.stat().st_size, size_limit(path), fields).names()


class _Walk:
    """Traverses a file once, in the order in which scipy reads it."""

    def __init__(self, file: BinaryIO, order: str, size: int, most: int, fields: tuple[str, ...]):
        self.file, self.order, self.size, self.fields = file, order, size, fields
        self.most, self.items = most, 0
        self.squeezed = None  # the decompressor, if the current element is compressed

    def names(self) -> list[str]:
        found = []
        while self.file.tell() < self.size:
            self.squeezed = None
            kind, count = struct.unpack(self.order + "II", self._take(8))
            end = self.file.tell() + count
            if end > self.size:
                raise ValueError(f"an element of {count} bytes that begins at {end - count} of {self.size}")
            if kind == COMPRESSED:
                self.squeezed, self.left, self.ready, self.at = zlib.decompressobj(), count, b"", 0
                kind, count = struct.unpack(self.order + "II", self._take(8))
            if kind == MATRIX and count:
                found.append(self._array(top=True))
            self.file.seek(end)
        return found

    def _array(self, depth: int = 0, *, top: bool = False) -> str:
        """Read one array, after its tag, with all nested arrays, and return its name."""
        if depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} nested cells")
        flags = self._data()
        kind = struct.unpack(self.order + "I", flags[:4])[0]
        klass, is_complex = kind & 0xFF, kind >> 8 & COMPLEX
        if klass == OPAQUE:
            return self._unwanted(self._text(), "an object that only MATLAB can read")
        dims = self._data()
        count = math.prod(struct.unpack(f"{self.order}{len(dims) // 4}i", dims))
        if count < 0:
            raise ValueError(f"an array of {count} values")
        name = self._text()
        if top and name not in self.fields:
            return name
        if klass == FUNCTION:
            self._inside(1, depth)
        elif klass == CELL:
            self._inside(count, depth)
        elif klass in (STRUCT, OBJECT):
            if klass == OBJECT:
                self._data()
            length = struct.unpack(self.order + "i", self._data()[:4])[0]
            fields = self._data()
            if length <= 0:
                raise ValueError(f"names of fields of {length} characters")
            self._inside(max(count, 1) * (len(fields) // length) if count else 0, depth)
        elif klass == SPARSE:
            for _ in range(4 if is_complex else 3):
                self._skip_element()
        elif klass == CHAR or klass in NUMBERS:
            for _ in range(2 if is_complex else 1):
                if (found := self._skip_element()) < count:
                    raise ValueError(f"{name or 'an array'} of {count} values in {found} bytes")
        else:
            raise ValueError(f"an array of class {klass}")
        return name

    def _inside(self, count: int, depth: int) -> None:
        """Read `count` arrays that are nested in another one."""
        self.items += count
        if self.items > MOST_ITEMS:
            raise ValueError(f"{self.items} cells and fields, more than {MOST_ITEMS}")
        for _ in range(count):
            kind, length = struct.unpack(self.order + "II", self._take(8))
            if kind != MATRIX:
                raise ValueError(f"an element of type {kind} where an array belongs")
            if length:
                self._array(depth + 1)

    def _unwanted(self, name: str, what: str) -> str:
        if name in self.fields:
            raise ValueError(f"{name} is {what}")
        return name

    def _text(self) -> str:
        return self._data().decode("latin-1").rstrip("\0")

    def _tag(self) -> tuple[int, bytes]:
        """The number of bytes of an element, and its content if the element is small and stored in the tag."""
        tag = self._take(8)
        kind, count = struct.unpack(self.order + "II", tag)
        if kind & 0xFFFF not in PLAIN:
            raise ValueError(f"an element of type {kind & 0xFFFF} where numbers or text belong")
        return (kind >> 16, tag[4:]) if kind >> 16 else (count, b"")

    def _data(self) -> bytes:
        """The content of a short element: names, sizes or flags."""
        count, small = self._tag()
        if small:
            return small[:count]
        if count > MOST_BYTES:
            raise ValueError(f"{count} bytes of names, sizes or flags")
        return self._take(count + -count % 8)[:count]

    def _skip_element(self) -> int:
        count, small = self._tag()
        if not small:
            self._skip(count + -count % 8)
        return count

    def _take(self, count: int) -> bytes:
        if self.squeezed is None:
            found = self.file.read(count)
        else:
            found = b""
            while len(found) < count and (piece := self._decompressed(count - len(found))):
                found += piece
        if len(found) < count:
            raise ValueError("the file ends within an element")
        return found

    def _skip(self, count: int) -> None:
        if self.squeezed is None:
            self.file.seek(count, 1)
            if self.file.tell() > self.size + 7:  # the last element may lack its padding
                raise ValueError("the file ends within an element")
            return
        while count > 0:
            piece = self._decompressed(min(count, PIECE))
            if not piece:
                if count > 7:
                    raise ValueError("the file ends within an element")
                return
            count -= len(piece)

    def _decompressed(self, count: int) -> bytes:
        """Up to `count` bytes of a compressed element, b'' at its end. Raises ValueError for a decompression bomb."""
        if self.at == len(self.ready):
            self.ready, self.at = self._piece(), 0
        found = self.ready[self.at : self.at + count]
        self.at += len(found)
        return found

    def _piece(self) -> bytes:
        """The next decompressed block; blocks are large, because each call copies the remaining compressed data."""
        found = b""
        while not found and not self.squeezed.eof:
            raw = self.squeezed.unconsumed_tail or self.file.read(min(PIECE, self.left))
            self.left -= 0 if self.squeezed.unconsumed_tail else len(raw)
            if not raw:
                break
            found = self.squeezed.decompress(raw, PIECE)
        self.most -= len(found)
        if self.most < 0:
            raise ValueError("the decompressed size exceeds the limit for a file of this size")
        return found
