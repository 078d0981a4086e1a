"""From bytes to text: which encoding, and where it breaks."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from .sample import Unreadable

__all__ = ["Text", "decode", "decode_leniently"]

# Longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# \x01 delimits columns of Hive's files and \x1b colours logs; the others of C0 are no text.
_CONTROL = re.compile(r"[\x00\x02-\x08\x0e-\x1a\x1c-\x1f]")
_LONGEST_CHARACTER = 4
_JUDGED = 16 << 10


@dataclass(frozen=True)
class Text:
    """The decoded sample.

    cut: Whether the file goes on behind it: then its last line is not to be judged.
    notes: How the encoding was found, where it is not plain UTF-8.
    """

    content: str
    encoding: str
    cut: bool
    notes: tuple[str, ...] = ()


def decode(head: bytes, *, cut: bool) -> Text | None:
    """Decode a file's beginning; None where it is no text.

    Raises
    ------
    Unreadable: ``encoding_mixed``, part of it is UTF-8 and part is not; ``encoding_unknown``, it is text by its looks,
        but its bytes fit no encoding.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _marked(head, encoding, cut=cut)
    try:
        content = codecs.getincrementaldecoder("utf-8")().decode(head, final=not cut)
    except UnicodeDecodeError as error:
        return _not_utf8(head, error.start, cut=cut)
    if "\0" in content:
        return _unmarked_utf16(head, cut=cut)
    return None if _CONTROL.search(content) else Text(content, "utf-8", cut)


def decode_leniently(head: bytes, *, cut: bool) -> Text:
    """What can be read of it as UTF-8: logs hold whatever clients sent, be it no text at all."""
    note = "Bytes that are not UTF-8 are replaced: not all of it is text."
    return Text(head.decode("utf-8", "replace"), "utf-8", cut, (note,))


def _marked(head: bytes, encoding: str, *, cut: bool) -> Text:
    try:
        content = codecs.getincrementaldecoder(encoding)().decode(head, final=not cut)
    except UnicodeDecodeError as error:
        raise Unreadable(
            "encoding_unknown",
            f"It starts with the byte order mark of {encoding}, but the bytes from offset {error.start} are not.",
        ) from error
    name = encoding.removesuffix("-sig").upper()
    return Text(content, encoding, cut, (f"The encoding is {name}: the file starts with its byte order mark.",))


def _unmarked_utf16(head: bytes, *, cut: bool) -> Text | None:
    """UTF-16 of mostly Latin text has a zero in every second byte."""
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        half = head[offset : 2 * (len(head) // 2) : 2]
        if half and half.count(0) > 0.7 * len(half) and head[1 - offset :: 2].count(0) == 0:
            try:
                content = codecs.getincrementaldecoder(encoding)().decode(head, final=not cut)
            except UnicodeDecodeError:
                return None
            if _CONTROL.search(content):
                return None
            return Text(content, encoding, cut, (f"The encoding is {encoding.upper()}: every second byte is zero.",))
    return None


def _not_utf8(head: bytes, start: int, *, cut: bool) -> Text | None:
    if b"\0" in head:
        return _unmarked_utf16(head, cut=cut)
    if _CONTROL.search(head.decode("latin-1")):
        return None
    wide = sum(len(match.group()) for match in _MULTIBYTE.finditer(head))
    others = sum(1 for byte in _MULTIBYTE.sub(b"", head) if byte >= 0x80)
    if wide > others and start < len(head) - _LONGEST_CHARACTER:
        raise Unreadable(
            "encoding_mixed",
            f"Most of it is UTF-8, but byte {head[start]:#04x} at offset {start} is not: its encodings are mixed.",
        )
    encoding = _guess(head)
    if encoding is None:
        raise Unreadable(
            "encoding_unknown", f"Byte {head[start]:#04x} at offset {start} is not UTF-8, and no other encoding fits."
        )
    content = codecs.getincrementaldecoder(encoding)().decode(head, final=not cut)
    note = f"The encoding was taken for {encoding}: byte {head[start]:#04x} at offset {start} is not UTF-8."
    return Text(content, encoding, cut, (note,))


def _guess(head: bytes) -> str | None:
    """The encoding that charset-normalizer finds most coherent, judged by the lines that are not plain ASCII."""
    from charset_normalizer import from_bytes

    telling = b"\n".join(line for line in head.splitlines() if not line.isascii())[:_JUDGED]
    # Among encodings of one byte a character that fit alike, the one of western Windows is by far the likeliest.
    preferred = ["cp1252", "latin_1"]
    found = from_bytes(telling, cp_isolation=preferred).best() or from_bytes(telling).best()
    for encoding in [found.encoding] if found else []:
        try:
            head.decode(encoding)
        except UnicodeDecodeError:
            continue
        return str(encoding).replace("_", "-")
    return None
