"""Tables of DynamoDB, MongoDB and Redis: all documents, a page at a time, as batches of the catalog's types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..models import Source
from ..predicates import Binary, Field, Literal, Node
from .conversion import batches_of
from .plan import ReadPlan
from .scan import StreamedScan

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DynamoScan", "MongoScan", "RedisScan"]

_PAGE = 500


class _DocumentScan(StreamedScan):
    def __init__(self, plan: ReadPlan) -> None:
        super().__init__(plan)
        options = dict(plan.source.get("options", {}))
        location = str(plan.source.get("location", plan.location))
        self.source = Source("", "", "", location, None, options, None, "", datetime.fromtimestamp(0, UTC))

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The documents as batches; small ones, so that the first rows come at once."""
        return batches_of(self.documents(), schema, _PAGE)

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """All documents."""
        raise NotImplementedError


class DynamoScan(_DocumentScan):
    """Items, by a scan of the table that asks for the needed attributes only."""

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """All items."""
        from ..crawlers.dynamodb import connect, plain_value, translated

        region = self.source.location.partition("://")[2].strip("/") or self.source.options.get("region")
        with translated(self.source, self.plan.secret):
            client = connect(region, self.source.options.get("endpoint_url"), self.plan.secret)
            # Attributes may be called as DynamoDB's own words are: they are named by placeholders.
            names = {f"#c{number}": name for number, (name, _) in enumerate(self.plan.columns)}
            asked = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
            pages = client.get_paginator("scan").paginate(TableName=self.plan.parameters["table"], **asked)
            for page in pages:
                for item in page["Items"]:
                    yield {name: plain_value(value) for name, value in item.items()}


class MongoScan(_DocumentScan):
    """Documents of a collection, with the needed fields only; plain conditions are the server's to apply."""

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """All documents that a condition does not exclude."""
        from ..crawlers.mongodb import connect, plain_value, translated

        client, database = connect(self.source, self.plan.secret)
        names = [name for name, _ in self.plan.columns]
        projection = dict.fromkeys(names, 1) | ({} if "_id" in names else {"_id": 0})
        try:
            with translated(self.source, self.plan.secret):
                collection = client[self.plan.parameters.get("database", database)][self.plan.parameters["collection"]]
                for document in collection.find(_query(self.plan.pushed(), self.plan.types), projection):
                    yield {name: plain_value(value) for name, value in document.items()}
        finally:
            client.close()


_OPERATORS = {"=": "$eq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def _query(node: Node | None, types: Mapping[str, str]) -> dict[str, Any]:
    """What a server can leave out: conditions on numbers that hold together. What can't be said is left to DuckDB."""
    match node:
        case Binary(operator="and", left=left, right=right):
            both = [query for query in (_query(left, types), _query(right, types)) if query]
            return {"$and": both} if len(both) == 2 else both[0] if both else {}
        case Binary(operator=operator, left=Field(path=(name,)), right=Literal(value=int() | float() as value)) if (
            operator in _OPERATORS
            and not isinstance(value, bool)
            and types.get(name) in ("int64", "double")
            and not name.startswith("$")
        ):
            return {name: {_OPERATORS[operator]: value}}
        case _:
            return {}


class RedisScan(_DocumentScan):
    """Hashes whose keys follow the table's pattern."""

    def documents(self) -> Iterator[Mapping[str, Any]]:
        """All of them; one that goes away meanwhile is left out."""
        import redis

        from ..crawlers.redis import connect, group_of, hash_text, hash_value, translated

        options = self.source.options
        separator = options.get("separator") or ":"
        with translated(self.source, self.plan.secret):
            client = connect(redis, self.source, self.plan.secret)
            try:
                seen: set[bytes] = set()
                keys: list[bytes] = []
                for key in client.scan_iter(match=options.get("pattern") or "*", count=_PAGE, _type="HASH"):
                    if key in seen or group_of(hash_text(key), separator) != self.plan.parameters["keys"]:
                        continue
                    seen.add(key)
                    keys.append(key)
                    if len(keys) == _PAGE:
                        yield from self._hashes(client, keys, hash_text, hash_value)
                        keys = []
                yield from self._hashes(client, keys, hash_text, hash_value)
            finally:
                client.close()

    def _hashes(self, client: Any, keys: list[bytes], text: Any, value: Any) -> Iterator[Mapping[str, Any]]:
        pipeline = client.pipeline(transaction=False)
        for key in keys:
            pipeline.hgetall(key)
        for found in pipeline.execute(raise_on_error=False):
            if found and not isinstance(found, Exception):
                yield {text(name): value(held) for name, held in found.items()}
