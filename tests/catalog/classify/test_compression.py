"""What is compressed is looked through, by a prefix alone, and what only pretends to be is told."""

from __future__ import annotations

import bz2
import gzip
import io
import struct
import zipfile
from collections.abc import Callable

import cramjam
import pyarrow as pa
import pytest

from jupyter_mlx.catalog.crawlers.classify import SAMPLE_BYTES, Unreadable
from jupyter_mlx.catalog.crawlers.compression import unpack

from .samples import kinds, look, sample

ROWS = b"name,size\n" + b"".join(b"row %d,%d\n" % (number, number) for number in range(200))


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def by_arrow(codec: str) -> Callable[[bytes], bytes]:
    def pack(data: bytes) -> bytes:
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, codec) as stream:
            stream.write(data)
        return bytes(sink.getvalue())

    return pack


def hadoop_snappy(data: bytes, step: int = 64 << 10) -> bytes:
    blocks = []
    for start in range(0, len(data), step):
        block = data[start : start + step]
        packed = bytes(cramjam.snappy.compress_raw(block))
        blocks.append(struct.pack(">II", len(block), len(packed)) + packed)
    return b"".join(blocks)


PACKERS: dict[str, tuple[str, str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", "gzip", gzip.compress),
    "gzip in two members": (".gz", "gzip", lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:])),
    "bzip2": (".bz2", "bz2", bz2.compress),
    "zip": (".zip", "zip", lambda data: zipped(("rows.csv", data))),
    "lz4": (".lz4", "lz4", by_arrow("lz4")),
    "zstd": (".zst", "zstd", by_arrow("zstd")),
    "framed snappy": (".snappy", "snappy", lambda data: bytes(cramjam.snappy.compress(data))),
    "Hadoop's snappy": (".snappy", "snappy", hadoop_snappy),
    "raw snappy": (".snappy", "snappy", lambda data: bytes(cramjam.snappy.compress_raw(data))),
}


@pytest.mark.parametrize("name", PACKERS)
def test_a_compressed_file_is_classified_by_what_it_holds(name: str) -> None:
    suffix, compression, pack = PACKERS[name]
    found = look(f"rows.csv{suffix}", pack(ROWS))
    assert (found.format, found.compression, found.rows) == ("csv", compression, 200)
    assert kinds(found) == {"name": "string", "size": "int64"}


@pytest.mark.parametrize("name", [name for name in PACKERS if "raw" not in name and "Hadoop" not in name])
def test_first_bytes_tell_where_the_name_does_not(name: str) -> None:
    _, compression, pack = PACKERS[name]
    assert look("rows", pack(ROWS)).compression == compression


@pytest.mark.parametrize("name", PACKERS)
def test_no_more_than_a_sample_comes_out_of_a_bomb(name: str) -> None:
    suffix, _, pack = PACKERS[name]
    bomb = pack(b"0,1\n" * (1 << 20))
    unpacked = unpack(sample(f"bomb.csv{suffix}", bomb))
    # Snappy packs little: of what is left of the file behind its sample nothing is known.
    assert 0.9 * SAMPLE_BYTES < len(unpacked.head) <= SAMPLE_BYTES
    assert unpacked.cut


@pytest.mark.parametrize("name", PACKERS)
def test_a_file_that_is_longer_than_the_sample_is_read_from_its_beginning(name: str) -> None:
    import random

    noise = random.Random(7)
    data = b"".join(b"%d,%d\n" % (number, noise.getrandbits(60)) for number in range(200_000))
    suffix, _, pack = PACKERS[name]
    packed = pack(data)
    assert len(packed) > SAMPLE_BYTES
    found = look(f"rows.csv{suffix}", packed)
    assert (kinds(found), found.rows) == ({"col1": "int64", "col2": "int64"}, None)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zip", ".lz4", ".zst", ".snappy"])
def test_a_file_that_is_not_what_its_suffix_says_is_told(suffix: str) -> None:
    with pytest.raises(Unreadable, match=f"{suffix}") as caught:
        look(f"rows.csv{suffix}", ROWS)
    assert caught.value.code == "compression_wrong"


@pytest.mark.parametrize("name", PACKERS)
def test_a_truncated_file_is_told(name: str) -> None:
    suffix, _, pack = PACKERS[name]
    with pytest.raises(Unreadable) as caught:
        look(f"rows.csv{suffix}", pack(ROWS)[:-30])
    assert caught.value.code in ("compression_truncated", "compression_broken", "compression_wrong")


def test_broken_data_are_told() -> None:
    packed = bytearray(gzip.compress(ROWS))
    packed[20:40] = b"\xff" * 20
    with pytest.raises(Unreadable) as caught:
        look("rows.csv.gz", bytes(packed))
    assert caught.value.code == "compression_broken"


def test_an_archive_of_several_files_is_not_looked_through() -> None:
    found = look("both.zip", zipped(("a.csv", ROWS), ("b.csv", ROWS)))
    assert found.format == "UNKNOWN"
    assert "2 files" in found.notes[0]


def test_text_that_starts_as_bzip2_does_is_text() -> None:
    assert look("x.csv", "BZh9,size\nname,1\n").format == "csv"
