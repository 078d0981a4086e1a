"""Clients of AWS, or of what plays it: how they are opened, and their refusals in our words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from ...backends import library_missing
from ...errors import InvalidInput, MlxError, Unavailable
from ..crawlers.options import told

__all__ = ["Connection", "batches", "each", "open_client", "refusals", "translated", "why_refused"]

Item = TypeVar("Item")
Made = TypeVar("Made")
_WORKERS, _AHEAD = 8, 200
# Glue allows few requests a second and says so by throttling: adaptive retries slow down until it is content.
_MODE, ATTEMPTS = "adaptive", 8
_REGION = re.compile(r"[a-z0-9-]{1,40}\Z")


@dataclass(frozen=True)
class Connection:
    """Where a catalog of AWS is, and who asks.

    endpoint_url: Of a service that is not AWS's.
    catalog_id: The account, where it is another's.
    secret: The value ``KEY:SECRET``; without it boto3 finds its own credentials.
    """

    region: str | None = None
    endpoint_url: str | None = None
    catalog_id: str | None = None
    secret: str | None = None

    @property
    def whose(self) -> dict[str, str]:
        """``CatalogId``, as requests have it."""
        return {"CatalogId": self.catalog_id} if self.catalog_id else {}


def open_client(service: str, connection: Connection, attempts: int = ATTEMPTS) -> Any:
    """A client of boto3.

    Parameters
    ----------
    attempts: How often a request is sent that is throttled, or answered by a server's error.

    Raises
    ------
    InvalidInput: ``secret_invalid``, ``region_invalid``, ``region_missing``.
    Unavailable: ``library_missing``.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import NoRegionError
    except ModuleNotFoundError as error:
        raise library_missing(error) from error
    key, separator, secret = (connection.secret or "").partition(":")
    if connection.secret and not (key and separator and secret):
        raise InvalidInput("secret_invalid", "The secret of AWS is not `KEY:SECRET`.", "Set it again in that shape.")
    if connection.region and not _REGION.match(connection.region):
        raise InvalidInput(
            "region_invalid", f"`{connection.region}` is no region.", "Give one such as `eu-central-1`.", field="region"
        )
    try:
        # A session of its own: the default one belongs to one thread, and keeps credentials that it found once.
        return boto3.Session().client(
            service,
            region_name=connection.region,
            endpoint_url=connection.endpoint_url,
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=Config(retries={"mode": _MODE, "total_max_attempts": attempts}, connect_timeout=10, read_timeout=60),
        )
    except NoRegionError as error:
        raise InvalidInput("region_missing", "No region is given.", "Give `region`, or set AWS_REGION.") from error
    except ValueError as error:
        raise InvalidInput(
            "location_invalid", f"The endpoint can't be used: {error}.", "Write `https://host`.", field="endpoint_url"
        ) from error


@contextmanager
def translated(connection: Connection) -> Iterator[None]:
    """What boto3 raises, as ours, without the secret.

    Raises
    ------
    Unavailable: ``glue_unavailable``.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(
            "glue_unavailable",
            f"The Glue Data Catalog can't be used: {told(error, connection.secret)}.",
            "Check the region, the endpoint and the rights of the credentials.",
        ) from error


def refusals() -> tuple[type[Exception], ...]:
    """What says that one thing could not be done, where the next may be."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError, MlxError


def why_refused(error: BaseException, connection: Connection) -> str:
    """Why one thing was refused, in one line, without the secret."""
    return told(error, connection.secret)


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Pieces of at most `size`, as a request takes them."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def each(function: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """What a function makes of items, in their order, some requests at once; no more than some hundred are held."""
    rest = iter(items)
    with ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="mlx-glue") as pool:
        while chunk := list(islice(rest, _AHEAD)):
            yield from pool.map(function, chunk)
