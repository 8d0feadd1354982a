"""Real numeric arrays of MATLAB level 5 files (.mat, compressed or not): what data sets of recordings are shipped in.

Only what those need: dense real numeric arrays. Everything else in a file is passed over. Everything read is checked; a
compressed array may hold 1 GiB.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight import FormatError

_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
_MATRIX, _COMPRESSED = 14, 15
_LARGEST = 1 << 30  # bytes of one array, decompressed


class _Reader:
    def __init__(self, data: bytes, order: str, name: str) -> None:
        self.data, self.order, self.name, self.at = data, order, name, 0

    def fail(self, what: str) -> FormatError:
        return FormatError(f"{self.name}: offset {self.at}: {what}")

    def element(self) -> tuple[int, bytes]:
        """The next data element; the small form keeps up to four bytes beside its tag."""
        if self.at + 8 > len(self.data):
            raise self.fail("the file ends inside a data element")
        kind, size = struct.unpack_from(self.order + "II", self.data, self.at)
        if kind >> 16:
            kind, size = kind & 0xFFFF, kind >> 16
            if size > 4:
                raise self.fail("a small data element of more than four bytes")
            start, step = self.at + 4, 8
        else:
            start = self.at + 8
            step = 8 + (size if kind == _COMPRESSED else -(-size // 8) * 8)
        if start + size > len(self.data):
            raise self.fail(f"a data element of {size} bytes goes beyond the end")
        self.at += step
        return kind, self.data[start : start + size]


def _array(body: bytes, order: str, name: str) -> tuple[str, npt.NDArray[Any]] | None:
    """Name and values of a matrix element; None when it is not a dense real numeric one."""
    reader = _Reader(body, order, name)
    kind, flags = reader.element()
    if kind != 6 or len(flags) != 8:
        raise reader.fail("no array flags")
    word = struct.unpack_from(order + "I", flags)[0]
    matlab_class, is_complex = word & 0xFF, bool(word & 0x800)
    kind, sizes = reader.element()
    if kind != 5 or not 8 <= len(sizes) <= 128 or len(sizes) % 4:
        raise reader.fail("no dimensions")
    shape = struct.unpack(f"{order}{len(sizes) // 4}i", sizes)
    _, label = reader.element()
    if matlab_class not in _CLASSES or is_complex:
        return None
    kind, values = reader.element()
    if kind not in _NUMBERS:
        raise reader.fail(f"values of type {kind}")
    stored = np.dtype(order + _NUMBERS[kind])
    count = 1
    for extent in shape:
        count *= extent
        if extent < 0 or count > _LARGEST:
            raise reader.fail(f"dimensions {shape}")
    if count * stored.itemsize != len(values):
        raise reader.fail(f"{len(values)} bytes of values for dimensions {shape}")
    array = np.frombuffer(values, stored).astype(_CLASSES[matlab_class]).reshape(shape, order="F")
    return label.decode("ascii", "replace"), array


def read_mat(path: str | Path) -> dict[str, npt.NDArray[Any]]:
    """The dense real numeric arrays of a MATLAB 5 file by name. Raises FormatError for anything malformed."""
    file = Path(path)
    data = file.read_bytes()
    if len(data) < 128 or data[126:128] not in (b"IM", b"MI"):
        raise FormatError(f"{file.name}: is no MATLAB 5 file")
    order = "<" if data[126:128] == b"IM" else ">"
    found: dict[str, npt.NDArray[Any]] = {}
    reader = _Reader(data, order, file.name)
    reader.at = 128
    while reader.at < len(data):
        kind, body = reader.element()
        if kind == _COMPRESSED:
            unpacker = zlib.decompressobj()
            try:
                body = unpacker.decompress(body, _LARGEST)
            except zlib.error as error:
                raise reader.fail(f"compressed data: {error}") from None
            if unpacker.unconsumed_tail:
                raise reader.fail("compressed data of more than 1 GiB")
            kind, body = _Reader(body, order, file.name).element()
        if kind == _MATRIX:
            array = _array(body, order, file.name)
            if array:
                found[array[0]] = array[1]
    return found
