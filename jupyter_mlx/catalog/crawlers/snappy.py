"""The beginning of snappy data in its three packings: framed, Hadoop's blocks, and raw.

Sources: Google's ``format_description.txt`` and ``framing_format.txt``; Hadoop's `BlockDecompressorStream`.
"""

from __future__ import annotations

__all__ = ["FRAMED", "Broken", "prefix"]

FRAMED = b"\xff\x06\x00\x00sNaPpY"
_COMPRESSED, _PLAIN = 0x00, 0x01
_LONGEST_BLOCK = 64 << 20


class Broken(Exception):
    """The data do not follow the format; `foreign` where not even their beginning does."""

    def __init__(self, message: str, *, foreign: bool = False) -> None:
        super().__init__(message)
        self.foreign = foreign


def prefix(data: bytes, *, cut: bool, limit: int) -> tuple[bytes, bool]:
    """At most `limit` bytes of what the data hold, and whether there is more.

    Parameters
    ----------
    cut: Whether the data go on behind what is given.

    Raises
    ------
    Broken: They are no snappy, or break off.
    """
    if data.startswith(FRAMED):
        return _framed(data, cut=cut, limit=limit)
    if _is_hadoop(data):
        return _hadoop(data, cut=cut, limit=limit)
    return _raw(data, cut=cut, limit=limit)


def _framed(data: bytes, *, cut: bool, limit: int) -> tuple[bytes, bool]:
    output, position = b"", 0
    while position < len(data):
        if len(output) >= limit:
            return output[:limit], True
        size = int.from_bytes(data[position + 1 : position + 4], "little")
        kind, start, end = data[position], position + 4, position + 4 + size
        if end > len(data):
            if cut:
                return output, True
            raise Broken("the last chunk is truncated")
        # Each chunk of data begins with a checksum of four bytes.
        if kind == _COMPRESSED:
            output += _block(data[start + 4 : end])
        elif kind == _PLAIN:
            output += data[start + 4 : end]
        elif kind < 0x80:
            raise Broken(f"there is no chunk of type {kind:#04x}")
        position = end
    return output[:limit], cut or len(output) > limit


def _is_hadoop(data: bytes) -> bool:
    """Whether the two lengths that Hadoop writes before a block agree with the block's own."""
    if len(data) < 9:
        return False
    plain, packed = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
    try:
        inner, _ = _length(data, 8)
    except Broken:
        return False
    return bool(packed) and 0 < inner <= plain <= _LONGEST_BLOCK


def _hadoop(data: bytes, *, cut: bool, limit: int) -> tuple[bytes, bool]:
    output, position = b"", 0
    while position + 4 <= len(data):
        target = len(output) + int.from_bytes(data[position : position + 4], "big")
        position += 4
        while len(output) < target:
            if len(output) >= limit:
                return output[:limit], True
            size = int.from_bytes(data[position : position + 4], "big")
            end = position + 4 + size
            if position + 4 > len(data) or end > len(data):
                if not cut:
                    raise Broken("the last block is truncated")
                part = data[position + 4 :]
                return (output + _raw(part, cut=True, limit=limit)[0])[:limit] if part else output, True
            output += _block(data[position + 4 : end])
            position = end
    return output[:limit], cut or len(output) > limit


def _block(data: bytes) -> bytes:
    import cramjam

    size, _ = _length(data, 0)
    if size > _LONGEST_BLOCK:
        raise Broken(f"a block claims to hold {size} bytes")
    try:
        return bytes(cramjam.snappy.decompress_raw(data))
    except cramjam.DecompressionError as error:
        raise Broken(str(error)) from error


def _length(data: bytes, position: int) -> tuple[int, int]:
    """The length before a raw block, seven bits a byte, and where the block goes on."""
    value = 0
    for shift in range(0, 35, 7):
        if position >= len(data):
            break
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise Broken("it does not start with a length", foreign=True)


def _raw(data: bytes, *, cut: bool, limit: int) -> tuple[bytes, bool]:
    """Element by element, since a block that is cut can't be given to a library, and no more than is asked for."""
    total, position = _length(data, 0)
    output = bytearray()
    while position < len(data) and len(output) < min(limit, total):
        tag = data[position]
        position += 1
        if tag & 3 == 0:
            size = tag >> 2
            if size >= 60:
                width = size - 59
                size = int.from_bytes(data[position : position + width], "little")
                position += width
            output += data[position : position + size + 1]
            position += size + 1
            continue
        width = (1, 2, 4)[(tag & 3) - 1]
        offset = int.from_bytes(data[position : position + width], "little")
        position += width
        size = (tag >> 2) + 1
        if tag & 3 == 1:
            offset |= (tag & 0xE0) << 3
            size = ((tag >> 2) & 7) + 4
        if position > len(data):
            break
        if not 0 < offset <= len(output):
            raise Broken("a reference points before the beginning", foreign=len(output) < 64)
        for _ in range(size):
            output.append(output[-offset])
    if len(output) < min(limit, total) and not cut:
        raise Broken(f"it claims to hold {total} bytes but holds {len(output)}", foreign=True)
    return bytes(output[:limit]), cut or total > limit
