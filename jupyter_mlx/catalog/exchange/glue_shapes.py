"""Tables, partitions and databases as Glue has them, and as we have them; without loss from here to there and back.

What Glue's shape has no place for travels in the parameter ``mlx.table`` (see `packing`): Arrow's exact types, keys,
statistics, notes and tags. When a table is read, what Glue has is compared with what we would write for that document.
Where the two are equal nobody changed it in Glue, and the document counts; where they differ, Glue's counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import InvalidInput
from ..models import Column, Database, ForeignKey, Partition, PartitionKey
from ..types import from_hive, hive_type
from .entry import NOTES, Entry
from .packing import PREFIX, pack, unpack
from .storage import from_uri, marks, read_storage, to_uri, write_storage

__all__ = [
    "DatabaseEntry",
    "Read",
    "database_input",
    "glue_names",
    "partition_input",
    "read_database",
    "read_partition",
    "read_table",
    "table_input",
]

TABLE, PARTITION, DATABASE = f"{PREFIX}table", f"{PREFIX}partition", f"{PREFIX}database"
# Glue's limits, in characters: Name, Owner and Comment; Description; Type.
MAX_NAME, MAX_DESCRIPTION, MAX_TYPE = 255, 2048, 131_072
_NOT_IN_A_LINE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FROM_GLUE = ("glue", "glue_columns", "glue_storage")
"""Parameters of a table that hold what came from Glue as it was."""
_STORAGE_LEFT_OUT = ("Columns", "Location")
_VIEW_KEYS = ("ViewOriginalText", "ViewExpandedText")


@dataclass(frozen=True)
class Read:
    """A table of Glue as we have it; `words` say what could not be taken over as it is."""

    entry: Entry
    words: tuple[str, ...] = ()


def line(text: str | None, limit: int = MAX_NAME) -> str | None:
    """A text as Glue takes it in one line."""
    shown = _NOT_IN_A_LINE.sub(" ", text or "").strip()[:limit]
    return shown or None


def lines(text: str | None) -> str | None:
    """A text as Glue takes it in several lines."""
    shown = _NOT_IN_LINES.sub(" ", text or "").strip()[:MAX_DESCRIPTION]
    return shown or None


def glue_names(entry: Entry) -> dict[str, str]:
    """Glue's names of columns and keys: in lower case, at most 255 characters, different from each other."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in [*(column.name for column in entry.columns), *(key.name for key in entry.partition_keys)]:
        if name in found:
            continue
        plain = line(name.lower()) or "_"
        made, number = plain, 1
        while made in taken:
            number += 1
            made = f"{plain[: MAX_NAME - 8]}_{number}"
        taken.add(made)
        found[name] = made
    return found


# -- tables --------------------------------------------------------------------------------------------------


def table_input(entry: Entry) -> dict[str, Any]:
    """``TableInput`` of Glue."""
    names = glue_names(entry)
    keys = {key.name for key in entry.partition_keys}
    kept = entry.parameters.get("glue_columns", {})
    storage, says = write_storage(entry)
    storage |= {
        "Columns": [
            _column(entry, names[column.name], column.name, column.type, column.comment, kept)
            for column in entry.columns
            if column.name not in keys
        ],
        "Location": to_uri(entry.location),
    }
    view = {name: storage.pop(name) for name in ("TableType", *_VIEW_KEYS) if name in storage}
    parameters = {
        "EXTERNAL": "TRUE",
        "typeOfData": "file" if "InputFormat" in storage else "table",
        **says,
        **_counts(entry.rows, entry.files, entry.bytes),
        **entry.parameters.get("glue", {}),
        **pack(TABLE, entry.to_json()),
    }
    document = {
        "Name": entry.name,
        "Description": lines(entry.said("", "description") or entry.comment),
        "Owner": line(entry.said("", "owner")),
        "StorageDescriptor": storage,
        "PartitionKeys": [
            _column(entry, names[key.name], key.name, key.type, _comment(entry, key.name), kept)
            for key in entry.partition_keys
        ],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        **view,
    }
    return {name: value for name, value in document.items() if value is not None}


def _column(
    entry: Entry, name: str, own: str, kind: str, comment: str | None, kept: Mapping[str, Any]
) -> dict[str, Any]:
    hive = hive_type(kind)
    document: dict[str, Any] = {"Name": name, "Type": hive if len(hive) <= MAX_TYPE else "string"}
    shown = line(entry.said(own, "description") or comment)
    if shown:
        document["Comment"] = shown
    if kept.get(own):
        document["Parameters"] = dict(kept[own])
    return document


def _comment(entry: Entry, name: str) -> str | None:
    """The comment of a key that is among the columns too, as a table format has it."""
    return next((column.comment for column in entry.columns if column.name == name), None)


def _counts(rows: int | None, files: int | None, size: int | None) -> dict[str, str]:
    """As Glue's crawlers write them."""
    found = {"recordCount": rows, "objectCount": files, "sizeKey": size}
    made = {name: str(value) for name, value in found.items() if value is not None}
    if rows and size is not None:
        made["averageRecordSize"] = str(size // rows)
    return made


def read_table(table: Mapping[str, Any]) -> Read:
    """A table of Glue with what was changed there since it was exported; one that never was as Glue has it."""
    document = unpack(TABLE, table.get("Parameters") or {})
    try:
        base = Entry.from_json(document) if document is not None else None
        expected = table_input(base) if base is not None else {}
    except (KeyError, TypeError, ValueError, AttributeError, InvalidInput):
        # Somebody changed our parameter: Glue's own shape is what is left.
        base = None
    if base is None:
        return _foreign(table)
    return _merged(base, expected, table)


# -- what Glue alone has -------------------------------------------------------------------------------------


def _foreign(table: Mapping[str, Any]) -> Read:
    words: list[str] = []
    format_, parameters = read_storage(table)
    storage = table.get("StorageDescriptor") or {}
    given = {name: value for name, value in (table.get("Parameters") or {}).items() if not name.startswith(PREFIX)}
    columns = [_read_column(column, words) for column in storage.get("Columns") or []]
    keys = [_read_column(column, words) for column in table.get("PartitionKeys") or []]
    kept = {name: value for name, value in storage.items() if name not in _STORAGE_LEFT_OUT}
    kept |= {name: table[name] for name in ("TableType", *_VIEW_KEYS) if table.get(name)}
    extras = _column_parameters(table)
    said = {"": {"owner": table["Owner"]}} if table.get("Owner") else {}
    said |= {key.name: {"description": key.comment} for key in keys if key.comment}
    if given.get("UPDATED_BY_CRAWLER"):
        words.append(f"Glue's crawler `{given['UPDATED_BY_CRAWLER']}` made it.")
    entry = Entry(
        name=table["Name"],
        format=format_,
        classifier=given.get("classification") or "glue",
        location=from_uri(storage.get("Location") or ""),
        columns=tuple(columns),
        partition_keys=tuple(PartitionKey(key.name, key.type) for key in keys),
        parameters={
            **parameters,
            "glue": given,
            "glue_storage": kept,
            **({"glue_columns": extras} if extras else {}),
        },
        comment=table.get("Description"),
        rows=_number(given, "recordCount"),
        files=_number(given, "objectCount"),
        bytes=_number(given, "sizeKey"),
        # Glue's crawlers estimate.
        rows_exact=_number(given, "recordCount") is None,
        notes=said,
    )
    return Read(entry, tuple(words))


def _read_column(column: Mapping[str, Any], words: list[str]) -> Column:
    return Column(column["Name"], _read_type(column, words), comment=column.get("Comment") or None)


def _read_type(column: Mapping[str, Any], words: list[str]) -> str:
    given = column.get("Type") or "string"
    try:
        return from_hive(given)
    except InvalidInput:
        words.append(f"`{column['Name']}` is `{given}`, which is read as text.")
        return "string"


def _column_parameters(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    storage = table.get("StorageDescriptor") or {}
    every = [*(storage.get("Columns") or []), *(table.get("PartitionKeys") or [])]
    return {column["Name"]: dict(column["Parameters"]) for column in every if column.get("Parameters")}


_DIGITS = 19


def _number(parameters: Mapping[str, str], name: str) -> int | None:
    """A count; None where it is none, or more than the catalog's store holds."""
    text = parameters.get(name) or ""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    number = int(text)
    return number if number < (1 << 31 if name == "objectCount" else 1 << 63) else None


# -- what was changed in Glue --------------------------------------------------------------------------------


def _merged(base: Entry, expected: Mapping[str, Any], table: Mapping[str, Any]) -> Read:
    words: list[str] = []
    present = table.get("StorageDescriptor") or {}
    given = table.get("Parameters") or {}
    found = _merge_columns(base, expected, table, words)
    if (present.get("Location") or "") != expected["StorageDescriptor"]["Location"]:
        found = replace(found, location=from_uri(present.get("Location") or ""))
    if marks(table) != marks(expected):
        format_, parameters = read_storage(table)
        kept = {name: value for name, value in present.items() if name not in _STORAGE_LEFT_OUT}
        kept |= {name: table[name] for name in ("TableType", *_VIEW_KEYS) if table.get(name)}
        found = replace(found, format=format_, parameters={**base.parameters, **parameters, "glue_storage": kept})
        words.append("How it is stored was changed in Glue.")
    found = _merge_parameters(base, found, expected["Parameters"], given)
    own = dict(found.notes.get("", {}))
    if table.get("Description") != expected.get("Description"):
        if own.get("description"):
            own["description"] = table.get("Description")
        else:
            found = replace(found, comment=table.get("Description"))
    if table.get("Owner") != expected.get("Owner"):
        own["owner"] = table.get("Owner")
    return Read(replace(found, name=table["Name"], notes=_with(found.notes, "", own)), tuple(words))


def _merge_columns(base: Entry, expected: Mapping[str, Any], table: Mapping[str, Any], words: list[str]) -> Entry:
    """Columns and keys with their types, comments and notes; what belongs to a column that is gone goes with it."""
    ours = {made: own for own, made in glue_names(base).items()}
    present = (table.get("StorageDescriptor") or {}).get("Columns") or []
    was = {column["Name"]: column for column in _every(expected)}
    columns = {column.name: column for column in base.columns}
    notes, statistics = dict(base.notes), dict(base.statistics)
    made: list[Column] = []
    for column in present:
        old, before = columns.get(ours.get(column["Name"], "")), was.get(column["Name"])
        if old is None or before is None:
            made.append(_read_column(column, words))
            continue
        if column.get("Type") != before["Type"]:
            old = replace(old, type=_read_type(column, words), types=None)
            statistics.pop(old.name, None)
        if (column.get("Comment") or None) != before.get("Comment"):
            if notes.get(old.name, {}).get("description"):
                notes = _with(notes, old.name, {**notes[old.name], "description": column.get("Comment")})
            else:
                old = replace(old, comment=column.get("Comment") or None)
        made.append(old)
    keys: list[PartitionKey] = []
    old_keys = {key.name: key for key in base.partition_keys}
    for column in table.get("PartitionKeys") or []:
        key, before = old_keys.get(ours.get(column["Name"], "")), was.get(column["Name"])
        if key is None or before is None:
            keys.append(PartitionKey(column["Name"], _read_type(column, words)))
            continue
        if column.get("Type") != before["Type"]:
            key = replace(key, type=_read_type(column, words))
        if (column.get("Comment") or None) != before.get("Comment"):
            notes = _with(notes, key.name, {**notes.get(key.name, {}), "description": column.get("Comment")})
        keys.append(key)
    made = _with_keys(base, made, keys)
    names = {column.name for column in made} | {key.name for key in keys}
    return replace(
        base,
        columns=tuple(made),
        partition_keys=tuple(keys),
        primary_key=base.primary_key if set(base.primary_key) <= names else (),
        foreign_keys=_kept_keys(base.foreign_keys, names),
        statistics={name: value for name, value in statistics.items() if name in names},
        notes={name: said for name, said in notes.items() if not name or name in names},
        tags={name: own for name, own in base.tags.items() if not name or name in names},
    )


def _every(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*table["StorageDescriptor"]["Columns"], *table["PartitionKeys"]]


def _with_keys(base: Entry, made: list[Column], keys: list[PartitionKey]) -> list[Column]:
    """The columns with those that are partition keys too, which Glue has among the keys alone, where they were."""
    before, now = ({key.name: key.type for key in some} for some in (base.partition_keys, keys))
    for index, column in enumerate(base.columns):
        if column.name in before and column.name in now:
            changed = now[column.name] != before[column.name]
            made.insert(index, replace(column, type=now[column.name]) if changed else column)
    return made


def _kept_keys(keys: Iterable[ForeignKey], names: set[str]) -> tuple[ForeignKey, ...]:
    return tuple(key for key in keys if set(key.columns) <= names)


def _merge_parameters(base: Entry, found: Entry, before: Mapping[str, str], given: Mapping[str, str]) -> Entry:
    """Counts that were changed, and parameters that are Glue's own."""
    own = base.parameters.get("glue", {})
    counts: dict[str, Any] = {}
    taken: set[str] = set()
    for name, what in (("recordCount", "rows"), ("objectCount", "files"), ("sizeKey", "bytes")):
        if name not in own and given.get(name) != before.get(name) and _number(given, name) is not None:
            counts[what] = _number(given, name)
            taken.add(name)
    extras = {
        name: value
        for name, value in given.items()
        if not name.startswith(PREFIX) and (name in own or name not in before) and name not in taken
    }
    if "rows" in counts:
        counts["rows_exact"] = False
    parameters = {name: value for name, value in found.parameters.items() if name not in ("glue", "glue_columns")}
    if extras or "glue" in base.parameters:
        parameters["glue"] = extras
    return replace(found, parameters=parameters, **counts)


def _with(notes: Mapping[str, Mapping[str, Any]], column: str, said: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Notes with those of a column replaced; empty ones are left out."""
    kept = {what: value for what, value in said.items() if value}
    others = {name: value for name, value in notes.items() if name != column}
    return {**others, column: kept} if kept else others


# -- partitions ----------------------------------------------------------------------------------------------


def partition_input(partition: Partition, storage: Mapping[str, Any]) -> dict[str, Any]:
    """``PartitionInput`` of Glue; `storage` is the table's descriptor, whose SerDe the partition has."""
    return {
        "Values": list(partition.values),
        "StorageDescriptor": {
            **{name: value for name, value in storage.items() if name != "Columns"},
            "Location": to_uri(partition.location),
        },
        "Parameters": {
            **_counts(partition.rows, partition.files, partition.bytes),
            **{name: str(value) for name, value in partition.parameters.get("glue", {}).items()},
            **pack(PARTITION, partition.to_json()),
        },
    }


def read_partition(partition: Mapping[str, Any]) -> Partition:
    """A partition of Glue, by the same rule as a table."""
    given = partition.get("Parameters") or {}
    location = (partition.get("StorageDescriptor") or {}).get("Location") or ""
    values = tuple(partition["Values"])
    extras = {name: value for name, value in given.items() if not name.startswith(PREFIX)}
    document = unpack(PARTITION, given)
    try:
        base = Partition(**{**document, "values": values}) if document is not None else None
        expected = partition_input(base, {}) if base is not None else {}
    except (KeyError, TypeError, ValueError, AttributeError):
        base = None
    if base is None:
        counts = {what: _number(given, name) for name, what in (("objectCount", "files"), ("sizeKey", "bytes"))}
        return Partition(
            values,
            from_uri(location),
            counts["files"] or 0,
            counts["bytes"] or 0,
            _number(given, "recordCount"),
            {"glue": extras} if extras else {},
        )
    before, own = expected["Parameters"], base.parameters.get("glue", {})
    changes: dict[str, Any] = {}
    if location != expected["StorageDescriptor"]["Location"]:
        changes["location"] = from_uri(location)
    taken: set[str] = set()
    for name, what in (("recordCount", "rows"), ("objectCount", "files"), ("sizeKey", "bytes")):
        if name not in own and given.get(name) != before.get(name) and _number(given, name) is not None:
            changes[what] = _number(given, name)
            taken.add(name)
    added = {name: value for name, value in extras.items() if (name in own or name not in before) and name not in taken}
    parameters = {name: value for name, value in base.parameters.items() if name != "glue"}
    if added or "glue" in base.parameters:
        parameters["glue"] = added
    return replace(base, parameters=parameters, **changes)


# -- databases -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DatabaseEntry:
    """What is exchanged of a database: its name, notes and own tags.

    keys: All tag keys with their values, as they are spelled where it comes from: Lake Formation has lower case only.
    """

    name: str
    notes: Mapping[str, Any]
    tags: Mapping[str, str]
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, database: Database, name: str, keys: Mapping[str, Sequence[str]]) -> DatabaseEntry:
        """The entry of a database of this catalog, under the name that it has there."""
        said: dict[str, Any] = {
            "description": database.description,
            "owner": database.owner,
            "terms": list(database.terms),
        }
        said["attributes"] = database.attributes
        return cls(name, {what: said[what] for what in NOTES if said[what]}, database.tags, keys)


def database_input(entry: DatabaseEntry) -> dict[str, Any]:
    """``DatabaseInput`` of Glue."""
    document: dict[str, Any] = {
        "Name": entry.name,
        "Parameters": pack(DATABASE, {"notes": entry.notes, "tags": entry.tags, "keys": entry.keys}),
    }
    description = lines(entry.notes.get("description"))
    return {**document, "Description": description} if description else document


def read_database(database: Mapping[str, Any]) -> DatabaseEntry:
    """A database of Glue, by the same rule as a table."""
    document = unpack(DATABASE, database.get("Parameters") or {}) or {}
    found = (document.get(name) for name in ("notes", "tags", "keys"))
    entry = DatabaseEntry(database["Name"], *(item if isinstance(item, dict) else {} for item in found))
    given = database.get("Description") or None
    if given == lines(entry.notes.get("description")):
        return entry
    return replace(entry, notes=_with({"": entry.notes}, "", {**entry.notes, "description": given}).get("", {}))
