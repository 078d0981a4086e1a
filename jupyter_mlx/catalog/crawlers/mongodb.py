"""MongoDB, through pymongo: collections as tables, their fields from a random sample.

The location is ``mongodb://host/DATABASE``. Options: `collections` and `exclude` (names or globs), `sample` (documents
a collection, 1,000). A server that has no ``$sample`` is read from a collection's start. Counts are the server's
estimates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...errors import InvalidInput, Unavailable
from ..models import Column, Explanation, ObservedTable, Source, Unchanged
from ..port import CrawlContext
from .documents import Documents
from .options import Options, told, why_not

__all__ = ["MongoCrawler", "connect", "plain_value", "translated"]

SAMPLE = 1_000
TIMEOUT_MS = 60_000

_AS_TEXT = {"ObjectId", "Regex", "Code", "DBRef", "MinKey", "MaxKey"}
_REFUSED = {13, 18, 8000}
"""Codes of a server that wants another user or password."""


class MongoCrawler:
    """Reads the collections of one database."""

    def crawl(self, source: Source, context: CrawlContext) -> Iterator[ObservedTable | Unchanged]:
        """Yield the collections; see `Crawler`."""
        options = Options("mongodb", source.options, ("collections", "exclude", "sample"))
        sample = options.integer("sample", SAMPLE, 1, 1_000_000)
        wanted, exclude = options.texts("collections"), options.texts("exclude")
        client, name = connect(source, context.secret)
        try:
            with translated(source, context.secret):
                database = client[name]
                listed = sorted(database.list_collections(), key=lambda item: str(item["name"]))
            context.listed += len(listed)
            for described in listed:
                identity = f"{name}.{described['name']}"
                reason = why_not(described["name"], wanted, exclude)
                if described["name"].startswith("system."):
                    reason = "it belongs to the server"
                if reason:
                    context.skip(identity, reason.replace("`include`", "`collections`"))
                    continue
                try:
                    with translated(source, context.secret):
                        found = _observe(database, described, source, identity, sample)
                except Unavailable as error:
                    context.fail(identity, "table_unreadable", error.message)
                else:
                    context.read += 1
                    yield found
                context.tell()
        finally:
            client.close()


def connect(source: Source, secret: str | None) -> tuple[Any, str]:
    """A client and the name of the database; nothing is connected yet."""
    from pymongo import MongoClient
    from pymongo.errors import ConfigurationError, InvalidURI
    from pymongo.uri_parser import parse_uri

    try:
        parsed = parse_uri(source.location, warn=False)
        name = parsed["database"]
        with_password: dict[str, Any] = {}
        if secret is not None and parsed["username"]:
            with_password = {"username": parsed["username"], "password": secret}
        patience = {"serverSelectionTimeoutMS": 10_000, "socketTimeoutMS": TIMEOUT_MS}
        client: Any = MongoClient(
            source.location,
            **with_password,
            **{name: value for name, value in patience.items() if name not in parsed["options"]},
            appname="jupyter_mlx",
            tz_aware=True,
            # A date beyond what Python holds, or a text that is no UTF-8, is no reason to lose the collection.
            datetime_conversion="DATETIME_AUTO",
            unicode_decode_error_handler="replace",
        )
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise InvalidInput(
            "location_invalid",
            f"{source.location} can't be read: {told(error, secret)}.",
            "Write it as `mongodb://user@host:27017/database`.",
            field="location",
        ) from error
    if not name:
        client.close()
        raise InvalidInput(
            "location_invalid",
            f"{source.location} names no database.",
            "Write it as `mongodb://host/database`.",
            field="location",
        )
    return client, name


def _observe(database: Any, described: Mapping[str, Any], source: Source, identity: str, sample: int) -> ObservedTable:
    name = described["name"]
    collection = database[name]
    documents = Documents(_type_of, by_name=True)
    texts: dict[str, str] = {}
    sampled, how = _sample(collection, sample)
    for document in sampled:
        documents.add({key: plain_value(value) for key, value in document.items()})
        texts |= {key: type(value).__name__ for key, value in document.items() if type(value).__name__ in _AS_TEXT}
    view = described.get("type") == "view"
    rows = None if view else collection.estimated_document_count(maxTimeMS=TIMEOUT_MS)
    options = described.get("options") or {}
    schema = (options.get("validator") or {}).get("$jsonSchema") or {}
    notes = [how, *(f"`{key}` holds {kind}, as text." for key, kind in texts.items()), *documents.notes()]
    columns = _columns(documents, schema)
    parameters = {key: options[key] for key in ("capped", "size", "max", "viewOn", "timeseries") if key in options}
    return ObservedTable(
        name=name,
        identity=identity,
        format="mongodb",
        classifier="mongodb",
        location=source.location,
        columns=columns,
        explanation=Explanation(
            classifier=f"mongodb: {'view' if view else 'collection'} `{name}`",
            sampled=(f"{documents.count:,} documents",),
            notes=tuple(notes),
        ),
        database=database.name,
        rows=rows,
        rows_exact=False,
        primary_key=("_id",) if any(column.name == "_id" for column in columns) else (),
        comment=schema.get("description"),
        parameters={"database": database.name, "collection": name, **({"view": True} if view else {}), **parameters},
    )


def _sample(collection: Any, size: int) -> tuple[list[Mapping[str, Any]], str]:
    """Some documents and how they were come by."""
    from pymongo.errors import OperationFailure

    try:
        sampled = list(collection.aggregate([{"$sample": {"size": size}}], maxTimeMS=TIMEOUT_MS))
    except OperationFailure as error:
        if error.code in _REFUSED:
            raise
        first = list(collection.find(max_time_ms=TIMEOUT_MS).limit(size))
        return first, f"The server takes no sample ({told(error)}): the first {len(first):,} documents were read."
    return sampled, f"A random sample of {len(sampled):,} documents was read."


def _type_of(value: Any) -> str | None:
    """The type of BSON's dates, which count milliseconds."""
    from bson.datetime_ms import DatetimeMS

    return "timestamp[ms, tz=UTC]" if isinstance(value, datetime | DatetimeMS) else None


def plain_value(value: Any) -> Any:
    """A value with BSON's own kinds as texts, numbers and moments."""
    from bson import Decimal128, Timestamp

    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_value(item) for item in value]
    if isinstance(value, Decimal128):
        return value.to_decimal()
    if isinstance(value, Timestamp):
        return value.as_datetime()
    return value


def _columns(documents: Documents, schema: Mapping[str, Any]) -> tuple[Column, ...]:
    """Columns, with what the collection's validator says of them."""
    described = schema.get("properties") or {}
    required = set(schema.get("required") or ())
    return tuple(
        replace(
            column,
            comment=(described.get(column.name) or {}).get("description"),
            nullable=False if column.name in required and not column.nullable else column.nullable,
        )
        for column in documents.columns()
    )


@contextmanager
def translated(source: Source, secret: str | None) -> Iterator[None]:
    """Translate what pymongo raises.

    Raises
    ------
    Unavailable: ``source_refused`` or ``source_unreachable``.
    """
    from bson.errors import BSONError
    from pymongo.errors import OperationFailure, PyMongoError

    try:
        yield
    except (PyMongoError, BSONError) as error:
        if isinstance(error, OperationFailure) and error.code in _REFUSED:
            raise Unavailable(
                "source_refused",
                f"{source.location} refuses the connection: {told(error, secret)}.",
                "Check the user in the location and the secret that the source names.",
            ) from error
        raise Unavailable(
            "source_unreachable",
            f"{source.location} can't be read: {told(error, secret)}.",
            "Check the host and the port, and that the server runs.",
        ) from error
