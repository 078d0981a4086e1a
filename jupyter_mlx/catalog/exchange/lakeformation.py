"""Tags as AWS Lake Formation's LF-Tags, through boto3: keys with values, on databases, tables and columns.

Inheritance is the same there as here, so only what a resource has of its own is exchanged. Lake Formation keeps keys
and values in lower case: they are compared so, and written so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from .aws import Connection, batches, open_client, translated

__all__ = ["LakeFormation", "lowered"]

MAX_VALUES = 50
"""Values that one request may add to a key; the same limit holds for the columns that one may tag."""
Tags = Mapping[str, str]


def lowered(tags: Tags) -> dict[str, str]:
    """Keys and values as Lake Formation keeps them."""
    return {key.lower(): value.lower() for key, value in tags.items()}


class LakeFormation:
    """The tags of one Data Catalog. Methods raise boto3's ``ClientError``, `keys` alone ``glue_unavailable``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def client(self) -> Any:
        """boto3's client."""
        return open_client("lakeformation", self.connection, attempts=4)

    def keys(self) -> dict[str, list[str]]:
        """All keys with their values.

        Raises
        ------
        Unavailable: ``glue_unavailable``.
        """
        found: dict[str, list[str]] = {}
        with translated(self.connection):
            for page in self.client.get_paginator("list_lf_tags").paginate(**self.connection.whose):
                found |= {tag["TagKey"]: list(tag["TagValues"]) for tag in page["LFTags"]}
        return found

    def define(self, wanted: Mapping[str, Iterable[str]]) -> None:
        """Create keys, and add values that keys lack; nothing is taken away."""
        present = {key.lower(): {value.lower() for value in values} for key, values in self.keys().items()}
        for key, values in sorted(wanted.items()):
            missing = sorted({value.lower() for value in values} - present.get(key.lower(), set()))
            for batch in batches(missing, MAX_VALUES):
                where = {**self.connection.whose, "TagKey": key.lower()}
                if key.lower() in present:
                    self.client.update_lf_tag(**where, TagValuesToAdd=batch)
                else:
                    self.client.create_lf_tag(**where, TagValues=batch)
                    present[key.lower()] = set(batch)

    # -- what a resource has ---------------------------------------------------------------------------------

    def of_database(self, name: str) -> dict[str, str]:
        """Own tags of a database."""
        answer = self._get({"Database": {**self.connection.whose, "Name": name}})
        return _tags(answer.get("LFTagOnDatabase") or ())

    def of_table(self, database: str, table: str, columns: Sequence[str]) -> dict[str, dict[str, str]]:
        """Own tags of a table, under ``""``, and of its columns; what has none is left out."""
        place = {**self.connection.whose, "DatabaseName": database, "Name": table}
        found = {"": _tags(self._get({"Table": place}).get("LFTagsOnTable") or ())}
        for batch in batches(columns, MAX_VALUES):
            answer = self._get({"TableWithColumns": {**place, "ColumnNames": list(batch)}})
            found |= {item["Name"]: _tags(item["LFTags"]) for item in answer.get("LFTagsOnColumns") or ()}
        return {column: tags for column, tags in found.items() if tags}

    def _get(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get_resource_lf_tags(
            **self.connection.whose, Resource=resource, ShowAssignedLFTags=True
        )
        return answer

    def put_database(self, name: str, wanted: Tags, known: Iterable[str], *, new: bool = False) -> bool:
        """Give a database these tags; of the keys `known` here it keeps no other. Whether anything changed.

        Parameters
        ----------
        new: It was made just now: it has none, and is not asked for any.
        """
        resource = {"Database": {**self.connection.whose, "Name": name}}
        return self._put(resource, {} if new else self.of_database(name), lowered(wanted), known)

    def put_table(
        self,
        database: str,
        table: str,
        wanted: Mapping[str, Tags],
        columns: Sequence[str],
        known: Iterable[str],
        *,
        new: bool = False,
    ) -> bool:
        """Give a table, under ``""``, and its columns these tags, as `put_database` does."""
        present = {} if new else self.of_table(database, table, columns)
        place = {**self.connection.whose, "DatabaseName": database, "Name": table}
        changed = self._put({"Table": place}, present.get("", {}), lowered(wanted.get("", {})), known)
        # Columns with the same tags before and after are changed together.
        alike: dict[Any, list[str]] = defaultdict(list)
        for column in columns:
            both = present.get(column, {}), lowered(wanted.get(column, {}))
            alike[tuple(tuple(sorted(tags.items())) for tags in both)].append(column)
        for (old, now), names in alike.items():
            for batch in batches(names, MAX_VALUES):
                resource = {"TableWithColumns": {**place, "ColumnNames": list(batch)}}
                changed |= self._put(resource, dict(old), dict(now), known)
        return changed

    def _put(self, resource: Mapping[str, Any], present: Tags, wanted: Tags, known: Iterable[str]) -> bool:
        ours = {key.lower() for key in known}
        stale = {key: value for key, value in present.items() if key in ours and key not in wanted}
        if stale:
            self.client.remove_lf_tags_from_resource(
                **self.connection.whose, Resource=resource, LFTags=self._written(stale)
            )
        kept = {key: value for key, value in present.items() if key not in stale}
        if any(kept.get(key) != value for key, value in wanted.items()):
            # All of them at once: a service that replaces what is there keeps none less.
            answer = self.client.add_lf_tags_to_resource(
                **self.connection.whose, Resource=resource, LFTags=self._written({**kept, **wanted})
            )
            _raise_first(answer.get("Failures") or ())
            return True
        return bool(stale)

    def _written(self, tags: Tags) -> list[dict[str, Any]]:
        return [{**self.connection.whose, "TagKey": key, "TagValues": [value]} for key, value in sorted(tags.items())]


def _tags(found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {tag["TagKey"]: tag["TagValues"][0] for tag in found if tag.get("TagValues")}


def _raise_first(failures: Sequence[Mapping[str, Any]]) -> None:
    if failures:
        from botocore.exceptions import ClientError

        error = failures[0].get("Error") or {}
        answer = {"Error": {"Code": error.get("ErrorCode", ""), "Message": error.get("ErrorMessage", "refused")}}
        raise ClientError(answer, "AddLFTagsToResource")
