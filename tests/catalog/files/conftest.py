"""One S3 server for the tests of the file crawler, with a bucket of its own for each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..s3 import S3, Faults, faulty_s3, s3_server

_numbers = itertools.count()


@pytest.fixture(scope="package")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A running server."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(s3: S3) -> Path:
    """The folder of an empty bucket; its name is the bucket's."""
    folder = s3.folder / f"bucket{next(_numbers)}"
    folder.mkdir()
    return folder


@pytest.fixture
def faults(s3: S3) -> Iterator[Faults]:
    """That server behind one that misbehaves as its rule says."""
    with faulty_s3(s3) as server:
        yield server
