"""DynamoDB, through boto3: key schemas as declared, the other attributes from a sample of items.

The location is ``dynamodb://`` or ``dynamodb://REGION``. Options: `region`, `endpoint_url`, `tables` (names, or globs;
all where it is not given), `exclude`, `sample` (items a table, 1,000), `rate` (the share of a table's read capacity
that the scan may use, 0.5, as Glue's crawler has it). The secret is ``KEY:SECRET``; without one boto3 looks for
credentials where it always does.

Strongly consistent reads are not needed to learn a schema: a scan's reads cost half a unit a 4 KB.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from ...backends import library_missing
from ...errors import InvalidInput, Unavailable
from ..models import Column, Explanation, ObservedTable, Source, Unchanged
from ..port import CrawlContext
from .documents import Documents
from .options import Options, told, why_not

__all__ = ["DynamoCrawler", "connect", "plain_value", "translated"]

SAMPLE = 1_000
RATE = 0.5
ON_DEMAND_UNITS = 500.0
"""Read units a second that an on-demand table is held to have; its scan uses the same share of them."""

_KEY_TYPES = {"S": "string", "B": "binary"}
_REFUSED = {
    "UnrecognizedClientException",
    "AccessDeniedException",
    "InvalidSignatureException",
    "ExpiredTokenException",
}


class DynamoCrawler:
    """Reads the tables of one region."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield the tables; see `Crawler`."""
        known = ("region", "endpoint_url", "tables", "exclude", "sample", "rate")
        options = Options("dynamodb", source.options, known)
        sample = options.integer("sample", SAMPLE, 1, 1_000_000)
        rate = options.number("rate", RATE, 0.01, 1.5)
        wanted, exclude = options.texts("tables"), options.texts("exclude")
        region = source.location.partition("://")[2].strip("/") or options.text("region")
        with translated(source, context.secret):
            client = connect(region, options.text("endpoint_url"), context.secret)
            names = [name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]]
        context.listed += len(names)
        for name in names:
            reason = why_not(name, wanted, exclude)
            if reason:
                context.skip(name, reason.replace("`include`", "`tables`"))
                continue
            try:
                with translated(source, context.secret):
                    found = _observe(client, name, sample, rate, context)
            except Unavailable as error:
                context.fail(name, "table_unreadable", error.message)
            else:
                context.read += 1
                yield found
            context.tell()


def connect(region: str | None, endpoint: str | None, secret: str | None) -> Any:
    """A client of one region; nothing is connected yet."""
    import boto3
    from botocore.config import Config

    key, _, value = (secret or "").partition(":")
    if secret is not None and not value:
        raise InvalidInput("secret_invalid", "The secret is no pair.", "Keep it as `KEY:SECRET`.", field="secret")
    # A session of its own: the default one belongs to one thread, and keeps credentials that it found once.
    return boto3.Session().client(
        "dynamodb",
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=key or None,
        aws_secret_access_key=value or None,
        config=Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 5, "mode": "adaptive"}),
    )


def _observe(client: Any, name: str, sample: int, rate: float, context: CrawlContext) -> ObservedTable:
    described = client.describe_table(TableName=name)["Table"]
    documents = Documents(by_name=True)
    for item in _scan(client, name, sample, rate * _capacity(described), context):
        documents.add({key: plain_value(value) for key, value in item.items()})
    keys = [item["AttributeName"] for item in sorted(described["KeySchema"], key=lambda item: item["KeyType"])]
    declared = {item["AttributeName"]: item["AttributeType"] for item in described["AttributeDefinitions"]}
    rows = described.get("ItemCount")
    return ObservedTable(
        name=name,
        identity=name,
        format="dynamodb",
        classifier="dynamodb",
        location=described["TableArn"],
        columns=_columns(documents, keys, declared),
        explanation=Explanation(
            classifier=f"dynamodb: keys as declared, other attributes from {documents.count:,} items",
            sampled=(f"{documents.count:,} items",),
            notes=documents.notes(),
        ),
        bytes=described.get("TableSizeBytes"),
        # AWS brings both counts up to date about every six hours.
        rows=rows if rows else documents.count if documents.count < sample else None,
        rows_exact=not rows and documents.count < sample,
        primary_key=tuple(keys),
        parameters={
            "table": name,
            "billing": described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            **_indexes(described),
        },
    )


def _capacity(described: Mapping[str, Any]) -> float:
    """Read units a second of a table."""
    return float(described.get("ProvisionedThroughput", {}).get("ReadCapacityUnits") or ON_DEMAND_UNITS)


def _scan(
    client: Any, name: str, sample: int, units_a_second: float, context: CrawlContext
) -> Iterator[dict[str, Any]]:
    """Items of a table, no faster than its units allow: after each page the scan waits for what the page has cost."""
    # A unit is two reads of 4 KB: small pages keep each one within a second's units.
    asked: dict[str, Any] = {"TableName": name, "ReturnConsumedCapacity": "TOTAL", "ConsistentRead": False}
    left = sample
    while left > 0:
        began = time.monotonic()
        page = client.scan(**asked, Limit=min(left, 200))
        yield from page["Items"]
        left -= page["ScannedCount"]
        start = page.get("LastEvaluatedKey")
        if not start or left <= 0:
            return
        asked["ExclusiveStartKey"] = start
        used = float(page.get("ConsumedCapacity", {}).get("CapacityUnits", 0))
        _wait(used / units_a_second - (time.monotonic() - began), context)


def _wait(seconds: float, context: CrawlContext) -> None:
    """Wait; a crawl that is cancelled meanwhile is not kept waiting."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        context.tell()
        time.sleep(min(left, 0.5))


def _columns(documents: Documents, keys: list[str], declared: Mapping[str, str]) -> tuple[Column, ...]:
    """Keys first; of an empty table they are all that is known."""
    seen = {column.name: column for column in documents.columns()}
    first = [
        Column(
            key,
            _KEY_TYPES.get(declared[key]) or (seen[key].type if key in seen else "int64"),
            False,
            presence=seen[key].presence if key in seen else None,
        )
        for key in keys
    ]
    return (*first, *(column for name, column in seen.items() if name not in keys))


def _indexes(described: Mapping[str, Any]) -> dict[str, Any]:
    indexes = {
        index["IndexName"]: [item["AttributeName"] for item in index["KeySchema"]]
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for index in described.get(kind, ())
    }
    return {"indexes": indexes} if indexes else {}


def plain_value(value: Mapping[str, Any]) -> Any:
    """What an attribute's value is in Python: ``{"N": "7"}`` is 7. Sets are lists."""
    ((kind, held),) = value.items()
    if kind == "NULL":
        return None
    if kind == "N":
        return _number(held)
    if kind == "NS":
        return [_number(item) for item in held]
    if kind == "L":
        return [plain_value(item) for item in held]
    if kind == "M":
        return {key: plain_value(item) for key, item in held.items()}
    return held


def _number(text: str) -> int | float:
    """Whole numbers are integers however they are written (``1E3``), others doubles, as Glue has them."""
    number = Decimal(text)
    return int(number) if number.copy_abs() < 10**38 and number == number.to_integral_value() else float(number)


@contextmanager
def translated(source: Source, secret: str | None) -> Iterator[None]:
    """Translate what boto3 raises.

    Raises
    ------
    Unavailable: ``source_refused`` or ``source_unreachable``.
    """
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError as error:
        raise library_missing(error) from error
    try:
        yield
    except ClientError as error:
        refused = error.response.get("Error", {}).get("Code") in _REFUSED
        raise Unavailable(
            "source_refused" if refused else "source_unreachable",
            f"{source.location} can't be read: {told(error, secret)}.",
            "Check the source's secret (`KEY:SECRET`), its region, and what the key may do.",
        ) from error
    except (BotoCoreError, ValueError) as error:
        raise Unavailable(
            "source_unreachable",
            f"{source.location} can't be read: {told(error, secret)}.",
            "Check the region and `endpoint_url`, and that there are credentials.",
        ) from error
