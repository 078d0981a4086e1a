"""Logs, a record a line or several lines a record: the usual ones by built-in patterns, others by grok classifiers.

Built in are the access logs of nginx and Apache (common and combined), their error logs, and syslog (RFC 5424, RFC
3164, and with ISO 8601 times as rsyslog writes its files). Fields are named as AWS Glue and grok name them, ``-`` is
nothing. A log of JSON lines is JSON.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from ...errors import InvalidInput
from ..models import Column
from .grok import Grok, TooSlow, compile_grok, read_patterns
from .log_values import Converter, converter
from .sample import Classification, Unreadable
from .text import Text

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["LogReader", "classify_log", "custom_grok", "read_log", "validate"]

BUILT_IN = {
    "combined_apache": "%{COMBINEDAPACHELOG}",
    "apache": "%{COMMONAPACHELOG}",
    "apache_error": "%{APACHEERRORLOG}",
    "nginx_error": "%{NGINXERRORLOG}",
    "syslog_rfc5424": "%{SYSLOG5424}",
    "syslog_rfc3164": "%{SYSLOG3164}",
    "syslog_iso8601": "%{SYSLOGISO}",
}
"""By classifier, in their order; the first two are Glue's own names. nginx's access log is Apache's combined one."""

_JUDGED = 1_000
_SHARE = 0.9
_SHARE_CUSTOM = 0.5
_LONGEST_LINE = 1 << 20
_LINES_A_RECORD = 10_000
_SECONDS_IN_ALL = 5.0
_SLOW_LINES = 3
_ZONED = re.compile(r":[0-9.,:]*[0-9] ?(?:Z|[+-][0-9:]+)\Z")


def classify_log(text: Text) -> Classification | None:
    """Recognise one of the usual logs; None where it is none."""
    lines = _sample_lines(text)
    for name, grok in _built_in().items():
        # Most files are no log of this kind: their first lines say so.
        if not any(grok.match(line) for line in lines[:3]):
            continue
        found = _judge(name, grok, lines, text, _SHARE, {"pattern": grok.pattern, "whole": True})
        if found:
            return found
    return None


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Grok]:
    return {name: compile_grok(pattern, whole=True) for name, pattern in BUILT_IN.items()}


def _split(text: Text) -> list[str]:
    """The sample's whole lines. Not `splitlines`: it takes characters for line ends that no log means so."""
    lines = [line.removesuffix("\r") for line in text.content.split("\n")]
    return lines[:-1] if text.cut else lines


def _sample_lines(text: Text) -> list[str]:
    return [line for line in _split(text) if line.strip()][:_JUDGED]


def _judge(
    classifier: str, grok: Grok, records: Sequence[str], text: Text, least: float, parameters: Mapping[str, Any]
) -> Classification | None:
    started = time.perf_counter()
    matched: list[dict[str, str | None]] = []
    for number, record in enumerate(records, 1):
        try:
            found = grok.match(record)
        except TooSlow as error:
            raise _too_slow(f"at record {number} {error}") from error
        if time.perf_counter() - started > _SECONDS_IN_ALL:
            raise _too_slow(f"{number} records took longer than {_SECONDS_IN_ALL:g} s")
        if found is not None:
            matched.append(found)
    share = len(matched) / len(records) if records else 0.0
    if share < least or not grok.fields:
        return None
    types = {one.name: _settled(one.type, one.syntax, [row[one.name] for row in matched]) for one in grok.fields}
    notes = [f"{len(matched)} of {len(records)} sampled records match the pattern of {classifier}."]
    return Classification(
        classifier,
        "log",
        round(share, 4),
        columns=tuple(Column(name, kind) for name, kind in types.items()),
        parameters={**parameters, "types": types, "encoding": text.encoding},
        notes=tuple(notes),
        rows=len(matched) if not text.cut and len(records) < _JUDGED else None,
    )


def _too_slow(what: str) -> Unreadable:
    return Unreadable("grok_slow", f"The grok pattern is too slow for it: {what}. It may backtrack without end.")


def _settled(kind: str, syntax: str | None, values: Iterable[str | None]) -> str:
    """A moment's type: where the pattern lets a zone come or not, the values decide; where they differ, it is text."""
    if syntax != "TIMESTAMP_ISO8601" or not kind.startswith("timestamp"):
        return kind
    zoned = {_ZONED.search(value) is not None for value in values if value}
    if len(zoned) > 1:
        return "string"
    return "timestamp[us, tz=UTC]" if zoned == {True} else "timestamp[us]"


# -- custom ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Custom:
    grok: Grok
    parameters: dict[str, Any]


_FIELDS = frozenset({"kind", "pattern", "classification", "custom_patterns", "multiline"})


def validate(definition: Mapping[str, Any]) -> _Custom:
    """Check a custom classifier's definition.

    Raises
    ------
    InvalidInput: ``classifier_invalid``; ``grok_invalid`` and the other codes of `compile_grok`.
    """
    unknown = sorted(set(definition) - _FIELDS)
    if unknown:
        raise _wrong(unknown[0], f"A grok classifier has no `{unknown[0]}`.")
    for name in ("pattern", "classification", "multiline"):
        value = definition.get(name)
        if (value is not None or name == "pattern") and (not isinstance(value, str) or not value.strip()):
            raise _wrong(name, f"`{name}` of a grok classifier is a text that is not empty.")
    pattern, multiline = definition["pattern"], definition.get("multiline")
    patterns = read_patterns(definition.get("custom_patterns"))
    grok = compile_grok(pattern, patterns, multiline=multiline is not None)
    if not grok.fields:
        raise _wrong("pattern", "The grok pattern names no field.")
    parameters: dict[str, Any] = {"pattern": pattern, "custom_patterns": patterns}
    if multiline is not None:
        compile_grok(multiline, patterns)
        parameters["multiline"] = multiline
    if definition.get("classification"):
        parameters["classification"] = definition["classification"]
    return _Custom(grok, parameters)


def _wrong(name: str, message: str) -> InvalidInput:
    return InvalidInput("classifier_invalid", message, f"Known are {', '.join(sorted(_FIELDS))}.", field=name)


def custom_grok(name: str, definition: Mapping[str, Any], text: Text) -> Classification | None:
    """What a custom classifier makes of a text; its certainty is the share of records that match, from a half on.

    Raises
    ------
    Unreadable: ``grok_slow``.
    """
    custom = validate(definition)
    start = custom.parameters.get("multiline")
    if start is None:
        records = _sample_lines(text)
    else:
        beginning = compile_grok(start, custom.parameters["custom_patterns"])
        try:
            records = list(islice(_records(iter(_split(text)), beginning), _JUDGED))
        except TooSlow as error:
            raise _too_slow(str(error)) from error
        # The last record may go on behind the sample.
        records = records[:-1] if text.cut and len(records) > 1 else records
    return _judge(name, custom.grok, records, text, _SHARE_CUSTOM, custom.parameters)


def _records(lines: Iterator[str], start: Grok | None) -> Iterator[str]:
    """Lines put together to records: each begins with a line that matches `start`."""
    if start is None:
        yield from (line for line in lines if line.strip())
        return
    record: list[str] = []
    for line in lines:
        if record and (len(record) >= _LINES_A_RECORD or start.match(line) is not None):
            yield "\n".join(record)
            record = []
        if record or line.strip():
            record.append(line)
    if record:
        yield "\n".join(record)


# -- reading ---------------------------------------------------------------------------------------------------


@dataclass
class LogReader:
    """Iterates over the records of a log as mappings; what does not match is counted.

    rows: Records given so far. `bad` are those that do not match, or hold a value that is not of its column's type.
    first_bad: Number of the first bad record, from 1.
    columns: Names and Arrow types of what it gives.
    """

    columns: dict[str, str]
    _records: Iterator[str]
    _grok: Grok
    _limit: int | None = None
    rows: int = 0
    bad: int = 0
    first_bad: int | None = None
    _slow: int = field(default=0, repr=False)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        converters: dict[str, Converter] = {name: converter(kind) for name, kind in self.columns.items()}
        while self._limit is None or self.rows < self._limit:
            record = next(self._records, None)
            if record is None:
                return
            row = self._read(record, converters)
            if row is None:
                self.bad += 1
                self.first_bad = self.first_bad or self.rows + self.bad
            else:
                self.rows += 1
                yield row

    def _read(self, record: str, converters: Mapping[str, Converter]) -> dict[str, Any] | None:
        try:
            found = self._grok.match(record)
        except TooSlow as error:
            self._slow += 1
            if self._slow >= _SLOW_LINES:
                raise _too_slow(str(error)) from error
            return None
        if found is None:
            return None
        try:
            return {name: _value(found.get(name), convert) for name, convert in converters.items()}
        except ValueError:
            return None

    def to_batches(self, size: int = 10_000) -> Iterator[pa.RecordBatch]:
        """The records as Arrow batches of at most `size` rows."""
        import pyarrow as pa

        from ..types import arrow_type

        schema = pa.schema([(name, arrow_type(kind)) for name, kind in self.columns.items()])
        rows = iter(self)
        while batch := list(islice(rows, size)):
            yield pa.RecordBatch.from_pylist(batch, schema=schema)


def _value(text: str | None, convert: Converter) -> Any:
    return None if text is None or text == "-" else convert(text)


def read_log(
    source: BinaryIO | Iterable[str],
    parameters: Mapping[str, Any],
    columns: Sequence[str] | None = None,
    limit: int | None = None,
) -> LogReader:
    """Read a log with the pattern of its table.

    Parameters
    ----------
    source: A stream of bytes, already unpacked, or lines.
    parameters: Those of the table: ``pattern``, ``types``, and ``custom_patterns``, ``multiline``, ``encoding``.
    columns: Which to give; all where it is None.
    limit: Rows at most.

    Raises
    ------
    InvalidInput: ``log_column_unknown``; the codes of `compile_grok`.
    Unreadable: ``grok_slow``, while reading.
    """
    custom, start = parameters.get("custom_patterns"), parameters.get("multiline")
    grok = compile_grok(parameters["pattern"], custom, whole=bool(parameters.get("whole")), multiline=start is not None)
    types = {one.name: one.type for one in grok.fields} | dict(parameters.get("types", {}))
    for name in columns or ():
        if name not in types:
            raise InvalidInput("log_column_unknown", f"The log has no column {name}.", f"It has {', '.join(types)}.")
    wanted = types if columns is None else {name: types[name] for name in columns}
    beginning = compile_grok(start, custom) if start is not None else None
    lines = _lines(source, parameters.get("encoding", "utf-8"))
    return LogReader(wanted, _records(lines, beginning), grok, limit)


def _lines(source: BinaryIO | Iterable[str], encoding: str) -> Iterator[str]:
    """Lines without their ends. A line of more than 1 MiB comes in parts, so that memory stays bounded."""
    stream: Any = source
    if not hasattr(stream, "read"):
        yield from (line.rstrip("\r\n") for line in stream)
        return
    # A byte that is broken must not end the reading of the rest.
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace")
    while line := text.readline(_LONGEST_LINE):
        yield line.rstrip("\n")
    text.detach()
