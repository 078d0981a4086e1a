"""Looking through compression: by the first bytes, then by the name; never more than a prefix is unpacked."""

from __future__ import annotations

import bz2
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from . import snappy
from .sample import SAMPLE_BYTES, Sample, Unreadable

__all__ = ["Unpacked", "compression_of", "unpack"]

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bz2"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (snappy.FRAMED, "snappy"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_SUFFIXES = {
    ".gz": "gzip",
    ".gzip": "gzip",
    ".bz2": "bz2",
    ".bzip2": "bz2",
    ".zip": "zip",
    ".lz4": "lz4",
    ".snappy": "snappy",
    ".sz": "snappy",
    ".zst": "zstd",
    ".zstd": "zstd",
}
# A bzip2 stream goes on with this, or with the mark of its end where it holds nothing.
_BZ2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")


@dataclass(frozen=True)
class Unpacked:
    """The beginning of what a file holds.

    name: Its path without the compression's suffix, or the name within the archive.
    cut: Whether there is more.
    """

    name: str
    head: bytes
    compression: str | None
    cut: bool
    notes: tuple[str, ...] = ()


def compression_of(sample: Sample) -> str | None:
    """What a file is compressed by; None where it is not."""
    for magic, name in _MAGIC:
        if sample.head.startswith(magic) and (name != "bz2" or sample.head[4:10] in _BZ2_BLOCKS):
            return name
    return _SUFFIXES.get(sample.suffix)


def unpack(sample: Sample) -> Unpacked:
    """Look through a file's compression; at most `SAMPLE_BYTES` come out, whatever it claims to hold.

    Raises
    ------
    Unreadable: ``compression_wrong``, it is not what its name says; ``compression_broken``, ``compression_truncated``;
        ``archive_encrypted``.
    """
    compression = compression_of(sample)
    if compression is None:
        return Unpacked(sample.path, sample.head, None, sample.cut)
    if compression == "zip":
        return _unzip(sample)
    head, cut = _READERS[compression](sample)
    suffixed = _SUFFIXES.get(sample.suffix) == compression
    name = sample.path[: -len(sample.suffix)] if suffixed else sample.path
    how = "first bytes and name" if suffixed else "first bytes, though its name does not tell"
    return Unpacked(name, head, compression, cut, (f"It was looked through {compression}, by its {how}.",))


def _wrong(sample: Sample, compression: str) -> Unreadable:
    return Unreadable(
        "compression_wrong",
        f"Its name ends in {sample.suffix}, but it is no {compression}: it starts with {sample.head[:4].hex(' ')}.",
    )


def _broken(compression: str, error: object) -> Unreadable:
    return Unreadable("compression_broken", f"Its {compression} data are broken: {error}.")


def _truncated(compression: str) -> Unreadable:
    return Unreadable("compression_truncated", f"Its {compression} data end before their end: it is truncated.")


def _gzip(sample: Sample) -> tuple[bytes, bool]:
    if not sample.head.startswith(b"\x1f\x8b"):
        raise _wrong(sample, "gzip")
    output, rest = b"", sample.head
    # Files of several gzip members one after the other are usual: appended logs, splittable output.
    while rest[:2] == b"\x1f\x8b":
        machine = zlib.decompressobj(wbits=31)
        try:
            output += machine.decompress(rest, SAMPLE_BYTES - len(output))
        except zlib.error as error:
            raise _broken("gzip", error) from error
        if not machine.eof:
            if not machine.unconsumed_tail and len(output) < SAMPLE_BYTES and not sample.cut:
                raise _truncated("gzip")
            return output, True
        rest = machine.unused_data
        if len(output) >= SAMPLE_BYTES:
            return output, bool(rest) or sample.cut
    return output, sample.cut


def _bz2(sample: Sample) -> tuple[bytes, bool]:
    if not sample.head.startswith(b"BZh"):
        raise _wrong(sample, "bz2")
    output, rest = b"", sample.head
    while rest.startswith(b"BZh"):
        machine = bz2.BZ2Decompressor()
        try:
            output += machine.decompress(rest, SAMPLE_BYTES - len(output))
        except OSError as error:
            raise _broken("bz2", error) from error
        if not machine.eof:
            if len(output) < SAMPLE_BYTES and not sample.cut:
                raise _truncated("bz2")
            return output, True
        rest = machine.unused_data
        if len(output) >= SAMPLE_BYTES:
            return output, bool(rest) or sample.cut
    return output, sample.cut


def _by_arrow(codec: str, magic: bytes) -> Callable[[Sample], tuple[bytes, bool]]:
    def read(sample: Sample) -> tuple[bytes, bool]:
        if not sample.head.startswith(magic):
            raise _wrong(sample, codec)
        import pyarrow as pa

        output = b""
        with pa.CompressedInputStream(pa.BufferReader(sample.head), codec) as stream:
            try:
                # Small steps: what a truncated stream gave before its end is kept.
                while len(output) < SAMPLE_BYTES and (step := stream.read(min(1 << 16, SAMPLE_BYTES - len(output)))):
                    output += step
            except OSError as error:
                if sample.cut:
                    return output, True
                if "truncated" in str(error).lower():
                    raise _truncated(codec) from error
                raise _broken(codec, error) from error
        return output, sample.cut or len(output) >= SAMPLE_BYTES

    return read


def _snappy(sample: Sample) -> tuple[bytes, bool]:
    try:
        return snappy.prefix(sample.head, cut=sample.cut, limit=SAMPLE_BYTES)
    except snappy.Broken as error:
        if error.foreign:
            raise _wrong(sample, "snappy") from error
        raise _broken("snappy", error) from error


_READERS: dict[str, Callable[[Sample], tuple[bytes, bool]]] = {
    "gzip": _gzip,
    "bz2": _bz2,
    "lz4": _by_arrow("lz4", b"\x04\x22\x4d\x18"),
    "zstd": _by_arrow("zstd", b"\x28\xb5\x2f\xfd"),
    "snappy": _snappy,
}


def _unzip(sample: Sample) -> Unpacked:
    if not sample.head.startswith(b"PK"):
        raise _wrong(sample, "zip")
    stream: BinaryIO = io.BytesIO(sample.head) if not sample.cut else sample.open()
    with stream:
        try:
            archive = zipfile.ZipFile(stream)
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                note = f"The archive holds {len(members)} files; only archives of a single file are looked through."
                return Unpacked(sample.path, sample.head, None, sample.cut, (note,))
            member = members[0]
            if member.flag_bits & 1:
                raise Unreadable("archive_encrypted", f"The file {member.filename} in it is encrypted.")
            with archive.open(member) as packed:
                head = packed.read(SAMPLE_BYTES)
                cut = bool(packed.read(1))
        except zipfile.BadZipFile as error:
            raise _broken("zip", error) from error
        except (zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise _broken("zip", error) from error
    name = str(PurePosixPath(sample.path).with_name(PurePosixPath(member.filename).name or "file"))
    return Unpacked(name, head, "zip", cut, (f"It was looked through zip, at its only file {member.filename}.",))
