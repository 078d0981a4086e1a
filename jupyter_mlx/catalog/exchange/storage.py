"""How Hive's SerDes say a format, and ours: what Athena needs to read our tables, and our readers to read Glue's.

Sources: AWS Glue's "Table structure" and the classifications its crawlers write, Athena's "Supported SerDes".
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from .entry import Entry

__all__ = ["from_uri", "marks", "read_storage", "to_uri", "write_storage"]

_TEXT = "org.apache.hadoop.mapred.TextInputFormat"
_KEYLESS = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_IO = "org.apache.hadoop.hive.ql.io"
_LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_GROK = "com.amazonaws.glue.serde.GrokSerDe"

# Format → input format, output format, SerDe.
_HIVE = {
    "parquet": (
        f"{_IO}.parquet.MapredParquetInputFormat",
        f"{_IO}.parquet.MapredParquetOutputFormat",
        f"{_IO}.parquet.serde.ParquetHiveSerDe",
    ),
    "orc": (f"{_IO}.orc.OrcInputFormat", f"{_IO}.orc.OrcOutputFormat", f"{_IO}.orc.OrcSerde"),
    "avro": (
        f"{_IO}.avro.AvroContainerInputFormat",
        f"{_IO}.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "csv": (_TEXT, _KEYLESS, _OPEN_CSV),
    "json": (_TEXT, _KEYLESS, "org.openx.data.jsonserde.JsonSerDe"),
    "log": (_TEXT, _KEYLESS, _GROK),
}
_BY_SERDE = {serde.lower(): name for name, (_, _, serde) in _HIVE.items()}
_BY_SERDE |= {
    _LAZY.lower(): "csv",
    "org.apache.hive.hcatalog.data.jsonserde": "json",
    "com.amazon.ionhiveserde.ionhiveserde": "ion",
    "org.apache.hadoop.hive.serde2.regexserde": "log",
}
_COMPRESSION = {"bz2": "bzip2"}
_HIVE_DEFAULT_DELIMITER = "\x01"
_MARKS = ("classification", "compressionType", "skip.header.line.count", "table_type", "metadata_location")
_VIEW = "/* Presto View: "


def to_uri(location: str) -> str:
    """A location as Glue has it: a path becomes ``file://…``.

    >>> to_uri("/data/a b")
    'file:///data/a%20b'
    """
    return f"file://{quote(location, errors='surrogatepass')}" if location.startswith("/") else location


def from_uri(location: str) -> str:
    """A location as we have it: ``file://…`` becomes a path."""
    if location.startswith(("file:///", "file:/")):
        return "/" + unquote(location.removeprefix("file:"), errors="surrogatepass").lstrip("/")
    return location


def write_storage(entry: Entry) -> tuple[dict[str, Any], dict[str, str]]:
    """The storage descriptor, columns and location apart, and the parameters that say the format.

    What came from Glue goes back as it was.
    """
    parameters = {"classification": _classification(entry), **_compression(entry)}
    kept = entry.parameters.get("glue_storage")
    if kept is not None:
        return dict(kept), parameters
    names = _HIVE.get(entry.format)
    if names is None:
        # Readers of these go by the parameters, not by a SerDe.
        if entry.format == "iceberg":
            parameters |= {"table_type": "ICEBERG"}
            if entry.parameters.get("metadata_location"):
                parameters["metadata_location"] = str(entry.parameters["metadata_location"])
        elif entry.format == "delta":
            parameters |= {"table_type": "DELTA", "spark.sql.sources.provider": "delta"}
        return {}, parameters
    input_format, output_format, serde = names
    options = _serde_options(entry)
    if entry.format == "csv":
        if entry.parameters.get("quote") is None:
            serde, options = _LAZY, {"field.delim": options["separatorChar"], "serialization.format": "1"}
        if entry.parameters.get("header"):
            parameters["skip.header.line.count"] = "1"
    storage = {
        "InputFormat": input_format,
        "OutputFormat": output_format,
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": options},
        "Compressed": bool(entry.parameters.get("compression")),
        "NumberOfBuckets": -1,
        "StoredAsSubDirectories": False,
    }
    return storage, parameters


def _classification(entry: Entry) -> str:
    if entry.format == "log":
        return str(entry.parameters.get("classification") or entry.classifier)[:255]
    return entry.format


def _compression(entry: Entry) -> dict[str, str]:
    if entry.format not in _HIVE:
        return {}
    given = entry.parameters.get("compression") or entry.parameters.get("codec")
    return {"compressionType": _COMPRESSION.get(str(given), str(given)) if given else "none"}


def _serde_options(entry: Entry) -> dict[str, str]:
    given = entry.parameters
    if entry.format == "csv":
        return {
            "separatorChar": str(given.get("delimiter") or ","),
            "quoteChar": str(given.get("quote") or '"'),
            "escapeChar": str(given.get("escape") or "\\"),
        }
    if entry.format == "json":
        return {"paths": ",".join(column.name for column in entry.columns)}
    if entry.format == "log":
        custom = given.get("custom_patterns")
        lines = "\n".join(f"{name} {body}" for name, body in custom.items()) if isinstance(custom, Mapping) else custom
        options = {"input.format": str(given.get("pattern") or "%{GREEDYDATA:message}")}
        return {**options, "input.grokCustomPatterns": str(lines)} if lines else options
    return {"serialization.format": "1"}


def marks(table: Mapping[str, Any]) -> Any:
    """What tells one way of storing from another, in a table of Glue: two that are equal are read the same way."""
    storage = table.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    parameters = table.get("Parameters") or {}
    return (
        storage.get("InputFormat") or "",
        storage.get("OutputFormat") or "",
        serde.get("SerializationLibrary") or "",
        serde.get("Parameters") or {},
        table.get("TableType") or "",
        table.get("ViewOriginalText") or "",
        {key: parameters.get(key) for key in _MARKS},
    )


def read_storage(table: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The format of a table of Glue, and what our readers need to know; ``unknown`` for what they don't."""
    parameters = table.get("Parameters") or {}
    storage = table.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    options = serde.get("Parameters") or {}
    if table.get("TableType") == "VIRTUAL_VIEW":
        return "view", {"view": "view", "sql": _view_text(table.get("ViewOriginalText") or "")}
    kind = (parameters.get("table_type") or "").lower()
    if kind == "iceberg":
        place = parameters.get("metadata_location")
        return "iceberg", {"metadata_location": place} if place else {}
    if kind == "delta" or parameters.get("spark.sql.sources.provider", "").lower() == "delta":
        return "delta", {}
    library = (serde.get("SerializationLibrary") or "").lower()
    classification = (parameters.get("classification") or "").lower()
    found = _BY_SERDE.get(library) or classification or "unknown"
    made: dict[str, Any] = {}
    compression = _read_compression(parameters, found)
    if compression:
        made["compression"] = compression
    if found == "csv":
        made |= _read_csv(library, options, parameters)
    elif found == "json":
        made["layout"] = "lines"
    elif found == "log":
        made |= _read_log(options, classification)
    return found, made


def _read_compression(parameters: Mapping[str, str], found: str) -> str | None:
    given = (parameters.get("compressionType") or "none").lower()
    if given in ("none", "") or found in ("parquet", "orc", "avro"):
        # Those compress within, and say so in each file.
        return None
    return {"bzip2": "bz2", "gz": "gzip"}.get(given, given)


def _read_csv(library: str, options: Mapping[str, str], parameters: Mapping[str, str]) -> dict[str, Any]:
    header = (parameters.get("skip.header.line.count") or "0") not in ("0", "")
    if library == _OPEN_CSV.lower():
        delimiter: str = options.get("separatorChar", ",")
        quoting: str | None = options.get("quoteChar", '"')
        escape = options.get("escapeChar")
    else:
        delimiter = options.get("field.delim") or parameters.get("delimiter") or _HIVE_DEFAULT_DELIMITER
        quoting, escape = options.get("quote.delim"), options.get("escape.delim")
    # A backslash is OpenCSV's default for files that have none: as an escape it would be read in others too.
    kept = None if escape == "\\" and library == _OPEN_CSV.lower() else escape
    return {"delimiter": delimiter, "quote": quoting, "escape": kept, "header": header}


def _read_log(options: Mapping[str, str], classification: str) -> dict[str, Any]:
    made: dict[str, Any] = {"classification": classification} if classification else {}
    if options.get("input.format"):
        made["pattern"] = options["input.format"]
    if options.get("input.grokCustomPatterns"):
        lines = (line.partition(" ") for line in options["input.grokCustomPatterns"].splitlines() if line.strip())
        made["custom_patterns"] = {name: body for name, _, body in lines}
    if options.get("input.regex"):
        made["regex"] = options["input.regex"]
    return made


def _view_text(text: str) -> str:
    """The SQL of a view; Athena wraps it in JSON and Base64."""
    if not text.startswith(_VIEW):
        return text
    try:
        document = json.loads(base64.b64decode(text.removeprefix(_VIEW).partition(" ")[0]))
        return str(document["originalSql"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return text
